"""What was found, what was decided because of it, and what followed; and how the partners agreed to work."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.actors import Organisation
from partnerships.models.partnership import Milestone, Partnership, ScopedQuerySet
from partnerships.models.programme import Programme
from partnerships.models.results import ObservedOutcome
from portal.ground.dates import Precision, Span, format_date, precision_matches
from portal.ground.natural import NaturalKey, Slugged


class Finding(Slugged):
    """What the partners learned from a form, a visit or the work, and what asked for a decision (B24)."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="findings", verbose_name=_("partnership"))
    came_from = models.ForeignKey(
        Milestone, models.SET_NULL, null=True, blank=True, related_name="findings", verbose_name=_("came from")
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")
    found_on = models.DateField(_("found on"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["partnership", "found_on", "slug"]
        constraints = [precision_matches("found_on", "precision", name="partnerships_finding_precision")]

    def __str__(self):
        return self.title

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.found_on, self.precision)


class Decision(Slugged):
    """What was decided, because of which findings, after hearing whom."""

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="decisions", verbose_name=_("partnership")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("programme")
    )
    findings = models.ManyToManyField(
        Finding, blank=True, related_name="decisions", verbose_name=_("findings that led to it")
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")
    follow_up = models.TextField(_("what followed"), blank=True, default="")
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    consulted = models.ManyToManyField(Organisation, blank=True, related_name="decisions", verbose_name=_("consulted"))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["partnership", "decided_on", "slug"]
        constraints = [precision_matches("decided_on", "precision", name="partnerships_decision_precision")]

    def __str__(self):
        return self.title

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.decided_on, self.precision)


class DecisionStep(NaturalKey):
    """One thing that followed from a decision: a changed exam, a new department, a result (B6, B26)."""

    natural_key_fields = ["decision__slug", "number"]

    class Kind(models.TextChoices):
        CHANGE = "change", _("something changed")
        RESULT = "result", _("result")

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="steps", verbose_name=_("decision"))
    number = models.PositiveSmallIntegerField(_("order"), default=1)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")
    happened_on = models.DateField(_("date"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    milestone = models.ForeignKey(
        Milestone, models.SET_NULL, null=True, blank=True, related_name="steps", verbose_name=_("milestone")
    )
    observed_outcome = models.ForeignKey(
        ObservedOutcome,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("observed outcome"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    class OwnQuerySet(ScopedQuerySet):
        """Questions about what followed."""

        partnership_path = "decision__partnership"

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("step after a decision")
        verbose_name_plural = _("steps after decisions")
        ordering = ["decision", "number"]
        constraints = [
            precision_matches("happened_on", "precision", name="partnerships_decision_step_precision"),
            models.UniqueConstraint(
                fields=["decision", "number"],
                name="partnerships_decision_step_number",
                violation_error_code="number",
                violation_error_message=_("Another step of this decision has this number."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.happened_on, self.precision)


class WorkingPrinciple(Span, Slugged):
    """How the partners agreed to work, and what they ask of those who take part (B28–B35)."""

    class Kind(models.TextChoices):
        PARTICIPATION = "participation", _("participation")
        CARE = "care", _("care for people")
        COMMUNICATION = "communication", _("communication")
        COMMITMENT = "commitment", _("commitment of participants")
        NEEDS = "needs", _("needs lead the offer")

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="principles", verbose_name=_("partnership")
    )
    kind = models.CharField(_("kind"), max_length=13, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("working principle")
        verbose_name_plural = _("working principles")
        ordering = ["partnership", "slug"]
        constraints = [*Span.Meta.constraints]

    def __str__(self):
        return self.title
