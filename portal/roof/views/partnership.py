"""The page of one partnership."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities.models import LogEntry
from partnerships.access import may
from partnerships.models import Partnership, Role
from portal.ground.wording import translated
from portal.roof.overviews import partnership as overview
from portal.roof.overviews.story import story_of
from portal.roof.overviews.trails import write_links
from portal.roof.views.history import history_page, wants_history


@login_required
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a partnership: who it binds, its life, what it aims at, what came of it, what is being done.

    `?show=` takes a part of its life; `?history` shows who changed what instead.
    """
    partnership = get_object_or_404(Partnership.objects.visible_to(request.user), slug=slug)
    may_lead, _reason = may(request.user, Role.OFFICER, partnership)
    may_write, _reason = may(request.user, Role.COORDINATOR, partnership)
    name = translated(partnership, "name")
    trail = [{"label": _("Partnerships"), "url": reverse("partnerships:list")}, {"label": name}]
    if may_lead and wants_history(request):
        return history_page(request, partnership, name=name, trail=trail)
    context = {
        "partnership": partnership,
        "name": name,
        "summary": translated(partnership, "summary"),
        "objective": translated(partnership, "objective"),
        "facts": overview.facts_of(partnership),
        "story": story_of(partnership, request.GET.get("show", "")),
        "sections": overview.sections_of(partnership, on=timezone.localdate(), may_write=may_write),
        "write_links": write_links(partnership, may_lead=may_lead) if may_write else [],
        "statuses": overview.statuses_of(partnership.activities, f"partnership={partnership.pk}"),
        "activities_url": f"{reverse('activities:list')}?partnership={partnership.pk}",
        "entries": overview.recent_entries(LogEntry.objects.filter(activity__partnership=partnership)),
        "may_lead": may_lead,
        "trail": trail,
    }
    return render(request, "partnerships/detail.html", context)
