"""The life of a partnership: its milestones, what came of what, and when it stood still."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.models import Milestone, Partnership, PartnershipPeriod
from portal.ground.dates import Precision
from portal.ground.wording import NOTHING, Wording, joined, listed, translated

_STARTS = {Milestone.Kind.START, Milestone.Kind.RESUMPTION, Milestone.Kind.RENEWAL}
_LIFE = {*_STARTS, Milestone.Kind.SUBMISSION, Milestone.Kind.CLOSURE}


@dataclass(frozen=True)
class Moment:
    """One stop on the timeline. Shown by components/timeline.html.

    `href` leads to its record. `ways` tell in links what it came from and what it led to: (label, title, address);
    `depth` is how many causes it stands below, for want of a date of its own. `topic` is what a reader filters by.
    """

    date_text: str
    title: str
    text: str = ""
    kind: str = "event"
    lang: str = ""
    source: str = ""
    note: str = ""
    anchor: str = ""
    href: str = ""
    topic: str = "life"
    ways: Sequence[tuple[str, Wording, str]] = ()
    depth: int = 0


@dataclass(frozen=True)
class Told:
    """A moment with what puts it in its place: its day, its rank among those of one day, and the key of its cause."""

    key: str
    moment: Moment
    day: dt.date | None = None
    rank: int = 1
    cause: str = ""


def timeline_of(partnership: Partnership, *, is_published: bool = False) -> tuple[list[Moment], list[Moment]]:
    """Return the life of a partnership in order, and apart what has no known date.

    What came from something dated follows it, even where its own date is unknown. `is_published` leaves out what was
    written for the partners: descriptions, reasons, organisations.
    """
    return arranged(life_of(partnership, is_published=is_published))


def life_of(partnership: Partnership, *, is_published: bool = False) -> list[Told]:
    """Return the milestones of a partnership, and the periods of which no milestone tells."""
    periods = list(partnership.periods.order_by("number"))
    milestones = list(
        partnership.milestones.select_related("came_from", "municipality", "organisation", "programme").order_by(
            "happened_on", "pk"
        )
    )
    told = [
        Told(f"period-{row.pk}", _period(row, is_published=is_published), _day_of(row), 0)
        for row in periods
        if not _is_told(row, milestones)
    ]
    return told + [
        Told(
            f"milestone-{row.pk}",
            _milestone(row, is_published=is_published),
            row.happened_on,
            cause=f"milestone-{row.came_from_id}" if row.came_from_id else "",
        )
        for row in milestones
    ]


def arranged(rows: list[Told]) -> tuple[list[Moment], list[Moment]]:
    """Return the moments in order of their days, each followed by what it led to on an unknown one; and the others."""
    known = {row.key: row for row in rows}
    led: dict[str, list[Told]] = defaultdict(list)
    for row in rows:
        if row.cause in known:
            led[row.cause].append(row)
    left = dict(known)

    def branch(row: Told, depth: int) -> Iterator[Moment]:
        if left.pop(row.key, None):
            yield replace(row.moment, anchor=row.key, depth=depth, ways=_ways(row, known, led))
            for other in led[row.key]:
                if other.day is None:
                    yield from branch(other, depth + 1)

    dated = sorted((row for row in rows if row.day), key=lambda row: (row.day, row.rank))
    moments = [moment for row in dated for moment in branch(row, 0)]
    roots = [row for row in rows if row.cause not in known]
    # Two that are said to have led to each other have no first: they stand as they come.
    return moments, [moment for row in [*roots, *rows] for moment in branch(row, 0)]


def _ways(row: Told, known: dict[str, Told], led: dict[str, list[Told]]) -> list[tuple[str, Wording, str]]:
    cause = known.get(row.cause)
    came = [(_("Came from"), _title(cause), f"#{cause.key}")] if cause else []
    return came + [(_("Led to"), _title(other), f"#{other.key}") for other in led[row.key]]


def _title(row: Told) -> Wording:
    return Wording(row.moment.title, row.moment.lang)


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
        href="" if is_published else _page_of(row),
        topic="life" if row.kind in _LIFE else "events",
        note=joined(capfirst(row.get_kind_display()), where),
    )


def _page_of(row: Milestone) -> str:
    """Return the page of what a milestone is about: its programme, or an organisation."""
    if row.programme:
        return reverse("partnerships:programme_detail", args=[row.programme.slug])
    return reverse("partnerships:organisation_detail", args=[row.organisation.slug]) if row.organisation else ""


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
