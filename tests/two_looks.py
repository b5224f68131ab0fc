"""A partnership whose years are settled, and everything that tells of the people in it, looked at more than once."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from openpyxl import load_workbook

from beneficiaries.models import Attendance, Cohort, Course, Exam, ExamResult, FollowUpOutcome, IndicatorPart
from partnerships.models import Indicator
from partnerships.services import lock_year
from portal.roof.iati.services import export_iati
from portal.roof.overviews.results.figures import IndicatorSheet
from portal.roof.reports.book import write_book
from portal.roof.reports.data import build_report
from portal.roof.reports.frozen import written
from portal.roof.reports.logframes import logframe_to_take
from portal.roof.reports.sections import Report
from portal.roof.reports.told_last import as_told_last, frozen_of
from tests.cast import Cast, in_all_languages
from tests.conftest import TODAY
from tests.indicator_rows import make_indicator, make_result, make_rule, make_target, make_value, reach
from tests.learner_rows import enrol, make_cohort, make_course, make_exam, make_learner, make_session
from tests.snapshot_rows import validated
from tests.test_iati import AT

SETTLED = (2022, 2023, 2024)
COUNTING = {"Participants", "How far learners came", "Indicators", "Actual values by period"}
WINDOWS = {
    "year": (dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
    "settled": (dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
    "programme": (dt.date(2022, 1, 1), dt.date(2026, 12, 31)),
    "window": (dt.date(2023, 7, 1), dt.date(2026, 6, 30)),
}


@dataclass
class Scene:
    """What is settled: enough people in each figure until 2024."""

    cast: Cast
    course: Course
    cohorts: dict[int, Cohort]
    # One that is held in the year that is not settled.
    exam: Exam
    heard: FollowUpOutcome
    typed: list[Indicator]
    counted: list[Indicator]


def make_counted(cast, outcome) -> list[Indicator]:
    """Write the indicators that are counted from the log and from the courses."""
    counted = [make_indicator(outcome, **how) for how in ({}, {}, {"accumulation": "cumulative"}, {})]
    make_rule(counted[0], groups=[cast.women])
    make_rule(counted[1])
    make_rule(counted[2], groups=[cast.women, cast.youth])
    make_rule(counted[3], what="enrolments")
    return counted


def make_scene(cast: Cast) -> Scene:
    """Write enough people in each figure of 2024, in years that are open yet."""
    outcome = make_result(cast.jette, "outcome")
    course = make_course(cast.jette, target_group=cast.women)
    work = cast.jette.partner
    work.outcome, work.course = outcome, course
    work.save()
    reach(cast, work, dt.date(2024, 5, 14), ("women", 1, 20), group=cast.women)
    reach(cast, work, dt.date(2024, 5, 15), ("men", 1, 30))
    said = {"whom": Indicator.Whom.VULNERABLE}
    typed = [
        make_indicator(outcome, adds_periods=True, adds_parts=True, by_sex=True, **said),
        make_indicator(outcome, accumulation="cumulative", **said),
        make_indicator(outcome, adds_periods=True, by_group=True),
    ]
    for row in typed:
        value = make_value(row, 20, 2024, by=cast.officer)
        who = {"target_group": cast.women} if row.by_group else {"sex": "women"}
        if row.by_group or row.by_sex:
            IndicatorPart.objects.create(value=value, number=20, **who)
    counted = make_counted(cast, outcome)
    for row in [*typed, *counted]:
        make_target(row, 50, 2024)
        make_target(row, 60, 2025)
    cohorts = {year: make_cohort(course, starts_on=dt.date(year, 1, 15), ends_on=None) for year in (2024, 2025)}
    session = make_session(cohorts[2024], held_on=dt.date(2024, 3, 1))
    exam = make_exam(course, held_on=dt.date(2024, 12, 10))
    for _one in range(12):
        row = enrol(cohorts[2024], make_learner(cast.jette, consented_on=dt.date(2022, 1, 1)))
        Attendance.objects.create(session=session, enrolment=row, cohort=row.cohort, state="present")
        ExamResult.objects.create(exam=exam, enrolment=row, result="passed", has_diploma=True)
    heard = FollowUpOutcome.objects.create(slug="work", position=1, **in_all_languages(name="Works"))
    exam = make_exam(course, held_on=dt.date(2025, 12, 1))
    return Scene(cast, course, cohorts, exam, heard, typed, counted)


def settle_scene(scene: Scene) -> None:
    """Validate and lock the years until 2024."""
    for year in SETTLED:
        validated(scene.cast, dt.date(year + 1, 3, 1), year)
        lock_year(scene.cast.jette.year(year), actor=scene.cast.officer)


def forget() -> None:
    """Rows that no service wrote leave no audit entry, by which pages that are kept in memory would be made anew."""
    for cache in caches.all():
        cache.clear()


def draft(scene: Scene, window: str) -> Report:
    home = scene.cast.jette.partnership
    frozen = frozen_of(home)
    return as_told_last(build_report(home, *WINDOWS[window], on=TODAY, held=frozen.held), frozen.settled)


def told_by(report: Report) -> dict[str, Any]:
    """Return what a report tells of vulnerable people; that some came is told by the entry itself."""
    people = report.participants
    groups = [replace(group, is_cut=False) for group in people.groups if group.rows or group.is_small]
    return {
        "participants": (written(tuple(groups)), people.total, written(people.parts), people.bands),
        "attained": written(report.attained),
        "learners": written(report.learners),
        "values": written(tuple(row.value for row in report.origins if row.value is not None)),
        "book": book_of(report),
    }


def book_of(report: Report) -> list[tuple[Any, ...]]:
    """Return the rows with numbers of the sheets that count people."""
    book = load_workbook(io.BytesIO(write_book(report, "en")))
    names = [name for name in book.sheetnames if name in COUNTING]
    return [row for name in names for row in book[name].values if any(isinstance(cell, int | float) for cell in row)]


def client_for(scene: Scene, client_of) -> Client:
    client = client_of(scene.cast.viewer)
    client.cookies["django_language"] = "en"
    return client


def plain(content: bytes) -> str:
    """Return what stands on a page, without what each answer makes anew."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value=|nonce=|Nonce": )"[^"]*"', "", content.decode())
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|20\d\d-\d\d-\d\dT[0-9:.+]*", "", text)
    return re.sub(r"\s+", " ", text)


