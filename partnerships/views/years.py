"""The lock of a programme year."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partnerships.access import require
from partnerships.models import ProgrammeYear, Role
from partnerships.services import lock_year, reopen_year
from portal.ground.forms import check_readable


@login_required
@require_POST
def year_lock(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Lock a programme year."""
    row = _own_year(request, slug, year)
    lock_year(row, actor=request.user)
    messages.success(request, _("%(year)s is locked: nothing dated in it can be changed.") % {"year": year})
    return _to_year(row)


@login_required
@require_POST
def year_reopen(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Open a locked programme year again, for a reason."""
    row = _own_year(request, slug, year)
    reason = request.POST.get("reason", "")[:1000]
    try:
        check_readable(reason)
        reopen_year(row, actor=request.user, reason=reason)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(year)s is open again.") % {"year": year})
    return _to_year(row)


def _own_year(request: HttpRequest, slug: str, year: int) -> ProgrammeYear:
    visible = ProgrammeYear.objects.visible_to(request.user).select_related("programme__partnership")
    row = get_object_or_404(visible, programme__slug=slug, year=year)
    require(request.user, Role.OFFICER, row.programme.partnership)
    return row


def _to_year(row: ProgrammeYear) -> HttpResponse:
    arguments: list[Any] = [row.programme.slug, row.year]
    return HttpResponseRedirect(reverse("partnerships:year_detail", args=arguments))
