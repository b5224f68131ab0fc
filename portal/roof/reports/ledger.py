"""The two-way ledger, as a report tells it: what each side gained from the partnership, and what led to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from partnerships.models import Gain, Partnership, Side
from portal.roof.reports.trails import dated_in
from portal.roof.reports.words import When, Words


@dataclass(frozen=True)
class GainSheet:
    """Something that one side has from the partnership; `is_public` says that everybody may read of it."""

    title: Words
    text: Words
    side: Side
    when: When
    # What led to it: in a few words, and the milestone.
    origin: Words
    came_from: Words
    is_public: bool

    @property
    def origins(self) -> list[Words]:
        """What led to it, as far as anybody wrote it down."""
        return [words for words in (self.origin, self.came_from) if words]


def gains_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> tuple[GainSheet, ...]:
    """Return what each side gained in the window, or on a day that nobody knows."""
    rows = partnership.gains.filter(dated_in("gained_on", starts_on, ends_on)).select_related("came_from")
    return tuple(_gain(row) for row in rows.order_by("gained_by", "gained_on", "slug"))


def _gain(row: Gain) -> GainSheet:
    return GainSheet(
        Words.of(row, "title"),
        Words.of(row, "text"),
        Side(row.gained_by),
        When.day(row.gained_on, row.precision),
        Words.of(row, "origin"),
        Words.of(row.came_from, "title") if row.came_from else Words(),
        row.is_public,
    )


def by_side(gains: Iterable[GainSheet]) -> list[tuple[Side, list[GainSheet]]]:
    """Return both sides with what each gained, be it nothing; without any gain there is no ledger."""
    rows = list(gains)
    return [(side, [row for row in rows if row.side == side]) for side in Side] if rows else []
