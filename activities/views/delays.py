"""Recording that an activity falls behind, and correcting what was recorded."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities.forms import DelayForm
from activities.models import Activity, Delay
from activities.services import record_delay, update_delay
from activities.services.delays import MAY_BE_DELAYED
from partnerships.access import require
from partnerships.models import Role
from partnerships.views.answering import Page, answer
from portal.ground import carry
from portal.ground.wording import translated


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def delay_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that an activity falls behind, or is put off once more."""
    visible = Activity.objects.visible_to(request.user).select_related("partnership")
    activity = get_object_or_404(visible, pk=pk)
    require(request.user, Role.COORDINATOR, activity.partnership)
    if request.method == "GET" and activity.status not in MAY_BE_DELAYED:
        sentence = _("An activity that is “%(state)s” has no delay.")
        messages.info(request, sentence % {"state": activity.get_status_display()})
        return HttpResponseRedirect(reverse("activities:detail", args=[pk]))
    return _form(request, Delay(activity=activity))


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def delay_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a delay: its reason and its days."""
    visible = Delay.objects.visible_to(request.user).select_related("activity__partnership")
    delay = get_object_or_404(visible, pk=pk)
    require(request.user, Role.COORDINATOR, delay.activity.partnership)
    return _form(request, delay)


def _form(request: HttpRequest, delay: Delay) -> HttpResponse:
    activity = delay.activity

    def build(data: Any, row: Delay) -> DelayForm:
        initial = {} if row.pk else _last_plan(activity)
        return DelayForm(data, instance=row, initial=initial, user=request.user, today=timezone.localdate())

    def write(form: DelayForm) -> tuple[Delay, bool]:
        if delay.pk:
            version = form.cleaned_data["version"] or 0
            return update_delay(delay, form.values, actor=request.user, version=version), True
        key = form.cleaned_data["submission_key"] or uuid4()
        return record_delay(activity, form.values, actor=request.user, key=key)

    heading, home = (
        _("Change the delay") if delay.pk else _("Record a delay"),
        reverse("activities:detail", args=[activity.pk]),
    )
    title = translated(activity, "title")
    trail: list[dict[str, Any]] = [
        {"label": _("Activities"), "url": reverse("activities:list")},
        {"label": title, "url": home},
        {"label": heading},
    ]
    page = Page(heading, str(title), trail, f"{home}#delays", _("The delay is saved."))
    return answer(request, page, row=delay, build=build, write=write)


def _last_plan(activity: Activity) -> dict[str, Any]:
    """Return for when the activity was planned until now: its last revised date, or its own start."""
    last = activity.delays.order_by("-number").first()
    if last is not None and not last.is_over:
        return {"planned_on": last.revised_on, "planned_precision": last.revised_precision}
    return {"planned_on": activity.starts_on, "planned_precision": activity.starts_precision}
