"""The steps of a learner's path, and how many came so far, as far as it may be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from portal.ground.disclosure import Told


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
    """The learners of a course by how far they came; of a viewer's figures only what `told` tells.

    `waiting` are its cohorts of which nothing is told, by key, each with the year in which it began; `kept` are
    the years of cohorts that are told as they stood earlier, because few learners came further since.
    """

    cells: Counter[Cell]
    told: Told | None = None
    cohort: int | None = None
    year: int | None = None
    waiting: Mapping[int, int] = field(default_factory=dict)
    kept: frozenset[int] = frozenset()

    @property
    def is_waiting(self) -> bool:
        """Whether nothing of it is told: its year is not settled, or changed since a report told it."""
        if self.cohort is not None:
            return self.cohort in self.waiting
        if self.year is not None:
            return self.year in self.waiting.values()
        return bool(self.waiting) and {cell.year for cell in self.cells} <= set(self.waiting.values())

    def count(self, holds: Callable[[Reached], bool]) -> int | None:
        """Return how many came so far; None where it may not be told.

        Of a year that is told as it stood earlier, a step that nobody had taken then is not told: no reader should
        take it for one that nobody took since.
        """
        number = self.number(holds)
        return None if number == 0 and self._is_kept else number

    @property
    def _is_kept(self) -> bool:
        """Whether some of it is told as it stood earlier."""
        years = {
            cell.year for cell in self.cells if self.cohort in {None, cell.cohort} and self.year in {None, cell.year}
        }
        return not years.isdisjoint(self.kept)

    def number(self, holds: Callable[[Reached], bool]) -> int | None:
        """Return how many came so far by what is told of them; None where nothing may be told."""
        if self.is_waiting:
            return None

        def inside(cell: Cell) -> bool:
            here = self.cohort in {None, cell.cohort} and self.year in {None, cell.year}
            return here and cell.cohort not in self.waiting and holds(cell.reached)

        if self.told is not None:
            return self.told.total(inside)
        return sum(number for cell, number in self.cells.items() if inside(cell))

    @property
    def years(self) -> list[int]:
        """The years in which a cohort began, the latest first."""
        return sorted({*(cell.year for cell in self.cells), *self.waiting.values()}, reverse=True)

    def of(self, *, cohort: int | None = None, year: int | None = None) -> Paths:
        """Return the same of one cohort, or of the cohorts that began in one year."""
        return replace(self, cohort=cohort, year=year)
