"""The page that tells officers who may see special categories of personal data."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partnerships.access import partnerships_of
from partnerships.models import Role
from portal.roof.overviews.who_sees import sights_of


@login_required
@require_safe
def who_sees(request: HttpRequest) -> HttpResponse:
    """Show, of the partnerships of which one is an officer, who may see what is known of single people."""
    mine = partnerships_of(request.user, Role.OFFICER).order_by("slug")
    everywhere, sights = sights_of(mine, on=timezone.localdate())
    context = {
        "everywhere": everywhere if sights else (),
        "sights": sights,
        "trail": [{"label": _("Account and security"), "url": reverse("mfa_index")}, {"label": _("Who sees what")}],
    }
    return render(request, "account/who_sees.html", context)
