"""The pages of money: of a programme, of a partnership, and the way to each of them.

Each has two parts, for all tables at once make a page that is slow to load and slow to find anything in: what was
planned, spent and left, and with `?show=further` by which costs, outcomes and transfers.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partnerships.models import Partnership, Programme
from portal.ground import audit
from portal.ground.models import AuditEntry
from portal.ground.spreadsheets import XLSX_TYPE
from portal.ground.wording import Wording, translated
from portal.roof.overviews.finance import book, made, overview, paths, sheets
from portal.roof.overviews.finance.balance import Balance
from portal.roof.overviews.finance.figures import Finance, finance_of, partnership_finance
from portal.roof.overviews.finance.tables import Links, Table, expenses_url, plain

FURTHER = "further"


@login_required
@require_safe
def money_overview(request: HttpRequest) -> HttpResponse:
    """Show the way to the money of each partnership; a reader of one goes straight there."""
    partnerships = list(Partnership.objects.visible_to(request.user).prefetch_related("programmes"))
    if len(partnerships) == 1:
        return redirect("partnerships:money", partnerships[0].slug)
    cards = [
        {
            "name": translated(row, "name"),
            "url": reverse("partnerships:money", args=[row.slug]),
            "programmes": [
                {
                    "name": translated(programme, "name"),
                    "url": reverse("partnerships:programme_money", args=[programme.slug]),
                }
                for programme in row.programmes.all()
            ],
        }
        for row in partnerships
    ]
    context = {"cards": cards, "expenses_url": expenses_url()}
    return render(request, "partnerships/money_overview.html", context)


@login_required
@require_safe
def money(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the money of a partnership: its programmes together, and what was spent between them."""
    partnership = get_object_or_404(Partnership.objects.visible_to(request.user), slug=slug)
    figures = partnership_finance(partnership, on=timezone.localdate(), year=_year(request.GET))
    context = {
        **_page(request, figures.whole),
        "name": translated(partnership, "name"),
        "programmes": paths.by_programme(figures),
        "actions": [
            _action(_("Partnership"), reverse("partnerships:detail", args=[slug]), "people"),
            _action(_("Expenses"), Links(figures.whole).expenses(), "list-ul"),
            _action(_("Vouchers"), reverse("reports:vouchers", args=[slug]), "receipt"),
        ],
        "trail": _trail(partnership),
    }
    return render(request, "partnerships/money.html", context)


@login_required
@require_safe
def programme_money(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the money of a programme; `?year=` picks the year shown beside the consolidated figures."""
    programme = _programme(request, slug)
    figures = finance_of(programme, on=timezone.localdate(), year=_year(request.GET))
    links = Links(figures)
    context = {
        **_page(request, figures),
        "name": translated(programme, "name"),
        "actions": [
            _action(_("Budget"), links.budget(), "card-checklist"),
            _action(_("Grants and transfers"), links.path(), "bank"),
            _action(_("Expenses"), links.expenses(), "list-ul"),
            _action(_("Vouchers"), _vouchers_url(programme, figures.year), "receipt"),
        ],
        "year": str(figures.year),
        "export_url": reverse("partnerships:programme_money_export", args=[slug]),
        "trail": [
            *_trail(programme.partnership),
            {"label": translated(programme, "name"), "url": reverse("partnerships:programme_detail", args=[slug])},
            {"label": _("Money")},
        ],
    }
    return render(request, "partnerships/money.html", context)


def _vouchers_url(programme: Programme, year: int) -> str:
    """Return the address of the vouchers of a year, as far as it lies in the programme."""
    first, last = max(dt.date(year, 1, 1), programme.starts_on), min(dt.date(year, 12, 31), programme.ends_on)
    window = {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
    return reverse("reports:vouchers", args=[programme.partnership.slug], query=window)


@login_required
@require_POST
def programme_money_export(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the figures of a programme as a spreadsheet in the reader's language."""
    programme = _programme(request, slug)
    figures = finance_of(programme, on=timezone.localdate(), year=_year(request.POST))
    content = book.write(figures)
    audit.record(programme, actor=request.user, verb=AuditEntry.Verb.EXPORT, changes={"year": [None, figures.year]})
    response = HttpResponse(content, content_type=XLSX_TYPE)
    name = f"{_('money')}-{programme.slug}-{figures.year}.xlsx"
    response["Content-Disposition"] = (
        f"attachment; filename=\"money-{programme.slug}-{figures.year}.xlsx\"; filename*=UTF-8''{quote(name)}"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _programme(request: HttpRequest, slug: str) -> Programme:
    visible = Programme.objects.visible_to(request.user).select_related("partnership")
    return get_object_or_404(visible, slug=slug)


def _year(asked: QueryDict) -> int | None:
    """Return the year that is asked for; what is no year asks for none."""
    text = asked.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == len("2024") else None


def _tables(figures: Finance) -> dict[str, list[Table]]:
    """Return {part of the page: its tables that hold something}."""
    tables = {
        "": [
            paths.gaps(figures),
            sheets.by_year(figures),
            sheets.in_year(figures),
            sheets.consolidated(figures),
            sheets.spent_by_year(figures),
            paths.by_source(figures),
            made.made_of(figures),
        ],
        FURTHER: [
            sheets.by_nature(figures),
            sheets.by_outcome(figures),
            sheets.by_outcome_and_source(figures),
            paths.co_funding(figures),
            paths.transfers(figures),
        ],
    }
    return {part: [table for table in found if table.rows] for part, found in tables.items()}


def _page(request: HttpRequest, figures: Finance) -> dict[str, Any]:
    """Return what both pages show of their figures."""
    links, tables = Links(figures), _tables(figures)
    show = FURTHER if request.GET.get("show") == FURTHER else ""
    return {
        "figures": figures,
        "year": str(figures.year),
        "first_year": str(figures.years[0]),
        "alarms": overview.alarms(figures.balances),
        "key_figures": overview.key_figures(figures),
        "years": [
            {"label": str(year), "url": links.money(year, show), "current": year == figures.year}
            for year in reversed(figures.years)
        ],
        "chart": overview.chart(figures),
        "balances": [_balance(item, figures) for item in figures.balances],
        "received_note": paths.received_note(),
        "due_dates": overview.due_list(figures.due_dates, figures.on),
        "own": paths.own_contribution(figures, linked=True),
        "demands": [str(rule) for rule in figures.own.demands],
        "is_further": bool(show),
        "tables": tables[show],
        "contents": [
            {"label": table.title, "url": f"{'' if part == show else links.money(figures.year, part)}#{table.key}"}
            for part in sorted(tables, key=lambda part: part != show)  # those of this part first
            for table in tables[part]
        ],
    }


def _balance(item: Balance, figures: Finance) -> dict[str, Any]:
    return {
        "source": plain(item.source.name),
        "programme": "" if figures.programme else str(item.programme),
        "facts": overview.balance_facts(item),
        "is_alarming": item.is_alarming,
    }


def _action(label: str, url: str, icon: str) -> dict[str, str]:
    return {"label": label, "url": url, "icon": icon}


def _trail(partnership: Partnership) -> list[dict[str, Any]]:
    name: Wording = translated(partnership, "name")
    return [
        {"label": _("Money"), "url": reverse("partnerships:money_overview")},
        {"label": name, "url": reverse("partnerships:money", args=[partnership.slug])},
    ]
