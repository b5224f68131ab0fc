"""What was answered: by nobody in particular. No row leads from an answer to a code, a learner or a browser.

Nor does the order of the rows: their numbers are drawn at random, so that who stood beside the tablet at an hour that
the audit tells cannot count through to the answers.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.forms import EvaluationForm
from beneficiaries.models.questions import Question, QuestionChoice
from beneficiaries.models.scoped import PersonalQuerySet
from portal.ground.constraints import SameParent


def random_key() -> int:
    """Return a number for a row that says nothing of when it was written; a browser can hold it exactly."""
    return secrets.randbelow(2**53 - 1) + 1


class OfFormQuerySet(PersonalQuerySet):
    """Rows of one evaluation form; who only looks on sees what is counted of all."""

    partnership_path = "form__partnership"


class AnswerCode(models.Model):
    """The right to answer a form once. The code itself stands on paper alone; here is its keyed hash.

    Neither the day of its use nor the answers are kept with it: who knows which code a woman was given still cannot
    tell which answers are hers.
    """

    class State(models.TextChoices):
        FREE = "free", _("not used")
        USED = "used", _("used")
        WITHDRAWN = "withdrawn", _("withdrawn")

    form = models.ForeignKey(EvaluationForm, models.CASCADE, related_name="codes", verbose_name=_("evaluation form"))
    digest = models.CharField(_("hash"), max_length=64, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.FREE)

    objects = OfFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer code")
        verbose_name_plural = _("answer codes")
        ordering = ["form", "pk"]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"


class AnswerSheet(models.Model):
    """A form that somebody filled in: once for the key that it was sent with."""

    class Way(models.TextChoices):
        ONLINE = "online", _("online")
        PAPER = "paper", _("on paper")

    id = models.BigIntegerField(_("number"), primary_key=True, default=random_key, editable=False)
    form = models.ForeignKey(EvaluationForm, models.PROTECT, related_name="sheets", verbose_name=_("evaluation form"))
    key = models.UUIDField(_("key"), editable=False)
    way = models.CharField(_("way"), max_length=6, choices=Way, default=Way.ONLINE)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    received_on = models.DateField(_("received on"))
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("typed in by")
    )
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = OfFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("filled-in form")
        verbose_name_plural = _("filled-in forms")
        ordering = ["form", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "key"],
                name="beneficiaries_sheet_once",
                violation_error_code="key",
                violation_error_message=_("These answers were received already."),
            ),
            models.CheckConstraint(
                name="beneficiaries_sheet_typed_by",
                condition=models.Q(way="paper", typed_by__isnull=False) | models.Q(way="online", typed_by__isnull=True),
                violation_error_code="typed_by",
                violation_error_message=_("Somebody types in what was filled in on paper, and nobody else's form."),
            ),
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"


class Answer(models.Model):
    """What one filled-in form says to one question: a choice, a number (or the step of a scale), or own words."""

    id = models.BigIntegerField(_("number"), primary_key=True, default=random_key, editable=False)
    sheet = models.ForeignKey(AnswerSheet, models.CASCADE, related_name="answers", verbose_name=_("filled-in form"))
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers", verbose_name=_("question"))
    choice = models.ForeignKey(
        QuestionChoice, models.PROTECT, null=True, blank=True, related_name="answers", verbose_name=_("choice")
    )
    number = models.DecimalField(_("number"), max_digits=12, decimal_places=2, null=True, blank=True)
    text = models.TextField(_("own words"), blank=True, default="")

    class OwnQuerySet(PersonalQuerySet):
        """Questions about answers."""

        partnership_path = "sheet__form__partnership"

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        ordering = ["sheet", "question__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "sheet",
                "question",
                Coalesce("choice", models.Value(0), output_field=models.BigIntegerField()),
                name="beneficiaries_answer_once",
                violation_error_code="question",
                violation_error_message=_("This question is answered already."),
            ),
            models.CheckConstraint(
                name="beneficiaries_answer_is_one_thing",
                condition=models.Q(choice__isnull=False, number__isnull=True, text="")
                | models.Q(choice__isnull=True, number__isnull=False, text="")
                | (models.Q(choice__isnull=True, number__isnull=True) & ~models.Q(text="")),
                violation_error_code="text",
                violation_error_message=_("An answer is a choice, a number or some words."),
            ),
            SameParent(
                name="beneficiaries_answer_choice_of_question",
                link="choice",
                parent="question",
                violation_error_code="choice",
                violation_error_message=_("This question does not offer this answer."),
            ),
        ]

    def __str__(self):
        # The number alone: what somebody wrote shows in no history.
        return f"{self._meta.verbose_name} {self.pk}"
