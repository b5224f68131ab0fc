"""The logframe as a spreadsheet: one row an indicator, numbers as numbers, text never as a formula."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from partnerships.models import Indicator, Outcome
from portal.roof.overviews.finance.book import figure_cell, sheet_name, text_cell
from portal.roof.overviews.finance.tables import Cell
from portal.roof.overviews.results.figures import Figure, IndicatorSheet, Logframe, ResultSheet
from portal.roof.overviews.results.page import facts_line, wording

WIDE = {"A": 14, "B": 44, "C": 44, "D": 24}


def write(logframe: Logframe) -> bytes:
    """Return the logframe as an XLSX file in the active language."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name(_("Logframe"), set()))
    sheet.sheet_view.rightToLeft = get_language_bidi()
    sheet.freeze_panes = "D4"
    for column, width in WIDE.items():
        sheet.column_dimensions[column].width = width
    mark = _("DEMONSTRATION – invented figures") if logframe.is_demonstration else ""
    sheet.append([text_cell(sheet, f"{_('Logframe')} – {wording(logframe.name)}", bold=True)])
    sheet.append([text_cell(sheet, mark)])
    sheet.append([text_cell(sheet, heading, bold=True) for heading in headings(logframe)])
    for row in rows_of(logframe):
        cells = [
            figure_cell(sheet, cell, bold=False) if isinstance(cell, Cell) else text_cell(sheet, cell) for cell in row
        ]
        sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def headings(logframe: Logframe) -> list[str]:
    """Return the headings of the columns in the active language."""
    of_year = [_("Target %(year)s"), _("Actual %(year)s"), _("Reported, not validated %(year)s")]
    return [
        _("Level"),
        _("Result"),
        _("Indicator"),
        _("Measure"),
        _("Baseline"),
        _("Year of the baseline"),
        *(heading % {"year": year} for year in logframe.years for heading in of_year),
        _("Target, years together"),
        _("Actual, years together"),
        _("Achieved, in per cent"),
        _("Means of verification"),
        _("Assumptions"),
        _("Owner"),
    ]


def rows_of(logframe: Logframe) -> Iterator[list[Cell | str]]:
    """Yield the rows: one for each indicator, and one for a result without any."""
    for result in logframe.flat():
        named = [capfirst(str(Outcome.Level(result.level).label)), wording(result.title).text]
        for indicator in result.indicators:
            yield [*named, *_indicator(indicator, result)]
        if not result.indicators:
            blank = [""] * (len(headings(logframe)) - len(named) - 2)
            yield [*named, *blank, wording(result.assumptions).text, ""]


def _indicator(row: IndicatorSheet, result: ResultSheet) -> list[Cell | str]:
    return [
        wording(row.title).text,
        facts_line(row),
        _value(row, row.baseline),
        Cell(row.baseline_year, "year"),
        *(_value(row, one) for year in row.years for one in (year.target, year.actual, year.reported)),
        _number(row, row.total_target),
        _number(row, row.total),
        Cell(row.achieved, "percent"),
        wording(row.verification).text,
        wording(result.assumptions).text,
        row.owner,
    ]


def _value(row: IndicatorSheet, figure: Figure | None) -> Cell:
    """Return a figure; a step of a scale is its value, so that it can be sorted."""
    return _number(row, figure.number if figure else None)


def _number(row: IndicatorSheet, number: Decimal | None) -> Cell:
    if row.measure == Indicator.Measure.PERCENTAGE:
        return Cell(number, "percent")
    return Cell(number, "count" if number is None or number == number.to_integral_value() else "decimal")
