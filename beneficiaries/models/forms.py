"""Questionnaires: about expectations and needs, or about how something went; answered without a name."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.courses import Cohort, Course
from beneficiaries.models.groups import TargetGroup
from partnerships.models import Decision, Finding, Partnership
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.dates import Precision, dates_in_order, format_date, format_span, precision_matches
from portal.ground.natural import Slugged


class EvaluationForm(Slugged):
    """A questionnaire about expectations and needs, and the decisions that came of it (B24).

    Without questions it is the record of one that was handed out on paper. It is open from `opens_on` to `closes_on`,
    both included.
    """

    class State(models.TextChoices):
        UNDATED = "undated", _("without dates")
        COMING = "coming", _("not open yet")
        OPEN = "open", _("open for answers")
        CLOSED = "closed", _("no longer open")

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="evaluation_forms", verbose_name=_("partnership")
    )
    course = models.ForeignKey(
        Course, models.SET_NULL, null=True, blank=True, related_name="evaluation_forms", verbose_name=_("course")
    )
    target_group = models.ForeignKey(
        TargetGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evaluation_forms",
        verbose_name=_("target group"),
    )
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="evaluation_forms", verbose_name=_("cohort")
    )
    title = models.CharField(_("title"), max_length=200)
    subject = models.CharField(_("what it asks about"), max_length=250, blank=True, default="")
    introduction = models.TextField(_("introduction"), blank=True, default="")
    sent_on = models.DateField(_("handed out on"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    opens_on = models.DateField(_("open from"), null=True, blank=True)
    closes_on = models.DateField(_("open until"), null=True, blank=True)
    needs_code = models.BooleanField(
        _("one answer for each code"),
        default=True,
        help_text=_("Codes are printed and handed out. Without them everybody who has the link can answer."),
    )
    # Where everybody answers who has the link; unlike a code it hangs on the wall.
    link = models.CharField(_("link"), max_length=32, null=True, unique=True, editable=False)  # noqa: DJ001 - unique
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, editable=False, related_name="copies", verbose_name=_("copied from")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)
    findings = models.ManyToManyField(Finding, blank=True, related_name="evaluation_forms", verbose_name=_("findings"))
    decisions = models.ManyToManyField(
        Decision, blank=True, related_name="evaluation_forms", verbose_name=_("decisions that followed")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation form")
        verbose_name_plural = _("evaluation forms")
        ordering = ["partnership", "sent_on", "slug"]
        constraints = [
            precision_matches("sent_on", "precision", name="beneficiaries_form_precision"),
            dates_in_order("beneficiaries_form_open_in_order", starts="opens_on", ends="closes_on"),
            models.CheckConstraint(
                name="beneficiaries_form_closes_after_opening",
                condition=models.Q(closes_on__isnull=True) | models.Q(opens_on__isnull=False),
                violation_error_code="opens_on",
                violation_error_message=_("Say from which day it is open too."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.sent_on, self.precision)

    @property
    def open_text(self) -> str:
        """The days on which it is open, in the active language."""
        return format_span(self.opens_on, self.closes_on) if self.opens_on else ""

    @property
    def is_at_risk(self) -> bool:
        """Whether an answer may point at somebody whom that could harm.

        A form that does not say who answers it is taken for one that does.
        """
        group = self.target_group or (self.course.target_group if self.course else None)
        return group is None or group.is_vulnerable

    def state_on(self, on: dt.date) -> State:
        """Return whether it may be answered on a day."""
        if self.opens_on is None:
            return self.State.UNDATED
        if on < self.opens_on:
            return self.State.COMING
        return self.State.CLOSED if self.closes_on and on > self.closes_on else self.State.OPEN

    def clean(self) -> None:
        """Refuse a course or a cohort of another partnership, and a cohort of another course."""
        super().clean()
        homes = {
            "course": self.course and self.course.partnership_id,
            "cohort": self.cohort and self.cohort.course.partnership_id,
        }
        wrong = [name for name, home in homes.items() if home not in {None, self.partnership_id}]
        if wrong:
            raise ValidationError(dict.fromkeys(wrong, _("This belongs to another partnership.")))
        if self.cohort and self.course and self.cohort.course_id != self.course_id:
            raise ValidationError({"cohort": ValidationError(_("This cohort follows another course."), code="course")})
