"""A delay is recorded when an activity falls behind and ends when it goes on, whichever door it moves through (A12)."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from activities.models import Activity, Delay, Status
from activities.resources import ActivityResource
from activities.services import StaleVersion, create_entry, move_activity, record_delay, update_delay
from activities.services.values import EntryValues
from portal.ground.models import AuditEntry
from portal.ground.spreadsheets import Sheet
from tests.test_admin_writes import address, page_of

MARCH, MAY = dt.date(2024, 3, 1), dt.date(2024, 5, 14)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def activity(cast):
    """Return an activity that is planned for March 2024."""
    row = cast.jette.partner
    row.status, row.starts_on, row.starts_precision = "planned", MARCH, "month"
    row.status_note_nl = "Wacht op de raad"
    row.save()
    return row


def move(activity, cast, to, note="", **days):
    current = Activity.objects.get(pk=activity.pk)
    return move_activity(current, actor=cast.coordinator_north, to=to, note=note, version=current.version, **days)


def told(delay):
    return delay.planned_text, delay.revised_text, delay.reason, delay.is_over, delay.ended_text


def test_a_delayed_activity_says_for_when_it_was_planned_why_and_for_when_now(activity, cast):
    move(activity, cast, Status.DELAYED, "No permit yet", revised=(dt.date(2024, 9, 1), "month"))
    delay = activity.delays.get()
    assert told(delay) == ("March 2024", "September 2024", "No permit yet", False, "")
    assert (delay.number, delay.reason_nl) == (1, "")
    move(activity, cast, Status.ONGOING, ended=(MAY, "day"))
    delay.refresh_from_db()
    assert told(delay) == ("March 2024", "September 2024", "No permit yet", True, "14 May 2024")
    verbs = AuditEntry.objects.about(activity).filter(target_type="activities.delay").values_list("verb", flat=True)
    assert sorted(verbs) == ["create", "update"]


def test_an_unknown_end_stays_unknown(activity, cast):
    move(activity, cast, Status.DELAYED, "No permit yet")
    move(activity, cast, Status.DONE)
    assert told(activity.delays.get())[3:] == (True, "")


def test_what_is_logged_ends_the_delay_on_its_first_day(activity, cast):
    move(activity, cast, Status.DELAYED, "No permit yet")
    values = EntryValues(activity, MAY, MAY + dt.timedelta(days=2), "en", "It began.")
    create_entry(values, actor=cast.coordinator_north, key=uuid.uuid4())
    assert told(activity.delays.get())[3:] == (True, "14 May 2024")


def put_off(activity, cast, key=None, **values):
    given = {"reason_en": "The builder is late", "planned_on": MARCH, "planned_precision": "month", **values}
    return record_delay(activity, given, actor=cast.coordinator_north, key=key or uuid.uuid4())


def test_what_is_put_off_once_more_has_another_delay_and_all_end_together(activity, cast):
    put_off(activity, cast, revised_on=dt.date(2024, 9, 1), revised_precision="month")
    put_off(activity, cast, planned_on=dt.date(2024, 9, 1), reason_en="No money")
    activity.refresh_from_db()
    assert (activity.status, activity.status_note_en, activity.status_note_nl) == ("delayed", "No money", "")
    assert list(activity.delays.values_list("number", "reason_en")) == [(1, "The builder is late"), (2, "No money")]
    move(activity, cast, Status.ONGOING, ended=(MAY, "day"))
    assert list(activity.delays.values_list("is_over", "ended_on")) == [(True, MAY), (True, MAY)]


def test_a_form_sent_twice_records_one_delay(activity, cast):
    key = uuid.uuid4()
    assert [put_off(activity, cast, key)[1], put_off(activity, cast, key)[1]] == [True, False]
    assert activity.delays.count() == 1


@pytest.mark.parametrize("status", ["idea", "done", "cancelled"])
def test_what_is_not_under_way_is_not_delayed(activity, cast, status):
    Activity.objects.filter(pk=activity.pk).update(status=status)
    with pytest.raises(ValidationError, match="cannot become “delayed”"):
        put_off(activity, cast)
    assert not Delay.objects.exists()


def test_a_viewer_records_no_delay(activity, cast):
    with pytest.raises(PermissionDenied):
        record_delay(activity, {}, actor=cast.viewer, key=uuid.uuid4())


def test_a_revised_date_before_the_first_one_is_refused(activity, cast):
    with pytest.raises(ValidationError) as refused:
        put_off(activity, cast, revised_on=dt.date(2023, 12, 1), revised_precision="month")
    assert refused.value.message_dict == {"revised_on": ["A delay ends later than planned: check both dates."]}


def test_a_correction_of_an_older_version_is_refused(activity, cast):
    delay, _new = put_off(activity, cast)
    update_delay(delay, {"reason_en": "The rain"}, actor=cast.coordinator_north, version=1)
    with pytest.raises(StaleVersion):
        update_delay(delay, {"reason_en": "The snow"}, actor=cast.coordinator_north, version=1)
    assert Delay.objects.get().reason_en == "The rain"


def test_a_locked_year_keeps_the_end_of_a_delay(activity, cast):
    delay, _new = put_off(activity, cast)
    cast.jette.programme.years.filter(year=2024).update(state="locked")
    with pytest.raises(ValidationError, match="The year 2024 is locked"):
        move(activity, cast, Status.ONGOING, ended=(MAY, "day"))
    ended = {"is_over": True, "ended_on": MAY, "ended_precision": "day"}
    with pytest.raises(ValidationError, match="The year 2024 is locked"):
        update_delay(delay, ended, actor=cast.coordinator_north, version=1)
    assert not Delay.objects.get().is_over


def test_the_administration_records_and_ends_it_too(activity, cast, client_of):
    client = client_of(cast.administrator)
    for status, over in [("delayed", False), ("ongoing", True)]:
        data = page_of(client, Activity, activity.pk) | {"status": status, "status_note_nl": "Geen vergunning"}
        assert client.post(address(Activity, "change", activity.pk), data).status_code == 302
        assert [(row.reason_nl, row.is_over) for row in activity.delays.all()] == [("Geen vergunning", over)]


def test_a_sheet_records_and_ends_it_too(activity, cast):
    for status, over in [("delayed", False), ("ongoing", True)]:
        sheet = Sheet(["short name", "status"], [(2, [activity.slug, status])])
        seen = ActivityResource(actor=cast.officer).bring_in(sheet)
        assert not seen.faults
        ActivityResource(actor=cast.officer).bring_in(sheet, seen=seen.fingerprint)
        assert [(row.reason_nl, row.is_over) for row in activity.delays.all()] == [("Wacht op de raad", over)]
