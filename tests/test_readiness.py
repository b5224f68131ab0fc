"""The board of a year says what its report lacks, who has it, where it is filled, and how many days are left."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from activities.models import Activity, Photo, Status, Voucher
from partnerships.models import (
    FundingRule,
    Indicator,
    IndicatorValue,
    Membership,
    NarrativeSection,
    Outcome,
    PerformanceScore,
    ProgrammeYear,
    Scale,
    ScaleLevel,
    ScoreCriterion,
    SectionHeading,
)
from portal.roof.overviews.readiness import Kind, board_of, my_gaps
from tests.cast import in_all_languages, make_entry, make_expense, make_grant, settle
from tests.conftest import TODAY

ON = dt.date(2025, 4, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def year(cast) -> ProgrammeYear:
    """2024 of Jette, in which nothing is missing yet: one activity, with an entry in the year."""
    Activity.objects.filter(pk=cast.jette.home.pk).update(status=Status.IDEA)
    make_entry(cast.jette.partner, cast.coordinator_north)
    return cast.jette.year(2024)


@pytest.fixture
def outcome(cast) -> Outcome:
    bond = cast.jette
    return Outcome.objects.create(
        slug="youth",
        partnership=bond.partnership,
        programme=bond.programme,
        level="outcome",
        **in_all_languages(title="Young people lead projects"),
    )


def told(year, user, *, on=ON) -> list[tuple[str, str, str, bool]]:
    """Return the gaps of a board as (kind, title, owner, whether the reader has it)."""
    board = board_of(year, user, on=on)
    return [(gap.kind, str(gap.title), gap.owner, gap.is_mine) for group in board.groups for gap in group.gaps]


def test_a_complete_year_lacks_nothing(cast, year):
    assert told(year, cast.coordinator_north) == []


def test_an_activity_under_way_needs_an_entry_in_the_year(cast, year):
    row = cast.jette.home
    Activity.objects.filter(pk=row.pk).update(status=Status.ONGOING)
    gap = (Kind.LOG, "Village of solidarity, jette-belfaa", "coordinators in Belgium", True)
    assert told(year, cast.coordinator_north) == [gap]
    assert told(year, cast.officer) == [(*gap[:3], False)]
    make_entry(row, cast.officer, starts_on=dt.date(2023, 12, 30), ends_on=dt.date(2024, 1, 2))
    assert told(year, cast.coordinator_north) == []


@pytest.mark.parametrize("status", [Status.IDEA, Status.UNDER_STUDY, Status.PLANNED, Status.CANCELLED])
def test_what_was_not_under_way_needs_none(cast, year, status):
    Activity.objects.filter(pk=cast.jette.home.pk).update(status=status)
    assert told(year, cast.coordinator_north) == []


def test_a_withdrawn_entry_does_not_count(cast, year):
    entry = cast.jette.partner.log_entries.get()
    type(entry).objects.filter(pk=entry.pk).update(withdrawn_at=dt.datetime(2024, 6, 1, tzinfo=dt.UTC))
    assert [gap[0] for gap in told(year, cast.coordinator_north)] == [Kind.LOG]


def test_an_expense_needs_a_voucher(cast, year):
    row = make_expense(cast.jette.partner, description="Bus")
    assert told(year, cast.coordinator_north) == [(Kind.VOUCHER, "Bus", "coordinators in Morocco", False)]
    Voucher.objects.create(expenditure=row, number="1")
    assert told(year, cast.coordinator_north) == []


def test_a_photo_needs_consent_and_its_author_has_it(cast, year):
    entry = cast.jette.partner.log_entries.get()
    photo = Photo.objects.create(log_entry=entry, caption="In the hall", file="a.jpg", thumbnail="b.jpg")
    assert told(year, cast.coordinator_north) == [(Kind.CONSENT, "In the hall", "coordinator_north", True)]
    Photo.objects.filter(pk=photo.pk).update(consent=Photo.Consent.GIVEN, consented_on=entry.starts_on)
    assert told(year, cast.coordinator_north) == []


def test_an_indicator_needs_a_value_and_an_officer_who_stands_for_it(cast, year, outcome):
    row = Indicator.objects.create(
        slug="projects", outcome=outcome, owner=cast.officer, **in_all_languages(title="Projects defended")
    )
    assert told(year, cast.officer) == [(Kind.INDICATOR, "Projects defended", "officer", True)]
    value = IndicatorValue.objects.create(
        indicator=row, starts_on=year.starts_on, ends_on=year.ends_on, value=3, author=cast.officer
    )
    assert told(year, cast.officer) == [(Kind.VALIDATION, "Projects defended", "officers", True)]
    assert told(year, cast.coordinator_north) == [(Kind.VALIDATION, "Projects defended", "officers", False)]
    IndicatorValue.objects.filter(pk=value.pk).update(state="validated", validated_by=cast.officer)
    assert told(year, cast.officer) == []
    assert [gap[0] for gap in told(cast.jette.year(2023), cast.officer)] == [Kind.INDICATOR, Kind.LOG]


def test_each_outcome_and_the_whole_need_all_scores(cast, year, outcome):
    scale = Scale.objects.create(slug="a-d", **in_all_languages(name="A–D"))
    level = ScaleLevel.objects.create(scale=scale, value=1, **in_all_languages(label="A"))
    for slug in ("relevance", "gender"):
        ScoreCriterion.objects.create(slug=slug, scale=scale, **in_all_languages(name=slug))
    ScoreCriterion.objects.create(slug="no-scale", **in_all_languages(name="Without a scale"))
    ScoreCriterion.objects.create(slug="bwi", scale=scale, source=cast.bwi, **in_all_languages(name="Of a funder"))
    titles = ["Jette – Belfaa 2022–2026", "Young people lead projects"]
    assert [gap[1] for gap in told(year, cast.officer)] == titles
    for criterion in ScoreCriterion.objects.filter(slug__in=["relevance", "gender"]):
        PerformanceScore.objects.create(
            programme=year.programme,
            year=2024,
            outcome=outcome,
            criterion=criterion,
            level=level,
            justification="Good.",
        )
    assert [gap[1] for gap in told(year, cast.officer)] == titles[:1]
    make_grant(year.programme, cast.bwi)
    assert [gap[1] for gap in told(year, cast.officer)] == titles


def test_a_required_section_is_to_be_written_by_its_owner(cast, year):
    heading = SectionHeading.objects.create(slug="context", languages=["fr"], **in_all_languages(title="Context"))
    SectionHeading.objects.create(slug="extra", is_required=False, **in_all_languages(title="Extra"))
    assert told(year, cast.coordinator_north) == [(Kind.SECTION, "Context", "coordinators", True)]
    section = NarrativeSection.objects.create(year=year, heading=heading, language="fr", owner=cast.officer)
    assert told(year, cast.coordinator_north) == [(Kind.SECTION, "Context", "officer", False)]
    NarrativeSection.objects.filter(pk=section.pk).update(text="Le contexte.", edition=3)
    assert told(year, cast.officer) == []
    NarrativeSection.objects.create(
        year=year, heading=heading, language="nl", text="De context.", translation_of=section, translated_edition=2
    )
    assert told(year, cast.officer) == [(Kind.TRANSLATION, "Context", "coordinators", False)]


@pytest.fixture
def deadlines(cast, year):
    """The reports that the federal government asks for: the moral one by 30 April, the financial one by 30 June."""
    make_grant(year.programme, cast.federal)
    for what, month, day in (("moral", 4, 30), ("financial", 6, 30)):
        FundingRule.objects.create(
            slug=what,
            source=cast.federal,
            kind=FundingRule.Kind.DEADLINE,
            deadline_for=what,
            month=month,
            day=day,
            **in_all_languages(title=what),
        )


@pytest.mark.usefixtures("deadlines")
def test_the_days_left_are_the_funders_rule(cast, year):
    dues = [(str(due.due_on), due.days_text) for due in board_of(year, cast.officer, on=ON).dues]
    assert dues == [("2025-04-30", "29 days left"), ("2025-06-30", "90 days left")]
    late = board_of(year, cast.officer, on=dt.date(2025, 5, 1)).dues[0]
    assert (late.is_late, late.days_text) == (True, "1 day late")
    make_expense(cast.jette.partner)
    group = board_of(year, cast.officer, on=ON).groups[0]
    assert (group.kind, group.due.days) == (Kind.VOUCHER, 90)


def test_what_is_mine_comes_first_and_the_rest_is_counted(cast, year):
    for number in range(10):
        make_expense(cast.jette.home, description=f"Theirs {number}")
    entry = cast.jette.partner.log_entries.get()
    make_expense(cast.jette.partner, description="Mine", log_entry=entry, spent_on=dt.date(2024, 12, 1))
    Membership.objects.filter(user=cast.coordinator_north).update(side="partner")
    group = board_of(year, cast.coordinator_north, on=ON).groups[0]
    assert (group.count, group.mine, len(group.gaps), str(group.gaps[0].title)) == (11, 1, 8, "Mine")
    page = board_of(year, cast.coordinator_north, on=ON, kind=Kind.VOUCHER).groups[0]
    assert (len(page.gaps), group.all_text, page.all_text) == (11, "All 11", "")


def test_my_gaps_leave_out_final_years_and_what_can_wait(cast, year):
    make_expense(cast.jette.partner, spent_on=dt.date(2025, 3, 1))
    ProgrammeYear.objects.filter(year__in=[2022, 2023]).update(state="locked")
    waiting = my_gaps(cast.officer, on=ON)
    assert [(row.label, row.count, row.mine) for row in waiting.years] == [
        ("Sint-Gillis – Berkane 2024", 2, 0),
        ("Jette – Belfaa 2025", 1, 0),
    ]


def test_the_page_leads_to_each_gap(cast, client_of, year):
    row = make_expense(cast.jette.partner, description="Bus")
    address = reverse("partnerships:year_readiness", args=[year.programme.slug, 2024])
    client = client_of(cast.coordinator_north)
    page = client.get(address).content.decode()
    assert f'href="{reverse("activities:expense_detail", args=[row.pk])}"' in page
    assert "Expenses without a voucher" in page
    for query in ("?kind=voucher&page=7", "?kind=nonsense", "?page=x", "?kind=voucher&page=99999999999"):
        assert client.get(address + query).status_code == 200
    assert client_of(cast.coordinator_south).get(address).status_code == 404
    # Who may only read is told, and led to no form.
    read = client_of(cast.viewer).get(address).content.decode()
    assert "Bus" in read
    assert reverse("activities:expense_detail", args=[row.pk]) not in read


def test_a_kind_of_which_nothing_is_missing_shows_what_else_is(cast, client_of, year):
    make_expense(cast.jette.partner, description="Bus")
    address, client = reverse("partnerships:year_readiness", args=[year.programme.slug, 2024]), client_of(cast.officer)
    client.cookies["django_language"] = "en"
    for query in ("?kind=consent", "?kind=consent&page=3", "?kind=voucher&page=7"):
        page = client.get(address + query).content.decode()
        assert [text in page for text in ("Bus", "Nothing is missing.", "page=6")] == [True, False, False]


@pytest.mark.parametrize("number", [0, 40_000, 10**30])
def test_a_year_that_no_database_could_hold_is_not_there(cast, client_of, year, number):
    address = reverse("partnerships:year_readiness", args=[year.programme.slug, number])
    assert client_of(cast.coordinator_north).get(address).status_code == 404


@pytest.mark.usefixtures("deadlines")
def test_the_board_of_a_locked_year_asks_nothing_of_anybody(cast, client_of, year):
    row = make_expense(cast.jette.partner, description="Bus", log_entry=cast.jette.partner.log_entries.get())
    address = reverse("partnerships:year_readiness", args=[year.programme.slug, 2024])
    client = client_of(cast.coordinator_north)
    client.cookies["django_language"] = "en"
    asked = 'class="due', "yours", f'href="{reverse("activities:expense_detail", args=[row.pk])}"'
    page = client.get(address).content.decode()
    assert [text in page for text in (*asked, "This year is locked.")] == [True, True, True, False]
    settle(cast.jette, 2024)
    page = client.get(address).content.decode()
    assert [text in page for text in (*asked, "This year is locked.", "Bus")] == [False, False, False, True, True]


def test_each_link_opens_the_very_place(cast, client_of, year):
    entry = cast.jette.partner.log_entries.get()
    Photo.objects.create(log_entry=entry, caption="In the hall", file="a.jpg", thumbnail="b.jpg")
    Activity.objects.filter(pk=cast.jette.home.pk).update(status=Status.ONGOING)
    urls = [gap.url for group in board_of(year, cast.coordinator_north, on=ON).groups for gap in group.gaps]
    log, photo = (
        f"/activities/log/?activity={cast.jette.home.pk}&year=2024",
        f"/activities/log/{entry.pk}/edit/?open=photo#part-photo",
    )
    assert urls == [log, photo]
    client = client_of(cast.coordinator_north)
    assert re.search(r'<details[^>]* id="part-photo" open>', client.get(photo).content.decode())
    # Today would be a day of another year, and the gap would stay.
    days = [client.get(path).context["page"].form["starts_on"].value() for path in (log, log.replace("2024", "2026"))]
    assert days == [None, TODAY]


def test_the_number_of_queries_does_not_grow(cast, year, outcome, client_of):
    address = reverse("partnerships:year_readiness", args=[year.programme.slug, 2024])
    client = client_of(cast.officer)

    def queries(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    def fill(count: int) -> None:
        for number in range(count):
            entry = make_entry(cast.jette.partner, cast.coordinator_north)
            Photo.objects.create(log_entry=entry, caption="x", file="a.jpg", thumbnail="b.jpg")
            make_expense(cast.jette.partner, log_entry=entry)
            Activity.objects.create(
                slug=f"more-{count}-{number}",
                partnership=cast.jette.partnership,
                programme=cast.jette.programme,
                side="home",
                kind="event",
                status=Status.ONGOING,
                starts_on=dt.date(2024, 1, 1),
                starts_precision="day",
                **in_all_languages(title="More"),
            )

    fill(1)
    few = queries(address), queries("/")
    fill(3)
    ProgrammeYear.objects.filter(year=2025).delete()
    assert (queries(address), queries("/")) == few
