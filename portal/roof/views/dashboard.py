"""The first page after signing in: what is the reader's own, and what each chose for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from beneficiaries.due import follow_ups_due
from portal.ground.accounts import choose_start_page, read_news, show_first_steps
from portal.ground.models import StartPage
from portal.roof.overviews import dashboard as overview
from portal.roof.overviews.finance.overview import alarms_for
from portal.roof.overviews.finance.tables import expenses_url
from portal.roof.overviews.readiness import my_gaps
from portal.roof.overviews.start.charts import charts_of
from portal.roof.overviews.start.choosing import photo_places, sheets_near
from portal.roof.overviews.start.coming import coming_up
from portal.roof.overviews.start.news import news_of
from portal.roof.overviews.start.reader import Reader
from portal.roof.overviews.start.steps import path_of
from portal.roof.overviews.start.tasks import tasks_of


@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the reader's partnerships, what waits for them, what is new, what comes and how far it is."""
    reader = Reader.of(request.user, timezone.localdate())
    waits = _waiting(reader)
    context = {
        "name": request.user.first_name or str(request.user),
        "today": reader.on,
        "part": reader.part.value,
        "mine": overview.mine(reader),
        "may_log": bool(reader.writes),
        "has_buttons": reader.has_buttons,
        "steps": path_of(reader),
        **waits,
        "tasks": tasks_of(reader, _panels(waits)),
        "news": news_of(reader, timezone.now()),
        "coming": coming_up(reader),
        "charts": charts_of(reader),
    }
    return render(request, "dashboard.html", context)


def _waiting(reader: Reader) -> dict[str, Any]:
    count, bills = overview.bills_without_voucher(reader.writes)
    return {
        "waiting": my_gaps(reader.user, on=reader.on),
        "quiet": overview.quiet_activities(reader.writes, reader.on),
        "overdue": overview.overdue_activities(reader.writes, reader.on),
        "follow_ups": len(follow_ups_due(reader.user, reader.on)) if reader.writes else 0,
        "bills": bills,
        "bill_count": count,
        "bills_url": expenses_url(lacks="voucher"),
        "alarms": alarms_for(reader.leads, reader.on),
        "to_release": overview.texts_to_release(reader.user, reader.leads),
        "unjudged": overview.unjudged(reader.leads),
    }


def _panels(waits: dict[str, Any]) -> dict[str, int]:
    """Return how many things stand under each anchor of the page."""
    return {
        "waiting": waits["waiting"].mine,
        "overdue": waits["overdue"].count,
        "quiet": waits["quiet"].count,
        "bills": waits["bill_count"],
        "to-release": len(waits["to_release"]),
        "unjudged": waits["unjudged"].count if waits["unjudged"] else 0,
        "follow-ups": waits["follow_ups"],
    }


@login_required
@require_POST
def news_read(request: HttpRequest) -> HttpResponse:
    """Keep that the reader has read the news that the page showed; what came meanwhile stays new."""
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    if until is None or timezone.is_naive(until):
        messages.error(request, _("This page is too old: open the overview again."))
    else:
        read_news(request.user, until)
    return HttpResponseRedirect(reverse("dashboard"))


@login_required
@require_POST
def start_page(request: HttpRequest) -> HttpResponse:
    """Keep what stands on top of the reader's overview."""
    choice = request.POST.get("choice", "")
    if choice in StartPage.values:
        choose_start_page(request.user, choice)
    else:
        messages.error(request, _("Choose one of what is offered."))
    return HttpResponseRedirect(reverse("dashboard"))


@login_required
@require_POST
def first_steps(request: HttpRequest) -> HttpResponse:
    """Put the first steps away, or show them again."""
    show_first_steps(request.user, shown=request.POST.get("shown") == "yes")
    return HttpResponseRedirect(reverse("dashboard"))


@login_required
@require_safe
def start_attendance(request: HttpRequest) -> HttpResponse:
    """Let a person choose the session whose attendance they fill in: today's first."""
    reader = _writer(request)
    context = {"sheets": sheets_near(reader), "trail": [_home(), {"label": _("Attendance")}]}
    return render(request, "start/attendance.html", context)


@login_required
@require_safe
def start_photo(request: HttpRequest) -> HttpResponse:
    """Let a person choose what a photo belongs to: an own entry of the last days, or a new one."""
    reader = _writer(request)
    context = {"places": photo_places(reader), "trail": [_home(), {"label": _("Photo")}]}
    return render(request, "start/photo.html", context)


def _home() -> dict[str, str]:
    return {"label": _("Overview"), "url": reverse("dashboard")}


def _writer(request: HttpRequest) -> Reader:
    reader = Reader.of(request.user, timezone.localdate())
    if not reader.writes:
        raise PermissionDenied(_("Only a coordinator or an officer of a partnership can log what happened."))
    return reader
