"""The calendar: a month, or an agenda of three."""

from __future__ import annotations

import calendar as months
import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partnerships.access import partnership_choices
from partnerships.models import Partnership
from portal.roof.overviews.calendar import Kind, agenda_of, events_between, month_of

AGENDA_MONTHS = 3


@login_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a month, or the agenda of three; `?month=`, `?view=`, `?partnership=` and `?kind=` choose."""
    today = timezone.localdate()
    first, is_known = _month(request.GET.get("month", ""), today)
    if not is_known:
        messages.info(request, _("There is no such month: this is the present one."))
    is_agenda = request.GET.get("view") == "agenda"
    last = _last_day(_later(first, AGENDA_MONTHS - 1) or dt.date.max.replace(day=1)) if is_agenda else _last_day(first)
    chosen, partnerships = _partnerships(request)
    kinds = [kind for kind in Kind if kind.value in request.GET.getlist("kind")] or list(Kind)
    events = events_between(request.user, first, last, partnerships=partnerships, kinds=kinds)
    context = {
        "heading": _span_text(first, last) if is_agenda else _month_text(first),
        "is_agenda": is_agenda,
        "month": None if is_agenda else month_of(events, first.year, first.month, today=today),
        "agenda": agenda_of(events, first, last, today=today),
        "weekdays": [
            (date_format(dt.date(2024, 1, day), "l"), date_format(dt.date(2024, 1, day), "D")) for day in range(1, 8)
        ],
        "filters": _filters(request, chosen, kinds),
        "this_month": f"{first:%Y}-{first:%m}",
        **_ways(request, first, today),
        "trail": [{"label": _("Calendar")}],
    }
    return render(request, "calendar/calendar.html", context)


def _month(text: str, today: dt.date) -> tuple[dt.date, bool]:
    """Return the first day of the month that an address names, and whether it does; else that of today."""
    year, _dash, month = text.partition("-")
    if not text:
        return today.replace(day=1), True
    if not (year.isascii() and month.isascii() and year.isdecimal() and month.isdecimal() and len(text) <= 7):
        return today.replace(day=1), False
    if not (dt.MINYEAR <= int(year) <= dt.MAXYEAR and 1 <= int(month) <= 12):
        return today.replace(day=1), False
    return dt.date(int(year), int(month), 1), True


def _later(first: dt.date, number: int) -> dt.date | None:
    """Return the first day of the month that many months later; None beyond the years that there are."""
    year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
    return dt.date(year, month + 1, 1) if dt.MINYEAR <= year <= dt.MAXYEAR else None


def _last_day(first: dt.date) -> dt.date:
    return first.replace(day=months.monthrange(first.year, first.month)[1])


def _month_text(first: dt.date) -> str:
    return date_format(first, "YEAR_MONTH_FORMAT")


def _span_text(first: dt.date, last: dt.date) -> str:
    return f"{_month_text(first)} – {_month_text(last)}"


def _partnerships(request: HttpRequest) -> tuple[str, Any]:
    asked_for = request.GET.get("partnership", "")
    known = {str(pk) for pk, _name in partnership_choices(request)}
    if asked_for not in known:
        return "", None
    return asked_for, Partnership.objects.filter(pk=asked_for)


def _filters(request: HttpRequest, chosen: str, kinds: list[Kind]) -> dict[str, Any]:
    return {
        "partnerships": [(str(pk), name, str(pk) == chosen) for pk, name in partnership_choices(request)],
        "kinds": [(kind.value, kind.label, kind in kinds) for kind in Kind],
    }


def _ways(request: HttpRequest, first: dt.date, today: dt.date) -> dict[str, str]:
    """Return where the page leads: the months around, the present one, and the other view."""
    kept = [(name, value) for name in ("partnership", "kind") for value in request.GET.getlist(name) if value]
    view = [("view", "agenda")] if request.GET.get("view") == "agenda" else []
    step = AGENDA_MONTHS if view else 1

    def to(month: dt.date | None, shown: list[tuple[str, str]]) -> str:
        return f"?{urlencode([('month', f'{month.year:04}-{month.month:02}'), *shown, *kept])}" if month else ""

    return {
        "previous_url": to(_later(first, -step), view),
        "next_url": to(_later(first, step), view),
        "today_url": to(today.replace(day=1), view),
        "month_url": to(first, []),
        "agenda_url": to(first, [("view", "agenda")]),
    }
