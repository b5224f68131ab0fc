"""Actual values of indicators: what one came to in a period, who stands for it, and what it should have been."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from partnerships.models.indicators import (
    VALUE,
    Indicator,
    OfIndicatorQuerySet,
    ScaleLevel,
    check_measure,
    number_or_step,
)
from partnerships.models.partnership import ScopedQuerySet
from partnerships.models.programme import OUTSIDE
from portal.ground.constraints import Frozen, NoOverlap, YearOf
from portal.ground.dates import END_BEFORE_START, dates_in_order, format_span
from portal.ground.stored_file import StoredFile, stored_name

HAS_CORRECTION = _("This value has a correction: its first figure stays as it was.")


class Validation(models.TextChoices):
    """Whether an officer stands for a value; until then it enters no total."""

    REPORTED = "reported", _("reported")
    VALIDATED = "validated", _("validated")


class IndicatorValueQuerySet(OfIndicatorQuerySet):
    """Questions about actual values."""

    def validated(self) -> Self:
        """Return the values that an officer stands for: only they enter a total."""
        return self.filter(state=Validation.VALIDATED)

    def during(self, starts_on: dt.date, ends_on: dt.date) -> Self:
        """Return the values whose period shares a day with the window, both ends included."""
        return self.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)


class IndicatorValue(StoredFile):
    """What an indicator came to in a period of one calendar year, and how that is known."""

    file = models.FileField(_("file"), upload_to=stored_name, max_length=200, blank=True, default="")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", verbose_name=_("indicator"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("up to and including"))
    value = models.DecimalField(_("actual value"), null=True, blank=True, **VALUE)
    level = models.ForeignKey(
        ScaleLevel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("step of the scale")
    )
    is_counted = models.BooleanField(_("taken from the count"), default=False, editable=False)
    source = models.CharField(_("source"), max_length=250, blank=True, default="")
    comment = models.TextField(_("comment"), blank=True, default="")
    language = models.CharField(_("language of the text"), max_length=2, choices=settings.LANGUAGES, default="nl")
    state = models.CharField(_("state"), max_length=9, choices=Validation, default=Validation.REPORTED, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("written by"),
    )
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("validated by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("actual value")
        verbose_name_plural = _("actual values")
        ordering = ["indicator", "starts_on"]
        constraints = [
            number_or_step("partnerships_value_value"),
            dates_in_order("partnerships_value_dates_in_order"),
            models.CheckConstraint(
                name="partnerships_value_one_year",
                condition=Exact(YearOf("starts_on"), YearOf("ends_on")),
                violation_error_code="ends_on",
                violation_error_message=_("A period lies within one calendar year."),
            ),
            models.CheckConstraint(
                name="partnerships_value_validated_by",
                condition=models.Q(state="reported", validated_by__isnull=True)
                | models.Q(state="validated", validated_by__isnull=False),
                violation_error_code="state",
                violation_error_message=_("Somebody stands for a validated value, and for no other."),
            ),
            NoOverlap(
                name="partnerships_value_overlap",
                within="indicator",
                violation_error_code="starts_on",
                violation_error_message=_("The indicator has a value for some of these days already."),
            ),
            Frozen(
                name="partnerships_value_frozen",
                column="state",
                value="validated",
                fields=["indicator", "starts_on", "ends_on", "value", "level"],
                violation_error_code="value",
                violation_error_message=_("This value is validated: an officer can take that back first."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator}, {self.span_text}"

    def clean(self) -> None:
        """Refuse days outside the programme or in the wrong order, and a value that the measure does not know.

        What was corrected keeps its first figure: newer tables tell its correction.
        """
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": ValidationError(END_BEFORE_START, code="order")})
        if not self.indicator_id:
            return
        programme = self.indicator.outcome.programme
        for name in ("starts_on", "ends_on"):
            day = getattr(self, name)
            if programme and day and not programme.starts_on <= day <= programme.ends_on:
                raise ValidationError({name: ValidationError(OUTSIDE, params={"years": programme.span_text})})
        check_measure(self.indicator, self.value, self.level)
        if self.pk and self.corrections.exists():
            told = {name: getattr(self, name) for name in ("starts_on", "ends_on", "value", "level", "indicator")}
            if not type(self).objects.filter(pk=self.pk, **told).exists():
                raise ValidationError({"value": ValidationError(HAS_CORRECTION, code="corrected")})

    @property
    def span_text(self) -> str:
        """The period in the active language."""
        return format_span(self.starts_on, self.ends_on)


class IndicatorCorrection(models.Model):
    """What a value of a locked year should have been, written down on a day of an open one."""

    corrects = models.ForeignKey(
        IndicatorValue, models.PROTECT, related_name="corrections", verbose_name=_("value that it corrects")
    )
    recorded_on = models.DateField(_("corrected on"))
    value = models.DecimalField(_("right value"), null=True, blank=True, **VALUE)
    level = models.ForeignKey(
        ScaleLevel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("right step of the scale")
    )
    reason = models.TextField(_("why it is corrected"))
    language = models.CharField(_("language of the text"), max_length=2, choices=settings.LANGUAGES, default="nl")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("written by"),
    )
    state = models.CharField(_("state"), max_length=9, choices=Validation, default=Validation.REPORTED, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    class OwnQuerySet(ScopedQuerySet):
        """Questions about corrections."""

        partnership_path = "corrects__indicator__outcome__partnership"

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of a value")
        verbose_name_plural = _("corrections of values")
        ordering = ["corrects", "recorded_on", "pk"]
        constraints = [
            number_or_step("partnerships_correction_value"),
            Frozen(
                name="partnerships_correction_frozen",
                column="state",
                value="validated",
                fields=["corrects", "recorded_on", "value", "level", "reason"],
                violation_error_code="value",
                violation_error_message=_("This correction is validated: write another one."),
            ),
        ]

    def __str__(self):
        return f"{self.corrects} ({self._meta.verbose_name})"

    def clean(self) -> None:
        """Refuse a value that the measure does not know, and a day before the end of the period that it corrects."""
        super().clean()
        if not self.corrects_id:
            return
        if self.recorded_on and self.recorded_on <= self.corrects.ends_on:
            sentence = _("A value is corrected after the end of its period.")
            raise ValidationError({"recorded_on": ValidationError(sentence, code="order")})
        check_measure(self.corrects.indicator, self.value, self.level)
