"""Waiting in a page for what only a script of it can tell."""

from __future__ import annotations

from playwright.sync_api import Page


def until(page: Page, condition: str) -> None:
    """Wait until an expression in JavaScript, or the promise that it is, comes true; raise after ten seconds.

    Playwright's own `wait_for_function` evaluates its text again at each look, which the portal's Content-Security-
    Policy forbids: it works only where the first look finds the condition true.
    """
    page.evaluate(
        f"""async () => {{
          const end = performance.now() + 10_000;
          while (!(await ({condition}))) {{
            if (performance.now() > end) throw new Error("It did not come true in ten seconds.");
            await new Promise(requestAnimationFrame);
          }}
        }}"""
    )
