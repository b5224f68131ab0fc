"""What may hinder a partnership, or did; the answer to it over time; and what was learned."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.actors import Organisation
from partnerships.models.municipality import Side
from partnerships.models.partnership import Partnership, PartnershipPeriod, ScopedQuerySet
from partnerships.models.programme import Programme
from partnerships.models.results import Outcome
from portal.ground.dates import Precision, format_date, precision_matches
from portal.ground.natural import NaturalKey, Slugged


class Grade(models.TextChoices):
    """How likely, or how grave."""

    LOW = "low", _("low")
    MEDIUM = "medium", _("medium")
    HIGH = "high", _("high")


class RiskQuerySet(ScopedQuerySet):
    """Questions about risks and obstacles."""

    def to_review(self, on: dt.date) -> Self:
        """Return those that are not overcome and whose day of review has come."""
        return self.exclude(state=Risk.State.OVERCOME).filter(review_on__lte=on)


class Risk(Slugged):
    """What may hinder the partnership, or did: cause, effect, the answer to it, and how that went."""

    class Kind(models.TextChoices):
        RISK = "risk", _("risk")
        OBSTACLE = "obstacle", _("obstacle")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        EASED = "eased", _("eased")
        OVERCOME = "overcome", _("overcome")

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="risks", verbose_name=_("partnership"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    state = models.CharField(_("state"), max_length=8, choices=State, blank=True, default="")
    side = models.CharField(_("side"), max_length=7, choices=Side, blank=True, default="")
    period = models.ForeignKey(
        PartnershipPeriod,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="risks",
        verbose_name=_("arose in the period"),
    )
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="risks", verbose_name=_("organisations concerned")
    )
    title = models.CharField(_("title"), max_length=200)
    cause = models.TextField(_("cause"), blank=True, default="")
    effect = models.TextField(_("effect"), blank=True, default="")
    response = models.TextField(_("response"), blank=True, default="")
    appraisal = models.TextField(_("appraisal"), blank=True, default="")
    likelihood = models.CharField(_("likelihood"), max_length=6, choices=Grade, blank=True, default="")
    gravity = models.CharField(_("gravity of the effect"), max_length=6, choices=Grade, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = RiskQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk or obstacle")
        verbose_name_plural = _("risks and obstacles")
        ordering = ["partnership", "slug"]

    def __str__(self):
        return self.title


class RiskStep(NaturalKey):
    """An answer to a risk or obstacle, a change seen in it, or a review with what it was judged to be then (B34)."""

    natural_key_fields = ["risk__slug", "number"]

    class Kind(models.TextChoices):
        RESPONSE = "response", _("response")
        CHANGE = "change", _("change that was seen")
        REVIEW = "review", _("review")

    risk = models.ForeignKey(Risk, models.CASCADE, related_name="steps", verbose_name=_("risk or obstacle"))
    number = models.PositiveSmallIntegerField(_("order"), default=1)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = models.TextField(_("description"))
    happened_on = models.DateField(_("date"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    likelihood = models.CharField(_("likelihood"), max_length=6, choices=Grade, blank=True, default="")
    gravity = models.CharField(_("gravity of the effect"), max_length=6, choices=Grade, blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=Risk.State, blank=True, default="")
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    class OwnQuerySet(ScopedQuerySet):
        """Questions about the steps."""

        partnership_path = "risk__partnership"

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a risk")
        verbose_name_plural = _("steps of risks")
        ordering = ["risk", "number"]
        constraints = [
            precision_matches("happened_on", "precision", name="partnerships_risk_step_precision"),
            models.UniqueConstraint(
                fields=["risk", "number"],
                name="partnerships_risk_step_number",
                violation_error_code="number",
                violation_error_message=_("Another step of this risk has this number."),
            ),
        ]

    def __str__(self):
        return str(self.text)[:80]

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.happened_on, self.precision)


class Lesson(Slugged):
    """What the partners learned and will do differently; the moral report asks for it (decree, art. 45)."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="lessons", verbose_name=_("partnership"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="lessons", verbose_name=_("programme")
    )
    outcome = models.ForeignKey(
        Outcome, models.SET_NULL, null=True, blank=True, related_name="lessons", verbose_name=_("outcome")
    )
    learned_on = models.DateField(_("learned on"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson learned")
        verbose_name_plural = _("lessons learned")
        ordering = ["partnership", "learned_on", "slug"]
        constraints = [precision_matches("learned_on", "precision", name="partnerships_lesson_precision")]

    def __str__(self):
        return self.title

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.learned_on, self.precision)
