"""A programme's page, and the page of one of its years."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities.badges import Badge, badge
from activities.crowds import rest_text, share_text
from activities.models import Counting, Expenditure, Participation, Status
from beneficiaries.models import TargetGroup
from partnerships.models import Programme, ProgrammeYear, ReviewRemark, Side
from portal.ground.money import format_amount
from portal.ground.wording import Wording, listed, translated, written
from portal.roof.overviews import continuity, trails
from portal.roof.overviews.money import total_of
from portal.roof.overviews.partnership import aims_of, changes_of, courses_of
from portal.roof.overviews.parts import Section, filled
from portal.roof.reports.spending import expenditures_of
from portal.roof.reports.work import work_of


@dataclass(frozen=True)
class YearLink:
    """One year of a programme with what was spent in it."""

    label: str
    url: str
    state: str
    is_locked: bool
    spent: str


@dataclass(frozen=True)
class StatusRow:
    """How many activities of a programme have a status, on each side."""

    badge: Badge
    counts: list[tuple[int, str]]


@dataclass(frozen=True)
class YearActivity:
    """What was done in an activity in one year."""

    title: Wording
    url: str
    side: str
    side_label: str
    badge: Badge
    entries: int
    people: int | None
    spent: str


@dataclass(frozen=True)
class YearOverview:
    """What a programme year came to, in figures; None is not told to the reader."""

    activities: list[YearActivity]
    people: int | None
    people_note: str
    by_group: list[tuple[Wording, int | None]]
    entries: int
    expenditures: list[Expenditure]
    spent: str
    without_voucher: int


def expenditures_during(programme: Programme) -> list[Expenditure]:
    """Return what the partnership spent in the years of a programme: the sum of its yearly reports."""
    return expenditures_of(programme.partnership, programme.starts_on, programme.ends_on)


def years_of(programme: Programme, spent: list[Expenditure]) -> list[YearLink]:
    """Return the years of a programme."""
    by_year = defaultdict(list)
    for row in spent:
        by_year[row.spent_on.year].append(row)
    return [
        YearLink(
            str(row.year),
            reverse("partnerships:year_detail", args=[programme.slug, row.year]),
            row.get_state_display(),
            row.state == ProgrammeYear.State.LOCKED,
            format_amount(total_of(by_year[row.year])),
        )
        for row in programme.years.order_by("year")
    ]


def statuses_by_side(programme: Programme) -> list[StatusRow]:
    """Return the activities of a programme by status and side, each count with the list that shows them."""
    rows = programme.activities.order_by().values_list("status", "side").annotate(Count("pk"))
    counts = {(status, side): count for status, side, count in rows}
    address = f"{reverse('activities:list')}?programme={programme.pk}"
    return [
        StatusRow(
            badge(status),
            [(counts.get((status, side), 0), f"{address}&status={status}&side={side}") for side in Side.values],
        )
        for status in Status.values
        if any((status, side) in counts for side in Side.values)
    ]


def sections_of(programme: Programme, *, on: dt.date, may_write: bool) -> list[Section]:
    """Return the sections of a programme's page that hold something; the risks are those of its partnership."""
    partnership = programme.partnership
    return filled(
        [
            continuity.closures_of(partnership, programme),
            aims_of(programme.outcomes.select_related("programme")),
            changes_of(programme.observed_outcomes.select_related("came_from", "phase")),
            courses_of(programme.courses.select_related("target_group", "run_by", "place__municipality")),
            continuity.phases_of(partnership, programme, may_write=may_write),
            trails.decisions_of(partnership, programme, may_write=may_write),
            trails.risks_of(partnership, on=on, may_write=may_write),
            trails.delays_of(partnership, programme),
            trails.lessons_of(partnership, programme, may_write=may_write),
            continuity.ideas_of(partnership, programme),
            continuity.calls_of(partnership, programme, may_write=may_write),
            continuity.posts_of(partnership, programme, may_write=may_write),
            continuity.codes_of(programme, may_write=may_write),
        ]
    )


