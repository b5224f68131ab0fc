"""Logging what happened: write, correct, withdraw, restore."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activities.expense_sheet import tell_stored
from activities.forms import LogForm, WithdrawForm
from activities.models import Activity, LogEntry
from activities.services import StaleVersion, create_entry, restore_entry, update_entry, withdraw_entry
from activities.views.versions import differences
from partnerships.access import partnerships_of, require
from partnerships.models import Role
from portal.ground import carry
from portal.ground.forms import as_key
from portal.ground.waiting import told_to_scripts

ADD_LABELS = {
    "expense": gettext_lazy("Add an expense"),
    "photo": gettext_lazy("Add a photo"),
    "document": gettext_lazy("Add a document"),
}


@told_to_scripts
@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Log what happened in an activity; `?activity=` chooses it beforehand, `?corrects=` an entry of a locked year.

    `?open=photo` opens that part of the form. With another `?year=` than the running one, no day is proposed.
    """
    entry = LogEntry(author=request.user)
    given, corrects = request.GET.get("activity", ""), request.GET.get("corrects", "")
    if corrects:
        entry.corrects = _own_entry(request, as_key(corrects))
        entry.activity = entry.corrects.activity
    elif given:
        visible = Activity.objects.visible_to(request.user).select_related("partnership", "programme")
        entry.activity = get_object_or_404(visible, pk=as_key(given))
        require(request.user, Role.COORDINATOR, entry.activity.partnership)
    elif not partnerships_of(request.user, Role.COORDINATOR).exists():
        raise PermissionDenied(_("Only a coordinator or an officer of a partnership can log what happened."))
    return _form(request, entry)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an entry."""
    return _form(request, _own_entry(request, pk))


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an entry, for a reason."""
    entry = _own_entry(request, pk)
    form = WithdrawForm(request.POST or carry.kept(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_entry(entry, actor=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            carry.forget(request)
            messages.success(request, _("The entry is withdrawn. It can be restored."))
            return HttpResponseRedirect(_home(entry))
    context = {
        "form": form,
        "heading": _("Withdraw this entry?"),
        "intro": str(entry),
        "submit_label": _("Withdraw"),
        "cancel_url": _home(entry),
        "danger": True,
    }
    return render(request, "components/form_page.html", context)


@carry.sign_in_keeping_text
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a withdrawn entry back."""
    entry = _own_entry(request, pk)
    try:
        restore_entry(entry, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The entry is restored."))
    return HttpResponseRedirect(_home(entry))


@carry.sign_in_keeping_text
@require_GET
def row(request: HttpRequest, kind: str) -> HttpResponse:
    """Return one more blank row of the form, for htmx; `?index=` is its number."""
    index = request.GET.get("index", "")
    if kind not in ADD_LABELS or not index.isdecimal() or not partnerships_of(request.user, Role.COORDINATOR):
        raise Http404
    given = as_key(request.GET.get("activity", ""))
    activity = Activity.objects.visible_to(request.user).filter(pk=given).first() if given else None
    blank = LogForm(user=request.user, entry=LogEntry(activity=activity), today=timezone.localdate())
    rows = next(rows for rows in blank.row_sets if rows.prefix == kind)
    if int(index) >= rows.max_num:
        raise Http404
    fresh = rows.empty_form
    fresh.prefix = f"{kind}-{index}"
    context = {
        "row": fresh,
        "kind": kind,
        "add_label": ADD_LABELS[kind],
        "next_index": int(index) + 1,
        "template": f"activities/log/{kind}_row.html",
    }
    return render(request, "activities/log/row.html", context)


def _own_entry(request: HttpRequest, pk: int | None) -> LogEntry:
    visible = LogEntry.objects.visible_to(request.user).select_related("activity__partnership", "activity__programme")
    entry = get_object_or_404(visible, pk=pk)
    require(request.user, Role.COORDINATOR, entry.activity.partnership)
    return entry


def _home(entry: LogEntry) -> str:
    return reverse("activities:detail", args=[entry.activity_id]) + f"#entry-{entry.pk}"


def _form(request: HttpRequest, entry: LogEntry) -> HttpResponse:
    today = timezone.localdate()
    if request.method == "GET":
        text = carry.kept(request)
        page = LogForm(text, {} if text else None, user=request.user, entry=entry, today=today)
        if text:
            page.add_row("")
            messages.info(request, _("Your text was kept. Check it and save it; choose your files again."))
        page.added = page.added or request.GET.get("open", "")
        if not entry.pk and request.GET.get("year", str(today.year)) != str(today.year):
            page.form.initial["starts_on"] = None
        return _render(request, page, entry)
    page = LogForm(request.POST, request.FILES, user=request.user, entry=entry, today=today)
    if "add" in request.POST:
        page.add_row(request.POST["add"])
        return _render(request, page, entry)
    if page.is_valid():
        try:
            return _save(request, page, entry)
        except ValidationError as error:
            page.place(error)
        except StaleVersion as stale:
            page.stage_files()
            theirs = differences(stale.current, page.values())
            if not theirs:
                # The same form again, whose answer was lost on the way.
                return _done(request, stale.current, _("This was saved already: it was not made twice."))
            page.rebase(stale.current)
            return _render(request, page, stale.current, theirs=theirs, status=409)
    page.stage_files()
    return _render(request, page, entry)


def _save(request: HttpRequest, page: LogForm, entry: LogEntry) -> HttpResponse:
    values = page.values()
    if entry.pk:
        version = page.form.cleaned_data["version"]
        saved = update_entry(entry, values, actor=request.user, version=version or 0)
        return _done(request, saved, _("The entry is corrected."))
    key = page.form.cleaned_data["submission_key"] or uuid4()
    saved, is_new = create_entry(values, actor=request.user, key=key)
    sentence = _("The entry is saved.") if is_new else _("This entry was saved already: it was not made twice.")
    return _done(request, saved, sentence)


def _done(request: HttpRequest, saved: LogEntry, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    carry.forget(request)
    request.session["kept_saved"] = request.path
    return HttpResponseRedirect(_home(saved))


def _render(request: HttpRequest, page: LogForm, entry: LogEntry, *, theirs=None, status: int = 200) -> HttpResponse:
    if entry.pk:
        _attach_saved(page, entry)
    for row in page.expenses:
        tell_stored(row)
    context = {
        "page": page,
        "form": page.form,
        "entry": entry if entry.pk else None,
        "theirs": theirs,
        "add_labels": ADD_LABELS,
        "cancel_url": _home(entry) if entry.pk else reverse("activities:list"),
    }
    return render(request, "activities/log_form.html", context, status=status)


def _attach_saved(page: LogForm, entry: LogEntry) -> None:
    """Give each row of the form the record that it stands for, so that the page shows its files."""
    saved: dict[str, dict] = {
        "photo": {row.pk: row for row in entry.photos.all()},
        "document": {row.pk: row for row in entry.documents.all()},
    }
    for rows in (page.photos, page.documents):
        for row in rows:
            row.saved = saved[rows.prefix].get(as_key(str(row["pk"].value() or "")))
