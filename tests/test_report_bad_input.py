"""What nobody should send and somebody will: a report comes of it, or one clear sentence."""

import datetime as dt
import io
import subprocess
import threading
from decimal import Decimal

import openpyxl
import pikepdf
import pytest
from django.db import connection

from activities.models import Expenditure, Photo
from partnerships.services import lock_year, reopen_year
from portal.roof.reports import services, spending
from portal.roof.reports.data import build_report
from portal.roof.reports.render import render_html, render_pdf
from portal.roof.reports.services import make_report
from tests.cast import Cast, make_entry
from tests.report_rows import YEAR, fill
from tests.snapshot_rows import ON, validated
from tests.test_report_pdf import text_of

pytestmark = pytest.mark.django_db
TIFINAGH, EMOJI = "ⵜⴰⵎⴰⵣⵉⵖⵜ", "😀"


def made(cast: Cast, language: str = "nl", kind: str = "pdf") -> bytes:
    """Ask for the report of 2024 as a person does."""
    window = {"starts_on": YEAR[0], "ends_on": YEAR[1]}
    return make_report(cast.jette.partnership, **window, language=language, on=ON, kind=kind).content


def fonts_of(pdf: bytes) -> set[str]:
    """Return the names of the fonts that a PDF carries."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = [font for page in document.pages for font in page.Resources.get("/Font", {}).values()]
        return {str(font.BaseFont).split("+")[-1] for font in fonts}


@pytest.mark.once
def test_a_log_entry_of_two_hundred_pages(cast):
    line = "A sentence of some length that fills a good line of the page, and goes on over the next one. "
    make_entry(cast.jette.partner, cast.coordinator_south, text="\n\n".join([line * 8] * 1100))
    with pikepdf.open(io.BytesIO(made(cast))) as document:
        assert len(document.pages) > 200


def test_a_list_of_five_thousand_expenses_is_summed_up_and_stands_in_the_spreadsheet(cast):
    Expenditure.objects.bulk_create(
        Expenditure(
            activity=cast.jette.partner,
            source=cast.federal,
            spent_on=dt.date(2024, 1 + number % 12, 1 + number % 28),
            description=f"Bus {number}",
            amount=Decimal("0.37"),
        )
        for number in range(5_000)
    )
    text = text_of(made(cast))
    assert "De lijst telt 5.000 uitgaven" in text
    assert "januari 2024 417 154,29 €" in text
    assert "1.850,00 €" in text
    book = openpyxl.load_workbook(io.BytesIO(made(cast, kind="xlsx")), read_only=True)
    rows = list(book["Lijst van bewijsstukken"].iter_rows(min_row=4, values_only=True))
    assert len(rows) == 5_000
    assert sum(Decimal(str(row[6])) for row in rows) == Decimal("1850.00")


def test_a_list_that_can_be_printed_is(cast, monkeypatch):
    fill(cast)
    report = build_report(cast.jette.partnership, *YEAR, on=ON)
    assert "vouchers-list" in render_html(report, "en")
    monkeypatch.setattr(spending, "MOST_LISTED", len(report.money.expenses) - 1)
    assert "vouchers-list" not in render_html(report, "en")


def test_photos_that_are_gone(cast):
    fill(cast)
    for photo in Photo.objects.all():
        photo.file.storage.delete(photo.file.name)
    assert "Het bestand van deze foto ontbreekt." in text_of(made(cast))


def test_an_empty_year_in_every_kind(cast):
    for kind, start in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("docx", b"PK")):
        assert made(cast, kind=kind).startswith(start)


@pytest.mark.once
def test_a_word_of_three_hundred_letters_stays_on_the_page(cast):
    activity = cast.jette.partner
    activity.title_nl = "W" * 200
    activity.save()
    make_entry(activity, cast.coordinator_south, text="M" * 300)
    pdf = made(cast)
    drawn = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    edges = [float(part.split('"')[0]) for part in drawn.split('xMax="')[1:]]
    widest = max(float(part.split('"')[0]) for part in drawn.split('<page width="')[1:])
    assert max(edges) < widest


@pytest.mark.once
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_tifinagh_and_emoji_are_drawn_by_fonts_of_our_own(cast, language):
    text = f"{TIFINAGH} {EMOJI} Français, عربي (مرحبا) and 4 200 €"
    make_entry(cast.jette.partner, cast.coordinator_south, text=text)
    pdf = made(cast, language)
    assert {"Noto-Sans-Tifinagh", "Noto-Emoji"} <= fonts_of(pdf)
    assert TIFINAGH in text_of(pdf)
    assert EMOJI in text_of(pdf)


@pytest.mark.once
def test_a_report_without_such_signs_loads_no_font_for_them(cast):
    fill(cast)
    pdf = render_pdf(build_report(cast.jette.partnership, *YEAR, on=ON), "nl")
    assert {name for name in fonts_of(pdf) if "Tifinagh" in name or "Emoji" in name} == set()


def test_markup_in_every_text_is_text(cast):
    evil = '<img src="http://127.0.0.1/x"><script>1</script>&amp;'
    activity = cast.jette.partner
    activity.title_nl = activity.summary_nl = evil
    activity.save()
    make_entry(activity, cast.coordinator_south, text=evil, difficulties=evil, next_step=evil)
    text = text_of(made(cast))
    assert text.count("<script>1</script>&amp;") >= 5


@pytest.mark.django_db(transaction=True)
def test_a_year_that_is_locked_while_its_report_is_made_is_told_as_it_was(cast, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite who writes waits for who reads in a transaction.")
    fill(cast)
    validated(cast)
    year = cast.jette.year(2024)
    reopen_year(year, actor=cast.officer, reason="A voucher came late.")
    build = services.build_report

    def meanwhile() -> None:
        try:
            Expenditure.objects.filter(activity=cast.jette.partner).update(amount=Decimal("777.77"))
            validated(cast)
            lock_year(cast.jette.year(2024), actor=cast.officer)
        finally:
            connection.close()

    def slow(*args, **kwargs):
        report = build(*args, **kwargs)
        other = threading.Thread(target=meanwhile)
        other.start()
        other.join(timeout=60)
        return report

    monkeypatch.setattr(services, "build_report", slow)
    asked = {"starts_on": YEAR[0], "ends_on": YEAR[1], "language": "nl", "on": ON, "draft": True}
    text = text_of(make_report(cast.jette.partnership, **asked).content)
    assert "777,77" not in text
    monkeypatch.undo()
    assert "777,77" in text_of(made(cast))
