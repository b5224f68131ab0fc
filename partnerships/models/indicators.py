"""Indicators: what is measured of a result, from which baseline, to which target, and what it came to."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import ScopedQuerySet
from partnerships.models.results import Outcome
from portal.ground.constraints import NoOverlap
from portal.ground.dates import dates_in_order, format_span
from portal.ground.natural import NaturalKey, Slugged
from portal.ground.stored_file import StoredFile, stored_name

VALUE: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}


class Scale(Slugged):
    """A scale of steps, for indicators and for performance scores. No funder's scale is known for certain."""

    name = models.CharField(_("name"), max_length=100)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    class Meta:
        verbose_name = _("scale")
        verbose_name_plural = _("scales")
        ordering = ["slug"]

    def __str__(self):
        return self.name


class ScaleLevel(NaturalKey):
    """One step of a scale; a higher value is better."""

    natural_key_fields = ["scale__slug", "value"]

    scale = models.ForeignKey(Scale, models.CASCADE, related_name="levels", verbose_name=_("scale"))
    value = models.SmallIntegerField(_("value"))
    label = models.CharField(_("name of the step"), max_length=100)

    class Meta:
        verbose_name = _("step of a scale")
        verbose_name_plural = _("steps of scales")
        ordering = ["scale", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["scale", "value"],
                name="partnerships_scale_level_once",
                violation_error_code="value",
                violation_error_message=_("The scale has this value already."),
            )
        ]

    def __str__(self):
        return f"{self.value} – {self.label}"


class IndicatorQuerySet(ScopedQuerySet):
    """Questions about indicators."""

    partnership_path = "outcome__partnership"


class Indicator(Slugged):
    """What is measured of a result. Its measure says which of its values may be added."""

    class Measure(models.TextChoices):
        NUMBER = "number", _("number")
        PERCENTAGE = "percentage", _("percentage")
        SCALE = "scale", _("qualitative, on a scale")

    class Accumulation(models.TextChoices):
        YEARLY = "yearly", _("each year by itself")
        CUMULATIVE = "cumulative", _("from the start until the year")

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="indicators", verbose_name=_("result"))
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    title = models.CharField(_("title"), max_length=250)
    text = models.TextField(_("definition"), blank=True, default="")
    verification = models.TextField(_("means of verification"), blank=True, default="")
    measure = models.CharField(_("measure"), max_length=10, choices=Measure, default=Measure.NUMBER)
    unit = models.CharField(_("unit"), max_length=50, blank=True, default="")
    scale = models.ForeignKey(
        Scale, models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name=_("scale")
    )
    is_ascending = models.BooleanField(_("a higher value is better"), default=True)
    accumulation = models.CharField(_("counted"), max_length=10, choices=Accumulation, default=Accumulation.YEARLY)
    adds_periods = models.BooleanField(_("values of several periods may be added"), default=False)
    adds_parts = models.BooleanField(_("parts by sex, age and target group add up to the value"), default=False)
    by_sex = models.BooleanField(_("told by sex"), default=False)
    by_age = models.BooleanField(_("told by age"), default=False)
    by_group = models.BooleanField(_("told by target group"), default=False)
    baseline = models.DecimalField(_("baseline"), null=True, blank=True, **VALUE)
    baseline_level = models.ForeignKey(
        ScaleLevel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("baseline on the scale")
    )
    baseline_year = models.PositiveSmallIntegerField(_("year of the baseline"), null=True, blank=True)
    baseline_note = models.CharField(_("remark on the baseline"), max_length=250, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["outcome", "number", "slug"]
        constraints = [
            models.CheckConstraint(
                name="partnerships_indicator_scale",
                condition=models.Q(measure="scale", scale__isnull=False)
                | ~models.Q(measure="scale") & models.Q(scale__isnull=True),
                violation_error_code="scale",
                violation_error_message=_("A qualitative indicator needs a scale, and only such a one has it."),
            ),
            models.CheckConstraint(
                name="partnerships_indicator_adds_periods",
                condition=models.Q(adds_periods=False) | models.Q(measure="number", accumulation="yearly"),
                violation_error_code="adds_periods",
                violation_error_message=_("Only numbers that are counted each year by itself may be added."),
            ),
            models.CheckConstraint(
                name="partnerships_indicator_adds_parts",
                condition=models.Q(adds_parts=False) | models.Q(measure="number"),
                violation_error_code="adds_parts",
                violation_error_message=_("Only the parts of a number may be added."),
            ),
            models.CheckConstraint(
                name="partnerships_indicator_baseline",
                condition=models.Q(measure="scale", baseline__isnull=True)
                | ~models.Q(measure="scale") & models.Q(baseline_level__isnull=True),
                violation_error_code="baseline",
                violation_error_message=_("The baseline is a step of the scale, or a number where there is no scale."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_qualitative(self) -> bool:
        """Whether its values are steps of a scale."""
        return self.measure == self.Measure.SCALE

    def clean(self) -> None:
        """Refuse a step of another scale, and a percentage above 100."""
        super().clean()
        if self.baseline_level and self.baseline_level.scale_id != self.scale_id:
            raise ValidationError({"baseline_level": _("This step belongs to another scale.")})
        check_measure(self, self.baseline, field="baseline")


def check_measure(indicator: Indicator, value, *, field: str) -> None:
    """Raise ValidationError on `field` for a percentage outside 0–100."""
    if value is not None and indicator.measure == Indicator.Measure.PERCENTAGE and not 0 <= value <= 100:
        raise ValidationError({field: ValidationError(_("A percentage lies between 0 and 100."), code="percentage")})


class OfIndicatorQuerySet(ScopedQuerySet):
    """Rows that hang on an indicator."""

    partnership_path = "indicator__outcome__partnership"


def _number_or_step(name: str) -> models.CheckConstraint:
    """Return the rule that a row holds a number or a step of a scale: one of the two."""
    return models.CheckConstraint(
        name=name,
        condition=models.Q(value__isnull=False, level__isnull=True) | models.Q(value__isnull=True, level__isnull=False),
        violation_error_code="value",
        violation_error_message=_("Give a number, or a step of the scale where the indicator has one."),
    )


class IndicatorTarget(NaturalKey):
    """What an indicator should come to in one year."""

    natural_key_fields = ["indicator__slug", "year"]

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets", verbose_name=_("indicator"))
    year = models.PositiveSmallIntegerField(_("year"))
    value = models.DecimalField(_("target"), null=True, blank=True, **VALUE)
    level = models.ForeignKey(
        ScaleLevel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("target on the scale")
    )
    note = models.CharField(_("remark"), max_length=250, blank=True, default="")

    objects = OfIndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["indicator", "year"]
        constraints = [
            _number_or_step("partnerships_target_value"),
            models.UniqueConstraint(
                fields=["indicator", "year"],
                name="partnerships_target_once",
                violation_error_code="year",
                violation_error_message=_("The indicator has a target for this year already."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator}, {self.year}"


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
            _number_or_step("partnerships_value_value"),
            dates_in_order("partnerships_value_dates_in_order"),
            models.CheckConstraint(
                name="partnerships_value_one_year",
                condition=models.Q(starts_on__year=ExtractYear("ends_on")),
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
        ]

    def __str__(self):
        return f"{self.indicator}, {self.span_text}"

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
        constraints = [_number_or_step("partnerships_correction_value")]

    def __str__(self):
        return f"{self.corrects} ({self._meta.verbose_name})"
