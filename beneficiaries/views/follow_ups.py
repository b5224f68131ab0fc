"""Asking learners how they are doing: whom to ask now, and writing down what they said; talks with starters."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.due import follow_ups_due
from beneficiaries.forms import CoachingForm, FollowUpForm
from beneficiaries.models import Coaching, Enrolment, FollowUp
from beneficiaries.models.follow_ups import INTERVALS
from beneficiaries.services.withdrawing import withdraw_follow_up
from beneficiaries.views.rows import cohort_trail, own_enrolment, write_row
from partnerships.access import partnerships_of
from partnerships.models import Role
from partnerships.views.answering import Page
from portal.ground import carry
from portal.ground.dates import format_date
from portal.ground.forms import as_key
from portal.ground.wording import translated

writes = require_http_methods(["GET", "POST"])


@login_required
@require_safe
def follow_up_list(request: HttpRequest) -> HttpResponse:
    """Show whom to ask now, the longest waiting first."""
    if not partnerships_of(request.user, Role.COORDINATOR).exists():
        raise PermissionDenied(_("Only a coordinator or an officer of a partnership follows learners."))
    due = follow_ups_due(request.user, timezone.localdate())
    context = {
        "columns": [
            {"label": _("Code")},
            {"label": _("Cohort")},
            {"label": _("Months afterwards"), "kind": "number"},
            {"label": _("Due since")},
        ],
        "rows": [
            {
                "url": f"{reverse('beneficiaries:follow_up_create', args=[one.enrolment.pk])}?months={one.months}",
                "cells": [
                    one.enrolment.learner.code,
                    {
                        "text": one.enrolment.cohort.name,
                        "note": translated(one.enrolment.cohort.course, "title"),
                    },
                    str(one.months),
                    format_date(one.due_on),
                ],
            }
            for one in due
        ],
        "empty": {"icon": "check-circle", "title": _("Nobody has to be asked now.")},
        "trail": [{"label": _("Courses"), "url": reverse("beneficiaries:list")}, {"label": _("Follow-ups due")}],
    }
    return render(request, "beneficiaries/follow_up_list.html", context)


@carry.sign_in_keeping_text
@writes
def follow_up_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what somebody does now; `?months=` says after how many months."""
    enrolment = own_enrolment(request, pk)
    months = as_key(request.GET.get("months", "")) or INTERVALS[0]
    page = _page(enrolment, _("How is it going?"), _("The follow-up is saved."))
    initial = {"months": months if months <= 240 else INTERVALS[0]}
    return write_row(request, page, FollowUp(enrolment=enrolment), FollowUpForm, initial=initial)


@carry.sign_in_keeping_text
@writes
def follow_up_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a follow-up."""
    row = get_object_or_404(FollowUp, pk=pk, consent_withdrawn_on__isnull=True)
    row.enrolment = own_enrolment(request, row.enrolment_id)
    page = _page(row.enrolment, _("Change the follow-up"), _("The follow-up is saved."))
    return write_row(request, page, row, FollowUpForm)


@login_required
@writes
def follow_up_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a learner takes an answer back, and take it out. Sent twice it is done once."""
    row = get_object_or_404(FollowUp, pk=pk)
    enrolment = row.enrolment = own_enrolment(request, row.enrolment_id)
    back = reverse("beneficiaries:learner_detail", args=[enrolment.learner_id])
    if request.method == "POST":
        withdraw_follow_up(row, actor=request.user, on=timezone.localdate())
        messages.success(request, _("The answer is taken out, and counts no more."))
        return HttpResponseRedirect(back)
    heading = _("Take the answer back?")
    page = _page(enrolment, heading, "")
    return render(request, "beneficiaries/follow_up_withdraw.html", {"heading": heading, "row": row, **vars(page)})


@carry.sign_in_keeping_text
@writes
def coaching_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a talk with somebody who starts something."""
    enrolment = own_enrolment(request, pk)
    page = _page(enrolment, _("Add a coaching talk"), _("The talk is saved."))
    return write_row(request, page, Coaching(enrolment=enrolment), CoachingForm)


def _page(enrolment: Enrolment, heading: str, saved: str) -> Page:
    learner: dict[str, Any] = {
        "label": enrolment.learner.code,
        "url": reverse("beneficiaries:learner_detail", args=[enrolment.learner_id]),
    }
    return Page(
        heading=heading,
        intro=str(enrolment),
        trail=cohort_trail(enrolment.cohort, learner, {"label": heading}),
        back=learner["url"],
        saved=saved,
    )
