"""The report as a spreadsheet and as a text: the figures and words of the PDF, typed, in the reader's language."""

import datetime as dt
import io
from decimal import Decimal

import docx
import openpyxl
import pytest
from django.utils import translation

from partnerships.models import NarrativeSection, SectionHeading
from portal.roof.models import ReportJob
from portal.roof.reports.book import write_book
from portal.roof.reports.data import build_report
from portal.roof.reports.manuscript import write_manuscript
from portal.roof.reports.render import render_html
from tests.cast import in_all_languages, make_entry
from tests.report_rows import SECRET, YEAR, fill, taken

pytestmark = pytest.mark.django_db
EXPORT = "/reports/jette-belfaa/export/"
ASKED = {"starts_on": "2024-01-01", "ends_on": "2024-12-31", "language": "nl"}
FORMULA = '=HYPERLINK("http://example.org")'


@pytest.fixture
def report(cast):
    entry = fill(cast)
    entry.text, entry.language = f"{FORMULA}\nSecond paragraph.", "fr"
    entry.save()
    heading = SectionHeading.objects.create(slug="context", **in_all_languages(title="Context"))
    NarrativeSection.objects.create(
        year=cast.jette.year(2024), heading=heading, language="nl", text="Het regende.", state="ready"
    )
    return build_report(cast.jette.partnership, *YEAR, on=dt.date(2025, 1, 15))


def book_of(report, language="nl"):
    return openpyxl.load_workbook(io.BytesIO(write_book(report, language)))


def column(sheet, number):
    return [row[number].value for row in sheet.iter_rows(min_row=4)]


def test_each_table_is_a_sheet_with_typed_cells(report):
    book = book_of(report)
    vouchers = book["Lijst van bewijsstukken"]
    row = next(vouchers.iter_rows(min_row=4))
    assert [type(cell.value) for cell in row[:2]] == [int, dt.datetime]
    assert (vouchers.freeze_panes, vouchers.sheet_view.rightToLeft) == ("B4", False)
    assert vouchers.column_dimensions["C"].width >= len("Room and material")
    assert "Activiteiten" in book.sheetnames


def test_a_long_text_of_the_year_is_not_cut_off(cast, report):
    text = "Het regende. " * 3_500
    NarrativeSection.objects.update(text=text.strip())
    long = build_report(cast.jette.partnership, *YEAR, on=report.made_on)
    cells = [cell for cell in column(book_of(long)["Het jaar in woorden"], 3) if cell]
    assert (len(cells), "".join(cells)) == (2, text.strip())


def test_the_figures_are_those_of_the_report(report):
    book = book_of(report)
    total = sum(Decimal(str(value)) for value in column(book["Lijst van bewijsstukken"], 6))
    assert total == report.money.total
    key_figures = dict(zip(column(book["Kerncijfers"], 0), column(book["Kerncijfers"], 1), strict=True))
    assert Decimal(str(key_figures["Uitgegeven, in euro"])) == report.money.total
    assert key_figures["Deelnames"] == report.participants.total
    html = render_html(report, "nl")
    with translation.override("nl"):
        from portal.ground.money import format_amount

        assert format_amount(report.money.total).replace("\N{NO-BREAK SPACE}", " ") in html.replace(
            "\N{NO-BREAK SPACE}", " "
        )


def test_no_text_is_a_formula_and_another_language_is_marked(report):
    told = [value for value in column(book_of(report)["Logboek"], 3) if value and "HYPERLINK" in value]
    assert [text.endswith("[fr]") for text in told] == [True]
    sheet = book_of(report)["Logboek"]
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=4) for cell in row if "HYPERLINK" in str(cell.value)}
    assert kinds == {"s"}


def test_what_must_stay_inside_is_in_neither(report):
    for language in ("nl", "ar"):
        book = book_of(report, language)
        cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
        text = "\n".join(part.text for part in docx.Document(io.BytesIO(write_manuscript(report, language))).paragraphs)
        assert SECRET not in "\n".join(cells) + text


def test_an_arabic_book_reads_from_the_right(report):
    assert all(sheet.sheet_view.rightToLeft for sheet in book_of(report, "ar"))


def test_the_text_holds_headings_paragraphs_and_their_languages(report):
    document = docx.Document(io.BytesIO(write_manuscript(report, "nl")))
    texts = [(part.style.name, part.text) for part in document.paragraphs]
    assert texts[0] == ("Title", "Jette – Belfaa, 2024")
    assert ("Heading 1", "Het jaar in woorden") in texts
    assert ("Normal", "Het regende.") in texts
    assert ("Normal", "Second paragraph. [fr]") in texts
    [french] = [part for part in document.paragraphs if part.text == FORMULA]
    assert 'w:val="fr"' in french.runs[0].font.element.xml
    assert document.core_properties.author == ""


def test_an_arabic_text_says_its_direction(report):
    document = docx.Document(io.BytesIO(write_manuscript(report, "ar")))
    headings = [part for part in document.paragraphs if part.style.name == "Heading 1"]
    assert headings
    assert all("<w:bidi/>" in part.paragraph_format.element.xml for part in headings)


@pytest.mark.parametrize(("kind", "start"), [("xlsx", b"PK"), ("docx", b"PK"), ("pdf", b"%PDF-"), ("", b"%PDF-")])
def test_it_is_asked_for_like_the_pdf(cast, client_of, kind, start):
    fill(cast)
    answer = taken(client_of(cast.viewer), EXPORT, {**ASKED, "kind": kind})
    assert answer.getvalue().startswith(start)
    assert f'filename="jaarverslag-jette-belfaa-2024.{kind or "pdf"}"' in answer["Content-Disposition"]
    assert ReportJob.objects.get().file.name.endswith(f".{kind or 'pdf'}")


def test_another_kind_is_refused(cast, client_of):
    page = client_of(cast.viewer).post(EXPORT, {**ASKED, "kind": "exe"})
    assert "kind" in page.context["form"].errors


def test_each_sheet_is_printed_as_wide_as_a_page_with_its_heads(report):
    for sheet in book_of(report):
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", False)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$3"


def test_a_long_text_is_told_on_the_lines_that_it_needs(cast):
    make_entry(cast.jette.partner, cast.coordinator_south, text="Twelve young people met. " * 10)
    report = build_report(cast.jette.partnership, *YEAR, on=dt.date(2025, 1, 15))
    sheet = book_of(report, "en")["Log"]
    [cell] = [row[3] for row in sheet.iter_rows(min_row=4) if len(row[3].value) > 200]
    assert cell.alignment.wrap_text
    assert sheet.row_dimensions[cell.row].height == 75
