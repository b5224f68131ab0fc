"""What a frozen report no longer shows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import ScopedQuerySet
from portal.ground.constraints import AppendOnly
from portal.roof.models.snapshot import Snapshot


class SnapshotWithdrawalQuerySet(ScopedQuerySet):
    """Questions about withdrawals."""

    partnership_path = "snapshot__year__programme__partnership"


class SnapshotWithdrawal(models.Model):
    """That a frozen report shows less since a day, and the SHA-256 of its data as they are shown since.

    It counts what was taken out, and never names it. What was frozen stays as it is, under its own SHA-256.
    """

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="withdrawals", verbose_name=_("frozen report"))
    places = models.PositiveSmallIntegerField(_("texts without a place that must not be found"))
    photos = models.PositiveSmallIntegerField(_("photos that may no longer be shown"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    taken_back_at = models.DateTimeField(_("taken out at"), auto_now_add=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    objects = SnapshotWithdrawalQuerySet.as_manager()

    class Meta:
        verbose_name = _("withdrawal from a frozen report")
        verbose_name_plural = _("withdrawals from frozen reports")
        ordering = ["snapshot", "-pk"]
        constraints = [AppendOnly(name="roof_withdrawal_append_only")]

    def __str__(self):
        return f"{self.snapshot} ({self.sha256[:8]})"
