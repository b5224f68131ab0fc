"""The logframe of a programme, the page of an indicator, and the form of its values."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.parts import in_words, parts_of
from beneficiaries.services import report_value, update_value
from partnerships.access import programme_for, require, role_in
from partnerships.models import Indicator, IndicatorValue, Programme, Role
from partnerships.services import is_locked
from partnerships.services.keeping import kept_inside
from partnerships.views.answering import differences
from partnerships.views.indicators import programme_of, trail
from portal.ground import audit, carry
from portal.ground.history import describe
from portal.ground.models import AuditEntry
from portal.ground.once import sent_before
from portal.ground.spreadsheets import XLSX_TYPE
from portal.ground.versions import Difference, StaleVersion
from portal.ground.wording import translated
from portal.roof.forms.values import ValueForm
from portal.roof.freshness import remembered
from portal.roof.overviews.results import book, indicator_page, page
from portal.roof.overviews.results.chain import logframe_of, sheets_of, year_window
from portal.roof.overviews.results.figures import IndicatorSheet
from portal.roof.reports.logframes import logframe_to_take

_RELATED = ["outcome__partnership", "outcome__programme"]


@login_required
@require_safe
def logframe(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the results chain of a programme: what it aims at, by what that is measured, and how far it is."""
    programme, role = programme_for(request, slug)
    works = role.includes(Role.COORDINATOR)
    make = logframe_of if works else logframe_to_take
    figures = remembered(f"logframe:{programme.pk}:{make.__name__}", lambda: make(programme))
    context = {
        "name": page.wording(figures.name),
        "years": [str(year) for year in figures.years],
        "results": page.panels_of(figures.results),
        "export_url": reverse("partnerships:logframe_export", args=[slug]),
        "hides_few": not works,
        "trail": _trail(programme),
    }
    return render(request, "partnerships/results/logframe.html", context)


