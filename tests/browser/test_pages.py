"""What one meets beside the pages themselves (tests/browser/test_every_page.py): refusals, and the search box."""

import pytest

from tests.browser.conftest import SCREENS


@pytest.mark.once
def test_refusals_are_in_order(visit, cast):
    visitor = visit(cast.viewer, screen="phone")
    for path, status in [("/nowhere/", 404), (f"/activities/{cast.jette.home.pk}/edit/", 403)]:
        answer = visitor.page.goto(visitor.address + path)
        assert answer.status == status
        visitor.look()


@pytest.mark.once
@pytest.mark.parametrize("screen", SCREENS)
def test_the_search_box_is_a_key_away(visit, cast, screen):
    page = visit(cast.officer, screen=screen).go("/activities/")
    page.keyboard.press("Control+k")
    page.keyboard.type("training")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=training")


@pytest.mark.once
def test_a_list_stays_a_table_on_paper_and_leaves_its_buttons_out(visit, cast):
    """A page of A4 is narrower than a screen of two columns, and its buttons do nothing."""
    page = visit(cast.officer).go("/activities/")
    page.set_viewport_size({"width": 717, "height": 1000})
    page.emulate_media(media="print")
    assert page.locator(".table-list td").first.evaluate("cell => getComputedStyle(cell).display") == "table-cell"
    assert page.locator("main .btn").evaluate_all("all => all.filter(one => one.checkVisibility()).length") == 0
