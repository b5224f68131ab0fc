"""What a page of figures says beside its tables: key figures, balances, days that come, alarms, a chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from partnerships.models import FundingRule, Partnership, Programme
from portal.ground.dates import format_date
from portal.ground.money import format_amount
from portal.roof.overviews.finance.balance import Balance, DueDate, balances_of
from portal.roof.overviews.finance.figures import Finance
from portal.roof.overviews.finance.ledger import load_tranches, with_charges
from portal.roof.overviews.finance.made import balance_expenses, balance_path
from portal.roof.overviews.finance.paths import claim_text, days_left
from portal.roof.overviews.finance.tables import MADE, Cell, Links, format_percent, plain, told


@dataclass(frozen=True)
class KeyFigure:
    """One of the large figures at the top of the page."""

    label: str
    cell: Cell
    note: str = ""


@dataclass(frozen=True)
class Alarm:
    """A balance that stands in the way of the next claim."""

    text: str
    url: str
    programme: str


@dataclass(frozen=True)
class Due:
    """A day by which a funder wants something, as the page tells it."""

    what: str
    when: str
    away: str
    is_near: bool
    note: str


def key_figures(finance: Finance) -> list[KeyFigure]:
    """Return the figures that an officer is asked for, consolidated until the end of the year shown."""
    links, funds, sums = Links(finance), finance.funds, finance.series.until(finance.year)
    last = {"to": dt.date(finance.year, 12, 31)}

    def figure(label: str, amount: Decimal, url: str = "") -> KeyFigure:
        return KeyFigure(label, Cell(amount, url=url if amount else ""))

    figures = [
        figure(_("Budget"), sums.budget, links.budget(**last)),
        figure(_("Granted"), funds.granted, links.path()),
        figure(_("Received"), funds.received, links.path()),
        figure(_("Sent to the partner"), funds.transferred, links.path()),
        figure(_("Spent"), sums.spent, links.expenses(**last)),
        figure(_("Justified"), sums.justified, links.expenses(**last, decision="justified")),
        figure(_("Not yet judged"), sums.waiting, links.expenses(**last, decision="open")),
    ]
    left = figure(_("Left of the budget"), sums.left, MADE)
    return [*figures, left] if finance.has_budget else figures[1:]


def balance_facts(balance: Balance) -> list[dict[str, Any]]:
    """Return what stands between a programme and its next claim, as components/fact_list.html shows it."""
    path = balance_path(balance)
    facts = [
        _amount(_("Received until today"), balance.received, path),
        _amount(_("Spent until today, without what was rejected"), balance.charged, balance_expenses(balance)),
        _amount(_("Unspent balance"), balance.unspent, MADE),
        _amount(_("Tranche of %(year)s") % {"year": balance.tranche_year}, balance.tranche, path),
    ]
    if balance.percent is not None and balance.claim_on:
        facts.append({"term": _("Needed for a claim"), "value": _limit(balance), "url": path})
    claim = {"term": _("Next claim"), "value": claim_text(balance)}
    if balance.claim_on:
        claim["url"] = MADE if balance.to_spend else path
    return [*facts, claim]


def _amount(term: str, amount: Decimal, url: str) -> dict[str, Any]:
    return {"term": term, "value": format_amount(amount), "kind": "amount", "url": url if amount else ""}


def _limit(balance: Balance) -> str:
    sentence = _("a balance below %(share)s of the last tranche: at most %(amount)s")
    if balance.is_first:
        sentence = _("a balance below %(share)s of the first tranche: at most %(amount)s")
    share = format_percent(balance.percent or Decimal(0))
    return told(sentence, share=share, amount=format_amount(balance.allowed))


def alarms(balances: Iterable[Balance]) -> list[Alarm]:
    """Return the balances that are too large while the day of the claim is near."""
    return [_alarm(balance) for balance in balances if balance.is_alarming]


def _alarm(balance: Balance) -> Alarm:
    sentence = _("%(source)s: spend %(amount)s more before %(date)s, or the next tranche cannot be claimed.")
    if balance.claim_on and balance.claim_on <= balance.on:
        sentence = _("%(source)s: spend %(amount)s more first; the next tranche could be claimed since %(date)s.")
    date, amount = format_date(balance.claim_on), format_amount(balance.to_spend)
    text = told(sentence, source=plain(balance.source.name), amount=amount, date=date)
    address = reverse("partnerships:programme_money", args=[balance.programme.slug])
    return Alarm(text, f"{address}#balance", str(balance.programme))


def due_list(due_dates: Iterable[DueDate], on: dt.date) -> list[Due]:
    """Return the days that come, the nearest first."""
    return [_due(item, on) for item in sorted(due_dates, key=lambda item: item.due_on)]


def _due(item: DueDate, on: dt.date) -> Due:
    what = capfirst(str(FundingRule.Deadline(item.what).label))
    colon = pgettext("between a source and what it wants", "%(source)s: %(what)s, %(year)s")
    date = format_date(item.due_on)
    when = _("from %(date)s") % {"date": date} if item.is_claim else _("by %(date)s") % {"date": date}
    title = colon % {"source": plain(item.source.name), "what": what, "year": item.year}
    return Due(title, when, days_left(item.due_on, on), item.is_near, str(item.rule))


def chart(finance: Finance) -> dict[str, Any] | None:
    """Return what each source bore of its budget, as components/bar_chart.html draws it; None without a budget."""
    sums = [(line.source, line.series.until(finance.year)) for line in finance.sources]
    largest = max((max(item.budget, item.charged) for _source, item in sums), default=Decimal(0))
    if not finance.has_budget or largest <= 0:
        return None
    bars, links, scope = [], Links(finance), {"to": dt.date(finance.year, 12, 31), "decision": "charged"}
    for source, item in sums:
        spent, left = (max(0, int(100 * amount / largest)) for amount in (item.charged, item.left))
        parts = [
            {"start": 0, "size": spent, "tone": "accent", "text": f"{_('Spent')} {format_amount(item.charged)}"},
            {"start": spent, "size": left, "tone": "soft", "text": f"{_('Left')} {format_amount(item.left)}"},
        ]
        url = links.expenses(**scope, source=source.slug) if item.charged else ""
        bar = {"label": plain(source.name), "value_text": format_amount(item.charged), "url": url}
        bars.append({**bar, "parts": parts})
    return {
        "title": _("Spent of the budget until the end of %(year)s") % {"year": finance.year},
        "label_heading": _("Paid from"),
        "value_heading": _("Spent"),
        "note": _("Without what was rejected."),
        "series": [{"label": _("Spent"), "tone": "accent"}, {"label": _("Left"), "tone": "soft"}],
        "bars": bars,
    }


def alarms_for(partnerships: Iterable[Partnership | int], on: dt.date) -> list[Alarm]:
    """Return the alarms of the programmes that run; expenditures are asked only where a rule's time has come."""
    running = Programme.objects.filter(partnership__in=partnerships).running(on)
    programmes = list(running.order_by("partnership", "pk"))
    ledger = load_tranches(programmes)
    near = [row for row in programmes if any(map(_is_near, balances_of(row, ledger.of(row), on=on)))]
    if not near:
        return []
    ledger = with_charges(ledger, near, on=on)
    return [alarm for row in near for alarm in alarms(balances_of(row, ledger.of(row), on=on))]


def _is_near(balance: Balance) -> bool:
    return balance.warns_from is not None and balance.warns_from <= balance.on
