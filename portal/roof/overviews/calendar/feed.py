"""The calendar as a feed (RFC 5545) that phones and mail programmes subscribe to."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar import Event as Entry

from portal.ground.models import User
from portal.ground.wording import listed
from portal.roof.overviews.calendar.events import Event, Kind
from portal.roof.overviews.calendar.sources import events_between

# A phone keeps what it fetched: the weeks gone by, and the year to come.
BEFORE, AHEAD = dt.timedelta(days=92), dt.timedelta(days=400)
# What was logged is not an appointment.
KINDS = [kind for kind in Kind if kind != Kind.ENTRY]


def feed_of(user: User, *, on: dt.date, now: dt.datetime, base: str) -> bytes:
    """Return the calendar of a person around a day, in the active language, with links under `base`.

    It tells titles, days, hours and municipalities: no place, no text and no learner leaves the portal in it.
    """
    feed = Calendar()
    feed.add("prodid", "-//Partnership portal//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", _("Partnerships"))
    for event in events_between(user, on - BEFORE, on + AHEAD, kinds=KINDS):
        if event.is_exact:
            feed.add_component(_entry(event, now, base))
    return feed.to_ical()


def _entry(event: Event, now: dt.datetime, base: str) -> Entry:
    entry = Entry()
    entry.add("uid", f"{event.uid}@{base.rsplit('//', maxsplit=1)[-1]}")
    entry.add("dtstamp", now.astimezone(dt.UTC))
    entry.add("summary", listed([event.title, event.note]))
    entry.add("categories", [event.kind_label])
    entry.add("url", f"{base}{event.url}")
    if event.where:
        entry.add("location", event.where)
    if event.starts_at:
        # In UTC, so that no calendar needs to know the clocks of Morocco.
        entry.add("dtstart", event.starts_at.astimezone(dt.UTC))
    else:
        entry.add("dtstart", event.starts_on)
        # The end of a whole day is the day after it.
        entry.add("dtend", event.ends_on + dt.timedelta(days=1))
    return entry
