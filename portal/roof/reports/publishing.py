"""Letting everybody read a report of the register, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Photo
from partnerships.access import require
from partnerships.models import Role
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.roof.models import PublishedReport, ReportForm, ReportJob
from portal.roof.reports.chapters import form_of
from portal.roof.reports.services import PDF
from portal.roof.reports.snapshots import report_of


@transaction.atomic
def publish_report(job: ReportJob, *, actor: User) -> PublishedReport:
    """Let everybody read a file of the register, byte for byte. Sent twice it does so once.

    It is the public edition of a validated year, as PDF. Raises ValidationError for anything else, PermissionDenied.
    """
    job = ReportJob.objects.select_for_update(of=("self",)).select_related("partnership", "snapshot").get(pk=job.pk)
    require(actor, Role.OFFICER, job.partnership)
    row = PublishedReport.objects.filter(job=job, withdrawn_at__isnull=True).first()
    if row:
        return row
    if job.state != ReportJob.State.DONE or not is_shown([job]):
        raise ValidationError(_("This report has no file that may be shown."))
    if not may_be_published(job):
        raise ValidationError(_("Only the public edition of a validated year is published, as PDF."))
    row = PublishedReport.objects.create(job=job, published_by=actor)
    changes = {"sha256": [None, job.sha256]}
    audit.record(row, actor=actor, verb=AuditEntry.Verb.CREATE, changes=changes, parent=job.partnership)
    return row


@transaction.atomic
def withdraw_report(job: ReportJob, *, actor: User) -> None:
    """Take a report off the public pages at once; its file stays in the register. Raises PermissionDenied."""
    require(actor, Role.OFFICER, job.partnership)
    for row in PublishedReport.objects.select_for_update().filter(job=job, withdrawn_at__isnull=True):
        row.withdrawn_by, row.withdrawn_at = actor, timezone.now()
        row.save(update_fields=["withdrawn_by", "withdrawn_at"])
        audit.record(row, actor=actor, verb=AuditEntry.Verb.WITHDRAW, parent=job.partnership)


def may_be_published(job: ReportJob) -> bool:
    """Say whether a report is the public edition of a frozen one: by the edition as it was frozen with it."""
    slug = job.asked.get("edition", "")
    if job.snapshot is None or not slug or job.asked.get("kind", PDF) != PDF:
        return False
    frozen = form_of(report_of(job.snapshot), slug)
    if frozen is not None:
        return frozen.scope == ReportForm.Scope.PUBLIC
    return ReportForm.objects.filter(slug=slug, scope=ReportForm.Scope.PUBLIC).exists()


def is_shown(jobs: Iterable[ReportJob]) -> set[int]:
    """Return the numbers of those reports in which every photo may still be shown, in one query."""
    jobs = list(jobs)
    wanted = {number for job in jobs for number in job.photos}
    shown = set(Photo.objects.publishable().filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    return {job.pk for job in jobs if set(job.photos) <= shown}
