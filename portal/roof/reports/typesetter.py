"""WeasyPrint as this portal uses it; importing it takes a second, and needs Pango: see `render`."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from types import SimpleNamespace

import pydyf
import weasyprint
import weasyprint.text.fonts
from django.conf import settings
from tinyhtml5.constants import ascii_letters, space_characters
from tinyhtml5.inputstream import characters_until_regex

from portal.roof.reports import page_references, spoken_tags, worked_out_once
from portal.roof.reports.fetcher import ReportFetcher, is_readable, print_file

__all__ = ["document_of", "fonts", "is_readable", "weasyprint"]
# The library's parser stops at these characters. It means to keep the pattern of each, but keeps it under a name
# under which it never looks, and so makes each pattern anew for each piece of text.
_STOPS = (("&", "<", "\u0000"), ('"', "&", "\u0000"), ("'", "&", "\u0000"))


class PrintDocument(weasyprint.HTML):
    """A document for print; what its elements are before they are styled stands in static/print/base.css."""

    def _ua_stylesheets(self, forms: bool = False) -> list[weasyprint.CSS]:  # noqa: FBT001, FBT002 - as the library calls it
        return [_base_style()]


def document_of(html: str, photos: Mapping[int, str]) -> PrintDocument:
    """Return a document that may read our own print files and these photos, by number the name of the file of each."""
    return PrintDocument(string=html, url_fetcher=ReportFetcher(dict(photos)))


@cache
def fonts() -> weasyprint.text.fonts.FontConfiguration:
    """Return the fonts for print, read once in a process: they are the same for every report and language.

    Fonts of the machine are not looked at: a colour font for emoji would be preferred to ours.
    """
    os.environ |= {"FONTCONFIG_FILE": str(settings.BASE_DIR / "static" / "print" / "fonts.conf")}
    return weasyprint.text.fonts.FontConfiguration()


@cache
def _base_style() -> weasyprint.CSS:
    return weasyprint.CSS(string=print_file("print/base.css").decode())


def _patterns() -> Iterator[tuple[tuple[object, bool], re.Pattern[str]]]:
    for stops in _STOPS:
        yield (stops, False), re.compile(f"[^{re.escape(''.join(stops))}]+")
    for letters in (space_characters, ascii_letters):
        yield (letters, True), re.compile(f"[{re.escape(''.join(letters))}]+")


characters_until_regex.update(_patterns())
page_references.install()
spoken_tags.install()
worked_out_once.install()
# The ninth level of compression costs four per cent of the time of a report, and saves two of its size.
pydyf.zlib = SimpleNamespace(compress=zlib.compress, compressobj=lambda level: zlib.compressobj(min(level, 6)))  # type: ignore[attr-defined]
