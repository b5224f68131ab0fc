"""What of an indicator may be told: nothing that would point at a few people of a vulnerable group.

The service for small counts (portal.ground.disclosure) decides. What counts participations is told where the table of
participants tells them in the same sums (see people.py). An indicator about vulnerable people, because it says so, or
its counting rule or each of its parts names vulnerable groups only, tells no value where one of its figures, or a step
between two that add people, is too small: target and total would give the one figure back, so that all go. Its baseline
is such a figure, for it counts people too; a target is a plan and points at nobody. Nobody records of how many people a
percentage is the share, while a reader may know: 25 % of the eight who sat an exam are two. So no share of vulnerable
people is told, not even that of nobody: else one that is not told would say that there is somebody. The tables tell the
counts that it is made of, as far as they may be told. In any other indicator the parts of a kind are a table of their
own.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from beneficiaries.parts import Slice
from partnerships.models import Indicator
from portal.ground.disclosure import Told, tell
from portal.roof.overviews.results.figures import NOTHING, Figure, IndicatorSheet, YearFigures
from portal.roof.reports.attainment import Attained, Chain, Measured

# The parts of an indicator by year.
Parts = Mapping[int, Mapping[Slice, Decimal]]
Kind = tuple[bool, bool, bool]


def tells_of_few(sheet: IndicatorSheet) -> bool:
    """Say whether an indicator about vulnerable people has a figure that could point at some of them."""
    if sheet.measure == Indicator.Measure.SCALE:
        return False
    if is_share(sheet):
        return any(_figures(sheet))
    return any(_holds_few(_steps(sheet, figures)) for figures in _figures(sheet))


def is_share(sheet: IndicatorSheet) -> bool:
    """Say whether the figures of an indicator are shares of people whose number nobody recorded beside them."""
    return sheet.measure == Indicator.Measure.PERCENTAGE


def without_values(sheet: IndicatorSheet) -> IndicatorSheet:
    """Return an indicator with its targets alone.

    The remark on the baseline, and which targets lie behind it, could tell what the baseline does not.
    """
    years = tuple(YearFigures(year.year, year.target) for year in sheet.years)
    return replace(sheet, years=years, total=None, achieved=None, baseline=None, baseline_note=NOTHING)


def told_parts(
    parts: Parts, *, is_vulnerable: Callable[[Slice], bool], may_be_told: Callable[[int, Slice], bool]
) -> tuple[Parts, bool]:
    """Return the parts that may be told, and whether others may not be.

    The parts of a kind are one table. A part by fewer dimensions is a sum of those by more: it is told where none of
    their tables puts some of them together with what lies outside it. `may_be_told` asks of what else is told.
    """
    told = {}
    for year, of_year in parts.items():
        tables = {kind: _table(of_kind, is_vulnerable) for kind, of_kind in _kinds(of_year).items()}
        told[year] = {
            part: number
            for part, number in of_year.items()
            if may_be_told(year, part)
            and all(
                table.total(lambda key, part=part: _is_of(key, part)) is not None
                for kind, table in tables.items()
                if all(finer or not own for finer, own in zip(kind, part.dimensions, strict=True))
            )
        }
    return told, any(len(told[year]) < len(of_year) for year, of_year in parts.items())


def splits_a_few(sheet: IndicatorSheet, parts: Parts, is_vulnerable: Callable[[Slice], bool]) -> bool:
    """Say whether a value is the sum of so few people that not even the parts of a kind together may be told.

    Six who are women and men are three and three, or one and five: nobody lies further apart than four.
    """
    for year in sheet.years:
        numbers = set(numbers_of(year))
        for of_kind in _kinds(parts.get(year.year, {})).values():
            if _table(of_kind, is_vulnerable).withheld and sum(of_kind.values()) in numbers:
                return True
    return False


def _kinds(of_year: Mapping[Slice, Decimal]) -> Mapping[Kind, Mapping[Slice, Decimal]]:
    """Return the parts of a year by which of sex, age and target group they are told by."""
    kinds: dict[Kind, dict[Slice, Decimal]] = defaultdict(dict)
    for part, number in of_year.items():
        kinds[part.dimensions][part] = number
    return kinds


def _table(parts: Mapping[Slice, Decimal], is_vulnerable: Callable[[Slice], bool]) -> Told:
    """Return the parts of one kind as far as they may be told, the group being the widest of what they tell."""
    cells = {(part.group, part.sex, part.band): number for part, number in parts.items()}
    return tell(cells, is_at_risk=lambda key: is_vulnerable(Slice(key[1], key[2], key[0])))


def _is_of(key: tuple[int | None, str, int | None], part: Slice) -> bool:
    group, sex, band = key
    return part.sex in {"", sex} and part.band in {None, band} and part.group in {None, group}


def settled_chains(
    found: Sequence[Chain], earlier: Iterable[Sequence[Chain]], of_other_years: Iterable[Sequence[Chain]] = ()
) -> tuple[Chain, ...]:
    """Return the results, told so that no earlier edition beside them gives a few people away.

    `earlier` are the results of the year's editions, the newest last: an indicator of which a count of vulnerable
    people lies a few people from what one of them told is told as in the last one. `of_other_years` are those of the
    editions of other years: such a year is told as there.
    """
    editions, others = (
        [{row.pk: row for row in _indicators(chains)} for chains in of] for of in (earlier, of_other_years)
    )

    def settled(row: Measured) -> Measured:
        told = [edition[row.pk] for edition in editions if row.pk in edition]
        if any(_is_near(row, other) for other in told):
            return replace(told[-1], is_kept=True)
        # The newest first: what it tells was settled with those before it.
        for other in (edition[row.pk] for edition in reversed(others) if row.pk in edition):
            row = _with_years_of(other, row) if _is_near(row, other) else row
        return row

    def result(row: Attained) -> Attained:
        return replace(row, indicators=tuple(map(settled, row.indicators)))

    return tuple(replace(chain, results=tuple(map(result, chain.results))) for chain in found)


def _with_years_of(told: Measured, row: Measured) -> Measured:
    """Return an indicator whose years stand as an edition of another year told them, without their sum."""
    known = {year.year: year for year in told.sheet.years if any(number is not None for number in numbers_of(year))}
    years = tuple(known.get(year.year, year) for year in row.sheet.years)
    sheet = replace(row.sheet, years=years, total=None, achieved=None)
    return replace(row, sheet=sheet, parts=(), corrections=(), has_hidden_parts=bool(row.parts), is_kept=True)


def _indicators(chains: Iterable[Chain]) -> Iterable[Measured]:
    return (row for chain in chains for result in chain.results for row in result.indicators)


def _figures(sheet: IndicatorSheet) -> list[list[Decimal]]:
    """Return the numbers of the years by kind, as far as they are known, each after the baseline."""
    kinds = zip(*map(numbers_of, sheet.years), strict=True)
    start = _number(sheet.baseline)
    return [[number for number in (start, *numbers) if number is not None] for numbers in kinds]


def numbers_of(year: YearFigures) -> tuple[Decimal | None, ...]:
    """Return what a year came to: actual, reported and counted; None where it is not told."""
    return _number(year.actual), _number(year.reported), year.counted


def _number(figure: Figure | None) -> Decimal | None:
    return figure.number if figure else None


def _steps(sheet: IndicatorSheet, numbers: Sequence[Decimal]) -> list[Decimal]:
    """Return numbers, and where they count from the start also how many came in each year."""
    if sheet.accumulation != Indicator.Accumulation.CUMULATIVE:
        return list(numbers)
    return [*numbers, *(after - before for before, after in itertools.pairwise(numbers))]


def _holds_few(numbers: Iterable[Decimal | None]) -> bool:
    """Say whether one of some counts of vulnerable people may not be told by itself; nobody at all points at nobody."""
    cells = {(place,): abs(number) for place, number in enumerate(numbers) if number is not None}
    return bool(tell(cells, is_at_risk=lambda _key: True, apart=1).withheld)


def _is_near(found: Measured, told: Measured) -> bool:
    """Say whether some few vulnerable people lie between two tellings of an indicator."""
    pairs: list[tuple[Decimal | None, Decimal | None]] = []
    # What the earlier edition told of vulnerable people stays that, whatever the indicator is said to count since.
    counts = any(row.is_about_vulnerable or row.counts_vulnerable for row in (found, told))
    if counts and found.sheet.measure == Indicator.Measure.NUMBER:
        pairs.append((_number(found.sheet.baseline), _number(told.sheet.baseline)))
        before = {year.year: year for year in told.sheet.years}
        for year in found.sheet.years:
            other = before.get(year.year, YearFigures(year.year))
            pairs += zip(numbers_of(year), numbers_of(other), strict=True)
            # What was only reported in one edition may be what an officer stands for in the next.
            pairs += [(_number(year.actual), _number(other.reported)), (_number(year.reported), _number(other.actual))]
    cells = {(line.name, year.year): year.number for line in told.parts if line.is_vulnerable for year in line.years}
    pairs += [
        (year.number, cells.get((line.name, year.year)))
        for line in found.parts
        if line.is_vulnerable
        for year in line.years
    ]
    return _holds_few(now - before for now, before in pairs if now is not None and before is not None)
