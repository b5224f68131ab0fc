"""One expenditure: written, changed, corrected and judged outside the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from activities.expense_page import detail_context
from activities.expense_sheet import one_line, tell_stored
from activities.forms import CorrectionForm, ExpensePage, JudgeForm
from activities.models import Activity, Expenditure
from activities.services import (
    StaleVersion,
    correct_expense,
    create_expense,
    fingerprint,
    fixed_because,
    judge,
    justify_many,
    remove_correction,
    update_expense,
)
from partnerships.access import partnerships_of, require
from partnerships.models import Role
from portal.ground import carry
from portal.ground.forms import PortalForm, as_key

MAX_CHOSEN = 200


@login_required
@require_safe
def expense_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one expenditure: what it is, its vouchers, its transfers, its judgement and its history."""
    return _detail(request, _visible(request, pk))


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def expense_create(request: HttpRequest) -> HttpResponse:
    """Write an expense without a log entry; `?activity=` chooses the activity beforehand."""
    row = Expenditure()
    given = request.GET.get("activity", "")
    if given:
        visible = Activity.objects.visible_to(request.user).select_related("partnership", "programme")
        row.activity = get_object_or_404(visible, pk=as_key(given))
        require(request.user, Role.COORDINATOR, row.activity.partnership)
    elif not partnerships_of(request.user, Role.COORDINATOR).exists():
        raise PermissionDenied(_("Only a coordinator or an officer of a partnership can add an expense."))
    return _form(request, row)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def expense_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an expense that has no log entry; one of the log is changed with its entry."""
    row = _visible(request, pk)
    require(request.user, Role.COORDINATOR, row.activity.partnership)
    if row.is_fixed or row.corrects_id:
        messages.warning(request, fixed_because(row) if row.is_fixed else _("A correction is removed, not changed."))
        return HttpResponseRedirect(_home(row))
    if row.log_entry_id:
        return HttpResponseRedirect(reverse("activities:log_edit", args=[row.log_entry_id]))
    return _form(request, row)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def expense_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a refund or a correction of an expenditure as a row of its own."""
    row = _visible(request, pk)
    require(request.user, Role.COORDINATOR, row.activity.partnership)
    kept = carry.kept(request) if request.method == "GET" else None
    data = request.POST.copy() if request.method == "POST" else kept
    form = CorrectionForm(data, request.FILES or None, paid=row, user=request.user, initial=_usual(row))
    if request.method == "POST" and form.is_valid():
        try:
            saved, is_new = correct_expense(
                row, form.values(), actor=request.user, key=form.cleaned_data["submission_key"] or uuid4()
            )
        except ValidationError as error:
            _place(form, error)
        else:
            carry.forget(request)
            sentence = _("The correction is saved.") if is_new else _("This was saved already: it was not made twice.")
            messages.success(request, sentence)
            return HttpResponseRedirect(_home(saved))
    if request.method == "POST":
        form.stage()
    context = {"form": form, "expenditure": row, "shown": one_line(row), "cancel_url": _home(row)}
    return render(request, "activities/expense_correct.html", context)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def expense_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a correction that was written by mistake."""
    row = _visible(request, pk)
    require(request.user, Role.COORDINATOR, row.activity.partnership)
    if row.corrects is None:
        return HttpResponseRedirect(_home(row))
    form = PortalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            remove_correction(row, actor=request.user)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, _("The correction is removed."))
            return HttpResponseRedirect(_home(row.corrects))
    context = {
        "form": form,
        "heading": _("Remove this correction?"),
        "intro": one_line(row),
        "submit_label": _("Remove"),
        "cancel_url": _home(row),
        "danger": True,
    }
    return render(request, "components/form_page.html", context)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def expense_judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Justify an expenditure, reject it, or take that back."""
    row = _visible(request, pk)
    require(request.user, Role.OFFICER, row.activity.partnership)
    if request.method != "POST":
        return HttpResponseRedirect(_home(row))
    form = JudgeForm(request.POST)
    if not form.is_valid():
        return _detail(request, row, form)
    values = {"decision": form.answer, **{name: form.cleaned_data[name] for name in ("reason", "seen", "along")}}
    try:
        judge(row, actor=request.user, on=timezone.localdate(), **values)
    except ValidationError as error:
        _place(form, error)
        return _detail(request, row, form)
    except StaleVersion as stale:
        form.add_error(None, _("Somebody judged this expense meanwhile: look at it as it is now."))
        return _detail(request, stale.current, form, status=409)
    sentences = {
        "justified": _("The expense is justified."),
        "rejected": _("The expense is rejected."),
        "": _("The judgement is taken back."),
    }
    messages.success(request, sentences[form.answer])
    return HttpResponseRedirect(_home(row))


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def expenses_judge(request: HttpRequest) -> HttpResponse:
    """Justify the expenditures that were chosen in the list: all that can be; the others are named."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = reverse("activities:expense_list")
    keys = [key for key in map(as_key, request.POST.getlist("expense")[:MAX_CHOSEN]) if key is not None]
    visible = Expenditure.objects.visible_to(request.user).select_related("activity__partnership")
    chosen = list(visible.filter(pk__in=keys))
    if request.method != "POST" or not chosen:
        if request.method == "POST":
            messages.warning(request, _("Choose the expenses first."))
        return HttpResponseRedirect(back)
    judged = justify_many(chosen, actor=request.user, on=timezone.localdate())
    done = len(judged.justified)
    said = ngettext("%(count)s expense is justified.", "%(count)s expenses are justified.", done) % {"count": done}
    if not judged.refused:
        messages.success(request, said)
        return HttpResponseRedirect(back)
    refused = [{"text": one_line(row), "url": _home(row), "sentences": sentences} for row, sentences in judged.refused]
    return render(request, "activities/expenses_judged.html", {"said": said, "refused": refused, "back_url": back})


def _visible(request: HttpRequest, pk: int) -> Expenditure:
    rows = Expenditure.objects.visible_to(request.user)
    related = ["activity__partnership", "activity__programme", "log_entry", "source", "heading__parent"]
    rows = rows.select_related(*related, "corrects", "decided_by")
    return get_object_or_404(rows.prefetch_related("vouchers", "drawdowns__transfer", "corrections"), pk=pk)


def _detail(request: HttpRequest, row: Expenditure, form: JudgeForm | None = None, status: int = 200) -> HttpResponse:
    context = detail_context(row, request.user)
    return render(request, "activities/expense_detail.html", {**context, "form": form}, status=status)


def _form(request: HttpRequest, row: Expenditure) -> HttpResponse:
    common: dict[str, Any] = {"user": request.user, "expenditure": row, "today": timezone.localdate()}
    if request.method == "GET":
        text = carry.kept(request)
        page = ExpensePage(text, {} if text else None, seen=fingerprint(row) if row.pk else "", **common)
        if text:
            page.is_valid()
            messages.info(request, _("Your text was kept. Check it and save it; choose your files again."))
        return _render(request, page, row)
    page = ExpensePage(request.POST, request.FILES, **common)
    status = 200
    if page.is_valid():
        try:
            return _save(request, page, row)
        except ValidationError as error:
            page.place(error)
        except StaleVersion as stale:
            status = 409
            page.form.add_error(
                None, _("Somebody changed this expense meanwhile. Compare with what is saved, then save yours again.")
            )
            page.form.data["seen"] = fingerprint(stale.current)
            messages.warning(request, one_line(stale.current))
    page.row.stage()
    return _render(request, page, row, status)


def _save(request: HttpRequest, page: ExpensePage, row: Expenditure) -> HttpResponse:
    cleaned = page.form.cleaned_data
    saved: Expenditure | None
    if row.pk:
        saved = update_expense(row, page.values(), actor=request.user, seen=cleaned["seen"])
        messages.success(request, _("The expense is changed.") if saved else _("The expense is removed."))
    else:
        key = cleaned["submission_key"] or uuid4()
        saved, is_new = create_expense(cleaned["activity"], page.values(), actor=request.user, key=key)
        sentence = _("The expense is saved.") if is_new else _("This was saved already: it was not made twice.")
        messages.success(request, sentence)
    carry.forget(request)
    request.session["kept_saved"] = request.path
    return HttpResponseRedirect(_home(saved) if saved else reverse("activities:detail", args=[row.activity_id]))


def _render(request: HttpRequest, page: ExpensePage, row: Expenditure, status: int = 200) -> HttpResponse:
    tell_stored(page.row)
    cancel = reverse("activities:expense_list")
    if row.activity_id:
        cancel = _home(row) if row.pk else reverse("activities:detail", args=[row.activity_id])
    context = {"page": page, "form": page.form, "row": page.row, "expenditure": row if row.pk else None}
    return render(request, "activities/expense_form.html", {**context, "cancel_url": cancel}, status=status)


def _place(form: Any, error: ValidationError) -> None:
    """Put each sentence beside its field, or above the form where it has none."""
    by_field: Iterable[tuple[str | None, Any]] = (
        error.error_dict.items() if hasattr(error, "error_dict") else [(None, error.error_list)]
    )
    for name, sentences in by_field:
        form.add_error(name if name in form.fields else None, ValidationError(sentences))


def _usual(row: Expenditure) -> dict[str, Any]:
    return {"spent_on": timezone.localdate(), "description": _("Refund: %(expense)s") % {"expense": row}}


def _home(row: Expenditure) -> str:
    return reverse("activities:expense_detail", args=[row.pk])
