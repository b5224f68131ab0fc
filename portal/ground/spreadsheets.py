"""Spreadsheets from and to people: CSV and XLSX, capped before they are read, typed when they are written.

A cell that holds text never leaves as a formula, and a number leaves as a number.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import get_format
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from portal.ground.forms import mark_unreadable

MAX_BYTES = 5 * 1024 * 1024
MAX_MEMBERS = 200
MAX_UNPACKED = 40 * 1024 * 1024
# Shared texts are copied into each cell that shows them.
MAX_TEXTS = 128 * 1024 * 1024
# Where each row is checked like a form, some milliseconds long; SQLite lets nobody else write meanwhile.
MAX_ROWS = 2_000
MAX_COLUMNS = 60

UNREADABLE_FILE = gettext_lazy("This file cannot be read: choose a CSV or XLSX file.")
TOO_MUCH = gettext_lazy("This file unpacks to far more than it seems: copy the rows into a new one.")
# Parts of an archive that nobody needs to tell figures, by what their names begin with.
UNWANTED = {
    "xl/vbaproject": gettext_lazy("This file holds macros: save it as XLSX, without macros."),
    "xl/macrosheets": gettext_lazy("This file holds macros: save it as XLSX, without macros."),
    "xl/externallinks": gettext_lazy(
        "This file takes values from other files: copy the rows as values into a new one."
    ),
}
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# The bytes by which a text says that it is Unicode, and which.
MARKED = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

# What a spreadsheet program takes for the start of a formula, wide East Asian forms included.
_FORMULA = re.compile("^[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_GUARDED = re.compile("^'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# What a spreadsheet program does not take in the name of a sheet, and how long that may be.
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 31
# In signs; spreadsheet programs count the rare ones twice, hence a little less than they hold.
LONGEST_CELL = 32_000
_NOT_XML = re.compile("[\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Sheet:
    """The headings of a spreadsheet, and its rows under the numbers that the spreadsheet program shows."""

    headings: list[str]
    rows: list[tuple[int, list[Any]]]


def read(content: bytes, *, max_rows: int = MAX_ROWS, is_measured: bool = False) -> Sheet:
    """Return what a CSV or XLSX file holds, told apart by their content. Raises ValidationError with a sentence.

    `is_measured` says that this very file was read before, when it came in: it need not be measured again.
    """
    if len(content) > MAX_BYTES:
        raise ValidationError(_("This file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 1024 // 1024})
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(_("This is an old or a protected Excel file: save it as XLSX without a password."))
    size = _Size(max_rows)
    is_xlsx = content.startswith(b"PK")
    if is_xlsx and not is_measured:
        _measure(content, size)
    lines = _xlsx_lines(content) if is_xlsx else _csv_lines(content)
    headings: list[str] = []
    rows: list[tuple[int, list[Any]]] = []
    for number, cells in enumerate(lines, 1):
        if number == 1:
            headings = [str(cell).strip() if cell is not None else "" for cell in cells]
            while headings and not headings[-1]:
                headings.pop()
            size.check(columns=len(headings))
        elif any(cells) or any(cell not in (None, "") for cell in cells):
            rows.append((number, _fitted(number, cells, len(headings))))
            size.check(rows=number - 1)
    if not headings:
        raise ValidationError(_("The first row is empty: it must hold the headings of the columns."))
    return Sheet(headings, rows)


@dataclass(frozen=True)
class _Size:
    """How large a sheet may be."""

    max_rows: int

    def check(self, *, rows: int = 0, columns: int = 0) -> None:
        """Refuse what is larger, with a sentence."""
        if rows > self.max_rows or columns > MAX_COLUMNS:
            raise ValidationError(
                _("This sheet reaches beyond %(rows)s rows or %(columns)s columns: copy what counts into a new one.")
                % {"rows": self.max_rows, "columns": MAX_COLUMNS}
            )


def _fitted(number: int, cells: list[Any], width: int) -> list[Any]:
    if len(cells) == width:
        return cells
    if any(cell not in (None, "") for cell in cells[width:]):
        raise ValidationError(_("Row %(row)s holds a cell in a column without a heading.") % {"row": number})
    return [*cells[:width], *[None] * (width - len(cells))]


def _csv_lines(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    named = re.match("sep=(.)\r?\n", text)
    text = text[named.end() :] if named else text
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=first.count), strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            yield [cell[1:] if _GUARDED.match(cell) else cell for cell in cells]
    except csv.Error as error:
        if "unexpected end" in str(error):
            sentence = _("A quotation mark after row %(row)s is never closed: the file may be cut off.")
            raise ValidationError(sentence % {"row": number}) from None
        raise ValidationError(UNREADABLE_FILE) from None


def _decoded(content: bytes) -> str:
    """Return the text, as Unicode or as the older encoding that spreadsheet programs in Western Europe write.

    A file whose first bytes say which Unicode it is, and that then is not, was damaged: read as anything else it
    would bring in texts that nobody wrote. Raises ValidationError.
    """
    named = next((name for mark, name in MARKED.items() if content.startswith(mark)), "")
    try:
        return content.decode(named or "utf-8")
    except UnicodeDecodeError:
        if named:
            line = content.decode(named, errors="replace").partition("\ufffd")[0].count("\n") + 1
            sentence = _("Row %(row)s holds a character that cannot be read: the file may be damaged. Save it anew.")
            raise ValidationError(sentence % {"row": line}) from None
        return content.decode("cp1252", errors="replace")


def _xlsx_lines(content: bytes) -> Iterable[list[Any]]:
    import python_calamine  # only who reads a spreadsheet needs it

    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        return book.get_sheet_by_name(shown[0]).to_python(skip_empty_area=False)
    except Exception:  # noqa: BLE001 - a broken file breaks the parser in any way
        raise ValidationError(UNREADABLE_FILE) from None


def _measure(content: bytes, size: _Size) -> None:
    """Refuse an XLSX file that would keep the parser busy, before any of it is built up in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
                raise ValidationError(TOO_MUCH)
            names = [member.filename.lower() for member in members]
            for sentence in (text for start, text in UNWANTED.items() for name in names if name.startswith(start)):
                raise ValidationError(sentence)
            parts = [archive.read(member) for member in members if member.filename.lower().endswith((".xml", ".rels"))]
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        raise ValidationError(UNREADABLE_FILE) from None
    for part in parts:
        if b"Relationship" in part and _SHEET_ELSEWHERE.search(part):
            raise ValidationError(UNREADABLE_FILE)
        _measure_part(part, size)
    longest = max(
        (len(text) for part in parts if b"<si" in part or b":si" in part for text in _TEXT.split(part)), default=0
    )
    for part in parts:
        if part.count(b't="s"') * longest > MAX_TEXTS and _copied(part, parts) > MAX_TEXTS:
            raise ValidationError(TOO_MUCH)


