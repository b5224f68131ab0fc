"""A locked year still moves: what is told of people at risk only goes from told to not told, until the next report.

Whoever looks before and after somebody took an answer back, or before and after what a figure is counted by was set
right, reads no two different figures of the same people.
"""

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from activities.models import CountingRule
from beneficiaries.funnel import paths_of
from beneficiaries.models import Attendance, Course, FollowUp, IndicatorPart, Learner, TargetGroup
from beneficiaries.services.erasing import erase_learner
from beneficiaries.services.withdrawing import withdraw_follow_up
from partnerships.models import Indicator, IndicatorCorrection, Outcome
from partnerships.services import lock_year
from partnerships.services.keeping import kept_inside
from portal.roof.models import Snapshot
from portal.roof.reports import told_last
from portal.roof.reports.frozen import FrozenReportError
from portal.roof.reports.logframes import logframe_to_take
from portal.roof.reports.scopes import of_source, published
from portal.roof.reports.sections import Report
from portal.roof.reports.services import make_report
from portal.roof.reports.snapshots import report_of
from tests.cast import in_all_languages
from tests.conftest import TODAY
from tests.indicator_rows import make_indicator, make_result, make_rule, make_value, reach
from tests.learner_rows import enrol, make_cohort, make_course, make_learner
from tests.snapshot_rows import validated
from tests.two_looks import (
    Scene,
    client_for,
    draft,
    figures_of,
    forget,
    is_told,
    make_scene,
    of_indicator,
    pages_with_figures,
    plain,
    settle_scene,
)

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 6, 3)
VULNERABLE = Indicator.Whom.VULNERABLE
Figures = dict[tuple[Any, ...], Any]


@dataclass
class Rows:
    """What may be set right after the years of the scene are locked."""

    scene: Scene
    above: Outcome
    part: Course
    # Indicators, by what they are counted by.
    by: dict[str, Indicator]
    answers: list[FollowUp]


@pytest.fixture
def rows(cast) -> Rows:
    """Write beside the scene what counts people by each attribute of another row, and lock the years."""
    scene = make_scene(cast)
    outcome, work = scene.typed[0].outcome, cast.jette.partner
    work.themes.add(cast.themes[0])
    reach(cast, work, dt.date(2023, 5, 2), ("women", 1, 10), group=cast.women)
    part = make_course(cast.jette, target_group=cast.women, part_of=scene.course)
    cohort = make_cohort(part, starts_on=dt.date(2024, 2, 1), ends_on=None)
    for _one in range(9):
        enrol(cohort, make_learner(cast.jette))
    answers = [
        FollowUp.objects.create(enrolment=row, months=6, asked_on=DAY, consented_on=DAY, outcome=scene.heard)
        for row in scene.cohorts[2024].enrolments.order_by("pk")
    ]
    above = make_result(cast.jette, "impact")
    outcome.parent = above
    outcome.save()
    by = {
        "theme": make_indicator(outcome),
        "group": make_indicator(outcome),
        "learners": make_indicator(outcome, whom=VULNERABLE),
        "start": make_indicator(outcome, accumulation="cumulative"),
        "parent": make_indicator(above),
        "few": make_indicator(outcome, whom=VULNERABLE, by_sex=True),
        "share": make_indicator(outcome, whom=VULNERABLE, measure="percentage"),
        "baseline": make_indicator(outcome, whom=VULNERABLE, baseline=20),
    }
    make_rule(by["theme"], themes=[cast.themes[0]], groups=[cast.women])
    make_rule(by["group"], groups=[cast.women, cast.youth])
    make_rule(by["learners"], what="enrolments", groups=[cast.women])
    make_rule(by["start"], groups=[cast.women])
    make_rule(by["parent"], groups=[cast.women])
    for name, number in {"few": 3, "share": 25, "baseline": 40}.items():
        make_value(by[name], number, 2024, by=cast.officer)
    IndicatorPart.objects.create(value=by["few"].values.get(), sex="women", number=3)
    settle_scene(scene)
    scene.typed += by.values()
    return Rows(scene, above, part, by, answers)


def read(scene: Scene) -> Figures:
    """Return every figure about vulnerable people that drafts of reports and the logframe tell."""
    found: Figures = {("logframe", *key): number for key, number in read_logframe(scene).items()}
    for window in ("settled", "programme"):
        found |= {(window, *key): number for key, number in figures_of(draft(scene, window))}
    return {key: number for key, number in found.items() if number is not None}


def read_logframe(scene: Scene) -> Figures:
    """Return what the logframe tells, as its page, its spreadsheet and the pages of indicators show it."""
    results = logframe_to_take(scene.cast.jette.programme).flat()
    return dict(told for result in results for sheet in result.indicators for told in of_indicator(sheet))


