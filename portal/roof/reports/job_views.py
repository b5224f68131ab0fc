"""A report that was asked for: how far it is, its file once it is made, and stopping it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.access import may, require
from partnerships.models import Partnership, Role
from portal.ground.models import User
from portal.ground.numbers import format_number
from portal.ground.wording import translated
from portal.roof.models import PublishedReport, ReportJob
from portal.roof.reports import jobs, publishing
from portal.roof.reports.services import ARCHIVE, CONTENT_TYPES, PDF
from portal.roof.reports.views import as_download, member_of, user_of

State = ReportJob.State
MAX_ROWS = 100


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def job(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show how far a report is, or that it is made; stop it, or start it again."""
    row = _row(request, slug, pk)
    if request.method == "POST":
        if "cancel" in request.POST and jobs.cancel(row, actor=user_of(request)):
            return HttpResponseRedirect(reverse("reports:window", args=[slug]))
        if "restart" in request.POST:
            jobs.restart(row, actor=user_of(request))
        return HttpResponseRedirect(reverse("reports:job", args=[slug, pk]))
    context = (
        _context(row, user_of(request))
        | _publishing(request, row)
        | {
            "partnership": translated(row.partnership, "name"),
            "trail": [
                {"label": _("Partnerships"), "url": reverse("partnerships:list")},
                {
                    "label": translated(row.partnership, "name"),
                    "url": reverse("partnerships:detail", args=[slug]),
                },
                {"label": _("Report"), "url": reverse("reports:window", args=[slug])},
                {"label": _("Being made") if row.is_running else _("Your report")},
            ],
        }
    )
    return render(request, "report/job.html", context)


@login_required
@never_cache
@require_safe
def job_bar(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Return the bar alone, for htmx; once the work is done the page is loaded anew."""
    row = _row(request, slug, pk)
    if not row.is_running:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "report/job_bar.html", _context(row, user_of(request)))


@login_required
@require_POST
def job_publish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let everybody read a report, or say why not."""
    row = _row(request, slug, pk)
    try:
        publishing.publish_report(row, actor=user_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The report is published: everybody can read it."))
    return HttpResponseRedirect(reverse("reports:job", args=[slug, pk]))


@login_required
@require_POST
def job_unpublish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a report off the public pages."""
    publishing.withdraw_report(_row(request, slug, pk), actor=user_of(request))
    messages.success(request, _("The report is withdrawn: nobody outside reads it any more."))
    return HttpResponseRedirect(reverse("reports:job", args=[slug, pk]))


@login_required
@require_POST
def job_download(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Send a finished report, the same bytes each time; one with a photo that may no longer be shown is gone."""
    row = _row(request, slug, pk)
    require(user_of(request), jobs.role_for(row.asked), row.partnership)
    jobs.drop_files(ReportJob.objects.filter(pk=row.pk, state=State.DONE))
    row.refresh_from_db()
    if row.state != State.DONE:
        return HttpResponseRedirect(reverse("reports:job", args=[slug, pk]))
    try:
        file = row.file.open("rb")
    except (OSError, ValueError):
        return _lost(request, row)
    jobs.record_download(row, actor=user_of(request))
    response = FileResponse(file, content_type=CONTENT_TYPES[kind_of(row)])
    response["X-Content-Type-Options"] = "nosniff"
    return as_download(response, row.ascii_name, row.name)


def _lost(request: HttpRequest, row: ReportJob) -> HttpResponse:
    """Have the lost file of a frozen report made again; of any other say that it has to be asked for again."""
    if jobs.make_again(row, actor=user_of(request)):
        messages.info(request, _("The file was lost. It is being made again from the frozen data."))
        return HttpResponseRedirect(reverse("reports:job", args=[row.partnership.slug, row.pk]))
    messages.error(request, _("The file of this report was lost. Ask for the report again."))
    return HttpResponseRedirect(reverse("reports:window", args=[row.partnership.slug]))


def made_rows(partnership: Partnership, role: Role) -> list[dict[str, Any]]:
    """Return the newest reports that were asked for in a partnership, as the register shows them to a role."""
    rows = ReportJob.objects.filter(partnership=partnership).exclude(state=State.CANCELLED)
    rows = rows.select_related("snapshot__year").prefetch_related("askers").defer("snapshot__data")[:MAX_ROWS]
    languages = dict(settings.LANGUAGES)
    standing = PublishedReport.objects.filter(job__partnership=partnership, withdrawn_at__isnull=True)
    published = set(standing.values_list("job", flat=True))
    return [
        {
            "name": row.name or _("Report"),
            "url": reverse("reports:job", args=[partnership.slug, row.pk]),
            "state": row.get_state_display(),
            "tone": {"done": "positive", "failed": "negative", "removed": "neutral", "expired": "neutral"}.get(
                row.state, "info"
            ),
            "when": date_format(localtime(row.made_at or row.asked_at), "SHORT_DATETIME_FORMAT"),
            "who": [str(person) for person in row.askers.all()],
            "language": languages[row.asked["language"]],
            "code": row.asked["language"],
            "edition": f"{row.snapshot.year.year}/{row.snapshot.number}" if row.snapshot else "",
            "size": _kilobytes(row.size),
            "sha256": row.sha256,
            "kind": "PDF/A" if kind_of(row) == ARCHIVE else kind_of(row).upper(),
            "is_demonstration": row.is_demonstration,
            "is_published": row.pk in published and row.state == State.DONE,
            # Nobody withdrew it: its file is not there any more.
            "is_off": row.pk in published and row.state != State.DONE,
            "download_url": (
                reverse("reports:job_download", args=[partnership.slug, row.pk])
                if row.state == State.DONE and role.includes(jobs.role_for(row.asked))
                else ""
            ),
        }
        for row in rows
    ]


def kind_of(row: ReportJob) -> str:
    """Return what a report is written as: one of CONTENT_TYPES."""
    return row.asked.get("kind") or PDF


def _row(request: HttpRequest, slug: str, pk: int) -> ReportJob:
    partnership = member_of(request, slug)
    return get_object_or_404(
        ReportJob.objects.select_related("partnership", "snapshot"), partnership=partnership, pk=pk
    )


def _context(row: ReportJob, user: User) -> dict[str, Any]:
    address = [row.partnership.slug, row.pk]
    return {
        "row": row,
        "language": row.asked["language"],
        "url": reverse("reports:job", args=address),
        "bar_url": reverse("reports:job_bar", args=address),
        "download_url": reverse("reports:job_download", args=address),
        "size": _kilobytes(row.size),
        "is_stale": jobs.is_stale(row),
        "may_cancel": jobs.may_cancel(row, user),
        "refusal": may(user, jobs.role_for(row.asked), row.partnership)[1],
    }


def _publishing(request: HttpRequest, row: ReportJob) -> dict[str, Any]:
    """Return whether everybody reads a report, and for an officer the way to publish it or to take it back."""
    is_published = PublishedReport.objects.standing().filter(job=row).exists()
    may_lead, _reason = may(user_of(request), Role.OFFICER, row.partnership)
    offered = may_lead and row.state == State.DONE and (is_published or publishing.may_be_published(row))
    name = "reports:job_unpublish" if is_published else "reports:job_publish"
    url = reverse(name, args=[row.partnership.slug, row.pk]) if offered else ""
    return {"is_published": is_published, "publish_url": url}


def _kilobytes(size: int) -> str:
    return f"{format_number(-(-size // 1024))}\N{NO-BREAK SPACE}kB" if size else ""
