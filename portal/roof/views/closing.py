"""Closing a programme or a partnership: the day, the reason, and what is left of each source."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partnerships.access import require
from partnerships.models import Closure, Partnership, Programme, Role
from partnerships.services import close, hold_money, programmes_to_close
from portal.ground import carry
from portal.ground.dates import format_date
from portal.ground.money import format_amount
from portal.ground.once import sent_before
from portal.ground.wording import translated
from portal.roof.forms.closing import ClosingForm
from portal.roof.overviews.closing import figures_of, left_of


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def programme_close(request: HttpRequest, slug: str) -> HttpResponse:
    """Close a programme."""
    visible = Programme.objects.visible_to(request.user).select_related("partnership")
    programme = get_object_or_404(visible, slug=slug)
    require(request.user, Role.OFFICER, programme.partnership)
    home = reverse("partnerships:programme_detail", args=[slug])
    return _answer(request, Closure(partnership=programme.partnership, programme=programme), home)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def partnership_close(request: HttpRequest, slug: str) -> HttpResponse:
    """Close a partnership, and with it the programmes that are not closed yet."""
    partnership = get_object_or_404(Partnership.objects.visible_to(request.user), slug=slug)
    require(request.user, Role.OFFICER, partnership)
    return _answer(request, Closure(partnership=partnership), reverse("partnerships:detail", args=[slug]))


def _answer(request: HttpRequest, closure: Closure, home: str) -> HttpResponse:
    key = request.POST.get("submission_key")
    if request.method == "POST" and sent_before(key, actor=request.user, model=Closure):
        return _done(request, home, is_new=False)
    programmes = programmes_to_close(closure.partnership, closure.programme)
    if _is_closed(closure, programmes):
        messages.info(request, _("This is closed already."))
        return HttpResponseRedirect(home)
    data = request.POST.copy() or carry.kept(request) or None
    form = ClosingForm(data, instance=closure, user=request.user, today=timezone.localdate())
    with transaction.atomic():
        if request.method == "POST":
            hold_money([closure.partnership_id])
        lefts = left_of(programmes, on=form.day)
        form.ask_notes(lefts)
        figures = figures_of(lefts, form.day)
        if request.method == "POST" and form.is_valid() and _close(request, form, figures):
            return _done(request, home, is_new=True)
    form.initial["seen"] = figures
    if form.is_bound:
        form.data["seen"] = figures
    return render(request, "partnerships/close.html", _context(closure, programmes, form, home))


def _close(request: HttpRequest, form: ClosingForm, figures: str) -> bool:
    """Close it if its officer has seen these figures; say whether it was done."""
    if form.cleaned_data["seen"] != figures:
        form.add_error(None, ValidationError(_("These are the figures of that day: look at them, then confirm.")))
        return False
    try:
        key = form.cleaned_data["submission_key"] or uuid4()
        close(form.closure, form.balances, actor=request.user, key=key)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _is_closed(closure: Closure, programmes: list[Programme]) -> bool:
    if closure.programme is not None:
        return not programmes
    return Closure.objects.filter(partnership=closure.partnership, programme=None).exists()


def _done(request: HttpRequest, home: str, *, is_new: bool) -> HttpResponse:
    carry.forget(request)
    request.session["kept_saved"] = request.path
    sentence = _("It is closed. What was left stands below.") if is_new else _("This is closed already.")
    messages.success(request, sentence)
    return HttpResponseRedirect(f"{home}#closures")


def _context(closure: Closure, programmes: list[Programme], form: ClosingForm, home: str) -> dict[str, Any]:
    partnership, programme = closure.partnership, closure.programme
    heading = _("Close the programme") if programme else _("Close the partnership")
    trail: list[dict[str, Any]] = [
        {"label": _("Partnerships"), "url": reverse("partnerships:list")},
        {
            "label": translated(partnership, "name"),
            "url": reverse("partnerships:detail", args=[partnership.slug]),
        },
    ]
    if programme is not None:
        trail.append({"label": translated(programme, "name"), "url": home})
    money = [_("Granted"), _("Received"), _("Spent"), _("Left")]
    return {
        "form": form,
        "heading": heading,
        "intro": translated(programme or partnership, "name"),
        "ended": [translated(row, "name") for row in programmes] if programme is None else [],
        "caption": _("What is left on %(day)s") % {"day": format_date(form.day)},
        "columns": [{"label": _("Paid from")}, *({"label": label, "kind": "number"} for label in money)],
        "rows": [{"cells": [str(left.source), *_cells(left)]} for left in form.lefts],
        "submit_label": heading,
        "cancel_url": home,
        "trail": [*trail, {"label": heading}],
    }


def _cells(left: Any) -> list[str]:
    return [format_amount(amount) for amount in (left.granted, left.received, left.spent, left.amount)]
