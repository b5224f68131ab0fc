"""Which sources share in the cost of an activity: as planned, and as it came."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities.co_funding import comparison_of, stored_shares
from activities.forms.budget import CoFundingForm, written_shares
from activities.models import Activity
from activities.services import StaleVersion
from activities.services.budget import set_co_funding
from partnerships.access import may, require
from partnerships.models import FundingSource, Role
from portal.ground import carry
from portal.ground.wording import translated


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def co_funding(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the planned shares beside what was paid; an officer sets them, all at once."""
    visible = Activity.objects.visible_to(request.user).select_related("partnership")
    activity = get_object_or_404(visible, pk=pk)
    may_lead, _reason = may(request.user, Role.OFFICER, activity.partnership)
    sources = {source.pk: source for source in FundingSource.objects.order_by("slug")}
    form, code = None, 200
    if request.method == "POST":
        require(request.user, Role.OFFICER, activity.partnership)
        form, code = _sent(request, activity, sources)
        if form is None:
            return HttpResponseRedirect(request.path)
    elif may_lead:
        form = _form(request, activity, sources, carry.kept(request))
    comparison = comparison_of(activity, sources)
    context = {
        "form": form,
        "title": translated(activity, "title"),
        "comparison": comparison,
        "may_lead": may_lead,
        "is_planned": len(comparison.columns) > 2,
        "empty": {"title": _("No share is planned, and nothing was paid yet."), "icon": "cash-coin"},
        "activity_url": reverse("activities:detail", args=[pk]),
        "trail": [
            {"label": _("Activities"), "url": reverse("activities:list")},
            {"label": translated(activity, "title"), "url": reverse("activities:detail", args=[pk])},
            {"label": _("Co-funding")},
        ],
    }
    return render(request, "activities/co_funding.html", context, status=code)


def _form(request: HttpRequest, activity: Activity, sources: dict[int, FundingSource], data: Any) -> CoFundingForm:
    return CoFundingForm(data, sources=sources.values(), stored=stored_shares(activity), user=request.user)


def _sent(
    request: HttpRequest, activity: Activity, sources: dict[int, FundingSource]
) -> tuple[CoFundingForm | None, int]:
    """Set the shares. Returns the form with its sentences and the status, or no form where it is done."""
    form = _form(request, activity, sources, request.POST)
    if not form.is_valid():
        return form, 200
    try:
        changed = set_co_funding(activity, form.shares(), actor=request.user, seen=form.cleaned_data["seen"])
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return form, 200
    except StaleVersion:
        now = written_shares(stored_shares(activity))
        form = _form(request, activity, sources, {**request.POST.dict(), "seen": now})
        form.add_error(None, _("Somebody set other shares meanwhile: they stand above. Save again to set yours."))
        return form, 409
    carry.forget(request)
    messages.success(request, _("The shares are set.") if changed else _("These shares were set already."))
    return None, 302
