"""The chapter of money in a report: the same tables as on the page of figures, in the report's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from partnerships.models import Partnership
from portal.ground.dates import overlapping
from portal.roof.overviews.finance import paths, sheets
from portal.roof.overviews.finance.figures import Finance, finances_of
from portal.roof.overviews.finance.tables import Table
from portal.roof.reports.words import Words


@dataclass(frozen=True)
class ProgrammeMoney:
    """The tables of one programme, and in a sentence what the municipality itself paid."""

    name: Words
    tables: tuple[Table, ...]
    own: str


def finances_during(partnership: Partnership, starts_on: dt.date, ends_on: dt.date, *, on: dt.date) -> list[Finance]:
    """Return the figures of the programmes that run in a window: of its last year, and consolidated until then.

    The unspent balance is that of the window's last day, or of the day `on` where that comes first.
    """
    programmes = list(partnership.programmes.filter(overlapping(starts_on, ends_on)).order_by("starts_on"))
    return finances_of(programmes, on=min(on, ends_on), year=ends_on.year)


def money_of_programmes(finances: Iterable[Finance], *, with_shares: bool) -> list[ProgrammeMoney]:
    """Return the tables of the programmes that have more to tell than what was spent, in the active language.

    `with_shares` adds the activities that several sources pay for.
    """
    return [
        ProgrammeMoney(item.name, tables_of(item, with_shares=with_shares), paths.own_contribution(item))
        for item in finances
        if item.has_budget or item.funds
    ]


def tables_of(finance: Finance, *, with_shares: bool) -> tuple[Table, ...]:
    """Return what a funder's yearly financial report tells (Royal Decree of 11 September 2016, art. 47)."""
    made = (
        sheets.in_year(finance),
        sheets.consolidated(finance),
        sheets.by_nature(finance),
        sheets.by_outcome(finance),
        sheets.by_outcome_and_source(finance),
        paths.by_source(finance),
        paths.balances(finance),
        paths.transfers(finance),
        *([paths.co_funding(finance)] if with_shares else []),
    )
    return tuple(table for table in made if table.rows)
