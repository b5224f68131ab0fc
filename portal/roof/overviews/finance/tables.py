"""Tables of figures as the page, the spreadsheet and the PDF show them: one table, three readers, the same cents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import cast

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import SimpleLazyObject
from django.utils.html import escape, format_html, strip_tags
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from portal.ground.dates import format_date
from portal.ground.money import Currency, format_amount, format_rate
from portal.ground.wording import Wording, written
from portal.roof.overviews.finance.figures import Finance
from portal.roof.reports.words import Words

# Where the page says how what is left, and what rounding leaves, is made.
MADE = "#made"


@dataclass(frozen=True)
class Cell:
    """One figure: `value` for a spreadsheet, `text` for a person, `url` for the rows behind it."""

    value: Decimal | int | dt.date | str | None
    kind: str = "amount"
    url: str = ""

    @property
    def text(self) -> str:
        """The figure as the active language writes it."""
        if self.value is None:
            return ""
        writers = {
            "amount": format_amount,
            "dirham": lambda value: format_amount(value, Currency.MAD),
            "rate": format_rate,
            "percent": format_percent,
            "date": format_date,
        }
        return str(writers.get(self.kind, str)(self.value))

    @property
    def is_negative(self) -> bool:
        """Whether it lies below zero."""
        return isinstance(self.value, Decimal) and self.value < 0

    @property
    def is_nothing(self) -> bool:
        """Whether it is zero: no row lies behind it."""
        return not self.value


def format_percent(value: Decimal) -> str:
    """Return a percentage as the active language writes it, without zeros at its end."""
    places = max(0, -int(value.normalize().as_tuple().exponent))
    return f"{number_format(value, decimal_pos=places, use_l10n=True)}\N{NO-BREAK SPACE}%"


@dataclass(frozen=True)
class Row:
    """A line of a table. `level` is outcome, source, heading, part or total; an empty level is a plain line."""

    label: Words | str
    cells: tuple[Cell, ...]
    level: str = ""
    note: Words | str = ""
    url: str = ""

    @property
    def wording(self) -> Wording:
        """The label in the reader's language, or marked as another."""
        return wording(self.label)

    @property
    def remark(self) -> Wording:
        """The note in the reader's language, or marked as another."""
        return wording(self.note)


@dataclass(frozen=True)
class Table:
    """Figures under one title; `columns` are those of the cells, `head` stands over the labels."""

    key: str
    title: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def body(self) -> list[Row]:
        """The rows above the total."""
        return [row for row in self.rows if row.level != "total"]

    @property
    def totals(self) -> list[Row]:
        """The last row or rows."""
        return [row for row in self.rows if row.level == "total"]


def wording(text: Words | str) -> Wording:
    """Return a name for a page."""
    if not isinstance(text, Words):
        return Wording(str(text))
    language, best = text.best(get_language() or "")
    return written(best, language)


def plain(text: Words | str) -> str:
    """Return a name or a sentence for a spreadsheet, which knows no markup."""
    best = wording(text).text
    return unescape(strip_tags(best)) if isinstance(best, SafeString) else best


def told(sentence: str, **values: object) -> SafeString:
    """Return a translated sentence as HTML in which each figure and name keeps its own direction of writing.

    `source` and `date` are words, the other values are figures.
    """
    marked = {
        name: format_html("<bdi>{}</bdi>" if name in {"source", "date"} else '<bdi dir="ltr">{}</bdi>', value)
        for name, value in values.items()
    }
    return mark_safe(escape(sentence) % marked)  # noqa: S308 - the sentence and each value are escaped


class Links:
    """Addresses of the rows behind the figures of a programme or a partnership.

    A budget and a way of money belong to one programme: a figure of several leads to the programmes' own figures.
    """

    def __init__(self, finance: Finance) -> None:
        self.programme = finance.programme
        self.partnership = finance.partnership

    def expenses(self, **filters: object) -> str:
        """Return the list of the expenditures that meet the filters; empty ones are left out."""
        of = {"programme": self.programme.pk} if self.programme else {"partnership": self.partnership.pk}
        return expenses_url(**{**of, **filters})

    def budget(self, **filters: object) -> str:
        """Return the budget of the programme."""
        if self.programme is None:
            return "#programmes"
        return address_of("activities:budget", self.programme.slug, query=filters)

    def path(self, source: str = "") -> str:
        """Return the programme's requests, grants, tranches and transfers, at those of one source."""
        if self.programme is None:
            return "#programmes"
        return address_of("partnerships:money_path", self.programme.slug, part=f"source-{source}" if source else "")

    def money(self, year: int | None = None, show: str = "", part: str = "") -> str:
        """Return the page of these figures, with a year beside the consolidated ones, and what to show of it."""
        name, slug = "partnerships:money", self.partnership.slug
        if self.programme:
            name, slug = "partnerships:programme_money", self.programme.slug
        return address_of(name, slug, query={"year": year, "show": show}, part=part)


def expenses_url(**filters: object) -> str:
    """Return the address of the list of the expenditures that meet the filters; empty ones are left out."""
    return address_of("activities:expense_list", query=filters)


def derived(value: Decimal | None, kind: str = "amount", url: str = MADE) -> Cell:
    """Return a figure that no row holds: its link leads to how it is made, on this page or another."""
    return Cell(value, kind, url if value else "")


def address_of(name: str, *args: object, query: Mapping[str, object] | None = None, part: str = "") -> str:
    """Return an address that is looked up once somebody reads it.

    A document for print shows none, and the first look-up of a process loads every page of the portal: a tenth of
    the time of a report in a worker that is fresh.
    """

    def found() -> str:
        told = urlencode({key: value for key, value in (query or {}).items() if value not in (None, "")})
        return f"{reverse(name, args=args)}{'?' if told else ''}{told}{'#' if part else ''}{part}"

    return cast("str", SimpleLazyObject(found))


def total_row(label: str, rows: Iterable[Row], urls: Iterable[str] = ()) -> Row:
    """Return the sum of rows, column by column: the total shown is that of the parts shown."""
    columns = list(zip(*(row.cells for row in rows), strict=True))
    addresses = [*urls, *[""] * len(columns)]
    return Row(label, tuple(_sum_of(cells, url) for cells, url in zip(columns, addresses, strict=False)), "total")


def _sum_of(cells: tuple[Cell, ...], url: str) -> Cell:
    kind = cells[0].kind
    values = [cell.value for cell in cells if isinstance(cell.value, Decimal | int)]
    if kind not in {"amount", "dirham", "count"} or not values:
        return Cell(None, kind)
    total = sum(values[1:], values[0])
    return Cell(total, kind, url if total else "")
