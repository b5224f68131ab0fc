"""What comes in the next weeks: deadlines, sessions and exams, as the calendar tells them."""

from __future__ import annotations

import datetime as dt

from portal.ground.dates import format_span
from portal.ground.wording import joined
from portal.roof.overviews.calendar import Event, Kind, events_between
from portal.roof.overviews.parts import Item
from portal.roof.overviews.start.reader import Reader

AHEAD = dt.timedelta(days=42)
LIMIT = 6
KINDS = [Kind.DEADLINE, Kind.EXAM, Kind.SESSION]


def coming_up(reader: Reader) -> list[Item]:
    """Return the first of what comes in six weeks."""
    events = events_between(reader.user, reader.on, reader.on + AHEAD, kinds=KINDS)
    return [
        Item(event.title, joined(*_days(event), event.kind_label, event.note), url=event.url, side=event.side)
        for event in events[:LIMIT]
    ]


def _days(event: Event) -> list[str]:
    """Return the day, and the hour where it is known: in a list of days the hour alone would say too little."""
    return [format_span(event.starts_on, event.ends_on), event.when] if event.starts_at else [event.when]
