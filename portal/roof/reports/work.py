"""The activities of a window with their log, what is only planned, and the photos that may be published."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from activities.models import (
    Activity,
    ActivityOrganisation,
    BudgetLine,
    CoFunding,
    Counting,
    Expenditure,
    LogEntry,
    Photo,
    Status,
)
from partnerships.models import Partnership, Side
from portal.ground.dates import overlapping
from portal.roof.reports.biography import location
from portal.roof.reports.counts import GroupCount, counts_by_entry
from portal.roof.reports.sections import Entry, Part, Picture, ReportActivity
from portal.roof.reports.spending import ZERO
from portal.roof.reports.words import When, Words
from portal.roof.reports.years import Logged

NOT_YET = {Status.IDEA, Status.UNDER_STUDY, Status.PLANNED, Status.DELAYED}
NOT_DECIDED = {Status.IDEA, Status.UNDER_STUDY}


@dataclass(frozen=True)
class Work:
    """The activities of a window, sorted by what the report says of them."""

    during: tuple[ReportActivity, ...]
    undated: tuple[ReportActivity, ...]
    outlook: tuple[ReportActivity, ...]
    is_demonstration: bool


def work_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date, expenditures: list[Expenditure]) -> Work:
    """Return the activities that the window concerns.

    One whose dates nobody knows stands apart unless something was logged or spent: no year may claim it.
    """
    entries = _entries(partnership, starts_on, ends_on)
    rows = _rows(partnership, starts_on, ends_on)
    sheets = _sheets(rows, entries, expenditures, counts_by_entry(partnership, starts_on, ends_on))
    happened = {row.activity_id for row in entries} | {row.activity_id for row in expenditures}
    dated = {
        row.pk
        for row in rows
        if (row.starts_on or row.ends_on) and row.status not in NOT_DECIDED and _overlaps(row, starts_on, ends_on)
    }
    return Work(
        during=tuple(sheet for sheet in sheets if sheet.pk in happened | dated),
        undated=tuple(
            sheet for sheet in sheets if sheet.pk not in happened and not sheet.when and sheet.status not in NOT_YET
        ),
        outlook=tuple(sheet for sheet in sheets if sheet.status in NOT_YET),
        is_demonstration=any(
            [
                *(row.is_demonstration for row in rows),
                *(row.is_demonstration for row in entries),
                *(row.is_demonstration for row in expenditures),
            ]
        ),
    )


def logged_in(activities: Iterable[ReportActivity]) -> list[Logged]:
    """Return the entries of activities as the totals of years count them."""
    return [
        Logged(activity.pk, entry.when.starts_on.year, entry.counts)
        for activity in activities
        for entry in activity.entries
        if entry.when.starts_on
    ]


def pictures_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> tuple[Picture, ...]:
    """Return the photos that may leave the portal."""
    rows = Photo.objects.standing().filter(
        log_entry__activity__partnership=partnership, log_entry__starts_on__range=(starts_on, ends_on)
    )
    return tuple(
        Picture(
            row.pk,
            str(row.file),
            Words.written(row.caption, row.log_entry.language),
            Words.of(row.log_entry.activity, "title"),
            When.day(row.log_entry.starts_on),
            row.sha256,
            Photo.Consent(row.consent),
            row.log_entry.activity_id,
        )
        for row in rows.select_related("log_entry__activity").order_by("log_entry__starts_on", "pk")
        if row.may_be_published
    )


def _entries(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> list[LogEntry]:
    # An entry belongs to the window in which it begins, so that the reports of two years never hold it twice.
    rows = LogEntry.objects.standing().filter(activity__partnership=partnership, starts_on__range=(starts_on, ends_on))
    return list(rows.select_related("corrects").order_by("starts_on", "pk"))


def _rows(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> list[Activity]:
    window = (starts_on, ends_on)
    of_activity = {"activity": OuterRef("pk")}
    logged = LogEntry.objects.standing().filter(**of_activity, starts_on__range=window)
    paid = Expenditure.objects.standing().during(*window).filter(**of_activity)
    rows = partnership.activities.filter(
        overlapping(*window)
        | Exists(logged)
        | Exists(paid)
        | (Q(status__in=NOT_YET) & (Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on)))
    )
    rows = rows.select_related("place__municipality", "host_event", "part_of", "outcome").prefetch_related(
        "themes", "target_groups", "organisation_roles__organisation"
    )
    return sorted(rows, key=lambda row: (row.starts_on or row.ends_on or ends_on, row.pk))


def _overlaps(row: Activity, starts_on: dt.date, ends_on: dt.date) -> bool:
    return (row.starts_on is None or row.starts_on <= ends_on) and (row.ends_on is None or row.ends_on >= starts_on)


def _sheets(
    rows: list[Activity],
    entries: list[LogEntry],
    expenditures: list[Expenditure],
    counts: dict[int, tuple[GroupCount, ...]],
) -> list[ReportActivity]:
    spent_on: dict[int, Decimal] = defaultdict(lambda: ZERO)
    spent_in: dict[int | None, Decimal] = defaultdict(lambda: ZERO)
    for expenditure in expenditures:
        spent_on[expenditure.activity_id] += expenditure.amount
        spent_in[expenditure.log_entry_id] += expenditure.amount
    by_activity: dict[int, list[Entry]] = defaultdict(list)
    for row in entries:
        by_activity[row.activity_id].append(_entry(row, counts.get(row.pk, ()), spent_in[row.pk]))
    payers = _payers(rows, expenditures)
    return [_sheet(row, tuple(by_activity[row.pk]), spent_on[row.pk], payers[row.pk]) for row in rows]


def _payers(rows: list[Activity], expenditures: list[Expenditure]) -> dict[int, set[str]]:
    """Return who pays for each activity: by an expense of the window, a budget line, or an agreed share."""
    payers: dict[int, set[str]] = defaultdict(set)
    for expenditure in expenditures:
        payers[expenditure.activity_id].add(expenditure.source.slug)
    planned = BudgetLine.objects.filter(activity__in=rows).values_list("activity", "source__slug")
    agreed = CoFunding.objects.filter(activity__in=rows).values_list("activity", "source__slug")
    for activity, source in planned.order_by().union(agreed.order_by()):
        payers[activity].add(source)
    return payers


def _entry(row: LogEntry, counts: tuple[GroupCount, ...], spent: Decimal) -> Entry:
    # Where somebody of a vulnerable group may be among them, their number stays inside as that of the group does.
    may_be_told = counts and all(one.count is not None for one in counts)
    return Entry(
        when=When.day(row.starts_on) if row.starts_on == row.ends_on else When(row.starts_on, row.ends_on),
        text=Words.written(row.text, row.language),
        difficulties=Words.written(row.difficulties, row.language),
        next_step=Words.written(row.next_step, row.language),
        counts=counts,
        spent=spent,
        corrects=When(row.corrects.starts_on, row.corrects.ends_on) if row.corrects else When(),
        pk=row.pk,
        unique=row.unique_people if may_be_told else None,
        is_estimated=bool(may_be_told and row.unique_people and row.unique_counting == Counting.ESTIMATED),
    )


def _sheet(row: Activity, entries: tuple[Entry, ...], spent: Decimal, payers: set[str]) -> ReportActivity:
    place, town = location(row.place)
    return ReportActivity(
        pk=row.pk,
        title=Words.of(row, "title"),
        summary=Words.of(row, "summary"),
        status_note=Words.of(row, "status_note"),
        kind=Activity.Kind(row.kind),
        side=Side(row.side),
        status=Status(row.status),
        initiated_by=Activity.Initiator(row.initiated_by) if row.initiated_by else None,
        is_recurring=row.is_recurring,
        when=When.span(row),
        place=place,
        town=town,
        host_event=Words.of(row.host_event, "name") if row.host_event else Words(),
        part_of=Words.of(row.part_of, "title") if row.part_of else Words(),
        outcome=Words.of(row.outcome, "title") if row.outcome else Words(),
        themes=tuple(Words.of(theme, "name") for theme in row.themes.all()),
        groups=tuple(Words.of(group, "name") for group in row.target_groups.all()),
        organisations=tuple(
            Part(Words.of(part.organisation, "name"), ActivityOrganisation.Role(part.role))
            for part in row.organisation_roles.all()
        ),
        entries=entries,
        spent=spent,
        outcome_pk=row.outcome_id or 0,
        source_slugs=tuple(sorted(payers)),
    )
