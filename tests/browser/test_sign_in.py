"""Signing in, in each language and on each screen."""

import pytest
from django.conf import settings

from tests.browser.conftest import SCREENS
from tests.cast import PASSWORD

CODES = [code for code, _name in settings.LANGUAGES]


@pytest.mark.once
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", CODES)
def test_the_page_is_in_order(visit, screen, language):
    page = visit(screen=screen, language=language).go("/accounts/login/")
    assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_a_coordinator_signs_in_and_out(visit, cast, javascript):
    visitor = visit(javascript=javascript)
    page = visitor.page
    page.goto(visitor.address + "/accounts/login/")
    page.locator("[name=login]").fill(cast.coordinator_north.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(visitor.address + "/")
    assert page.context.cookies()
    if javascript:
        visitor.look()


def test_a_wrong_password_is_said_beside_the_form(visit, cast):
    visitor = visit()
    page = visitor.go("/accounts/login/")
    page.locator("[name=login]").fill(cast.coordinator_north.username)
    page.locator("[name=password]").fill("not this one")
    page.locator("[name=password]").press("Enter")
    assert page.locator("[name=login]").input_value() == cast.coordinator_north.username
    visitor.look()
