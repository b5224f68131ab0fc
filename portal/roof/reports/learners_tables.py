"""The learners of a report as charts and tables show them, in the active language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from beneficiaries.paths import STAGES
from portal.roof.reports.learners import CourseSheet
from portal.roof.reports.words import Words

STEPS: tuple[Promise, ...] = tuple(stage.label for stage in STAGES)


@dataclass(frozen=True)
class StepBar:
    """One step of a chart: its count, None where it is not told, and its length in thousandths of the first step."""

    label: Promise
    count: int | None
    length: int

    @property
    def offset(self) -> int:
        """Where the bar starts on a page that is read from the right."""
        return 1000 - self.length

    @property
    def percent(self) -> int:
        """The share of who enrolled."""
        return round(self.length / 10)


@dataclass(frozen=True)
class CourseChart:
    """How far the learners of a course came in all its years together."""

    title: Words
    bars: tuple[StepBar, ...]


@dataclass(frozen=True)
class Funnel:
    """What the section shows: a chart for each course, a table of all steps, and one of what learners do now."""

    charts: tuple[CourseChart, ...]
    steps: tuple[Promise, ...]
    courses: tuple[CourseSheet, ...]
    is_withheld: bool
    kept: tuple[Words, ...]

    @property
    def has_now(self) -> bool:
        """Whether it is known what somebody does now."""
        return any(year.now_shown for course in self.courses for year in course.years)


def funnel_of(courses: Iterable[CourseSheet]) -> Funnel:
    """Return what the section on learners shows."""
    courses = tuple(courses)
    years = [year for course in courses for year in course.years]
    return Funnel(
        charts=tuple(CourseChart(course.title, _bars(course)) for course in courses if any(course.steps[:1])),
        steps=STEPS,
        courses=courses,
        is_withheld=any(year.is_withheld for year in years),
        kept=tuple(course.title for course in courses if any(year.is_kept for year in course.years)),
    )


def _bars(course: CourseSheet) -> tuple[StepBar, ...]:
    whole = course.steps[0] or 1
    lengths = (0 if count is None else 1000 * count // whole for count in course.steps)
    return tuple(
        StepBar(label, count, length) for label, count, length in zip(STEPS, course.steps, lengths, strict=True)
    )


def step_rows(courses: Iterable[CourseSheet]) -> list[tuple[Words, Any]]:
    """Return (course, year) for each row of the tables."""
    return [(course.title, year) for course in courses for year in course.years]
