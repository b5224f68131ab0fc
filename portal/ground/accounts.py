"""Accounts: made by an administrator, never by a visitor; what their owners change in them is audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import SESSION_KEY
from django.db import models, transaction
from django.utils import timezone

from portal.ground import audit
from portal.ground.models import AccessToken, AuditEntry, Letter, ReminderDays, User


class AccountAdapter(DefaultAccountAdapter):
    """Close sign-up and audit each change of a password or a second factor; the rest is allauth's own."""

    def is_open_for_signup(self, request):
        return False

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Audit a security event of an account: allauth calls this after each, mail or no mail."""
        event = template_prefix.rsplit("/", 1)[-1]
        audit.record(user, actor=user, verb=AuditEntry.Verb.UPDATE, changes={"security": [None, event]})
        super().send_notification_mail(template_prefix, user, context, email)


@transaction.atomic
def choose_language(user: User, code: str) -> None:
    """Keep the language that a person chose for the account. `code` is one of settings.LANGUAGES."""
    changes = {"language": [user.language, code]}
    user.language = code
    user.save(update_fields=["language"])
    audit.record(user, actor=user, verb=AuditEntry.Verb.UPDATE, changes=changes)


@transaction.atomic
def choose_reminders(user: User, days: int) -> None:
    """Keep how often a person wants to be reminded. `days` is one of ReminderDays; 0 stops the reminders."""
    _keep(user, "reminder_days", days)


@transaction.atomic
def choose_start_page(user: User, choice: str) -> None:
    """Keep what stands on top of a person's overview. `choice` is one of StartPage."""
    _keep(user, "start_page", choice)


@transaction.atomic
def show_first_steps(user: User, *, shown: bool) -> None:
    """Show a person the first steps on the overview, or put them away."""
    _keep(user, "has_first_steps", shown)


@transaction.atomic
def read_news(user: User, until: dt.datetime) -> None:
    """Keep until when a person has read the news: never later than now, and never earlier than before."""
    held = User.objects.select_for_update().get(pk=user.pk)
    until = min(until, timezone.now())
    if held.news_read_at is None or held.news_read_at < until:
        _keep(user, "news_read_at", until)


def _keep(user: User, field: str, value: Any) -> None:
    """Keep what a person chose and audit it; the same again changes nothing."""
    held = User.objects.select_for_update().get(pk=user.pk)
    before = getattr(held, field)
    if before == value:
        return
    setattr(held, field, value)
    held.save(update_fields=[field])
    changes = {field: [audit.plain(before), audit.plain(value)]}
    audit.record(held, actor=held, verb=AuditEntry.Verb.UPDATE, changes=changes)


def words_of(user: User) -> list[str]:
    """Return the words by which a text may tell whose account it is.

    A name for signing in that is a mere word, as "officer", is none: it would be found everywhere.
    """
    names = [f"{user.first_name} {user.last_name}", f"{user.last_name} {user.first_name}"]
    whole = names if user.first_name and user.last_name else []
    telling = [] if user.username.isalpha() else [user.username]
    return [word for word in dict.fromkeys([*whole, user.email, *telling]) if word]


@transaction.atomic
def erase_identity(user: User, *, on: dt.date) -> int:
    """Take everything that says who somebody is out of an account, and return how many audit entries were emptied.

    The row itself stays, for it has done things that the trail and the reports rest on: what it wrote, validated and
    read is still of one and the same account, and nobody can tell any more of whom. So the trail is not changed but
    where an entry names the person; the database lets such an entry be emptied, and nothing else (see EmptiedOnly).
    """
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from django.contrib.admin.models import LogEntry

    own: dict[type[models.Model], Iterable[int]] = {User: [user.pk]}
    for model in (EmailAddress, Authenticator, AccessToken, Letter):
        name = "recipient" if model is Letter else "user"
        own[model] = list(model._default_manager.filter(**{name: user}).values_list("pk", flat=True))
        model._default_manager.filter(**{name: user}).delete()
    keys = set(audit.entries_about(own).values_list("pk", flat=True))
    standing = AuditEntry.objects.filter(emptied_at__isnull=True)
    keys |= set(standing.filter(parent_type=User._meta.label_lower, parent_id=user.pk).values_list("pk", flat=True))
    keys |= set(audit.entries_naming(words_of(user), among=standing))
    LogEntry.objects.filter(user=user).delete()
    _sign_out(user)
    user.username, user.first_name, user.last_name, user.email = f"erased-{user.pk}", "", "", ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login, user.reminder_days, user.erased_on = None, ReminderDays.NEVER, on
    user.news_read_at = None
    user.set_unusable_password()
    user.save()
    return audit.empty(keys, at=timezone.now())


def _sign_out(user: User) -> None:
    """End every session of an account, with the drafts in it."""
    from django.contrib.sessions.models import Session

    rows = Session.objects.all().iterator()
    mine = [row.pk for row in rows if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=mine).delete()


def lacks_second_factor(user: User) -> bool:
    """Say whether a person who works in the administration has none yet; demonstration accounts need none."""
    from allauth.mfa.utils import is_mfa_enabled

    return user.is_staff and not user.is_demonstration and not is_mfa_enabled(user)
