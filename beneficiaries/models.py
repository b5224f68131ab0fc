"""For whom the work is done: groups, courses and what people said of them. Never a name."""

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from partnerships.models import (
    Decision,
    Finding,
    IndicatorValue,
    ObservedOutcome,
    Organisation,
    Partnership,
    Place,
    Programme,
)
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.dates import Precision, Span, format_date, precision_matches
from portal.ground.natural import Slugged


class Sex(models.TextChoices):
    """The sex by which people are counted."""

    WOMEN = "women", _("women")
    MEN = "men", _("men")
    OTHER = "other", _("other or not said")


AGES_IN_ORDER = _("The highest age lies below the lowest.")


def ages_in_order(name: str) -> models.CheckConstraint:
    """Return the rule that ages lie in 0–120 and the lowest is not above the highest."""
    return models.CheckConstraint(
        name=name,
        condition=(models.Q(min_age__isnull=True) | models.Q(min_age__range=(0, 120)))
        & (models.Q(max_age__isnull=True) | models.Q(max_age__range=(0, 120)))
        & (
            models.Q(min_age__isnull=True) | models.Q(max_age__isnull=True) | models.Q(max_age__gte=models.F("min_age"))
        ),
        violation_error_code="max_age",
        violation_error_message=AGES_IN_ORDER,
    )


class AgeBand(Slugged):
    """A range of ages, both ends included; a band without ends stands for an age not said."""

    min_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), unique=True)

    class Meta:
        verbose_name = _("age band")
        verbose_name_plural = _("age bands")
        ordering = ["position"]
        constraints = [ages_in_order("beneficiaries_age_band_in_order")]

    def __str__(self):
        if self.min_age is None:
            return str(_("age not said"))
        if self.max_age is None:
            return f"{self.min_age}+"
        return f"{self.min_age}–{self.max_age}"


class TargetGroup(Slugged):
    """A group for and with whom the partners work."""

    name = models.CharField(_("name"), max_length=150)
    is_vulnerable = models.BooleanField(_("vulnerable"), default=False)
    min_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    partnerships = models.ManyToManyField(
        Partnership, blank=True, related_name="target_groups", verbose_name=_("partnerships")
    )

    class Meta:
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")
        ordering = ["position", "slug"]
        constraints = [ages_in_order("beneficiaries_target_group_ages_in_order")]

    def __str__(self):
        return self.name


class Course(Span, Slugged):
    """A training on offer: its subject, where it is given, for whom, and whose wish led to it."""

    class Kind(models.TextChoices):
        WORKSHOP = "workshop", _("workshop")
        TRAINING = "training", _("training")
        CYCLE = "cycle", _("training cycle")
        GUIDANCE = "guidance", _("professional guidance")

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="courses", verbose_name=_("partnership"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("programme")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")
    part_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("place")
    )
    target_group = models.ForeignKey(
        TargetGroup, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("target group")
    )
    run_by = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("run by")
    )
    follows_needs = models.BooleanField(_("chosen by the participants' own wishes"), default=False)
    leads_to_diploma = models.BooleanField(_("leads to a diploma"), default=False)
    outcomes = models.ManyToManyField(
        ObservedOutcome, blank=True, related_name="courses", verbose_name=_("observed outcomes")
    )
    changed_by = models.ManyToManyField(
        Decision, blank=True, related_name="courses", verbose_name=_("decisions that changed it")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["partnership", "starts_on", "slug"]
        constraints = [*Span.Meta.constraints]

    def __str__(self):
        return self.title


class EvaluationForm(Slugged):
    """A questionnaire about expectations and needs, and the decisions that came of it (B24)."""

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="evaluation_forms", verbose_name=_("partnership")
    )
    course = models.ForeignKey(
        Course, models.SET_NULL, null=True, blank=True, related_name="evaluation_forms", verbose_name=_("course")
    )
    target_group = models.ForeignKey(
        TargetGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evaluation_forms",
        verbose_name=_("target group"),
    )
    title = models.CharField(_("title"), max_length=200)
    subject = models.CharField(_("what it asks about"), max_length=250, blank=True, default="")
    sent_on = models.DateField(_("handed out on"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    findings = models.ManyToManyField(Finding, blank=True, related_name="evaluation_forms", verbose_name=_("findings"))
    decisions = models.ManyToManyField(
        Decision, blank=True, related_name="evaluation_forms", verbose_name=_("decisions that followed")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation form")
        verbose_name_plural = _("evaluation forms")
        ordering = ["partnership", "sent_on", "slug"]
        constraints = [precision_matches("sent_on", "precision", name="beneficiaries_form_precision")]

    def __str__(self):
        return self.title

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.sent_on, self.precision)


def _or_none(link: str) -> Coalesce:
    """Return the number of a linked row, or 0: two parts without an age band are the same to the database."""
    nothing = models.Value(0, output_field=models.BigIntegerField())
    return Coalesce(models.F(link), nothing, output_field=models.BigIntegerField())


class IndicatorPart(models.Model):
    """The part of an actual value that tells of one sex, one age band, one target group, or several of these."""

    value = models.ForeignKey(IndicatorValue, models.CASCADE, related_name="parts", verbose_name=_("actual value"))
    sex = models.CharField(_("sex"), max_length=5, choices=Sex, blank=True, default="")
    age_band = models.ForeignKey(
        AgeBand, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("age band")
    )
    target_group = models.ForeignKey(
        TargetGroup, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("target group")
    )
    number = models.DecimalField(_("part of the value"), max_digits=14, decimal_places=2)

    class OwnQuerySet(ScopedQuerySet):
        """Questions about parts."""

        partnership_path = "value__indicator__outcome__partnership"

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a value")
        verbose_name_plural = _("parts of values")
        ordering = ["value", "target_group", "sex", "age_band"]
        constraints = [
            models.UniqueConstraint(
                "value",
                "sex",
                _or_none("age_band"),
                _or_none("target_group"),
                name="beneficiaries_indicator_part_once",
                violation_error_code="number",
                violation_error_message=_("This part is told already."),
            ),
            models.CheckConstraint(
                name="beneficiaries_indicator_part_of",
                condition=~models.Q(sex="", age_band__isnull=True, target_group__isnull=True),
                violation_error_code="sex",
                violation_error_message=_("A part tells of a sex, an age band or a target group."),
            ),
        ]

    def __str__(self):
        names = [self.target_group, self.get_sex_display(), self.age_band]
        return ", ".join(str(name) for name in names if name)
