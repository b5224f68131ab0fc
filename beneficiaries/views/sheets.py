"""The attendance sheet of a session: filled on a phone, and on paper with a code that opens it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.forms import SheetForm
from beneficiaries.forms.sheet import CODE_PREFIX, PREFIX, states_in
from beneficiaries.models import Attendance, Session
from beneficiaries.services import StaleSheet, lines_of, save_sheet
from beneficiaries.services.sheet_links import BACK, is_open, link_of
from beneficiaries.views.rows import cohort_trail
from partnerships.access import require
from partnerships.models import Role
from portal.ground import carry
from portal.ground.models import AuditEntry
from portal.ground.qr import qr_code
from portal.ground.versions import Difference
from portal.ground.waiting import told_to_scripts

State = Attendance.State


@told_to_scripts
@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill in who was at a session: everybody attended unless the trainer says otherwise, and one button saves it."""
    session = _visible(request, pk)
    today = timezone.localdate()
    if request.method == "GET":
        require(request.user, Role.COORDINATOR, session.cohort.course.partnership)
        kept = carry.kept(request)
        if kept:
            messages.info(request, _("Your text was kept. Check it and save it."))
        form = SheetForm(user=request.user, today=today, initial={"version": session.version})
        return _show(request, session, form, typed=states_in(kept) if kept else {})
    form = SheetForm(request.POST, user=request.user, today=today)
    theirs, code = None, 200
    if form.is_valid():
        sent = form.cleaned_data
        try:
            # It asks who may write, so the view need not: a phone waits for each question twice.
            is_new = save_sheet(session, sent["states"], actor=request.user, version=sent["version"] or 0)
        except ValidationError as error:
            form.add_error(None, error)
        except StaleSheet as stale:
            theirs, code = differences(session, stale, sent["states"]), 409
            data = request.POST.copy()
            data["version"] = str(stale.session.version)
            form = SheetForm(data, user=request.user, today=today)
        else:
            return _saved(request, session, is_new=is_new)
    require(request.user, Role.COORDINATOR, session.cohort.course.partnership)
    return _show(request, session, form, typed=states_in(request.POST), theirs=theirs, code=code)


@login_required
@never_cache
@require_safe
def attendance_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sheet for paper, with a code that opens it on a phone."""
    session = _visible(request, pk)
    require(request.user, Role.COORDINATOR, session.cohort.course.partnership)
    here = reverse("beneficiaries:attendance", args=[pk])
    link = link_of(session.cohort, timezone.localdate())
    by_link = link is not None and is_open(link, timezone.localdate())
    # A key that opens this sheet alone: paper goes from hand to hand.
    opens = reverse("sheets:paper", args=[pk, link.key_of_session(pk)]) if link and by_link else here
    url = settings.PORTAL_URL.rstrip("/") + opens
    context = {
        "session": session,
        "heading": _("Attendance sheet"),
        "lines": lines_of(session),
        "states": [capfirst(str(state.label)) for state in State],
        "url": url,
        "by_link": by_link,
        "back": BACK.days,
        "fill_url": here,
        "code": qr_code(url),
        "trail": cohort_trail(session.cohort, {"label": _("Attendance sheet")}),
    }
    return render(request, "beneficiaries/attendance_print.html", context)


def _visible(request: HttpRequest, pk: int) -> Session:
    rows = Session.objects.visible_to(request.user).select_related("cohort__course__partnership")
    return get_object_or_404(rows, pk=pk)


def _show(
    request: HttpRequest,
    session: Session,
    form: SheetForm,
    *,
    typed: dict[int, str],
    theirs: list[Difference] | None = None,
    code: int = 200,
) -> HttpResponse:
    context = {
        "heading": _("Who was there?"),
        "session": session,
        "form": form,
        **filled(session, typed),
        "theirs": theirs,
        "by_link": _by_link(session),
        "cancel_url": reverse("beneficiaries:cohort_detail", args=[session.cohort.slug]),
        "print_url": reverse("beneficiaries:attendance_print", args=[session.pk]),
        "trail": cohort_trail(session.cohort, {"label": session.when}),
    }
    return render(request, "beneficiaries/attendance.html", context, status=code)


def filled(session: Session, typed: dict[int, str]) -> dict[str, Any]:
    """Return the lines of a sheet as they are, or as somebody sent them, and what can be chosen."""
    lines = lines_of(session)
    return {
        "lines": [
            {
                "name": f"{PREFIX}{line['pk']}",
                "code_name": f"{CODE_PREFIX}{line['pk']}",
                "code": line["code"],
                "chosen": typed.get(line["pk"]) or line["state"] or State.PRESENT.value,
            }
            for line in lines
        ],
        "states": [(state.value, capfirst(str(state.label))) for state in State],
        "is_new": not any(line["state"] for line in lines),
    }


def _by_link(session: Session) -> str:
    """Say when who has the cohort's link saved the sheet, where nobody changed it since."""
    told = AuditEntry.objects.filter(target_type=session._meta.label_lower, target_id=session.pk)
    last = told.filter(verb__in=[AuditEntry.Verb.UPDATE, AuditEntry.Verb.LINK]).order_by("-at", "-pk").first()
    if last is None or last.verb != AuditEntry.Verb.LINK:
        return ""
    moment = date_format(timezone.localtime(last.at), "SHORT_DATETIME_FORMAT")
    return _("Last saved by the link for trainers, on %(moment)s.") % {"moment": moment}


def _saved(request: HttpRequest, session: Session, *, is_new: bool) -> HttpResponse:
    carry.forget(request)
    text = _("The sheet is saved.") if is_new else _("This was saved already: it was not made twice.")
    messages.success(request, text)
    return HttpResponseRedirect(reverse("beneficiaries:cohort_detail", args=[session.cohort.slug]))


def differences(session: Session, stale: StaleSheet, typed: dict[int, str]) -> list[Difference]:
    """Return what stands on a sheet now beside what somebody sent, where they differ."""
    codes: dict[Any, str] = {line["pk"]: line["code"] for line in lines_of(session)}
    labels: dict[str, Any] = dict(State.choices)
    return [
        Difference(codes.get(pk, ""), str(labels.get(stale.states.get(pk, ""), "")), str(labels.get(state, "")))
        for pk, state in typed.items()
        if stale.states.get(pk) != state
    ]
