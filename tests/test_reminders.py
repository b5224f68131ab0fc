"""One letter at each person's own interval, in their language, that says how much waits and leads there."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from portal.ground.models import AuditEntry, Letter, User
from portal.roof import reminders
from portal.roof.overviews.readiness import my_gaps
from portal.roof.reminders import remind, send_reminders
from tests.cast import make_entry, make_expense
from tests.test_letters import Down

MONDAY = dt.date(2025, 4, 7)
NOON = dt.datetime(2025, 4, 7, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(cast) -> User:
    """The coordinator in the north, who has one expense without a voucher."""
    entry = make_entry(cast.jette.partner, cast.coordinator_north)
    make_expense(cast.jette.partner, log_entry=entry, description="Secret of the house")
    return cast.coordinator_north


def choose(person: User, **fields) -> User:
    User.objects.filter(pk=person.pk).update(**fields)
    person.refresh_from_db()
    return person


def days_of_letters(person: User, days: int) -> list[int]:
    """Return after how many days from a Monday on a letter is written."""
    return [day for day in range(days) if remind(person, on=MONDAY + day * DAY)]


@pytest.mark.parametrize(("interval", "days"), [(0, []), (1, list(range(15))), (7, [0, 7, 14])])
def test_each_chooses_the_interval(writer, interval, days):
    assert days_of_letters(choose(writer, reminder_days=interval), 15) == days


@pytest.mark.parametrize("interval", [14, 28])
def test_longer_intervals_begin_on_mondays_too(writer, interval):
    first, second, *_later = days_of_letters(choose(writer, reminder_days=interval), 70)[1:]
    assert (first % 7, second - first) == (0, interval)


def test_a_missed_day_does_not_move_the_next_one(writer):
    assert remind(writer, on=MONDAY + 2 * DAY)
    assert [day for day in range(3, 9) if remind(writer, on=MONDAY + day * DAY)] == [7]


def test_a_letter_says_how_much_waits_and_never_what_a_record_says(writer, cast):
    choose(writer, language="en", first_name="Nora")
    send_reminders(NOON, on=MONDAY)
    letter = {message.to[0]: message for message in mail.outbox}["coordinator_north@example.org"]
    assert letter.subject.endswith("in the partnership portal")
    assert "Dear Nora," in letter.body
    assert "Expenses without a voucher: 1" in letter.body
    assert "http://127.0.0.1:8000/partnerships/programmes/jette-belfaa-2022-2026/2024/readiness/" in letter.body
    assert "Secret" not in letter.body


def test_sent_twice_it_arrives_once(writer):
    for _time in range(2):
        call_command("send_reminders", verbosity=0)
    assert [len(mail.outbox), Letter.objects.filter(sent_at=None).count()] == [Letter.objects.count(), 0]
    assert [message.to[0] for message in mail.outbox].count("coordinator_north@example.org") == 1


def test_who_has_nothing_to_do_gets_no_letter(cast):
    assert not remind(cast.viewer, on=MONDAY)
    assert not remind(cast.stranger, on=MONDAY)


@pytest.mark.parametrize(
    ("language", "word"), [("nl", "bewijsstuk"), ("fr", "justificative"), ("ar", "إثبات"), ("en", "voucher")]
)
def test_a_letter_speaks_the_persons_language(writer, language, word):
    assert remind(choose(writer, language=language), on=MONDAY)
    assert word in Letter.objects.get(recipient=writer).text


def test_the_interval_is_chosen_on_a_page(writer, client_of):
    client, address = client_of(writer), reverse("reminders")
    assert client.get(address).status_code == 200
    assert client.post(address, {"days": "28"}).status_code == 302
    assert client.post(address, {"days": "28"}).status_code == 302
    writer.refresh_from_db()
    assert writer.reminder_days == 28
    entry = AuditEntry.objects.about(writer).get()
    assert (entry.actor, entry.changes) == (writer, {"reminder_days": [7, 28]})
    wrong = client.post(address, {"days": "3"})
    assert (wrong.status_code, "Choose one of the intervals." in wrong.content.decode()) == (400, True)


def test_a_link_in_the_letter_stops_them_with_a_button(writer):
    remind(writer, on=MONDAY)
    link = re.search(r"/reminders/stop/\S+", Letter.objects.get(recipient=writer).text)[0]
    visitor = Client()
    assert visitor.get(link).status_code == 200
    writer.refresh_from_db()
    assert writer.reminder_days == 7, "a mail program that opens links stops nothing"
    assert visitor.post(link).status_code == 200
    writer.refresh_from_db()
    assert writer.reminder_days == 0


def of(person: User) -> list[str]:
    """Return the subjects of the letters that a person got."""
    return [message.subject for message in mail.outbox if person.email in message.to]


def test_after_days_without_a_mail_server_one_letter_arrives(writer, settings):
    choose(writer, reminder_days=1)
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{Down.__module__}.{Down.__qualname__}"
    for day in range(3):
        send_reminders(NOON + day * DAY, on=MONDAY + day * DAY)
    settings.EMAIL_BACKEND = working
    send_reminders(NOON + 3 * DAY, on=MONDAY + 3 * DAY)
    assert (len(of(writer)), Letter.objects.filter(recipient=writer).count()) == (1, 4)


def test_two_processes_that_remind_at_once_leave_one_letter_to_send(writer, monkeypatch):
    def meanwhile(person, *, on):
        monkeypatch.undo()
        assert remind(person, on=on)
        return my_gaps(person, on=on)

    monkeypatch.setattr(reminders, "my_gaps", meanwhile)
    assert not remind(writer, on=MONDAY)
    send_reminders(NOON, on=MONDAY)
    assert len(of(writer)) == 1


def test_what_waits_is_not_sent_to_who_stopped_meanwhile(writer, client_of, settings):
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{Down.__module__}.{Down.__qualname__}"
    send_reminders(NOON, on=MONDAY)
    client_of(writer).post(reverse("reminders"), {"days": "0"})
    settings.EMAIL_BACKEND = working
    send_reminders(NOON + DAY, on=MONDAY + DAY)
    assert of(writer) == []


@pytest.mark.parametrize("token", ["x", "1:abc:def", "a" * 3000])
def test_a_forged_link_stops_nobody(writer, token, client):
    assert client.post(reverse("stop_reminders", args=[token])).status_code == 404
