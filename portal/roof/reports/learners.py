"""How far learners came: by course and by the year in which their cohorts began, as far as it may be told.

What is told of a course in a year is the same in every window that the year's cohorts touch, and is what a viewer
reads on the course's own page (beneficiaries.funnel), so that no two of them together give a small count back.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from activities.models import Activity
from beneficiaries.funnel import outcome_counts, paths_by_course
from beneficiaries.models import Cohort, Course, FollowUpOutcome
from beneficiaries.paths import STAGES, Paths
from partnerships.models import Partnership
from portal.ground.dates import overlapping
from portal.ground.disclosure import smallest_told
from portal.roof.reports.words import IF_ANY, Words


@dataclass(frozen=True)
class NowCount:
    """How many learners do something now, as heard last; None where it may not be told."""

    name: Words
    count: int | None


@dataclass(frozen=True)
class CourseYear:
    """The learners of the cohorts that began in one year, by how far they came; None is not told.

    `is_kept` says that the figures are those of an earlier edition of a report, `is_waiting` that none are told before
    the year is settled (partnerships.settled).
    """

    year: int
    enrolled: int | None
    attended: int | None
    sat: int | None
    diploma: int | None
    heard: int | None
    now: tuple[NowCount, ...] = ()
    is_kept: bool = False
    is_waiting: bool = field(default=False, metadata=IF_ANY)

    @property
    def steps(self) -> tuple[int | None, ...]:
        """The counts in the order of the steps (beneficiaries.funnel.STAGES)."""
        return self.enrolled, self.attended, self.sat, self.diploma, self.heard

    def shown(self, count: int | None) -> int | str:
        """Return one of its counts, or in the active language why it is not told."""
        if count is not None:
            return count
        return _("not told before this and earlier years are locked") if self.is_waiting else _("not told: too few")

    @property
    def now_shown(self) -> tuple[NowCount, ...]:
        """What learners do now, as long as something of it is told."""
        return self.now if any(row.count is not None for row in self.now) else ()

    @property
    def is_withheld(self) -> bool:
        """Whether some figure is too small to be told."""
        return not self.is_waiting and (None in self.steps or any(row.count is None for row in self.now))


@dataclass(frozen=True)
class CourseSheet:
    """A course with its years; `activity_pks` are the activities that give it."""

    slug: str
    title: Words
    years: tuple[CourseYear, ...]
    activity_pks: tuple[int, ...] = ()

    @property
    def steps(self) -> list[int | None]:
        """The counts of all its years together, in the order of the steps; None where one is too small to be told."""
        columns = zip(*(year.steps for year in self.years if not year.is_waiting), strict=True)
        return [None if None in column else sum(count or 0 for count in column) for column in columns]


def learners_of(
    partnership: Partnership, starts_on: dt.date, ends_on: dt.date, settled: Collection[int]
) -> tuple[tuple[CourseSheet, ...], bool]:
    """Return the courses with a cohort that ran in the window, and whether one of their cohorts is invented.

    What is told of them is what happened in a `settled` year (partnerships.settled), whatever the window.
    """
    running = Cohort.objects.filter(overlapping(starts_on, ends_on), course__partnership=partnership).order_by()
    years: dict[int, set[int]] = defaultdict(set)
    invented = False
    for course, year, is_demonstration in running.values_list("course", ExtractYear("starts_on"), "is_demonstration"):
        years[course].add(year)
        invented |= is_demonstration
    if not years:
        return (), False
    courses = list(Course.objects.filter(pk__in=years).order_by("starts_on", "slug"))
    paths = paths_by_course(courses, true_figures=lambda _course: False, settled=settled)
    given: dict[int, list[int]] = defaultdict(list)
    for course, activity in Activity.objects.filter(course__in=years).order_by("pk").values_list("course", "pk"):
        given[course].append(activity)
    outcomes = list(FollowUpOutcome.objects.all())
    sheets = (
        CourseSheet(
            course.slug,
            Words.of(course, "title"),
            tuple(year_of(paths[course.pk], year, outcomes) for year in sorted(years[course.pk])),
            tuple(given[course.pk]),
        )
        for course in courses
        if paths[course.pk].years
    )
    return tuple(sheets), invented


def learners_elsewhere(
    partnership: Partnership, settled: Collection[int], sheets: Iterable[CourseSheet]
) -> tuple[CourseSheet, ...]:
    """Return how far the learners of the cohorts of settled years came that stand in none of some sheets."""
    told = {(sheet.slug, year.year) for sheet in sheets for year in sheet.years}
    courses = list(Course.objects.filter(partnership=partnership).order_by("starts_on", "slug"))
    paths = paths_by_course(courses, true_figures=lambda _course: False, settled=settled)
    outcomes = list(FollowUpOutcome.objects.all())
    rest = {
        course: [year for year in sorted(paths[course.pk].years) if year in settled and (course.slug, year) not in told]
        for course in courses
    }
    return tuple(
        CourseSheet(
            course.slug, Words.of(course, "title"), tuple(year_of(paths[course.pk], one, outcomes) for one in years)
        )
        for course, years in rest.items()
        if years
    )


def year_of(paths: Paths, year: int, outcomes: Iterable[Any]) -> CourseYear:
    """Return how far the learners of the cohorts of a year came, as far as it may be told."""
    here = paths.of(year=year)
    now = tuple(NowCount(Words.of(outcome, "name"), count) for outcome, count in outcome_counts(here, outcomes))
    enrolled, attended, sat, diploma, heard = (here.count(stage.holds) for stage in STAGES)
    told = {"is_kept": year in paths.kept, "is_waiting": here.is_waiting}
    return CourseYear(year, enrolled, attended, sat, diploma, heard, now=now, **told)


def settled_learners(found: Iterable[CourseSheet], earlier: Sequence[Sequence[CourseSheet]]) -> tuple[CourseSheet, ...]:
    """Return the courses, told so that no earlier edition beside them gives a few people away.

    `earlier` are the courses of the editions, the newest last. A year of a course is told as the newest edition told
    it until at least `smallest_told` people lie between each of its figures, and those of every edition.
    """

    def settled(slug: str, now: CourseYear) -> CourseYear:
        before = [
            year
            for told in earlier
            for sheet in told
            if sheet.slug == slug
            for year in sheet.years
            if year.year == now.year
        ]
        near = any(_is_near(now, told) for told in before)
        return as_before(before[-1]) if near else now

    return tuple(replace(sheet, years=tuple(settled(sheet.slug, year) for year in sheet.years)) for sheet in found)


def as_before(told: CourseYear) -> CourseYear:
    """Return a year as an edition told it, without the steps that nobody had taken then (see Paths.count)."""
    return replace(
        told,
        attended=told.attended or None,
        sat=told.sat or None,
        diploma=told.diploma or None,
        heard=told.heard or None,
        is_kept=True,
    )


def is_told_as(now: CourseYear, before: CourseYear) -> bool:
    """Say whether each figure of a year is the one that another telling has."""
    new, old = ({row.name: row.count for row in year.now} for year in (now, before))
    return now.steps == before.steps and new == old


def _is_near(now: CourseYear, before: CourseYear) -> bool:
    """Say whether some few people lie between two tellings of a figure, or of what lies between two figures."""
    steps = zip(now.steps, before.steps, strict=True)
    moved = [new - old for new, old in steps if new is not None and old is not None]
    new_now, old_now = ({row.name: row.count for row in year.now} for year in (now, before))
    # What nobody does stands in no list.
    pairs = ((new_now.get(name, 0), old_now.get(name, 0)) for name in {**new_now, **old_now})
    moved += [new - old for new, old in pairs if new is not None and old is not None]
    moves = [*moved, *(one - other for one, other in combinations(moved, 2))]
    return any(0 < abs(move) < smallest_told() for move in moves)
