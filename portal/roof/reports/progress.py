"""How far a report is while its pages are laid out, and the way to stop it."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# Half of what is laid out in HTML is markup: a page of the report takes about so many characters of it.
PAGE_CHARACTERS = 3400
CHAPTER = re.compile(r'<section class="chapter [^"]*">\s*<h2[^>]*>(?P<title>.*?)</h2>', re.DOTALL)
PAGE = re.compile(r"Creating layout - Page (?P<page>\d+)")
FIRST_PERCENT, LAST_PERCENT = 10, 90


@dataclass(frozen=True)
class Progress:
    """A page that is being set: its number, the chapter that it lies in, as far as can be told beforehand, per cent."""

    page: int
    chapter: str
    percent: int


# It may raise, which ends the work.
Watch = Callable[[Progress], None]


class CancelledReportError(Exception):
    """Nobody waits for the report any more."""


@contextmanager
def watched(document: str, watch: Watch | None) -> Iterator[None]:
    """Tell `watch` of each page of an HTML document that WeasyPrint sets meanwhile; what it raises ends the work."""
    if watch is None:
        yield
        return
    logger, listener = logging.getLogger("weasyprint.progress"), _Listener(document, watch)
    level, propagate = logger.level, logger.propagate
    logger.addHandler(listener)
    logger.setLevel(logging.INFO)
    # Its lines are for the listener: in the server's log each page would write one line for each pass over it.
    logger.propagate = False
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.propagate = propagate
        logger.removeHandler(listener)


class _Listener(logging.Handler):
    """Hears which page is being set from the lines that WeasyPrint writes."""

    def __init__(self, document: str, watch: Watch) -> None:
        super().__init__()
        self.watch, self.length = watch, len(document)
        self.chapters = [(found.start(), _text(found["title"])) for found in CHAPTER.finditer(document)]
        self.furthest = 0

    def emit(self, record: logging.LogRecord) -> None:
        found = PAGE.search(record.getMessage())
        if found is None:
            return
        page = int(found["page"])
        # Once all pages are known, those with page numbers of others are set again.
        self.furthest = max(self.furthest, page)
        place = page * PAGE_CHARACTERS
        chapter = next((title for start, title in reversed(self.chapters) if start <= place), "")
        share = min(1.0, self.furthest * PAGE_CHARACTERS / max(self.length, 1))
        percent = FIRST_PERCENT + round(share * (LAST_PERCENT - FIRST_PERCENT))
        self.watch(Progress(page, chapter, percent))


def _text(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())
