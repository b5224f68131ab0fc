"""What is dated in a locked year is corrected by an entry in an open one; both refer to each other."""

import datetime as dt

import pytest
from django.utils import translation

from activities.models import LogEntry
from portal.roof.reports.data import build_report
from tests.cast import make_entry
from tests.log_form import filled
from tests.test_admin_writes import address, page_of

DAY = dt.date(2023, 6, 1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def entry(cast):
    """An entry of 2023."""
    return make_entry(cast.gillis.partner, cast.coordinator_south, starts_on=DAY)


@pytest.fixture
def lock(cast):
    """A function that locks 2023."""
    return lambda: cast.gillis.programme.years.filter(year=2023).update(state="locked")


@pytest.fixture
def correct(cast, client_of, entry):
    """A function that sends the form of a correction and returns the answer."""

    def send(person=cast.coordinator_south, **changes):
        client = client_of(person)
        client.cookies["django_language"] = "en"
        data = filled(entry.activity, person, text="There were thirteen.", **changes)
        return client.post(f"/activities/log/?corrects={entry.pk}", data)

    return send


def test_a_correction_refers_to_what_it_corrects(cast, entry, lock, correct, client_of):
    lock()
    assert correct(starts_on="2024-02-01").status_code == 302
    correction = LogEntry.objects.exclude(pk=entry.pk).get()
    assert correction.corrects == entry
    sheets = {sheet.pk: sheet for sheet in _log(client_of(cast.coordinator_south), entry)}
    assert [link.url for link in sheets[entry.pk].corrected_by] == [
        f"/activities/{entry.activity_id}/#entry-{correction.pk}"
    ]
    assert sheets[correction.pk].corrects.date_text == "1 June 2023"
    assert (sheets[entry.pk].is_locked, sheets[correction.pk].is_locked) == (True, False)


def test_it_stands_in_the_report_of_its_own_year(cast, entry, lock, correct):
    lock()
    correct(starts_on="2024-02-01")
    report = build_report(cast.gillis.partnership, dt.date(2024, 1, 1), dt.date(2024, 12, 31), on=dt.date(2025, 1, 1))
    told = [str(row.corrects) for activity in report.activities for row in activity.entries]
    assert told == ["1 June 2023"]


def test_what_can_be_changed_itself_is_not_corrected(entry, correct):
    answer = correct(starts_on="2024-02-01")
    assert answer.context["form"].non_field_errors() == [
        "The entry to correct is in no locked year: change that entry itself."
    ]
    assert answer.context["form"]["text"].value() == "There were thirteen."


def test_a_correction_is_not_dated_in_the_locked_year(entry, lock, correct):
    lock()
    answer = correct(starts_on="2023-07-01")
    assert answer.context["form"].errors["starts_on"] == ["The year 2023 is locked: an officer can open it again."]
    assert LogEntry.objects.count() == 1


def test_a_correction_stays_one_when_it_is_changed(cast, entry, lock, correct, client_of):
    lock()
    correct(starts_on="2024-02-01")
    row = LogEntry.objects.exclude(pk=entry.pk).get()
    data = filled(row.activity, cast.coordinator_south, text="Fourteen.", starts_on="2024-02-01", version=row.version)
    assert client_of(cast.coordinator_south).post(f"/activities/log/{row.pk}/edit/", data).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.corrects) == ("Fourteen.", entry)


@pytest.mark.parametrize("number", ["999999", "x", "9" * 40, "-1"])
def test_an_entry_that_is_not_there(cast, client_of, number):
    assert client_of(cast.officer).get(f"/activities/log/?corrects={number}").status_code == 404


def test_only_who_may_write_corrects(cast, entry, lock, client_of):
    lock()
    for part, status in [("viewer", 403), ("coordinator_north", 404), ("coordinator_south", 200)]:
        page = client_of(cast.people[part]).get(f"/activities/log/?corrects={entry.pk}")
        assert page.status_code == status


def test_an_administrator_writes_a_correction_by_the_same_rule(cast, entry, lock, client_of):
    boss = client_of(cast.administrator)
    boss.cookies["django_language"] = "en"
    data = page_of(boss, LogEntry) | {"activity": entry.activity_id, "corrects": entry.pk, "text": "Thirteen."}
    data |= {"starts_on": "2024-02-01", "ends_on": "2024-02-01"}
    refused = boss.post(address(LogEntry, "add"), data)
    assert refused.context["adminform"].form.non_field_errors() == [
        "The entry to correct is in no locked year: change that entry itself."
    ]
    lock()
    assert boss.post(address(LogEntry, "add"), data).status_code == 302
    assert LogEntry.objects.exclude(pk=entry.pk).get().corrects == entry


def _log(client, entry):
    return client.get(f"/activities/{entry.activity_id}/", headers={"accept-language": "en"}).context["log"].entries
