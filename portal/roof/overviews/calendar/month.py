"""The events of a month as weeks of days, and of some months as an agenda."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from portal.ground.dates import format_date
from portal.roof.overviews.calendar.events import Event

# The week of both countries begins on Monday.
WEEKS = calendar.Calendar(firstweekday=0)


@dataclass(frozen=True)
class Day:
    """One day with its events; `is_outside` in a week that the month shares with its neighbour."""

    date: dt.date
    events: Sequence[Event]
    is_today: bool
    is_outside: bool = False

    @property
    def anchor(self) -> str:
        """Its place in the agenda."""
        return f"day-{self.date:%Y-%m-%d}"

    @property
    def date_text(self) -> str:
        """The day written out."""
        return format_date(self.date)


@dataclass(frozen=True)
class Agenda:
    """What is under way all the time, and the days on which something happens."""

    under_way: Sequence[Event]
    days: Sequence[Day]


@dataclass(frozen=True)
class Month:
    """The weeks of a month, Monday first."""

    first: dt.date
    weeks: Sequence[Sequence[Day]]


def agenda_of(events: Iterable[Event], first: dt.date, last: dt.date, *, today: dt.date) -> Agenda:
    """Return the events of some days, day by day; days without any are left out."""
    events = list(events)
    by_day = _by_day(events, first, last)
    days = [Day(day, by_day[day], day == today) for day in sorted(by_day)]
    return Agenda([event for event in events if event.is_long], days)


def month_of(events: Iterable[Event], year: int, month: int, *, today: dt.date) -> Month:
    """Return a month of the years 1 to 9999 as whole weeks; a day that the calendar does not know is left out."""
    first = dt.date(year, month, 1)
    last = first.replace(day=calendar.monthrange(year, month)[1])
    by_day = _by_day(list(events), first, last)
    days = [_day(*parts, month, by_day) for parts in WEEKS.itermonthdays3(year, month)]
    shown = [replace(day, is_today=day.date == today) for day in days]
    return Month(first, [shown[start : start + 7] for start in range(0, len(shown), 7)])


def _day(year: int, month: int, number: int, shown: int, by_day: dict[dt.date, list[Event]]) -> Day:
    # Beyond the ends of the calendar, a week has days that no date can name.
    if month != shown:
        return Day(dt.date.min, (), is_today=False, is_outside=True)
    day = dt.date(year, month, number)
    return Day(day, by_day.get(day, []), is_today=False)


def _by_day(events: Sequence[Event], first: dt.date, last: dt.date) -> dict[dt.date, list[Event]]:
    found: dict[dt.date, list[Event]] = {}
    for event in events:
        if not event.is_long:
            for day in event.days(first, last):
                found.setdefault(day, []).append(event)
    return found
