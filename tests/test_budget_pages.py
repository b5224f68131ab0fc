"""The page of a programme's budget and its spreadsheet: what they show, and how often they ask."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.ground.models import AuditEntry
from portal.ground.money import format_amount
from tests.test_budget import ENGLISH, WHY, amend, budget_of, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(cast, client_of):
    return client_of(cast.officer)


def full(cast):
    """Write lines at each place of the tree, one of them amended."""
    amended = write(cast, amount=Decimal("1000.10"))
    amend(amended, cast.officer, amount=Decimal("900.05"))
    write(cast, "personnel", activity=cast.jette.partner, amount=Decimal("50.20"))
    write(cast, "investments", amount=Decimal("200.00"))
    write(cast, "operational", description="Whatever comes", amount=Decimal("10.00"))
    write(cast, "management", amount=Decimal("70.00"))
    write(cast, None, description="Coffee", amount=Decimal("30.33"))
    write(cast, None, year=2025, amount=Decimal("5.00"))
    return amended


def shown(text):
    return format_amount(Decimal(text))


def test_totals_are_the_sums_of_the_parts(cast, officer):
    full(cast)
    page = officer.get(budget_of(cast) + "?year=2024", headers=ENGLISH).context
    figures = page["figures"]
    federal, own = figures.sources
    assert [(row.level, row.label.text, row.first, row.now, row.is_sum) for row in federal.rows] == [
        (1, "Operational", shown("1260.30"), shown("1160.25"), True),
        (2, "In general", shown("10.00"), shown("10.00"), False),
        (2, "Investments", shown("200.00"), shown("200.00"), False),
        (2, "Personnel", shown("1050.30"), shown("950.25"), True),
        (3, "In general", shown("1000.10"), shown("900.05"), False),
        (3, str(cast.jette.partner), shown("50.20"), shown("50.20"), False),
        (1, "Management", shown("70.00"), shown("70.00"), False),
    ]
    assert (federal.first, federal.now) == (shown("1330.30"), shown("1230.25"))
    assert [(row.level, row.label.text, row.now) for row in own.rows] == [(1, "Coffee", shown("30.33"))]
    assert (figures.first, figures.now) == (shown("1360.63"), shown("1260.58"))
    assert [row["cells"][1:] for row in figures.aims] == [
        [shown("50.20"), shown("50.20")],
        [shown("1310.43"), shown("1210.38")],
    ]
    assert page["rows"][0]["cells"][1:] == ["", "", shown("1230.25"), "", "", shown("1230.25")]
    assert page["totals"][1:] == ["", "", shown("1260.58"), shown("5.00"), "", shown("1265.58")]


def test_an_amendment_stands_beside_its_line(cast, officer):
    line = full(cast)
    response = officer.get(budget_of(cast) + "?year=2024", headers=ENGLISH)
    changed = [row for part in response.context["figures"].sources for row in part.rows if row.changes]
    assert [(change.by, change.reason) for row in changed for change in row.changes] == [(shown("-100.05"), WHY)]
    assert WHY in response.content.decode()
    page = officer.get(f"/activities/budget/lines/{line.pk}/", headers=ENGLISH)
    assert [row["cells"][:5] for row in page.context["rows"]] == [
        ["First version", "", shown("1000.10"), "", ""],
        ["Amendment 1", "3 May 2024", shown("900.05"), shown("-100.05"), WHY],
    ]


@pytest.mark.parametrize("asked", ["", "1999", "x", "٢٠٢٤", "2024.0", "9" * 30])
def test_a_year_that_is_none_shows_the_nearest(cast, officer, asked):
    now = min(max(timezone.localdate().year, 2022), 2026)
    assert officer.get(budget_of(cast), {"year": asked}).context["year"] == now


def test_an_empty_budget_says_what_to_do(cast, officer, client_of):
    address = budget_of(cast) + "?year=2024"
    assert b"/new/?year=2024" in officer.get(address).content
    viewer = client_of(cast.viewer).get(address, headers=ENGLISH).content.decode()
    assert "No budget was written yet." in viewer
    assert "/new/" not in viewer


def test_the_page_asks_as_often_for_many_lines(cast, officer):
    address = budget_of(cast) + "?year=2024"
    officer.get(address)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            officer.get(address)
        return len(asked)

    amend(write(cast), cast.officer)
    few = queries()
    for number in range(20):
        amend(write(cast, "investments", description=f"Tool {number}"), cast.officer)
    assert queries() == few


# --- the spreadsheet


def test_the_spreadsheet_holds_numbers_and_no_formula(cast, officer):
    full(cast)
    write(cast, None, description="=1+1", amount=Decimal("1.00"))
    response = officer.post(budget_of(cast) + "export/", headers=ENGLISH)
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [cell.value for cell in sheet[1]][:4] == ["Year", "Paid from", "Cost heading", "Part of the heading"]
    assert (2024, "Federal cooperation", "Operational", "Personnel", 1000.1, 900.05, 1, WHY) in [
        (*row[:4], *row[7:]) for row in rows
    ]
    assert sum(Decimal(str(row[8])) for row in rows) == Decimal("1266.58")
    formula = next(cell for column in sheet.iter_cols() for cell in column if cell.value == "=1+1")
    assert formula.data_type == "s" or formula.quotePrefix
    entry = AuditEntry.objects.get(verb="export")
    assert (entry.actor, entry.target_id, entry.reason) == (
        cast.officer,
        cast.jette.programme.pk,
        "Budget lines, XLSX",
    )
