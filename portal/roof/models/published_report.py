"""Reports that everybody may read."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import ScopedQuerySet
from portal.roof.models.report_job import ReportJob


class PublishedReportQuerySet(ScopedQuerySet):
    """Questions about published reports."""

    partnership_path = "job__partnership"

    def standing(self) -> Self:
        """Return the reports that were not withdrawn, and whose file is still there."""
        return self.filter(withdrawn_at__isnull=True, job__state=ReportJob.State.DONE)

    def public(self) -> Self:
        """Return the reports that anybody may read now; each is asked for its photos too (jobs.is_shown)."""
        return super().public().standing()


class PublishedReport(models.Model):
    """That an officer let everybody read a file of the register: the public edition of a year's report."""

    job = models.ForeignKey(ReportJob, models.PROTECT, related_name="publications", verbose_name=_("report"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"), auto_now_add=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = PublishedReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("published report")
        verbose_name_plural = _("published reports")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job"],
                condition=Q(withdrawn_at__isnull=True),
                name="roof_published_report_once",
                violation_error_code="job",
                violation_error_message=_("This report is published already."),
            )
        ]

    def __str__(self):
        return str(self.job)
