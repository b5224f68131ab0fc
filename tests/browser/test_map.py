"""The map in a browser: by keyboard, by mouse, without JavaScript, and on paper."""

import pytest

from partnerships.models import Municipality, OrganisationRole
from tests.admin_rows import fill


@pytest.fixture
def centre(cast):
    """One organisation in Belfaa; it stands on the map with the place that the rows hold."""
    rows = fill(cast, cast.jette, "jette")
    Municipality.objects.filter(slug="belfaa").update(latitude="30.031", longitude="-9.554")
    role = rows[OrganisationRole]
    role.organisation.municipality = Municipality.objects.get(slug="belfaa")
    role.organisation.save()
    return role.organisation


@pytest.mark.once
def test_the_map_is_read_by_keyboard_and_moved_by_mouse(visit, cast, centre):
    page = visit(cast.officer).go("/partnerships/map/")
    page.evaluate("window.stays = true")
    page.locator("#map-in").press("Enter")
    page.locator("svg[data-zoom^='1']").wait_for()
    assert page.evaluate("[window.stays, document.activeElement.id]") == [True, "map-in"]
    page.locator("#map-main").scroll_into_view_if_needed()
    box = page.locator("#map-main").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 60, steps=4)
    page.mouse.up()
    page.locator("svg[data-map]:not([data-lon^='-3'])").wait_for()
    assert float(page.locator("svg[data-map]").get_attribute("data-lon")) < -5
    assert "zoom=1" in page.url
    page.locator(".map-insets a.map-mark").first.press("Enter")
    page.wait_for_url("**/partnerships/map/**#**")
    assert page.locator(":target").count() == 1
    page.emulate_media(media="print")
    assert page.locator(".map-ways").is_hidden()
    assert page.get_by_text(str(centre)).is_visible()


@pytest.mark.once
def test_the_map_is_moved_without_javascript(visit, cast, centre):
    visitor = visit(cast.officer, screen="phone", language="ar", javascript=False)
    page = visitor.page
    page.goto(visitor.address + "/partnerships/map/")
    page.locator("#map-in").click()
    page.wait_for_url("**zoom=1**")
    assert page.locator("#map-out").count() == 1
