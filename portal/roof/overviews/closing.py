"""What is left of each source on the day that a programme or a partnership closes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from activities.models import Expenditure
from partnerships.models import FundingSource, Programme
from partnerships.services import Left
from portal.roof.overviews.finance.ledger import expenditures_of, load, windows_of
from portal.roof.overviews.finance.sums import ZERO


def left_of(programmes: Sequence[Programme], *, on: dt.date) -> list[Left]:
    """Return what programmes were granted, had received and had spent by the end of a day, source by source.

    What is left is received and not spent; what an officer rejected burdens no source. The municipality's own money
    is nobody's grant and leaves no balance.
    """
    if not programmes:
        return []
    ledger = load(expenditures_of(programmes), programmes, windows_of(programmes), on=on)
    granted, received, spent = (dict.fromkeys(ledger.sources, ZERO) for _sum in range(3))
    for grant in ledger.grants:
        granted[grant.source_id] += grant.amount if grant.granted_on <= on else ZERO
    for tranche in ledger.tranches:
        if tranche.received_on and tranche.received_on <= on:
            received[tranche.grant.source_id] += tranche.received_amount or ZERO
    for row in ledger.spending:
        spent[row.source] += row.amount if row.decision != Expenditure.Decision.REJECTED else ZERO
    for (_programme, source), amount in ledger.charged_later.items():
        spent[source] -= amount
    rows = sorted(ledger.sources.values(), key=lambda row: row.slug)
    found = [Left(row, granted[row.pk], received[row.pk], spent[row.pk]) for row in rows if not _is_own(row)]
    return [left for left in found if left.granted or left.received or left.spent]


def figures_of(lefts: Sequence[Left], on: dt.date) -> str:
    """Return the figures as one text, by which it is told whether somebody saw these."""
    told = (f"{left.source.pk}:{_plain(left.granted)}:{_plain(left.received)}:{_plain(left.spent)}" for left in lefts)
    return " ".join([on.isoformat(), *told])


def _plain(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _is_own(row: FundingSource) -> bool:
    return row.kind == FundingSource.Kind.OWN
