"""The board of a year, and what waits for one person in all the years that are not closed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from partnerships.access import memberships_of
from partnerships.models import Membership, Programme, ProgrammeYear, Role
from portal.ground.compiled import compiled_once
from portal.ground.dates import format_date
from portal.ground.models import User
from portal.ground.numbers import format_number
from portal.ground.plain import plain
from portal.ground.wording import translated
from portal.roof.freshness import Memory, Part
from portal.roof.overviews.readiness.deadlines import part_due
from portal.roof.overviews.readiness.finders import FINDERS, part_found
from portal.roof.overviews.readiness.gaps import Deadline, Gap, Kind, Reader, Row, Share, owner_text
from portal.roof.overviews.readiness.work import Years

SHOWN = 8
PER_PAGE = 100


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
    heading: str
    count: int
    mine: int
    gaps: Sequence[Gap]
    due: Due | None

    @property
    def mine_text(self) -> str:
        """How many of them the reader has, in words; empty where there are none."""
        number = {"number": format_number(self.mine)}
        words = ngettext("%(number)s of them is yours.", "%(number)s of them are yours.", self.mine)
        return words % number if self.mine else ""

    @property
    def all_text(self) -> str:
        """How many there are, where more than are shown; else empty."""
        return _("All %(number)s") % {"number": format_number(self.count)} if self.count > len(self.gaps) else ""


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


@dataclass(frozen=True)
class _Desk:
    """Tells one reader of gaps; asks who they are only where something is to be told."""

    user: User
    on: dt.date
    years: Years
    held: Sequence[Membership] | None = None

    @cached_property
    def _owners(self) -> dict[tuple[int | None, Role, str], str]:
        """Who has a gap, in words: many are of the same few people."""
        return {}

    @cached_property
    def reader(self) -> Reader:
        """For whom the reader stands."""
        held = memberships_of(user=self.user.pk, on=self.on) if self.held is None else self.held
        return Reader.of(self.user, held)

    @cached_property
    def people(self) -> dict[int, str]:
        """The names of the partnerships' members."""
        names = self.years.ask(_members)
        return {user.pk: user.get_full_name() or user.username for user in names}

    def has(self, share: Share) -> bool:
        """Say whether the gaps are the reader's to fill."""
        return self.reader.has(share, self.years.partnership_of[share.year])

    def gap(self, kind: Kind, share: Share, row: Row) -> Gap:
        """Return one gap as the reader sees it."""
        told = FINDERS[kind].tell(self.years.rows[share.year], row)
        return Gap(kind, told.title, told.note, told.url, self._owner_of(share), self.has(share))

    def _owner_of(self, share: Share) -> str:
        known, whose = self._owners, (share.owner, share.role, share.side)
        if whose not in known:
            known[whose] = owner_text(share, {} if share.owner is None else self.people)
        return known[whose]

    def part(self, kind: Kind, shown: slice) -> Part:
        """Return the part of memory that tells the gaps of one kind."""
        return Part(
            f"board:{self.years.name}:{kind}:{shown.start}:{self.user.pk}:{get_language()}",
            lambda: self.group(kind, shown),
            {**FINDERS[kind].grounds, Membership: None, User: None, Programme: None},
            lambda: [*FINDERS[kind].questions(self.years), *self.years.questions(_members)],
        )

    def group(self, kind: Kind, shown: slice) -> GapGroup | None:
        """Return the gaps of one kind, the reader's first; None where nothing is missing."""
        shares = FINDERS[kind].find(self.years)
        if not shares:
            return None
        own: list[Share] = []
        theirs: list[Share] = []
        for share in shares:
            (own if self.has(share) else theirs).append(share)
        rows = [(share, row) for share in [*own, *theirs] for row in share.rows[: shown.stop]]
        gaps = [self.gap(kind, *pair) for pair in rows[shown]]
        return GapGroup(kind, str(kind.label), _count(shares), _count(own), gaps, None)


def _count(shares: Iterable[Share]) -> int:
    return sum(len(share.rows) for share in shares)


@compiled_once
def _members(*, partnerships: Iterable[int]) -> QuerySet[User]:
    members = plain(User).filter(memberships__partnership__in=partnerships).distinct().order_by()
    return members.only("username", "first_name", "last_name")


def board_of(
    year: ProgrammeYear,
    user: User,
    *,
    on: dt.date,
    held: Sequence[Membership] | None = None,
    kind: Kind | None = None,
    page: int = 1,
) -> Board:
    """Return what the report of a year lacks as its reader sees it on a day.

    `held` is what `memberships_of` says of the reader on that day, where it was asked already.
    Of each kind the first gaps are shown; with a `kind`, one page of that kind alone. What was told this reader in
    this language is told from memory while nothing was written of which it is made.
    """
    years = Years([year])
    desk = _Desk(user, on, years, held)
    shown = slice((page - 1) * PER_PAGE, page * PER_PAGE) if kind else slice(SHOWN)
    parts = [desk.part(each, shown) for each in ([kind] if kind else Kind)]
    days, *groups = Memory().get_all([part_due(years), *parts])
    dues = _dues(years, on, days)[year.pk]
    told = [replace(group, due=dues.get(group.kind.deadline)) for group in groups if group]
    return Board(told, list(dues.values()))


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
    years = Years(rows)
    desk = _Desk(user, on, years)
    days, *of_kinds = Memory().get_all([part_due(years), *(part_found(years, kind) for kind in Kind)])
    dues = _dues(years, on, days)
    found = [
        (kind, share)
        for kind, shares in zip(Kind, of_kinds, strict=True)
        for share in shares
        if years.rows[share.year].year < on.year or kind.is_timely_at_once
    ]
    own = [(kind, share) for kind, share in found if desk.has(share)]
    own.sort(key=lambda pair: _urgency(dues[pair[1].year].get(pair[0].deadline), pair[0]))
    first = [(kind, share, row) for kind, share in own for row in share.rows[:limit]][:limit]
    told = [year for row in rows if (year := _of_year(row, found, own, dues[row.pk]))]
    return MyGaps([desk.gap(*each) for each in first], told)


def _of_year(
    row: ProgrammeYear, found: list[tuple[Kind, Share]], own: list[tuple[Kind, Share]], dues: Mapping[Deadline, Due]
) -> YearGaps | None:
    count = _count(share for _kind, share in found if share.year == row.pk)
    if not count:
        return None
    mine: Counter[Kind] = Counter()
    for kind, share in own:
        if share.year == row.pk:
            mine[kind] += len(share.rows)
    return YearGaps(
        label=f"{translated(row.programme.partnership, 'name')} {row.year}",
        url=reverse("partnerships:year_readiness", args=[row.programme.slug, row.year]),
        count=count,
        mine=mine.total(),
        due=min(dues.values(), key=lambda due: due.due_on, default=None),
        kinds=[(str(kind.label), mine[kind]) for kind in Kind if kind in mine],
    )


def _urgency(due: Due | None, kind: Kind) -> tuple[dt.date, int]:
    return (due.due_on if due else dt.date.max, list(Kind).index(kind))


def _dues(years: Years, on: dt.date, days: Iterable[tuple[int, Deadline, dt.date]]) -> dict[int, dict[Deadline, Due]]:
    """Return what is due of each year, by the year's key."""
    found: dict[int, dict[Deadline, Due]] = {pk: {} for pk in years.rows}
    for pk, what, day in days:
        found[pk][what] = Due(str(what.label), day, (day - on).days)
    return found
