"""The budget of a programme: its lines by year, source and heading, their amendments, and the spreadsheet of them."""

from __future__ import annotations

from typing import Any
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

from activities import budget_sheet
from activities.forms.budget import AmendmentForm, BudgetLineForm
from activities.models import BudgetLine
from activities.services import StaleVersion
from activities.services.budget import amend_line, create_line
from partnerships.access import may, require
from partnerships.models import Programme, ProgrammeYear, Role
from portal.ground import audit, carry
from portal.ground.history import describe
from portal.ground.models import AuditEntry
from portal.ground.money import format_amount
from portal.ground.spreadsheets import XLSX_TYPE, write_xlsx
from portal.ground.wording import listed, translated


@login_required
@require_safe
def budget(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the budget of a programme: what each source pays in each year, and one year (`?year=`) in its lines."""
    programme = _programme(request, slug)
    lines = budget_sheet.lines_of(programme)
    years = list(range(programme.starts_on.year, programme.ends_on.year + 1))
    year = _asked_year(request, years)
    is_locked = programme.years.filter(year=year, state=ProgrammeYear.State.LOCKED).exists()
    may_lead, _reason = may(request.user, Role.OFFICER, programme.partnership)
    rows, totals = budget_sheet.by_source_and_year(lines, years)
    of_year = [line for line in lines if line.year == year]
    context = {
        "programme": programme,
        "name": translated(programme, "name"),
        "rows": rows,
        "totals": totals,
        "columns": [{"label": _("Paid from")}, *_number_columns(*years, _("Together"))],
        "years": [{"label": each, "url": f"?year={each}#year", "is_current": each == year} for each in years],
        "year": year,
        "is_locked": is_locked,
        "figures": budget_sheet.year_budget(of_year, may_amend=may_lead and not is_locked) if of_year else None,
        "aim_columns": [{"label": _("Outcome or activity")}, *_number_columns(_("First version"), _("Now"))],
        "empty": _empty(may_lead=may_lead, create_url=_create_url(programme, year)),
        "create_url": _create_url(programme, year) if may_lead and not is_locked else "",
        "trail": _trail(programme),
    }
    return render(request, "activities/budget.html", context)


@login_required
@require_POST
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the budget lines of a programme as a spreadsheet."""
    programme = _programme(request, slug)
    content = write_xlsx(*budget_sheet.sheet_of(budget_sheet.lines_of(programme)))
    audit.record(programme, actor=request.user, verb=AuditEntry.Verb.EXPORT, reason=_("Budget lines, XLSX"))
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="budget-{programme.slug}.xlsx"'
    return response


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a budget line; `?year=` chooses the year beforehand."""
    programme = _programme(request, slug)
    require(request.user, Role.OFFICER, programme.partnership)
    text = carry.kept(request) if request.method == "GET" else None
    line = BudgetLine(programme=programme)
    initial = {"year": request.GET.get("year", "")}
    form = BudgetLineForm(request.POST or text, instance=line, initial=initial, programme=programme, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            saved, is_new = create_line(line, actor=request.user, key=form.cleaned_data["submission_key"] or uuid4())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            carry.forget(request)
            done = _("The budget line is written.") if is_new else _("This budget line was written already: not twice.")
            messages.success(request, done)
            return HttpResponseRedirect(_year_url(saved))
    context = {
        "form": form,
        "heading": _("Add a budget line"),
        "intro": translated(programme, "name"),
        "trail": _trail(programme, _("Add a budget line")),
        "cancel_url": reverse("activities:budget", args=[slug]),
        "keep": True,
    }
    return render(request, "components/form_page.html", context)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a budget line another amount, for a reason."""
    line = _line(request, pk)
    require(request.user, Role.OFFICER, line.programme.partnership)
    data, code = request.POST or carry.kept(request), 200
    form = _amendment_form(request, line, data)
    if request.method == "POST" and form.is_valid():
        try:
            return _amend(request, form, line)
        except ValidationError as error:
            form.add_error(None, error)
        except StaleVersion as stale:
            line, code = stale.current, 409
            form = _amendment_form(request, line, {**request.POST.dict(), "version": line.version})
            sentence = _("Somebody amended this line meanwhile: it is %(amount)s now. Save again to amend that.")
            form.add_error(None, sentence % {"amount": format_amount(line.amount)})
    context = {
        "form": form,
        "heading": _("Amend a budget line"),
        "intro": _("%(line)s: %(amount)s now") % {"line": line, "amount": format_amount(line.amount)},
        "trail": _trail(line.programme, _("Amend a budget line")),
        "cancel_url": _year_url(line),
        "submit_label": _("Amend"),
        "keep": True,
    }
    return render(request, "components/form_page.html", context, status=code)


@login_required
@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the versions of a budget line, with the reason of each."""
    line = _line(request, pk)
    may_lead, _reason = may(request.user, Role.OFFICER, line.programme.partnership)
    entries = AuditEntry.objects.about(line).select_related("actor") if may_lead else []
    years = line.programme.years
    is_locked = years.filter(year=line.year, state=ProgrammeYear.State.LOCKED).exists()
    context = {
        "line": line,
        "facts": _facts(line),
        "rows": budget_sheet.versions_of(line),
        "columns": _version_columns(),
        "lines": describe(entries),
        "may_lead": may_lead,
        "amend_url": reverse("activities:budget_amend", args=[pk]) if may_lead and not is_locked else "",
        "trail": _trail(line.programme, _("Versions of a budget line")),
    }
    return render(request, "activities/budget_history.html", context)


def _programme(request: HttpRequest, slug: str) -> Programme:
    return get_object_or_404(Programme.objects.visible_to(request.user).select_related("partnership"), slug=slug)


def _line(request: HttpRequest, pk: int) -> BudgetLine:
    visible = BudgetLine.objects.visible_to(request.user)
    related = ["programme__partnership", "source", "heading__parent", "outcome", "activity"]
    return get_object_or_404(visible.select_related(*related).prefetch_related("amendments__actor"), pk=pk)


def _asked_year(request: HttpRequest, years: list[int]) -> int:
    """Return the year that the address asks for, else this year, else the nearest one of the programme."""
    asked = request.GET.get("year", "")
    if asked in map(str, years):
        return int(asked)
    return min(max(timezone.localdate().year, years[0]), years[-1])


def _number_columns(*labels: Any) -> list[dict[str, Any]]:
    return [{"label": label, "kind": "number"} for label in labels]


def _version_columns() -> list[dict[str, Any]]:
    amounts = _number_columns(_("Amount"), _("Change"))
    return [{"label": _("Version")}, {"label": _("Agreed on")}, *amounts, {"label": _("Reason")}, {"label": _("By")}]


def _create_url(programme: Programme, year: int) -> str:
    return f"{reverse('activities:budget_create', args=[programme.slug])}?year={year}"


def _year_url(line: BudgetLine) -> str:
    return f"{reverse('activities:budget', args=[line.programme.slug])}?year={line.year}#year"


def _empty(*, may_lead: bool, create_url: str) -> dict[str, str]:
    empty = {"title": _("No budget was written yet."), "icon": "cash-coin"}
    return empty | {"action_url": create_url, "action_label": _("Add a budget line")} if may_lead else empty


def _facts(line: BudgetLine) -> list[dict[str, Any]]:
    heading = line.heading
    headings = [translated(row, "name") for row in (heading.parent, heading) if row] if heading else []
    facts = [
        {"term": _("Year"), "value": str(line.year)},
        {"term": _("Paid from"), "value": str(line.source)},
        {"term": _("Cost heading"), "value": listed(headings)},
        {"term": _("Outcome"), "value": str(line.outcome or "")},
        {
            "term": _("Activity"),
            "value": str(line.activity or ""),
            "url": reverse("activities:detail", args=[line.activity_id]) if line.activity_id else "",
        },
        {"term": _("Amount now"), "value": format_amount(line.amount), "kind": "amount"},
    ]
    return [fact for fact in facts if fact["value"]]


def _trail(programme: Programme, last: str = "") -> list[dict[str, Any]]:
    partnership, slug = programme.partnership, programme.slug
    steps: list[dict[str, Any]] = [
        {"label": translated(partnership, "name"), "url": reverse("partnerships:detail", args=[partnership.slug])},
        {"label": translated(programme, "name"), "url": reverse("partnerships:programme_detail", args=[slug])},
        {"label": _("Budget"), "url": reverse("activities:budget", args=[slug])},
    ]
    return [*steps, {"label": last}] if last else steps


def _amendment_form(request: HttpRequest, line: BudgetLine, data: Any) -> AmendmentForm:
    today = timezone.localdate()
    return AmendmentForm(data, line=line, user=request.user, today=today)


def _amend(request: HttpRequest, form: AmendmentForm, line: BudgetLine) -> HttpResponse:
    cleaned = form.cleaned_data
    values = {name: cleaned[name] for name in ("amount", "reason", "agreed_on", "version")}
    key = cleaned["submission_key"] or uuid4()
    amendment, is_new = amend_line(line, actor=request.user, key=key, **values)
    carry.forget(request)
    done = _("The budget line is amended.") if is_new else _("This amendment was written already: not twice.")
    messages.success(request, done)
    return HttpResponseRedirect(_year_url(amendment.line))
