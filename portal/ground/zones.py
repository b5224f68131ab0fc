"""The clocks of both countries: when it is ten o'clock there, what time is it here."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# By the code of the country, as Municipality.Country has it. Each date goes by the rules of its own time: Morocco has
# stayed on UTC since 20 September 2026, and was an hour ahead of it before.
ZONES = {"BE": ZoneInfo("Europe/Brussels"), "MA": ZoneInfo("Africa/Casablanca")}
CITIES = {"BE": gettext_lazy("Brussels"), "MA": gettext_lazy("Casablanca")}


def at(day: dt.date, time: dt.time, country: str) -> dt.datetime:
    """Return the moment at which the clocks of a country show `time` on `day`."""
    return dt.datetime.combine(day, time, tzinfo=ZONES[country])


def in_both(moment: dt.datetime) -> str:
    """Return a moment as both countries read it, the one in which it takes place first: its zone says which."""
    here = next(country for country, zone in ZONES.items() if zone == moment.tzinfo)
    parts = [_clock(moment, country) for country in sorted(ZONES, key=lambda country: country != here)]
    return _("%(here)s, %(there)s") % {"here": parts[0], "there": parts[1]}


def _clock(moment: dt.datetime, country: str) -> str:
    told = {"time": time_format(moment.astimezone(ZONES[country]).time(), "H:i"), "city": CITIES[country]}
    return _("%(time)s in %(city)s") % told
