"""The pages of organisations: the list, and one of them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.ground.lists import ListQuery, page_of, read_query
from portal.ground.wording import translated
from portal.roof.overviews import organisation as overview


@login_required
@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Show the organisations that have to do with the reader's partnerships."""
    query = read_query(request.GET, overview.filters_for(request.user))
    visible = overview.organisations_for(request.user)
    organisations = overview.narrowed(visible, user=request.user, chosen=query.chosen, search=query.search)
    page = page_of(query, organisations.order_by("slug"))
    return render(
        request,
        "partnerships/organisation_list.html",
        {
            "query": query,
            "pages": page,
            "columns": [{"label": label} for label in (_("Organisation"), _("Kind"), _("Municipality"), _("Roles"))],
            "rows": overview.rows_of(page.keys, user=request.user),
            "empty": _empty(query),
            "clear_url": reverse("partnerships:organisation_list"),
        },
    )


@login_required
@require_safe
def organisation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an organisation: its names, its roles and its part in the reader's activities."""
    organisation = get_object_or_404(overview.organisations_for(request.user), slug=slug)
    name = translated(organisation, "name")
    return render(
        request,
        "partnerships/organisation_detail.html",
        {
            "name": name,
            "facts": overview.facts_of(organisation),
            "roles": overview.roles_of(organisation, user=request.user),
            "activities": overview.activities_of(organisation, user=request.user),
            "trail": [
                {"label": _("Organisations"), "url": reverse("partnerships:organisation_list")},
                {"label": name},
            ],
        },
    )


def _empty(query: ListQuery) -> dict[str, str]:
    if query.is_narrow:
        return {
            "icon": "search",
            "title": _("No organisation meets all of this."),
            "action_url": reverse("partnerships:organisation_list"),
            "action_label": _("Show all organisations"),
        }
    return {
        "icon": "building",
        "title": _("No organisation has a role in your partnerships yet."),
        "text": _("The administrator of the portal can add one."),
    }
