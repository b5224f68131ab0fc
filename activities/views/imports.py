"""Bringing a spreadsheet in: the file, its columns, the preview with every row's verdict, the progress, the result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from activities.forms.imports import ColumnsForm, ImportForm
from activities.models import SheetImport
from activities.resources import jobs
from activities.resources.progress import is_stale, percent
from partnerships.access import partnerships_of, require
from partnerships.models import Role
from portal.ground import carry
from portal.ground.lists import Filter, ListQuery, Page, read_query
from portal.ground.spreadsheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx

PER_PAGE = 50
SHOWN_IMPORTS = 10
LABELS = {
    "refused": gettext_lazy("refused"),
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
}
TONES = {"refused": "negative", "new": "positive", "changed": "warning", "unchanged": "neutral"}
KINDS = {"xlsx": (write_xlsx, XLSX_TYPE), "csv": (write_csv, CSV_TYPE)}
State = SheetImport.State


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a spreadsheet of expenses or budget lines; `?kind=` and `?partnership=` choose beforehand."""
    partnerships = partnerships_of(request.user, Role.COORDINATOR)
    if not partnerships:
        raise PermissionDenied(_("Only a coordinator or an officer of a partnership can import a spreadsheet."))
    chosen = {name: request.GET[name] for name in ("kind", "partnership") if request.GET.get(name, "").isalnum()}
    form = ImportForm(
        request.POST or None, request.FILES or None, initial=chosen, user=request.user, partnerships=partnerships
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = _send(request, form)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return HttpResponseRedirect(_url(row))
    mine = SheetImport.objects.visible_to(request.user).select_related("partnership")[:SHOWN_IMPORTS]
    context = {
        "form": form,
        "columns": _import_columns(),
        "rows": _import_rows(mine),
        "limit": number_format(jobs.MAX_ROWS, force_grouping=True),
    }
    return render(request, "activities/import.html", context)


def _send(request: HttpRequest, form: ImportForm) -> SheetImport:
    return jobs.send(
        form.cleaned_data["file"],
        form.name,
        partnership=form.cleaned_data["partnership"],
        kind=form.cleaned_data["kind"],
        actor=request.user,
        key=form.cleaned_data["submission_key"] or uuid4(),
    )


def _import_columns() -> list[dict[str, Any]]:
    return [{"label": _("File")}, {"label": _("Partnership")}, {"label": _("State")}]


def _import_rows(mine: Iterable[SheetImport]) -> list[dict[str, Any]]:
    return [
        {
            "url": _url(row),
            "cells": [{"text": row.name}, {"text": str(row.partnership)}, {"text": row.get_state_display()}],
        }
        for row in mine
    ]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an import is, and take the next step: columns, confirmation, another beginning, giving it up."""
    row = _own(request, pk)
    if request.method == "POST":
        return _step(request, row)
    if row.is_running:
        return render(request, "activities/import_progress.html", _progress_context(row))
    if row.state == State.DONE:
        return render(request, "activities/import_done.html", {"row": row, "counts": _counts(row), "back": _back(row)})
    if row.state == State.READY and "columns" not in request.GET:
        return _preview(request, row)
    return _columns(request, row)


def _step(request: HttpRequest, row: SheetImport) -> HttpResponse:
    if "confirm" in request.POST:
        if not jobs.confirm(row, actor=request.user, seen=request.POST.get("seen", "")):
            row.refresh_from_db()
            if row.state == State.READY:
                messages.warning(request, _("Nothing was written: look at the preview again."))
    elif "restart" in request.POST:
        jobs.restart(row, actor=request.user)
    elif "cancel" in request.POST:
        jobs.cancel(row, actor=request.user)
        messages.success(request, _("The import is cancelled. Nothing was written."))
        return HttpResponseRedirect(reverse("activities:import"))
    else:
        return _columns(request, row)
    return HttpResponseRedirect(_url(row))


def _columns(request: HttpRequest, row: SheetImport) -> HttpResponse:
    """Ask what each column holds."""
    fields = jobs.fields_of(row)
    known = {"headings": row.headings, "fields": fields, "chosen": row.columns, "constants": row.constants}
    form = ColumnsForm(request.POST or None, **known)
    if request.method == "POST" and form.is_valid():
        try:
            jobs.choose_columns(row, form.columns, actor=request.user, constants=form.constants)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return HttpResponseRedirect(_url(row))
    context = {
        "row": row,
        "form": form,
        "pairs": [{"field": field, "sample": sample} for field, sample in zip(form, row.samples, strict=False)],
        "constants": [field for field in form if field.name.startswith("constant-")],
        "known": [{"label": one.label, "help": one.help_text, "required": one.required} for one in fields],
    }
    return render(request, "activities/import_columns.html", context)


def _preview(request: HttpRequest, row: SheetImport) -> HttpResponse:
    """Show the verdicts, fifty on a page."""
    found = jobs.verdicts_of(row)
    known = [(state, label, getattr(row, state)) for state, label in LABELS.items()]
    choices = [
        (state, f"{label} ({number_format(count, force_grouping=True)})") for state, label, count in known if count
    ]
    query = read_query(request.GET, [Filter("verdict", _("Verdict"), choices)])
    wanted = query.chosen.get("verdict")
    shown = [verdict for verdict in found if wanted in {None, verdict[1]}]
    # What is refused comes first: it keeps everything else out.
    shown.sort(key=lambda verdict: (verdict[1] != "refused", verdict[0]))
    last = max(1, -(-len(shown) // PER_PAGE))
    number = min(max(query.number, 1), last)
    context = {
        "row": row,
        "counts": _counts(row),
        "constants": [(one.label, row.constants[one.name]) for one in jobs.fields_of(row) if one.name in row.constants],
        "filters": [
            {"label": label, "url": f"?{urlencode({'verdict': state})}", "current": state == wanted}
            for state, label in choices
        ],
        "all_url": "?" if wanted else "",
        "rows": [_shown(verdict) for verdict in shown[(number - 1) * PER_PAGE : number * PER_PAGE]],
        "pages": _pages(query, number, last, len(shown)),
        "may_confirm": not row.refused and bool(row.new or row.changed),
    }
    return render(request, "activities/import_preview.html", context)


def _pages(query: ListQuery, number: int, last: int, count: int) -> Page:
    return Page(
        number=number,
        count=count,
        keys=[],
        summary=_("rows: %(count)s") % {"count": number_format(count, force_grouping=True)},
        previous_url=query.url(page=number - 1) if number > 1 else "",
        next_url=query.url(page=number + 1) if number < last else "",
        links=query.links(number, last, exact=True) if last > 1 else [],
    )


def _shown(verdict: Sequence[Any]) -> dict[str, Any]:
    number, state, record, reasons = verdict
    return {
        "number": number,
        "badge": {"label": LABELS[state], "tone": TONES[state]},
        "record": record,
        "reasons": [{"column": column, "sentence": sentence} for column, sentence in reasons],
    }


@login_required
@never_cache
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the bar alone, for htmx; once the work is done the page is loaded anew."""
    row = _own(request, pk)
    if not row.is_running:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "activities/import_bar.html", _progress_context(row))


