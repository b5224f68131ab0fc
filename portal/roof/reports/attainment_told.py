"""What of an indicator may be told: nothing that would point at a few people of a vulnerable group.

An indicator is about vulnerable people where its counting rule, or each of its parts, names vulnerable groups only.
Such an indicator tells no value where one of its figures, or a step between two that add people, lies below
`SMALLEST_TOLD`: target and total would give the one figure back, so that all go. In any other indicator a small part
of a vulnerable group takes all parts of its kind along, for the others and the value would give it back.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from beneficiaries.parts import Slice
from partnerships.models import Indicator
from portal.roof.overviews.results.figures import IndicatorSheet, YearFigures
from portal.roof.reports.attainment import Attained, Chain, Measured
from portal.roof.reports.counts import SMALLEST_TOLD

# The parts of an indicator by year.
Parts = Mapping[int, Mapping[Slice, Decimal]]
Kind = tuple[bool, bool, bool]


def is_small(number: Decimal | None) -> bool:
    """Say whether a count could point at people; nobody at all points at nobody."""
    return number is not None and 0 < abs(number) < SMALLEST_TOLD


def tells_of_few(sheet: IndicatorSheet) -> bool:
    """Say whether an indicator about vulnerable people has a figure that could point at some of them."""
    if sheet.measure != Indicator.Measure.NUMBER:
        return False
    return any(is_small(number) for figures in _figures(sheet) for number in _steps(sheet, figures))


def without_values(sheet: IndicatorSheet) -> IndicatorSheet:
    """Return an indicator with its targets alone."""
    years = tuple(YearFigures(year.year, year.target, year.is_odd_target) for year in sheet.years)
    return replace(sheet, years=years, total=None, achieved=None)


def told_kinds(parts: Parts, *, is_vulnerable: Callable[[Slice], bool]) -> tuple[set[Kind], bool]:
    """Return by which dimensions the parts may be told, and whether others may not be."""
    kinds = {part.dimensions for of_year in parts.values() for part in of_year}
    hidden = {
        part.dimensions
        for of_year in parts.values()
        for part, number in of_year.items()
        if is_vulnerable(part) and is_small(number)
    }
    return kinds - hidden, bool(hidden)


def settled_chains(found: Sequence[Chain], earlier: Iterable[Sequence[Chain]]) -> tuple[Chain, ...]:
    """Return the results, told so that no earlier edition beside them gives a few people away.

    `earlier` are the results of the year's editions, the newest last. An indicator of which a count of vulnerable
    people lies a few people from what an edition told is told as in the last one.
    """
    editions = [{row.pk: row for row in _indicators(chains)} for chains in earlier]

    def settled(row: Measured) -> Measured:
        told = [edition[row.pk] for edition in editions if row.pk in edition]
        return replace(told[-1], is_kept=True) if any(_is_near(row, other) for other in told) else row

    def result(row: Attained) -> Attained:
        return replace(row, indicators=tuple(map(settled, row.indicators)))

    return tuple(replace(chain, results=tuple(map(result, chain.results))) for chain in found)


def _indicators(chains: Iterable[Chain]) -> Iterable[Measured]:
    return (row for chain in chains for result in chain.results for row in result.indicators)


def _figures(sheet: IndicatorSheet) -> list[list[Decimal]]:
    """Return the numbers of the years by kind, as far as they are known."""
    kinds = zip(*map(_numbers, sheet.years), strict=True)
    return [[number for number in numbers if number is not None] for numbers in kinds]


def _numbers(year: YearFigures) -> tuple[Decimal | None, ...]:
    """Return what a year came to: actual, reported and counted."""
    return (
        year.actual.number if year.actual else None,
        year.reported.number if year.reported else None,
        year.counted,
    )


def _steps(sheet: IndicatorSheet, numbers: Sequence[Decimal]) -> list[Decimal]:
    """Return numbers, and where they count from the start also how many came in each year."""
    if sheet.accumulation != Indicator.Accumulation.CUMULATIVE:
        return list(numbers)
    return [*numbers, *(after - before for before, after in itertools.pairwise(numbers))]


def _is_near(found: Measured, told: Measured) -> bool:
    """Say whether some few vulnerable people lie between two tellings of an indicator."""
    pairs: list[tuple[Decimal | None, Decimal | None]] = []
    if found.is_about_vulnerable and found.sheet.measure == Indicator.Measure.NUMBER:
        before = {year.year: year for year in told.sheet.years}
        for year in found.sheet.years:
            other = before.get(year.year, YearFigures(year.year))
            pairs += zip(_numbers(year), _numbers(other), strict=True)
    cells = {(line.name, year.year): year.number for line in told.parts if line.is_vulnerable for year in line.years}
    pairs += [
        (year.number, cells.get((line.name, year.year)))
        for line in found.parts
        if line.is_vulnerable
        for year in line.years
    ]
    return any(is_small(now - before) for now, before in pairs if now is not None and before is not None)
