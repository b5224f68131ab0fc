"""The register of the frozen reports of a partnership: what was validated, by whom, and the way to each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from partnerships.access import may, require
from partnerships.models import Partnership, Role
from portal.ground.dates import format_date
from portal.ground.wording import Wording, listed, translated
from portal.roof.models import Snapshot, SnapshotWithdrawal
from portal.roof.reports import jobs
from portal.roof.reports.change_rows import sections_of
from portal.roof.reports.changes import differences
from portal.roof.reports.editing import forms_of
from portal.roof.reports.forms import NO_PDF, SnapshotExportForm
from portal.roof.reports.frozen import FrozenReportError
from portal.roof.reports.job_views import made_rows
from portal.roof.reports.render import ReportUnavailableError, can_draw
from portal.roof.reports.services import PAGE, Export, export_data, make_snapshot_report
from portal.roof.reports.views import as_download, as_page, member_of, query_of, to_job, user_of
from portal.roof.reports.withdrawals import edition_of, shown_of


@dataclass(frozen=True)
class Taken:
    """Since when a frozen report shows less, and the SHA-256 of its data as they are shown since."""

    on: str
    what: str
    sha256: str


@dataclass(frozen=True)
class RegisterRow:
    """A frozen report as the register shows it; an empty address is not offered."""

    label: str
    programme: Wording
    year_url: str
    taken_on: str
    taken_by: str
    sha256: str
    is_demonstration: bool
    export_url: str
    data_url: str
    changes_url: str
    withdrawals: tuple[Taken, ...]


@login_required
@require_safe
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the frozen reports of a partnership, the newest year first."""
    return _page(request, member_of(request, slug))


@login_required
@require_POST
def export(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Ask for a frozen report as PDF, or show the register with a sentence that says why not."""
    partnership = member_of(request, slug)
    row = _row(partnership, pk)
    form = SnapshotExportForm(request.POST, partnership=partnership)
    if not form.is_valid():
        return _page(request, partnership, error=" ".join(str(text) for of in form.errors.values() for text in of))
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    if asked["kind"] == PAGE:
        return HttpResponseRedirect(f"{reverse('reports:snapshot_page', args=[slug, pk])}?{query_of(asked)}")
    return to_job(jobs.ask(partnership, asked, actor=user_of(request), snapshot=row))


@login_required
@never_cache
@require_safe
def page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a frozen report as a page, or the register with a sentence that says why not."""
    partnership = member_of(request, slug)
    row = _row(partnership, pk)
    form = SnapshotExportForm(as_page(request), partnership=partnership)
    if not form.is_valid():
        return _page(request, partnership, error=" ".join(str(text) for of in form.errors.values() for text in of))
    try:
        made = make_snapshot_report(row, **form.cleaned_data)
    except ReportUnavailableError as error:
        return _page(request, partnership, error=str(error))
    return HttpResponse(made.content)


@login_required
@require_POST
def data(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Answer with the data of a frozen report as JSON."""
    partnership = member_of(request, slug)
    require(user_of(request), Role.OFFICER, partnership)
    try:
        made = export_data(_row(partnership, pk), actor=user_of(request))
    except ReportUnavailableError as error:
        return _page(request, partnership, error=str(error))
    return _answer(made, "json")


@login_required
@require_safe
def changes(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show what a frozen report tells otherwise than the one before; the first of a year has none before it."""
    partnership = member_of(request, slug)
    row = _row(partnership, pk)
    if row.number == 1:
        raise Http404
    context: dict[str, Any] = {
        "label": f"{row.year.year}/{row.number}",
        "label_before": f"{row.year.year}/{row.number - 1}",
        "partnership": translated(partnership, "name"),
        "trail": [
            *_trail(partnership)[:-1],
            {"label": _("Register of reports"), "url": reverse("reports:register", args=[slug])},
            {"label": _("What changed")},
        ],
    }
    try:
        shown = shown_of(row)
        before, report = edition_of(row, shown).before, shown.report
    except FrozenReportError as error:
        return render(request, "report/changes.html", {**context, "error": str(error)})
    context["changed"] = sections_of(differences(before, report)) if before else ()
    return render(request, "report/changes.html", context)


def _row(partnership: Partnership, pk: int) -> Snapshot:
    """Return a frozen report of the partnership; what belongs to another one is not found."""
    rows = Snapshot.objects.filter(year__programme__partnership=partnership)
    return get_object_or_404(rows.select_related("year__programme__partnership"), pk=pk)


def _answer(export: Export, kind: str) -> HttpResponseBase:
    response = HttpResponse(export.content, content_type=f"application/{kind}")
    return as_download(response, export.ascii_name, export.name)


def _page(request: HttpRequest, partnership: Partnership, *, error: str = "") -> HttpResponse:
    may_lead, _reason = may(user_of(request), Role.OFFICER, partnership)
    rows = Snapshot.objects.filter(year__programme__partnership=partnership).defer("data")
    rows = (
        rows.prefetch_related("withdrawals")
        .select_related("year__programme", "taken_by")
        .order_by("-year__year", "-number", "pk")
    )
    return render(
        request,
        "report/register.html",
        {
            "partnership": translated(partnership, "name"),
            "rows": [_register_row(row, partnership.slug, may_lead=may_lead) for row in rows],
            "made": made_rows(partnership, Role.OFFICER if may_lead else Role.VIEWER),
            "may_archive": may_lead,
            "kept_days": settings.REPORT_DAYS,
            "error": error,
            "notice": "" if can_draw() else NO_PDF,
            "language": get_language(),
            "languages": settings.LANGUAGES,
            "editions": [(sheet.slug, sheet.name.best(get_language() or "")[1]) for sheet in forms_of(partnership)],
            "window_url": reverse("reports:window", args=[partnership.slug]),
            "iati_url": reverse("reports:iati", args=[partnership.slug]) if may_lead else "",
            "trail": _trail(partnership),
        },
    )


def _register_row(row: Any, slug: str, *, may_lead: bool) -> RegisterRow:
    address = [slug, row.pk]
    programme = row.year.programme
    return RegisterRow(
        label=f"{row.year.year}/{row.number}",
        programme=translated(programme, "name"),
        year_url=reverse("partnerships:year_detail", args=[programme.slug, row.year.year]),
        taken_on=format_date(row.taken_on),
        taken_by=str(row.taken_by or ""),
        sha256=row.sha256,
        is_demonstration=row.is_demonstration,
        export_url=reverse("reports:snapshot_export", args=address),
        data_url=reverse("reports:data_export", args=address) if may_lead else "",
        changes_url=reverse("reports:changes", args=address) if row.number > 1 else "",
        withdrawals=tuple(map(_taken, row.withdrawals.all())),
    )


def _taken(row: SnapshotWithdrawal) -> Taken:
    pieces = [
        ngettext("%(count)s text without a hidden place", "%(count)s texts without a hidden place", row.places)
        % {"count": row.places},
        ngettext("%(count)s photo left out", "%(count)s photos left out", row.photos) % {"count": row.photos},
    ]
    counts = (row.places, row.photos)
    what = listed(piece for piece, count in zip(pieces, counts, strict=True) if count) or _("all of it again")
    return Taken(format_date(timezone.localdate(row.taken_back_at)), what, row.sha256)


def _trail(partnership: Partnership) -> list[dict[str, Any]]:
    return [
        {"label": _("Partnerships"), "url": reverse("partnerships:list")},
        {
            "label": translated(partnership, "name"),
            "url": reverse("partnerships:detail", args=[partnership.slug]),
        },
        {"label": _("Register of reports")},
    ]
