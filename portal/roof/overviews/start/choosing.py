"""Where a large button leads: which session's sheet, and which entry or activity a photo belongs to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, Max, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.badges import badge
from activities.models import Activity, LogEntry, Status
from beneficiaries.models import Attendance, Session
from portal.ground.dates import format_date
from portal.ground.wording import joined, translated
from portal.roof.overviews.parts import Item
from portal.roof.overviews.start.reader import Reader

BEFORE, AHEAD = dt.timedelta(days=21), dt.timedelta(days=7)
LIMIT = 12


@dataclass(frozen=True)
class Sheets:
    """The sessions whose sheet may be filled in: those of the day, those left blank, and the others around."""

    today: Sequence[Item]
    blank: Sequence[Item]
    others: Sequence[Item]

    def __bool__(self) -> bool:
        return bool(self.today or self.blank or self.others)


def sheets_near(reader: Reader) -> Sheets:
    """Return the sessions of the last three weeks and the next one in the courses that the reader works for."""
    near = Session.objects.filter(
        cohort__course__partnership__in=reader.writes, held_on__range=(reader.on - BEFORE, reader.on + AHEAD)
    )
    filled = Exists(Attendance.objects.filter(session=OuterRef("pk")))
    rows = near.annotate(is_filled=filled).select_related("cohort__course")
    today: list[Item] = []
    blank: list[Item] = []
    others: list[Item] = []
    for row in rows.order_by("-held_on", F("starts_at").asc(nulls_first=True), "pk")[: 4 * LIMIT]:
        is_blank = not row.is_filled and row.held_on < reader.on
        (today if row.held_on == reader.on else blank if is_blank else others).append(_sheet(row))
    return Sheets(today[:LIMIT], blank[:LIMIT], others[:LIMIT])


def _sheet(row: Session) -> Item:
    note = joined(row.when, row.cohort.name, _("filled in") if row.is_filled else "")
    return Item(translated(row.cohort.course, "title"), note, url=reverse("beneficiaries:attendance", args=[row.pk]))


@dataclass(frozen=True)
class PhotoPlaces:
    """Where a photo can go: into an entry of the last days, or into a new one about an activity."""

    entries: Sequence[Item]
    activities: Sequence[Item]

    def __bool__(self) -> bool:
        return bool(self.entries or self.activities)


def photo_places(reader: Reader) -> PhotoPlaces:
    """Return the entries that the reader wrote lately, and the activities under way, the last logged first."""
    entries = LogEntry.objects.standing().filter(
        author=reader.user, activity__partnership__in=reader.writes, ends_on__gte=reader.on - BEFORE
    )
    last = Max("log_entries__ends_on", filter=Q(log_entries__withdrawn_at__isnull=True))
    under_way = Activity.objects.filter(
        partnership__in=reader.writes, status__in=[Status.ONGOING, Status.DELAYED]
    ).annotate(last=last)
    return PhotoPlaces(
        [_entry(row) for row in entries.select_related("activity").order_by("-starts_on", "-pk")[:LIMIT]],
        [_activity(row) for row in under_way.order_by(F("last").desc(nulls_last=True), "pk")[:LIMIT]],
    )


def _entry(row: LogEntry) -> Item:
    url = reverse("activities:log_edit", args=[row.pk], query={"open": "photo"}, fragment="part-photo")
    return Item(translated(row.activity, "title"), row.span_text, url=url, side=row.activity.side)


def _activity(row: Activity) -> Item:
    url = reverse("activities:log_create", query={"activity": row.pk, "open": "photo"})
    note = _("last entry %(date)s") % {"date": format_date(row.last)} if row.last else _("no entry yet")
    return Item(translated(row, "title"), note, url=url, side=row.side, badge=badge(row.status))
