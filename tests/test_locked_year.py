"""A locked year, a funder and a programme keep what they have seen of an activity, whichever door it is changed by."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from activities.models import Activity, CountingRule, Expenditure, LogEntry
from activities.resources import ActivityResource, ExpenditureResource
from activities.rules import check_change
from activities.services import move_activity, restore_entry
from partnerships.models import Place, Programme
from portal.ground.models import AuditEntry
from portal.ground.spreadsheets import Sheet
from tests.cast import in_all_languages, make_entry
from tests.indicator_rows import make_indicator, make_result, make_rule
from tests.learner_rows import enrol, make_cohort, make_course, make_learner
from tests.test_activity_form import filled
from tests.test_admin_writes import address, page_of

LOCKED = "The year 2023 is locked: an officer can open it again."
FEDERAL = "Federal money pays only for work in Morocco."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def activity(cast):
    """Return an activity with an entry of 2023, paid with federal money."""
    day = dt.date(2023, 6, 1)
    entry = make_entry(cast.gillis.partner, cast.coordinator_south, starts_on=day)
    Expenditure.objects.create(
        activity=entry.activity, log_entry=entry, source=cast.federal, spent_on=day, description="Bus", amount=100
    )
    return entry.activity


@pytest.fixture
def lock(activity, cast):
    """A function that locks 2023."""
    return lambda: cast.gillis.programme.years.filter(year=2023).update(state="locked")


@pytest.fixture
def by_form(cast, client_of, activity):
    """A function that sends the activity's form with some fields changed, and returns the errors."""
    client = client_of(cast.coordinator_south)
    client.cookies["django_language"] = "en"
    stored = {"title_fr": activity.title_fr, "title_nl": activity.title_nl, "title_en": activity.title_en}
    stored |= {"title_ar": activity.title_ar, "summary_fr": "", "kind": "training", "starts_on": "2022-03-01"}

    def send(**changes):
        data = filled(cast, **(stored | {"version": activity.version} | changes))
        response = client.post(f"/activities/{activity.pk}/edit/", data)
        return {} if response.status_code == 302 else response.context["form"].errors

    return send


@pytest.fixture
def by_admin(cast, client_of, activity):
    """A function that does the same in the administration."""
    client = client_of(cast.administrator)

    def send(**changes):
        data = page_of(client, Activity, activity.pk) | changes
        response = client.post(address(Activity, "change", activity.pk), data)
        return {} if response.status_code == 302 else response.context_data["adminform"].form.errors

    return send


@pytest.fixture
def by_sheet(cast, activity):
    """A function that does the same with a spreadsheet."""

    def send(**changes):
        resource = ActivityResource(actor=cast.administrator)
        cells = [activity.slug, *(getattr(value, "slug", value) for value in changes.values())]
        outcome = bring_in(resource, ["slug", *changes], cells)
        return {fault.column: [fault.reason] for fault in outcome.faults}

    return send


def bring_in(resource, heading, *rows):
    """Look at a sheet and write it."""
    sheet = Sheet(heading, list(enumerate(rows, 2)))
    return resource.bring_in(sheet, seen=resource.bring_in(sheet).fingerprint)


@pytest.fixture(params=["by_form", "by_admin", "by_sheet"])
def change(request):
    """Each door in turn; it returns the sentences with which it refuses."""
    door = request.getfixturevalue(request.param)

    def send(**changes):
        if request.param != "by_sheet":
            changes = {name: getattr(value, "pk", value) for name, value in changes.items()}
        return door(**changes)

    return send


def sentences(errors):
    return [str(sentence) for told in errors.values() for sentence in told]


@pytest.mark.parametrize("field", ["side", "place", "programme", "outcome", "title_nl", "summary_fr"])
def test_what_a_locked_year_shows_stays(cast, activity, lock, change, field):
    value = {
        "side": "home",
        "place": Place.objects.create(
            slug="hall", municipality=cast.gillis.partnership.municipalities.first(), **in_all_languages(name="Hall")
        ),
        "programme": "",
        "outcome": make_result(cast.gillis, "outcome"),
        "title_nl": "Iets anders",
        "summary_fr": "Autre chose",
    }[field]
    before = Activity.objects.values().get(pk=activity.pk)
    lock()
    errors = change(**{field: value})
    assert sentences(errors) == [LOCKED]
    assert Activity.objects.values().get(pk=activity.pk) == before


def test_no_activity_with_learners_of_a_locked_year_goes_to_another_result(cast, activity, lock):
    activity.log_entries.update(starts_on=dt.date(2022, 6, 1), ends_on=dt.date(2022, 6, 1))
    activity.expenditures.update(spent_on=dt.date(2022, 6, 1))
    course = make_course(cast.gillis)
    enrol(
        make_cohort(course, starts_on=dt.date(2023, 1, 9)), make_learner(cast.gillis), enrolled_on=dt.date(2023, 2, 1)
    )
    Activity.objects.filter(pk=activity.pk).update(course=course)
    activity.refresh_from_db()
    lock()
    activity.outcome = make_result(cast.gillis, "outcome")
    with pytest.raises(ValidationError) as error, transaction.atomic():
        check_change(activity)
    assert error.value.message_dict == {"outcome": [LOCKED]}


@pytest.mark.parametrize(("what", "is_kept"), [("participations", True), ("enrolments", True), ("entries", False)])
def test_a_rule_that_counts_people_stays_while_a_year_that_it_counts_is_locked(cast, client_of, lock, what, is_kept):
    rule = make_rule(make_indicator(make_result(cast.gillis, "outcome")), what=what)
    boss = client_of(cast.administrator)
    data = page_of(boss, CountingRule, rule.pk)
    lock()
    status = boss.post(address(CountingRule, "change", rule.pk), data | {"side": "home"}).status_code
    gone = boss.post(address(CountingRule, "delete", rule.pk), {"post": "yes"}).status_code
    assert (status, gone) == ((403, 403) if is_kept else (302, 302))


