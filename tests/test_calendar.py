"""The calendar: what stands on which day, in both time zones, and the feed that leaves the portal."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from activities.models import Activity
from beneficiaries.models import Cohort, Course, Exam, Session
from partnerships.models import Deliverable, Phase, Place, Risk
from portal.ground import zones
from portal.ground.models import AccessToken
from portal.ground.tokens import make_token
from portal.roof.overviews.calendar import Kind, agenda_of, events_between, month_of
from tests.cast import in_all_languages, make_entry, make_grant
from tests.finance_rows import rule

PAGE = "/calendar/"
MAY = (dt.date(2024, 5, 1), dt.date(2024, 5, 31))


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def bond(cast):
    Activity.objects.update(status="idea")
    return cast.jette


@pytest.fixture
def cohort(bond):
    course = Course.objects.create(
        slug="c", kind="cycle", partnership=bond.partnership, **in_all_languages(title="Sewing")
    )
    return Cohort.objects.create(slug="a", course=course, name="Group A", starts_on=dt.date(2024, 1, 8))


def activity(bond, slug, **dates):
    given = {"kind": "workshop", "side": "partner", "status": "planned", "partnership": bond.partnership}
    return Activity.objects.create(slug=slug, **given, **dates, **in_all_languages(title=slug.capitalize()))


def days(starts_on, ends_on=None):
    ends = {"ends_on": ends_on, "ends_precision": "day"} if ends_on else {}
    return {"starts_on": starts_on, "starts_precision": "day", **ends}


def told(user, kinds=Kind, first=MAY[0], last=MAY[1]):
    return [(event.uid.split("-")[0], str(event.title)) for event in events_between(user, first, last, kinds=kinds)]


def test_each_room_gives_its_events_in_order(cast, bond, cohort):
    activity(bond, "walk", **days(dt.date(2024, 5, 14)))
    Session.objects.create(cohort=cohort, held_on=dt.date(2024, 5, 13), starts_at=dt.time(14))
    Session.objects.create(cohort=cohort, held_on=dt.date(2024, 5, 13), starts_at=dt.time(9))
    Exam.objects.create(slug="e", course=cohort.course, held_on=dt.date(2024, 5, 20), precision="day")
    Risk.objects.create(
        slug="r",
        kind="risk",
        partnership=bond.partnership,
        review_on=dt.date(2024, 5, 2),
        **in_all_languages(title="Staff"),
    )
    phase = Phase.objects.create(slug="p", partnership=bond.partnership, number=1, **in_all_languages(title="First"))
    Deliverable.objects.create(slug="d", phase=phase, due_on=dt.date(2024, 5, 31), **in_all_languages(title="Plan"))
    assert told(cast.coordinator_north) == [
        ("risk", "Staff"),
        ("session", "Sewing"),
        ("session", "Sewing"),
        ("activity", "Walk"),
        ("exam", "Sewing"),
        ("deliverable", "Plan"),
    ]
    assert told(cast.coordinator_south) == []
    assert told(cast.coordinator_north, [Kind.EXAM]) == [("exam", "Sewing")]


def test_what_is_only_thought_of_or_called_off_is_not_going_to_happen(cast, bond):
    for status in ("idea", "under_study", "cancelled"):
        row = activity(bond, status.replace("_", "-"), **days(dt.date(2024, 5, 14)))
        Activity.objects.filter(pk=row.pk).update(status=status)
    assert told(cast.officer) == []


@pytest.mark.parametrize(
    ("starts_on", "precision", "shown"),
    [(dt.date(2024, 5, 1), "month", True), (dt.date(2024, 1, 1), "year", True), (dt.date(2024, 4, 1), "month", False)],
)
def test_a_start_known_to_the_month_or_year_is_under_way_and_on_no_day(cast, bond, starts_on, precision, shown):
    row = activity(bond, "walk", starts_on=starts_on, starts_precision=precision)
    events = events_between(cast.officer, *MAY, kinds=[Kind.ACTIVITY])
    agenda = agenda_of(events, *MAY, today=MAY[0])
    assert [event.uid for event in agenda.under_way] == ([f"activity-{row.pk}"] if shown else [])
    assert agenda.days == []


def test_what_has_begun_and_has_no_end_yet_is_under_way(cast, bond):
    row = activity(bond, "open", **days(dt.date(2023, 2, 1)))
    assert told(cast.officer) == []
    Activity.objects.filter(pk=row.pk).update(status="ongoing")
    agenda = agenda_of(events_between(cast.officer, *MAY), *MAY, today=MAY[0])
    assert ([event.uid for event in agenda.under_way], agenda.days) == ([f"activity-{row.pk}"], [])


def test_a_short_activity_stands_on_each_of_its_days_and_a_long_one_above_them(cast, bond):
    short = activity(bond, "short", **days(dt.date(2024, 4, 30), dt.date(2024, 5, 2)))
    long = activity(bond, "long", **days(dt.date(2024, 4, 1), dt.date(2024, 12, 31)))
    agenda = agenda_of(events_between(cast.officer, *MAY), *MAY, today=dt.date(2024, 5, 2))
    assert [(day.date.day, [event.uid for event in day.events], day.is_today) for day in agenda.days] == [
        (1, [f"activity-{short.pk}"], False),
        (2, [f"activity-{short.pk}"], True),
    ]
    assert [event.uid for event in agenda.under_way] == [f"activity-{long.pk}"]


def test_a_month_is_whole_weeks_from_monday():
    month = month_of([], 2024, 5, today=dt.date(2024, 5, 14))
    assert [len(week) for week in month.weeks] == [7] * 5
    assert [day.is_outside for day in month.weeks[0]] == [True, True, False, False, False, False, False]
    assert [day.date for week in month.weeks for day in week if day.is_today] == [dt.date(2024, 5, 14)]


@pytest.mark.parametrize(
    ("day", "country", "text"),
    [
        (dt.date(2026, 8, 3), "MA", "10:00 in Casablanca, 11:00 in Brussels"),
        # Since 20 September 2026 Morocco is on UTC; in winter Brussels is an hour ahead of it, in summer two.
        (dt.date(2026, 9, 28), "MA", "10:00 in Casablanca, 12:00 in Brussels"),
        (dt.date(2026, 11, 30), "MA", "10:00 in Casablanca, 11:00 in Brussels"),
        (dt.date(2025, 12, 1), "BE", "10:00 in Brussels, 10:00 in Casablanca"),
    ],
)
def test_an_hour_is_told_in_both_countries_by_the_rules_of_its_day(day, country, text):
    assert zones.in_both(zones.at(day, dt.time(10), country)) == text


def test_the_report_of_a_year_is_due_in_the_next_until_it_is_locked(cast, bond):
    make_grant(bond.programme, cast.federal)
    rule(cast, "deadline", deadline_for="moral", month=4, day=30)
    april = (dt.date(2025, 4, 1), dt.date(2025, 4, 30))
    events = events_between(cast.coordinator_north, *april, kinds=[Kind.DEADLINE])
    assert [(event.starts_on, event.note, event.partnership) for event in events] == [
        (dt.date(2025, 4, 30), "Report 2024: moral report", bond.partnership.pk)
    ]
    bond.programme.years.filter(year=2024).update(state="locked")
    assert events_between(cast.coordinator_north, *april, kinds=[Kind.DEADLINE]) == []


@pytest.mark.parametrize("text", ["1-1", "0001-01", "9999-12", "2024-02"])
def test_every_month_that_there_is_has_a_page(cast, client_of, text):
    client = client_of(cast.viewer)
    for view in ("", "agenda"):
        page = client.get(PAGE, {"month": text, "view": view})
        assert (page.status_code, "There is no such month" in page.content.decode()) == (200, False)


@pytest.mark.parametrize("text", ["0000-01", "10000-01", "2024-13", "2024", "x", "2024-٠٥", "-1-1", "2024-05-01"])
def test_another_month_is_told_and_the_present_one_shown(cast, client_of, text):
    client = client_of(cast.viewer)
    client.cookies["django_language"] = "en"
    page = client.get(PAGE, {"month": text, "partnership": "x", "kind": ["nonsense"]})
    assert page.status_code == 200
    assert "There is no such month: this is the present one." in page.content.decode()
    assert page.context["month"].first == timezone.localdate().replace(day=1)


def test_the_ways_around_keep_what_was_chosen(cast, client_of, bond):
    of = str(bond.partnership.pk)
    page = client_of(cast.officer).get(PAGE, {"month": "2024-12", "partnership": of, "kind": ["exam", "entry"]})
    assert page.context["next_url"] == f"?month=2025-01&partnership={of}&kind=exam&kind=entry"
    assert page.context["agenda_url"] == f"?month=2024-12&view=agenda&partnership={of}&kind=exam&kind=entry"


def test_the_calendar_asks_as_often_however_much_there_is(cast, client_of, bond, cohort):
    client = client_of(cast.coordinator_north)
    address = f"{PAGE}?month=2024-05"

    def fill(number):
        activity(bond, f"a{number}", **days(dt.date(2024, 5, 14)))
        make_entry(bond.partner, cast.officer, starts_on=dt.date(2024, 5, 3), ends_on=dt.date(2024, 5, 3))
        Session.objects.create(cohort=cohort, held_on=dt.date(2024, 5, number))
        Exam.objects.create(slug=f"e{number}", course=cohort.course, held_on=dt.date(2024, 5, 20), precision="day")

    def asked():
        client.get(address)  # warm: the session, the language
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    fill(1)
    few = asked()
    for number in range(2, 9):
        fill(number)
    assert asked() == few


def feed_for(user):
    return make_token(user, label="Phone", scope=AccessToken.Scope.FEED, actor=user)


def entries(response):
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def test_a_feed_tells_what_its_owner_may_see_with_days_hours_and_towns(cast, client, bond, cohort):
    today = timezone.localdate()
    town = bond.partnership.sides.get(side="partner").municipality
    cohort.place = Place.objects.create(slug="x", municipality=town, is_confidential=True, name="Canary house")
    cohort.save()
    walk = activity(bond, "walk", **days(today, today + dt.timedelta(days=1)))
    activity(bond, "some-day", starts_on=today.replace(day=1), starts_precision="month")
    held = Session.objects.create(cohort=cohort, held_on=today + dt.timedelta(days=3), starts_at=dt.time(10))
    _row, secret = feed_for(cast.coordinator_north)
    answer = client.get(reverse("calendar_feed", args=[secret]))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/calendar; charset=utf-8", "private, max-age=900")
    assert b"Canary" not in answer.content
    found = {str(row["uid"]): row for row in entries(answer)}
    assert sorted(found) == [f"activity-{walk.pk}@testserver", f"session-{held.pk}@testserver"]
    whole, hour = found[f"activity-{walk.pk}@testserver"], found[f"session-{held.pk}@testserver"]
    assert (whole["dtstart"].dt, whole["dtend"].dt) == (today, today + dt.timedelta(days=2))
    assert str(whole["url"]) == f"http://testserver/activities/{walk.pk}/"
    moment = zones.at(held.held_on, dt.time(10), "MA")
    assert (hour["dtstart"].dt, str(hour["location"])) == (moment.astimezone(dt.UTC), str(town))
    _row, other = feed_for(cast.coordinator_south)
    assert entries(client.get(reverse("calendar_feed", args=[other]))) == []


def test_a_withdrawn_or_guessed_feed_leads_nowhere_and_a_feed_opens_nothing_else(cast, client, client_of):
    row, secret = feed_for(cast.coordinator_north)
    assert client.get("/api/v1/expenses/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    _row, reading = make_token(cast.viewer, label="A", scope="read", actor=cast.viewer)
    for guess in (reading, "portal_x", "x", "ا"):
        assert client.get(f"/calendar/feeds/{guess}.ics").status_code == 404
    assert client.get(reverse("calendar_feed", args=[secret])).status_code == 200
    mine = client_of(cast.coordinator_north)
    assert mine.post(reverse("token_withdraw", args=[row.pk])).headers["Location"] == "/calendar/feeds/"
    assert client.get(reverse("calendar_feed", args=[secret])).status_code == 404


def test_guessing_addresses_is_slowed_down(db, client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"api_token": "2/m/ip"}
    codes = [client.get(f"/calendar/feeds/portal_{number}.ics").status_code for number in range(4)]
    assert codes == [404, 404, 429, 429]


def test_the_address_of_a_feed_is_shown_once(cast, client_of):
    mine = client_of(cast.viewer)
    key = mine.get("/calendar/feeds/").context["form"].initial["submission_key"]
    sent = {"label": "My telephone", "submission_key": str(key)}
    address = mine.post("/calendar/feeds/", sent).context["address"]
    assert mine.get(address).status_code == 200
    assert mine.post("/calendar/feeds/", sent).status_code == 302
    assert address.rsplit("/", 1)[-1] not in mine.get("/calendar/feeds/").content.decode()
    assert [row.label for row in mine.get("/calendar/feeds/").context["rows"]] == ["My telephone"]
    assert sorted(mine.post("/calendar/feeds/", {"label": ""}).context["form"].errors) == ["label"]