def pages_of(scene: Scene, client: Client) -> dict[str, Counter[str]]:
    """Return the numbers on the pages of the results and of the courses; an indicator's own tells one of the first."""
    paths = [path for path in pages_with_figures(scene) if "/indicators/" not in path]
    return {path: numbers_on(client.get(path).content) for path in paths}


def numbers_on(content: bytes) -> Counter[str]:
    """Return the numbers on a page, without those by which the rows of the scene are called."""
    text = re.sub(r"<[^>]*>", " ", plain(content).partition("<main")[2].partition("</main>")[0])
    return Counter(re.findall(r"\d+", re.sub(r"(Indicator|Result|Course|Group) \d+", "", text)))


def assert_nothing_else_is_told(rows: Rows, client: Client, change: Callable[[], object]) -> None:
    """Look, let something change, and look again."""
    forget()
    before, pages = read(rows.scene), pages_of(rows.scene, client)
    change()
    forget()
    for key, number in read(rows.scene).items():
        assert number == before.get(key), key
    for path, told in pages_of(rows.scene, client).items():
        assert not told - pages[path], (path, told - pages[path])


Changes = dict[str, Callable[[], object]]


def changes_of_people(rows: Rows) -> Changes:
    """Return what changes who was there in a locked year, past what the pages for it refuse."""
    cast, scene, work, course = rows.scene.cast, rows.scene, rows.scene.cast.jette.partner, rows.scene.course
    learners = Learner.objects.filter(enrolments__cohort=scene.cohorts[2024]).order_by("pk")
    # As many as, told apart, are told.
    six = [row.pk for row in learners[:6]]
    return {
        "learners take the agreement back": lambda: Learner.objects.filter(pk__in=six).update(
            consent_withdrawn_on=TODAY
        ),
        "a learner is erased": lambda: erase_learner(learners[0], actor=cast.officer, on=TODAY),
        "learners were not there": lambda: Attendance.objects.filter(enrolment__learner__in=six).delete(),
        "an activity has another theme": lambda: work.themes.set([cast.themes[1]]),
        "people are of another group": lambda: work.log_entries.first().participations.update(target_group=cast.youth),
        "more people came": lambda: reach(cast, work, DAY, ("women", 1, 20), group=cast.women),
        "a course is for another group": lambda: Course.objects.filter(pk=course.pk).update(target_group=cast.youth),
        "a course is no part": lambda: Course.objects.filter(pk=rows.part.pk).update(part_of=None),
    }


def changes_of_results(rows: Rows) -> Changes:
    """Return what changes how the people of a locked year are counted."""
    cast, by, scene = rows.scene.cast, rows.by, rows.scene
    outcome, indicators = scene.typed[0].outcome, Indicator.objects
    correction = {"recorded_on": DAY, "reason": "Six came twice.", "language": "en", "state": "validated"}
    return {
        "an indicator counts others": lambda: indicators.filter(pk=by["few"].pk).update(whom="others"),
        "an indicator is no share": lambda: indicators.filter(pk=by["share"].pk).update(measure="number"),
        "an indicator counts by year": lambda: indicators.filter(pk=by["start"].pk).update(accumulation="yearly"),
        "an indicator is of another result": lambda: indicators.filter(pk=by["group"].pk).update(
            outcome=make_result(cast.jette, "outcome")
        ),
        "an indicator has another baseline": lambda: indicators.filter(pk=by["baseline"].pk).update(baseline=21),
        "a value is corrected": lambda: IndicatorCorrection.objects.create(
            corrects=scene.typed[0].values.get(), value=26, **correction
        ),
        "a value of some vulnerable people is corrected": lambda: IndicatorCorrection.objects.create(
            corrects=scene.typed[2].values.get(), value=26, **correction
        ),
        "a result leads to no other": lambda: Outcome.objects.filter(pk=outcome.pk).update(parent=None),
        "an indicator has its first rule": lambda: make_rule(scene.typed[1], groups=[cast.women]),
        "an indicator has no rule": lambda: CountingRule.objects.filter(indicator=by["group"]).delete(),
        "a rule asks for one group": lambda: by["group"].counting.target_groups.set([cast.women]),
        "a rule asks for one sex": lambda: CountingRule.objects.filter(indicator=by["group"]).update(sex="women"),
        "an indicator is made": lambda: make_rule(make_indicator(outcome, baseline=30), groups=[cast.women]),
    }


