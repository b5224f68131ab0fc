"""Making reports in the background: asked for, set page by page, kept, and told to who waits for them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from activities.models import Photo
from partnerships.access import may, require
from partnerships.models import Partnership, Role
from portal.ground import audit
from portal.ground.background import without_collecting
from portal.ground.letters import send_letters, write_letter
from portal.ground.models import AuditEntry, User
from portal.roof.models import ReportJob, Snapshot
from portal.roof.reminders import address
from portal.roof.reports.progress import CancelledReportError, Progress
from portal.roof.reports.render import ReportUnavailableError
from portal.roof.reports.services import ARCHIVE, make_report, make_snapshot_report
from portal.roof.reports.snapshots import editions_of
from portal.roof.reports.withdrawals import remove_files

State, Step = ReportJob.State, ReportJob.Step
RUNNING = [State.WAITING, State.MAKING]
STALE = dt.timedelta(minutes=2)
# A bar that moves more often than twice a second is only work for the database.
TELL_SECONDS = 0.5
KEEP_FAILED = dt.timedelta(days=7)


def ask(
    partnership: Partnership, asked: dict[str, str | bool], *, actor: User, snapshot: Snapshot | None = None
) -> ReportJob:
    """Ask for a report, and return the work on it: the same for everybody who asks for the same at once.

    `asked` is what `make_report` takes, dates in ISO form; of a `snapshot` what `make_snapshot_report` takes. A frozen
    report that was made before is not made again. Raises PermissionDenied.
    """
    require(actor, role_for(asked), partnership)
    if snapshot is None:
        snapshot, asked = _frozen(partnership, asked)
    key = hashlib.sha256(json.dumps([asked, snapshot and snapshot.pk], sort_keys=True).encode()).hexdigest()
    wanted = ReportJob.objects.filter(partnership=partnership, key=key)
    with transaction.atomic():
        row = _there(wanted, snapshot) or _new(wanted, partnership, asked, snapshot, key)
        row.askers.add(actor)
        changes = {name: [None, value] for name, value in asked.items()}
        if snapshot:
            changes["number"] = [None, f"{snapshot.year.year}/{snapshot.number}"]
        audit.record(snapshot or partnership, actor=actor, verb=AuditEntry.Verb.EXPORT, changes=changes)
        if row.heard_at is None:
            _begin(row)
    return row


def _frozen(partnership: Partnership, asked: dict[str, Any]) -> tuple[Snapshot | None, dict[str, Any]]:
    """Return the frozen report that a window leads to, with what may be asked of one: its file is kept for good."""
    editions = []
    if not asked.get("draft"):
        editions = editions_of(partnership, *(dt.date.fromisoformat(asked[name]) for name in ("starts_on", "ends_on")))
    if not editions:
        return None, asked
    return editions[-1], {name: asked[name] for name in ("kind", "edition", "language") if asked.get(name)}


def role_for(asked: dict[str, str | bool]) -> Role:
    """Return who may have a report: one for the archive carries its data along, which are for officers."""
    return Role.OFFICER if asked.get("kind") == ARCHIVE else Role.VIEWER


def _there(wanted: QuerySet[ReportJob], snapshot: Snapshot | None) -> ReportJob | None:
    """Return the work that is under way already, or the file of a frozen report that is there."""
    drop_files(wanted.filter(state=State.DONE))
    states = [*RUNNING, State.DONE] if snapshot else RUNNING
    return wanted.filter(state__in=states).first()


def _new(
    wanted: QuerySet[ReportJob], partnership: Partnership, asked: dict, snapshot: Snapshot | None, key: str
) -> ReportJob:
    row = ReportJob(partnership=partnership, asked=asked, snapshot=snapshot, key=key)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # Somebody asked for the same just now.
        return wanted.get(state__in=RUNNING)
    return row


def _begin(row: ReportJob) -> None:
    row.state, row.heard_at = State.WAITING, timezone.now()
    row.save(update_fields=["state", "heard_at"])
    make.enqueue(row.pk)


@transaction.atomic
def cancel(row: ReportJob, *, actor: User) -> bool:
    """Stop the work for whoever asked for it; while others wait for it too it goes on. Returns whether it stops.

    An officer stops it for everybody; who neither asked for it nor is one changes nothing. Raises PermissionDenied.
    """
    row = _held(row.pk)
    require(actor, Role.VIEWER, row.partnership)
    if not row.is_running or not may_cancel(row, actor):
        return False
    row.askers.remove(actor)
    if row.askers.exists() and not may(actor, Role.OFFICER, row.partnership)[0]:
        return False
    audit.record(row, actor=actor, verb=AuditEntry.Verb.UPDATE, changes={"state": [row.state, State.CANCELLED.value]})
    row.state = State.CANCELLED
    row.save(update_fields=["state"])
    return True


def may_cancel(row: ReportJob, user: User) -> bool:
    """Say whether somebody may stop waiting for a report, or stop it for everybody."""
    return row.askers.filter(pk=user.pk).exists() or may(user, Role.OFFICER, row.partnership)[0]


@transaction.atomic
def restart(row: ReportJob, *, actor: User) -> None:
    """Let work that came to a halt begin again; whoever may see it may, for nobody loses by it.

    Raises PermissionDenied.
    """
    row = _held(row.pk)
    require(actor, Role.VIEWER, row.partnership)
    if is_stale(row):
        _begin(row)


@transaction.atomic
def make_again(row: ReportJob, *, actor: User) -> bool:
    """Make the lost file of a frozen report again, and say whether that is possible: the same data give the same bytes.

    Only a file of the SHA-256 that the register names takes its place. Raises PermissionDenied.
    """
    row = _held(row.pk)
    require(actor, role_for(row.asked), row.partnership)
    if row.snapshot_id is None or row.state != State.DONE:
        return False
    changes = {"state": [row.state, State.WAITING.value]}
    audit.record(row, actor=actor, verb=AuditEntry.Verb.UPDATE, parent=row.partnership, changes=changes)
    row.percent = 0
    row.save(update_fields=["percent"])
    _begin(row)
    return True


def is_stale(row: ReportJob) -> bool:
    """Say whether nothing was heard of the work for two minutes."""
    return row.is_running and row.heard_at is not None and timezone.now() - row.heard_at > STALE


@task()
def make(key: int) -> None:
    """Make a report and keep it. Killed half-way it leaves nothing, and is begun anew."""
    row = (
        ReportJob.objects.select_related("partnership", "snapshot__year__programme__partnership").filter(pk=key).first()
    )
    if row is None or not _tell(row, state=State.MAKING, step=Step.DATA, percent=3):
        return
    asker = row.askers.first()
    # Nobody waits for the tree of a finished report to be taken apart: that is done when the file is there.
    with without_collecting(), translation.override(asker.language if asker else translation.get_language()):
        try:
            made = _Making(row).made()
        except CancelledReportError:
            return
        except ReportUnavailableError as error:
            _fail(row, str(error))
        except Exception:
            _fail(row, _("Something went wrong while the report was made."))
            raise
        else:
            _keep(row, made)


@dataclass
class _Making:
    """One report at work; it says how far it is, and hears that nobody waits any more."""

    row: ReportJob
    told_at: dt.datetime | None = None

    def made(self) -> Any:
        """Return the finished file."""
        asked = dict(self.row.asked)
        if self.row.snapshot:
            return make_snapshot_report(self.row.snapshot, **asked, watch=self.tell)
        for name in ("starts_on", "ends_on"):
            asked[name] = dt.date.fromisoformat(asked[name])
        return make_report(self.row.partnership, **asked, on=timezone.localdate(), watch=self.tell)

    def tell(self, progress: Progress) -> None:
        """Write down which page is being set. Raises CancelledReportError."""
        now = timezone.now()
        if self.told_at and (now - self.told_at).total_seconds() < TELL_SECONDS:
            return
        self.told_at = now
        words = {"page": progress.page, "chapter": progress.chapter[:200], "percent": progress.percent}
        if not _tell(self.row, step=Step.PAGES, **words):
            raise CancelledReportError


def _tell(row: ReportJob, **columns: Any) -> bool:
    """Write down how far the work is; returns whether anybody still waits for it."""
    waiting = ReportJob.objects.filter(pk=row.pk, state__in=RUNNING)
    return bool(waiting.update(heard_at=timezone.now(), **columns))


def _fail(row: ReportJob, note: str) -> None:
    _tell(row, state=State.FAILED, note=note[:500])


def _keep(row: ReportJob, made: Any) -> None:
    """Keep the finished file, unless the work was cancelled meanwhile, and write to who waits for it."""
    _tell(row, step=Step.FILE, percent=95)
    row.file.save(made.ascii_name, ContentFile(made.content), save=False)
    with transaction.atomic():
        held = _held(row.pk)
        if held.state == State.MAKING:
            sha256 = hashlib.sha256(made.content).hexdigest()
            if held.sha256 and held.sha256 != sha256:
                _fail(held, _("The file was lost, and the portal draws this report otherwise today."))
                held.state = State.FAILED
        if held.state == State.MAKING:
            held.file, held.name, held.ascii_name = row.file.name, made.name[:150], made.ascii_name[:150]
            held.size, held.sha256 = len(made.content), sha256
            held.photos, held.is_demonstration = list(made.photos), made.is_demonstration
            held.state, held.made_at, held.percent = State.DONE, timezone.now(), 100
            held.save()
            for person in held.askers.all():
                _write_to(person, held)
    if held.state != State.DONE:
        row.file.delete(save=False)
        return
    send_letters(timezone.now())


def _write_to(person: User, row: ReportJob) -> None:
    if not person.email:
        return
    with translation.override(person.language):
        url = address(reverse("reports:job", args=[row.partnership.slug, row.pk]))
        subject = _("Your report is ready: %(name)s") % {"name": row.name}
        text = _("The report that you asked for is ready. You can download it here:")
    write_letter(person, key=f"report-{row.pk}-{person.pk}", subject=subject, text=f"{text}\n\n{url}\n")


def drop_files(rows: QuerySet[ReportJob] | None = None) -> int:
    """Remove the files that hold a photo which may no longer be shown, and say of how many reports.

    Consent that was taken back, a withdrawn entry or a place that must not be found takes the photo out of every file.
    """
    rows = ReportJob.objects.filter(state=State.DONE) if rows is None else rows
    held = {row: set(row.photos) for row in rows.exclude(photos=[])}
    wanted = set().union(*held.values())
    standing = Photo.objects.filter(pk__in=wanted).standing() if wanted else Photo.objects.none()
    shown = {photo.pk for photo in standing if photo.may_be_published}
    gone = [row for row, photos in held.items() if photos - shown]
    remove_files(gone)
    return len(gone)


def old_files(now: dt.datetime) -> QuerySet[ReportJob]:
    """Return the reports whose files are no longer kept: they tell of no frozen year and are old.

    A frozen report that was delivered can be downloaded byte for byte for as long as the register stands.
    """
    return files_before(now - dt.timedelta(days=settings.REPORT_DAYS))


def files_before(limit: dt.datetime) -> QuerySet[ReportJob]:
    """Return the reports with a file from before a moment that tell of no frozen year."""
    return ReportJob.objects.filter(state=State.DONE, snapshot=None, made_at__lt=limit).select_related("partnership")


def drop_old(now: dt.datetime) -> int:
    """Remove the files that are no longer kept, and say how many."""
    return drop_files_of(old_files(now))


def drop_files_of(jobs: QuerySet[ReportJob]) -> int:
    """Remove the files of reports, and say how many; their rows stay in the register with their seals."""
    rows = list(jobs)
    for row in rows:
        ReportJob.objects.filter(pk=row.pk).update(state=State.EXPIRED, file="")
        row.file.delete(save=False)
    return len(rows)


def forget_failed() -> None:
    """Forget what was cancelled or could not be made, after a week; what was delivered once stays in the register."""
    limit = timezone.now() - KEEP_FAILED
    ReportJob.objects.filter(state__in=[State.FAILED, State.CANCELLED], sha256="", asked_at__lt=limit).delete()


def record_download(row: ReportJob, *, actor: User) -> None:
    """Write down that somebody took a finished report along. Raises PermissionDenied."""
    require(actor, role_for(row.asked), row.partnership)
    changes = {"sha256": [None, row.sha256]}
    audit.record(row, actor=actor, verb=AuditEntry.Verb.EXPORT, parent=row.partnership, changes=changes)


def _held(pk: int) -> ReportJob:
    return ReportJob.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=pk)
