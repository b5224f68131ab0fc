"""Attendance sheets without an account: a trainer has the cohort's link, or the paper sheet with its code to scan."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.core.internal import ratelimit
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.forms import LinkSheetForm
from beneficiaries.forms.sheet import marks_in, states_in
from beneficiaries.models import Session, SheetLink
from beneficiaries.services import StaleSheet
from beneficiaries.services.sheet_links import (
    Door,
    LinkGone,
    SheetClosed,
    check_open,
    open_door,
    save_by_link,
    sessions_of,
)
from beneficiaries.views.sheets import differences, filled
from beneficiaries.views.without_account import open_page, public, speak, with_language
from portal.ground.forms import as_key

# No number that a database could not hold.
MOST = 10**18
WRONG_KEYS = {"app": "allauth.account", "action": "sheet_link", "limit_get": True}
SAVED_SHEETS = {"app": "allauth.account", "action": "sheet_saved"}


@never_cache
@require_safe
def sheet_list(request: HttpRequest, link: int, key: str) -> HttpResponse:
    """Show the sheets of these days: today's first, then those that nobody filled in, the oldest first."""
    speak(request)
    on = timezone.localdate()
    try:
        opened = open_door(Door(key, link=min(link, MOST)), on)
    except LinkGone as gone:
        return _gone(request, gone)
    rows = [_told(row, opened, on) for row in sessions_of(opened, on)]
    due = [row for row in rows if row["day"] < on]
    context = {
        "cohort": opened.cohort,
        "today": [row for row in rows if row["day"] == on],
        "blank": [row for row in due if not row["is_filled"]],
        "filled": [row for row in reversed(due) if row["is_filled"]],
        "coming": [row for row in rows if row["day"] > on],
    }
    return open_page(request, "beneficiaries/trainer/list.html", context)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, link: int, key: str, session: int) -> HttpResponse:
    """Show or take a sheet by the link of the cohort."""
    return _sheet(request, Door(key, link=min(link, MOST)), session)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper_sheet(request: HttpRequest, session: int, key: str) -> HttpResponse:
    """Show or take the one sheet that the code on paper opens."""
    return _sheet(request, Door(key, session=min(session, MOST)), session)


def _sheet(request: HttpRequest, door: Door, session: int) -> HttpResponse:
    speak(request)
    session = min(session, MOST)
    try:
        if request.method == "POST":
            return _take(request, door, session)
        opened = _opened(door, session, timezone.localdate())
        form = LinkSheetForm(initial={"version": opened.version})
        return _show(request, door, opened, form, typed={})
    except LinkGone as gone:
        return _gone(request, gone)
    except SheetClosed as closed:
        return _notice(request, closed.said, door, status=409 if request.method == "POST" else 200)


def _take(request: HttpRequest, door: Door, session: int) -> HttpResponse:
    on, form = timezone.localdate(), LinkSheetForm(request.POST)
    theirs, code = None, 200
    if form.is_valid():
        sent = form.cleaned_data
        # Each sheet that is saved stands in the trail: who has the key shall not flood it.
        opened = open_door(door, on)
        if not ratelimit.consume(request, key=str(opened.pk), **SAVED_SHEETS):
            said = _("Too many sheets were saved by this link. Wait an hour, then save again.")
            return _notice(request, said, door, status=429)
        try:
            held, _is_new = save_by_link(door, session, sent["states"], version=sent["version"] or 0, on=on)
        except Session.DoesNotExist:
            raise LinkGone(was_right=False) from None
        except ValidationError as error:
            form.add_error(None, error)
        except StaleSheet as stale:
            theirs, code = differences(stale.session, stale, sent["states"]), 409
            data = request.POST.copy()
            data["version"] = str(stale.session.version)
            form = LinkSheetForm(data)
        else:
            return HttpResponseRedirect(f"{with_language(request.path)}&saved={held.version}")
    opened = _opened(door, session, on)
    return _show(request, door, opened, form, typed=states_in(request.POST), theirs=theirs, code=code)


def _opened(door: Door, session: int, on: dt.date) -> Session:
    link = open_door(door, on)
    row = Session.objects.filter(pk=session, cohort=link.cohort_id).first()
    if row is None:
        raise LinkGone(was_right=False)
    row.cohort = link.cohort
    check_open(row, on)
    return row


def _show(
    request: HttpRequest,
    door: Door,
    session: Session,
    form: LinkSheetForm,
    *,
    typed: dict[int, str],
    theirs: Any = None,
    code: int = 200,
) -> HttpResponse:
    context = {
        "session": session,
        "form": form,
        **filled(session, typed),
        "theirs": theirs,
        # Whoever opens the address again later is not told so of what somebody else saved since.
        "is_saved": as_key(request.GET.get("saved", "")) == session.version and not form.is_bound,
        "list_url": _list_of(door),
        "done": request.path,
    }
    return open_page(request, "beneficiaries/trainer/sheet.html", context, status=code)


def _list_of(door: Door) -> str:
    return with_language(reverse("sheets:list", args=[door.link, door.key])) if door.link else ""


def _told(row: Any, link: SheetLink, on: dt.date) -> dict[str, Any]:
    is_filled = bool(row.present or row.absent or row.excused)
    told = _("%(present)s attended, %(absent)s absent, %(excused)s excused") % {
        "present": row.present,
        "absent": row.absent,
        "excused": row.excused,
    }
    url = with_language(reverse("sheets:sheet", args=[link.pk, link.key, row.pk]))
    return {
        "day": row.held_on,
        "when": row.when,
        "is_filled": is_filled,
        "told": told if is_filled else _("not filled in yet"),
        "url": url if row.held_on <= on else "",
    }


def _gone(request: HttpRequest, gone: LinkGone) -> HttpResponse:
    """Say that an address opens nothing; one that nobody was ever given is counted by where it comes from.

    A right key is never kept waiting for the wrong ones of others: a school sits behind one address, and nobody
    guesses 130 bits.
    """
    if not gone.was_right and not ratelimit.consume(request, **WRONG_KEYS):
        said = _("Too many wrong addresses were tried from here. Wait ten minutes, then try again.")
        return _notice(request, said, status=429)
    said = _("This link opens nothing, or nothing any more. Ask whoever gave it to you for the one that works.")
    return _notice(request, said, status=410 if gone.was_right else 404)


def _notice(request: HttpRequest, said: str, door: Door | None = None, *, status: int) -> HttpResponse:
    context = {
        "said": said,
        "was_sent": request.method == "POST",
        "marks": marks_in(request.POST),
        "list_url": _list_of(door) if door else "",
    }
    return open_page(request, "beneficiaries/trainer/notice.html", context, status=status)