@login_required
@never_cache
@require_safe
def verdicts(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Send every row's verdict as a spreadsheet."""
    row = _own(request, pk)
    if kind not in KINDS or row.state != State.READY:
        raise Http404
    write, content_type = KINDS[kind]
    lines = [
        [number, str(LABELS[state]), record, column, sentence]
        for number, state, record, reasons in jobs.verdicts_of(row)
        for column, sentence in reasons or [["", ""]]
    ]
    content = write([_("Row"), _("Verdict"), _("Record"), _("Column"), _("Reason")], lines)
    headers = {"Content-Disposition": f'attachment; filename="verdicts.{kind}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _own(request: HttpRequest, pk: int) -> SheetImport:
    rows = SheetImport.objects.visible_to(request.user).select_related("partnership", "actor")
    row = get_object_or_404(rows, pk=pk)
    require(request.user, jobs.role_for(row.kind), row.partnership)
    return row


def _url(row: SheetImport) -> str:
    return reverse("activities:import_detail", args=[row.pk])


def _progress_context(row: SheetImport) -> dict[str, Any]:
    return {
        "row": row,
        "percent": percent(row),
        "is_stale": is_stale(row),
        "bar_url": reverse("activities:import_progress", args=[row.pk]),
    }


def _counts(row: SheetImport) -> list[dict[str, Any]]:
    return [
        {"label": label, "count": number_format(getattr(row, state), force_grouping=True), "tone": TONES[state]}
        for state, label in LABELS.items()
    ]


def _back(row: SheetImport) -> str:
    return f"{reverse('activities:expense_list')}?partnership={row.partnership_id}"
