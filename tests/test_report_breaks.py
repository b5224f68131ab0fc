"""Where a page of the report may end: not within an indicator, and not between two notes on a table."""

import pytest

from portal.roof.reports.render import pdf_of
from tests.test_report_pdf import pages_of

pytestmark = pytest.mark.once
STYLES = "".join(f'<link rel="stylesheet" href="portal:static/print/{name}.css">' for name in ("pages", "style"))
PAGE = '<!DOCTYPE html><html lang="en"><head><title>A page</title>{}</head><body><p>Before</p>{}</body></html>'
WORDS = ("Title", "Group", "Target", "Actual", "Reached")


def set_below(height: int, told: str) -> list[str]:
    """Return the words of each page where something stands below a gap of so many millimetres."""
    gap = f"<style>.gap {{ height: {height}mm; }}</style>"
    return pages_of(pdf_of(PAGE.format(STYLES + gap, f'<div class="gap"></div>{told}')))


@pytest.mark.parametrize("height", range(180, 225, 5))
@pytest.mark.parametrize("kind", ["indicators", "counts"])
def test_what_follows_the_head_of_a_table_is_not_cut(height, kind):
    title, group, *rows = WORDS
    body = f'<tr class="group"><th scope="rowgroup" colspan="2">{group}</th></tr>'
    body += "".join(f'<tr><th scope="row">{row}</th><td>1</td></tr>' for row in rows)
    head = '<thead><tr><th scope="col">What</th><th scope="col">2024</th></tr></thead>'
    table = f'<table class="rows {kind}">{head}<tbody class="indicator">{body}</tbody></table>'
    pages = set_below(height, f"<h4>{title}</h4>{table}")
    assert [found for page in pages if (found := [word for word in WORDS if word in page])] == [list(WORDS)]


@pytest.mark.parametrize("height", range(180, 225, 5))
def test_a_chart_stays_with_its_caption(height):
    rows = "".join(f'<tr><th scope="row">{word}</th><td class="amount">1</td></tr>' for word in WORDS)
    pages = set_below(height, f'<table class="bars"><caption>Caption</caption>{rows}</table>')
    assert ["Caption" in page for page in pages] == ["Actual" in page for page in pages]


@pytest.mark.parametrize("height", range(210, 237, 3))
def test_a_second_note_stays_with_the_first(height):
    pages = set_below(height, '<p>Some words.</p><p class="note">The first.</p><p class="note">The second.</p>')
    assert ["The first." in page for page in pages] == ["The second." in page for page in pages]


def test_titles_without_a_text_do_not_hold_on_to_each_other():
    items = "".join(f'<article class="item"><p>Item {number}.</p></article>' for number in range(1, 21))
    pages = set_below(150, items)
    assert ["Item 1." in page for page in pages] == [True, False]
    assert ["Item 20." in page for page in pages] == [False, True]