# Patterns and no parser: a hundred thousand cells are measured in some hundredths of a second. What the patterns
# do not know is refused, so that nothing hides from them.
_TAG = re.compile(rb"<(?:[^\s<>/]*:)?c(?=[\s/>])")
_CELL = re.compile(
    rb"""<(?:\w+:)?c(?:\s+(?!r=)[\w:]+="[^"<>&]*")*\s+r="([A-Z]{1,3}[0-9]{1,7})"(?:\s+(?!r=)[\w:]+="[^"<>&]*")*\s*/?>"""
)
_WRONG = re.compile(rb"""<(?:\w+:)?c\s[^<>]*\bt="e"[^<>]*>""")
_UNSOLVED = re.compile(rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f[^<>]*/>)\s*</(?:\w+:)?c>")
_SHARED = re.compile(rb"""<(?:\w+:)?c\s[^<>]*\bt="s"[^<>]*>\s*<(?:\w+:)?v>(\d{1,9})<""")
_TEXT = re.compile(rb"<(?:[^\s<>/]*:)?si(?=[\s/>])")
_SHEET_ELSEWHERE = re.compile(rb"""/(?:worksheet|sharedStrings)["'](?![^<>]*\.xml["'])[^<>]*>""", re.IGNORECASE)


def _measure_part(part: bytes, size: _Size) -> None:
    """Refuse cells outside the largest sheet, errors, formulas without a result, and what is not measured."""
    cells = _CELL.findall(part)
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise ValidationError(UNREADABLE_FILE)
    if len(cells) != len(_TAG.findall(part)):
        raise ValidationError(
            _("This file is written in an unusual way: open it in a spreadsheet program and save it.")
        )
    for letters in {cell.rstrip(b"0123456789") for cell in cells}:
        size.check(columns=_column(letters.decode()))
    size.check(rows=max(map(int, {cell.lstrip(_LETTERS) for cell in cells}), default=1) - 1)
    wrong = _WRONG.search(part) if b't="e"' in part else None
    if wrong:
        sentence = _("Cell %(cell)s holds an error: correct it in a spreadsheet program.")
        raise ValidationError(sentence % {"cell": _last_cell(part, wrong.end())})
    unsolved = _UNSOLVED.search(part) if b"<f" in part or b":f" in part else None
    if unsolved:
        sentence = _(
            "Cell %(cell)s holds a formula without a result: open the file in a spreadsheet program and save it."
        )
        raise ValidationError(sentence % {"cell": _last_cell(part, unsolved.start())})


