"""Numbers that are no money, as the active language writes them."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.translation import get_language


def format_number(number: Decimal | int | None, *, signed: bool = False, language: str | None = None) -> str:
    """Return a number without decimals where it has none, else with two; an unknown one gives an empty text.

    `language` is the active one, from who writes many: to look it up takes longer than to write a number.
    """
    if number is None:
        return ""
    text = _format(Decimal(number), language or get_language())
    return f"+{text}" if signed and number > 0 else text


def format_percentage(number: Decimal | int | None, *, language: str | None = None) -> str:
    """Return a percentage with its sign behind it and no breaking space; `language` as in `format_number`."""
    return f"{format_number(number, language=language)}\N{NO-BREAK SPACE}%" if number is not None else ""


@lru_cache(maxsize=4096)
def _format(number: Decimal, language: str | None) -> str:
    # Tables show the same numbers again and again, and writing one out takes as long as reading its row.
    places = 0 if number == number.to_integral_value() else 2
    return number_format(number, decimal_pos=places, use_l10n=True, force_grouping=True)
