"""Every page of the portal, read from both sides, in both themes and both widths: nothing that axe-core can see."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.admin_rows import fill
from tests.browser.conftest import AXE, RULES, SCREENS
from tests.every_page import pages
from tests.test_access import Scene

# A theme arrives a moment after it was asked for, and a colour that moves is of neither theme on its way.
LOOK = """async ([rules, byTheme]) => {
  const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
  while (matchMedia('(prefers-color-scheme: dark)').matches !== byTheme) await frame();
  await frame();
  await frame();
  await Promise.all(document.getAnimations().map(one => one.finished.catch(() => null)));
  const only = byTheme ? {type: 'rule', values: ['color-contrast', 'link-in-text-block']} : rules;
  const found = (await axe.run(document, {runOnly: only, resultTypes: ['violations']})).violations;
  return found.flatMap(one => one.nodes.map(node => `${one.id}: ${node.target} ${node.failureSummary}`));
}"""
# What is enlarged four times on a desktop has this much room (WCAG 1.4.10).
WIDTHS = {**SCREENS, "screen of 320 px": {"width": 320, "height": 640}}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.once
@pytest.mark.parametrize(("language", "screen"), [("nl", "desktop"), ("ar", "phone")])
def test_every_page_is_in_order(visit, cast, language, screen):
    scene = Scene(cast, cast.jette, fill(cast, cast.jette, "jette"))
    people = {"administrator": cast.administrator, "nobody": None}
    visitors = {who: visit(user, screen=screen, language=language) for who, user in people.items()}
    wrong: list[str] = []
    for who, path in pages(scene, language):
        visitor = visitors[who]
        found = look(visitor.page, visitor.address + path, language, screen)
        wrong += [f"{path}: {one}" for one in [*found, *visitor.complaints]]
        visitor.complaints.clear()
    assert not wrong, "\n".join(wrong)


def look(page: Page, address: str, language: str, screen: str) -> list[str]:
    """Open a page once and return what is wrong with it: by all rules in the light, by those of colour in the dark.

    Its words are those of the language asked for, and it is no wider than any of WIDTHS.
    """
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(SCREENS[screen])
    answer: Any = page.goto(address)
    if answer is None or answer.status != 200:
        return [f"answers {answer and answer.status}"]
    found = [] if page.evaluate("document.documentElement.lang") == language else ["is in another language"]
    page.evaluate(AXE.read_text())
    found += page.evaluate(LOOK, [RULES, False])
    page.emulate_media(color_scheme="dark")
    found += [f"in the dark: {one}" for one in page.evaluate(LOOK, [RULES, True])]
    for name, size in WIDTHS.items():
        page.set_viewport_size(size)
        wider = page.evaluate(WIDER)
        found += [f"scrolls {wider} px sideways on a {name}"] if wider > 0 else []
    return found
