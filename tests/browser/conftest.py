"""A person at a real browser: on a desktop or a phone, with JavaScript or without it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize

from portal.ground.models import User
from tests.browser.chromium import CHROMIUM, FLAGS, NO_CHROMIUM

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
SCREENS: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
}
# Milliseconds. A busy machine is slow, not wrong; where all is well nobody waits.
PATIENCE = 60_000
# What axe-core calls WCAG 2.2 AA, and its own best practices.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, and say so."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.django_db(transaction=True))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


class Visitor:
    """A page that looks at itself: accessibility, direction, width, and what the browser complains of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self._hear("error", str(error)))

    def _hear(self, kind: str, text: str) -> None:
        # A refused form answers 4xx on purpose; a missing file would fail the look at the page's resources.
        if kind == "error" and "the server responded with a status of 4" not in text:
            self.complaints.append(text)

    def go(self, path: str) -> Page:
        """Open a page of the portal and look at it."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        return self.look()

    def look(self) -> Page:
        """Check the page as it stands, and return it."""
        self.page.wait_for_load_state("load")
        assert self.complaints == []
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{self.page.url} scrolls {wider} px sideways"
        language, direction = self.page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
        assert direction == ("rtl" if language == "ar" else "ltr")
        assert self.violations() == []
        return self.page

    def violations(self) -> list[str]:
        """Return what axe-core finds against WCAG 2.2 AA, one line each."""
        self.page.evaluate(AXE.read_text())
        run = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
        found = self.page.evaluate(run, RULES)["violations"]
        return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium: a browser of Playwright's own is not needed."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def visit(chromium: Browser, live_server: Any, client_of: Callable) -> Iterator[Callable[..., Visitor]]:
    """A function that opens a browser window: `visit(user, screen="phone", language="ar", javascript=False)`."""
    contexts: list[BrowserContext] = []

    def opened(
        user: User | None = None,
        *,
        screen: str = "desktop",
        language: str = "en",
        javascript: bool = True,
        dark: bool = False,
    ) -> Visitor:
        context = chromium.new_context(
            viewport=SCREENS[screen],
            has_touch=screen == "phone",
            java_script_enabled=javascript,
            locale=language,
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if user:
            cookies[settings.SESSION_COOKIE_NAME] = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        return Visitor(context.new_page(), live_server.url)

    yield opened
    for context in contexts:
        context.close()
