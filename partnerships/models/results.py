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

CHAIN = _("An output leads to an outcome, and an outcome to an impact.")


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
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

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
        """Refuse a programme or a parent that is another's, and a level that does not lead to the one above.

        What leads to this result is asked too: it must still do so.
        """
        super().clean()
        if self.programme and self.partnership_id and self.programme.partnership_id != self.partnership_id:
            raise ValidationError({"programme": _("This programme belongs to another partnership.")})
        if self.parent is not None:
            self._check_link(self, self.parent, field="parent")
        if self.pk:
            self._check_move()
        for part in type(self).objects.filter(parent=self.pk) if self.pk else []:
            self._check_link(part, self, field="programme" if part.level_leads_to(self) else "level")

    def level_leads_to(self, other: Outcome) -> bool:
        """Say whether a result of this level leads to one of the other's."""
        return self.level not in self.Level.values or other.level == self.Level(self.level).above

    def _check_move(self) -> None:
        """Refuse another programme for a result whose years tell of it: it would be missing there."""
        if type(self).objects.filter(pk=self.pk, programme=self.programme).exists():
            return
        if self.scores.exists() or self.sections.exists():
            sentence = _("Scores or texts of a year are written on this result: it stays in its programme.")
            raise ValidationError({"programme": ValidationError(sentence, code="told")})
        if self.programme is None:
            return
        first, last = self.programme.starts_on, self.programme.ends_on
        early = models.Q(targets__year__lt=first.year) | models.Q(values__starts_on__lt=first)
        late = models.Q(targets__year__gt=last.year) | models.Q(values__ends_on__gt=last)
        if self.indicators.filter(early | late).exists():
            sentence = _("Targets or values lie outside the years of this result’s programme.")
            raise ValidationError({"programme": ValidationError(sentence, code="outside")})

    @staticmethod
    def _check_link(part: Outcome, whole: Outcome, *, field: str) -> None:
        """Raise ValidationError on `field` where a result cannot lead to another one."""
        if whole.programme_id not in {None, part.programme_id}:
            raise ValidationError({field: _("This result belongs to another programme.")})
        if part.partnership_id and whole.partnership_id and part.partnership_id != whole.partnership_id:
            raise ValidationError({field: _("This result belongs to another partnership.")})
        if not part.level_leads_to(whole):
            raise ValidationError({field: ValidationError(CHAIN, code="level")})


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
