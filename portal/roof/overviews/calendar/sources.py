"""Where the events come from: one question to each room, however many events there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.models import Activity, LogEntry, Status
from beneficiaries.models import Exam, Session
from partnerships.models import Deliverable, Partnership, ProgrammeYear, Risk, Side
from partnerships.models.municipality import Municipality
from portal.ground.dates import Precision, overlapping
from portal.ground.models import User
from portal.ground.wording import translated
from portal.ground.zones import at
from portal.roof.overviews.calendar.events import Event, Kind
from portal.roof.overviews.readiness import deadlines_of
from portal.roof.overviews.readiness.work import Years

# What is only thought of, or was called off, is not going to happen.
UNDER_WAY = [Status.ONGOING, Status.DELAYED]
HAPPENING = [Status.PLANNED, *UNDER_WAY, Status.DONE]
COUNTRY = {Side.HOME.value: Municipality.Country.BELGIUM.value, Side.PARTNER.value: Municipality.Country.MOROCCO.value}


def events_between(
    user: User,
    first: dt.date,
    last: dt.date,
    *,
    partnerships: QuerySet[Partnership] | None = None,
    kinds: Iterable[Kind] = Kind,
) -> list[Event]:
    """Return what a person may see of the days from `first` to `last`, in order; the number of queries is constant."""
    mine = list(
        (Partnership.objects if partnerships is None else partnerships).visible_to(user).values_list("pk", flat=True)
    )
    found = [event for kind in kinds for event in SOURCES[Kind(kind)](mine, first, last)]
    return sorted(found, key=_order)


def _order(event: Event) -> tuple:
    hour = event.starts_at.astimezone(dt.UTC).time() if event.starts_at else dt.time.min
    return event.starts_on, hour, str(event.title), event.uid


def _activities(mine: Sequence[int], first: dt.date, last: dt.date) -> list[Event]:
    rows = Activity.objects.filter(partnership__in=mine, status__in=HAPPENING, starts_on__isnull=False)
    rows = rows.filter(overlapping(first, last)).select_related("place__municipality")
    return [event for row in rows if (event := _activity(row)).ends_on >= first]


def _activity(row: Activity) -> Event:
    is_open = row.ends_on is None and row.status in UNDER_WAY
    # Of any other start that is known alone, nobody knows how long it lasts: its own day, month or year.
    ends_on = row.ends_on or (dt.date.max if is_open else Precision(row.starts_precision).last_day(row.starts_on))
    return Event(
        uid=f"activity-{row.pk}",
        kind=Kind.ACTIVITY,
        title=translated(row, "title"),
        url=reverse("activities:detail", args=[row.pk]),
        starts_on=Precision(row.starts_precision).first_day(row.starts_on),
        ends_on=ends_on,
        partnership=row.partnership_id,
        side=row.side,
        note=str(row.get_status_display()),
        where=str(row.place.municipality) if row.place else "",
        is_exact=not is_open and {row.starts_precision, row.ends_precision} <= {Precision.DAY, ""},
        span=row.span_text,
    )


def _entries(mine: Sequence[int], first: dt.date, last: dt.date) -> list[Event]:
    rows = LogEntry.objects.standing().filter(activity__partnership__in=mine).filter(overlapping(first, last))
    return [
        Event(
            uid=f"entry-{row.pk}",
            kind=Kind.ENTRY,
            title=translated(row.activity, "title"),
            url=f"{reverse('activities:detail', args=[row.activity_id])}#entry-{row.pk}",
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            partnership=row.activity.partnership_id,
            side=row.activity.side,
            span=row.span_text,
        )
        for row in rows.select_related("activity")
    ]


def _sessions(mine: Sequence[int], first: dt.date, last: dt.date) -> list[Event]:
    rows = Session.objects.filter(cohort__course__partnership__in=mine, held_on__range=(first, last))
    return [_session(row) for row in rows.select_related("cohort__course", "cohort__place__municipality")]


def _session(row: Session) -> Event:
    cohort = row.cohort
    # A course whose place is not said takes place in Morocco, where the centres are (B18).
    town = cohort.place.municipality if cohort.place else None
    country = town.country if town else Municipality.Country.MOROCCO.value
    return Event(
        uid=f"session-{row.pk}",
        kind=Kind.SESSION,
        title=translated(cohort.course, "title"),
        url=reverse("beneficiaries:cohort_detail", args=[cohort.slug]),
        starts_on=row.held_on,
        ends_on=row.held_on,
        partnership=cohort.course.partnership_id,
        side=next(side for side, code in COUNTRY.items() if code == country),
        note=cohort.name,
        where=str(town or ""),
        starts_at=at(row.held_on, row.starts_at, country) if row.starts_at else None,
    )


def _exams(mine: Sequence[int], first: dt.date, last: dt.date) -> list[Event]:
    rows = Exam.objects.filter(course__partnership__in=mine, held_on__isnull=False).select_related("course")
    told = [
        Event(
            uid=f"exam-{row.pk}",
            kind=Kind.EXAM,
            title=translated(row.course, "title"),
            url=f"{reverse('beneficiaries:detail', args=[row.course.slug])}",
            starts_on=Precision(row.precision).first_day(row.held_on),
            ends_on=Precision(row.precision).last_day(row.held_on),
            partnership=row.course.partnership_id,
            side=Side.PARTNER.value,
            is_exact=row.precision == Precision.DAY,
            span=row.date_text,
        )
        # A year before: an exam of which only the year is known is kept under any day of it.
        for row in rows.filter(held_on__range=(first.replace(month=1, day=1), last.replace(month=12, day=31)))
    ]
    return [event for event in told if event.starts_on <= last and event.ends_on >= first]


def _deadlines(mine: Sequence[int], first: dt.date, last: dt.date) -> list[Event]:
    return [*_reports(mine, first, last), *_reviews(mine, first, last), *_deliverables(mine, first, last)]


def _reports(mine: Sequence[int], first: dt.date, last: dt.date) -> list[Event]:
    """Return the last days of the reports (A14, art. 45 and 47); a year that is locked needs none any more."""
    rows = ProgrammeYear.objects.filter(programme__partnership__in=mine, year__range=(first.year - 1, last.year))
    rows = rows.exclude(state=ProgrammeYear.State.LOCKED).select_related("programme__partnership")
    return [
        Event(
            uid=f"report-{year.pk}-{what.value}",
            kind=Kind.DEADLINE,
            title=translated(year.programme.partnership, "name"),
            url=reverse("partnerships:year_readiness", args=[year.programme.slug, year.year]),
            starts_on=day,
            ends_on=day,
            partnership=year.programme.partnership_id,
            note=_("Report %(year)s: %(what)s") % {"year": year.year, "what": what.label},
        )
        for year, what, day in deadlines_of(Years(list(rows)))
        if first <= day <= last
    ]


def _reviews(mine: Sequence[int], first: dt.date, last: dt.date) -> list[Event]:
    rows = Risk.objects.filter(partnership__in=mine, review_on__range=(first, last)).select_related("partnership")
    return [
        _due(f"risk-{row.pk}", row, f"{_page(row.partnership)}#risks", row.review_on, _("Look at the risk again"))
        for row in rows
    ]


def _deliverables(mine: Sequence[int], first: dt.date, last: dt.date) -> list[Event]:
    rows = Deliverable.objects.filter(phase__partnership__in=mine, due_on__range=(first, last), is_delivered=False)
    return [
        _due(f"deliverable-{row.pk}", row, f"{_page(row.phase.partnership)}#phase-{row.phase_id}", row.due_on, _("Due"))
        for row in rows.select_related("phase__partnership")
    ]


def _page(partnership: Partnership) -> str:
    return reverse("partnerships:detail", args=[partnership.slug])


def _due(uid: str, row: Risk | Deliverable, url: str, day: dt.date | None, note: str) -> Event:
    of = row.partnership_id if isinstance(row, Risk) else row.phase.partnership_id
    on = day or dt.date.min
    return Event(uid, Kind.DEADLINE, translated(row, "title"), url, on, on, of, note=note)


SOURCES: dict[Kind, Callable[[Sequence[int], dt.date, dt.date], list[Event]]] = {
    Kind.ACTIVITY: _activities,
    Kind.ENTRY: _entries,
    Kind.SESSION: _sessions,
    Kind.EXAM: _exams,
    Kind.DEADLINE: _deadlines,
}
