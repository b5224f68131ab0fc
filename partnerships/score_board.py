"""How the results of a programme are judged, year by year, as people read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from partnerships.models import Outcome, PerformanceScore, ProgrammeYear, ScaleLevel, ScoreCriterion
from partnerships.narrative import funders_of, outcomes_of
from portal.ground.dates import overlapping
from portal.ground.wording import NOTHING, Wording, translated, written


@dataclass(frozen=True)
class Mark:
    """A score: its value, its step in words, and its place on the scale in percent, for a bar."""

    value: int
    label: Wording
    size: int

    @property
    def text(self) -> str:
        """The score in one line."""
        return f"{self.value} – {self.label}"


@dataclass(frozen=True)
class CriterionRow:
    """One criterion: its mark in each year, None where nobody judged, and the reason of this year's."""

    # The years of the marks.
    years: list[int]

    criterion: ScoreCriterion
    name: Wording
    question: Wording
    marks: list[Mark | None]
    justification: Wording
    language: str
    # This year's row, None where nobody judged yet.
    score: PerformanceScore | None

    @property
    def by_year(self) -> list[tuple[int, Mark | None]]:
        """Each year with its mark."""
        return list(zip(self.years, self.marks, strict=True))

    @property
    def now(self) -> Mark | None:
        """The mark of the year that is looked at."""
        return self.marks[-1]


@dataclass(frozen=True)
class ResultScores:
    """How the programme as a whole, or one outcome, is judged. `years` head the marks of its rows."""

    outcome: Outcome | None
    title: Wording
    years: list[int]
    rows: list[CriterionRow]

    @property
    def key(self) -> int:
        """What names it in an address: its number, or 0 for the whole."""
        return self.outcome.pk if self.outcome else 0

    @property
    def is_judged(self) -> bool:
        """Whether any criterion has a mark in this year."""
        return any(row.now for row in self.rows)


def criteria_of(year: ProgrammeYear) -> QuerySet[Any]:
    """Return the criteria of everybody and those of the programme's funders that hold in that year."""
    asked = Q(source__isnull=True) | Q(source__in=funders_of(year))
    held = ScoreCriterion.objects.filter(asked, overlapping(year.starts_on, year.ends_on))
    return held.select_related("scale").prefetch_related("scale__levels")


def scores_of(year: ProgrammeYear) -> list[ResultScores]:
    """Return how the whole and each outcome is judged, in this year and those before it; constant queries."""
    criteria = list(criteria_of(year))
    found = PerformanceScore.objects.filter(programme=year.programme_id, year__lte=year.year)
    stored = {(row.outcome_id, row.criterion_id, row.year): row for row in found.select_related("level")}
    years = sorted({row.year for row in stored.values()} | {year.year})
    return [
        ResultScores(
            outcome=outcome,
            title=translated(outcome, "title") or Wording(_("The programme as a whole")),
            years=years,
            rows=[_row(criterion, outcome, years, stored) for criterion in criteria],
        )
        for outcome in [None, *outcomes_of(year)]
    ]


def _row(
    criterion: ScoreCriterion, outcome: Outcome | None, years: list[int], stored: dict[Any, PerformanceScore]
) -> CriterionRow:
    rows = [stored.get((outcome.pk if outcome else None, criterion.pk, year)) for year in years]
    levels = [level.value for level in criterion.scale.levels.all()] if criterion.scale else []
    last = rows[-1]
    return CriterionRow(
        years=years,
        criterion=criterion,
        name=translated(criterion, "name"),
        question=translated(criterion, "question"),
        marks=[_mark(row.level, levels) if row else None for row in rows],
        justification=written(last.justification, last.language) if last else NOTHING,
        language=last.language if last else "",
        score=last,
    )


def _mark(level: ScaleLevel, levels: Iterable[int]) -> Mark:
    """Return a mark; its bar is never empty, so that the lowest step shows too."""
    steps = sorted({*levels, level.value})
    return Mark(level.value, translated(level, "label"), round(100 * (steps.index(level.value) + 1) / len(steps)))
