"""The overview of each reader: what waits, what is new, what comes, the large buttons and the first steps."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from activities.models import Activity, Photo
from beneficiaries.models import Cohort, Course, Session, Suggestion
from partnerships.models import Membership, ReviewRemark
from partnerships.services import Remark, return_year, submit_year
from portal.ground.models import AuditEntry, Letter, StartPage
from portal.roof.models import PublishedReport, Snapshot
from portal.roof.overviews.start.choosing import photo_places, sheets_near
from portal.roof.overviews.start.reader import Part, Reader
from tests.cast import in_all_languages, make_entry, make_expense
from tests.conftest import TODAY
from tests.public_site import published
from tests.statements import ASKED_ALONG, statements

pytestmark = pytest.mark.django_db
NEAR = ("today", "last week", "next week")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def overview(client_of, user):
    """Return what the overview of a person is made of."""
    return client_of(user).get("/").context


def reader(user):
    return Reader.of(user, TODAY)


def test_each_role_has_a_part(cast):
    parts = {name: reader(user).part for name, user in cast.people.items()}
    assert parts == {
        "administrator": Part.ADMINISTRATOR,
        "officer": Part.OFFICER,
        "viewer": Part.VIEWER,
        "coordinator_north": Part.COORDINATOR,
        "coordinator_south": Part.COORDINATOR,
        "stranger": Part.NOBODY,
    }


def test_a_role_of_yesterday_or_tomorrow_opens_nothing(cast):
    yesterday, tomorrow = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)
    for first, last in [(dt.date(2022, 1, 1), yesterday), (tomorrow, None)]:
        Membership.objects.filter(user=cast.officer).update(starts_on=first, ends_on=last)
        assert (reader(cast.officer).part, reader(cast.officer).leads) == (Part.NOBODY, [])


def test_the_three_buttons_are_usual_in_the_south_and_each_may_choose(cast, client_of):
    shown = {name: overview(client_of, user).get("has_buttons", False) for name, user in cast.people.items()}
    assert [name for name, has in shown.items() if has] == ["coordinator_south"]
    client = client_of(cast.coordinator_south)
    page = client.get("/").content.decode()
    assert [f'href="{url}"' in page for url in ("/activities/log/", "/start/attendance/", "/start/photo/")] == [
        True
    ] * 3
    for choice, expected in [("full", False), ("buttons", True), ("usual", True), ("nonsense", True)]:
        assert client.post("/start/page/", {"choice": choice}).headers["Location"] == "/"
        assert client.get("/").context["has_buttons"] is expected, choice
    north = client_of(cast.coordinator_north)
    north.post("/start/page/", {"choice": StartPage.BUTTONS})
    assert north.get("/").context["has_buttons"] is True
    viewer = client_of(cast.viewer)
    viewer.post("/start/page/", {"choice": StartPage.BUTTONS})
    assert viewer.get("/").context["has_buttons"] is False, "who may not write has nothing to press"


def test_a_choice_is_audited_once(cast, client_of):
    client = client_of(cast.coordinator_north)
    for _time in range(2):
        client.post("/start/page/", {"choice": "buttons"})
    [entry] = AuditEntry.objects.filter(actor=cast.coordinator_north)
    assert entry.changes == {"start_page": ["usual", "buttons"]}


def test_news_are_those_of_others_until_they_are_read(cast, client_of):
    make_entry(cast.jette.partner, cast.officer, text="Theirs")
    make_entry(cast.jette.partner, cast.coordinator_north, text="Mine")
    make_entry(cast.gillis.partner, cast.officer, text="Of another partnership")
    client = client_of(cast.coordinator_north)
    news = client.get("/").context["news"]
    assert ([str(item.text) for item in news.items], news.count) == (["Theirs"], 1)
    make_entry(cast.jette.partner, cast.officer, text="Meanwhile")
    assert client.post("/start/news/", {"until": news.until}).headers["Location"] == "/"
    news = client.get("/").context["news"]
    assert [str(item.text) for item in news.items] == ["Meanwhile"], "what the page did not show stays new"
    assert news.since_text.startswith("Since you said to have read it")


def test_looking_at_the_overview_reads_nothing(cast, client_of):
    client = client_of(cast.officer)
    client.get("/")
    cast.officer.refresh_from_db()
    assert cast.officer.news_read_at is None


def test_the_news_of_a_first_edition_lead_to_the_register_and_of_a_later_one_to_its_changes(cast, client_of):
    common = {"year": cast.jette.year(2024), "data": "{}", "sha256": "0", "taken_on": TODAY, "taken_by": cast.officer}
    _first, second = (Snapshot.objects.create(number=number, **common) for number in (1, 2))
    news = client_of(cast.coordinator_north).get("/").context["news"]
    assert {item.url for item in news.items} == {
        reverse("reports:register", args=["jette-belfaa"]),
        reverse("reports:changes", args=["jette-belfaa", second.pk]),
    }


def test_the_news_are_never_read_backward_nor_ahead(cast, client_of):
    client = client_of(cast.officer)
    for sent in ("2024-05-01T10:00:00+00:00", "9999-12-31T23:59:59+00:00", "2020-01-01T00:00:00+00:00"):
        client.post("/start/news/", {"until": sent})
    cast.officer.refresh_from_db()
    assert dt.timedelta(0) <= timezone.now() - cast.officer.news_read_at < dt.timedelta(minutes=5)


@pytest.mark.parametrize("until", ["", "yesterday", "2024-13-45T00:00:00+00:00", "2024-05-01T10:00:00", "\x00"])
def test_a_moment_that_is_none_is_told_so(cast, client_of, until):
    response = client_of(cast.officer).post("/start/news/", {"until": until}, follow=True)
    assert "This page is too old: open the overview again." in response.content.decode()
    cast.officer.refresh_from_db()
    assert cast.officer.news_read_at is None


def test_remarks_are_news_for_who_may_mend_them(cast, client_of):
    year = cast.jette.year(2025)
    ReviewRemark.objects.create(year=year, text="Say who came.", language="en", author=cast.officer)
    told = {
        name: [str(item.text) for item in overview(client_of, user)["news"].items]
        for name, user in cast.people.items()
        if name in {"coordinator_north", "coordinator_south", "viewer"}
    }
    assert told == {"coordinator_north": ["Say who came."], "coordinator_south": [], "viewer": []}


def test_more_news_than_fit_are_counted(cast, client_of):
    for number in range(10):
        make_entry(cast.jette.partner, cast.officer, text=f"Number {number}")
    news = overview(client_of, cast.coordinator_north)["news"]
    assert (len(news.items), news.count, news.more_text) == (8, 10, "2 more")
    assert (len(news.first), len(news.rest)) == (3, 5), "the others are folded"


def tasks(client_of, user):
    return {task.text: task.count for task in overview(client_of, user)["tasks"]}


def test_what_waits_depends_on_the_role(cast, client_of):
    year = cast.jette.year(2024)
    submit_year(year, actor=cast.coordinator_north)
    waits = "Jette – Belfaa: the report of 2024 waits for your validation"
    assert waits in tasks(client_of, cast.officer)
    assert waits not in tasks(client_of, cast.coordinator_north)
    return_year(year, [Remark("Say who came.")], actor=cast.officer, language="en")
    came_back = "Jette – Belfaa: the report of 2024 came back with remarks"
    assert came_back in tasks(client_of, cast.coordinator_north)
    assert came_back not in tasks(client_of, cast.officer), "who gave it back waits for the others"
    Suggestion.objects.create(
        partnership=cast.jette.partnership, made_on=TODAY, text="Later hours, please.", language="en"
    )
    make_expense(cast.jette.partner)
    seen = {name: tasks(client_of, user) for name, user in cast.people.items() if name != "stranger"}
    assert {name: found.get("Suggestions to answer") for name, found in seen.items()} == {
        "administrator": 1,
        "officer": 1,
        "viewer": None,
        "coordinator_north": 1,
        "coordinator_south": None,
    }
    assert {name: found.get("Expenses to judge") for name, found in seen.items()} == {
        "administrator": 1,
        "officer": 1,
        "viewer": None,
        "coordinator_north": None,
        "coordinator_south": None,
    }


def test_only_the_administrator_hears_of_letters_and_of_people_without_a_role(cast, client_of):
    Letter.objects.create(key="k", recipient=cast.officer, subject="s", text="t", attempts=3, failure="refused")
    told = tasks(client_of, cast.administrator)
    assert told["A letter that could not be sent yet"] == 1
    assert told["People without a role in any partnership"] == 1, "the stranger"
    assert not {"A letter that could not be sent yet", "People without a role in any partnership"} & set(
        tasks(client_of, cast.officer)
    )


@pytest.mark.parametrize(
    "status, ends_on, is_overdue",
    [
        ("ongoing", TODAY - dt.timedelta(days=1), True),
        ("planned", TODAY - dt.timedelta(days=400), True),
        ("delayed", TODAY - dt.timedelta(days=1), True),
        ("ongoing", TODAY, False),
        ("ongoing", None, False),
        ("done", TODAY - dt.timedelta(days=1), False),
        ("cancelled", TODAY - dt.timedelta(days=1), False),
        ("idea", TODAY - dt.timedelta(days=1), False),
    ],
)
def test_an_activity_is_overdue_the_day_after_its_last(cast, client_of, status, ends_on, is_overdue):
    Activity.objects.filter(pk=cast.jette.partner.pk).update(
        status=status, ends_on=ends_on, ends_precision="day" if ends_on else ""
    )
    found = overview(client_of, cast.coordinator_north)["overdue"]
    assert (found.count, len(found.items)) == ((1, 1) if is_overdue else (0, 0))


def test_the_charts_are_those_of_the_pages_behind_them(cast, client_of):
    make_expense(cast.jette.partner, amount="250.00", spent_on=dt.date(2025, 3, 1))
    make_expense(
        cast.jette.partner, amount="99.00", spent_on=dt.date(2025, 3, 1), decision="rejected", decision_reason="No."
    )
    cast.jette.programme.budget_lines.create(source=cast.own, year=2025, amount="1000.00", description="Rooms")
    page = client_of(cast.viewer).get(f"/partnerships/money/programmes/{cast.jette.programme.slug}/")
    [money] = [chart for chart in overview(client_of, cast.viewer)["charts"] if "budget" in chart["title"]]
    mine = next(bar for bar in money["bars"] if "Jette" in bar["label"])
    assert mine["value_text"].replace("\xa0", " ") in {"250.00 €", "€ 250.00"}
    assert [part["size"] for part in mine["parts"]] == [25, 75]
    assert [bar["value_text"] for bar in page.context["chart"]["bars"]] == [mine["value_text"]]


def test_people_are_counted_by_year_and_side(cast, client_of):
    for side, number in [(cast.jette.home, 3), (cast.jette.partner, 9)]:
        entry = make_entry(side, cast.officer, starts_on=dt.date(2025, 6, 1))
        entry.participations.create(target_group=cast.youth, sex="men", age_band=cast.age_bands[1], count=number)
    [people] = [chart for chart in overview(client_of, cast.viewer)["charts"] if "took part" in chart["title"]]
    bar = next(bar for bar in people["bars"] if bar["label"] == "2025")
    assert (bar["value_text"], [part["size"] for part in bar["parts"]]) == ("12", [25, 75])
    assert overview(client_of, cast.coordinator_south)["charts"] == [], "none of another partnership"


@pytest.fixture
def cohort(cast):
    course = Course.objects.create(
        slug="c", kind="cycle", partnership=cast.jette.partnership, **in_all_languages(title="Sewing")
    )
    return Cohort.objects.create(slug="a", course=course, name="Group A", starts_on=dt.date(2026, 1, 8))


def test_the_sheet_of_today_comes_first(cast, client_of, cohort):
    shifts = {"today": 0, "last week": -7, "next week": 7, "long ago": -60, "far ahead": 30}
    days = {
        name: Session.objects.create(cohort=cohort, held_on=TODAY + dt.timedelta(days=shift))
        for name, shift in shifts.items()
    }
    sheets = sheets_near(reader(cast.coordinator_north))
    urls = [[item.url for item in part] for part in (sheets.today, sheets.blank, sheets.others)]
    assert urls == [[reverse("beneficiaries:attendance", args=[days[name].pk])] for name in NEAR]
    assert not sheets_near(reader(cast.coordinator_south)), "none of another partnership"
    page = client_of(cast.coordinator_south).get("/start/attendance/").content.decode()
    assert "No session around these days" in page


def test_a_photo_goes_into_an_own_entry_or_a_new_one(cast, client_of):
    entry = make_entry(cast.jette.home, cast.coordinator_north, starts_on=TODAY)
    make_entry(cast.jette.home, cast.officer, starts_on=TODAY)
    places = photo_places(reader(cast.coordinator_north))
    assert [item.url for item in places.entries] == [f"/activities/log/{entry.pk}/edit/?open=photo#part-photo"]
    assert [item.url for item in places.activities] == [
        f"/activities/log/?activity={row.pk}&open=photo" for row in (cast.jette.home, cast.jette.partner)
    ]
    client = client_of(cast.coordinator_north)
    for item in (*places.entries, *places.activities):
        page = client.get(item.url.partition("#")[0])
        assert page.context["page"].opened["photo"] is True
        assert '<details class="form-part" id="part-photo" open>' in page.content.decode()


def test_the_first_steps_are_done_by_doing_them(cast, client_of):
    client = client_of(cast.coordinator_north)
    steps = client.get("/").context["steps"]
    assert [step.is_done for step in steps.steps] == [False] * 5
    entry = make_entry(cast.jette.partner, cast.coordinator_north)
    Photo.objects.create(
        log_entry=entry, file="p.jpg", thumbnail="t.jpg", width=4, height=3, added_by=cast.coordinator_north
    )
    steps = client.get("/").context["steps"]
    assert [step.is_done for step in steps.steps] == [False, True, True, False, False]
    assert "2 of 5 done" in client.get("/").content.decode()


def test_each_part_has_five_steps_that_lead_somewhere(cast, client_of):
    for name, user in cast.people.items():
        steps = overview(client_of, user).get("steps")
        assert len(steps.steps) == 5 if name != "stranger" else steps is None, name
        for step in steps.steps if steps else []:
            assert client_of(user).get(step.url, follow=True).status_code == 200, (name, step.title)


def test_the_first_steps_can_be_put_away_and_shown_again(cast, client_of):
    client = client_of(cast.viewer)
    client.post("/start/steps/", {"shown": "no"})
    assert client.get("/").context["steps"] is None
    client.post("/start/steps/", {"shown": "yes"})
    assert len(client.get("/").context["steps"].steps) == 5


def test_where_nothing_waits_the_page_says_what_to_do(cast, client_of):
    Activity.objects.update(status="idea")
    page = client_of(cast.coordinator_south).get("/").content.decode()
    assert "Nothing waits for you." in page
    assert "Log what happened lately" in page
    viewer = client_of(cast.viewer).get("/").content.decode()
    assert "What you can do here" in viewer
    assert "Log what happened lately" not in viewer


@pytest.mark.parametrize("rows", [1, 4])
def test_the_overview_asks_the_same_number_of_questions(cast, client_of, cohort, rows):
    for number in range(rows):
        day = TODAY - dt.timedelta(days=number)
        entry = make_entry(cast.jette.partner, cast.coordinator_north, starts_on=day)
        entry.participations.create(target_group=cast.youth, sex="men", age_band=cast.age_bands[1], count=3)
        make_expense(cast.jette.partner, spent_on=day)
        Session.objects.create(cohort=cohort, held_on=TODAY + dt.timedelta(days=number))
        ReviewRemark.objects.create(year=cast.jette.year(2025), text="Why?", language="en", author=cast.administrator)
    counted, client = [], client_of(cast.officer)
    for url in ("/", "/start/attendance/", "/start/photo/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counted.append(statements(queries))
    assert counted == [52 + ASKED_ALONG, 6, 7]


def test_the_news_of_a_published_report_say_which_one_in_which_language(cast, client_of):
    row = published(cast)
    row.job.pk = None
    row.job.asked = {"language": "fr", "edition": "public"}
    row.job.save()
    PublishedReport.objects.create(job=row.job, published_by=cast.officer)
    client = client_of(cast.coordinator_north)
    client.cookies["django_language"] = "nl"
    notes = [item.note for item in client.get("/").context["news"].items if "gepubliceerd" in item.note]
    assert [note.split("</bdi>")[0].removeprefix("<bdi>") for note in notes] == [
        "het verslag 2024/1 is voor iedereen gepubliceerd: Frans",
        "het verslag 2024/1 is voor iedereen gepubliceerd: Nederlands",
    ]
