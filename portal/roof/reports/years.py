"""The years of a window beside each other, from what the report tells of each of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portal.roof.reports.counts import GroupCount
from portal.roof.reports.spending import ZERO, Expense
from portal.roof.reports.words import Words


@dataclass(frozen=True)
class YearSource:
    """What one source paid in a year."""

    source: Words
    amount: Decimal


@dataclass(frozen=True)
class YearTotals:
    """One year in numbers. Of groups it counts those whose single entries are counted: no vulnerable ones."""

    year: int
    activities: int
    entries: int
    groups: tuple[GroupCount, ...]
    sources: tuple[YearSource, ...]
    spent: Decimal


@dataclass(frozen=True)
class Logged:
    """What the totals need to know of an entry."""

    activity: int
    year: int
    counts: tuple[GroupCount, ...]


def totals_of(
    starts_on: dt.date, ends_on: dt.date, entries: Iterable[Logged], expenses: Iterable[Expense]
) -> tuple[YearTotals, ...]:
    """Return the calendar years that a window touches; one year alone has nothing beside it."""
    if starts_on.year == ends_on.year:
        return ()
    logged: dict[int, list[Logged]] = defaultdict(list)
    for entry in entries:
        logged[entry.year].append(entry)
    paid: dict[int, list[Expense]] = defaultdict(list)
    for expense in expenses:
        paid[expense.date.year].append(expense)
    years = range(starts_on.year, ends_on.year + 1)
    told = [year for year in years if year in logged or year in paid]
    first, last = min(told, default=1), max(told, default=0)
    return tuple(_totals(year, logged[year], paid[year]) for year in range(first, last + 1))


def by_row(years: Iterable[YearTotals]) -> tuple[list[tuple[Words, list[int]]], list[tuple[Words, list[Decimal]]]]:
    """Return groups and sources, each with its figures in the order of the years."""
    years = list(years)
    groups = dict.fromkeys(one.group for year in years for one in year.groups)
    sources = dict.fromkeys(one.source for year in years for one in year.sources)
    people = [{one.group: one.count or 0 for one in year.groups} for year in years]
    money = [{one.source: one.amount for one in year.sources} for year in years]
    return (
        [(name, [of.get(name, 0) for of in people]) for name in groups],
        [(name, [of.get(name, ZERO) for of in money]) for name in sources],
    )


def _totals(year: int, entries: list[Logged], expenses: list[Expense]) -> YearTotals:
    people: dict[Words, int] = defaultdict(int)
    for entry in entries:
        for one in entry.counts:
            if one.count is not None:
                people[one.group] += one.count
    money: dict[Words, Decimal] = defaultdict(lambda: ZERO)
    for expense in expenses:
        money[expense.source] += expense.amount
    return YearTotals(
        year=year,
        activities=len({*(entry.activity for entry in entries), *(expense.activity_pk for expense in expenses)}),
        entries=len(entries),
        groups=tuple(GroupCount(name, count) for name, count in people.items()),
        sources=tuple(YearSource(name, amount) for name, amount in money.items()),
        spent=sum(money.values(), ZERO),
    )
