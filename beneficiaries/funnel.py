"""How far learners came: enrolled, attended, sat the exam, earned the diploma, heard of afterwards.

Who works with learners reads true figures. A viewer is told them by the same rule as whoever is outside the portal,
one table for a whole course, so that its pages together give no small count back (portal.ground.disclosure).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import ExtractYear
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.models import Attendance, Course, Enrolment, ExamResult, FollowUp, FollowUpOutcome
from portal.ground.disclosure import Told, tell
from portal.ground.wording import translated


class Reached(NamedTuple):
    """How far one learner came in one cohort; `outcome` is the key of what was heard last, None of nothing."""

    has_attended: bool
    has_sat: bool
    has_diploma: bool
    outcome: int | None


class Cell(NamedTuple):
    """Learners who came equally far in one cohort of one year."""

    year: int
    cohort: int
    reached: Reached


@dataclass(frozen=True)
class Stage:
    """One step of the path, and who came that far."""

    key: str
    label: Promise
    holds: Callable[[Reached], bool]


STAGES = (
    Stage("enrolled", gettext_lazy("Enrolled"), lambda _reached: True),
    Stage("attended", gettext_lazy("Attended"), lambda reached: reached.has_attended),
    Stage("sat", gettext_lazy("Sat the exam"), lambda reached: reached.has_sat),
    Stage("diploma", gettext_lazy("Earned the diploma"), lambda reached: reached.has_diploma),
    Stage("outcome", gettext_lazy("Heard of afterwards"), lambda reached: reached.outcome is not None),
)


@dataclass(frozen=True)
class Paths:
    """The learners of a course by how far they came; of a viewer's figures only what `told` tells."""

    cells: Counter[Cell]
    told: Told | None = None
    cohort: int | None = None
    year: int | None = None

    def count(self, holds: Callable[[Reached], bool]) -> int | None:
        """Return how many came so far; None where it may not be told."""

        def inside(cell: Cell) -> bool:
            here = self.cohort in {None, cell.cohort} and self.year in {None, cell.year}
            return here and holds(cell.reached)

        if self.told is not None:
            return self.told.total(inside)
        return sum(number for cell, number in self.cells.items() if inside(cell))

    @property
    def years(self) -> list[int]:
        """The years in which a cohort began, the latest first."""
        return sorted({cell.year for cell in self.cells}, reverse=True)

    def of(self, *, cohort: int | None = None, year: int | None = None) -> Paths:
        """Return the same of one cohort, or of the cohorts that began in one year."""
        return replace(self, cohort=cohort, year=year)


def paths_of(course: Course, *, true_figures: bool) -> Paths:
    """Return how far the learners of a course came, in one query; `true_figures` is for who works with them."""
    [paths] = paths_by_course([course], true_figures=lambda _course: true_figures).values()
    return paths


def paths_by_course(courses: Iterable[Course], *, true_figures: Callable[[Course], bool]) -> dict[int, Paths]:
    """Return {course: how far its learners came}, in one query for all of them."""
    asked = {course.pk: course for course in courses}
    cells: dict[int, Counter[Cell]] = {pk: Counter() for pk in asked}
    for course, year, cohort, *reached in _reached(list(asked)):
        cells[course][Cell(year, cohort, Reached(*reached))] += 1
    return {
        # Years are told one by one, so that a later year takes nothing back.
        pk: Paths(found, None if true_figures(asked[pk]) else tell(found, is_at_risk=lambda _cell: True, apart=1))
        for pk, found in cells.items()
    }


def _reached(courses: list[int]) -> Iterable[tuple[Any, ...]]:
    """Return course, year, cohort and the fields of Reached of each learner."""
    about = {"enrolment": OuterRef("pk")}
    present = Attendance.objects.filter(state=Attendance.State.PRESENT, **about)
    sat = ExamResult.objects.filter(**about).exclude(result=ExamResult.Result.ABSENT)
    last = FollowUp.objects.standing().filter(**about).order_by("-months").values("outcome")[:1]
    return (
        Enrolment.objects.filter(cohort__course__in=courses)
        .order_by()
        .annotate(
            attended=Exists(present),
            sat=Exists(sat),
            diploma=Exists(ExamResult.objects.filter(has_diploma=True, **about)),
            heard=Subquery(last),
            year=ExtractYear("cohort__starts_on"),
        )
        .values_list("cohort__course", "year", "cohort", "attended", "sat", "diploma", "heard")
    )


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
        "note": _("Counts that could point at somebody are not shown.") if paths.told is not None else "",
    }


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
    counts = [(outcome, paths.count(_is(outcome.pk))) for outcome in outcomes]
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
