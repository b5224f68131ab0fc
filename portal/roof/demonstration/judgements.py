"""What an officer made of the invented expenses: justified, rejected, left open, and what came back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from activities.models import Expenditure, Voucher
from activities.services.expenses import CorrectionValues, correct_expense
from activities.services.judgements import judge, justify_many
from partnerships.models import Programme
from portal.ground.models import User


def judge_spending(text: dict[str, Any], *, actor: User, key: Callable[[str], uuid.UUID]) -> None:
    """Judge what was spent in the years that are over, and write down what came back. Raises KeyError."""
    programme = Programme.objects.get(slug=text["programme"])
    spent = Expenditure.objects.standing().filter(activity__partnership=programme.partnership_id)
    vouchers = Voucher.objects.filter(expenditure__in=spent).select_related("expenditure__activity__partnership")
    paid = {voucher.number: voucher.expenditure for voucher in vouchers}
    days = {int(year): dt.date.fromisoformat(day) for year, day in text["judged"].items()}
    for number, reason in text["rejected"].items():
        row = paid[number]
        on = days[row.spent_on.year]
        judge(row, decision=Expenditure.Decision.REJECTED, actor=actor, on=on, seen="", reason=reason)
    waiting = [paid[number].pk for number in text["open"]]
    for year, day in days.items():
        chosen = spent.filter(spent_on__year=year, decision="").exclude(pk__in=waiting)
        justify_many(chosen.select_related("activity__partnership"), actor=actor, on=day)
    for correction in text["corrections"]:
        _correct(paid[correction["voucher"]], correction, actor=actor, key=key(correction["number"]))


def _correct(paid: Expenditure, text: dict[str, Any], *, actor: User, key: uuid.UUID) -> None:
    day = dt.date.fromisoformat(text["spent_on"])
    values = CorrectionValues(
        spent_on=day,
        description=text["description"],
        amount=Decimal(text.get("euro") or text["dirham"]),
        voucher_number=text["number"],
        voucher_date=day,
        supplier=paid.vouchers.get().supplier,
    )
    row, _new = correct_expense(paid, values, actor=actor, key=key)
    Expenditure.objects.filter(pk=row.pk).update(is_demonstration=True)
