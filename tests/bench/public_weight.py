"""A public page as a phone receives it with an empty cache, from the real server: its bytes, and its round trips."""

import json
import sys
from typing import Any

from tests.bench.public import fill
from tests.bench.server import serving
from tests.bench.stage import report, set_the_stage

BYTES = 60_000
PAGES = ["/nl/", "/ar/", "/nl/jette-belfaa/", "/ar/jette-belfaa/", "/ar/jette-belfaa/activities/"]
# What must be there before anything is shown, and what asked for it: a link in the page, or a file that came before.
BLOCKING = """() => performance.getEntriesByType("resource")
  .filter((one) => one.renderBlockingStatus === "blocking").map((one) => one.initiatorType)"""


def received(browser: Any, address: str) -> tuple[int, int]:
    """Return (bytes over the wire, round trips before the page can be shown) of a page with an empty cache."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page, sizes = context.new_page(), []
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    answer = page.goto(address, wait_until="networkidle")
    assert answer is not None
    assert answer.ok, answer.status
    askers = page.evaluate(BLOCKING)
    assert askers, "a page without a style sheet"
    context.close()
    return int(sum(sizes)), 1 if set(askers) <= {"link", "script"} else 2


def main() -> None:
    """Measure the heaviest of the pages, in both directions of writing."""
    set_the_stage("portal.settings")
    from django.core.management import call_command
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import CHROMIUM, FLAGS

    call_command("collectstatic", verbosity=0, interactive=False)
    fill()
    with serving() as (port, _worker), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        found = {path: received(browser, f"http://127.0.0.1:{port}{path}") for path in PAGES}
        browser.close()
    report("public_weight", max(size for size, _rounds in found.values()) / BYTES)
    report("public_rounds", max(rounds for _size, rounds in found.values()))
    sys.stderr.write(f"{json.dumps(found)}\n")


if __name__ == "__main__":
    main()
