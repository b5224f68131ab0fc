"""The voucher list: its order, its numbers and its sums, the same wherever it is shown."""

import datetime as dt
import io
import re
from decimal import Decimal

import lxml.html
import openpyxl
import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.translation import override

from partnerships.models import CostHeading, FundingSource
from portal.roof.reports import vouchers as module
from portal.roof.reports.vouchers_document import html_of, part_of, voucher_pdf
from portal.roof.reports.vouchers_sheet import xlsx_of
from tests.cast import in_all_languages, make_entry, make_expense
from tests.test_report_bad_input import EMOJI, TIFINAGH, fonts_of
from tests.test_report_pdf import text_of
from tests.voucher_rows import ASKED, body_of, export_url, fill, list_of, page_url, paper, spend, unpacked

pytestmark = pytest.mark.django_db
IN_ORDER = ["Bus", "Bus refunded", "Trainer in March", "Trainer in June", "Stamps", "Flowers"]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def order_by(source: FundingSource, order: str) -> None:
    FundingSource.objects.filter(pk=source.pk).update(voucher_order=order)


def told(cast) -> list[str]:
    return [row.what.best("en")[1] for row in list_of(cast).rows]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("heading", IN_ORDER),
        ("date", ["Stamps", "Trainer in March", "Trainer in June", "Bus", "Bus refunded", "Flowers"]),
        ("number", ["Bus", "Trainer in March", "Stamps", "Trainer in June", "Bus refunded", "Flowers"]),
    ],
)
def test_rows_stand_in_the_order_of_their_source(cast, order, expected):
    fill(cast)
    order_by(cast.federal, order)
    assert told(cast) == expected


def test_headings_stand_by_position_and_not_by_name(cast):
    fill(cast)
    CostHeading.objects.filter(pk=cast.headings["personnel"].pk).update(name_en="Aaa")
    assert told(cast) == IN_ORDER


def test_numbers_of_vouchers_count_as_people_count(cast):
    order_by(cast.federal, "number")
    for number in ("F-10", "F-9", "f-11", "E-100"):
        paper(spend(cast, "1.00", (1, 1), description=number), number)
    assert told(cast) == ["E-100", "F-9", "F-10", "f-11"]


def test_by_activity_the_rows_of_one_stand_together(cast):
    order_by(cast.federal, "activity")
    other = cast.jette.home
    other.starts_on = dt.date(2021, 1, 1)
    other.save()
    spend(cast, "1.00", (1, 1), description="Second")
    expense = spend(cast, "2.00", (5, 1), description="First")
    expense.activity = other
    expense.save()
    assert told(cast) == ["First", "Second"]
    assert [group.title[0].best("en")[1] for group in list_of(cast).groups] == [str(other), str(cast.jette.partner)]


def test_sums_are_those_of_the_rows_shown_to_the_cent(cast):
    fill(cast)
    found = list_of(cast)
    assert [str(group.total) for group in found.groups] == ["10.10", "100.10", "3.03"]
    assert (found.total, found.rejected_total, found.spent) == (Decimal("113.23"), Decimal("50.00"), Decimal("163.23"))
    assert [(item.level, item.count, str(item.amount)) for item in found.sums] == [
        (1, 4, "110.20"),
        (2, 2, "100.10"),
        (1, 1, "3.03"),
    ]
    assert sum(item.amount for item in found.sums if item.level == 1) == found.total


def test_rounding_of_dirham_is_told(cast):
    for _time in range(3):
        spend(cast, "0.33", (1, 1), original_amount=Decimal("3.33"), original_currency="MAD", rate=Decimal(10))
    exchange = list_of(cast).exchange
    assert exchange is not None
    assert (exchange.dirham, exchange.booked, exchange.rounding) == (
        Decimal("9.99"),
        Decimal("0.99"),
        Decimal("-0.01"),
    )


