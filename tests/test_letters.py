"""Mails are written once, sent once, and tried again while the mail server is down."""

import datetime as dt
import threading

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, connections

from portal.ground.letters import MAX_ATTEMPTS, Posted, send_letters, write_letter
from portal.ground.models import Letter

NOON = dt.datetime(2026, 4, 13, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)

pytestmark = pytest.mark.django_db


class Down(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages):
        raise ConnectionRefusedError


def letter(cast, key: str = "reminder:1") -> tuple[Letter, bool]:
    return write_letter(cast.officer, key=key, subject="Two things\nwait", text="Look here.")


def test_a_letter_is_written_and_sent_once(cast):
    assert [letter(cast)[1], letter(cast)[1]] == [True, False]
    assert [send_letters(NOON), send_letters(NOON + 60 * MINUTE)] == [Posted(1, 0), Posted(0, 0)]
    sent = mail.outbox[0]
    assert (sent.to, sent.subject, sent.body) == (["officer@example.org"], "Two things wait", "Look here.")
    assert len(mail.outbox) == 1


def test_it_is_tried_again_at_growing_intervals(cast, settings):
    letter(cast)
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{Down.__module__}.{Down.__qualname__}"
    assert [send_letters(NOON), send_letters(NOON + 4 * MINUTE)] == [Posted(0, 1), Posted(0, 0)]
    assert send_letters(NOON + 5 * MINUTE) == Posted(0, 1)
    assert send_letters(NOON + 14 * MINUTE) == Posted(0, 0)
    row = Letter.objects.get()
    assert (row.attempts, row.failure, row.sent_at) == (2, "ConnectionRefusedError", None)
    settings.EMAIL_BACKEND = working
    assert send_letters(NOON + 15 * MINUTE) == Posted(1, 0)
    row.refresh_from_db()
    assert (row.attempts, row.failure, bool(row.sent_at)) == (3, "", True)


def test_it_is_given_up_in_the_end(cast, settings):
    letter(cast)
    Letter.objects.update(attempts=MAX_ATTEMPTS)
    assert (send_letters(NOON), mail.outbox) == (Posted(0, 0), [])


def test_an_address_that_no_mail_can_have_stops_no_other_letter(cast):
    write_letter(cast.viewer, key="reminder:0", subject="Two", text="Look.")
    letter(cast)
    type(cast.viewer).objects.filter(pk=cast.viewer.pk).update(email="two\nlines@example.org")
    assert (send_letters(NOON), [sent.to for sent in mail.outbox]) == (Posted(1, 1), [["officer@example.org"]])


@pytest.mark.parametrize("left", [{"is_active": False}, {"email": ""}])
def test_who_left_is_not_written_to(cast, left):
    letter(cast)
    type(cast.officer).objects.filter(pk=cast.officer.pk).update(**left)
    assert (send_letters(NOON), mail.outbox) == (Posted(0, 1), [])
    assert send_letters(NOON + 24 * 60 * MINUTE) == Posted(0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_processes_send_one_letter(cast):
    letter(cast)
    ready, posted = threading.Barrier(2), []

    def send() -> None:
        try:
            connection.ensure_connection()
            ready.wait(timeout=60)
            posted.append(send_letters(NOON).sent)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(posted), len(mail.outbox)) == ([0, 1], 1)
