"""Numbers that are no money, as the active language writes them."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from django.utils import numberformat
from django.utils.formats import get_format
from django.utils.translation import get_language


def format_number(number: Decimal | int | None, *, signed: bool = False, language: str | None = None) -> str:
    """Return a number without decimals where it has none, else with two; an unknown one gives an empty text.

    It is written in `language`, by default the active one: looking that up takes longer than writing a number.
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
    return numberformat.format(
        number,
        get_format("DECIMAL_SEPARATOR", language, use_l10n=True),
        places,
        get_format("NUMBER_GROUPING", language, use_l10n=True),
        get_format("THOUSAND_SEPARATOR", language, use_l10n=True),
        force_grouping=True,
        use_l10n=True,
    )
