"""The link for trainers of a cohort: what its page shows of it, making it and withdrawing it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from beneficiaries.models import Cohort, SheetLink
from beneficiaries.services.sheet_links import BACK, is_open, link_of, make_link, withdraw_link
from beneficiaries.views.rows import own_cohort
from partnerships.access import require
from partnerships.models import Role
from portal.ground.dates import format_date
from portal.ground.forms import as_uuid
from portal.ground.qr import qr_code


def link_panel(cohort: Cohort) -> dict[str, Any]:
    """Return what the page of a cohort shows of its link, to who may make one."""
    on = timezone.localdate()
    link = link_of(cohort, on)
    panel: dict[str, Any] = {"link": link, "link_key": uuid4(), "back": BACK.days}
    if link is None:
        return panel
    until = link.works_until(link.last_session)  # type: ignore[attr-defined]
    made_at = timezone.localtime(link.made_at)
    panel["link_facts"] = [
        {"term": _("Works until"), "value": format_date(until)},
        {
            "term": _("Made by"),
            "value": f"{link.made_by.get_full_name() or link.made_by}, {date_format(made_at, 'SHORT_DATE_FORMAT')}",
        },
    ]
    if is_open(link, on):
        url = settings.PORTAL_URL.rstrip("/") + reverse("sheets:list", args=[link.pk, link.key])
        panel |= {"link_url": url, "link_code": qr_code(url)}
    return panel


@login_required
@require_POST
def link_make(request: HttpRequest, slug: str) -> HttpResponse:
    """Make the link of a cohort; one that it had is withdrawn."""
    cohort = own_cohort(request, slug)
    key = as_uuid(request.POST.get("submission_key", "")) or uuid4()
    try:
        _link, is_new = make_link(cohort, actor=request.user, on=timezone.localdate(), key=key)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        said = _("The link is there. Give it to the trainer.")
        messages.success(request, said if is_new else _("This was saved already: it was not made twice."))
    return _home(cohort)


@login_required
@require_POST
def link_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a link."""
    rows = SheetLink.objects.visible_to(request.user).select_related("cohort__course__partnership")
    link = get_object_or_404(rows, pk=pk)
    require(request.user, Role.COORDINATOR, link.cohort.course.partnership)
    withdraw_link(link, actor=request.user)
    messages.success(request, _("The link is withdrawn: it opens nothing any more."))
    return _home(link.cohort)


def _home(cohort: Cohort) -> HttpResponse:
    return HttpResponseRedirect(reverse("beneficiaries:cohort_detail", args=[cohort.slug]) + "#trainers")
