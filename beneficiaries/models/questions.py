"""What an evaluation form asks, in order."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.forms import EvaluationForm
from partnerships.models import Finding
from partnerships.models.partnership import ScopedQuerySet


class Question(models.Model):
    """One question of a form. Once somebody answered the form it stays as it is (see services.questions)."""

    class Kind(models.TextChoices):
        SCALE = "scale", _("scale")
        CHOICE = "choice", _("one choice")
        CHOICES = "choices", _("several choices")
        NUMBER = "number", _("a number")
        TEXT = "text", _("own words")

    form = models.ForeignKey(
        EvaluationForm, models.CASCADE, related_name="questions", editable=False, verbose_name=_("evaluation form")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=1, editable=False)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.SCALE)
    text = models.CharField(_("question"), max_length=300)
    is_required = models.BooleanField(_("must be answered"), default=False)
    # Of a scale: how many steps it has, and the words at both ends.
    steps = models.PositiveSmallIntegerField(_("steps of the scale"), null=True, blank=True)
    low = models.CharField(_("words at the lowest step"), max_length=80, blank=True, default="")
    high = models.CharField(_("words at the highest step"), max_length=80, blank=True, default="")
    # Of a number.
    lowest = models.DecimalField(_("lowest number"), max_digits=9, decimal_places=2, null=True, blank=True)
    highest = models.DecimalField(_("highest number"), max_digits=9, decimal_places=2, null=True, blank=True)
    findings = models.ManyToManyField(
        Finding, blank=True, editable=False, related_name="questions", verbose_name=_("findings")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class OwnQuerySet(ScopedQuerySet):
        """Questions about questions."""

        partnership_path = "form__partnership"

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["form", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="beneficiaries_question_steps",
                condition=models.Q(kind="scale", steps__isnull=False, steps__range=(2, 10))
                | (~models.Q(kind="scale") & models.Q(steps__isnull=True)),
                violation_error_code="steps",
                violation_error_message=_("A scale has 2 to 10 steps."),
            ),
            models.CheckConstraint(
                name="beneficiaries_question_range",
                condition=models.Q(lowest__isnull=True)
                | models.Q(highest__isnull=True)
                | models.Q(highest__gte=models.F("lowest")),
                violation_error_code="highest",
                violation_error_message=_("The highest number lies below the lowest."),
            ),
            models.CheckConstraint(
                name="beneficiaries_question_range_of_number",
                condition=models.Q(kind="number") | models.Q(lowest__isnull=True, highest__isnull=True),
                violation_error_code="kind",
                violation_error_message=_("Only a number has a lowest and a highest one."),
            ),
        ]

    def __str__(self):
        return self.text


class QuestionChoice(models.Model):
    """One of the answers that a question offers."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="choices", verbose_name=_("question"))
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    label = models.CharField(_("answer"), max_length=150)

    class OwnQuerySet(ScopedQuerySet):
        """Questions about the answers on offer."""

        partnership_path = "question__form__partnership"

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer on offer")
        verbose_name_plural = _("answers on offer")
        ordering = ["question", "position", "pk"]
        constraints = [
            # What an answer's foreign key over both columns refers to.
            models.UniqueConstraint(
                fields=["id", "question"],
                name="beneficiaries_choice_of_question",
                violation_error_code="question",
                violation_error_message=_("This question offers this answer already."),
            ),
        ]

    def __str__(self):
        return self.label
