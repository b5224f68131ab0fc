"""Spreadsheets: nothing hostile is parsed, nothing leaves as a formula, nothing is lost on the way."""

import datetime as dt
import io
import time
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from portal.ground.columns import parse_known_date
from portal.ground.spreadsheets import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, read, write_csv, write_xlsx

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "'=1",
    "''=1",
    "＝1",
    "=cmd|'/c calc'!A1",
    "-",
    "plain",
    "a=b",
    "'quoted'",
]
RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_sheet_xml(xml, content=None):
    """Return a workbook whose first sheet is the given XML."""
    source = zipfile.ZipFile(io.BytesIO(content or workbook(["a"], ["b"])))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            old = source.read(member)
            target.writestr(member.filename, xml if member.filename.endswith("sheet1.xml") else old)
    return buffer.getvalue()


def sheet_xml(cells):
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    )


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_text_comes_back_as_it_left(write, language):
    with translation.override(language):
        sheet = read(write(["text"], [[text] for text in HOSTILE]))
    assert [str(cells[0]) for _number, cells in sheet.rows] == HOSTILE


def test_no_cell_is_a_formula_and_numbers_are_numbers():
    row = ["=1+1", Decimal("-1234.50"), 7, dt.date(2024, 5, 14), True, None]
    cells = openpyxl.load_workbook(io.BytesIO(write_xlsx(list("abcdef"), [row]))).active[2]
    assert [cell.data_type for cell in cells] == ["s", "n", "n", "d", "b", "n"]
    assert cells[0].quotePrefix
    assert cells[1].value == -1234.5
    with translation.override("nl"):
        line = write_csv(list("abcdef"), [row]).decode("utf-8-sig").splitlines()[1]
    assert line.startswith("'=1+1;-1234,50;7;2024-05-14;")


def test_a_text_too_long_for_a_cell_goes_on_below():
    text = "".join(chr(ord("a") + number % 26) for number in range(70_000))
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(list("abc"), [[1, text, "x"], [2, "y", None]]))).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[0] for row in cells] == [1, None, None, 2]
    assert "".join(row[1] for row in cells[:3]) == text
    assert [row[2] for row in cells] == ["x", None, None, None]
    assert cells[3][1] == "y"


def test_arabic_sheets_run_from_right_to_left():
    with translation.override("ar"):
        content = write_xlsx(["العنوان"], [["شراكة"]])
    assert openpyxl.load_workbook(io.BytesIO(content)).active.sheet_view.rightToLeft


@pytest.mark.parametrize(
    "content",
    [
        "slug;naam\r\na;Fête\r\n".encode("utf-8-sig"),
        "slug;naam\na;Fête\n".encode(),
        "slug,naam\na,Fête\n".encode("cp1252"),
        "slug\tnaam\na\tFête\n".encode("utf-16"),
        'slug;naam\n"a";"Fête"'.encode("latin-1"),
    ],
)
def test_csv_of_any_program(content):
    sheet = read(content)
    assert (sheet.headings, sheet.rows) == (["slug", "naam"], [(2, ["a", "Fête"])])


def test_rows_are_counted_as_the_spreadsheet_counts_them():
    assert [number for number, _cells in read(b'a;b\n\n"two\nlines";x\n\n\ny;z\n').rows] == [3, 6]
    assert [number for number, _cells in read(workbook(["a"], [None], ["x"], [None], ["y"])).rows] == [3, 5]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\nx",
        b"PK\x03\x04 not a workbook",
        b"\xd0\xcf\x11\xe0 old excel",
        b"a;b\nx;y;z\n",
        b"a" * (MAX_BYTES + 1),
        ";".join(f"c{n}" for n in range(MAX_COLUMNS + 1)).encode(),
        b"a\n" + b"x\n" * (MAX_ROWS + 1),
        b'a;b\n"' + b"x" * 200_000 + b'";y',
        with_sheet_xml("<not xml"),
        with_sheet_xml('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'),
        with_sheet_xml(sheet_xml('<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>')),
        with_sheet_xml(sheet_xml('<row r="1"><c r="A1"><f>1+1</f></c></row>')),
        with_sheet_xml(sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        with_sheet_xml(sheet_xml('<row r="1"><c r="XFD1"><v>1</v></c></row>')),
    ],
    ids=range(15),
)
def test_what_cannot_be_read_is_refused_with_a_sentence(content):
    started = time.process_time()
    with pytest.raises(ValidationError) as refusal:
        read(content)
    assert refusal.value.messages[0]
    assert time.process_time() - started < 2


def test_bombs_are_refused_before_they_go_off():
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(300):
            archive.writestr(f"xl/{number}.xml", RELS)
    deep = io.BytesIO()
    with zipfile.ZipFile(deep, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 200_000_000)
    rows = with_sheet_xml(sheet_xml("<row><c><v>1</v></c></row>" * 300_000))
    for content in [many.getvalue(), deep.getvalue(), rows]:
        started = time.process_time()
        with pytest.raises(ValidationError):
            read(content)
        assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31/12/2024", (dt.date(2024, 12, 31), "day")),
        ("2024-12-31", (dt.date(2024, 12, 31), "day")),
        ("05/2024", (dt.date(2024, 5, 1), "month")),
        ("2024-05", (dt.date(2024, 5, 1), "month")),
        (2024, (dt.date(2024, 1, 1), "year")),
        (2024.0, (dt.date(2024, 1, 1), "year")),
        (dt.datetime(2024, 12, 31, tzinfo=dt.UTC), (dt.date(2024, 12, 31), "day")),
        ("", None),
    ],
)
def test_dates(text, expected):
    assert parse_known_date(text) == expected


@pytest.mark.parametrize("text", ["31/02/2024", "12/31/2024", "soon", "1", "20241231", "٢٠٢٤"])
def test_what_is_no_date(text):
    with pytest.raises(ValidationError):
        parse_known_date(text)


@pytest.mark.once
@pytest.mark.parametrize(
    "content",
    [
        "slug;naam\na;Fête\nb;".encode("utf-8-sig") + "é\n".encode("cp1252"),
        "slug;naam\na;Fête\nb;é\n".encode("utf-16")[:-1],
    ],
    ids=["utf-8", "utf-16"],
)
def test_a_file_that_says_it_is_unicode_and_is_not_is_refused(content):
    """Read in the older encoding, its first heading would begin with the mark, and Fête be Fãªte."""
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        read(content)
    assert refused.value.messages == [
        "Row 3 holds a character that cannot be read: the file may be damaged. Save it anew."
    ]
