"""Files that nobody should have to read: bombs, macros, links, other calendars, halves. A sentence, nothing written."""

import datetime as dt
import io
import re
import time
import zipfile

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from activities.models import Expenditure, SheetImport
from activities.resources.jobs import MAX_ROWS
from portal.ground.spreadsheets import MAX_BYTES, read
from tests.sheet_rows import HEADINGS, checked, csv, send, xlsx

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROW = '<row r="{0}"><c r="A{0}"><v>1</v></c></row>'


def packed(changes, content=None):
    """Return a workbook with parts replaced or added: {name: text}."""
    source = zipfile.ZipFile(io.BytesIO(content or xlsx(["a"], ["b"])))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            if member.filename not in changes:
                target.writestr(member.filename, source.read(member))
        for name, text in changes.items():
            target.writestr(name, text)
    return buffer.getvalue()


def with_cells(cells):
    sheet = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    return packed({"xl/worksheets/sheet1.xml": sheet})


def copied_texts():
    """Return a workbook of a few kilobytes whose cells would hold two gigabytes of text."""
    text = "x" * 100_000
    strings = f'<?xml version="1.0"?><sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>'
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_000))
    sheet = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return packed({"xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": sheet})


def bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 200_000_000)
    return buffer.getvalue()


def half_of_the_sheet():
    whole = zipfile.ZipFile(io.BytesIO(xlsx(*[[n, n] for n in range(50)]))).read("xl/worksheets/sheet1.xml")
    return packed({"xl/worksheets/sheet1.xml": whole[: len(whole) // 2]})


BAD = {
    "bomb": (bomb, "unpacks to far more"),
    "copied texts": (copied_texts, "unpacks to far more"),
    "last cell": (lambda: with_cells('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "reaches beyond"),
    "last cell in row 1": (lambda: with_cells('<row r="1"><c r="A1048576"><v>1</v></c></row>'), "reaches beyond"),
    "last column": (lambda: with_cells('<row r="1"><c s="1" r="XFD1"><v>1</v></c></row>'), "reaches beyond"),
    "million rows": (lambda: with_cells("".join(ROW.format(n) for n in range(1, 700_000))), "MB|far more|beyond"),
    "too many rows": (lambda: with_cells("".join(ROW.format(n) for n in range(1, MAX_ROWS + 3))), "reaches beyond"),
    "cells without a place": (lambda: with_cells("<row><c><v>1</v></c></row>"), "unusual way"),
    "hidden reference": (lambda: with_cells("<row><c y=' r=\"A1\"'><v>1</v></c></row>"), "unusual way"),
    "coded reference": (lambda: with_cells('<row><c r="&#88;FD1"><v>1</v></c></row>'), "unusual way"),
    "macros": (lambda: packed({"xl/vbaProject.bin": "x"}), "macros"),
    "old macros": (lambda: packed({"xl/macrosheets/sheet1.xml": "<x/>"}), "macros"),
    "external links": (lambda: packed({"xl/externalLinks/externalLink1.xml": "<x/>"}), "other files"),
    "entities": (lambda: with_cells("<!DOCTYPE x>"), "cannot be read"),
    "no result": (lambda: with_cells('<row r="1"><c r="B7"><f>1+1</f></c></row>'), "Cell B7 holds a formula"),
    "no result, short": (lambda: with_cells('<row r="1"><c r="B7"><f t="shared"/></c></row>'), "Cell B7"),
    "an error": (lambda: with_cells('<row r="1"><c r="C3" t="e"><v>#REF!</v></c></row>'), "Cell C3 holds an error"),
    "half an archive": (lambda: xlsx(["a"], ["b"])[:2000], "cannot be read"),
    "half a sheet": (half_of_the_sheet, "cannot be read|unusual|first row"),
    "half a csv": (lambda: b'a;b\n1;2\n"half of a te', "never closed"),
    "old excel": (lambda: b"\xd0\xcf\x11\xe0" + b"x" * 600, "old or a protected"),
    "too large": (lambda: b"a" * (MAX_BYTES + 1), "larger than 5 MB"),
    "empty": (lambda: b"\n", "first row is empty"),
    "headings alone": (lambda: b"a;b\n", "no row below"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_clear_sentence_and_nothing_written(cast, client_of, name):
    make, words = BAD[name]
    content = make()
    client = client_of(cast.officer)
    started = time.process_time()
    answer = send(client, content, cast.jette.partnership)
    assert time.process_time() - started < 5
    assert answer.status_code == 200
    sentences = answer.context["form"].errors["file"]
    assert len(sentences) == 1
    assert re.search(words, sentences[0]), sentences
    assert not SheetImport.objects.exists()
    assert not Expenditure.objects.exists()


def test_the_calendar_of_1904_is_read_right():
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["day"])
    book.active.append([dt.date(2024, 12, 31)])
    buffer = io.BytesIO()
    book.save(buffer)
    assert read(buffer.getvalue()).rows == [(2, [dt.date(2024, 12, 31)])]


def test_numbers_texts_and_results_of_formulas_are_read_as_they_show():
    cells = (
        '<row r="1"><c r="A1" t="str"><v>h</v></c><c r="B1" t="inlineStr"><is><t>i</t></is></c></row>'
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="b"><v>1</v></c></row>'
    )
    assert read(with_cells(cells)).rows == [(2, [2.0, True])]


def test_many_equal_long_texts_may_stand_in_a_sheet():
    strings = f'<?xml version="1.0"?><sst xmlns="{MAIN}"><si><t>{"x" * 20_000}</t></si><si><t>a</t></si></sst>'
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{0 if n < 5 else 1}</v></c></row>' for n in range(1, 10_000))
    sheet = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    content = packed({"xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": sheet})
    assert len(read(content, max_rows=MAX_ROWS).rows) == 9_998


def test_the_first_line_may_name_the_separator():
    assert read(b"sep=,\r\na,b\r\n1,2\r\n").rows == [(2, ["1", "2"])]


def test_a_full_sheet_comes_in(cast, client_of):
    rows = [[cast.jette.partner.slug, "1/2/2024", f"Paint {n}", "own", n + 1] for n in range(MAX_ROWS)]
    row = checked(client_of(cast.officer), csv(HEADINGS, *rows), cast.jette.partnership)
    assert (row.state, row.new) == ("ready", MAX_ROWS)
