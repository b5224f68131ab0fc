"""Accounts: made by an administrator, never by a visitor; what their owners change in them is audited."""

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction

from portal.ground import audit
from portal.ground.models import AuditEntry, User


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
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.reminder_days == days:
        return
    changes = {"reminder_days": [user.reminder_days, days]}
    user.reminder_days = days
    user.save(update_fields=["reminder_days"])
    audit.record(user, actor=user, verb=AuditEntry.Verb.UPDATE, changes=changes)


def lacks_second_factor(user: User) -> bool:
    """Say whether a person who works in the administration has none yet; demonstration accounts need none."""
    from allauth.mfa.utils import is_mfa_enabled

    return user.is_staff and not user.is_demonstration and not is_mfa_enabled(user)