@login_required
@require_POST
def logframe_export(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the logframe as a spreadsheet in the reader's language."""
    programme, _role = programme_for(request, slug)
    content = book.write(logframe_to_take(programme))
    audit.record(programme, actor=request.user, verb=AuditEntry.Verb.EXPORT, reason=_("Logframe"))
    response = HttpResponse(content, content_type=XLSX_TYPE)
    name = f"{_('logframe')}-{programme.slug}.xlsx"
    response["Content-Disposition"] = (
        f"attachment; filename=\"logframe-{programme.slug}.xlsx\"; filename*=UTF-8''{quote(name)}"
    )
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_safe
def indicator(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an indicator: its years, each value with its parts and what the log comes to, and its history."""
    row = _indicator(request, slug)
    programme = programme_of(row)
    reader = indicator_page.Reader.of(role_in(request.user, row.outcome.partnership))
    sheet = _sheet(row, programme, reader)
    hides_values = not reader.may_report and bool(kept_inside({row.pk}))
    rule = indicator_page.rule_of(row)
    history = AuditEntry.objects.about(row).select_related("actor")[:50] if reader.may_report else []
    context = {
        "indicator": row,
        "title": translated(row, "title"),
        "text": translated(row, "text"),
        "whom": row.get_whom_display(),
        "result": translated(row.outcome, "title"),
        "result_url": _result_url(row, programme),
        "years": [str(year.year) for year in sheet.years] if sheet else [],
        "panel": page.indicator_panel(sheet) if sheet else None,
        "notes": page.notes_of(sheet, row.targets.all()) if sheet else [],
        "chart": page.chart_of(sheet) if sheet else None,
        "counting": indicator_page.counting_of(rule),
        "values": indicator_page.values_of(row, sheet, rule, reader) if sheet and not hides_values else [],
        "hides_values": hides_values,
        "create_url": reverse("partnerships:value_create", args=[slug]) if reader.may_report and sheet else "",
        "targets_url": reverse("partnerships:targets_edit", args=[slug]) if reader.may_validate and sheet else "",
        "may_report": reader.may_report,
        "lines": describe(history),
        "trail": trail(row),
    }
    return render(request, "partnerships/results/indicator.html", context)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def value_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Report what an indicator came to in a period."""
    row = _indicator(request, slug)
    require(request.user, Role.COORDINATOR, row.outcome.partnership)
    return _form(request, IndicatorValue(indicator=row))


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def value_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a value that no officer stands for yet."""
    related = [f"indicator__{name}" for name in _RELATED]
    value = get_object_or_404(IndicatorValue.objects.visible_to(request.user).select_related(*related), pk=pk)
    require(request.user, Role.COORDINATOR, value.indicator.outcome.partnership)
    if value.validated_by_id or is_locked(value):
        messages.info(request, _("This value is validated, or its year is locked: it is not changed here."))
        return HttpResponseRedirect(_home(value.indicator))
    return _form(request, value)


def _form(request: HttpRequest, value: IndicatorValue) -> HttpResponse:
    rule = indicator_page.rule_of(value.indicator)
    kept = carry.kept(request) if request.method == "GET" else None
    data = request.POST.copy() if request.method == "POST" else kept
    period = {} if value.pk else _next_period(value.indicator, request.GET.get("year", ""))
    build = {"value": value, "user": request.user, "initial": period}
    form = ValueForm(data, request.FILES or None, **build)
    code, theirs = 200, None
    if request.method == "POST" and "fill" in request.POST:
        _fill(request, form, rule)
    elif request.method == "POST" and form.is_valid():
        try:
            return _save(request, form, value, rule)
        except ValidationError as error:
            form.add_error(None, error)
        except StaleVersion as stale:
            code, theirs = 409, _differences(stale.current, form)
            form.stage()
            data["version"] = str(stale.current.version)
            form = ValueForm(data, **build | {"value": stale.current})
    elif request.method == "POST" and sent_before(
        request.POST.get("submission_key"), actor=request.user, model=IndicatorValue
    ):
        return _done(request, value.indicator, is_new=False)
    if request.method == "POST" and code == 200 and form.is_bound:
        form.stage()
    heading = _("Change a value") if value.pk else _("Report a value")
    context = {
        "form": form,
        "theirs": theirs,
        "heading": heading,
        "intro": translated(value.indicator, "title"),
        "counting": indicator_page.counting_of(rule),
        "file_name": value.original_name if value.file else "",
        "cancel_url": _home(value.indicator),
        "trail": trail(value.indicator, heading),
    }
    return render(request, "partnerships/results/value_form.html", context, status=code)


def _fill(request: HttpRequest, form: ValueForm, rule: Any) -> None:
    """Put what the log comes to into the form, once its period is known."""
    form.full_clean()
    starts_on, ends_on = (form.cleaned_data.get(name) for name in ("starts_on", "ends_on"))
    if rule is None or starts_on is None or ends_on is None or ends_on < starts_on:
        return
    form.fill(indicator_page.count_until(rule, starts_on, ends_on))
    messages.info(request, _("The form holds what the log comes to in this period. Look at it, then save it."))


def _save(request: HttpRequest, form: ValueForm, value: IndicatorValue, rule: Any) -> HttpResponse:
    cleaned = form.cleaned_data
    taken = bool(cleaned["counted"] and rule)
    is_counted = taken and form.holds(indicator_page.count_until(rule, cleaned["starts_on"], cleaned["ends_on"]))
    typed, is_new = form.typed(is_counted=is_counted), True
    if value.pk:
        update_value(value, typed, actor=request.user, version=cleaned["version"] or 0)
    else:
        key = cleaned["submission_key"] or uuid4()
        _value, is_new = report_value(value.indicator, typed, actor=request.user, key=key)
    return _done(request, value.indicator, is_new=is_new)


def _done(request: HttpRequest, row: Indicator, *, is_new: bool) -> HttpResponse:
    carry.forget(request)
    request.session["kept_saved"] = request.path
    saved = _("The value is saved. It enters the totals once an officer validates it.")
    messages.success(request, saved if is_new else _("This was saved already: it was not made twice."))
    return HttpResponseRedirect(_home(row))


def _differences(current: IndicatorValue, form: ValueForm) -> list[Difference]:
    """Return in what the value as it stands differs from what was typed, its parts included."""
    names = ["starts_on", "ends_on", form.column, "source", "comment", "language"]
    found = differences(current, form, names)
    saved, typed = ("\n".join(in_words(parts)) for parts in (parts_of(current.parts.all()), form.parts))
    return found if saved == typed else [*found, Difference(_("Parts"), saved, typed)]


def _next_period(row: Indicator, asked: str) -> dict[str, dt.date]:
    """Return what follows the last value, of the year that was asked for or of all, until the end of that year.

    Nothing is proposed where the programme does not run, nor of a year that has not begun.
    """
    programme = programme_of(row)
    if programme is None:
        return {}
    told = [day for day in row.values.values_list("ends_on", flat=True) if asked in {"", str(day.year)}]
    begun = range(programme.starts_on.year, min(programme.ends_on.year, timezone.localdate().year) + 1)
    first = next((year_window(programme, year)[0] for year in begun if asked in {"", str(year)}), None)
    starts_on = max(told) + dt.timedelta(days=1) if told else first
    if first is None or starts_on is None or starts_on.year not in begun or asked not in {"", str(starts_on.year)}:
        return {}
    return {"starts_on": starts_on, "ends_on": year_window(programme, starts_on.year)[1]}


def _indicator(request: HttpRequest, slug: str) -> Indicator:
    related = [*_RELATED, "baseline_level", "owner"]
    return get_object_or_404(Indicator.objects.visible_to(request.user).select_related(*related), slug=slug)


def _sheet(row: Indicator, programme: Programme | None, reader: indicator_page.Reader) -> IndicatorSheet | None:
    """Return an indicator with its years; who does not work in the partnership is told what may leave the portal."""
    if programme is None:
        return None
    if reader.may_report:
        return sheets_of(programme, [row])[row.outcome_id][0]
    results = logframe_to_take(programme).flat()
    return next((one for result in results for one in result.indicators if one.pk == row.pk), None)


def _home(row: Indicator) -> str:
    return reverse("partnerships:indicator", args=[row.slug])


def _result_url(row: Indicator, programme: Programme | None) -> str:
    if programme is None:
        return ""
    return f"{reverse('partnerships:logframe', args=[programme.slug])}#result-{row.outcome_id}"


def _trail(programme: Programme) -> list[dict[str, Any]]:
    partnership = programme.partnership
    detail = reverse("partnerships:programme_detail", args=[programme.slug])
    return [
        {"label": _("Partnerships"), "url": reverse("partnerships:list")},
        {"label": translated(partnership, "name"), "url": reverse("partnerships:detail", args=[partnership.slug])},
        {"label": translated(programme, "name"), "url": detail},
        {"label": _("Logframe")},
    ]
