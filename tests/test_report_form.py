"""The form of the document: contents, numbers of tables and figures, bookmarks, page sizes, and its own title."""

import io
import re
import subprocess

import pikepdf
import pytest
from django.utils.translation import override

from portal.roof.models import ReportForm, ReportSection
from portal.roof.reports.chapters import form_of
from portal.roof.reports.frozen import loads
from portal.roof.reports.render import render_html, render_pdf
from portal.roof.reports.scopes import told_to
from tests.cast import Cast, make_grant
from tests.edition_rows import fill_year, report_of_year, ship_to
from tests.test_frozen import FIRST
from tests.test_report_pdf import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def year(cast) -> Cast:
    """Ship the editions and fill a year."""
    ship_to(cast)
    fill_year(cast)
    return cast


def made(cast: Cast, slug: str, language: str = "en") -> bytes:
    report = report_of_year(cast)
    form = form_of(report, slug)
    return render_pdf(told_to(report, form), language, form=form)


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page, on one line."""
    text_of(pdf)  # skips where there is no pdftotext
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return [" ".join(page.split()) for page in done.stdout.decode().split("\f")][:-1]


def listed(page: str, label: str) -> list[tuple[str, int]]:
    """Return the lines of a list of tables or figures: (label with number, page)."""
    found = re.findall(rf"({label} \d+) .*? (\d+)(?= {label} \d| Figures| DEMO| page |$)", page)
    return [(name, int(number)) for name, number in found]


def outline(document: pikepdf.Pdf) -> list[str]:
    with document.open_outline() as bookmarks:
        return [item.title for item in bookmarks.root]


def sizes(document: pikepdf.Pdf) -> list[str]:
    return ["wide" if page.mediabox[2] > page.mediabox[3] else "high" for page in document.pages]


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_the_bookmarks_are_the_chapters(year, language):
    with pikepdf.open(io.BytesIO(made(year, "full", language))) as document:
        found = outline(document)
    kinds = ReportForm.objects.get(slug="full").sections.order_by("position")
    with override(language):
        titles = [str(ReportSection.Kind(section.kind).label) for section in kinds]
    told = [title for title in titles if any(title in name for name in found)]
    assert [name.split(" ", 1)[1] for name in found] == told
    assert [name.split(" ", 1)[0] for name in found] == [str(number) for number in range(1, len(found) + 1)]
    assert len(found) > 12


def test_the_contents_name_the_pages_on_which_chapters_begin(year):
    pdf = made(year, "full")
    text = pages(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names = [name.split(" ", 1) for name in outline(document)]
    for number, title in names:
        [page] = re.findall(rf"\b{number} {re.escape(title)} (\d+)\b", text[1])
        assert f"{number} {title}" in text[int(page) - 1]


def test_tables_and_figures_are_numbered_and_listed_with_their_pages(year):
    text = pages(made(year, "full"))
    # Those of so short a report stand below its contents, on the same page.
    lists = text[1]
    for label, least in (("Table", 7), ("Figure", 4)):
        found = listed(lists, label)
        assert [name for name, _page in found] == [f"{label} {number}" for number in range(1, len(found) + 1)]
        assert len(found) >= least
        for name, page in found:
            assert re.search(rf"{name}\b", text[page - 1]), (name, page)


def test_each_number_is_an_anchor_once(year):
    report = report_of_year(year)
    html = render_html(report, "en", form=form_of(report, "full"))
    anchors = re.findall(r'id="((?:table|figure)-\d+)"', html)
    assert len(anchors) == len(set(anchors)) == len(re.findall(r'<td class="contents-label">', html))


def test_photos_are_not_numbered_and_stand_in_no_list(year):
    report = report_of_year(year)
    captions = re.findall(r"<figcaption>.*?</figcaption>", render_html(report, "en", form=form_of(report, "full")))
    assert captions
    assert not [caption for caption in captions if "numbered" in caption]


def test_a_short_edition_and_an_older_report_have_no_numbers(year):
    report = report_of_year(year)
    assert 'class="numbered"' not in render_html(report, "en", form=form_of(report, "council"))
    assert 'class="numbered"' not in render_html(loads(FIRST.read_text()), "en")


def test_wide_tables_stand_on_wide_pages_and_nothing_else_does(year):
    make_grant(year.jette.programme, year.federal)
    pdf = made(year, "full")
    text = pages(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        wide = [page for page, size in zip(text, sizes(document), strict=True) if size == "wide"]
    heads = {"Budget, transfers and balances", "List of vouchers"}
    assert len(wide) >= 2
    assert all(any(head in page for head in heads) for page in wide)
    assert not any("Outlook" in page or "In pictures" in page for page in wide)


@pytest.mark.parametrize(
    ("language", "name"), [("nl", "Gemeenteraad"), ("fr", "Conseil communal"), ("ar", "المجلس الجماعي")]
)
def test_the_document_says_what_it_is_and_for_whom(year, language, name):
    with pikepdf.open(io.BytesIO(made(year, "council", language))) as document:
        info = {key: str(value) for key, value in document.docinfo.items()}
        assert str(document.Root.Lang) == language
        assert str(document.open_metadata()["pdfuaid:part"]) == "1"
    assert name in info["/Title"]
    assert "2024" in info["/Title"]
    assert "Belfaa" in info["/Author"]
    assert "Jette" in info["/Keywords"]
