"""The page that the search box of every page leads to."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.ground.lists import searched_in
from portal.roof.overviews.search import search as search_all
from portal.roof.overviews.search.kinds import KINDS


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what holds the words of `?q=`; `?kind=` shows one kind whole."""
    text, remarks = searched_in(request.GET)
    asked = request.GET.get("kind", "")
    only = asked if asked in {kind.key for kind in KINDS} else ""
    groups = search_all(request.user, text, only=only)
    context = {
        "text": text,
        "remarks": remarks,
        "groups": groups,
        "only": only,
        "is_like": any(group.is_like for group in groups),
        "trail": [{"label": _("Search")}],
    }
    return render(request, "search/search.html", context)