CHANGES = [
    "learners take the agreement back",
    "a learner is erased",
    "learners were not there",
    "an activity has another theme",
    "people are of another group",
    "more people came",
    "a course is for another group",
    "a course is no part",
    "an indicator counts others",
    "an indicator is no share",
    "an indicator counts by year",
    "an indicator is of another result",
    "an indicator has another baseline",
    "a value is corrected",
    "a value of some vulnerable people is corrected",
    "a result leads to no other",
    "an indicator has its first rule",
    "an indicator has no rule",
    "a rule asks for one group",
    "a rule asks for one sex",
    "an indicator is made",
]


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_told_goes_from_told_to_not_told_at_most(rows, client_of, name):
    client = client_for(rows.scene, client_of)
    assert_nothing_else_is_told(rows, client, (changes_of_people(rows) | changes_of_results(rows))[name])


def test_answers_that_are_taken_back_move_nothing_until_the_next_report(rows, client_of):
    scene, client = rows.scene, client_for(rows.scene, client_of)
    pages = [reverse("beneficiaries:cohort_detail", args=[scene.cohorts[2024].slug])]
    pages.append(reverse("beneficiaries:detail", args=[scene.course.slug]))

    def heard() -> list[str]:
        charts = [client.get(page).context["chart"]["bars"] for page in pages]
        return [bars[-1]["value_text"].partition(" ")[0] for bars in charts]

    def reported() -> int | None:
        [sheet] = [sheet for sheet in draft(scene, "settled").learners if sheet.slug == scene.course.slug]
        return sheet.years[0].heard

    assert (heard(), reported()) == (["12", "12"], 12)
    for row in rows.answers[:6]:
        withdraw_follow_up(row, actor=scene.cast.officer, on=TODAY)
        # Of the course nothing is left to tell: its other cohort began in a year that is open.
        assert (heard(), reported()) == (["not", "not"], 12)
    validated(scene.cast, TODAY, 2024)
    assert (heard(), reported()) == (["6", "6"], 6)


def test_a_later_report_keeps_how_far_the_cohorts_came_that_no_longer_run(rows, client_of):
    """Else nothing would be left to hold their figures against."""
    scene, client = rows.scene, client_for(rows.scene, client_of)
    scene.course.cohorts.filter(pk=scene.cohorts[2024].pk).update(ends_on=dt.date(2024, 12, 20))
    scene.course.cohorts.filter(pk=scene.cohorts[2025].pk).update(starts_on=dt.date(2026, 1, 15))
    report = report_of(validated(scene.cast, dt.date(2026, 3, 1), 2025))
    lock_year(scene.cast.jette.year(2025), actor=scene.cast.officer)
    told = {sheet.slug: [(year.year, year.steps) for year in sheet.years] for sheet in report.elsewhere}
    assert told == {scene.course.slug: [(2024, (12, 12, 12, 12, 12))]}
    assert scene.course.slug not in {sheet.slug for sheet in report.learners}
    assert (published(report).elsewhere, of_source(report, "bwi").elsewhere) == ((), ())
    page = reverse("beneficiaries:detail", args=[scene.course.slug])

    def heard() -> str:
        return client.get(page).context["year_rows"][-1]["cells"][-1]["text"]

    assert heard() == "12"
    for row in rows.answers[:6]:
        withdraw_follow_up(row, actor=scene.cast.officer, on=TODAY)
    assert heard() == "not shown"


def test_what_is_written_between_validating_and_locking_waits_for_the_next_report(rows):
    """However many they are: the figure would go on to move by one person at a time."""
    cast, scene = rows.scene.cast, rows.scene
    day, pk = dt.date(2025, 3, 3), scene.counted[0].pk
    reach(cast, cast.jette.partner, day, ("women", 1, 12), group=cast.women)
    make_value(rows.by["baseline"], 60, 2025, by=cast.officer)
    validated(cast, dt.date(2026, 3, 1), 2025)
    reach(cast, cast.jette.partner, day, ("women", 1, 30), group=cast.women)
    lock_year(cast.jette.year(2025), actor=cast.officer)
    told = read(scene)
    for window in ("programme", "logframe"):
        assert (told[window, pk, 2024, "counted"], told[window, pk, 2025, "counted"]) == (20, 12)
    [women] = [group for group in draft(scene, "programme").participants.groups if group.is_vulnerable]
    assert (women.total, women.is_kept) == (10 + 20 + 12, True)
    validated(cast, dt.date(2026, 6, 1), 2025)
    told = read(scene)
    assert (told["programme", pk, 2025, "counted"], told["logframe", pk, 2025, "counted"]) == (42, 42)
    assert ("programme", "group", cast.women.slug) in told


def test_a_group_of_which_a_report_told_nothing_is_told_by_the_next(rows):
    scene, cast = rows.scene, rows.scene.cast
    others = TargetGroup.objects.create(slug="others", is_vulnerable=True, **in_all_languages(name="Others"))
    reach(cast, cast.jette.partner, DAY, ("women", 1, 8), group=others)
    key = ("settled", "group", "others")
    assert key not in read(scene)
    validated(cast, TODAY, 2024)
    assert read(scene)[key] == 8