def test_a_correction_names_the_row_that_it_corrects(cast):
    rows = fill(cast)
    by_pk = {row.pk: row for row in list_of(cast).rows}
    assert str(by_pk[rows["refund"].pk].corrects) == "corrects no. 1"
    rows["direct"].spent_on = dt.date(2023, 12, 31)
    rows["direct"].save()
    (refund,) = [row for row in list_of(cast).rows if row.corrects]
    with override("en"):
        assert str(refund.corrects) == "corrects an expense of 31 December 2023"


def test_what_is_withdrawn_or_of_another_source_period_or_partnership_stays_out(cast):
    entry = make_entry(cast.jette.partner, cast.coordinator_north, withdrawn_at=timezone.now())
    spend(cast, "1.00", (1, 1), log_entry=entry)
    spend(cast, "1.00", (1, 1), source=cast.own)
    spend(cast, "1.00", (1, 1), spent_on=dt.date(2025, 1, 1))
    make_expense(cast.gillis.partner, source=cast.federal)
    kept = [spend(cast, "1.00", (1, 1)).pk, spend(cast, "1.00", (12, 31)).pk]
    assert [row.pk for row in list_of(cast).rows] == kept


def numbers_of(cast) -> list[tuple[int, str, str]]:
    return [(row.number, row.what.best("en")[1], str(row.amount)) for row in list_of(cast).rows]


def test_the_spreadsheet_holds_the_same_rows_and_sums(cast):
    fill(cast)
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_of(list_of(cast), "en"))).active
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)]
    rows = [(line[0], line[2], f"{line[15]:.2f}") for line in lines if line[0]]
    assert rows == numbers_of(cast)
    sums = {line[2]: f"{line[15]:.2f}" for line in lines if line[2] and not line[0] and line[15] is not None}
    assert (sums["Total"], sums["Rejected in all"]) == ("113.23", "50.00")
    assert isinstance(lines[0][1], dt.datetime)
    assert isinstance(lines[0][15], int | float)


SHOWN_SUMS = [
    "110.20",
    "100.10",
    "3.03",
    "113.23",
    "100.00",
    "0.00",
    "50.00",
    "10.10",
    "100.10",
    "3.03",
    "113.23",
    "50.00",
]


@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
def test_the_document_holds_the_same_rows_and_sums(cast, client_of, language):
    fill(cast)
    answer = client_of(cast.viewer).post(export_url(), {**ASKED, "kind": "pdf", "language": language})
    text = text_of(answer.content)
    assert [what for _number, what, _amount in numbers_of(cast) if what not in text] == []
    amounts = [found.replace(",", ".") for found in re.findall(r"(-?[0-9]+[.,][0-9]{2})\s€", text)]
    assert sorted(amounts) == sorted([*(amount for _number, _what, amount in numbers_of(cast)), *SHOWN_SUMS])


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_the_document_is_tagged_and_says_what_it_is(cast, language):
    fill(cast)
    with pikepdf.open(io.BytesIO(voucher_pdf(list_of(cast), language))) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == language
        assert str(document.open_metadata()["pdfuaid:part"]) == "1"
        assert "2024" in str(document.docinfo["/Title"])


def test_signs_are_drawn_by_fonts_of_our_own_where_a_list_holds_them(cast):
    assert fonts_of(voucher_pdf(list_of(cast), "nl")) & {"Noto-Sans-Tifinagh", "Noto-Emoji"} == set()
    spend(cast, "1.00", (5, 1), heading=None, description=f"Banner {TIFINAGH} {EMOJI}")
    assert fonts_of(voucher_pdf(list_of(cast), "nl")) >= {"Noto-Sans-Tifinagh", "Noto-Emoji"}


def test_the_archive_holds_the_list_the_files_and_what_is_missing(cast, client_of):
    fill(cast)
    answer = client_of(cast.viewer).post(export_url(), {**ASKED, "kind": "zip", "language": "en"})
    files = unpacked(body_of(answer))
    assert sorted(files) == [
        "0003_F-10_Atelier-Belfaa.pdf",
        "0006_X-1_Fleuriste.pdf",
        "missing.txt",
        "vouchers-jette-belfaa-federal-2024.xlsx",
    ]
    assert files["0003_F-10_Atelier-Belfaa.pdf"] == b"%PDF-1.7 paper"
    missing = files["missing.txt"].decode("utf-8-sig").splitlines()
    assert [line.split(".")[0] for line in missing[2:]] == ["1", "2", "4", "5"]
    assert missing[2].endswith("B-1 | not scanned yet")
    named = {row.number for row in list_of(cast).rows for item in row.papers if item.name}
    assert named == {3, 6}


