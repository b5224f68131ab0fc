"""Gaps of what was done: activities without an entry, photos without consent, expenses without a voucher."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from activities.models import Activity, Expenditure, LogEntry, Photo, Status
from activities.models.activity import ActivityQuerySet
from activities.models.log import LogEntryQuerySet
from partnerships.models import Grant, IndicatorValue, Outcome, PartnershipFunding, Programme, ProgrammeYear
from partnerships.narrative import Slot, funders_of_years, outcomes_in, slots_of_years
from portal.ground.addresses import address_of
from portal.ground.compiled import Asked, compiled_once
from portal.ground.dates import format_date, format_span
from portal.ground.money import format_amount
from portal.ground.plain import plain
from portal.ground.wording import Wording, best_of, languages_of
from portal.roof.freshness import Grounds
from portal.roof.overviews.readiness.gaps import Row, Share, Told

# What was to happen in a year: an idea, a plan that is given up and a thing under study need no entry.
EXPECTED = [Status.ONGOING, Status.DELAYED, Status.DONE]

# Which day lies in which year, and who pays for it: of that are all gaps made.
FRAME: Grounds = {Programme: ["partnership_id", "starts_on", "ends_on"], ProgrammeYear: ["programme_id", "year"]}
FUNDED: Grounds = {Grant: None, PartnershipFunding: None, **FRAME}


class Years:
    """The programme years that are looked at, and in which of them a day of a partnership lies."""

    def __init__(self, rows: Sequence[ProgrammeYear]):
        self.rows = {row.pk: row for row in rows}
        self.programmes = {row.programme_id for row in rows}
        self.partnership_of = {row.pk: row.programme.partnership_id for row in rows}
        self.partnerships = set(self.partnership_of.values())
        self.first = min((row.starts_on for row in rows), default=dt.date.min)
        self.last = max((row.ends_on for row in rows), default=dt.date.min)
        self.keys, self.numbers = list(self.rows), {row.year for row in rows}
        self._questions: dict[compiled_once, Asked | None] = {}
        self._by_year: dict[tuple[int, int], list[tuple[dt.date, dt.date, int]]] = {}
        for row in rows:
            held = (row.programme.starts_on, row.programme.ends_on, row.pk)
            self._by_year.setdefault((self.partnership_of[row.pk], row.year), []).append(held)

    @property
    def name(self) -> str:
        """What tells them from other years."""
        return ",".join(map(str, sorted(self.rows)))

    def ask(self, query: compiled_once) -> list[Any]:
        """Return the rows of a query about these years: its values are named after what is held here."""
        (asked,) = self.questions(query)
        return list(query.rows(**self._values_for(query))) if asked is None else asked.answer()

    def questions(self, *queries: compiled_once) -> list[Asked | None]:
        """Return what `ask` is going to ask, for `asked_together`."""
        for query in queries:
            if query not in self._questions:
                self._questions[query] = query.of(self._values_for(query))
        return [self._questions[query] for query in queries]

    def _values_for(self, query: compiled_once) -> dict[str, Any]:
        return {name: getattr(self, name) for name in query.names}

    @cached_property
    def funders(self) -> dict[int, set[int]]:
        """The keys of who pays in each year, by the year's key."""
        return funders_of_years(list(self.rows.values()))

    @cached_property
    def slots(self) -> dict[int, list[Slot]]:
        """The sections of each year, by its key."""
        return slots_of_years(list(self.rows.values()), self.funders, self.outcomes)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """The outcomes of the programmes, each programme's in their order."""
        return outcomes_in(programmes=self.programmes)

    @cached_property
    def values(self) -> list[tuple[Any, ...]]:
        """The values of indicators: key, indicator, partnership, first day, state, last day, slug and titles."""
        return self.ask(values_between)

    def holding(self, partnership: int, day: dt.date) -> int | None:
        """Return the key of the programme year that holds a day of a partnership, if it is looked at."""
        for first, last, year in self._by_year.get((partnership, day.year), ()):
            if first <= day <= last:
                return year
        return None


@compiled_once
def values_between(*, first: dt.date, last: dt.date, partnerships: Iterable[int]) -> QuerySet:
    """Return the values of those days: see `Years.values`."""
    rows = plain(IndicatorValue).filter(
        starts_on__range=(first, last), indicator__outcome__partnership__in=partnerships
    )
    # Ordered by its foreign keys alone, a value would be ordered by all that its partnership is ordered by.
    ordered = rows.order_by("indicator__outcome__number", "indicator__number", "indicator_id", "starts_on")
    columns = ("pk", "indicator", "indicator__outcome__partnership", "starts_on", "state", "ends_on")
    return ordered.values_list(*columns, "indicator__slug", *languages_of("indicator__title"))


def activities_without_entry(years: Years) -> list[Share]:
    """Return the activities that were under way in a year and about which nothing was logged in it; one query."""
    is_one = len(years.rows) == 1
    found = {year: years.ask(silent) for year in years.rows} if is_one else _silent_in(years)
    shares = []
    for year, rows in found.items():
        by_side: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_side[row[1]].append(row)
        shares += [
            Share(year, sorted(of_side, key=itemgetter(0)), side=side) for side, of_side in sorted(by_side.items())
        ]
    return shares


