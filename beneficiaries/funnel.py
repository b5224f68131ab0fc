"""How far learners came: enrolled, attended, sat the exam, earned the diploma, heard of afterwards.

Who works with learners reads true figures. A viewer is told them by the same rule as whoever is outside the portal,
one table for a whole course, so that its pages together give no small count back (portal.ground.disclosure). What is
told counts only what is dated in a settled year (partnerships.settled), and is what a report told of it last: it does
not move from one look to the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import ExtractYear
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from beneficiaries.models import Attendance, Cohort, Course, Enrolment, ExamResult, FollowUp, FollowUpOutcome
from beneficiaries.paths import STAGES, Cell, Paths, Reached
from beneficiaries.telling import Asked, told_otherwise
from beneficiaries.walks import Window, told_of, walks_of
from partnerships.settled import settled_by_partnership
from portal.ground.wording import translated


def paths_of(course: Course, *, true_figures: bool) -> Paths:
    """Return how far the learners of a course came, in one query; `true_figures` is for who works with them."""
    [paths] = paths_by_course([course], true_figures=lambda _course: true_figures).values()
    return paths


def paths_by_course(
    courses: Iterable[Course],
    *,
    true_figures: Callable[[Course], bool],
    settled: Collection[int] | None = None,
) -> dict[int, Paths]:
    """Return {course: how far its learners came}, in a fixed number of queries for all of them.

    `settled` are the years of which is told what is not told truly; without them those of each partnership are asked.
    """
    asked = list(courses)
    true = [course.pk for course in asked if true_figures(course)]
    paths = {pk: Paths(cells) for pk, cells in _true_cells(true).items()} if true else {}
    rest = [course for course in asked if course.pk not in paths]
    return paths | (_told_paths(rest, settled) if rest else {})


def _told_paths(courses: Sequence[Course], settled: Collection[int] | None) -> dict[int, Paths]:
    homes = {course.partnership_id for course in courses}
    years = settled_by_partnership(homes) if settled is None else dict.fromkeys(homes, settled)
    walks = walks_of([course.pk for course in courses], Window(years))
    paths = {course: told_of(walks[course.pk], years[course.partnership_id]) for course in courses}
    began: dict[int, dict[int, int]] = {course.pk: {} for course in courses}
    cohorts = Cohort.objects.filter(course__in=began).order_by().annotate(year=ExtractYear("starts_on"))
    for pk, course, year in cohorts.values_list("pk", "course", "year"):
        began[course][pk] = year
    asked = [
        Asked(course, found, {*began[course.pk].values()} & {*years[course.partnership_id]})
        for course, found in paths.items()
    ]
    # A report is told beside its editions as a whole (portal.roof.reports.snapshots and .told_last).
    apart = told_otherwise(asked, years) if settled is None else {}

    def waiting(one: Asked) -> dict[int, int]:
        told = {*one.years}.difference(apart.get(one.course.pk, ()))
        return {pk: year for pk, year in began[one.course.pk].items() if year not in told}

    return {one.course.pk: replace(one.paths, waiting=waiting(one)) for one in asked}


def _true_cells(courses: list[int]) -> dict[int, Counter[Cell]]:
    """Return {course: its learners by how far they came}."""
    about = {"enrolment": OuterRef("pk")}
    present = Attendance.objects.filter(state=Attendance.State.PRESENT, **about)
    results = ExamResult.objects.filter(**about)
    last = FollowUp.objects.standing().filter(**about).order_by("-months").values("outcome")[:1]
    rows = Enrolment.objects.filter(cohort__course__in=courses).order_by()
    reached = {
        "attended": Exists(present),
        "sat": Exists(results.exclude(result=ExamResult.Result.ABSENT)),
        "diploma": Exists(results.filter(has_diploma=True)),
        "heard": Subquery(last),
    }
    cells: dict[int, Counter[Cell]] = {pk: Counter() for pk in courses}
    found = rows.annotate(**reached, year=ExtractYear("cohort__starts_on"))
    for course, year, cohort, *steps in found.values_list("cohort__course", "year", "cohort", *reached):
        cells[course][Cell(year, cohort, Reached(*steps))] += 1
    return cells


def figure(count: int | None) -> str:
    """Return a count as a page shows it."""
    return _("not shown") if count is None else number_format(count, use_l10n=True, force_grouping=True)


def funnel_chart(paths: Paths, title: str) -> dict[str, object]:
    """Return the steps of the path for components/bar_chart.html, each with its share of who enrolled."""
    whole = paths.count(STAGES[0].holds)
    bars = []
    for stage in STAGES:
        count = paths.count(stage.holds)
        share = round(100 * count / whole) if count is not None and whole else None
        text = (
            figure(count) if share is None else _("%(count)s (%(share)s %%)") % {"count": figure(count), "share": share}
        )
        bars.append({"label": stage.label, "value_text": text, "parts": [{"size": share}] if share else []})
    return {
        "title": title,
        "label_heading": _("Step"),
        "value_heading": _("Learners"),
        "bars": bars,
        "note": "" if paths.told is None else " ".join(notes(is_kept=bool(paths.kept))),
    }


def notes(*, is_kept: bool) -> list[str]:
    """Return what is said below figures that are not the true ones; `is_kept`: some are those of an earlier year."""
    said = [
        _("Counts that could point at somebody are not shown."),
        _(
            "Figures about vulnerable groups are told once their year and those before it are locked, as the newest "
            "report tells them. What changed since waits for the next report."
        ),
    ]
    if is_kept:
        kept = _(
            "Where newer figures would point at few learners, those of an earlier year stand; steps not taken then are "
            "not shown."
        )
        said.append(kept)
    return said


def outcome_chart(paths: Paths, title: str) -> dict[str, object] | None:
    """Return what the learners do now, as heard last, for components/bar_chart.html; None where nothing is known."""
    known = outcome_counts(paths, FollowUpOutcome.objects.all())
    told = [(translated(outcome, "name"), count) for outcome, count in known]
    if not told:
        return None
    widest = max((count for _name, count in told if count), default=1)
    return {
        "title": title,
        "label_heading": _("Now"),
        "value_heading": _("Learners"),
        "bars": [
            {
                "label": name,
                "value_text": figure(count),
                "parts": [{"size": round(100 * count / widest)}] if count else [],
            }
            for name, count in told
        ],
    }


def outcome_counts(paths: Paths, outcomes: Iterable[Any]) -> list[tuple[FollowUpOutcome, int | None]]:
    """Return how many learners do what now, as heard last; None where it may not be told, and nothing of nobody."""
    if paths.is_waiting:
        return []
    counts = [(outcome, paths.number(_is(outcome.pk))) for outcome in outcomes]
    return [(outcome, count) for outcome, count in counts if count != 0]


def _is(outcome: int) -> Callable[[Reached], bool]:
    return lambda reached: reached.outcome == outcome


def year_rows(paths: Paths) -> list[dict[str, Sequence[object]]]:
    """Return a row for each year with the count of each step, for components/table.html."""
    return [
        {
            "cells": [
                {"text": str(year)},
                *({"text": figure(paths.of(year=year).count(stage.holds))} for stage in STAGES),
            ]
        }
        for year in paths.years
    ]


def stage_columns(first: str) -> list[dict[str, object]]:
    """Return the headings of the steps after a first one."""
    return [{"label": first}, *({"label": stage.label, "kind": "number"} for stage in STAGES)]
