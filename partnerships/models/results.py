"""What a partnership aims at, what changed, what threatens it and what was decided."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.actors import Organisation
from partnerships.models.municipality import Side
from partnerships.models.partnership import Milestone, Partnership, PartnershipPeriod, ScopedQuerySet
from partnerships.models.programme import Phase, Programme
from portal.ground.dates import Precision, Span, format_date, precision_matches
from portal.ground.natural import Slugged


class Outcome(Slugged):
    """A result that a programme, or the partnership as a whole, aims at."""

    class Level(models.TextChoices):
        IMPACT = "impact", _("impact")
        OUTCOME = "outcome", _("outcome")
        OUTPUT = "output", _("output")

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="outcomes", verbose_name=_("partnership"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="outcomes", verbose_name=_("programme")
    )
    level = models.CharField(_("level"), max_length=7, choices=Level)
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    title = models.CharField(_("title"), max_length=250)
    text = models.TextField(_("description"), blank=True, default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["partnership", "programme", "number"]

    def __str__(self):
        return self.title


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

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk or obstacle")
        verbose_name_plural = _("risks and obstacles")
        ordering = ["partnership", "slug"]

    def __str__(self):
        return self.title


class Decision(Slugged):
    """What was decided, after hearing whom, and what followed."""

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="decisions", verbose_name=_("partnership")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("programme")
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")
    follow_up = models.TextField(_("what followed"), blank=True, default="")
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    consulted = models.ManyToManyField(Organisation, blank=True, related_name="decisions", verbose_name=_("consulted"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["partnership", "decided_on", "slug"]
        constraints = [precision_matches("decided_on", "precision", name="partnerships_decision_precision")]

    def __str__(self):
        return self.title


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