@dataclass(frozen=True)
class YearPeople:
    """The participations of a year, by activity and by group; None where none of those who came are told."""

    by_activity: dict[int, int | None]
    by_group: list[tuple[Wording, int | None]]
    together: int | None
    note: str


def year_overview(year: ProgrammeYear, *, true_figures: bool) -> YearOverview:
    """Return the figures of a year; its activities and its money are those of the annual report.

    `true_figures` is for who works in the partnership; others read of vulnerable groups that they came.
    """
    partnership, window = year.programme.partnership, (year.starts_on, year.ends_on)
    expenditures = expenditures_of(partnership, *window)
    work = work_of(partnership, *window, expenditures)
    people = _people(partnership.pk, *window, true_figures=true_figures)
    spent = defaultdict(list)
    for row in expenditures:
        spent[row.activity_id].append(row)
    return YearOverview(
        activities=[
            YearActivity(
                title=_wording(sheet.title),
                url=reverse("activities:detail", args=[sheet.pk]),
                side=sheet.side.value,
                side_label=str(sheet.side.label),
                badge=badge(sheet.status),
                entries=len(sheet.entries),
                people=people.by_activity.get(sheet.pk, 0),
                spent=format_amount(total_of(spent[sheet.pk])),
            )
            for sheet in work.during
        ],
        people=people.together,
        people_note=people.note,
        by_group=people.by_group,
        entries=sum(len(sheet.entries) for sheet in work.during),
        expenditures=expenditures,
        spent=format_amount(total_of(expenditures)),
        without_voucher=sum(not any(voucher.file for voucher in row.vouchers.all()) for row in expenditures),
    )


def remarks_of(year: ProgrammeYear) -> QuerySet[ReviewRemark]:
    """Return what officers asked to mend in a year, newest first."""
    about = year.remarks.select_related("author", "section__heading", "section__outcome")
    return about.order_by("-written_at", "-pk")


def _people(partnership: int, starts_on: dt.date, ends_on: dt.date, *, true_figures: bool) -> YearPeople:
    """Return the participations in entries that began in the window."""
    rows = (
        Participation.objects.filter(
            log_entry__activity__partnership=partnership,
            log_entry__withdrawn_at__isnull=True,
            log_entry__starts_on__range=(starts_on, ends_on),
        )
        .order_by()
        .values("log_entry__activity", "target_group")
        .annotate(people=Sum("count"), estimated=Sum("count", filter=Q(counting=Counting.ESTIMATED)))
    )
    groups = {row.pk: row for row in TargetGroup.objects.order_by("position", "slug")}
    told = [row for row in rows if true_figures or not groups[row["target_group"]].is_vulnerable]
    by_activity: dict[int, int | None] = dict.fromkeys((row["log_entry__activity"] for row in rows), None)
    by_group: dict[int, int | None] = dict.fromkeys((row["target_group"] for row in rows), None)
    for row in told:
        by_activity[row["log_entry__activity"]] = (by_activity[row["log_entry__activity"]] or 0) + row["people"]
        by_group[row["target_group"]] = (by_group[row["target_group"]] or 0) + row["people"]
    together = sum(row["people"] for row in told)
    return YearPeople(
        by_activity,
        [(translated(group, "name"), by_group[pk]) for pk, group in groups.items() if pk in by_group],
        together if told or not rows else None,
        listed([share_text(sum(row["estimated"] or 0 for row in told), together), rest_text(len(told), len(rows))]),
    )


def _wording(words) -> Wording:
    language, text = words.best(get_language())
    return written(text, language)


def facts_of(programme: Programme) -> list[dict[str, Any]]:
    """Return what a programme is. Shown by components/fact_list.html."""
    partnership = programme.partnership
    facts: list[dict[str, Any]] = [
        {
            "term": _("Partnership"),
            "value": partnership,
            "url": reverse("partnerships:detail", args=[partnership.slug]),
        },
        {"term": _("Years"), "value": programme.span_text},
        {"term": _("State"), "value": capfirst(programme.get_state_display())},
        {"term": _("Worked out by"), "value": listed(programme.prepared_by.all())},
    ]
    return [fact for fact in facts if fact["value"]]
