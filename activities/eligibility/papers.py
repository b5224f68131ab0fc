"""What is paid on which voucher: one is paid once, or by several sources up to its total."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.eligibility.claim import Claim, Reason, as_spelled
from activities.models import Expenditure, Voucher
from partnerships.models import FundingRule, FundingSource

MANY = 40


@dataclass(frozen=True, slots=True)
class _Paid:
    """What is paid already on a voucher."""

    expenditure_id: int | None
    source_id: int
    amount: Decimal
    total: Decimal | None
    corrects_id: int | None = None
    names_supplier: bool = False


class PaidVouchers:
    """What is paid on the vouchers of some claims; it grows with each claim that is written down."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[int, str, str], list[_Paid]] = defaultdict(list)
        self.by_paper: dict[tuple[int, str, dt.date, Decimal], list[_Paid]] = defaultdict(list)
        # Where an expenditure stands: a sheet drops its rows one by one, and must not look at all others each time.
        self.places: dict[int, list[list[_Paid]]] = defaultdict(list)

    def know(self, claims: Iterable[Claim]) -> None:
        """Read what is stored on the vouchers of these claims, in one query."""
        rows = [claim for claim in claims if claim.voucher_number]
        if not rows:
            return
        wanted = {claim.voucher_key for claim in rows}
        papers = {claim.paper_key for claim in rows}
        found = Voucher.objects.filter(
            _numbered({claim.voucher_number.strip() for claim in rows}),
            expenditure__activity__partnership__in={claim.partnership_id for claim in rows},
            expenditure__log_entry__withdrawn_at__isnull=True,
        ).exclude(expenditure__decision=Expenditure.Decision.REJECTED)
        columns = ["expenditure__activity__partnership", "number", "supplier", "expenditure", "expenditure__spent_on"]
        money = ["expenditure__source", "expenditure__amount", "total", "expenditure__corrects"]
        for partnership, number, supplier, expenditure, day, *about in found.values_list(*columns, *money):
            key = (partnership, as_spelled(number), as_spelled(supplier))
            paid = _Paid(expenditure, *about, names_supplier=bool(key[2]))
            # One paper may lie here as several files: it pays its expenditure once.
            if key in wanted and all(row.expenditure_id != expenditure for row in self.by_key[key]):
                self._put(self.by_key[key], paid)
            if (paper := (*key[:2], day, paid.amount)) in papers:
                self._put(self.by_paper[paper], paid)

    def add(self, claim: Claim) -> None:
        """Count a claim as paid on its voucher."""
        if claim.voucher_number:
            money = (claim.source_id, claim.amount, claim.voucher_total, claim.corrects_id)
            paid = _Paid(claim.expenditure_id, *money, names_supplier=bool(claim.voucher_key[2]))
            self._put(self.by_key[claim.voucher_key], paid)
            self._put(self.by_paper[claim.paper_key], paid)

    def drop(self, gone: set[int]) -> None:
        """Leave out the expenditures with these numbers."""
        for number in gone:
            for place in self.places.pop(number, []):
                place[:] = [row for row in place if row.expenditure_id != number]

    def _put(self, place: list[_Paid], paid: _Paid) -> None:
        place.append(paid)
        if paid.expenditure_id is not None:
            self.places[paid.expenditure_id].append(place)

    def reasons(self, claim: Claim, sources: dict[int, FundingSource]) -> list[Reason]:
        """Return why the voucher of a claim does not pay it, or looks as if it had paid before."""
        return (self._twins(claim, sources) or self._lookalikes(claim)) if claim.voucher_number else []

    def _twins(self, claim: Claim, sources: dict[int, FundingSource]) -> list[Reason]:
        own = {claim.expenditure_id} - {None}
        paid = [row for row in self.by_key.get(claim.voucher_key, []) if row.expenditure_id not in own]
        if claim.corrects_id and all(claim.corrects_id in {row.expenditure_id, row.corrects_id} for row in paid):
            return []  # what is paid on top may stand on the paper of what it corrects
        totals = [total for total in [claim.voucher_total, *(row.total for row in paid)] if total is not None]
        # Of two totals for one voucher the smaller one counts: the other is mistyped, or made up.
        if sum((row.amount for row in paid), claim.amount) <= min(totals) if totals else not paid:
            return []
        if not paid:
            sentence = _("This is more than the total of the voucher.")
        elif totals:
            sentence = _("Together with what is paid on this voucher already this comes to more than its total.")
        elif paid[0].source_id != claim.source_id:
            sentence = _("This voucher is paid already from %(source)s: no cost is paid twice.")
            sentence %= {"source": sources[paid[0].source_id]}
        else:
            sentence = _("This voucher number is used already for another expense.")
        return [Reason("voucher_number", sentence, url=_where([row.expenditure_id for row in paid], claim))]

    def _lookalikes(self, claim: Claim) -> list[Reason]:
        """Warn of a voucher with the same number, day and amount where only one of the two names its supplier."""
        own, family = {claim.expenditure_id} - {None}, {claim.corrects_id} - {None}
        alike = [
            row.expenditure_id
            for row in self.by_paper.get(claim.paper_key, [])
            if row.names_supplier != bool(claim.voucher_key[2])
            and row.expenditure_id not in own
            and not family & {row.expenditure_id, row.corrects_id}
        ]
        if not alike:
            return []
        sentence = _(
            "A voucher with this number, day and amount is there already, and only one of the two names its supplier."
        )
        return [Reason("voucher_number", sentence, FundingRule.Effect.WARN, url=_where(alike, claim))]


def _where(paid: list[int | None], claim: Claim) -> str:
    """Return the page of what is paid on a voucher already: the one expenditure, or the list of several."""
    known = [pk for pk in paid if pk]
    if len(known) > 1:
        asked = {"partnership": claim.partnership_id, "q": claim.voucher_number}
        return f"{reverse('activities:expense_list')}?{urlencode(asked)}"
    return reverse("activities:expense_detail", args=known) if known else ""


def _numbered(numbers: set[str]) -> models.Q:
    """Return the condition that a voucher has one of the numbers; for a whole sheet of them, that it has any."""
    if len(numbers) > MANY:
        return ~models.Q(number="")
    return reduce(or_, (models.Q(number__iexact=number) for number in numbers))
