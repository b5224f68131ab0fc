"""Between two reports the portal tells of people at risk what the newest report tells of them, or nothing.

A locked year still moves: somebody takes an agreement back or is erased, a theme or a parent is set right, an entry is
written between validating and locking. Who looks twice, before and after, would know of whom. So pages, drafts and
spreadsheets tell such a figure only as a frozen report told it. What changed since is told by the next report, which
keeps its distance to those before it (see `beside` in snapshots.py). A year without any report that can be read is told
as it is: no step of a year leads there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.db.models import F

from beneficiaries.models import FollowUpOutcome
from beneficiaries.telling import Asked
from partnerships.models import Indicator, Partnership
from partnerships.settled import settled_by_partnership
from portal.roof.models import Snapshot
from portal.roof.overviews.results.figures import NOTHING, IndicatorSheet, YearFigures, without_warnings
from portal.roof.reports.attainment import Attained, Chain, Measured, PartLine
from portal.roof.reports.attainment_told import numbers_of
from portal.roof.reports.editions import told_last
from portal.roof.reports.frozen import FrozenReportError
from portal.roof.reports.learners import CourseSheet, CourseYear, as_before, is_told_as, year_of
from portal.roof.reports.sections import Report
from portal.roof.reports.snapshots import report_of
from portal.roof.reports.values_told import origins_beside

# An indicator in a programme: the first year of that, and the key of the indicator.
Place = tuple[int, int]


@dataclass(frozen=True)
class Frozen:
    """A frozen report of a settled year, read when it is asked for."""

    year: int
    row: Snapshot

    @cached_property
    def report(self) -> Report | None:
        """What was frozen; None where it is damaged, which nobody can read."""
        with suppress(FrozenReportError):
            return report_of(self.row)
        return None

    @cached_property
    def walked(self) -> Mapping[tuple[str, int], CourseYear]:
        """How far learners came, by the short name of the course and the year in which their cohorts began."""
        sheets = (*self.report.learners, *self.report.elsewhere) if self.report else ()
        return {(sheet.slug, one.year): one for sheet in sheets for one in sheet.years if not one.is_waiting}

    @cached_property
    def measured(self) -> Mapping[Place, Measured]:
        """The indicators."""
        chains = self.report.attained if self.report else ()
        return {
            (chain.years[0], row.pk): row for chain in chains for result in chain.results for row in result.indicators
        }


@dataclass(frozen=True)
class Shelf:
    """The frozen reports of a partnership, the newest of the last year first, and its settled years."""

    reports: Sequence[Frozen]
    years: Collection[int]

    @cached_property
    def settled(self) -> list[Frozen]:
        """Those of the settled years: pages and drafts tell what these told."""
        return [one for one in self.reports if one.year in self.years]

    @cached_property
    def held(self) -> frozenset[int]:
        """The indicators, by key, that the newest report held for people at risk, whatever they are said to count now.

        The newest of all, and the newest of a settled year: one that may still be made anew frees nothing by itself.
        """
        return _held(self.reports) | _held(self.settled)


def _held(frozen: Sequence[Frozen]) -> frozenset[int]:
    """Return the indicators, by key, that the newest report that knows them held for people at risk."""
    newest: dict[int, bool] = {}
    for one in frozen:
        said: dict[int, bool] = {}
        for (_first, pk), row in one.measured.items():
            said[pk] = said.get(pk, False) or row.is_at_risk
        newest = said | newest
    return frozenset(pk for pk, is_held in newest.items() if is_held)


def frozen_by_partnership(settled: Mapping[int, Collection[int]]) -> dict[int, Shelf]:
    """Return the frozen reports by partnership, beside the settled years of each; one query."""
    rows = Snapshot.objects.filter(year__programme__partnership__in=settled).order_by("-year__year", "-pk")
    found: dict[int, list[Frozen]] = defaultdict(list)
    for row in rows.annotate(home=F("year__programme__partnership"), of=F("year__year")):
        found[row.home].append(Frozen(row.of, row))
    return {home: Shelf(found[home], years) for home, years in settled.items()}


def frozen_of(partnership: Partnership) -> Shelf:
    """Return the frozen reports of a partnership."""
    return frozen_by_partnership(settled_by_partnership([partnership.pk]))[partnership.pk]


def as_told_last(report: Report, frozen: Sequence[Frozen]) -> Report:
    """Return a report that is not frozen itself, as it may be told beside those of settled years, the newest first.

    Raises FrozenReportError where one of the same year is damaged.
    """
    if report.is_one_year:
        for one in frozen:
            if one.year == report.starts_on.year:
                report_of(one.row)
    chains = chains_told_last(report.attained, frozen)
    newest = {one.year: one.report.participants for one in reversed(frozen) if one.report}
    return replace(
        report,
        participants=told_last(report.participants, newest.get),
        learners=_learners_told_last(report.learners, frozen),
        attained=chains,
        origins=origins_beside(report.origins, chains),
    )


def years_told_otherwise(asked: Sequence[Asked], settled: Mapping[int, Collection[int]]) -> dict[int, set[int]]:
    """Return of some courses, by key, the years that the newest frozen report told otherwise."""
    frozen = {home: shelf.settled for home, shelf in frozen_by_partnership(settled).items()}
    if not any(frozen.values()):
        return {}
    outcomes = list(FollowUpOutcome.objects.all())

    def is_otherwise(one: Asked, year: int) -> bool:
        told = _walked(frozen[one.course.partnership_id], one.course.slug, year)
        return told is not None and not is_told_as(year_of(one.paths, year, outcomes), told)

    return {one.course.pk: {year for year in one.years if is_otherwise(one, year)} for one in asked}


def _walked(frozen: Sequence[Frozen], slug: str, year: int) -> CourseYear | None:
    """Return how the newest report that knows them tells the cohorts of a year; None where the year has no report.

    A report that could have told them and did not tells that nobody enrolled.
    """
    told = next((one.walked[slug, year] for one in frozen if (slug, year) in one.walked), None)
    nobody = CourseYear(year, 0, 0, 0, 0, 0)
    return nobody if told is None and any(one.report and one.year >= year for one in frozen) else told


def _learners_told_last(found: Iterable[CourseSheet], frozen: Sequence[Frozen]) -> tuple[CourseSheet, ...]:
    def as_told(slug: str, now: CourseYear) -> CourseYear:
        told = None if now.is_waiting else _walked(frozen, slug, now.year)
        return now if told is None or is_told_as(now, told) else as_before(told)

    return tuple(replace(sheet, years=tuple(as_told(sheet.slug, year) for year in sheet.years)) for sheet in found)


def chains_told_last(found: Iterable[Chain], frozen: Sequence[Frozen]) -> tuple[Chain, ...]:
    """Return the results of programmes; of what may count vulnerable people as frozen reports told it last."""

    def chain(one: Chain) -> Chain:
        mine = [edition for edition in frozen if edition.year in one.years]

        def result(row: Attained) -> Attained:
            told = (_measured_told_last(each, (one.years[0], each.pk), mine) for each in row.indicators)
            return replace(row, indicators=tuple(told))

        return replace(one, results=tuple(map(result, one.results)))

    return tuple(map(chain, found))


def _measured_told_last(row: Measured, place: Place, frozen: Sequence[Frozen]) -> Measured:
    """Return an indicator as the reports of its programme told it last, the newest first.

    What a report held for people at risk stays that until the next one, whatever the indicator is said to count since.
    """
    knowing = [one for one in frozen if place in one.measured]
    if not (row.is_at_risk or (knowing and knowing[0].measured[place].is_at_risk)):
        return row
    until = max((one.year for one in frozen if one.report), default=None)
    told = [one.measured[place] for one in knowing]
    if until is None:
        return replace(row, may_count_vulnerable=True, sheet=_without_early_baseline(row.sheet))
    sheet = _sheet_told_last(row.sheet, told, until)
    parts = _parts_told_last(row.parts, told)
    return replace(
        row,
        sheet=sheet,
        parts=parts,
        corrections=tuple(one for one in row.corrections if any(one in other.corrections for other in told)),
        has_hidden_parts=row.has_hidden_parts or parts != row.parts,
        is_kept=row.is_kept or sheet != row.sheet,
        may_count_vulnerable=True,
    )


def _sheet_told_last(sheet: IndicatorSheet, told: Sequence[Measured], until: int) -> IndicatorSheet:
    years = tuple(_year_told_last(one, told, until) for one in sheet.years)
    start = told[0].sheet.baseline if told else None
    if sheet.baseline is not None and sheet.baseline != start:
        # How far it came would give the other baseline back.
        years = tuple(replace(one, achieved=None) for one in years)
        note = told[0].sheet.baseline_note if told and start else NOTHING
        sheet = replace(sheet, years=years, total=None, achieved=None, baseline=start, baseline_note=note)
        return without_warnings(sheet)
    return sheet if years == sheet.years else replace(sheet, years=years, total=None, achieved=None)


def _year_told_last(now: YearFigures, told: Sequence[Measured], until: int) -> YearFigures:
    """Return a year as the newest report that tells anything of it told it; nothing where none of that year did."""
    if not _tells(now):
        return now
    known = (year for row in told for year in row.sheet.years if year.year == now.year and _tells(year))
    before = next(known, None)
    if before is None:
        # What is told of a later year is settled: the indicator is held at risk (see Shelf.held).
        return now if now.year > until else YearFigures(now.year, now.target, now.is_odd_target)
    if numbers_of(before) == numbers_of(now):
        return now
    achieved = before.achieved if before.target == now.target else None
    return replace(before, target=now.target, is_odd_target=now.is_odd_target, achieved=achieved)


def _tells(year: YearFigures) -> bool:
    return any(number is not None for number in numbers_of(year))


def _parts_told_last(parts: Iterable[PartLine], told: Sequence[Measured]) -> tuple[PartLine, ...]:
    """Return the parts that a report told as they are."""
    known: set[tuple[object, int, Decimal]] = {
        (line.name, year.year, year.number) for row in told for line in row.parts for year in line.years
    }
    lines = (
        replace(line, years=tuple(year for year in line.years if (line.name, year.year, year.number) in known))
        for line in parts
    )
    return tuple(line for line in lines if line.years)


def _without_early_baseline(sheet: IndicatorSheet) -> IndicatorSheet:
    """Return an indicator without a baseline as long as nothing else of it is told: it counts people too, and moves."""
    if any(map(_tells, sheet.years)):
        return sheet
    return without_warnings(replace(sheet, baseline=None, baseline_note=NOTHING))


def held_at_risk(indicators: Collection[int]) -> set[int]:
    """Return which indicators, by their keys, frozen reports hold for people at risk (see Shelf.held)."""
    homes = Indicator.objects.filter(pk__in=indicators).values_list("pk", "outcome__partnership")
    asked = dict(homes.order_by())
    frozen = frozen_by_partnership(settled_by_partnership(set(asked.values())))
    return {pk for pk, home in asked.items() if pk in frozen[home].held}
