"""What a partnership publishes as IATI data: what stands in the way, what is left out, and the file."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partnerships.access import require
from partnerships.models import Partnership, Role
from portal.roof.iati.checks import hindrances, left_out
from portal.roof.iati.facts import facts_of
from portal.roof.iati.services import CONTENT_TYPE, export_iati
from portal.roof.reports.views import as_download, member_of, user_of


@login_required
@require_safe
def iati(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what of a partnership can be published, and what IATI still asks."""
    partnership = member_of(request, slug)
    require(request.user, Role.OFFICER, partnership)
    return _page(request, partnership)


@login_required
@require_POST
def iati_export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Answer with the file, or with the page that says what stands in the way."""
    partnership = member_of(request, slug)
    try:
        content = export_iati(partnership, at=timezone.localtime(), actor=user_of(request))
    except ValidationError:
        return _page(request, partnership)
    name = f"iati-{partnership.slug}.xml"
    return as_download(HttpResponse(content, content_type=CONTENT_TYPE), name, name)


def _page(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    facts = facts_of(partnership, on=timezone.localdate())
    context = {
        "partnership": partnership,
        "hindrances": hindrances(facts),
        "left_out": left_out(facts),
        "counts": [
            {"term": _("Programmes"), "value": len(facts.plans)},
            {"term": _("Released activities"), "value": sum(len(plan.works) for plan in facts.plans)},
            {"term": _("Results"), "value": sum(bool(row.indicators) for plan in facts.plans for row in plan.results)},
            {"term": _("Payments"), "value": sum(len(plan.payments) for plan in facts.plans)},
        ],
        "export_url": reverse("reports:iati_export", args=[partnership.slug]),
        "trail": [
            {"label": _("Partnerships"), "url": reverse("partnerships:list")},
            {"label": str(partnership), "url": reverse("partnerships:detail", args=[partnership.slug])},
            {"label": _("Register of reports"), "url": reverse("reports:register", args=[partnership.slug])},
            {"label": _("Aid data")},
        ],
    }
    return render(request, "report/iati.html", context)
