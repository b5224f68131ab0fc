"""The public pages in a browser: light, in one round of requests, without a cookie, in every language and theme."""

from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import SCREENS
from tests.cast import in_all_languages
from tests.public_site import every_address, photo_of, published, released
from tests.report_rows import fill

HEAVIEST = 60_000


@pytest.fixture
def site(cast):
    """Both partnerships with something on each of their pages."""
    fill(cast)
    released(cast.jette.partner, cast, photos=[photo_of(cast.jette.partner, cast)])
    long_title = in_all_languages(title="A title of a good many words, as people write them", text="Text. " * 80)
    released(cast.jette.home, cast, **long_title)
    published(cast)
    return cast


def pages(language):
    return [path for path in every_address(language) if path.endswith("/")]


@pytest.mark.once
@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_public_pages_are_in_order(visit, site, screen, language, theme):
    visitor = visit(screen=screen, language="en")
    visitor.page.context.clear_cookies()
    visitor.page.emulate_media(color_scheme=theme)
    for path in pages(language):
        visitor.go(path)
    assert visitor.page.context.cookies() == []


@pytest.mark.once
def test_what_is_not_there_is_in_order(visit, site):
    visitor = visit(screen="phone")
    visitor.page.goto(f"{visitor.address}/ar/nowhere/")
    visitor.look()


@pytest.mark.once
@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
def test_a_page_is_light_and_asks_once_for_what_it_waits_for(visit, site, language):
    for path in [f"/{language}/", f"/{language}/jette-belfaa/"]:
        visitor = visit(screen="phone")
        network = visitor.page.context.new_cdp_session(visitor.page)
        network.send("Network.enable")
        received, asked = [], []
        network.on("Network.loadingFinished", lambda event, to=received: to.append(event["encodedDataLength"]))
        visitor.page.on("request", lambda request, to=asked: to.append(request.url))
        visitor.page.goto(visitor.address + path, wait_until="networkidle")
        assert sum(received) < HEAVIEST, path
        assert {urlsplit(url).netloc for url in asked} == {urlsplit(visitor.address).netloc}
        blocking = visitor.page.evaluate(
            "performance.getEntriesByType('resource').filter(one => one.renderBlockingStatus == 'blocking')"
            ".map(one => new URL(one.name).pathname)"
        )
        # Both sheets stand in the head and neither asks for another: the browser asks for them together.
        assert sorted(blocking) == ["/static/css/public.css", "/static/css/tokens.css"]


@pytest.mark.once
def test_a_page_is_read_by_keyboard_and_printed(visit, site):
    visitor = visit()
    page = visitor.go("/en/jette-belfaa/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.emulate_media(media="print")
    assert page.locator(".jump").is_hidden()
