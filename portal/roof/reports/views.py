"""Asking for a report, and receiving it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from partnerships.access import require
from partnerships.models import Partnership, ProgrammeYear, Role
from portal.ground.models import User
from portal.roof.models import ReportJob
from portal.roof.reports import jobs
from portal.roof.reports.editing import FULL
from portal.roof.reports.forms import NO_PDF, ReportWindowForm
from portal.roof.reports.render import ReportUnavailableError, can_draw
from portal.roof.reports.services import PAGE, make_report


@dataclass(frozen=True)
class Preset:
    """A window that people ask for often; its address fills in the form."""

    label: str
    url: str
    current: bool


@login_required
@require_safe
def window(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the window and the language; the address may bring both dates along."""
    partnership = member_of(request, slug)
    year = timezone.localdate().year
    form = ReportWindowForm(
        partnership=partnership,
        initial={
            "starts_on": request.GET.get("starts_on", f"{year}-01-01"),
            "ends_on": request.GET.get("ends_on", f"{year}-12-31"),
            "language": request.GET.get("language", get_language()),
            "edition": request.GET.get("edition", FULL),
            "draft": request.GET.get("draft") == "on",
        },
    )
    return _page(request, partnership, form)


@login_required
@require_POST
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Ask for the report and lead to how far it is, or show the form with a sentence beside what is wrong."""
    partnership = member_of(request, slug)
    form = ReportWindowForm(request.POST, partnership=partnership)
    if not form.is_valid():
        return _page(request, partnership, form)
    asked = {
        name: value.isoformat() if isinstance(value, dt.date) else value for name, value in form.cleaned_data.items()
    }
    if asked["kind"] == PAGE:
        return HttpResponseRedirect(f"{reverse('reports:page', args=[slug])}?{query_of(asked)}")
    return to_job(jobs.ask(partnership, asked, actor=user_of(request)))


@login_required
@never_cache
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the report that the address asks for as a page, or the form with a sentence beside what is wrong."""
    partnership = member_of(request, slug)
    form = ReportWindowForm(as_page(request), partnership=partnership)
    if not form.is_valid():
        return _page(request, partnership, form)
    try:
        made = make_report(partnership, **form.cleaned_data, on=timezone.localdate())
    except ReportUnavailableError as error:
        form.add_error(None, str(error))
        return _page(request, partnership, form)
    return HttpResponse(made.content)


def as_page(request: HttpRequest) -> QueryDict:
    """Return what an address asks for, to be shown as a page."""
    asked = request.GET.copy()
    asked["kind"] = PAGE
    return asked


def query_of(asked: dict[str, Any]) -> str:
    """Return what is asked for as the address of a page bears it."""
    return urlencode({name: "on" if value is True else value for name, value in asked.items() if value})


def to_job(row: ReportJob) -> HttpResponse:
    """Lead to a report that was asked for."""
    return HttpResponseRedirect(reverse("reports:job", args=[row.partnership.slug, row.pk]))


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; the views that call it let nobody else in."""
    return cast("User", request.user)


def as_download(response: HttpResponseBase, ascii_name: str, name: str) -> HttpResponseBase:
    """Return the response as a file to be kept by its reader alone, named in ASCII and in its own letters."""
    response["Content-Disposition"] = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response


def member_of(request: HttpRequest, slug: str) -> Partnership:
    """Return the partnership that a member asks for; who is none finds nothing."""
    partnership = get_object_or_404(Partnership.objects.visible_to(request.user), slug=slug)
    require(request.user, Role.VIEWER, partnership)
    return partnership


def _page(request: HttpRequest, partnership: Partnership, form: ReportWindowForm) -> HttpResponse:
    address = reverse("reports:window", args=[partnership.slug])
    dates = [str(form[name].value()) for name in ("starts_on", "ends_on")]
    kept = {name: str(form[name].value() or "") for name in ("language", "edition") if name in form.fields}
    return render(
        request,
        "report/window.html",
        {
            "partnership": partnership,
            "form": form,
            "notice": "" if can_draw() else NO_PDF,
            "export_url": reverse("reports:export", args=[partnership.slug]),
            "register_url": reverse("reports:register", args=[partnership.slug]),
            "presets": presets_of(partnership, address, *dates, **kept),
            "trail": [
                {"label": _("Partnerships"), "url": reverse("partnerships:list")},
                {"label": str(partnership), "url": reverse("partnerships:detail", args=[partnership.slug])},
                {"label": _("Report")},
            ],
        },
    )


def presets_of(
    partnership: Partnership, address: str, starts_on: str, ends_on: str, **asked: str
) -> list[tuple[str, list[Preset]]]:
    """Return the programme years, the whole programmes and the partnership's own report windows.

    Each leads to `address` with its dates and with what else is `asked`; both dates are those of the page now.
    """

    def preset(label: str, first: dt.date, last: dt.date) -> Preset:
        dates = {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
        return Preset(label, f"{address}?{urlencode(asked | dates)}", (starts_on, ends_on) == tuple(dates.values()))

    years = ProgrammeYear.objects.filter(programme__partnership=partnership).order_by("-year")
    spans = [*partnership.programmes.order_by("-starts_on"), *partnership.report_windows.order_by("-starts_on")]
    groups = [
        (_("One year"), [preset(str(year.year), year.starts_on, year.ends_on) for year in years]),
        (_("Several years"), [preset(str(span), span.starts_on, span.ends_on) for span in spans]),
    ]
    return [(title, presets) for title, presets in groups if presets]
