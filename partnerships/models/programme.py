"""Programmes of a partnership, their years and their phases."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.municipality import Municipality
from partnerships.models.partnership import Partnership, ScopedQuerySet
from portal.ground.constraints import NoOverlap
from portal.ground.dates import (
    Precision,
    Span,
    dates_in_order,
    format_date,
    format_span,
    overlapping,
    precision_matches,
)
from portal.ground.natural import NaturalKey, Slugged

OUTSIDE = _("The programme runs in %(years)s: this lies outside it.")


class ProgrammeQuerySet(ScopedQuerySet):
    """Questions about programmes."""

    def running(self, on: dt.date) -> Self:
        """Return the programmes that run on a day."""
        return self.filter(overlapping(on, on))


class Programme(Slugged):
    """A plan of several years, for which a funder pays."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        RUNNING = "running", _("running")
        CLOSED = "closed", _("closed")

    partnership = models.ForeignKey(
        Partnership, models.PROTECT, related_name="programmes", verbose_name=_("partnership")
    )
    name = models.CharField(_("name"), max_length=150)
    focus = models.TextField(_("focus"), blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=State)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    prepared_by = models.ManyToManyField(
        Municipality, blank=True, related_name="programmes", verbose_name=_("worked out by")
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["partnership", "starts_on"]
        constraints = [
            dates_in_order("partnerships_programme_dates_in_order"),
            NoOverlap(
                name="partnerships_programme_overlap",
                within="partnership",
                violation_error_code="starts_on",
                violation_error_message=_("Another programme of this partnership runs in these years."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def span_text(self) -> str:
        """The years of the programme."""
        return format_span(self.starts_on, self.ends_on, "year", "year")

    def holds_year(self, year: int) -> bool:
        """Say whether a calendar year belongs to the programme."""
        return self.starts_on.year <= year <= self.ends_on.year


class ProgrammeYearQuerySet(ScopedQuerySet):
    """Questions about programme years."""

    partnership_path = "programme__partnership"

    def locked_in(self, partnership_id: int) -> Self:
        """Return the locked years of a partnership."""
        return self.filter(state=ProgrammeYear.State.LOCKED, programme__partnership=partnership_id)

    def locked_on(self, partnership_id: int, days: list[dt.date]) -> Self:
        """Return the locked years of a partnership that hold one of the days."""
        return self.locked_in(partnership_id).filter(year__in={day.year for day in days})


YEAR_TRANSITIONS = {
    "open": ["submitted"],
    "submitted": ["returned", "validated"],
    "returned": ["submitted"],
    "validated": ["locked", "open"],
    "locked": ["open"],
}


class ProgrammeYear(NaturalKey):
    """One calendar year of a programme; once locked, nothing dated in it changes."""

    natural_key_fields = ["programme__slug", "year"]

    class State(models.TextChoices):
        OPEN = "open", _("open")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned with remarks")
        VALIDATED = "validated", _("validated")
        LOCKED = "locked", _("locked")

        @property
        def next(self) -> list[ProgrammeYear.State]:
            """The states to which a year may go from this one; `open` from a later one is opening it again."""
            return [ProgrammeYear.State(value) for value in YEAR_TRANSITIONS[self.value]]

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="years", verbose_name=_("programme"))
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)

    objects = ProgrammeYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme year")
        verbose_name_plural = _("programme years")
        ordering = ["programme", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "year"],
                name="partnerships_year_once",
                violation_error_code="year",
                violation_error_message=_("This programme has this year already."),
            ),
            models.CheckConstraint(
                name="partnerships_year_plausible",
                condition=models.Q(year__gte=1990, year__lte=2100),
                violation_error_code="year",
                violation_error_message=_("Give a year between 1990 and 2100."),
            ),
        ]

    def __str__(self):
        return f"{self.programme} – {self.year}"

    def clean(self) -> None:
        """Refuse a year outside the programme."""
        super().clean()
        # A programme that is made on the same page has no key yet.
        is_known = self.programme_id or "programme" in self._state.fields_cache
        programme = self.programme if is_known else None
        if (
            self.year
            and programme
            and programme.starts_on
            and programme.ends_on
            and not programme.holds_year(self.year)
        ):
            raise ValidationError({"year": ValidationError(OUTSIDE, params={"years": programme.span_text})})

    @property
    def starts_on(self) -> dt.date:
        """The first day of the year."""
        return dt.date(self.year, 1, 1)

    @property
    def ends_on(self) -> dt.date:
        """The last day of the year."""
        return dt.date(self.year, 12, 31)


class ReportWindow(Slugged):
    """A stretch of time on which a partnership reports, whatever its programmes: a political term, for example (A1)."""

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="report_windows", verbose_name=_("partnership")
    )
    name = models.CharField(_("name"), max_length=150)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("report window")
        verbose_name_plural = _("report windows")
        ordering = ["partnership", "starts_on"]
        constraints = [dates_in_order("partnerships_report_window_dates_in_order")]

    def __str__(self):
        return self.name


class Phase(Span, Slugged):
    """A numbered step of a partnership's work (B8, B9)."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="phases", verbose_name=_("partnership"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="phases", verbose_name=_("programme")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["partnership", "number"]
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(
                fields=["partnership", "number"],
                name="partnerships_phase_number",
                violation_error_code="number",
                violation_error_message=_("Another phase of this partnership has this number."),
            ),
        ]

    def __str__(self):
        return self.title


class Deliverable(Slugged):
    """What a phase is to bring forth: a plan, a structure, a map (B8, B9)."""

    phase = models.ForeignKey(Phase, models.CASCADE, related_name="deliverables", verbose_name=_("phase"))
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")
    due_on = models.DateField(_("due on"), null=True, blank=True)
    is_delivered = models.BooleanField(_("delivered"), default=False)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class OwnQuerySet(ScopedQuerySet):
        """Questions about deliverables."""

        partnership_path = "phase__partnership"

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")
        ordering = ["phase", "number", "slug"]
        constraints = [
            precision_matches("delivered_on", "precision", name="partnerships_deliverable_precision"),
            models.CheckConstraint(
                name="partnerships_deliverable_delivered",
                condition=models.Q(is_delivered=True) | models.Q(delivered_on__isnull=True),
                violation_error_code="delivered_on",
                violation_error_message=_("Only what is delivered has a day of delivery."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def date_text(self) -> str:
        """The known part of the day of delivery in the active language."""
        return format_date(self.delivered_on, self.precision)
