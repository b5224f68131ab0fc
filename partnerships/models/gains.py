"""The two-way ledger: what each side gained from the partnership, and what led to it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.municipality import Side
from partnerships.models.partnership import Milestone, Partnership, ScopedQuerySet
from portal.ground.dates import Precision, format_date, precision_matches
from portal.ground.natural import Slugged


class GainQuerySet(ScopedQuerySet):
    """Questions about gains."""

    def public(self) -> GainQuerySet:
        """Return the gains that anybody may read of."""
        return super().public().filter(is_public=True)


class Gain(Slugged):
    """Something that one side has from the partnership: a film that was shown there, a department (A14, B6)."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="gains", verbose_name=_("partnership"))
    gained_by = models.CharField(_("who gained"), max_length=7, choices=Side)
    title = models.CharField(_("what was gained"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")
    origin = models.CharField(
        _("what led to it"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("In a few words: a visit, an activity, an idea of the other side."),
    )
    came_from = models.ForeignKey(
        Milestone, models.SET_NULL, null=True, blank=True, related_name="gains", verbose_name=_("came from")
    )
    gained_on = models.DateField(_("gained on"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    is_public = models.BooleanField(
        _("on the public page"), default=False, help_text=_("Everybody may read it on the page of the partnership.")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = GainQuerySet.as_manager()

    class Meta:
        verbose_name = _("gain from the partnership")
        verbose_name_plural = _("gains from the partnership")
        ordering = ["partnership", "gained_by", "gained_on", "slug"]
        constraints = [precision_matches("gained_on", "precision", name="partnerships_gain_precision")]

    def __str__(self):
        return self.title

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.gained_on, self.precision)
