"""What the people in a photo agreed to: taken back here, and for a place that must not be found approved twice."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities.models import Photo
from activities.services import approve_photo, may_approve, withdraw_consent
from partnerships.access import require
from partnerships.models import Role
from portal.ground.dates import format_date
from portal.ground.wording import translated


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is known of a photo's consent; let a second person approve it, and take the consent back."""
    rows = Photo.objects.visible_to(request.user).filter(consent_withdrawn_on__isnull=True)
    related = ["log_entry__activity__partnership", "log_entry__activity__place", "added_by", "approved_by"]
    row = get_object_or_404(rows.select_related(*related), pk=pk)
    require(request.user, Role.COORDINATOR, row.log_entry.activity.partnership)
    unsure = "withdraw" in request.POST and "sure" not in request.POST
    if request.method == "POST" and not unsure:
        return _act(request, row)
    allowed, reason = may_approve(row, request.user)
    activity = row.log_entry.activity
    context: dict[str, Any] = {
        "waits": row.waits,
        "may_approve": row.waits and allowed,
        "reason": reason if row.waits else "",
        "error": _("Tick this first: nobody can bring the photo back.") if unsure else "",
        "shows": row.is_shown or (row.waits and allowed),
        "url": reverse("activities:photo", args=[row.pk]),
        "alt": row.caption or _("Photo without caption, %(date)s") % {"date": row.log_entry.span_text},
        "facts": _facts(row),
        "back_url": _home(row),
        "trail": [
            {"label": _("Activities"), "url": reverse("activities:list")},
            {"label": translated(activity, "title"), "url": reverse("activities:detail", args=[activity.pk])},
            {"label": _("Consent")},
        ],
    }
    return render(request, "activities/photo_review.html", context)


def _act(request: HttpRequest, row: Photo) -> HttpResponse:
    if "approve" in request.POST:
        approve_photo(row, actor=request.user)
        messages.success(request, _("The photo shows inside the portal now. It leaves it in no report."))
    elif "withdraw" in request.POST:
        withdraw_consent(row, actor=request.user, on=timezone.localdate())
        messages.success(request, _("The photo is erased: it is on no page and in no file any more."))
    return HttpResponseRedirect(_home(row))


def _home(row: Photo) -> str:
    entry = row.log_entry
    return f"{reverse('activities:detail', args=[entry.activity_id])}#entry-{entry.pk}"


def _facts(row: Photo) -> list[dict[str, str]]:
    facts = [
        {"term": _("Consent"), "value": row.get_consent_display()},
        {"term": _("Consent noted on"), "value": format_date(row.consented_on)},
        {"term": _("Added by"), "value": str(row.added_by or row.log_entry.author)},
        {"term": _("Approved by"), "value": str(row.approved_by or "")},
    ]
    return [fact for fact in facts if fact["value"]]
