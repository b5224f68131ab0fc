"""The life of a partnership: its milestones, what came of what, and when it stood still."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.models import Milestone, Partnership, PartnershipPeriod
from portal.ground.dates import Precision
from portal.ground.wording import NOTHING, joined, listed, translated

_STARTS = {Milestone.Kind.START, Milestone.Kind.RESUMPTION, Milestone.Kind.RENEWAL}


@dataclass(frozen=True)
class Moment:
    """One stop on the timeline. Shown by components/timeline.html."""

    date_text: str
    title: str
    text: str = ""
    kind: str = "event"
    lang: str = ""
    source: str = ""
    note: str = ""


def timeline_of(partnership: Partnership, *, is_published: bool = False) -> tuple[list[Moment], list[Moment]]:
    """Return the life of a partnership in order, and apart what has no known date.

    What came from something dated follows it, even where its own date is unknown. `is_published` leaves out what was
    written for the partners: descriptions, reasons, organisations.
    """
    periods = list(partnership.periods.order_by("number"))
    milestones = list(
        partnership.milestones.select_related("came_from", "municipality", "organisation", "programme").order_by(
            "happened_on", "pk"
        )
    )
    told = {row.pk: _milestone(row, is_published=is_published) for row in milestones}
    dated = [
        (_day_of(period), 0, _period(period, is_published=is_published))
        for period in periods
        if not _is_told(period, milestones)
    ]
    dated += [(row.happened_on, 1, told[row.pk]) for row in milestones if row.happened_on]
    dated.sort(key=lambda stop: (stop[0], stop[1]))
    moments = [moment for _day, _rank, moment in dated]
    undated = []
    for row in milestones:
        if row.happened_on is None:
            after = told[row.came_from_id] if row.came_from_id else None
            if after in moments:
                moments.insert(moments.index(after) + 1, told[row.pk])
            else:
                undated.append(told[row.pk])
    return moments, undated


def _is_told(period: PartnershipPeriod, milestones: list[Milestone]) -> bool:
    """Say whether a milestone tells of the same: that the partnership began, went on or was closed on that day."""
    if period.state == PartnershipPeriod.State.ACTIVE:
        return not period.starts_on or any(
            row.kind in _STARTS and row.happened_on == period.starts_on for row in milestones
        )
    return period.state == PartnershipPeriod.State.CLOSED and any(
        row.kind == Milestone.Kind.CLOSURE and not row.programme_id and row.happened_on == period.starts_on
        for row in milestones
    )


def _day_of(period: PartnershipPeriod) -> dt.date:
    """Return the day by which a period is put in order: its first known day, else the first of its known end."""
    if period.starts_on:
        return period.starts_on
    return Precision(period.ends_precision).first_day(period.ends_on) if period.ends_on else dt.date.max


def _milestone(row: Milestone, *, is_published: bool) -> Moment:
    title = translated(row, "title")
    came_from = translated(row.came_from, "title")
    places = [row.municipality] if is_published else [row.municipality, row.organisation]
    where = listed(str(place) for place in places if place)
    return Moment(
        date_text=row.date_text,
        title=title.text,
        text="" if is_published else translated(row, "text").text,
        kind="milestone" if row.kind in _STARTS else "end" if row.kind == Milestone.Kind.CLOSURE else "event",
        lang=title.lang,
        source=_("Came from: %(milestone)s") % {"milestone": came_from} if came_from else "",
        note=joined(capfirst(row.get_kind_display()), where),
    )


def _period(period: PartnershipPeriod, *, is_published: bool) -> Moment:
    reason = NOTHING if is_published else translated(period, "reason")
    return Moment(
        date_text=period.span_text or _("date unknown"),
        title=capfirst(period.get_state_display()),
        text=" ".join(part for part in (_length(period), reason.text) if part),
        kind={"interrupted": "interruption", "closed": "end"}.get(period.state, "start"),
        lang=reason.lang,
    )


def _length(period: PartnershipPeriod) -> str:
    """Return how long a period lasted, and that its days are unknown where they are."""
    exact = period.starts_precision == period.ends_precision == Precision.DAY
    if not period.months:
        return ""
    years, months = divmod(period.months, 12)
    length = (
        ngettext("%(count)s month", "%(count)s months", period.months) % {"count": period.months}
        if months
        else ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
    )
    if exact:
        return _("It lasted %(length)s.") % {"length": length}
    return _("It lasted %(length)s; the exact days are not known.") % {"length": length}
