"""Text that knows its languages, so that one report can be written out in each of them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from portal.ground.dates import format_date, format_span

RIGHT_TO_LEFT = {"ar"}
# A part that came later is frozen only where it tells something: what was frozen before it keeps its text, and so the
# SHA-256 of what it still shows.
IF_ANY = {"if_any": True}
# What no font draws, or what would reorder the line that holds it.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
# Tifinagh, arrows and signs, dingbats, and what stands beyond the letters of the first plane: emoji.
_SIGNS = re.compile("[\u2d30-\u2d7f\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")


@dataclass(frozen=True)
class Words:
    """A name, a title or a text, as (language, text) pairs; a text of unknown language has language ""."""

    versions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, row: models.Model, field: str) -> Words:
        """Return a translated field of a row in every language in which it was written."""
        return cls(tuple((code, text) for code, name in _columns_of(field) if (text := getattr(row, name))))

    @classmethod
    def read(cls, texts: Iterable[str | None]) -> Words:
        """Return the texts of a translated field that were read in the order of the site's languages."""
        languages = (code for code, _name in settings.LANGUAGES)
        return cls(tuple((code, text) for code, text in zip(languages, texts, strict=True) if text))

    @classmethod
    def written(cls, text: str, language: str = "") -> Words:
        """Return a text that its writer wrote in one language."""
        return cls(((language, text),) if text.strip() else ())

    def __bool__(self) -> bool:
        return bool(self.versions)

    def best(self, language: str) -> tuple[str, str]:
        """Return (language, text): the wanted language, else the first of the site's fallbacks."""
        texts = dict(self.versions)
        for code in (language, *settings.MODELTRANSLATION_FALLBACK_LANGUAGES, ""):
            if code in texts:
                return code, texts[code]
        return "", ""


@cache
def _columns_of(field: str) -> tuple[tuple[str, str], ...]:
    """Return (language, column) of a translated field."""
    return tuple((code, f"{field}_{code}") for code, _name in settings.LANGUAGES)


def printable(text: str) -> str:
    """Return a text without what cannot be printed: the forms refuse it too, a command or an older row may not."""
    return _UNPRINTABLE.sub("", text)


def has_signs(text: str) -> bool:
    """Say whether a text holds letters or signs that only the rarer fonts draw (static/print/signs.css)."""
    return bool(_SIGNS.search(text))


def direction_of(text: str, language: str = "") -> str:
    """Return "rtl" or "ltr": the direction of the first letter that has one, else the language's."""
    for character in text[:500]:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in {"R", "AL"}:
            return "rtl"
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True)
class When:
    """A date or a span as far as it is known; as text it reads in the active language."""

    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    starts_precision: str = "day"
    ends_precision: str = "day"

    @classmethod
    def span(cls, row: Any) -> When:
        """Return the span of a row that has both ends with their precision."""
        return cls(row.starts_on, row.ends_on, row.starts_precision or "day", row.ends_precision or "day")

    @classmethod
    def day(cls, day: dt.date | None, precision: str = "day") -> When:
        """Return a single date."""
        return cls(day, day, precision or "day", precision or "day")

    def __bool__(self) -> bool:
        return bool(self.starts_on or self.ends_on)

    def __str__(self) -> str:
        if self.starts_on and self.starts_on == self.ends_on:
            return format_date(self.starts_on, self.starts_precision)
        if self.starts_on and not self.ends_on:
            return _("since %(date)s") % {"date": format_date(self.starts_on, self.starts_precision)}
        return format_span(self.starts_on, self.ends_on, self.starts_precision, self.ends_precision)
