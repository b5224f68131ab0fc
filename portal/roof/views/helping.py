"""Help: where it stands, and a guide of one printed page for each part."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.roof.overviews.guides import GUIDES, guide_of
from portal.roof.overviews.start.reader import Part, Reader


@login_required
@require_safe
def helping(request: HttpRequest) -> HttpResponse:
    """Show where help stands, the reader's own guide first."""
    part = Reader.of(request.user, timezone.localdate()).part.value
    guides = sorted(GUIDES, key=lambda guide: guide.key != part)
    context = {
        "guides": [{"guide": guide, "url": reverse("guide", args=[guide.key])} for guide in guides],
        "own": part,
        "trail": [{"label": _("Overview"), "url": reverse("dashboard")}, {"label": _("Help")}],
    }
    return render(request, "help/help.html", context)


@login_required
@require_safe
def guide(request: HttpRequest, part: str) -> HttpResponse:
    """Show the guide of a part; printed, it fills one page of A4. It leads where the reader may go."""
    found = guide_of(part)
    if found is None:
        raise Http404
    trail = [
        {"label": _("Overview"), "url": reverse("dashboard")},
        {"label": _("Help"), "url": reverse("help")},
        {"label": found.title},
    ]
    # The parts stand in the order of what they may open.
    own, parts = Reader.of(request.user, timezone.localdate()).part, list(Part)
    context = {
        "guide": found,
        "leads": parts.index(own) <= parts.index(Part(found.key)),
        "address": settings.PORTAL_URL.rstrip("/"),
        "trail": trail,
    }
    return render(request, "help/guide.html", context)
