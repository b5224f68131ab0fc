"""The board of a year, and what waits for one person in all the years that are not closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from partnerships.models import Membership, Programme, ProgrammeYear
from portal.ground.dates import format_date
from portal.ground.models import User
from portal.ground.wording import translated
from portal.roof.overviews.readiness import results, sections, work
from portal.roof.overviews.readiness.deadlines import deadlines_of
from portal.roof.overviews.readiness.gaps import Deadline, Gap, Kind, Miss, Reader, Told, owner_text
from portal.roof.overviews.readiness.work import Years

Find = Callable[[Years], list[Miss]]
Tell = Callable[[Years, Miss], Told]
SHOWN = 8
PER_PAGE = 100

FINDERS: dict[Kind, tuple[Find, Tell]] = {
    Kind.SECTION: (sections.sections_to_write, sections.tell_section),
    Kind.TRANSLATION: (sections.stale_translations, sections.tell_section),
    Kind.INDICATOR: (results.indicators_without_value, results.tell_indicator),
    Kind.VALIDATION: (results.values_to_validate, results.tell_value),
    Kind.SCORE: (results.outcomes_without_score, results.tell_score),
    Kind.LOG: (work.activities_without_entry, work.tell_activity),
    Kind.CONSENT: (work.photos_without_consent, work.tell_photo),
    Kind.VOUCHER: (work.expenses_without_voucher, work.tell_expense),
}


@dataclass(frozen=True)
class Due:
    """The last day of one report of a year. `days` are those left; below zero it is late."""

    label: str
    due_on: dt.date
    days: int

    @property
    def is_late(self) -> bool:
        """Whether the day has passed."""
        return self.days < 0

    @property
    def date_text(self) -> str:
        """The day in the active language."""
        return format_date(self.due_on)

    @property
    def days_text(self) -> str:
        """How long there is left, in words."""
        if self.is_late:
            return ngettext("%(days)s day late", "%(days)s days late", -self.days) % {"days": -self.days}
        return ngettext("%(days)s day left", "%(days)s days left", self.days) % {"days": self.days}


@dataclass(frozen=True)
class GapGroup:
    """The gaps of one kind: how many, how many of them the reader's, and the first of them, the reader's first."""

    kind: Kind
    count: int
    mine: int
    gaps: Sequence[Gap]
    due: Due | None

    @property
    def heading(self) -> str:
        """What is missing, in words."""
        return str(self.kind.label)

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.count > len(self.gaps)


@dataclass(frozen=True)
class Board:
    """What the report of one year still lacks."""

    groups: Sequence[GapGroup]
    dues: Sequence[Due]

    @property
    def count(self) -> int:
        """How many gaps there are."""
        return sum(group.count for group in self.groups)

    @property
    def mine(self) -> int:
        """How many of them the reader has."""
        return sum(group.mine for group in self.groups)


@dataclass(frozen=True)
class YearGaps:
    """How many gaps one year has, as the overview and the reminder tell it."""

    label: str
    url: str
    count: int
    mine: int
    due: Due | None
    kinds: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class MyGaps:
    """What waits for one person: the first gaps of their own, and each year that lacks something."""

    gaps: Sequence[Gap]
    years: Sequence[YearGaps]

    @property
    def mine(self) -> int:
        """How many gaps the reader has in all."""
        return sum(year.mine for year in self.years)


def board_of(year: ProgrammeYear, user: User, *, on: dt.date, kind: Kind | None = None, page: int = 1) -> Board:
    """Return what the report of a year lacks as its reader sees it on a day.

    Of each kind the first gaps are shown; with a `kind`, one page of that kind alone.
    """
    reader = _reader(user, on)
    years = Years([year])
    dues = _dues(years, on)[year.pk]
    people = _people([year])
    groups = []
    for each in [kind] if kind else Kind:
        misses = FINDERS[each][0](years)
        own = [miss for miss in misses if reader.has(miss, years.partnership_of[miss.year])]
        first, last = ((page - 1) * PER_PAGE, page * PER_PAGE) if kind else (0, SHOWN)
        if misses:
            theirs = [miss for miss in misses if not reader.has(miss, years.partnership_of[miss.year])]
            gaps = [_gap(each, miss, years, reader, people) for miss in [*own, *theirs][first:last]]
            groups.append(GapGroup(each, len(misses), len(own), gaps, dues.get(each.deadline)))
    return Board(groups, list(dues.values()))


def my_gaps(user: User, *, on: dt.date, limit: int = SHOWN) -> MyGaps:
    """Return what waits for a person in the years that are not final: those that are over, and the running one.

    Of the running year only that is told which can be mended at once. The number of queries does not depend on
    the number of years.
    """
    rows = list(
        ProgrammeYear.objects.visible_to(user)
        .filter(year__lte=on.year)
        .exclude(state__in=[ProgrammeYear.State.VALIDATED, ProgrammeYear.State.LOCKED])
        .exclude(programme__state=Programme.State.CLOSED)
        .select_related("programme__partnership")
        .order_by("year", "programme")
    )
    if not rows:
        return MyGaps([], [])
    reader, years, people = _reader(user, on), Years(rows), _people(rows)
    dues = _dues(years, on)
    found: list[tuple[Kind, Miss]] = []
    for kind, (find, _tell) in FINDERS.items():
        found += [
            (kind, miss) for miss in find(years) if years.rows[miss.year].year < on.year or kind.is_timely_at_once
        ]
    own = [(kind, miss) for kind, miss in found if reader.has(miss, years.partnership_of[miss.year])]
    own.sort(key=lambda pair: _urgency(dues[pair[1].year].get(pair[0].deadline), pair[0]))
    gaps = [_gap(kind, miss, years, reader, people) for kind, miss in own[:limit]]
    return MyGaps(gaps, [year for row in rows if (year := _of_year(row, found, own, dues[row.pk]))])


def _of_year(
    row: ProgrammeYear, found: list[tuple[Kind, Miss]], own: list[tuple[Kind, Miss]], dues: Mapping[Deadline, Due]
) -> YearGaps | None:
    here = [kind for kind, miss in found if miss.year == row.pk]
    if not here:
        return None
    mine = [kind for kind, miss in own if miss.year == row.pk]
    return YearGaps(
        label=f"{translated(row.programme.partnership, 'name')} {row.year}",
        url=reverse("partnerships:year_readiness", args=[row.programme.slug, row.year]),
        count=len(here),
        mine=len(mine),
        due=min(dues.values(), key=lambda due: due.due_on, default=None),
        kinds=[(str(kind.label), mine.count(kind)) for kind in Kind if kind in mine],
    )


def _urgency(due: Due | None, kind: Kind) -> tuple[dt.date, int]:
    return (due.due_on if due else dt.date.max, list(Kind).index(kind))


def _reader(user: User, on: dt.date) -> Reader:
    return Reader.of(user, Membership.objects.filter(user=user).active(on))


def _gap(kind: Kind, miss: Miss, years: Years, reader: Reader, people: Mapping[int, str]) -> Gap:
    told = FINDERS[kind][1](years, miss)
    is_mine = reader.has(miss, years.partnership_of[miss.year])
    return Gap(kind, told.title, told.note, told.url, owner_text(miss, people), is_mine)


def _people(rows: Iterable[ProgrammeYear]) -> dict[int, str]:
    """Return the names of the partnerships' members."""
    partnerships = {row.programme.partnership_id for row in rows}
    members = User.objects.filter(memberships__partnership__in=partnerships).distinct().order_by()
    names = members.only("username", "first_name", "last_name")
    return {user.pk: user.get_full_name() or user.username for user in names}


def _dues(years: Years, on: dt.date) -> dict[int, dict[Deadline, Due]]:
    """Return what is due of each year, by the year's key."""
    found: dict[int, dict[Deadline, Due]] = {pk: {} for pk in years.rows}
    for row, what, day in deadlines_of(years):
        found[row.pk][what] = Due(str(what.label), day, (day - on).days)
    return found
