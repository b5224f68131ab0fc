"""The page of the social and cultural map, for who is signed in; portal.roof.public has the one for everybody."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.roof.overviews.social_map import MapPage, map_page, of_reader


@login_required
@require_safe
def social_map(request: HttpRequest) -> HttpResponse:
    """Show the organisations and places of the reader's partnerships, on maps and as a directory."""
    page = map_page(of_reader(request.user), request.GET, on=timezone.localdate())
    query = replace(page.query, remarks=page.remarks)
    context = {"map": page, "query": query, "clear_url": page.clear_url, **_empty(page)}
    return render(request, "partnerships/map.html", context)


def _empty(page: MapPage) -> dict[str, str]:
    """Return what a map without entries says (components/empty_state.html)."""
    if page.query.is_narrow:
        return {
            "icon": "search",
            "title": _("Nothing on the map meets all of this."),
            "action_url": reverse("partnerships:map"),
            "action_label": _("Show the whole map"),
        }
    return {
        "icon": "map",
        "title": _("Nothing stands on the map of your partnerships yet."),
        "text": _("The administrator of the portal can add organisations and places, and where they are."),
    }
