"""How an indicator's actual value is counted from what was logged, or from the courses that were followed."""

from __future__ import annotations

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Theme
from beneficiaries.models import Sex, TargetGroup
from partnerships.models import Indicator, Side
from partnerships.models.partnership import ScopedQuerySet


class CountingRuleQuerySet(ScopedQuerySet):
    """Questions about counting rules."""

    partnership_path = "indicator__outcome__partnership"

    def with_words(self) -> Self:
        """Return the rules with all that a rule told in words names; to count, only the keys of it are needed."""
        return self.select_related("indicator__outcome").prefetch_related("target_groups", "themes")


class CountingRule(models.Model):
    """What is counted for an indicator: what was logged in the activities of its result and of those below it.

    Of learners it counts who followed a course that one of these activities gives. What is left out limits nothing.
    """

    class What(models.TextChoices):
        PARTICIPATIONS = "participations", _("participations")
        ENTRIES = "entries", _("log entries")
        ACTIVITIES = "activities", _("activities with a log entry")
        ENROLMENTS = "enrolments", _("enrolments in courses")
        LEARNERS = "learners", _("learners who attended")
        DIPLOMAS = "diplomas", _("diplomas")

    indicator = models.OneToOneField(Indicator, models.CASCADE, related_name="counting", verbose_name=_("indicator"))
    what = models.CharField(_("what is counted"), max_length=14, choices=What, default=What.PARTICIPATIONS)
    side = models.CharField(_("place of work"), max_length=7, choices=Side, blank=True, default="")
    sex = models.CharField(_("sex"), max_length=5, choices=Sex, blank=True, default="")
    min_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    target_groups = models.ManyToManyField(TargetGroup, blank=True, related_name="+", verbose_name=_("target groups"))
    themes = models.ManyToManyField(Theme, blank=True, related_name="+", verbose_name=_("themes"))
    is_counted_only = models.BooleanField(_("without what was estimated"), default=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = CountingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("counting rule")
        verbose_name_plural = _("counting rules")
        ordering = ["indicator"]
        constraints = [
            models.CheckConstraint(
                name="activities_counting_people",
                condition=models.Q(what="participations")
                | models.Q(what__in=["enrolments", "learners", "diplomas"], is_counted_only=False)
                | models.Q(sex="", min_age__isnull=True, max_age__isnull=True, is_counted_only=False),
                violation_error_code="what",
                violation_error_message=_("Only people are told by sex and age, and only participations estimated."),
            ),
            models.CheckConstraint(
                name="activities_counting_ages",
                condition=models.Q(min_age__isnull=True)
                | models.Q(max_age__isnull=True)
                | models.Q(max_age__gte=models.F("min_age")),
                violation_error_code="max_age",
                violation_error_message=_("The highest age lies below the lowest."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator}: {self.get_what_display()}"

    def clean(self) -> None:
        """Refuse to count what no count can tell: a percentage, a step of a scale, one activity in several years."""
        super().clean()
        if not self.indicator_id:
            return
        if self.indicator.told_measure != Indicator.Measure.NUMBER:
            sentence = _("Only an indicator that is a number can be counted.")
            raise ValidationError({"indicator": ValidationError(sentence, code="measure")})
        cumulative = self.indicator.accumulation == Indicator.Accumulation.CUMULATIVE
        lasting = {
            self.What.ACTIVITIES: _("Activities last for years: only those of each year by itself can be counted."),
            self.What.LEARNERS: _("Learners stay for years: only those of each year by itself can be counted."),
        }
        if cumulative and self.what in lasting:
            raise ValidationError({"what": ValidationError(lasting[self.What(self.what)], code="cumulative")})
