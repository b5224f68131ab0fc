"""Gaps of what was done: activities without an entry, photos without consent, expenses without a voucher."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property

from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.models import Activity, Expenditure, LogEntry, Photo, Status
from activities.models.activity import ActivityQuerySet
from partnerships.models import ProgrammeYear
from partnerships.narrative import Slot, funders_of_years, slots_of_years
from portal.ground.dates import format_date, overlapping
from portal.ground.money import format_amount
from portal.ground.wording import Wording, translated
from portal.roof.overviews.readiness.gaps import Miss, Told

# What was to happen in a year: an idea, a plan that is given up and a thing under study need no entry.
EXPECTED = [Status.ONGOING, Status.DELAYED, Status.DONE]


class Years:
    """The programme years that are looked at, and in which of them a day of a partnership lies."""

    def __init__(self, rows: Sequence[ProgrammeYear]):
        self.rows = {row.pk: row for row in rows}
        self.programmes = {row.programme_id for row in rows}
        self.partnerships = {row.programme.partnership_id for row in rows}
        self.first = min((row.starts_on for row in rows), default=dt.date.min)
        self.last = max((row.ends_on for row in rows), default=dt.date.min)
        self._by_year: dict[tuple[int, int], list[ProgrammeYear]] = {}
        for row in rows:
            self._by_year.setdefault((row.programme.partnership_id, row.year), []).append(row)

    @cached_property
    def funders(self) -> dict[int, set[int]]:
        """The keys of who pays in each year, by the year's key."""
        return funders_of_years(list(self.rows.values()))

    @cached_property
    def slots(self) -> dict[int, list[Slot]]:
        """The sections of each year, by its key."""
        return slots_of_years(list(self.rows.values()), self.funders)

    def holding(self, partnership: int, day: dt.date) -> ProgrammeYear | None:
        """Return the programme year that holds a day of a partnership, if it is looked at."""
        for row in self._by_year.get((partnership, day.year), []):
            if row.programme.starts_on <= day <= row.programme.ends_on:
                return row
        return None


def activities_without_entry(years: Years) -> list[Miss]:
    """Return the activities that were under way in a year and about which nothing was logged in it; one query."""
    parts = [_silent_in(row) for row in years.rows.values()]
    found = parts[0].union(*parts[1:], all=True) if parts else []
    return [Miss(year, (pk,), side=side) for year, pk, side in sorted(found)]


def _silent_in(row: ProgrammeYear) -> QuerySet:
    logged = LogEntry.objects.standing().during(row.starts_on, row.ends_on).filter(activity=OuterRef("pk"))
    # Django's own query set keeps the columns in their order, by which alone a union tells them apart.
    return (
        ActivityQuerySet(Activity)
        .filter(overlapping(row.starts_on, row.ends_on), status__in=EXPECTED)
        .filter(programme=row.programme_id)
        .exclude(status=Status.DONE, starts_on=None)
        .exclude(Exists(logged))
        .order_by()
        .values_list(Value(row.pk, output_field=BigIntegerField()), "pk", "side")
    )


def tell_activities(years: Years, keys: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], Told]:
    """Return what is said of activities; the address opens the log form for them."""
    rows = Activity.objects.in_bulk([key[0] for key in keys])
    form = reverse("activities:log_create")
    return {(pk,): Told(translated(row, "title"), f"{form}?activity={pk}") for pk, row in rows.items()}


def photos_without_consent(years: Years) -> list[Miss]:
    """Return the photos of standing entries whose people were not asked yet."""
    rows = (
        Photo.objects.filter(
            consent=Photo.Consent.MISSING,
            log_entry__withdrawn_at=None,
            log_entry__activity__partnership__in=years.partnerships,
            log_entry__starts_on__range=(years.first, years.last),
        )
        .order_by("log_entry__starts_on", "pk")
        .values_list("pk", "log_entry__author", "log_entry__activity__partnership", "log_entry__starts_on")
    )
    return [
        Miss(year.pk, (pk,), owner=author)
        for pk, author, partnership, day in rows
        if (year := years.holding(partnership, day))
    ]


def tell_photos(years: Years, keys: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], Told]:
    """Return what is said of photos; the address opens the entry that they belong to."""
    rows = Photo.objects.select_related("log_entry__activity").in_bulk([key[0] for key in keys])
    return {
        (pk,): Told(
            Wording(row.caption or row.original_name),
            reverse("activities:log_edit", args=[row.log_entry_id]),
            f"{translated(row.log_entry.activity, 'title')}, {row.log_entry.span_text}",
        )
        for pk, row in rows.items()
    }


def expenses_without_voucher(years: Years) -> list[Miss]:
    """Return the expenses that stand and have no voucher; who wrote the entry has it, else the activity's side."""
    rows = (
        Expenditure.objects.standing()
        .filter(activity__partnership__in=years.partnerships, spent_on__range=(years.first, years.last), vouchers=None)
        .order_by("spent_on", "pk")
        .values_list("pk", "log_entry__author", "activity__side", "activity__partnership", "spent_on")
    )
    return [
        Miss(year.pk, (pk,), owner=author, side=side)
        for pk, author, side, partnership, day in rows
        if (year := years.holding(partnership, day))
    ]


def tell_expenses(years: Years, keys: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], Told]:
    """Return what is said of expenses."""
    rows = Expenditure.objects.in_bulk([key[0] for key in keys])
    return {
        (pk,): Told(
            Wording(row.description),
            reverse("activities:expense_detail", args=[pk]),
            _("%(amount)s on %(day)s") % {"amount": format_amount(row.amount), "day": format_date(row.spent_on)},
        )
        for pk, row in rows.items()
    }