def pages_with_figures(scene: Scene) -> list[str]:
    """Return the pages of which no text tells of an entry."""
    return [
        reverse("partnerships:logframe", args=[scene.cast.jette.programme.slug]),
        *(reverse("partnerships:indicator", args=[row.slug]) for row in [*scene.typed, *scene.counted]),
        reverse("beneficiaries:detail", args=[scene.course.slug]),
        *(reverse("beneficiaries:cohort_detail", args=[row.slug]) for row in scene.cohorts.values()),
        reverse("beneficiaries:years"),
    ]


def numbers(content: bytes) -> Counter[str]:
    body = plain(content).partition("<main")[2].partition("</main>")[0]
    return Counter(re.findall(r"\d+", strip_tags(body)))


def look(scene: Scene, client: Client) -> dict[str, Any]:
    """Return every number about vulnerable people: on pages, in the logframe's spreadsheet, drafts and as IATI data."""
    found: dict[str, Any] = {path: numbers(client.get(path).content) for path in pages_with_figures(scene)}
    found["start"] = [chart for chart in client.get("/").context["charts"] if "People" in chart["title"]]
    found["logframe"] = written(tuple(logframe_to_take(scene.cast.jette.programme).results))
    for window in WINDOWS:
        found |= {f"{window} {name}": told for name, told in told_by(draft(scene, window)).items()}
    with translation.override("en"):
        found["iati"] = export_iati(scene.cast.jette.partnership, at=AT, actor=None)
    return found


def figures_of(report: Report) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield each figure about vulnerable people that a report tells, with what it is a figure of."""
    for year, key in [(year, (sheet.slug, year.year)) for sheet in report.learners for year in sheet.years]:
        yield from ((("came", *key, step), number) for step, number in enumerate(year.steps))
        yield from ((("does now", *key, row.name), row.count) for row in year.now)
    for part in report.participants.parts:
        yield ("reached", part.group, part.year, part.of), part.count
    for group in report.participants.groups:
        yield ("group", group.slug), group.total or None
    for row in (row for chain in report.attained for result in chain.results for row in result.indicators):
        yield from of_indicator(row.sheet)
        yield from (((row.pk, line.name, year.year), year.number) for line in row.parts for year in line.years)
        for one in row.corrections:
            yield (row.pk, "correction", one.reason), one.became and one.became.number
    for value in report.origins:
        yield ("single", value.indicator_pk, value.period), value.value and value.value.number


def of_indicator(sheet: IndicatorSheet) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for year in sheet.years:
        for name in ("actual", "reported"):
            figure = getattr(year, name)
            yield (sheet.pk, year.year, name), figure and figure.number
        for name in ("counted", "difference", "achieved"):
            yield (sheet.pk, year.year, name), getattr(year, name)
    yield (sheet.pk, "baseline"), sheet.baseline and sheet.baseline.number
    for name in ("total", "achieved"):
        yield (sheet.pk, name), getattr(sheet, name)


def is_told(sheet: IndicatorSheet, year: int) -> bool:
    [found] = [one for one in sheet.years if one.year == year]
    return bool(found.actual or found.reported or found.counted)
