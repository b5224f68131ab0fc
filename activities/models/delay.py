"""Delays of activities: planned for when, why not then, for when now, and how it ended (A12)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.dates import Precision, format_date, precision_matches
from portal.ground.natural import NaturalKey


class DelayQuerySet(ScopedQuerySet):
    """Questions about delays."""

    partnership_path = "activity__partnership"


class Delay(NaturalKey):
    """One delay of an activity; put off once more, it has another. A date that nobody knows stays empty."""

    natural_key_fields = ["activity__slug", "number"]

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="delays", verbose_name=_("activity"))
    number = models.PositiveSmallIntegerField(_("order"), default=1)
    reason = models.TextField(_("reason"), blank=True, default="")
    planned_on = models.DateField(_("was planned for"), null=True, blank=True)
    planned_precision = models.CharField(
        _("date known to the"), max_length=5, choices=Precision, blank=True, default=""
    )
    revised_on = models.DateField(_("is now planned for"), null=True, blank=True)
    revised_precision = models.CharField(
        _("date known to the"), max_length=5, choices=Precision, blank=True, default=""
    )
    is_over = models.BooleanField(_("the delay is over"), default=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = DelayQuerySet.as_manager()

    class Meta:
        verbose_name = _("delay")
        verbose_name_plural = _("delays")
        ordering = ["activity", "number"]
        constraints = [
            *(
                precision_matches(f"{name}_on", f"{name}_precision", name=f"activities_delay_{name}_precision")
                for name in ("planned", "revised", "ended")
            ),
            models.CheckConstraint(
                name="activities_delay_over",
                condition=models.Q(is_over=True) | models.Q(ended_on__isnull=True),
                violation_error_code="ended_on",
                violation_error_message=_("Only a delay that is over has an end."),
            ),
            models.UniqueConstraint(
                fields=["activity", "number"],
                name="activities_delay_number",
                violation_error_code="number",
                violation_error_message=_("Another delay of this activity has this number."),
            ),
        ]

    def __str__(self):
        return f"{self.activity}: {self._meta.verbose_name} {self.number}"

    @property
    def planned_text(self) -> str:
        """The known part of the first date in the active language."""
        return format_date(self.planned_on, self.planned_precision)

    @property
    def revised_text(self) -> str:
        """The known part of the revised date in the active language."""
        return format_date(self.revised_on, self.revised_precision)

    @property
    def ended_text(self) -> str:
        """The known part of the end in the active language."""
        return format_date(self.ended_on, self.ended_precision)
