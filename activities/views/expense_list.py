"""The list of expenditures: narrowed, with the exact total of what is listed, and as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from activities import expense_filters as filters
from activities.expense_sheet import LISTED_COLUMNS, SHEET_COLUMNS, listed_rows, sheet_rows
from activities.models import Expenditure
from activities.models.money import ExpenditureQuerySet
from partnerships.access import partnership_choices, partnerships_of
from partnerships.models import Role
from portal.ground import audit
from portal.ground.lists import ListQuery, page_of, read_query
from portal.ground.models import AuditEntry
from portal.ground.money import ExactSum, format_amount
from portal.ground.spreadsheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx

MAX_EXPORT = 20_000
KINDS = {"xlsx": (write_xlsx, XLSX_TYPE), "csv": (write_csv, CSV_TYPE)}


@login_required
@require_safe
def expense_list(request: HttpRequest) -> HttpResponse:
    """Show the expenditures of the reader's partnerships: narrowed, searched, in order, added up."""
    partnerships = partnership_choices(request)
    query, rows = _asked(request, partnerships)
    total = rows.order_by().aggregate(count=Count("pk"), amount=ExactSum("amount"))
    page = page_of(query, filters.in_order(rows, query.sort))
    shown = {"count": number_format(total["count"], force_grouping=True), "amount": format_amount(total["amount"])}
    summary = ngettext("%(count)s expense: %(amount)s", "%(count)s expenses: %(amount)s", total["count"]) % shown
    judges = set(partnerships_of(request.user, Role.OFFICER).values_list("pk", flat=True))
    listed = listed_rows(page.keys, judges)
    more = filters.wants_more(request.GET)
    return render(
        request,
        "activities/expense_list.html",
        {
            "query": query,
            "rows": listed,
            "pages": replace(page, summary=summary),
            "columns": _columns(query),
            "total": total["amount"],
            "summary": summary,
            "empty": _empty(query),
            "may_judge": any(row.may_judge for row in listed),
            "may_write": partnerships_of(request.user, Role.COORDINATOR).exists(),
            "clear_url": reverse("activities:expense_list"),
            "export_url": f"{reverse('activities:expense_export')}{query.url()}",
            "here": f"{reverse('activities:expense_list')}{query.url(page=page.number)}",
            "more": more,
            "more_url": "" if more else f"{query.url()}&more=1",
        },
    )


@login_required
@require_POST
def expense_export(request: HttpRequest) -> HttpResponse:
    """Send the list as it is narrowed, as XLSX or CSV."""
    query, rows = _asked(request, partnership_choices(request))
    kind = request.POST.get("kind", "xlsx")
    write, content_type = KINDS.get(kind, KINDS["xlsx"])
    ordered = filters.in_order(rows, query.sort)
    if ordered.order_by()[: MAX_EXPORT + 1].count() > MAX_EXPORT:
        limit = number_format(MAX_EXPORT, force_grouping=True)
        messages.error(request, _("A file holds at most %(limit)s expenses: narrow the list.") % {"limit": limit})
        return HttpResponseRedirect(f"{reverse('activities:expense_list')}{query.url()}")
    content = write([str(heading) for heading in SHEET_COLUMNS], sheet_rows(ordered))
    asked = {"list": [None, query.url()], "kind": [None, kind if kind in KINDS else "xlsx"]}
    audit.record(request.user, actor=request.user, verb=AuditEntry.Verb.EXPORT, changes=asked, reason=_("Expenses"))
    response = HttpResponse(content, content_type=content_type)
    name = f"expenses-{timezone.localdate().isoformat()}.{asked['kind'][1]}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _asked(request: HttpRequest, partnerships: Sequence[tuple[str, str]]) -> tuple[ListQuery, ExpenditureQuerySet]:
    more = filters.wants_more(request.GET)
    offered = filters.offered(request.user, partnerships, request.GET, more=more)
    query = read_query(request.GET, offered, list(filters.SORTS))
    rows: Any = Expenditure.objects.standing()
    if not request.user.is_superuser:
        rows = filters.within(rows, [int(pk) for pk, _name in partnerships])
    return query, filters.narrowed(rows, chosen=query.chosen, search=query.search)


def _columns(query: ListQuery) -> list[dict[str, str]]:
    """Return the heads of the table; the order in use can be turned round, the others can be chosen."""
    now, falls = query.sort.removeprefix("-"), query.sort.startswith("-")
    columns = []
    for key, label in LISTED_COLUMNS:
        column = {"key": key, "label": str(label)}
        if key in {"date", "amount"}:
            column["sort_url"] = query.url(sort=key if falls and key == now else f"-{key}")
            if key == now:
                column["direction"] = "descending" if falls else "ascending"
        columns.append(column)
    return columns


def _empty(query: ListQuery) -> dict[str, str]:
    if query.is_narrow:
        return {
            "icon": "search",
            "title": _("No expense meets all of this."),
            "text": _("Remove a filter, or search for fewer words."),
            "action_url": reverse("activities:expense_list"),
            "action_label": _("Show all expenses"),
        }
    return {
        "icon": "receipt",
        "title": _("No expense was recorded yet."),
        "text": _("An expense is written with the log entry that it belongs to."),
    }
