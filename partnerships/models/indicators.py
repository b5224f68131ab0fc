"""Indicators: what is measured of a result, from which baseline and to which targets."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import ScopedQuerySet
from partnerships.models.programme import OUTSIDE
from partnerships.models.results import Outcome
from portal.ground.natural import NaturalKey, Slugged

VALUE: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}
FREEING = _(
    "Until now its values are held for people who are, or may be, of a vulnerable group, and small ones do not leave "
    "the portal. From the next report on all of them would, and somebody could be recognised."
)


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

    def clean(self) -> None:
        """Refuse another scale: what is told by this step would be off its own."""
        super().clean()
        if self.pk and not type(self).objects.filter(pk=self.pk, scale=self.scale_id).exists():
            raise ValidationError({"scale": _("A step stays on its scale: add one to the other.")})


# What a unit says that makes a number a percentage, in the languages of the portal.
SHARE = r"%|٪|per ?cent|procent|pour ?cent|بالمئة|بالمائة|في المئة|في المائة|مئوي"
UNITS = [f"unit_{code}" for code, _name in settings.LANGUAGES]


@lru_cache(maxsize=1024)
def _is_per_cent(unit: str) -> bool:
    # A logframe asks it of the same few units for each of hundreds of numbers.
    return re.search(SHARE, unit, re.IGNORECASE) is not None


class IndicatorQuerySet(ScopedQuerySet):
    """Questions about indicators."""

    partnership_path = "outcome__partnership"

    def shares(self) -> Self:
        """Return those whose values are shares of something, by their measure or by their unit."""
        units = (models.Q(**{f"{name}__iregex": SHARE}) for name in UNITS)
        says_so = reduce(or_, units) & models.Q(measure=Indicator.Measure.NUMBER)
        return self.filter(models.Q(measure=Indicator.Measure.PERCENTAGE) | says_so)


class Indicator(Slugged):
    """What is measured of a result. Its measure says which of its values may be added."""

    class Measure(models.TextChoices):
        NUMBER = "number", _("a number")
        PERCENTAGE = "percentage", _("percentage")
        SCALE = "scale", _("qualitative, on a scale")

    class Whom(models.TextChoices):
        """Whom it counts: what is not known to be harmless is held for vulnerable."""

        VULNERABLE = "vulnerable", _("people of a vulnerable group, or not known whom")
        OTHERS = "others", _("people, but nobody of a vulnerable group")
        NOBODY = "nobody", _("no people: meetings, buildings, days, money")

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
    whom = models.CharField(
        _("whom it counts"),
        max_length=10,
        choices=Whom,
        default=Whom.VULNERABLE,
        help_text=_("Small counts of people who are, or may be, of a vulnerable group do not leave the portal."),
    )
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

    @property
    def told_measure(self) -> Measure:
        """The measure in which its values are told: a number whose unit is per cent is a percentage.

        Such a one cannot be made any more. Told as a count, a share of vulnerable people would leave the portal.
        """
        measure = self.Measure(self.measure)
        is_share = measure == self.Measure.NUMBER and any(_is_per_cent(getattr(self, name) or "") for name in UNITS)
        return self.Measure.PERCENTAGE if is_share else measure

    @property
    def adds_up(self) -> bool:
        """Whether its values of several periods may be added, which no percentages may."""
        return self.adds_periods and self.told_measure == self.Measure.NUMBER

    def clean(self) -> None:
        """Refuse a step of another scale, a percentage above 100, and a number that is a percentage by its unit."""
        super().clean()
        if self.measure not in self.Measure.values or not self.outcome_id:
            return  # the field itself says so
        check_measure(self, self.baseline, self.baseline_level, value_field="baseline", level_field="baseline_level")
        stored = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        was_so = stored is not None and stored.measure == self.measure and stored.told_measure == self.told_measure
        if self.told_measure != self.measure and not was_so:
            sentence = _("A number whose unit is per cent is a percentage: choose that measure.")
            raise ValidationError({"measure": ValidationError(sentence, code="share")})
        if stored is not None and (self.targets.exists() or self.values.exists()):
            self._check_rows(stored)

    def freeing(self, before: str) -> str:
        """Return what to ask whoever says that it counts nobody vulnerable any more; else an empty text.

        `before` is whom it counted so far. The next report tells its values in full, small ones too.
        """
        is_freed = before == self.Whom.VULNERABLE != self.whom
        return str(FREEING) if is_freed and self.pk and (self.baseline or self.values.exists()) else ""

    def _becomes_what_it_is(self, stored: Indicator) -> bool:
        """Say whether a number that is a percentage by its unit becomes one by its measure, and its rows allow it."""
        out = models.Q(value__lt=0) | models.Q(value__gt=100)
        is_so = stored.measure == self.Measure.NUMBER and stored.told_measure == self.measure
        return is_so and not (self.targets.filter(out).exists() or self.values.filter(out).exists())

    def _check_rows(self, stored: Indicator) -> None:
        """Refuse a measure that targets and values are not told in, and a programme that they lie outside of."""
        is_other = (stored.measure, stored.scale_id) != (self.measure, self.scale_id)
        if is_other and not self._becomes_what_it_is(stored):
            sentence = _("Targets or values are told in this measure already.")
            raise ValidationError({"measure": ValidationError(sentence, code="told")})
        if stored.outcome_id == self.outcome_id or (programme := self.outcome.programme) is None:
            return
        years = models.Q(year__lt=programme.starts_on.year) | models.Q(year__gt=programme.ends_on.year)
        days = models.Q(starts_on__lt=programme.starts_on) | models.Q(ends_on__gt=programme.ends_on)
        if self.targets.filter(years).exists() or self.values.filter(days).exists():
            sentence = _("Targets or values lie outside the years of this result’s programme.")
            raise ValidationError({"outcome": ValidationError(sentence, code="outside")})

    def lies_behind(self, value: Decimal | None, level: ScaleLevel | None) -> bool:
        """Say whether a value is worse than the baseline; where either is unknown it is not."""
        start = self.baseline_level.value if self.baseline_level_id and self.baseline_level else self.baseline
        reached = level.value if level else value
        if start is None or reached is None:
            return False
        return reached < start if self.is_ascending else reached > start


def check_measure(
    indicator: Indicator,
    value: Decimal | None,
    level: ScaleLevel | None,
    *,
    value_field: str = "value",
    level_field: str = "level",
) -> None:
    """Refuse a percentage outside 0–100, a number for a scale, and a step that is not on the indicator's own scale.

    Raises ValidationError beside the field that it is about.
    """
    if level is not None and level.scale_id != indicator.scale_id:
        sentence = _("This step is not on the scale of the indicator.")
        raise ValidationError({level_field: ValidationError(sentence, code="scale")})
    if value is None:
        return
    if indicator.is_qualitative:
        sentence = _("This indicator is told by a step of its scale, not by a number.")
        raise ValidationError({value_field: ValidationError(sentence, code="scale")})
    if indicator.measure == Indicator.Measure.PERCENTAGE and not 0 <= value <= 100:
        sentence = _("A percentage lies between 0 and 100.")
        raise ValidationError({value_field: ValidationError(sentence, code="percentage")})


class OfIndicatorQuerySet(ScopedQuerySet):
    """Rows that hang on an indicator."""

    partnership_path = "indicator__outcome__partnership"


def number_or_step(name: str) -> models.CheckConstraint:
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
            number_or_step("partnerships_target_value"),
            models.UniqueConstraint(
                fields=["indicator", "year"],
                name="partnerships_target_once",
                violation_error_code="year",
                violation_error_message=_("The indicator has a target for this year already."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator}, {self.year}"

    def clean(self) -> None:
        """Refuse a year outside the programme, a percentage above 100, and a step of another scale."""
        super().clean()
        if not self.indicator_id:
            return
        programme = self.indicator.outcome.programme
        if programme and self.year and not programme.holds_year(self.year):
            raise ValidationError({"year": ValidationError(OUTSIDE, params={"years": programme.span_text})})
        check_measure(self.indicator, self.value, self.level)

    @property
    def warning(self) -> str:
        """A sentence where the target is worse than the baseline, which may be meant so; else an empty text."""
        if not self.indicator.lies_behind(self.value, self.level):
            return ""
        if self.indicator.is_ascending:
            return str(_("The target lies below the baseline, although a higher value is better."))
        return str(_("The target lies above the baseline, although a lower value is better."))
