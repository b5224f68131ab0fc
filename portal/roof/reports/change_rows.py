"""The differences between two reports as rows in words, in the active language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from django.utils.formats import number_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.ground.dates import format_date
from portal.ground.money import format_amount, format_rate
from portal.ground.numbers import format_number
from portal.ground.wording import Wording
from portal.roof.reports.changes import Difference, Kind, People, worth_of
from portal.roof.reports.words import When, Words, printable

# Enough to recognise a text by; the report holds all of it.
SHOWN = 240
MONEY = {"amount", "budget", "spent", "justified", "rejected", "granted", "received", "transferred", "bank_costs"} | {
    "charged",
    "tranche",
    "sent",
    "spent_euro",
    "total",
}
# Figures of indicators: no money, and without decimals where they have none.
MEASURED = {"number", "counted"}


@dataclass(frozen=True)
class Piece(Wording):
    """A piece of text; a figure runs from left to right in every line."""

    is_figure: bool = False


@dataclass(frozen=True)
class ChangeRow:
    """One difference: `path` leads to it within its section; an empty side says nothing."""

    path: tuple[Piece, ...]
    kind: Kind
    old: Piece
    new: Piece


@dataclass(frozen=True)
class ChangeSection:
    """The differences of one section of the report."""

    title: str
    rows: tuple[ChangeRow, ...]


def sections_of(found: Iterable[Difference]) -> tuple[ChangeSection, ...]:
    """Return differences by section, in the active language."""
    sections: dict[str, list[ChangeRow]] = {}
    for item in found:
        title, *path = item.where or (_("Report"),)
        pieces = tuple(piece for part in path for piece in _path_of(part))
        row = ChangeRow(pieces, item.kind, _side(item.old, item.name), _side(item.new, item.name))
        sections.setdefault(capfirst(str(title)), []).append(row)
    return tuple(ChangeSection(title, tuple(rows)) for title, rows in sections.items())


def _path_of(part: Any) -> Iterator[Piece]:
    if not isinstance(part, People):
        yield _piece(part, "")
        return
    yield Piece(str(part.sex.label) if part.sex else _("sex not told"))
    if part.band is None:
        yield Piece(_("age not told"))
    elif part.band[0] is None:
        yield Piece(_("age not said"))
    else:
        low, high = part.band
        yield Piece(f"{low}–{high}" if high is not None else f"{low}+", is_figure=True)


def _side(value: Any, name: str) -> Piece:
    if is_dataclass(value) and not isinstance(value, Words | When):
        name, value = worth_of(value)
    return _piece(value, name)


def _piece(value: Any, name: str) -> Piece:
    """Return a value as the active language writes it; `name` is the field that holds it."""
    if isinstance(value, Words):
        language, best = value.best(get_language() or "")
        return Piece(_short(best), "" if language == get_language() else language)
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return Piece(_figure(value, name), is_figure=True)
    return Piece(_plain(value))


def _figure(value: Decimal | int, name: str) -> str:
    if name in MONEY and isinstance(value, Decimal):
        return format_amount(value)
    if name in MEASURED:
        return format_number(value)
    if name == "rate":
        return format_rate(Decimal(value))
    return number_format(value, use_l10n=True, force_grouping=True).replace(" ", "\N{NO-BREAK SPACE}")


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Enum):
        return str(getattr(value, "label", value.value))
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, tuple):
        return _short(", ".join(_piece(item, "").text for item in value))
    return _short(str(value))


def _short(text: str) -> str:
    return Truncator(printable(text)).chars(SHOWN)
