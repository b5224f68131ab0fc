"""Spreadsheets from and to people: CSV and XLSX, capped before they are read, typed when they are written.

A cell that holds text never leaves as a formula, and a number leaves as a number.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.formats import get_format
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from portal.ground.forms import mark_unreadable

MAX_BYTES = 5 * 1024 * 1024
MAX_MEMBERS = 200
MAX_UNPACKED = 40 * 1024 * 1024
# Each row is checked like a form, some milliseconds long; SQLite lets nobody else write meanwhile.
MAX_ROWS = 2_000
MAX_COLUMNS = 60

UNREADABLE_FILE = gettext_lazy("This file cannot be read: choose a CSV or XLSX file.")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# What a spreadsheet program takes for the start of a formula, wide East Asian forms included.
_FORMULA = re.compile("^[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_GUARDED = re.compile("^'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NOT_XML = re.compile("[\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Sheet:
    """The headings of a spreadsheet, and its rows under the numbers that the spreadsheet program shows."""

    headings: list[str]
    rows: list[tuple[int, list[Any]]]


def read(content: bytes) -> Sheet:
    """Return what a CSV or XLSX file holds, told apart by their content. Raises ValidationError with a sentence."""
    if len(content) > MAX_BYTES:
        raise ValidationError(_("This file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 1024 // 1024})
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(_("This is an old or a protected Excel file: save it as XLSX without a password."))
    lines = _xlsx_lines(content) if content.startswith(b"PK") else _csv_lines(content)
    headings: list[str] = []
    rows: list[tuple[int, list[Any]]] = []
    for number, cells in lines:
        if number == 1:
            headings = [str(cell).strip() if cell is not None else "" for cell in cells]
            while headings and not headings[-1]:
                headings.pop()
        elif any(cell not in (None, "") for cell in cells):
            rows.append((number, _fitted(number, cells, len(headings))))
        _check_size(rows=number - 1, columns=len(headings))
    if not headings:
        raise ValidationError(_("The first row is empty: it must hold the headings of the columns."))
    return Sheet(headings, rows)


def _fitted(number: int, cells: list[Any], width: int) -> list[Any]:
    if any(cell not in (None, "") for cell in cells[width:]):
        raise ValidationError(_("Row %(row)s holds a cell in a column without a heading.") % {"row": number})
    return [*cells[:width], *[None] * (width - len(cells))]


def _check_size(*, rows: int = 0, columns: int = 0) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise ValidationError(
            _("This sheet reaches beyond %(rows)s rows or %(columns)s columns: copy what counts into a new one.")
            % {"rows": MAX_ROWS, "columns": MAX_COLUMNS}
        )


def _csv_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            yield number, [cell[1:] if _GUARDED.match(cell) else cell for cell in cells]
    except csv.Error:
        raise ValidationError(UNREADABLE_FILE) from None


def _decoded(content: bytes) -> str:
    """Return the text, as Unicode or as the older encoding that spreadsheet programs in Western Europe write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    _measure(content)
    import openpyxl  # costs a fifth of a second: only who reads a spreadsheet pays it

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS)
        for number, cells in enumerate(rows, 1):
            yield number, [_value(cell) for cell in cells]
    except ValidationError:
        raise
    except Exception:  # noqa: BLE001 - a broken file breaks the parser in any way
        raise ValidationError(UNREADABLE_FILE) from None


def _value(cell: Any) -> Any:
    if cell.data_type == "e":
        raise ValidationError(
            _("Cell %(cell)s holds an error: %(value)s.") % {"cell": cell.coordinate, "value": cell.value}
        )
    value = cell.value
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    return value


def _measure(content: bytes) -> None:
    """Refuse an XLSX file that would keep the parser busy, before any of it is built up in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
                raise ValidationError(_("This file unpacks to far more than it seems: copy the rows into a new one."))
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as stream:
                        _Gauge().read(stream)
    except (zipfile.BadZipFile, expat.ExpatError, OSError, EOFError, NotImplementedError, RuntimeError):
        raise ValidationError(UNREADABLE_FILE) from None


class _Gauge:
    """Reads XML without keeping it: counts rows and columns, refuses entities and formulas without a result."""

    def __init__(self) -> None:
        self.row = self.column = 0
        self.cell, self.formula, self.result = "", False, False

    def read(self, stream: IO[bytes]) -> None:
        """Read one part of the file. Raises ValidationError."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.ParseFile(stream)

    def _doctype(self, *_declaration: Any) -> None:
        raise ValidationError(UNREADABLE_FILE)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "row":
            self.row, self.column = _number(attributes.get("r"), self.row + 1), 0
            _check_size(rows=self.row - 1)
        elif name == "c":
            self.cell = attributes.get("r", "")
            self.column, self.formula, self.result = _column(self.cell) or self.column + 1, False, False
            _check_size(columns=self.column)
        elif name in {"f", "v"}:
            self.formula |= name == "f"
            self.result |= name == "v"

    def _end(self, tag: str) -> None:
        if tag.endswith(" c") and self.formula and not self.result:
            raise ValidationError(
                _("Cell %(cell)s holds a formula without a result: open the file in a spreadsheet program and save it.")
                % {"cell": self.cell}
            )


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def _column(reference: str) -> int:
    """Return the number of the column in a reference like B7; 0 where there is none."""
    number = 0
    letters = re.match("[A-Z]{0,4}", reference)
    for letter in letters.group() if letters else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def write_csv(headings: list[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Return a CSV file as spreadsheet programs in Belgium and Morocco open it by a double click."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow([_harmless(heading) for heading in headings])
    writer.writerows([_as_text(value) for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return str(value).replace(".", get_format("DECIMAL_SEPARATOR"))
    return value.isoformat() if isinstance(value, dt.date) else _harmless(str(value))


def _harmless(text: str) -> str:
    """Return the text with a mark before what would be a formula; reading takes the mark away."""
    return f"'{text}" if _FORMULA.match(text) or _GUARDED.match(text) else text


def write_xlsx(headings: list[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Return an XLSX file: text as text, numbers as numbers, dates as dates, headings that stay in view."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.sheet_view.rightToLeft = get_language_bidi()
    for number, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(12, min(40, len(heading) + 4))

    def cell(value: Any, *, bold: bool = False) -> WriteOnlyCell:
        if not isinstance(value, str):
            return WriteOnlyCell(sheet, value)
        written = WriteOnlyCell(sheet, _NOT_XML.sub("▯", mark_unreadable(value)))
        written.data_type = "s"
        written.quotePrefix = bool(_FORMULA.match(value))
        written.font = Font(bold=bold)
        return written

    sheet.append([cell(heading, bold=True) for heading in headings])
    for row in rows:
        sheet.append([cell(value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
