"""A report told by outcome: what was done toward each, how it is judged, and what was learned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from partnerships.models import Outcome, Side
from portal.roof.reports.sections import Report, ReportActivity
from portal.roof.reports.telling import Judged, Told
from portal.roof.reports.trails import LessonSheet
from portal.roof.reports.words import Words


@dataclass(frozen=True)
class OutcomeTold:
    """What a report tells of one result; without a title it is what belongs to none."""

    title: Words
    level: Outcome.Level | None
    told: tuple[Told, ...]
    activities: tuple[ReportActivity, ...]
    judged: tuple[Judged, ...]
    lessons: tuple[LessonSheet, ...]

    @property
    def holds_something(self) -> bool:
        """Whether anything is told."""
        return bool(self.told or self.activities or self.judged or self.lessons)


def told_of(report: Report, *, with_home: bool = True) -> list[OutcomeTold]:
    """Return the results of which something is told, in the order of the results chain, and last what has none.

    What was done in Belgium toward none of them is left out where `with_home` says so: it has a section of its own.
    """
    results = {row.pk: (row.title, row.level) for chain in report.attained for row in chain.results}
    ordered = [_of(report, pk, title, level) for pk, (title, level) in results.items()]
    rest = _rest(report, results, with_home=with_home)
    return [one for one in (*ordered, rest) if one.holds_something]


def _of(report: Report, pk: int, title: Words, level: Outcome.Level) -> OutcomeTold:
    return OutcomeTold(
        title,
        level,
        tuple(row for row in report.told if row.outcome_pk == pk),
        tuple(row for row in report.activities if row.outcome_pk == pk),
        tuple(row for row in report.judged if row.outcome_pk == pk),
        tuple(row for row in report.lessons if row.outcome_pk == pk),
    )


def _rest(report: Report, known: Iterable[int], *, with_home: bool) -> OutcomeTold:
    """Return the activities of none of the results; texts and scores without one have sections of their own."""
    told = report.activities if with_home else report.of_side(Side.PARTNER)
    others = tuple(row for row in told if row.outcome_pk not in known)
    return OutcomeTold(Words(), None, (), others, (), ())


def home_of(report: Report, *, by_outcome: bool) -> list[ReportActivity]:
    """Return what was done in Belgium; where a report is told `by_outcome`, without what is told with its result."""
    known = {row.pk for chain in report.attained for row in chain.results} if by_outcome else set()
    return [row for row in report.of_side(Side.HOME) if row.outcome_pk not in known]


def rest_of(report: Report) -> Report:
    """Return a report without the texts, scores and lessons that stand with their results already."""
    known = {row.pk for chain in report.attained for row in chain.results}
    return replace(
        report,
        told=tuple(row for row in report.told if row.outcome_pk not in known),
        judged=tuple(row for row in report.judged if row.outcome_pk not in known),
        lessons=tuple(row for row in report.lessons if row.outcome_pk not in known),
    )
