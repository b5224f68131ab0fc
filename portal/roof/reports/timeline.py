"""The timeline of a partnership, laid out for drawing: shapes in units of a thousandth of its width."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from partnerships.models import Milestone, PartnershipPeriod
from portal.roof.reports.sections import Period, ProgrammeSheet, Report
from portal.roof.reports.words import When

WIDTH = 10_000
MOST_LABELS = 11
RENEWALS = {Milestone.Kind.RESUMPTION, Milestone.Kind.RENEWAL}


@dataclass(frozen=True)
class Bar:
    """A stretch of time on a lane."""

    x: int
    width: int
    kind: str


@dataclass(frozen=True)
class Timeline:
    """Lanes of bars over one axis of years."""

    width: int
    labels: tuple[tuple[int, int], ...]
    periods: tuple[Bar, ...]
    programmes: tuple[Bar, ...]
    milestones: tuple[int, ...]
    # When the partnership was taken up or renewed: drawn as diamonds among the strokes of the other milestones.
    renewals: tuple[int, ...]
    renewed: tuple[When, ...]
    window: Bar
    first_year: int
    last_year: int


def timeline_of(report: Report) -> Timeline:
    """Return the partnership's life from its first known day to the end of what is planned."""
    sheet = report.partnership
    dates = [report.starts_on, report.ends_on]
    spans = [*(period.when for period in sheet.periods), *(milestone.when for milestone in sheet.milestones)]
    dates += [day for when in spans for day in (when.starts_on, when.ends_on) if day]
    dates += [day for item in sheet.programmes for day in (item.starts_on, item.ends_on)]
    first, last = min(dates).year, max(dates).year
    axis = _Axis(first, last)
    dated = [(item, item.when.starts_on) for item in sheet.milestones if item.when.starts_on]
    return Timeline(
        width=WIDTH,
        labels=axis.labels(),
        periods=tuple(
            axis.bar(start, end, period.state) for period, start, end in _with_ends(sheet.periods, first, last)
        ),
        programmes=tuple(bar for item in sheet.programmes for bar in _programme(item, report, axis)),
        milestones=tuple(axis.at(day) for item, day in dated if item.kind not in RENEWALS),
        renewals=tuple(axis.at(day) for item, day in dated if item.kind in RENEWALS),
        renewed=tuple(item.when for item, _day in dated if item.kind in RENEWALS),
        window=axis.bar(report.starts_on, report.ends_on, "window"),
        first_year=first,
        last_year=last,
    )


@dataclass(frozen=True)
class _Axis:
    first: int
    last: int

    def at(self, day: dt.date) -> int:
        start = dt.date(self.first, 1, 1)
        days = (dt.date(self.last, 12, 31) - start).days + 1
        return (day - start).days * WIDTH // days

    def bar(self, starts_on: dt.date, ends_on: dt.date, kind: str) -> Bar:
        x = self.at(starts_on)
        return Bar(x, max(self.at(ends_on) - x, WIDTH // 200), str(kind))

    def labels(self) -> tuple[tuple[int, int], ...]:
        """Return (year, how many years until the next label), few enough to be read."""
        years = self.last - self.first + 1
        step = -(-years // MOST_LABELS)
        return tuple((year, min(step, self.last + 1 - year)) for year in range(self.first, self.last + 1, step))


def _programme(programme: ProgrammeSheet, report: Report, axis: _Axis) -> Iterator[Bar]:
    """Yield the bar of a programme; of one that was closed before its end what was left of its years is another."""
    ends_on = programme.ends_on
    closed = (row.when.starts_on for row in report.closures if row.name == programme.name)
    closed_on = next((day for day in closed if day and programme.starts_on < day < ends_on), None)
    yield axis.bar(programme.starts_on, closed_on or ends_on, _kind(programme, report))
    if closed_on:
        yield axis.bar(closed_on, ends_on, "given_up")


def _kind(programme: ProgrammeSheet, report: Report) -> str:
    return "current" if programme in report.programmes else "other"


def _with_ends(periods: tuple[Period, ...], first: int, last: int) -> list[tuple[Period, dt.date, dt.date]]:
    """Give each period both ends: an unknown one is drawn from its length, or where its neighbour begins or ends."""
    found: list[tuple[Period, dt.date, dt.date]] = []
    for index, period in enumerate(periods):
        following = next((item.when.starts_on for item in periods[index + 1 :] if item.when.starts_on), None)
        end = period.when.ends_on or following or dt.date(last, 12, 31)
        start = period.when.starts_on
        if start is None and period.months:
            start = _months_before(end, period.months)
        if start is None:
            start = found[-1][2] if found else dt.date(first, 1, 1)
        if found and period.state == PartnershipPeriod.State.INTERRUPTED and found[-1][0].when.ends_on is None:
            found[-1] = (found[-1][0], found[-1][1], start)
        found.append((period, start, max(start, end)))
    return found


def _months_before(day: dt.date, months: int) -> dt.date:
    count = day.year * 12 + day.month - 1 - months
    return dt.date(max(count // 12, 1), count % 12 + 1, 1)