def test_the_page_shows_the_same_rows_and_sums(cast, client_of):
    fill(cast)
    tree = lxml.html.fromstring(client_of(cast.viewer).get(page_url(), ASKED).content.decode())
    shown = []
    for line in tree.xpath("//table[contains(@class, 'voucher-table')]//tr[td]"):
        name = line.xpath("string(th/a)") or line.xpath("string(th)")
        euro = line.xpath("string(td[@data-label='Euro'])").strip()
        shown.append((name.strip(), euro.removesuffix("\N{NO-BREAK SPACE}€")))
    rows = [(f"{number}. {what}", amount) for number, what, amount in numbers_of(cast)]
    assert shown == [
        *rows[:2],
        ("Subtotal", "10.10"),
        *rows[2:4],
        ("Subtotal", "100.10"),
        rows[4],
        ("Subtotal", "3.03"),
        ("Total", "113.23"),
        rows[5],
        ("Rejected in all", "50.00"),
    ]


@pytest.mark.parametrize("order", ["heading", "date", "activity", "number"])
def test_the_number_of_queries_does_not_grow(cast, client_of, order):
    order_by(cast.federal, order)
    client = client_of(cast.viewer)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(page_url(), ASKED).status_code == 200
        return len(captured)

    fill(cast)
    before = queries()
    for number in range(30):
        paper(spend(cast, "1.00", (4, 1), heading=cast.headings["personnel"]), f"N-{number}")
    assert queries() == before


def test_a_long_list_comes_in_parts_that_carry_their_sum_on(cast):
    for number in range(7):
        spend(cast, "1.01", (1, number + 1), heading=cast.headings["personnel"])
    spend(cast, "9.00", (2, 1), decision="rejected", decision_reason="No")
    found = list_of(cast)
    parts = [part_of(found, number, size=3) for number in (1, 2, 3, 99)]
    assert [(part.number, part.count) for part in parts] == [(1, 3), (2, 3), (3, 3), (3, 3)]
    assert [(str(part.extract.before), str(part.extract.after)) for part in parts[:3]] == [
        ("0.00", "3.03"),
        ("3.03", "6.06"),
        ("6.06", "7.07"),
    ]
    assert [part.extract.is_end for part in parts[:3]] == [False, False, True]
    assert parts[0].extract.groups[0].is_part
    assert [row.number for row in parts[2].extract.rejected] == [8]


def test_a_list_that_is_too_long_is_refused_with_a_sentence(cast, client_of, monkeypatch):
    monkeypatch.setattr(module, "MAX_ROWS", 5)
    fill(cast)
    page = client_of(cast.viewer).get(page_url(), ASKED)
    assert page.status_code == 200
    assert "There are more than 5 expenses: choose a shorter period." in page.content.decode()


def test_demonstration_is_told_in_every_form(cast):
    fill(cast)
    assert "DEMONSTRATION" not in html_of(list_of(cast), "en")
    spend(cast, "1.00", (1, 1), is_demonstration=True)
    assert "DEMONSTRATION" in html_of(list_of(cast), "en")
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_of(list_of(cast), "en"))).active
    assert any("DEMONSTRATION" in str(cell.value) for line in sheet.iter_rows() for cell in line)


def test_a_source_without_headings_shows_one_list(cast):
    source = FundingSource.objects.create(slug="club", kind="other", **in_all_languages(name="Club", abbreviation=""))
    spend(cast, "5.00", (1, 1), source=source, heading=None)
    found = module.vouchers_of(
        cast.jette.partnership, source, dt.date(2024, 1, 1), dt.date(2024, 12, 31), on=dt.date(2025, 1, 1)
    )
    assert (found.is_grouped, found.sums, found.total) == (False, (), Decimal("5.00"))
