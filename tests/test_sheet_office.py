"""What leaves the portal as a spreadsheet, opened by a spreadsheet program."""

import csv
import datetime as dt
import io
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from activities.models import Expenditure
from portal.ground.spreadsheets import read, write_csv, write_xlsx

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.skipif(
    OFFICE is None, reason="LibreOffice was not found: no spreadsheet program has opened our exports."
)
HOSTILE = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "'=1", '=HYPERLINK("http://x")', "=cmd|'/c calc'!A1", "plain"]
# Comma, quotation marks, UTF-8, from the first line, all columns as they are, quoted as text: no; true: values.
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
READ_CSV = "CSV:59,34,76,1,,1043,false,true,false"


def opened(content: bytes, name: str, folder: Path, *, target: str) -> bytes:
    """Return the file as LibreOffice saves it anew."""
    source = folder / name
    source.write_bytes(content)
    told = ["--infilter=" + READ_CSV] if name.endswith(".csv") else []
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        OFFICE,
        profile,
        "--headless",
        *told,
        "--convert-to",
        target,
        "--outdir",
        str(folder / "out"),
        str(source),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    found = [path for path in (folder / "out").glob("*") if path.is_file()]
    assert found, done.stdout + done.stderr
    return found[0].read_bytes()


def cells_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.once
def test_no_text_becomes_a_formula_and_numbers_stay_numbers(tmp_path):
    rows = [[text, Decimal("-1234.50"), 7, dt.date(2024, 5, 14)] for text in HOSTILE]
    book = opened(write_xlsx(["text", "amount", "count", "day"], rows), "out.xlsx", tmp_path, target="fods").decode()
    assert "table:formula" not in book
    assert book.count('office:value-type="float"') >= 2 * len(rows)
    assert 'office:value="-1234.5"' in book
    assert 'office:date-value="2024-05-14"' in book


@pytest.mark.once
def test_a_csv_file_opens_without_a_formula(tmp_path):
    with translation.override("nl"):
        content = write_csv(["text", "amount"], [[text, Decimal("1234.50")] for text in HOSTILE])
    book = opened(content, "out.csv", tmp_path, target="fods").decode()
    assert "table:formula" not in book
    assert book.count('office:value="1234.5"') == len(HOSTILE)


def test_the_list_of_expenses_survives_a_spreadsheet_program(cast, client_of, tmp_path):
    for number, text in enumerate(HOSTILE):
        Expenditure.objects.create(
            activity=cast.jette.partner,
            spent_on=dt.date(2024, 5, 14),
            description=text.strip(),
            source=cast.own,
            amount=Decimal("1234.50") + number,
        )
    client = client_of(cast.officer)
    answer = client.post(reverse("activities:expense_export"), {"kind": "xlsx"})
    assert answer.status_code == 200
    saved = opened(answer.content, "out.xlsx", tmp_path, target="xlsx")
    sheet = read(saved)
    cells = [cell for _number, row in sheet.rows for cell in row]
    assert {text.strip() for text in HOSTILE} <= set(cells)
    assert {1234.5 + number for number in range(len(HOSTILE))} <= {cell for cell in cells if isinstance(cell, float)}
    assert dt.date(2024, 5, 14) in cells
