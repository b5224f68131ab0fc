"""Reminders by e-mail: one letter at each person's own interval that says what waits, never a stream."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from partnerships.models import Membership, Role
from portal.ground.letters import REMINDER, Posted, drop_older, send_letters, write_letter
from portal.ground.models import Letter, ReminderDays, User
from portal.roof.overviews.readiness import MyGaps, my_gaps

SALT = "portal.reminders.stop"


def send_reminders(now: dt.datetime, *, on: dt.date) -> Posted:
    """Write the letters that are due on a day, and send all that wait.

    It may be called as often as one likes: by the background process each hour, by cron, by hand.
    """
    for person in _people(on):
        remind(person, on=on)
    return send_letters(now)


def remind(person: User, *, on: dt.date) -> bool:
    """Write a person's letter if the interval has come round and something waits; say whether one was written.

    The intervals are counted from a fixed day, so that their days do not drift with the hour of the cron job.
    """
    if person.reminder_days == ReminderDays.NEVER:
        return False
    # Day 1 of the calendar was a Monday, so that a weekly letter comes at the beginning of the week.
    key = f"{REMINDER}{person.pk}:{person.reminder_days}:{(on.toordinal() - 1) // person.reminder_days}"
    if Letter.objects.filter(key=key).exists():
        return False
    with translation.override(person.language):
        waiting = my_gaps(person, on=on)
        if not waiting.mine:
            return False
        subject = ngettext(
            "%(count)s thing waits for you in the partnership portal",
            "%(count)s things wait for you in the partnership portal",
            waiting.mine,
        )
        words = subject % {"count": waiting.mine}
        letter, is_new = write_letter(person, key=key, subject=words, text=letter_text(person, waiting))
        # After days without a mail server one letter arrives, and not one for each of them.
        drop_older(letter, about=REMINDER)
    return is_new


def letter_text(person: User, waiting: MyGaps) -> str:
    """Return the letter in the active language: how many of each kind, and where; never what a record says."""
    stop = reverse("stop_reminders", args=[signing.dumps(person.pk, salt=SALT)])
    years = [year for year in waiting.years if year.mine]
    context = {
        "name": person.first_name or person.username,
        "years": [(year, address(f"{year.url}?mine=1")) for year in years],
        "overview": address(reverse("dashboard")),
        "settings": address(reverse("reminders")),
        "stop": address(stop),
        "is_demonstration": person.is_demonstration,
    }
    return render_to_string("mail/reminder.txt", context).strip() + "\n"


def address(path: str) -> str:
    """Return the whole address of a page, as a mail needs it."""
    return f"{settings.PORTAL_URL.rstrip('/')}{path}"


def whose(token: str) -> User | None:
    """Return the person whose reminders a link stops; None for a link that we did not write."""
    try:
        return User.objects.filter(pk=signing.loads(token, salt=SALT), is_active=True).first()
    except signing.BadSignature:
        return None


def _people(on: dt.date) -> QuerySet[User]:
    """Return those who write or lead in a partnership now and want reminders."""
    held = Membership.objects.active(on).filter(role__in=[Role.COORDINATOR, Role.OFFICER])
    people = User.objects.filter(is_active=True, pk__in=held.values("user")).exclude(email="")
    return people.exclude(reminder_days=ReminderDays.NEVER).order_by("pk")
