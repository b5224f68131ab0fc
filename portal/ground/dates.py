"""Dates that may be known only to the year or the month, and spans of them."""

import calendar
import datetime as dt
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# A slip of the hand writes the year 204 or 9999; nothing in the portal is older or planned further.
EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
TOO_EARLY = _("This date is too long ago: check the year.")
TOO_LATE = _("This date is too far away: check the year.")


def check_plausible(day: dt.date) -> None:
    """Raise ValidationError for a day of a year that only a slip of the hand writes."""
    if day < EARLIEST:
        raise ValidationError(TOO_EARLY, code="early")
    if day > LATEST:
        raise ValidationError(TOO_LATE, code="late")


class Precision(models.TextChoices):
    """How much of a date is known."""

    YEAR = "year", _("year")
    MONTH = "month", _("month")
    DAY = "day", _("day")

    def first_day(self, day: dt.date) -> dt.date:
        """Return the first day of the year or month that holds `day`, or the day itself."""
        return {"year": day.replace(month=1, day=1), "month": day.replace(day=1), "day": day}[self.value]

    def last_day(self, day: dt.date) -> dt.date:
        """Return the last day of the year or month that holds `day`, or the day itself."""
        of_month = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        return {"year": day.replace(month=12, day=31), "month": of_month, "day": day}[self.value]


_FORMS = {"year": "Y", "month": "YEAR_MONTH_FORMAT", "day": "DATE_FORMAT"}


def format_date(day: dt.date | None, precision: str = Precision.DAY) -> str:
    """Return the known part of a date in the active language; an unknown date gives an empty text."""
    return _known_part(day, precision, get_language())


def _known_part(day: dt.date | None, precision: str, language: str | None) -> str:
    return "" if day is None else _format(day, _FORMS[precision or "day"], language)


@lru_cache(maxsize=4096)
def _format(day: dt.date, form: str, language: str | None) -> str:
    # Lists show the same days again and again, and writing one out takes as long as reading its row.
    return date_format(day, form)


def format_span(
    starts_on: dt.date | None,
    ends_on: dt.date | None,
    starts_precision: str = Precision.DAY,
    ends_precision: str = Precision.DAY,
) -> str:
    """Return a span in the active language: one date where both ends read the same, and the year or month once."""
    language = get_language()
    start = _known_part(starts_on, starts_precision, language)
    end = _known_part(ends_on, ends_precision, language)
    if starts_on and ends_on and start != end:
        both_days = {starts_precision or Precision.DAY, ends_precision or Precision.DAY} == {Precision.DAY}
        if both_days and starts_on.year == ends_on.year:
            start = _format(starts_on, "j" if starts_on.month == ends_on.month else "j F", language)
        return f"{start} – {end}"
    if end and not start:
        return str(_("until %(date)s") % {"date": end})
    return start


def precision_matches(date_field: str, precision_field: str, **kwargs) -> models.CheckConstraint:
    """Return the rule that a date and its precision are both known or both unknown."""
    known = models.Q(**{f"{date_field}__isnull": False}) & ~models.Q(**{precision_field: ""})
    unknown = models.Q(**{f"{date_field}__isnull": True, precision_field: ""})
    return models.CheckConstraint(
        condition=known | unknown,
        violation_error_code=precision_field,
        violation_error_message=_("Say how exact the date is, and only where there is a date."),
        **kwargs,
    )


def dates_in_order(name: str, *, starts: str = "starts_on", ends: str = "ends_on") -> models.CheckConstraint:
    """Return the rule that a span does not end before it starts; an unknown end passes."""
    return models.CheckConstraint(
        name=name,
        condition=models.Q(**{f"{ends}__gte": models.F(starts)})
        | models.Q(**{f"{starts}__isnull": True})
        | models.Q(**{f"{ends}__isnull": True}),
        violation_error_code=ends,
        violation_error_message=END_BEFORE_START,
    )


END_BEFORE_START = _("The end lies before the start: check both dates.")


class Span(models.Model):
    """A span of time whose ends may be unknown, or known only to the year or month.

    `starts_on` holds the first day of what is known and `ends_on` the last; both are inclusive.
    """

    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    starts_precision = models.CharField(
        _("start known to the"), max_length=5, choices=Precision, blank=True, default=""
    )
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    ends_precision = models.CharField(_("end known to the"), max_length=5, choices=Precision, blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            dates_in_order("%(app_label)s_%(class)s_dates_in_order"),
            precision_matches("starts_on", "starts_precision", name="%(app_label)s_%(class)s_start_precision"),
            precision_matches("ends_on", "ends_precision", name="%(app_label)s_%(class)s_end_precision"),
        ]

    def clean(self):
        super().clean()
        for end in ("starts", "ends"):
            if getattr(self, f"{end}_on") and not getattr(self, f"{end}_precision"):
                setattr(self, f"{end}_precision", Precision.DAY)
            if not getattr(self, f"{end}_on"):
                setattr(self, f"{end}_precision", "")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": ValidationError(END_BEFORE_START, code="order")})

    @property
    def span_text(self) -> str:
        """The span in the active language."""
        return format_span(self.starts_on, self.ends_on, self.starts_precision, self.ends_precision)


def overlapping(starts_on: dt.date, ends_on: dt.date) -> models.Q:
    """Return the condition that a span shares a day with the given one; an open end reaches for ever."""
    return (models.Q(starts_on__isnull=True) | models.Q(starts_on__lte=ends_on)) & (
        models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=starts_on)
    )
