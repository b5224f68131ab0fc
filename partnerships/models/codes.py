"""Codes of public lists, and which of them hold for a programme: markers and sectors of the OECD DAC, goals of the UN.

The codes and their numbers are those of the IATI lists PolicyMarker, PolicySignificance, Sector, UNSDG-Goals and
UNSDG-Targets.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import ScopedQuerySet
from partnerships.models.programme import Programme
from portal.ground.natural import NaturalKey


class Significance(models.IntegerChoices):
    """How much an objective counts in a programme (IATI list PolicySignificance)."""

    NOT_TARGETED = 0, _("not targeted")
    SIGNIFICANT = 1, _("significant objective")
    PRINCIPAL = 2, _("principal objective")
    ACTION_PROGRAMME = 3, _("principal objective, in support of an action programme")
    EXPLICIT = 4, _("explicit primary objective")


class ReportingCode(NaturalKey):
    """A code of a public list, under which funders add programmes up."""

    natural_key_fields = ["kind", "code"]

    class Kind(models.TextChoices):
        MARKER = "marker", _("policy marker")
        GOAL = "goal", _("sustainable development goal")
        TARGET = "target", _("target of a sustainable development goal")
        SECTOR = "sector", _("sector of the OECD DAC")

    kind = models.CharField(_("list"), max_length=6, choices=Kind)
    code = models.CharField(_("code"), max_length=10)
    name = models.CharField(_("name"), max_length=200)
    highest = models.PositiveSmallIntegerField(
        _("highest significance"),
        choices=Significance,
        null=True,
        blank=True,
        help_text=_("Of a policy marker; goals and targets have none."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("code of a public list")
        verbose_name_plural = _("codes of public lists")
        ordering = ["position", "kind", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"],
                name="partnerships_reporting_code_once",
                violation_error_code="code",
                violation_error_message=_("This list has the code already."),
            ),
            models.CheckConstraint(
                name="partnerships_reporting_code_highest",
                condition=models.Q(kind="marker", highest__isnull=False, highest__lte=4)
                | (~models.Q(kind="marker") & models.Q(highest__isnull=True)),
                violation_error_code="highest",
                violation_error_message=_("Give the highest significance of a policy marker, and none of a goal."),
            ),
        ]

    def __str__(self):
        return f"{self.label} – {self.name}"

    @property
    def label(self) -> str:
        """The list and the code, as the goal 5."""
        return f"{capfirst(self.get_kind_display())} {self.code}"


class ProgrammeCode(NaturalKey):
    """A code that holds for a programme: a policy marker with its significance, or a goal that it serves."""

    natural_key_fields = ["programme__slug", "code__kind", "code__code"]

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="codes", verbose_name=_("programme"))
    code = models.ForeignKey(
        ReportingCode, models.PROTECT, related_name="programme_codes", verbose_name=_("marker or goal")
    )
    significance = models.PositiveSmallIntegerField(
        _("significance"),
        choices=Significance,
        null=True,
        blank=True,
        help_text=_("Of a policy marker: also say so where the programme was looked at and does not target it."),
    )
    reason = models.TextField(_("why"), blank=True, default="")
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class OwnQuerySet(ScopedQuerySet):
        """Questions about the codes of programmes."""

        partnership_path = "programme__partnership"

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("marker or goal of a programme")
        verbose_name_plural = _("markers and goals of programmes")
        ordering = ["programme", "code__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="partnerships_programme_code_once",
                violation_error_code="code",
                violation_error_message=_("The programme has this marker or goal already."),
            ),
            models.CheckConstraint(
                name="partnerships_programme_code_significance",
                condition=models.Q(significance__isnull=True) | models.Q(significance__lte=4),
                violation_error_code="significance",
                violation_error_message=_("Choose a significance of the list."),
            ),
        ]

    def __str__(self):
        return f"{self.code}"

    def clean(self) -> None:
        """Refuse a marker without a significance that its list knows, and a goal with any."""
        super().clean()
        if self.code_id is None:
            return
        highest, given = self.code.highest, self.significance
        if highest is None:
            wrong = _("A goal or target has no significance.") if given is not None else ""
        elif given is None:
            wrong = _("Choose how much the marker counts.")
        else:
            wrong = _("This marker does not go so far.") if given > highest else ""
        if wrong:
            raise ValidationError({"significance": ValidationError(wrong)})
