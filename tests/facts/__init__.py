"""One assertion for each published fact and each known rule of a funder, by its number, and what all of them use."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models

IDS = [f"A{number}" for number in range(1, 27)] + [f"B{number}" for number in range(1, 38)]
IDS += [f"R{number}" for number in range(1, 8)]  # the rows of the table of the funders' rules
ASSERTIONS: dict[str, Callable[[], None]] = {}


def fact(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function as the assertion of a fact."""

    def register(assertion: Callable[[], None]) -> Callable[[], None]:
        assert name not in ASSERTIONS, f"{name} has two assertions"
        ASSERTIONS[name] = assertion
        return assertion

    return register


def slugs(rows: models.QuerySet | models.Manager) -> set[str]:
    """Return the short names of rows."""
    return set(rows.values_list("slug", flat=True))


def values(row: models.Model, **expected: Any) -> None:
    """Assert that a row holds these values."""
    assert {name: getattr(row, name) for name in expected} == expected


def worded(row: models.Model, *fields: str, **dutch_and_french: str) -> None:
    """Assert that these texts stand in all four languages, Dutch and French each in its own words.

    A keyword argument names a word that the Dutch and the French text both hold: what the fact speaks of.
    """
    for field in [*fields, *dutch_and_french]:
        texts = {code: getattr(row, f"{field}_{code}") for code, _name in settings.LANGUAGES}
        assert all(texts.values()), f"{row!r}: {field} is missing in a language: {texts}"
        assert texts["nl"] != texts["fr"], f"{row!r}: {field} is the same in Dutch and French"
        for code in ("nl", "fr"):
            word = dutch_and_french.get(field, "")
            assert word in texts[code], f"{row!r}: {field}_{code} does not speak of {word}: {texts[code]}"


def years(row: models.Model, first: int | None, last: int | None) -> None:
    """Assert that a span is known to the year, or at an end not at all."""
    values(
        row,
        starts_on=first and dt.date(first, 1, 1),
        starts_precision="year" if first else "",
        ends_on=last and dt.date(last, 12, 31),
        ends_precision="year" if last else "",
    )


def in_year(row: models.Model, field: str, year: int) -> None:
    """Assert that a date is known to the year."""
    values(row, **{field: dt.date(year, 1, 1), "precision": "year"})
