"""What is taught: the courses on offer, and the groups that follow one of them together."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.groups import TargetGroup
from partnerships.models import Decision, Finding, ObservedOutcome, Organisation, Partnership, Place, Programme
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.dates import Span, dates_in_order, format_span
from portal.ground.natural import Slugged
from portal.ground.wording import listed


class Course(Span, Slugged):
    """A training on offer: its subject, where it is given, for whom, and whose wish led to it."""

    class Kind(models.TextChoices):
        WORKSHOP = "workshop", _("workshop")
        TRAINING = "training", _("training")
        CYCLE = "cycle", _("training cycle")
        GUIDANCE = "guidance", _("professional guidance")

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="courses", verbose_name=_("partnership"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("programme")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")
    part_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("place")
    )
    target_group = models.ForeignKey(
        TargetGroup, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("target group")
    )
    run_by = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("run by")
    )
    follows_needs = models.BooleanField(_("chosen by the participants' own wishes"), default=False)
    leads_to_diploma = models.BooleanField(_("leads to a diploma"), default=False)
    outcomes = models.ManyToManyField(
        ObservedOutcome, blank=True, related_name="courses", verbose_name=_("observed outcomes")
    )
    needs = models.ManyToManyField(Finding, blank=True, related_name="courses", verbose_name=_("needs that led to it"))
    changed_by = models.ManyToManyField(
        Decision, blank=True, related_name="courses", verbose_name=_("decisions that changed it")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["partnership", "starts_on", "slug"]
        constraints = [*Span.Meta.constraints]

    def __str__(self):
        return self.title

    def clean(self) -> None:
        """Refuse a course that is part of itself, through any number of steps, or of one of another partnership."""
        super().clean()
        if self.part_of is None:
            return
        if self.partnership_id and self.part_of.partnership_id != self.partnership_id:
            raise ValidationError({"part_of": ValidationError(_("This belongs to another partnership."))})
        if self.pk and self.pk in self.part_of.with_wholes():
            sentence = _("A course is not part of itself, nor of one of its own parts.")
            raise ValidationError({"part_of": ValidationError(sentence, code="cycle")})

    def with_wholes(self) -> set[int]:
        """Return the keys of the course and of those that it is part of, through any number of steps."""
        found: set[int] = set()
        course: Course | None = self
        while course is not None and course.pk not in found:
            found.add(course.pk)
            course = course.part_of
        return found


class CohortQuerySet(ScopedQuerySet):
    """Questions about cohorts."""

    partnership_path = "course__partnership"


class Cohort(Slugged):
    """People who follow one course together, at one centre, from one day to another."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="cohorts", verbose_name=_("course"))
    name = models.CharField(_("name"), max_length=120, help_text=_("For example 2025–2026, group A."))
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="cohorts", verbose_name=_("programme")
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="cohorts", verbose_name=_("place")
    )
    centre = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="cohorts", verbose_name=_("training centre")
    )
    trained_by = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="trained_cohorts",
        verbose_name=_("organisation that trains"),
    )
    trainer = models.CharField(
        _("trainer"), max_length=150, blank=True, default="", help_text=_("Who trains: the function is enough.")
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    timetable = models.CharField(
        _("timetable"), max_length=200, blank=True, default="", help_text=_("For example Mon and Thu, 14:00–17:00.")
    )
    seats = models.PositiveSmallIntegerField(_("places for learners"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["-starts_on", "slug"]
        constraints = [
            dates_in_order("beneficiaries_cohort_dates_in_order"),
            models.UniqueConstraint(
                fields=["course", "name"],
                name="beneficiaries_cohort_name_once",
                violation_error_code="name",
                violation_error_message=_("This course has a cohort of this name already."),
            ),
        ]

    def __str__(self):
        return listed([self.course, self.name])

    def clean(self) -> None:
        """Refuse a programme of another partnership, and days that its own sessions fall outside of."""
        super().clean()
        if self.programme and self.course_id and self.programme.partnership_id != self.course.partnership_id:
            raise ValidationError({"programme": ValidationError(_("This belongs to another partnership."))})
        if self.pk and self.starts_on:
            outside = self.sessions.filter(held_on__lt=self.starts_on)
            if self.ends_on:
                outside |= self.sessions.filter(held_on__gt=self.ends_on)
            if outside.exists():
                sentence = _("A session of this cohort lies outside these days.")
                raise ValidationError({"starts_on": ValidationError(sentence, code="sessions")})

    @property
    def span_text(self) -> str:
        """The days from the first to the last, in the active language."""
        return format_span(self.starts_on, self.ends_on)

    def is_over(self, on: dt.date) -> bool:
        """Say whether its last day has passed."""
        return self.ends_on is not None and self.ends_on < on
