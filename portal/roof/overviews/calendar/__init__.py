"""What happens when, of all rooms: for the month and the agenda on the page, and for the feed."""

from portal.roof.overviews.calendar.events import Event, Kind
from portal.roof.overviews.calendar.month import Agenda, Month, agenda_of, month_of
from portal.roof.overviews.calendar.sources import events_between

__all__ = ["Agenda", "Event", "Kind", "Month", "agenda_of", "events_between", "month_of"]
