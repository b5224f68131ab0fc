"""The sessions of a cohort, and who was there."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.courses import Cohort
from beneficiaries.models.learners import Enrolment, refuse_erased
from beneficiaries.models.scoped import OfEnrolmentQuerySet
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.constraints import SameParent
from portal.ground.dates import format_date
from portal.ground.wording import listed

SESSION_TWICE = _("The cohort has a session on that day at that time already.")
NOT_ENROLLED = _("This learner is not enrolled in the cohort of this session.")


class SessionQuerySet(ScopedQuerySet):
    """Questions about sessions."""

    partnership_path = "cohort__course__partnership"


class Session(models.Model):
    """A day, or a part of one, on which a cohort meets. Its version is that of its attendance sheet."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="sessions", verbose_name=_("cohort"))
    held_on = models.DateField(_("date"))
    starts_at = models.TimeField(_("from what time"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["cohort", "held_on", "starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "held_on", "starts_at"],
                name="beneficiaries_session_once",
                violation_error_code="held_on",
                violation_error_message=SESSION_TWICE,
            ),
            models.UniqueConstraint(
                fields=["cohort", "held_on"],
                condition=models.Q(starts_at__isnull=True),
                name="beneficiaries_session_whole_day_once",
                violation_error_code="held_on",
                violation_error_message=SESSION_TWICE,
            ),
            models.UniqueConstraint(  # what attendance refers to
                fields=["id", "cohort"],
                name="beneficiaries_session_cohort",
                violation_error_code="cohort",
                violation_error_message=SESSION_TWICE,
            ),
        ]

    def __str__(self):
        return listed([self.cohort, self.when])

    def clean(self) -> None:
        """Refuse a day on which the cohort does not run."""
        super().clean()
        if not (self.cohort_id and self.held_on):
            return
        early = self.held_on < self.cohort.starts_on
        if early or (self.cohort.ends_on and self.held_on > self.cohort.ends_on):
            sentence = _("The cohort runs in %(days)s: this day lies outside it.")
            raise ValidationError({"held_on": ValidationError(sentence, params={"days": self.cohort.span_text})})

    @property
    def when(self) -> str:
        """The day, and the time where it is known, in the active language."""
        day = format_date(self.held_on)
        return listed([day, time_format(self.starts_at, "H:i") if self.starts_at else ""])


class Attendance(models.Model):
    """Whether one learner was at one session. Its cohort is that of both, which the database itself asks."""

    class State(models.TextChoices):
        PRESENT = "present", _("attended")
        ABSENT = "absent", _("absent")
        EXCUSED = "excused", _("excused")

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="+", editable=False, verbose_name=_("cohort"))
    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances", verbose_name=_("session"))
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendances", verbose_name=_("enrolment"))
    state = models.CharField(_("attendance"), max_length=7, choices=State)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = OfEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["session", "enrolment"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "enrolment"],
                name="beneficiaries_attendance_once",
                violation_error_code="enrolment",
                violation_error_message=_("This learner stands on the sheet of this session already."),
            ),
            SameParent(
                name="beneficiaries_attendance_session",
                link="session",
                parent="cohort",
                violation_error_code="session",
                violation_error_message=NOT_ENROLLED,
            ),
            SameParent(
                name="beneficiaries_attendance_enrolment",
                link="enrolment",
                parent="cohort",
                violation_error_code="enrolment",
                violation_error_message=NOT_ENROLLED,
            ),
        ]

    def __str__(self):
        return f"{self.enrolment.learner}, {self.session}: {self.get_state_display()}"

    def clean(self) -> None:
        """Take the cohort of the session, and refuse a day on which the learner was not enrolled."""
        super().clean()
        if not (self.session_id and self.enrolment_id):
            return
        refuse_erased(self.enrolment.learner)
        self.cohort_id = self.session.cohort_id
        day, enrolment = self.session.held_on, self.enrolment
        if day < enrolment.enrolled_on or (enrolment.withdrawn_on and day > enrolment.withdrawn_on):
            sentence = _("This learner was not enrolled on that day.")
            raise ValidationError({"enrolment": ValidationError(sentence, code="day")})
