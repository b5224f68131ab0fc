"""Money of one programme, small enough to add up by hand."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from activities.models import BudgetLine, Drawdown, Expenditure
from partnerships.models import FundingRule, Tranche, Transfer
from tests.cast import Cast, in_all_languages, make_entry, make_expense, make_grant, make_transfer


def eur(amount: str | int) -> Decimal:
    """Return an amount."""
    return Decimal(amount)


def plan(cast: Cast, amount: str, **fields: Any) -> BudgetLine:
    """Write a budget line of 2024 for federal personnel costs."""
    values = {
        "programme": cast.jette.programme,
        "year": 2024,
        "source": cast.federal,
        "heading": cast.headings["personnel"],
        **fields,
    }
    return BudgetLine.objects.create(amount=eur(amount), **values)


def receive(cast: Cast, amount: str, year: int, **fields: Any) -> Tranche:
    """Write the tranche of a year, claimed and received in March, under one federal grant."""
    grant = cast.jette.programme.grants.filter(source=cast.federal).first()
    grant = grant or make_grant(cast.jette.programme, cast.federal)
    values = {
        "claimed_amount": eur(amount),
        "claimed_on": dt.date(year, 1, 20),
        "received_amount": eur(amount),
        "received_on": dt.date(year, 3, 1),
        **fields,
    }
    return Tranche.objects.create(grant=grant, year=year, **values)


def rule(cast: Cast, kind: str, **fields: Any) -> FundingRule:
    """Write a rule of federal money."""
    return FundingRule.objects.create(
        slug=f"federal-{kind}-{FundingRule.objects.count()}",
        source=cast.federal,
        kind=kind,
        **in_all_languages(title=f"Rule: {kind}"),
        **fields,
    )


def claim_rules(cast: Cast, *, warn_days: int = 90) -> None:
    """Let federal tranches be claimed from 15 January, below 25 % of the last tranche, 50 % of the first."""
    rule(cast, "deadline", deadline_for="claim", month=1, day=15)
    rule(cast, "balance", percent=eur(25), first_percent=eur(50), warn_days=warn_days)


def draw(cast: Cast, amount: str, dirham: str, **parts: Any) -> Expenditure:
    """Write an expenditure in dirham, taken from the transfers named by keyword as (transfer, dirham)."""
    expense = make_expense(
        cast.jette.partner,
        heading=cast.headings["personnel"],
        amount=eur(amount),
        original_amount=eur(dirham),
        original_currency="MAD",
        rate=eur("10.85"),
    )
    for transfer, part in parts.values():
        Drawdown.objects.create(expenditure=expense, transfer=transfer, amount=eur(part))
    return expense


def judge(expense: Expenditure, decision: str) -> Expenditure:
    """Judge an expenditure."""
    expense.decision, expense.decided_on = decision, dt.date(2024, 12, 1)
    expense.decision_reason = "No invoice" if decision == "rejected" else ""
    expense.save()
    return expense


def fill_money(cast: Cast) -> Transfer:
    """Fill 2023 and 2024 of Jette – Belfaa with every kind of row; return the transfer that was drawn on."""
    home, partner = cast.jette.home, cast.jette.partner
    personnel, audit = cast.headings["personnel"], cast.headings["audit"]
    plan(cast, "1000.00")
    plan(cast, "500.50", heading=cast.headings["investments"])
    plan(cast, "200.00", year=2023, heading=audit)
    plan(cast, "300.00", source=cast.own, heading=None)
    make_grant(cast.jette.programme, cast.federal, amount=eur("5000.00"))
    receive(cast, "800.00", 2023)
    receive(cast, "1200.00", 2024)
    make_expense(partner, heading=audit, spent_on=dt.date(2023, 6, 1), amount=eur("150.10"))
    paid = judge(make_expense(partner, heading=personnel, amount=eur("400.00")), "justified")
    make_expense(partner, heading=personnel, amount=eur("-40.05"), corrects=paid)
    judge(make_expense(partner, heading=personnel, amount=eur("60.00")), "rejected")
    make_expense(partner, source=cast.federal, amount=eur("70.70"))
    make_expense(home, amount=eur("99.99"))
    withdrawn = make_entry(partner, cast.officer, withdrawn_at=timezone.now())
    make_expense(partner, heading=personnel, amount=eur("900.00"), log_entry=withdrawn)
    transfer = make_transfer(cast.jette.programme, cast.federal, bank_costs=eur("12.50"))
    draw(cast, "100.00", "1085.00", first=(transfer, "1085.00"))
    return transfer
