"""Performance scores of the yearly moral report: one per outcome, year and criterion, each with its reason."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.funding import FundingSource
from partnerships.models.indicators import Scale, ScaleLevel
from partnerships.models.partnership import ScopedQuerySet
from partnerships.models.programme import Programme
from partnerships.models.results import Outcome
from portal.ground.dates import Span
from portal.ground.natural import Slugged


class ScoreCriterion(Span, Slugged):
    """A question by which a funder wants a result judged: relevance, efficiency, gender."""

    name = models.CharField(_("name"), max_length=100)
    question = models.TextField(_("what it asks"), blank=True, default="")
    source = models.ForeignKey(
        FundingSource,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="criteria",
        verbose_name=_("funding source that asks it"),
        help_text=_("Left out: every programme is judged by it."),
    )
    scale = models.ForeignKey(
        Scale, models.PROTECT, null=True, blank=True, related_name="criteria", verbose_name=_("scale")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("performance criterion")
        verbose_name_plural = _("performance criteria")
        ordering = ["position", "slug"]
        constraints = [*Span.Meta.constraints]

    def __str__(self):
        return self.name

    def clean(self) -> None:
        """Refuse another scale once results are judged on this one."""
        super().clean()
        if self.pk and self.scores.exclude(level__scale=self.scale).exists():
            sentence = _("Results are judged on this scale: end this criterion on a day, and add its successor.")
            raise ValidationError({"scale": ValidationError(sentence, code="told")})


class ScoreQuerySet(ScopedQuerySet):
    """Questions about performance scores."""

    partnership_path = "programme__partnership"


class PerformanceScore(models.Model):
    """How a year of an outcome, or of the programme as a whole, is judged by one criterion."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="scores", verbose_name=_("programme"))
    year = models.PositiveSmallIntegerField(_("year"))
    outcome = models.ForeignKey(
        Outcome,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="scores",
        verbose_name=_("outcome"),
        help_text=_("Left out: the programme as a whole."),
    )
    criterion = models.ForeignKey(
        ScoreCriterion, models.PROTECT, related_name="scores", verbose_name=_("performance criterion")
    )
    level = models.ForeignKey(ScaleLevel, models.PROTECT, related_name="scores", verbose_name=_("score"))
    justification = models.TextField(_("justification"))
    language = models.CharField(_("language of the text"), max_length=2, choices=settings.LANGUAGES, default="nl")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("written by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("performance score")
        verbose_name_plural = _("performance scores")
        ordering = ["programme", "year", "outcome", "criterion"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "year", "outcome", "criterion"],
                name="partnerships_score_once",
                violation_error_code="criterion",
                violation_error_message=_("This outcome is judged by this criterion in this year already."),
            ),
            models.UniqueConstraint(
                fields=["programme", "year", "criterion"],
                condition=models.Q(outcome__isnull=True),
                name="partnerships_overall_score_once",
                violation_error_code="criterion",
                violation_error_message=_("The programme is judged by this criterion in this year already."),
            ),
        ]

    def __str__(self):
        return f"{self.outcome or self.programme}, {self.year}, {self.criterion}"

    def clean(self) -> None:
        """Refuse a score off the criterion's scale, a foreign outcome and a year outside the programme."""
        super().clean()
        errors = {}
        if self.criterion_id and self.level_id and self.level.scale_id != self.criterion.scale_id:
            errors["level"] = ValidationError(_("This score is not on the scale of the criterion."), code="scale")
        if self.outcome and self.outcome.programme_id != self.programme_id:
            errors["outcome"] = ValidationError(_("This result belongs to another programme."), code="programme")
        if self.programme_id and self.year and not self.programme.holds_year(self.year):
            errors["year"] = ValidationError(_("This year lies outside the programme."), code="year")
        if errors:
            raise ValidationError(errors)
