"""Looking at a voucher list, and taking it along."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities.models import Expenditure
from partnerships.models import FundingSource, Partnership, PartnershipFunding
from portal.ground.models import User
from portal.roof.reports.forms import VoucherExportForm, VoucherListForm
from portal.roof.reports.render import ReportUnavailableError
from portal.roof.reports.views import as_download, member_of, presets_of
from portal.roof.reports.vouchers import VoucherList, vouchers_of
from portal.roof.reports.vouchers_document import part_of, parts_of
from portal.roof.reports.vouchers_services import export_vouchers

ROWS_ON_PAGE = 100


@login_required
@require_safe
def vouchers(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the vouchers of a source and a period; by default of the main source in the programme year that runs."""
    partnership = member_of(request, slug)
    sources = _sources(partnership)
    form = VoucherListForm(_asked(request.GET, partnership, sources), sources=sources)
    return _page(request, partnership, form, _list_of(partnership, form))


@login_required
@require_POST
def vouchers_export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Answer with the list as spreadsheet, as PDF or with its files, or with the page and what is wrong."""
    partnership = member_of(request, slug)
    form = VoucherExportForm(request.POST, sources=_sources(partnership))
    asked = form.cleaned_data if form.is_valid() else {}
    found = _list_of(partnership, form)
    if not found or not asked:
        return _page(request, partnership, form, found)
    try:
        exported = export_vouchers(
            partnership,
            found,
            kind=asked["kind"],
            language=asked["language"],
            part=asked["part"] or 1,
            actor=cast("User", request.user),
        )
    except ReportUnavailableError as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        form.add_error(None, error)
    else:
        if isinstance(exported.content, bytes):
            response: HttpResponseBase = HttpResponse(exported.content, content_type=exported.content_type)
        else:
            response = StreamingHttpResponse(exported.content, content_type=exported.content_type)
            # Its files are compressed already: to pack them once more would keep the processor busy for nothing.
            response["Content-Encoding"] = "identity"
        return as_download(response, exported.ascii_name, exported.name)
    return _page(request, partnership, form, found)


def _sources(partnership: Partnership) -> QuerySet[Any]:
    """Return the sources that pay in a partnership, by agreement or in fact."""
    agreed = PartnershipFunding.objects.filter(partnership=partnership, source=OuterRef("pk"))
    paid = Expenditure.objects.filter(activity__partnership=partnership, source=OuterRef("pk"))
    return FundingSource.objects.filter(Exists(agreed) | Exists(paid))


def _asked(params: QueryDict, partnership: Partnership, sources: QuerySet[Any]) -> dict[str, str]:
    """Return what the address asks, and for the rest the main source and the programme year that runs."""
    asked = {name: params.get(name, "") for name in ("source", "starts_on", "ends_on") if name in params}
    if "source" not in asked:
        main = partnership.funding.filter(purpose=PartnershipFunding.Purpose.MAIN).values("source")
        preferred = sources.filter(pk__in=main).first() or sources.first()
        asked["source"] = preferred.slug if preferred else ""
    if "starts_on" not in asked or "ends_on" not in asked:
        first, last = _year_of(partnership, timezone.localdate())
        asked = {"starts_on": first.isoformat(), "ends_on": last.isoformat()} | asked
    return asked


def _year_of(partnership: Partnership, on: dt.date) -> tuple[dt.date, dt.date]:
    """Return the programme year that runs on a day, else the last one of the programme before it."""
    programmes = list(partnership.programmes.order_by("starts_on"))
    begun = [programme for programme in programmes if programme.starts_on <= on] or programmes[:1]
    if not begun:
        return dt.date(on.year, 1, 1), dt.date(on.year, 12, 31)
    programme = begun[-1]
    year = min(max(on, programme.starts_on), programme.ends_on).year
    return max(dt.date(year, 1, 1), programme.starts_on), min(dt.date(year, 12, 31), programme.ends_on)


def _list_of(partnership: Partnership, form: VoucherListForm) -> VoucherList | None:
    """Return the list that a form asks for; where it cannot be made the form says why."""
    if {"source", "starts_on", "ends_on"} & form.errors.keys():
        return None
    asked = form.cleaned_data
    try:
        return vouchers_of(partnership, asked["source"], asked["starts_on"], asked["ends_on"], on=timezone.localdate())
    except ValidationError as error:
        form.add_error(None, error)
        return None


def _page(
    request: HttpRequest, partnership: Partnership, form: VoucherListForm, found: VoucherList | None
) -> HttpResponse:
    address = reverse("reports:vouchers", args=[partnership.slug])
    asked = {name: str(form[name].value() or "") for name in ("source", "starts_on", "ends_on")}
    context: dict[str, Any] = {
        "partnership": partnership,
        "form": form,
        "address": address,
        "export_url": reverse("reports:vouchers_export", args=[partnership.slug]),
        "presets": presets_of(partnership, address, asked["starts_on"], asked["ends_on"], source=asked["source"]),
        "vouchers": found,
        "language": get_language(),
        "languages": settings.LANGUAGES,
        "trail": [
            {"label": _("Partnerships"), "url": reverse("partnerships:list")},
            {"label": str(partnership), "url": reverse("partnerships:detail", args=[partnership.slug])},
            {"label": _("List of vouchers")},
        ],
    }
    if found:
        context |= _shown(found, request.GET.get("page", ""), address, asked)
    return render(request, "partnerships/vouchers.html", context)


def _shown(found: VoucherList, page: str, address: str, asked: dict[str, str]) -> dict[str, Any]:
    """Return the rows of one page of the list, and the way to the others."""
    shown = part_of(found, int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1, ROWS_ON_PAGE)
    query = urlencode(asked)

    def url(number: int) -> str:
        return f"{address}?{query}&page={number}#list"

    return {
        "part": shown,
        "pdf_parts": range(1, parts_of(found) + 1),
        "pages": {
            "previous_url": "" if shown.is_first else url(shown.number - 1),
            "next_url": "" if shown.is_last else url(shown.number + 1),
            "summary": _("%(first)s to %(last)s of %(count)s")
            % {"first": shown.extract.first, "last": shown.extract.last, "count": len(found.rows)},
        },
    }
