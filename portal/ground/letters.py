"""Mails of the portal: written down once, sent once, and tried again while the mail server is down."""

from __future__ import annotations

import datetime as dt
import hashlib
import smtplib
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portal.ground.models import Letter, ReminderDays, User

# How the keys of reminders begin.
REMINDER = "reminder:"
FIRST_WAIT = dt.timedelta(minutes=5)
LONGEST_WAIT = dt.timedelta(hours=12)
# With the waits above, a mail server may be down for about a week.
MAX_ATTEMPTS = 20


@dataclass(frozen=True)
class Posted:
    """How many letters were sent, and how many could not be."""

    sent: int
    failed: int


def write_letter(recipient: User, *, key: str, subject: str, text: str) -> tuple[Letter, bool]:
    """Write a letter down, to be sent by `send_letters`. Returns it and whether it is new.

    `key` tells what the letter is about, and for when: a second one with the same key is not written.
    """
    words = {"recipient": recipient, "subject": subject.replace("\n", " ")[:200], "text": text}
    return Letter.objects.get_or_create(key=key, defaults=words)


def drop_older(newest: Letter, *, about: str) -> None:
    """No longer send its reader what waits under keys that begin with `about`: the newest letter says it."""
    older = Letter.objects.filter(recipient=newest.recipient_id, key__startswith=about, pk__lt=newest.pk, sent_at=None)
    older.filter(attempts__lt=MAX_ATTEMPTS).update(attempts=MAX_ATTEMPTS, failure="a newer letter says it")


def send_letters(now: dt.datetime) -> Posted:
    """Send what waits and is due; what the mail server refuses is tried again later, at growing intervals."""
    due = Letter.objects.filter(Q(try_again_at=None) | Q(try_again_at__lte=now), sent_at=None)
    sent = failed = 0
    for pk in list(due.filter(attempts__lt=MAX_ATTEMPTS).order_by("pk").values_list("pk", flat=True)):
        if not _claim(pk, now):
            continue
        if _send(Letter.objects.select_related("recipient").get(pk=pk), now):
            sent += 1
        else:
            failed += 1
    return Posted(sent, failed)


def _claim(pk: int, now: dt.datetime) -> bool:
    """Take a letter for this process: it is put off before it is sent, so that no other process sends it too.

    No transaction stays open while the mail server is asked: on SQLite everybody else would have to wait for it.
    """
    waiting = Letter.objects.filter(Q(try_again_at=None) | Q(try_again_at__lte=now), pk=pk, sent_at=None)
    return bool(waiting.update(try_again_at=now + FIRST_WAIT, attempts=F("attempts") + 1))


def _send(letter: Letter, now: dt.datetime) -> bool:
    person = letter.recipient
    has_stopped = letter.key.startswith(REMINDER) and person.reminder_days == ReminderDays.NEVER
    if has_stopped or not person.is_active or not person.email:
        # Whoever left in the meantime, or wants no more reminders, is not written to any more.
        why = "reminders were stopped" if has_stopped else "no active account with an address"
        Letter.objects.filter(pk=letter.pk).update(attempts=MAX_ATTEMPTS, failure=why)
        return False
    # The same letter keeps its number, so that a mail program knows one that came twice after a crash.
    digest = hashlib.sha256(letter.key.encode()).hexdigest()[:32]
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    headers = {
        "Message-ID": f"<{digest}@{domain}>",
        "Content-Language": person.language,
        "Auto-Submitted": "auto-generated",
    }
    try:
        EmailMessage(letter.subject, letter.text, to=[person.email], headers=headers).send()
    # An address that no mail can have is a ValueError; the letters behind it go on.
    except (OSError, smtplib.SMTPException, ValueError) as error:
        wait = min(FIRST_WAIT * 2 ** (letter.attempts - 1), LONGEST_WAIT)
        Letter.objects.filter(pk=letter.pk).update(try_again_at=now + wait, failure=f"{type(error).__name__}"[:250])
        return False
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now(), try_again_at=None, failure="")
    return True


def old_letters(before: dt.date) -> QuerySet[Letter]:
    """Return the letters that were written before a day; one that still waits to be sent by then says nothing new."""
    return Letter.objects.filter(written_at__date__lt=before).order_by("pk")