def test_what_a_report_held_for_vulnerable_people_is_not_freed_by_what_the_indicator_says_since(rows, client_of):
    cast, row = rows.scene.cast, rows.by["baseline"]
    make_value(row, 45, 2025, by=cast.officer, ends_on=dt.date(2025, 6, 30))
    client, page = client_for(rows.scene, client_of), reverse("partnerships:indicator", args=[row.slug])
    Indicator.objects.filter(pk=row.pk).update(whom="others")
    assert (kept_inside({row.pk}), client.get(page).context["values"]) == ({row.pk}, [])
    report = draft(rows.scene, "year")
    assert all(one.value is None for one in report.origins if one.indicator_pk in {0, row.pk})
    validated(cast, TODAY, 2024)
    assert kept_inside({row.pk}) == set()
    assert len(client.get(page).context["values"]) == 2


@pytest.mark.parametrize("how", ["it counts others", "it has no rule"])
def test_of_what_a_report_held_no_year_that_is_not_settled_is_told_until_the_next(rows, client_of, how):
    cast, row = rows.scene.cast, rows.by["learners" if how == "it counts others" else "group"]
    row.values.create(starts_on=dt.date(2025, 1, 1), ends_on=dt.date(2025, 6, 30), value=9137, language="en")
    make_value(row, 3, 2026, by=cast.officer, ends_on=dt.date(2026, 3, 31))
    client, page = client_for(rows.scene, client_of), reverse("partnerships:indicator", args=[row.slug])

    def told() -> list[tuple[bool, bool]]:
        forget()
        results = logframe_to_take(cast.jette.programme).flat()
        chains = [draft(rows.scene, window).attained for window in ("year", "programme")]
        drafts = [one for chain in chains for each in chain for result in each.results for one in result.indicators]
        sheets = [one for result in results for one in result.indicators] + [one.sheet for one in drafts]
        return [(is_told(sheet, 2025), is_told(sheet, 2026)) for sheet in sheets if sheet.pk == row.pk]

    def change() -> None:
        CountingRule.objects.filter(indicator=row).delete()
        Indicator.objects.filter(pk=row.pk).update(whom="others")

    assert_nothing_else_is_told(rows, client, change)
    assert told() == [(False, False)] * 3
    asked = {"starts_on": dt.date(2025, 1, 1), "ends_on": dt.date(2025, 12, 31), "language": "en", "on": TODAY}
    book = load_workbook(io.BytesIO(make_report(cast.jette.partnership, **asked, kind="xlsx").content))
    assert not any(9137 in line for sheet in book for line in sheet.values)
    row.values.filter(starts_on__year=2025).update(value=3)
    assert told() == [(False, False)] * 3
    assert "Reported, not validated" not in client.get(page).content.decode()
    validated(cast, TODAY, 2024)
    assert told() == [(True, True), (True, False), (True, True)]


def test_no_later_report_tells_a_few_people_more_of_what_was_held_for_vulnerable_ones(rows):
    cast, row = rows.scene.cast, rows.by["baseline"]
    Indicator.objects.filter(pk=row.pk).update(whom="others")
    row.values.update(state="reported", validated_by=None)
    row.values.update(value=42)
    row.values.update(state="validated", validated_by=cast.officer)
    report = report_of(validated(cast, TODAY, 2024))
    assert dict(figures_of(report))[row.pk, 2024, "actual"] == 40


def test_a_report_that_cannot_be_read_tells_nothing_and_the_one_before_stands(rows, monkeypatch):
    scene, pk = rows.scene, rows.scene.counted[0].pk
    reach(scene.cast, scene.cast.jette.partner, DAY, ("women", 1, 30), group=scene.cast.women)
    newest = validated(scene.cast, TODAY, 2024)
    assert read_logframe(scene)[pk, 2024, "counted"] == 50

    def damaged(row: Snapshot) -> Report:
        if row.pk == newest.pk:
            raise FrozenReportError
        return report_of(row)

    monkeypatch.setattr(told_last, "report_of", damaged)
    assert read_logframe(scene)[pk, 2024, "counted"] == 20
    with pytest.raises(FrozenReportError):
        draft(scene, "settled")


def test_more_reports_take_no_more_queries(rows):
    def queries() -> list[int]:
        counts = []
        for work in (
            lambda: logframe_to_take(rows.scene.cast.jette.programme),
            lambda: paths_of(rows.scene.course, true_figures=False),
            lambda: draft(rows.scene, "programme"),
            lambda: kept_inside({row.pk for row in rows.by.values()}),
        ):
            with CaptureQueriesContext(connection) as captured:
                work()
            counts.append(len(captured))
        return counts

    before = queries()
    rows.answers[0].delete()
    validated(rows.scene.cast, TODAY, 2024)
    assert queries() == before
