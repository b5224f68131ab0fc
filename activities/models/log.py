"""What happened in an activity, and who was reached."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from beneficiaries.models import AgeBand, Sex, TargetGroup
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.dates import END_BEFORE_START, dates_in_order, format_span


class Counting(models.TextChoices):
    """How a number of people came about."""

    COUNTED = "counted", _("counted")
    ESTIMATED = "estimated", _("estimated")


class LogEntryQuerySet(ScopedQuerySet):
    """Questions about log entries."""

    partnership_path = "activity__partnership"

    def standing(self) -> Self:
        """Return the entries that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def during(self, starts_on: dt.date, ends_on: dt.date) -> Self:
        """Return the entries that share a day with the window, both ends included."""
        return self.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)


class LogEntry(models.Model):
    """What happened on one day or over some days of an activity, in its writer's language."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="log_entries", verbose_name=_("activity"))
    starts_on = models.DateField(_("date"))
    ends_on = models.DateField(_("until"), help_text=_("The same day where it lasted one day."))
    language = models.CharField(_("language of the text"), max_length=2, choices=settings.LANGUAGES)
    text = models.TextField(_("what happened"))
    difficulties = models.TextField(_("difficulties"), blank=True, default="")
    next_step = models.TextField(_("next step"), blank=True, default="")
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("entry of a locked year that it corrects"),
    )
    unique_people = models.PositiveIntegerField(
        _("different people"),
        null=True,
        blank=True,
        help_text=_("How many people came, each counted once however often; leave it empty where nobody knows."),
    )
    unique_counting = models.CharField(
        _("way of counting the different people"), max_length=9, choices=Counting, default=Counting.COUNTED
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["activity", "-starts_on"], name="log_entry_of_activity")]
        constraints = [dates_in_order("activities_log_entry_dates_in_order")]

    def __str__(self):
        return f"{self.activity}, {self.span_text}"

    def clean(self):
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": ValidationError(END_BEFORE_START, code="order")})
        if self.corrects and (self.corrects.activity_id != self.activity_id or self.corrects_id == self.pk):
            raise ValidationError({"corrects": _("An entry corrects another entry about the same activity.")})

    @property
    def span_text(self) -> str:
        """The day or days in the active language."""
        return format_span(self.starts_on, self.ends_on)


class ParticipationQuerySet(ScopedQuerySet):
    """Questions about participations."""

    partnership_path = "log_entry__activity__partnership"


class Participation(models.Model):
    """How many people of a group, a sex and an age band took part. A count, never a person."""

    Counting = Counting

    log_entry = models.ForeignKey(LogEntry, models.CASCADE, related_name="participations", verbose_name=_("log entry"))
    target_group = models.ForeignKey(
        TargetGroup, models.PROTECT, related_name="participations", verbose_name=_("target group")
    )
    sex = models.CharField(_("sex"), max_length=5, choices=Sex)
    age_band = models.ForeignKey(AgeBand, models.PROTECT, related_name="participations", verbose_name=_("age band"))
    count = models.PositiveIntegerField(_("number of participants"))
    counting = models.CharField(_("way of counting"), max_length=9, choices=Counting, default=Counting.COUNTED)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["log_entry", "target_group", "sex", "age_band"]
        constraints = [
            models.UniqueConstraint(
                fields=["log_entry", "target_group", "sex", "age_band"],
                name="activities_participation_once",
                violation_error_code="count",
                violation_error_message=_("This group, sex and age band is counted already in this entry."),
            ),
            models.CheckConstraint(
                name="activities_participation_count",
                condition=models.Q(count__range=(1, 100_000)),
                violation_error_code="count",
                violation_error_message=_("Give a number of participants between 1 and 100 000."),
            ),
        ]

    def __str__(self):
        text = f"{self.target_group}, {self.get_sex_display()}, {self.age_band}: {self.count}"
        return text if self.counting == self.Counting.COUNTED else f"{text} ({self.get_counting_display()})"

    def clean(self):
        """Refuse ages by which the group is not counted; what was counted so before stays."""
        super().clean()
        if not (self.target_group_id and self.age_band_id) or self.target_group.bands_among([self.age_band]):
            return
        before = type(self).objects.filter(pk=self.pk, target_group=self.target_group_id, age_band=self.age_band_id)
        if not before.exists():
            sentence = _("This group is counted by age bands of its own: choose one of them.")
            raise ValidationError({"age_band": ValidationError(sentence, code="band")})