def _silent_in(years: Years) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {pk: [] for pk in years.rows}
    parts = [
        silent.rows(programmes=[row.programme_id], first=row.starts_on, last=row.ends_on).values_list(
            Value(pk, output_field=BigIntegerField()), *_OF_ACTIVITY
        )
        for pk, row in years.rows.items()
    ]
    for year, *row in parts[0].union(*parts[1:], all=True) if parts else []:
        found[year].append(tuple(row))
    return found


_OF_ACTIVITY = ("pk", "side", *languages_of("title"))


@compiled_once
def silent(*, programmes: Iterable[int], first: dt.date, last: dt.date) -> QuerySet:
    """Return the activities under way in those days of which no standing entry tells: key, side and titles."""
    logged: QuerySet = LogEntryQuerySet(LogEntry).standing().during(first, last).filter(activity=OuterRef("pk"))
    # Django's own query set keeps the columns in their order, by which alone a union tells them apart. An open end is
    # filled in here: told apart by OR, it has SQLite look through the days of all activities, not of the programme's.
    return (
        ActivityQuerySet(Activity)
        .filter(programme__in=programmes, status__in=EXPECTED)
        .annotate(began_on=Coalesce("starts_on", last), over_on=Coalesce("ends_on", first))
        .filter(began_on__lte=last, over_on__gte=first)
        .exclude(status=Status.DONE, starts_on=None)
        .exclude(Exists(logged))
        .order_by()
        .values_list(*_OF_ACTIVITY)
    )


def tell_activity(year: ProgrammeYear, row: Row) -> Told:
    """Return what is said of an activity; the address opens the log form for it, for that year."""
    pk, _side, *titles = row
    return Told(best_of(titles), f"{address_of('activities:log_create')}?activity={pk}&year={year.year}")


def photos_without_consent(years: Years) -> list[Share]:
    """Return the photos of standing entries whose people were not asked yet."""
    found: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in years.ask(unasked):
        if year := years.holding(*row[2:4]):
            found[year, row[1]].append(row)
    return [Share(year, rows, author) for (year, author), rows in found.items()]


@compiled_once
def unasked(*, partnerships: Iterable[int], first: dt.date, last: dt.date) -> QuerySet:
    """Return the photos of those days without consent: key, author, partnership, day, and what is told of them."""
    missing = plain(Photo).filter(consent=Photo.Consent.MISSING)
    if connection.vendor == "sqlite":
        # Few photos lack consent and a year has many entries: it would look through all of these, asked in one.
        missing = plain(Photo).filter(pk__in=missing.values("pk"))
    standing = missing.filter(log_entry__withdrawn_at__isnull=True, log_entry__starts_on__range=(first, last))
    rows = standing.filter(log_entry__activity__partnership__in=partnerships)
    columns = ("pk", "log_entry__author", "log_entry__activity__partnership", "log_entry__starts_on")
    told = ("log_entry__ends_on", "log_entry", "caption", "original_name", *languages_of("log_entry__activity__title"))
    return rows.order_by("log_entry__starts_on", "pk").values_list(*columns, *told)


def tell_photo(_year: ProgrammeYear, row: Row) -> Told:
    """Return what is said of a photo; the address opens the photos of its entry."""
    starts_on, ends_on, entry, caption, name, *titles = row[3:]
    note = f"{best_of(titles)}, {format_span(starts_on, ends_on)}"
    return Told(Wording(caption or name), address_of("activities:log_edit", entry) + "?open=photo#part-photo", note)


def expenses_without_voucher(years: Years) -> list[Share]:
    """Return the expenses that stand and have no voucher; who wrote the entry has it, else the activity's side."""
    found: dict[tuple[int, int | None, str], list[Row]] = defaultdict(list)
    for row in years.ask(unproved):
        if year := years.holding(*row[3:5]):
            found[year, row[1], row[2]].append(row)
    return [Share(year, rows, author, side=side) for (year, author, side), rows in found.items()]


@compiled_once
def unproved(*, partnerships: Iterable[int], first: dt.date, last: dt.date) -> QuerySet:
    """Return the expenses of those days without a voucher: key, author, side, partnership, day, and what is told."""
    # Two indexes tell which of the days' expenses no voucher belongs to: asked for in one, each would be read with its
    # activity and its entry before its vouchers are looked at.
    without = plain(Expenditure).filter(spent_on__range=(first, last), vouchers=None).order_by().values("pk")
    return (
        Expenditure.objects.standing()
        .filter(pk__in=without, activity__partnership__in=partnerships)
        .order_by("spent_on", "pk")
        .values_list(
            *("pk", "log_entry__author", "activity__side", "activity__partnership", "spent_on"), "amount", "description"
        )
    )


def tell_expense(_year: ProgrammeYear, row: Row) -> Told:
    """Return what is said of an expense."""
    pk, *_whose, day, amount, description = row
    note = _("%(amount)s on %(day)s") % {"amount": format_amount(amount), "day": format_date(day)}
    return Told(Wording(description), address_of("activities:expense_detail", pk), note)
