"""The page that shows each component in all its states, for who builds the portal and for its tests."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.roof.overviews.showcase import colours, sizes, specimens


@login_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show the tokens, and every component in every state."""
    context = {
        "colours": colours(),
        "spaces": sizes("space"),
        "texts": [*sizes("text"), *sizes("heading")],
        "shown": specimens(),
        "trail": [{"label": _("Overview"), "url": "/"}, {"label": _("Components")}],
    }
    return render(request, "start/components.html", context)
