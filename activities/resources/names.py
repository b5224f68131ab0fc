"""What the cells of somebody's own spreadsheet name: an activity, a source, a heading, a side, an amount."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity
from partnerships.models import CostHeading, FundingSource, Outcome, Partnership, Side
from portal.ground.columns import Amount, Rate, as_text
from portal.ground.forms import check_readable
from portal.ground.money import MAX_AMOUNT, Currency
from portal.ground.sheet_rows import plain

TOO_MUCH = gettext_lazy("Give an amount of more than zero and less than a hundred million.")
LANGUAGES = [code for code, _name in settings.LANGUAGES]
_CURRENCIES = {
    **dict.fromkeys(["eur", "euro", "euros", "€", "يورو"], Currency.EUR.value),
    **dict.fromkeys(["mad", "dh", "dhs", "dirham", "dirhams", "درهم", "د.م.", "د.م"], Currency.MAD.value),
}
_CURRENCY = re.compile("|".join(re.escape(word) for word in sorted(_CURRENCIES, key=len, reverse=True)), re.IGNORECASE)


class Names:
    """Records under all the names that people give them; a short name counts before any other."""

    def __init__(self, unknown: str) -> None:
        self.unknown = unknown
        self.slugs: dict[str, int] = {}
        self.names: dict[str, set[int]] = defaultdict(set)

    def add(self, key: int, slug: str, names: Iterable[str | None]) -> None:
        """Take in a record."""
        self.slugs[slug] = key
        for name in names:
            if name:
                self.names[plain(name)].add(key)

    def find(self, cell: Any) -> int:
        """Return the key of the record that a cell names. Raises ValidationError."""
        text = as_text(cell)
        check_readable(text)
        found = {self.slugs[text]} if text in self.slugs else self.names.get(plain(text), set())
        if not found:
            raise ValidationError(self.unknown % {"name": text[:80]})
        if len(found) > 1:
            sentence = _("“%(name)s” is the name of %(count)s records: give the short name.")
            raise ValidationError(sentence % {"name": text[:80], "count": len(found)})
        return next(iter(found))


def activities_of(partnership: Partnership) -> tuple[Names, dict[int, tuple[str, int | None]]]:
    """Return the activities of a partnership by name, and {key: (side, programme)}."""
    names, known = Names(_("This partnership has no activity “%(name)s”.")), {}
    titles = [f"title_{code}" for code in LANGUAGES]
    rows = Activity.objects.filter(partnership=partnership)
    for key, slug, side, programme, *others in rows.values_list("pk", "slug", "side", "programme_id", *titles):
        names.add(key, slug, [str(key), *others])
        known[key] = (side, programme)
    return names, known


def outcomes_of(partnership: Partnership) -> Names:
    """Return the outcomes of a partnership by name."""
    names = Names(_("This partnership has no outcome “%(name)s”."))
    titles = [f"title_{code}" for code in LANGUAGES]
    for key, slug, *others in Outcome.objects.filter(partnership=partnership).values_list("pk", "slug", *titles):
        names.add(key, slug, others)
    return names


def sources() -> Names:
    """Return the funding sources by slug, name, abbreviation and alias."""
    names = Names(_("There is no funding source “%(name)s”."))
    columns = [f"{name}_{code}" for name in ("name", "abbreviation") for code in LANGUAGES]
    for key, slug, *others in FundingSource.objects.values_list("pk", "slug", *columns, "aliases__name"):
        names.add(key, slug, others)
    return names


class Headings:
    """The cost headings of each source, by name in any language, alone or behind that of the heading above."""

    def __init__(self) -> None:
        self.by_source: dict[int, Names] = {}
        self.all = Names(_("There is no cost heading “%(name)s”."))
        rows: Any = CostHeading.objects.select_related("parent")
        for row in rows:
            own = [getattr(row, f"name_{code}") for code in LANGUAGES]
            above = [getattr(row.parent, f"name_{code}") for code in LANGUAGES] if row.parent else []
            whole = [f"{first} {second}" for first, second in zip(above, own, strict=False) if first and second]
            known = self.by_source.setdefault(row.source_id, Names(_("This source has no cost heading “%(name)s”.")))
            known.add(row.pk, row.slug, [*own, *whole])
            self.all.add(row.pk, row.slug, [])
        self.found: dict[tuple[int, str], int] = {}

    def find(self, source: int, cell: str) -> int:
        """Return the heading that a cell names, among those of a source. Raises ValidationError.

        The short name of another funder's heading is found too, so that the rules say whose it is.
        """
        key = (source, cell)
        if key not in self.found:
            own = self.by_source.get(source)
            elsewhere = cell in self.all.slugs or own is None
            self.found[key] = self.all.find(cell) if elsewhere or own is None else own.find(cell)
        return self.found[key]


def side(cell: Any) -> str:
    """Return the side that a cell names, in any language."""
    text = plain(as_text(cell))
    known: dict[str, str] = {}
    for code in LANGUAGES:
        with translation.override(code):
            known |= {plain(str(label)): value for value, label in Side.choices}
    known |= {value: value for value in Side.values} | {"be": "home", "belgie": "home", "belgique": "home"}
    known |= {"ma": "partner", "marokko": "partner", "maroc": "partner", "morocco": "partner", "المغرب": "partner"}
    if text not in known:
        raise ValidationError(_("“%(name)s” is not a side.") % {"name": as_text(cell)[:80]})
    return known[text]


def currency(cell: Any) -> str:
    """Return the code of a currency from its code or its usual names."""
    text = as_text(cell).casefold()
    if text not in _CURRENCIES:
        sentence = _("“%(name)s” is not a currency that the portal knows: write EUR or MAD.")
        raise ValidationError(sentence % {"name": as_text(cell)[:80]})
    return _CURRENCIES[text]


def money(cell: Any) -> tuple[Decimal, str]:
    """Return an amount as municipalities write it, and the currency named beside it: `1.234,50 DH`, `€ 12`, 12.5.

    Below zero is what came back: whoever reads the row asks what it corrects.
    """
    found = ""
    if isinstance(cell, str):
        words = {_CURRENCIES[word.casefold()] for word in _CURRENCY.findall(cell)}
        if len(words) > 1:
            raise ValidationError(_("Two currencies stand in this cell."))
        found = next(iter(words), "")
        cell = _CURRENCY.sub("", cell).strip()
    amount = Amount().read(cell)
    if amount is None or not 0 < abs(amount) <= MAX_AMOUNT:
        raise ValidationError(TOO_MUCH)
    return amount, found


def budget(cell: Any) -> Decimal:
    """Return an amount in euro, which may be zero."""
    if isinstance(cell, str):
        cell = re.sub("€|euros?|eur", "", cell, flags=re.IGNORECASE).strip()
    amount = Amount().read(cell)
    if amount is None or not 0 <= amount <= MAX_AMOUNT:
        raise ValidationError(_("Give an amount from zero to a hundred million."))
    return amount


def rate(cell: Any) -> Decimal:
    """Return a rate of exchange: dirham for one euro."""
    value = Rate().read(cell)
    if value is None or not 1 <= value < 100:
        raise ValidationError(_("Type the rate as a number above zero, for example 10.85."))
    return value


def whole(cell: Any) -> int:
    """Return a whole number above zero, as text or as a number of the spreadsheet."""
    text = as_text(cell)
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 16):
        raise ValidationError(_("“%(value)s” is not a whole number.") % {"value": text[:80]})
    return int(text)
