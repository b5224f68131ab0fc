"""What became of learners afterwards, and how those who start something are coached (B20, B21, B36)."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.learners import Enrolment, refuse_erased
from beneficiaries.models.scoped import OfEnrolmentQuerySet
from portal.ground.natural import Slugged

# The months after the end at which everybody who agreed is asked; any later month may be added by hand.
INTERVALS = (6, 12, 24)


class FollowUpOutcome(Slugged):
    """What a learner may be doing when asked: employed, looking, studying on. The list is data."""

    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("outcome of a follow-up")
        verbose_name_plural = _("outcomes of follow-ups")
        ordering = ["position", "slug"]

    def __str__(self):
        return self.name


class FollowUpQuerySet(OfEnrolmentQuerySet):
    """Questions about follow-ups."""

    def standing(self) -> FollowUpQuerySet:
        """Return those that may be told and counted: neither this answer nor being followed at all was taken back."""
        return self.filter(consent_withdrawn_on__isnull=True, enrolment__learner__consent_withdrawn_on__isnull=True)


class FollowUp(models.Model):
    """What a learner did some months after a cohort; asked only of who agreed to it.

    Who takes the agreement to an answer back leaves its row with two days and without the answer.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="follow_ups", verbose_name=_("enrolment"))
    months = models.PositiveSmallIntegerField(_("months afterwards"))
    asked_on = models.DateField(_("asked on"))
    outcome = models.ForeignKey(
        FollowUpOutcome,
        models.PROTECT,
        null=True,
        related_name="follow_ups",
        verbose_name=_("what the learner does now"),
    )
    consented_on = models.DateField(
        _("agreed to this on"),
        null=True,
        blank=True,
        help_text=_("Left out: on the day on which the learner agreed to be followed."),
    )
    consent_withdrawn_on = models.DateField(_("agreement taken back on"), null=True, blank=True, editable=False)
    is_erased = models.BooleanField(_("of a learner who was erased"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["enrolment", "months"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "months"],
                name="beneficiaries_follow_up_once",
                violation_error_code="months",
                violation_error_message=_("This learner was asked for these months already."),
            ),
            models.CheckConstraint(
                name="beneficiaries_follow_up_months",
                condition=models.Q(months__range=(1, 240)),
                violation_error_code="months",
                violation_error_message=_("Give a number of months between 1 and 240."),
            ),
            models.CheckConstraint(
                name="beneficiaries_follow_up_withdrawn",
                condition=models.Q(consent_withdrawn_on__isnull=True, outcome__isnull=False)
                | models.Q(consent_withdrawn_on__isnull=False, outcome__isnull=True),
                violation_error_code="outcome",
                violation_error_message=_("An answer that was taken back is not kept."),
            ),
            models.CheckConstraint(
                name="beneficiaries_follow_up_agreed",
                condition=models.Q(outcome__isnull=True)
                | models.Q(is_erased=False, consented_on__isnull=False)
                | models.Q(is_erased=True, consented_on__isnull=True),
                violation_error_code="consented_on",
                violation_error_message=_("Say on which day the learner agreed to be asked."),
            ),
        ]

    def __str__(self):
        return f"{self.enrolment}, {self.months}: {self.outcome or '–'}"

    def clean(self) -> None:
        """Refuse to ask who did not agree on that day, or before the course is over."""
        super().clean()
        if not (self.enrolment_id and self.asked_on):
            return
        refuse_erased(self.enrolment.learner)
        self.consented_on = self.consented_on or self.enrolment.learner.consented_on
        if self.enrolment.learner.lacks_guardian(self.asked_on):
            sentence = _("This learner may be under age: note first on which day a guardian agreed.")
            raise ValidationError({"asked_on": ValidationError(sentence, code="guardian")})
        if not self.enrolment.learner.may_be_followed(self.asked_on):
            sentence = _("This learner did not agree to be followed, or took the agreement back.")
            raise ValidationError({"asked_on": ValidationError(sentence, code="consent")})
        if self.consented_on and self.consented_on > self.asked_on:
            sentence = _("Somebody agrees first, and is asked then.")
            raise ValidationError({"consented_on": ValidationError(sentence, code="consent")})
        ended = self.enrolment.ended_on
        if ended is None or self.asked_on < ended:
            sentence = _("Follow-up begins when the learner has finished or left.")
            raise ValidationError({"asked_on": ValidationError(sentence, code="order")})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Ask for the day of an agreement only where there is one: `clean` tells who agreed to nothing."""
        without = {"consented_on"} if self.enrolment_id and not self.enrolment.learner.consented_on else set()
        super().validate_constraints({*(exclude or ()), *without})


def months_after(day: dt.date, months: int) -> dt.date:
    """Return the day some months later; the last one of a month that has fewer days."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class Coaching(models.Model):
    """One talk with a learner who starts something: when, and what about in one word; never what was said."""

    class Topic(models.TextChoices):
        IDEA = "idea", _("idea for a project")
        PLAN = "plan", _("plan")
        MONEY = "money", _("money")
        FORMALITIES = "formalities", _("formalities")
        SALES = "sales", _("sales")
        LASTING = "lasting", _("making it last")
        OTHER = "other", _("other")

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="coachings", verbose_name=_("enrolment"))
    held_on = models.DateField(_("date"))
    topic = models.CharField(_("subject"), max_length=11, choices=Topic, default=Topic.OTHER)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = OfEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("coaching talk")
        verbose_name_plural = _("coaching talks")
        ordering = ["enrolment", "held_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "held_on", "topic"],
                name="beneficiaries_coaching_once",
                violation_error_code="held_on",
                violation_error_message=_("This talk is written down already."),
            )
        ]

    def __str__(self):
        return f"{self.enrolment}, {self.held_on}: {self.get_topic_display()}"

    def clean(self) -> None:
        """Refuse a day before the learner enrolled."""
        super().clean()
        if not self.enrolment_id:
            return
        refuse_erased(self.enrolment.learner)
        if self.held_on and self.held_on < self.enrolment.enrolled_on:
            sentence = _("This day lies before the enrolment.")
            raise ValidationError({"held_on": ValidationError(sentence, code="order")})
