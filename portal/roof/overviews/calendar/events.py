"""An event of the calendar, whatever room it comes from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.ground.dates import format_span
from portal.ground.wording import Wording
from portal.ground.zones import in_both

# What lasts longer stands above the days, as what is under way: it would fill every one of them.
LONG_DAYS = 14


class Kind(TextChoices):
    """What the reader can choose to see."""

    ACTIVITY = "activity", _("Activity")
    ENTRY = "entry", _("Log entry")
    SESSION = "session", _("Session")
    EXAM = "exam", _("Exam")
    DEADLINE = "deadline", _("Deadline")


@dataclass(frozen=True)
class Event:
    """Something with a day, or some days; `starts_at` is the moment where the hour is known.

    `uid` stays the same as long as the record lives. `where` is a municipality and nothing finer: the calendar leaves
    the portal in feeds. `is_exact` says that both days are known, and not only their month or year.
    """

    uid: str
    kind: Kind
    title: Wording
    url: str
    starts_on: dt.date
    ends_on: dt.date
    partnership: int
    side: str = ""
    note: str = ""
    where: str = ""
    starts_at: dt.datetime | None = None
    is_exact: bool = True
    span: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it stands above the days."""
        return not self.is_exact or (self.ends_on - self.starts_on).days > LONG_DAYS

    @property
    def when(self) -> str:
        """The days, as exact as they are known, or the hour in both countries."""
        if self.starts_at:
            return in_both(self.starts_at)
        return self.span or format_span(self.starts_on, self.ends_on)

    @property
    def kind_label(self) -> str:
        """The name of its kind."""
        return str(self.kind.label)

    def days(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """Return its days among some."""
        start, end = max(first, self.starts_on), min(last, self.ends_on)
        return [start + dt.timedelta(days=number) for number in range((end - start).days + 1)]
