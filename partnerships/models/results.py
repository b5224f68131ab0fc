"""What a partnership aims at, as a chain of results, and what was seen to change."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import Milestone, Partnership, ScopedQuerySet
from partnerships.models.programme import Phase, Programme
from portal.ground.constraints import NoCycle
from portal.ground.dates import Precision, format_date, precision_matches
from portal.ground.natural import Slugged


class Outcome(Slugged):
    """A result that a programme, or the partnership as a whole, aims at: a link of the results chain.

    An output leads to an outcome and an outcome to an impact (OECD DAC).
    """

    class Level(models.TextChoices):
        IMPACT = "impact", _("impact")
        OUTCOME = "outcome", _("outcome")
        OUTPUT = "output", _("output")

        @property
        def above(self) -> Outcome.Level | None:
            """The level that a result of this one leads to; an impact leads to none."""
            levels = list(Outcome.Level)
            return levels[levels.index(self) - 1] if self != Outcome.Level.IMPACT else None

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="outcomes", verbose_name=_("partnership"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="outcomes", verbose_name=_("programme")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("leads to")
    )
    level = models.CharField(_("level"), max_length=7, choices=Level)
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    title = models.CharField(_("title"), max_length=250)
    text = models.TextField(_("description"), blank=True, default="")
    assumptions = models.TextField(_("assumptions"), blank=True, default="")
    iati_identifier = models.CharField(_("IATI identifier"), max_length=80, blank=True, default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["partnership", "programme", "number"]
        constraints = [
            NoCycle(
                name="partnerships_outcome_no_cycle",
                parent="parent",
                violation_error_code="parent",
                violation_error_message=_("A result does not lead to itself, nor to one of those that lead to it."),
            )
        ]

    def __str__(self):
        return self.title

    def clean(self) -> None:
        """Refuse a parent of another programme or of a level that this one does not lead to."""
        super().clean()
        if self.parent is None:
            return
        if self.parent.programme_id not in {None, self.programme_id}:
            raise ValidationError({"parent": _("This result belongs to another programme.")})
        if self.level in self.Level.values and self.parent.level != self.Level(self.level).above:
            sentence = _("An output leads to an outcome, and an outcome to an impact.")
            raise ValidationError({"parent": ValidationError(sentence, code="level")})


class ObservedOutcome(Slugged):
    """A change that was seen, whether or not it was planned, at one level of actor."""

    class Actor(models.TextChoices):
        INDIVIDUAL = "individual", _("individual people")
        ASSOCIATION = "association", _("associations")
        CIVIL_SOCIETY = "civil_society", _("civil society")
        ADMINISTRATION = "administration", _("municipal administration")
        REGION = "region", _("regional institutions")
        GOVERNMENT = "government", _("government institutions")
        FAMILY = "family", _("families")

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="observed_outcomes", verbose_name=_("partnership")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="observed_outcomes", verbose_name=_("programme")
    )
    outcome = models.ForeignKey(
        Outcome, models.SET_NULL, null=True, blank=True, related_name="observed", verbose_name=_("planned outcome")
    )
    came_from = models.ForeignKey(
        Milestone, models.SET_NULL, null=True, blank=True, related_name="observed", verbose_name=_("came from")
    )
    phase = models.ForeignKey(
        Phase, models.SET_NULL, null=True, blank=True, related_name="observed", verbose_name=_("phase")
    )
    actor = models.CharField(_("who changed"), max_length=14, choices=Actor)
    observed_on = models.DateField(_("seen on"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    title = models.CharField(_("title"), max_length=250)
    text = models.TextField(_("description"), blank=True, default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("observed outcome")
        verbose_name_plural = _("observed outcomes")
        ordering = ["partnership", "observed_on", "slug"]
        constraints = [precision_matches("observed_on", "precision", name="partnerships_observed_precision")]

    def __str__(self):
        return self.title

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.observed_on, self.precision)
