"""The overview and what it leads to, without a mouse; and the guides on paper."""

import io

import pikepdf
import pytest
from django.conf import settings
from playwright.sync_api import Page

from activities.models import LogEntry
from portal.roof.overviews.guides import GUIDES
from tests.admin_rows import fill
from tests.cast import make_entry

# More stops than any page has before what is looked for: beyond them it cannot be reached.
STOPS = 150


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what is wanted has the focus, and see that the focus shows."""
    for _stop in range(STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"nobody sees that {wanted} has the focus"
            return
    pytest.fail(f"{wanted} cannot be reached with the keyboard on {page.url}")


@pytest.mark.once
def test_an_entry_is_logged_with_the_keyboard_alone(visit, cast):
    page = visit(cast.coordinator_north).go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    tab_to(page, ".page-actions a[href='/activities/log/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/activities/log/")
    tab_to(page, "[name=activity]")
    page.keyboard.type("Training of young people")
    tab_to(page, "[name=text]")
    page.keyboard.type("Seven people met, and planned a film.")
    tab_to(page, "details[data-sum-group] > summary")
    page.keyboard.press("Enter")
    tab_to(page, ".count-grid input, details.form-group > summary")
    if page.evaluate("document.activeElement.localName") == "summary":
        page.keyboard.press("Enter")
        tab_to(page, ".count-grid input")
    page.keyboard.type("7")
    tab_to(page, ".form-actions button[type=submit]")
    page.keyboard.press("Enter")
    page.get_by_text("The entry is saved.").wait_for()
    entry = LogEntry.objects.get()
    assert (entry.activity, entry.text) == (cast.jette.partner, "Seven people met, and planned a film.")
    assert [row.count for row in entry.participations.all()] == [7]


@pytest.mark.once
def test_the_calendar_is_read_with_the_keyboard_alone(visit, cast):
    page = visit(cast.viewer).go("/calendar/?month=2024-05")
    tab_to(page, "main a[rel=next]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calendar/?month=2024-06")
    tab_to(page, "main a[href*='view=agenda']")
    page.keyboard.press("Enter")
    page.wait_for_url("**view=agenda**")


@pytest.mark.once
def test_the_large_buttons_lead_where_they_say_by_thumb(visit, cast):
    page = visit(cast.coordinator_south, screen="phone", language="ar").go("/")
    buttons = page.locator(".start-buttons a")
    sizes = [(box["width"] >= 300, box["height"] >= 80) for one in buttons.all() if (box := one.bounding_box())]
    assert sizes == [(True, True)] * 3
    buttons.nth(2).tap()
    page.wait_for_url("**/start/photo/")
    page.locator(".item-list a").first.tap()
    page.wait_for_url("**/activities/log/?activity=*")
    assert page.locator("#part-photo input[type=file]").is_visible()


@pytest.mark.once
def test_what_waits_comes_first_and_unfolds_under_its_line(visit, cast):
    fill(cast, cast.jette, "jette")
    for number in range(8):
        make_entry(cast.jette.partner, cast.officer, text=f"Number {number}. " + "And so on. " * 20)
    visitor = visit(cast.coordinator_north, screen="phone")
    page = visitor.go("/")
    places = [box["y"] for name in ("tasks", "first-steps", "news") if (box := page.locator(f"#{name}").bounding_box())]
    assert places == sorted(places)
    # Four screens; unfolded it was seven.
    assert page.locator("footer").bounding_box()["y"] < 3400
    assert not page.locator("#bills .expense-list a").first.is_visible()
    page.locator("details", has=page.locator("#bills")).locator("summary").tap()
    assert page.locator("#bills .expense-list a").first.is_visible()
    visitor.look()


@pytest.mark.once
def test_the_address_of_what_waits_unfolds_it_without_javascript(visit, cast):
    fill(cast, cast.jette, "jette")
    visitor = visit(cast.coordinator_north, screen="phone", javascript=False)
    visitor.page.goto(f"{visitor.address}/#bills")
    assert visitor.page.locator("#bills .expense-list a").first.is_visible()


@pytest.mark.once
@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_each_guide_is_one_page_of_a4(visit, cast, code):
    visitor = visit(cast.officer, language=code)
    for guide in GUIDES:
        visitor.page.goto(f"{visitor.address}/help/{guide.key}/")
        with pikepdf.open(io.BytesIO(visitor.page.pdf(prefer_css_page_size=True))) as paper:
            assert len(paper.pages) == 1, guide.key
            width, height = (float(side) * 25.4 / 72 for side in paper.pages[0].mediabox[2:])
            assert (round(width), round(height)) == (210, 297), guide.key
