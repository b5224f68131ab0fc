"""The results of a programme as the tables of a report, in the active language: the figures that the logframe shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from partnerships.models import Indicator
from portal.ground.numbers import format_number
from portal.roof.overviews.results.page import baseline_text, facts_line, figure_text, lines_of
from portal.roof.reports.attainment import Attained, Chain, Measured, PartLine, ValueCorrection
from portal.roof.reports.attainment_told import is_share
from portal.roof.reports.words import Words

# More columns of years than this stand on a wide page.
NARROW = 6


@dataclass(frozen=True)
class FigureCell:
    """One figure of a table, with a remark on it."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class FigureRow:
    """One kind of figure, or one part, over the years; the last cell tells of all years."""

    label: Words | str
    cells: tuple[FigureCell, ...]
    is_part: bool = False


@dataclass(frozen=True)
class CorrectionLine:
    """A correction: of which year, since when, from what to what, and why."""

    year: str
    when: str
    was: str
    became: str
    reason: Words


@dataclass(frozen=True)
class IndicatorRows:
    """An indicator as a group of rows; `baseline` is empty where nobody knows it.

    `is_scale`: its figures are words; `is_share`: they are percentages.
    """

    title: Words
    facts: str
    baseline: str
    rows: tuple[FigureRow, ...]
    counting: Words
    verification: Words
    corrections: tuple[CorrectionLine, ...]
    parts_before: str
    is_scale: bool
    is_withheld: bool
    is_share: bool
    has_hidden_parts: bool
    is_kept: bool


@dataclass(frozen=True)
class ResultTable:
    """A result with its indicators."""

    result: Attained
    indicators: tuple[IndicatorRows, ...]


@dataclass(frozen=True)
class ChainTables:
    """The results of a programme. `is_wide` says that its years need a wide page."""

    name: Words
    years: tuple[str, ...]
    results: tuple[ResultTable, ...]
    is_wide: bool


def tables_of(chains: Iterable[Chain]) -> list[ChainTables]:
    """Return the results of some programmes, each with the years of its programme."""
    return [
        ChainTables(
            chain.name,
            tuple(str(year) for year in chain.years),
            tuple(ResultTable(row, tuple(map(_indicator, row.indicators))) for row in chain.results),
            len(chain.years) > NARROW,
        )
        for chain in chains
    ]


def _indicator(row: Measured) -> IndicatorRows:
    lines = tuple(
        FigureRow(line.label, tuple(FigureCell(cell.text, cell.note) for cell in line.cells))
        for line in lines_of(row.sheet)
    )
    return IndicatorRows(
        title=row.title,
        facts=facts_line(row.sheet),
        baseline=baseline_text(row.sheet),
        rows=(*lines, *(_part(part, row) for part in row.parts)),
        counting=row.counting,
        verification=row.sheet.verification,
        corrections=tuple(_correction(one, row) for one in row.corrections),
        parts_before=", ".join(map(str, row.parts_before)) if row.parts else "",
        is_scale=row.sheet.measure == Indicator.Measure.SCALE,
        is_withheld=row.is_withheld,
        is_share=is_share(row.sheet),
        has_hidden_parts=row.has_hidden_parts and not row.is_withheld,
        is_kept=row.is_kept,
    )


def _part(part: PartLine, row: Measured) -> FigureRow:
    numbers = {year.year: year.number for year in part.years}
    cells = [FigureCell(format_number(numbers.get(year.year))) for year in row.sheet.years]
    return FigureRow(part.name, (*cells, FigureCell("")), is_part=True)


def _correction(one: ValueCorrection, row: Measured) -> CorrectionLine:
    return CorrectionLine(
        str(one.year), str(one.when), figure_text(row.sheet, one.was), figure_text(row.sheet, one.became), one.reason
    )