_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _last_cell(part: bytes, end: int) -> str:
    """Return the reference of the last cell that starts before a place."""
    found = _CELL.findall(part[:end])
    return found[-1].decode() if found else "?"


def _copied(part: bytes, parts: list[bytes]) -> int:
    """Return how many characters the shared texts of a sheet come to once each stands in its cells."""
    lengths = max(([len(text) for text in _TEXT.split(other)[1:]] for other in parts), key=len)
    shown = [int(number) for number in _SHARED.findall(part)]
    if len(shown) != len(re.findall(rb"""\bt="s\"""", part)) or max(shown, default=0) >= max(1, len(lengths)):
        return MAX_TEXTS + 1
    return sum(lengths[number] for number in shown)


def _column(letters: str) -> int:
    """Return the number of the column with these letters."""
    number = 0
    for letter in letters:
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
    return write_workbook([("", headings, rows)])


def write_workbook(sheets: Iterable[tuple[str, list[str], Iterable[Iterable[Any]]]]) -> bytes:
    """Return an XLSX file of several sheets, each a name, its headings and its rows (see `write_xlsx`)."""
    import openpyxl
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook(write_only=True)
    names: set[str] = set()
    for title, headings, rows in sheets:
        sheet = book.create_sheet(sheet_name(title, names) if title else None)
        sheet.freeze_panes = "A2"
        sheet.sheet_view.rightToLeft = get_language_bidi()
        for number, heading in enumerate(headings, 1):
            sheet.column_dimensions[get_column_letter(number)].width = max(12, min(40, len(heading) + 4))
        sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
        for row in fitting(rows):
            sheet.append([_cell(sheet, value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def fitting(rows: Iterable[Iterable[Any]]) -> Iterator[list[Any]]:
    """Yield rows that cells can hold: what is too long for one goes on in the row below, and is not cut off."""
    for row in rows:
        left = list(row)
        yield [value[:LONGEST_CELL] if isinstance(value, str) else value for value in left]
        while any(left := [value[LONGEST_CELL:] or None if isinstance(value, str) else None for value in left]):
            yield [value and value[:LONGEST_CELL] for value in left]


def sheet_name(title: str, taken: set[str]) -> str:
    """Return a name for a sheet that a spreadsheet program takes and that is not taken yet."""
    name = _NOT_IN_NAMES.sub(" ", title)[:LONGEST_NAME].strip()
    number = 2
    while name.lower() in taken:
        name = f"{name[: LONGEST_NAME - 3].strip()} {number}"
        number += 1
    taken.add(name.lower())
    return name


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """Return a value as a cell; a text is no formula, whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    written = WriteOnlyCell(sheet, _NOT_XML.sub("▯", mark_unreadable(value)))
    written.data_type = "s"
    written.quotePrefix = bool(_FORMULA.match(value))
    written.font = Font(bold=bold)
    return written
