"""How far learners came until the end of each settled year, told so that no year gives a few of them back.

A cohort goes on after the year in which it began: somebody joins late, sits the exam, is heard of. Its figures are told
anew with each year that is locked, and what lies between two tellings is people too. So a cohort's year is told as it
was told before, until enough learners lie between all of its figures.

Where all of a year are told in one sum, they are told from one more than `smallest_told` on: that it is told as before,
or that an indicator is hidden, says that some of them came further since. Of five, that would be one to five.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import ExtractYear

from beneficiaries.models import Attendance, Enrolment, ExamResult, FollowUp
from beneficiaries.paths import Cell, Paths, Reached
from portal.ground.disclosure import Part, Told, is_enough, tell

# Of how many learners of a year who are all told in one sum it may be known elsewhere that they came further.
_CAME_FURTHER = 1


class Walk(NamedTuple):
    """One learner in one cohort: the years in which each step was taken first, None of one that was not.

    `heard` is what was heard: the year in which it was asked, after how many months, and the key of the answer.
    """

    year: int
    cohort: int
    enrolled: int
    attended: int | None
    sat: int | None
    diploma: int | None
    heard: Sequence[tuple[int, int, int]]

    def until(self, year: int) -> Reached:
        """Return how far the learner came until the end of a year."""
        attended, sat, diploma = (step is not None and step <= year for step in (self.attended, self.sat, self.diploma))
        answers = [(months, outcome) for asked, months, outcome in self.heard if asked <= year]
        return Reached(attended, sat, diploma, max(answers)[1] if answers else None)


@dataclass(frozen=True)
class Window:
    """The days that count: those of some years by partnership."""

    years: Mapping[int, Collection[int]]

    def holds(self, day: str, to: str = "") -> Q:
        """Return the condition on a row by the column of its day; `to` leads to its enrolment."""
        home, found = f"{to}cohort__course__partnership", Q(pk__in=[])
        for partnership, years in self.years.items():
            found |= Q(**{home: partnership, f"{day}__year__in": years})
        return found


def walks_of(courses: Collection[int], window: Window) -> Mapping[int, Sequence[Walk]]:
    """Return {course: its learners}, from what is dated in a window alone; two queries for all courses."""
    heard: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    asked = FollowUp.objects.standing().filter(
        window.holds("asked_on", "enrolment__"), enrolment__cohort__course__in=courses
    )
    for enrolment, *answer in asked.order_by().values_list("enrolment", ExtractYear("asked_on"), "months", "outcome"):
        heard[enrolment].append(tuple(answer))
    present = Attendance.objects.filter(window.holds("session__held_on", "enrolment__"), state=Attendance.State.PRESENT)
    results = ExamResult.objects.filter(window.holds("exam__held_on", "enrolment__"))
    steps = {
        "enrolled": ExtractYear("enrolled_on"),
        "attended": _first(present, "session__held_on"),
        "sat": _first(results.exclude(result=ExamResult.Result.ABSENT), "exam__held_on"),
        "diploma": _first(results.filter(has_diploma=True), "exam__held_on"),
    }
    rows = Enrolment.objects.filter(
        window.holds("enrolled_on"), window.holds("cohort__starts_on"), cohort__course__in=courses
    )
    walks: dict[int, list[Walk]] = {course: [] for course in courses}
    found = rows.order_by().annotate(**steps, year=ExtractYear("cohort__starts_on"))
    for course, pk, *walk in found.values_list("cohort__course", "pk", "year", "cohort", *steps):
        walks[course].append(Walk(*walk, heard=heard[pk]))
    return walks


def _first(rows: QuerySet, day: str) -> Subquery:
    of_enrolment = rows.filter(enrolment=OuterRef("pk")).order_by(day)
    return Subquery(of_enrolment.annotate(first=ExtractYear(day)).values("first")[:1])


def told_of(walks: Iterable[Walk], settled: Collection[int]) -> Paths:
    """Return what may be told of a course at the end of its settled years."""
    by_year: dict[int, list[Walk]] = defaultdict(list)
    for walk in walks:
        by_year[walk.year].append(walk)
    cells: Counter[Cell] = Counter()
    parts: list[Part] = []
    withheld: list[Part] = []
    kept = set()
    for year, of_year in by_year.items():
        paths, is_kept = _told_of_year(of_year, [until for until in sorted(settled) if until >= year])
        cells += paths.cells
        kept |= {year} if is_kept else set()
        if paths.told is not None:
            parts += paths.told.parts
            withheld += paths.told.withheld
    return Paths(cells, Told(tuple(parts), tuple(withheld)), kept=frozenset(kept))


def _told_of_year(walks: Sequence[Walk], years: Sequence[int]) -> tuple[Paths, bool]:
    """Return the cohorts that began in one year as they are told at the end of the last of some, and whether as before.

    All tellings together tell no more than how many learners were in one part of each, so that nobody is told apart
    where few were. Who joins later is in no part of an earlier year.
    """
    told, is_kept = Paths(Counter(), Told((), ())), False
    # For each telling, the part in which each learner was.
    tellings: list[list[int | None]] = []
    for until in years:
        now, parts = _until(walks, until)
        is_kept = bool(tellings) and _tells_few_apart(walks, until, [*tellings, parts])
        if is_kept:
            continue
        told = now
        if now.told is not None and now.told.parts:
            tellings.append(parts)
    return told, is_kept


def _until(walks: Iterable[Walk], year: int) -> tuple[Paths, list[int | None]]:
    """Return some learners as they may be told at the end of a year, and in which part of it each is."""
    cells = [_cell(walk, year) for walk in walks]
    counts = Counter(cell for cell in cells if cell is not None)
    told = tell(counts, is_at_risk=lambda _cell: True, apart=1, known=lambda cells: _known(counts, cells))
    places = {key: place for place, part in enumerate((*told.parts, *told.withheld)) for key in part.keys}
    return Paths(counts, told), [None if cell is None else places[cell] for cell in cells]


def _known(counts: Collection[Cell], part: Collection[Cell]) -> int:
    """Return of how many learners of a part it may be known that they came further: of several parts, not in which."""
    return _CAME_FURTHER if len(part) == len(counts) else 0


def _cell(walk: Walk, year: int) -> Cell | None:
    return Cell(walk.year, walk.cohort, walk.until(year)) if walk.enrolled <= year else None


def _tells_few_apart(walks: Sequence[Walk], year: int, tellings: Sequence[Sequence[int | None]]) -> bool:
    """Say whether some few learners were in the same part of each telling, the last of which is that of a year."""
    blocks: dict[tuple[int | None, ...], list[Cell]] = defaultdict(list)
    for walk, *parts in zip(walks, *tellings, strict=True):
        if (cell := _cell(walk, year)) is not None:
            blocks[tuple(parts)].append(cell)
    known = _CAME_FURTHER if len(blocks) == 1 else 0
    return not all(is_enough(len(cells), kinds=len(set(cells)), known=known) for cells in blocks.values())
