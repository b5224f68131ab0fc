"""Exams by an authority, and what each learner came out with (B25, B26, B33)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.courses import Course
from beneficiaries.models.learners import Enrolment, refuse_erased
from beneficiaries.models.scoped import OfEnrolmentQuerySet
from partnerships.models import Decision, Organisation
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.dates import Precision, format_date, precision_matches
from portal.ground.natural import Slugged
from portal.ground.wording import listed


class ExamQuerySet(ScopedQuerySet):
    """Questions about exams."""

    partnership_path = "course__partnership"


class Exam(Slugged):
    """An exam of a course, with what it asked that year. A day that is not known yet is left out."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="exams", verbose_name=_("course"))
    authority = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="exams", verbose_name=_("examining authority")
    )
    held_on = models.DateField(_("date"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    content = models.TextField(_("what it asks"), blank=True, default="")
    changed_by = models.ManyToManyField(
        Decision, blank=True, related_name="exams", verbose_name=_("decisions that changed it")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ExamQuerySet.as_manager()

    class Meta:
        verbose_name = _("exam")
        verbose_name_plural = _("exams")
        ordering = ["course", "held_on", "slug"]
        constraints = [precision_matches("held_on", "precision", name="beneficiaries_exam_precision")]

    def __str__(self):
        return listed([self.course, self.date_text])

    def clean(self) -> None:
        """Refuse a day before somebody who sat the exam had enrolled, and no day once there are results."""
        super().clean()
        if not self.pk:
            return
        if self.held_on is None and self.results.exists():
            sentence = _("This exam has results: say when it was.")
            raise ValidationError({"held_on": ValidationError(sentence, code="results")})
        if self.held_on and self.results.filter(enrolment__enrolled_on__gt=self.held_on).exists():
            raise ValidationError({"held_on": ValidationError(BEFORE_ENROLMENT, code="enrolment")})

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.held_on, self.precision)


BEFORE_ENROLMENT = _("This exam was held before the learner enrolled.")


class ExamResult(models.Model):
    """What one enrolled learner came out of an exam with; a diploma's day and number where they are known."""

    class Result(models.TextChoices):
        PASSED = "passed", _("passed")
        FAILED = "failed", _("failed")
        ABSENT = "absent", _("did not come")

    exam = models.ForeignKey(Exam, models.PROTECT, related_name="results", verbose_name=_("exam"))
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="results", verbose_name=_("enrolment"))
    result = models.CharField(_("result"), max_length=6, choices=Result)
    has_diploma = models.BooleanField(_("diploma"), default=False)
    diploma_on = models.DateField(_("date of the diploma"), null=True, blank=True)
    diploma_number = models.CharField(_("number of the diploma"), max_length=40, blank=True, default="")
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = OfEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of an exam")
        verbose_name_plural = _("results of exams")
        ordering = ["exam", "enrolment"]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "enrolment"],
                name="beneficiaries_result_once",
                violation_error_code="enrolment",
                violation_error_message=_("This learner has a result of this exam already."),
            ),
            models.CheckConstraint(
                name="beneficiaries_result_diploma",
                condition=models.Q(has_diploma=False) | models.Q(result="passed"),
                violation_error_code="has_diploma",
                violation_error_message=_("Only who passed has a diploma."),
            ),
            models.CheckConstraint(
                name="beneficiaries_result_diploma_details",
                condition=models.Q(has_diploma=True) | models.Q(diploma_on__isnull=True, diploma_number=""),
                violation_error_code="diploma_on",
                violation_error_message=_("A date or a number belongs to a diploma."),
            ),
        ]

    def __str__(self):
        return f"{self.enrolment.learner}, {self.exam}: {self.get_result_display()}"

    def clean(self) -> None:
        """Refuse an exam of another course, without a day, or before the enrolment; and a diploma before the exam."""
        super().clean()
        if not (self.exam_id and self.enrolment_id):
            return
        exam, enrolment = self.exam, self.enrolment
        refuse_erased(enrolment.learner)
        if exam.course_id not in enrolment.cohort.course.with_wholes():
            raise ValidationError({"enrolment": ValidationError(_("This exam is of another course."), code="course")})
        if exam.held_on is None:
            raise ValidationError({"exam": ValidationError(_("Say first when the exam was."), code="day")})
        if Precision(exam.precision).last_day(exam.held_on) < enrolment.enrolled_on:
            raise ValidationError({"enrolment": ValidationError(BEFORE_ENROLMENT, code="order")})
        if self.diploma_on and self.diploma_on < Precision(exam.precision).first_day(exam.held_on):
            sentence = _("A diploma comes after its exam.")
            raise ValidationError({"diploma_on": ValidationError(sentence, code="order")})
