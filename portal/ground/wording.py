"""Texts in four languages: the reader's own where there is one, and else which language it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import models
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

_NAMES = dict(settings.LANGUAGES)
_RIGHT_TO_LEFT = {"ar"}
_PLACES = {code: place for place, code in enumerate(settings.MODELTRANSLATION_FALLBACK_LANGUAGES)}


@dataclass(frozen=True)
class Wording:
    """A text; `lang` is empty where it stands in the reader's language. Shown by components/wording.html."""

    text: str
    lang: str = ""

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def direction(self) -> str:
        """The direction of writing, for a text that is not in the reader's language."""
        return "rtl" if self.lang in _RIGHT_TO_LEFT else "ltr"

    @property
    def language_name(self) -> str:
        """The name of the language in itself."""
        return _NAMES.get(self.lang, "")


NOTHING = Wording("")


def standing_alone(words: Iterable[str]) -> re.Pattern[str]:
    """Return what finds one of some words where it stands by itself: A-1 is not found in A-12, nor Ann in Annex."""
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.IGNORECASE)


def written(text: str, language: str) -> Wording:
    """Return a text that its writer wrote in `language`."""
    return Wording(text, "" if language == get_language() else language)


def order_of_languages() -> tuple[str, ...]:
    """Return the reader's language and then the others in the order of fallback."""
    return _order_from(get_language() or settings.LANGUAGE_CODE)


@cache
def _order_from(own: str) -> tuple[str, ...]:
    return (own, *(code for code in settings.MODELTRANSLATION_FALLBACK_LANGUAGES if code != own))


def choose(text_in: Callable[[str], str | None], order: Sequence[str] = ()) -> Wording:
    """Return the first text that is there, in `order_of_languages`; who asks often passes that order."""
    order = order or order_of_languages()
    for code in order:
        text = text_in(code)
        if text:
            return Wording(text, "" if code == order[0] else code)
    return NOTHING


def translated(row: models.Model | None, field: str) -> Wording:
    """Return the text of a translated field of a row; no row gives no text."""
    return choose(lambda code: getattr(row, f"{field}_{code}", None)) if row else NOTHING


def best_of(texts: Sequence[str | None]) -> Wording:
    """Return the best of the texts of a translated field, read in the order of `languages_of`."""
    order = order_of_languages()
    for code in order:
        text = texts[_PLACES[code]]
        if text:
            return Wording(text, "" if code == order[0] else code)
    return NOTHING


def listed(items: Iterable[object], *, with_commas: bool = False) -> str:
    """Return the items that are not empty as one list, with the signs of the active language.

    Items `with_commas` of their own are told apart by semicolons.
    """
    sign = pgettext("between the items of a list", ";") if with_commas else pgettext("between the items of a list", ",")
    return f"{sign} ".join(str(item) for item in items if item)


def joined(*parts: object) -> SafeString:
    """Return the parts that say something on one line of HTML, where each keeps its own direction of writing."""
    return format_html_join(" · ", "<bdi>{}</bdi>", ((part,) for part in map(str, parts) if part))


def languages_of(field: str) -> list[str]:
    """Return the columns that hold a translated field, in the order of fallback."""
    return [f"{field}_{code}" for code in settings.MODELTRANSLATION_FALLBACK_LANGUAGES]