def test_what_it_does_not_show_may_change(cast, activity, lock, change):
    lock()
    assert change(kind="workshop", starts_on="2022-04-01") == {}
    activity.refresh_from_db()
    assert activity.kind == "workshop"
    move_activity(activity, actor=cast.coordinator_south, to="done", note="", version=activity.version)


def test_a_withdrawn_entry_holds_no_year(activity, lock, change):
    LogEntry.objects.update(withdrawn_at=timezone.now())
    lock()
    assert change(title_nl="Iets anders") == {}


def test_the_funders_are_asked_when_the_side_changes(activity, change):
    assert sentences(change(side="home")) == [FEDERAL]
    assert Activity.objects.get(pk=activity.pk).side == "partner"
    Expenditure.objects.all().delete()
    assert change(side="home") == {}


def test_a_new_programme_holds_the_entries(cast, activity, change):
    later = Programme.objects.create(
        slug="later",
        partnership=cast.gillis.partnership,
        state="running",
        starts_on=dt.date(2027, 1, 1),
        ends_on=dt.date(2031, 12, 31),
        **in_all_languages(name="Later"),
    )
    dates = {"starts_on": "2027-03-01"}
    refused = "This activity has log entries outside the years of the programme (2027 – 2031)."
    assert sentences(change(programme=later, **dates)) == [refused]
    LogEntry.objects.update(withdrawn_at=timezone.now())
    assert change(programme=later, **dates) == {}
    with pytest.raises(ValidationError):
        restore_entry(LogEntry.objects.get(), actor=cast.coordinator_south)


def test_an_entry_does_not_come_back_with_money_that_may_not_be_spent(cast, activity):
    LogEntry.objects.update(withdrawn_at=timezone.now())
    Activity.objects.filter(pk=activity.pk).update(side="home")
    with pytest.raises(ValidationError, match=FEDERAL):
        restore_entry(LogEntry.objects.get(), actor=cast.coordinator_south)


def test_the_sentence_stands_beside_the_field(activity, lock, by_form, by_admin, by_sheet):
    assert list(by_form(side="home")) == list(by_admin(side="home")) == ["side"]
    assert list(by_sheet(side="home")) == ["Place of work"]
    lock()
    assert list(by_form(title_nl="x")) == list(by_admin(title_nl="x")) == ["title_nl"]


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_no_activity_is_part_of_its_own_part(cast, activity, change, steps):
    part = activity
    for number in range(steps):
        part = Activity.objects.create(
            slug=f"part-{number}",
            partnership=cast.gillis.partnership,
            kind="workshop",
            side="partner",
            part_of=part,
            **in_all_languages(title=f"Part {number}"),
        )
    errors = change(part_of=part)
    assert sentences(errors) == ["An activity is no part of itself, nor of one of its own parts."]
    assert [name.casefold().replace(" activity", "").replace(" ", "_") for name in errors] == ["part_of"]
    assert Activity.objects.get(pk=activity.pk).part_of is None
    assert change(part_of=cast.gillis.home) == {}


def test_itself_is_no_part_either(activity, by_admin, by_sheet):
    for send, value in [(by_admin, activity.pk), (by_sheet, activity)]:
        assert len(sentences(send(part_of=value))) == 1


def test_a_sheet_without_a_change_passes_a_locked_year(cast, activity, lock, client_of):
    Expenditure.objects.update(original_amount=1000, original_currency="MAD", rate=10)
    lock()
    for resource, rows in [(ExpenditureResource, Expenditure.objects), (ActivityResource, Activity.objects)]:
        taken = resource(actor=cast.administrator)
        names, cells = taken.get_export_order(), list(taken.rows_of(rows.all()))
        outcome = bring_in(resource(actor=cast.administrator), names, *cells)
        assert (outcome.faults, outcome.changes, outcome.unchanged) == ([], [], len(cells))
        # A viewer on the staff reads everything, and changes nothing by sending it back.
        assert bring_in(resource(actor=cast.viewer), names, *cells).faults == []
    number = Expenditure.objects.get().pk
    for changed in [("spent_on", "2024-01-01"), ("description", "Train"), ("amount", 1)]:
        told = bring_in(ExpenditureResource(actor=cast.administrator), ["id", changed[0]], [number, changed[1]])
        assert [fault.reason for fault in told.faults] == ["This expense is dated in a locked year."]


@pytest.mark.parametrize(
    ("rate", "text"), [("10", "10"), ("100", "100"), ("10.85", "10.85"), ("0.000001", "0.000001"), ("1000", "1000")]
)
def test_a_rate_leaves_as_people_write_it(cast, activity, client_of, rate, text):
    Expenditure.objects.update(original_amount=1000, original_currency="MAD", rate=rate)
    page = client_of(cast.administrator).post(reverse("admin:activities_expenditure_export"), {"kind": "csv"})
    assert text in page.content.decode("utf-8-sig").splitlines()[1].split(";")


def test_a_number_too_large_for_the_database_is_no_error(cast, client_of):
    boss = client_of(cast.administrator)
    for number in ["9" * 25, "-" + "9" * 25]:
        for model in [Activity, LogEntry, Expenditure, AuditEntry]:
            page = boss.get(address(model, "changelist"), {"id__in": number}, follow=True)
            assert page.status_code == 200
