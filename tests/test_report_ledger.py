"""The two-way ledger in the report: what each side gained, in each edition as far as it may tell it."""

import datetime as dt
import io

import docx
import openpyxl
import pytest
from django.utils.translation import override

from partnerships.models import Gain
from portal.roof.reports.book import write_book
from portal.roof.reports.chapters import form_of
from portal.roof.reports.frozen import dumps, loads
from portal.roof.reports.manuscript import write_manuscript
from portal.roof.reports.page import write_page
from portal.roof.reports.render import render_html
from portal.roof.reports.scopes import told_to
from tests.edition_rows import fill_year, report_of_year, ship_to

pytestmark = pytest.mark.django_db
FILM, DESK, NOTHING = "A film to show", "A desk for newcomers", "Nothing is recorded for this period."


@pytest.fixture
def year(cast):
    ship_to(cast)
    fill_year(cast)
    return cast


def chapter(text: str) -> str:
    """Return the ledger of a report as HTML; nothing where it has none."""
    return text.partition('<h2 id="gains">')[2].partition("</section>")[0]


def told(cast, slug: str, window=None) -> str:
    report = report_of_year(cast, window) if window else report_of_year(cast)
    form = form_of(report, slug)
    return chapter(render_html(told_to(report, form), "en", form=form))


def test_each_side_stands_with_what_it_gained_and_what_led_to_it(year):
    ledger = told(year, "federal")
    places = [ledger.index(text) for text in ("Jette", FILM, "It was shown twice.", "Their own idea", "Belfaa", DESK)]
    assert places == sorted(places)
    Gain.objects.filter(slug="desk").delete()
    assert told(year, "federal").partition("Belfaa")[2].count(NOTHING) == 1


def test_a_gain_of_another_year_stands_in_the_report_of_that_year(year):
    before = (dt.date(2023, 1, 1), dt.date(2023, 12, 31))
    assert (FILM in told(year, "full", before), DESK in told(year, "full", before)) == (True, False)


@pytest.mark.parametrize("slug", ["full", "federal", "federal-moral", "council", "programme"])
def test_the_partners_read_all_of_it(year, slug):
    ledger = told(year, slug)
    assert (FILM in ledger, DESK in ledger) == (True, True)


def test_everybody_reads_what_was_released_and_a_single_funder_nothing(year):
    ledger = told(year, "public")
    assert (FILM in ledger, DESK in ledger) == (True, False)
    assert [told(year, slug) for slug in ("bwi", "federal-financial")] == ["", ""]
    Gain.objects.all().delete()
    assert [told(year, slug) for slug in ("full", "council", "public")] == ["", "", ""]


def test_page_spreadsheet_and_text_tell_the_same(year):
    report = report_of_year(year)
    assert FILM in chapter(write_page(report, "en", form=form_of(report, "full")).decode())
    sheet = openpyxl.load_workbook(io.BytesIO(write_book(report, "en")))["What each side gained"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert [row[1:] for row in rows] == [
        ["Jette", FILM, None, "It was shown twice.", "Their own idea"],
        ["Belfaa", DESK, "2024", None, None],
    ]
    text = [part.text for part in docx.Document(io.BytesIO(write_manuscript(report, "en"))).paragraphs]
    begin = text.index("What each side gained")
    assert text[begin : begin + 8] == [
        "What each side gained",
        "Jette",
        FILM,
        "It was shown twice.",
        "What led to it: Their own idea",
        "Belfaa",
        DESK,
        "Date: 2024",
    ]


def test_the_ledger_is_frozen_with_the_report(year):
    report = report_of_year(year)
    assert len(report.gains) == 2
    with override("ar"):
        assert loads(dumps(report)).gains == report.gains


def test_what_was_frozen_without_a_ledger_keeps_its_text(year):
    Gain.objects.all().delete()
    assert '"gains":' not in dumps(report_of_year(year))
