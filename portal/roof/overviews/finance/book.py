"""The figures of a programme as a spreadsheet: a sheet for each table, numbers as numbers, text never as a formula."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from portal.ground.forms import mark_unreadable
from portal.ground.spreadsheets import sheet_name
from portal.roof.overviews.finance import paths, sheets
from portal.roof.overviews.finance.figures import Finance
from portal.roof.overviews.finance.tables import Cell, Table, plain

FORMATS = {
    "amount": '#,##0.00\\ "€"',
    "dirham": '#,##0.00\\ "MAD"',
    "rate": "0.00####",
    "percent": '0.##\\ "%"',
    "count": "#,##0",
    "date": "yyyy-mm-dd",
    "decimal": "#,##0.00",
    "year": "0",
}
INDENTS = {"heading": 1, "part": 2}
# Where outcomes stand above the sources, each level lies one step deeper.
INDENTS_BELOW = {"source": 1, "heading": 2, "part": 3}


def tables_of(finance: Finance) -> list[Table]:
    """Return the tables of a spreadsheet: those of the page, and the balances before the next claim."""
    return [table for table in (*sheets.tables_of(finance), *_paths(finance)) if table.rows]


def _paths(finance: Finance) -> list[Table]:
    return [
        paths.by_source(finance),
        paths.co_funding(finance),
        paths.transfers(finance),
        paths.balances(finance),
        paths.gaps(finance),
    ]


def write(finance: Finance) -> bytes:
    """Return the figures as an XLSX file in the active language."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    names: set[str] = set()
    for table in tables_of(finance):
        sheet = book.create_sheet(sheet_name(table.title, names))
        sheet.sheet_view.rightToLeft = get_language_bidi()
        sheet.freeze_panes = "B4"
        sheet.column_dimensions["A"].width = 44
        for column in "BCDEFGHIJK":
            sheet.column_dimensions[column].width = 18
        _fill(sheet, table, finance)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet: Any, table: Table, finance: Finance) -> None:
    """Write the title, the headings in the third row, and the rows of a table."""
    mark = _("DEMONSTRATION – invented figures") if finance.is_demonstration else ""
    sheet.append([text_cell(sheet, f"{table.title} – {plain(finance.name)}", bold=True)])
    sheet.append([text_cell(sheet, mark or table.note)])
    sheet.append([text_cell(sheet, heading, bold=True) for heading in (table.head, *table.columns)])
    indents = INDENTS_BELOW if any(row.level == "outcome" for row in table.rows) else INDENTS
    for row in table.rows:
        bold = row.level in {"outcome", "source", "total"}
        label = text_cell(sheet, plain(row.label), bold=bold, indent=indents.get(row.level, 0))
        note = [text_cell(sheet, plain(row.note))] if row.note else []
        sheet.append([label, *(figure_cell(sheet, cell, bold=bold) for cell in row.cells), *note])


def text_cell(sheet: Any, text: str, *, bold: bool = False, indent: int = 0) -> Any:
    """Return a cell that holds text and never a formula."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    written = WriteOnlyCell(sheet, mark_unreadable(text))
    written.data_type = "s"
    written.quotePrefix = text.startswith(("=", "+", "-", "@"))
    written.font = Font(bold=bold)
    written.alignment = Alignment(indent=indent)
    return written


def figure_cell(sheet: Any, cell: Cell, *, bold: bool) -> Any:
    """Return a cell that holds a number or a day as such."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    written = WriteOnlyCell(sheet, cell.value)
    if not isinstance(cell.value, str | dt.date | None):
        written.number_format = FORMATS[cell.kind]
    elif isinstance(cell.value, dt.date):
        written.number_format = FORMATS["date"]
    written.font = Font(bold=bold)
    return written
