"""The frozen data of reports."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models import ProgrammeYear
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.constraints import AppendOnly


class SnapshotQuerySet(ScopedQuerySet):
    """Questions about snapshots."""

    partnership_path = "year__programme__partnership"


class Snapshot(models.Model):
    """The data of a year's report as it was validated: report 2024/1, 2024/2 … Nobody can change one."""

    year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="snapshots", verbose_name=_("programme year"))
    number = models.PositiveSmallIntegerField(_("number"))
    data = models.TextField(_("data"), editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    taken_on = models.DateField(_("data of"))
    taken_at = models.DateTimeField(_("taken at"), auto_now_add=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by")
    )
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("frozen report")
        verbose_name_plural = _("frozen reports")
        ordering = ["year", "-number"]
        constraints = [
            AppendOnly(name="roof_snapshot_append_only"),
            models.UniqueConstraint(
                fields=["year", "number"],
                name="roof_snapshot_number",
                violation_error_code="number",
                violation_error_message=_("This year has a frozen report with this number already."),
            ),
        ]

    def __str__(self):
        return f"{self.year.programme}: {self.year.year}/{self.number}"
