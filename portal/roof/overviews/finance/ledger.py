"""The rows from which every figure of some programmes is added up, read in a constant number of queries.

The database adds the expenditures up, exactly, in one pass; what is left to Python are some hundred groups.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce, ExtractYear

from activities.models import BudgetLine, CoFunding, Drawdown, Expenditure
from activities.models.money import ExpenditureQuerySet
from partnerships.models import (
    CostHeading,
    FundingRule,
    FundingSource,
    Grant,
    Outcome,
    Partnership,
    Programme,
    Tranche,
    Transfer,
)
from portal.ground.money import ExactSum


class Spending(NamedTuple):
    """Expenditures with the same source, heading, year, outcome and decision; no programme: none ran on their days."""

    programme: int | None
    source: int
    heading: int | None
    year: int
    outcome: int | None
    decision: str
    amount: Decimal
    count: int


class Planned(NamedTuple):
    """Budget lines with the same source, heading, year and outcome; `invented` of them are for demonstration."""

    programme: int
    source: int
    heading: int | None
    year: int
    outcome: int | None
    amount: Decimal
    invented: int


@dataclass(frozen=True)
class Ledger:
    """What the database knows of the money of a partnership, or of one of its programmes."""

    spending: list[Spending] = field(default_factory=list)
    planned: list[Planned] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    tranches: list[Tranche] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    drawn: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)
    sources: dict[int, FundingSource] = field(default_factory=dict)
    headings: dict[int, CostHeading] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    rules: list[FundingRule] = field(default_factory=list)
    shares: list[CoFunding] = field(default_factory=list)
    by_activity: dict[tuple[int | None, int, int, int], Decimal] = field(default_factory=dict)
    lacking: dict[str, dict[int | None, tuple[int, Decimal]]] = field(default_factory=dict)
    charged_later: dict[tuple[int | None, int], Decimal] = field(default_factory=dict)

    def of(self, programme: Programme) -> Ledger:
        """Return the part of one programme."""
        pk = programme.pk
        return replace(
            self,
            spending=[row for row in self.spending if row.programme == pk],
            planned=[row for row in self.planned if row.programme == pk],
            grants=[row for row in self.grants if row.programme_id == pk],
            tranches=[row for row in self.tranches if row.grant.programme_id == pk],
            transfers=[row for row in self.transfers if row.programme_id == pk],
            by_activity={key: amount for key, amount in self.by_activity.items() if key[0] == pk},
            lacking={why: {of: gap for of, gap in found.items() if of == pk} for why, found in self.lacking.items()},
            charged_later={key: amount for key, amount in self.charged_later.items() if key[0] == pk},
        )


def expenditures_of(programmes: Sequence[Programme]) -> ExpenditureQuerySet:
    """Return the standing expenditures on the days of programmes, each with the `programme` that ran then."""
    rows = Expenditure.objects.standing()
    if len(programmes) == 1:
        return rows.filter(_during(programmes[0])).annotate(programme=Value(programmes[0].pk))
    return rows.filter(reduce(or_, map(_during, programmes), Q(pk__in=[]))).annotate(programme=_running(programmes))


def expenditures_within(partnership: Partnership, programmes: Sequence[Programme]) -> ExpenditureQuerySet:
    """Return all standing expenditures of a partnership, each with the `programme` that ran then, if any did."""
    rows = Expenditure.objects.standing().filter(activity__partnership=partnership)
    return rows.annotate(programme=_running(programmes))


def _during(programme: Programme) -> Q:
    return Q(activity__partnership=programme.partnership_id, spent_on__range=(programme.starts_on, programme.ends_on))


def _running(programmes: Sequence[Programme]) -> Case:
    return Case(*[When(_during(row), then=Value(row.pk)) for row in programmes], output_field=IntegerField())


def load(rows: ExpenditureQuerySet, programmes: Sequence[Programme], *, on: dt.date) -> Ledger:
    """Read the ledger of programmes and of their expenditures, as known on a day."""
    among = Q(programme__in=programmes)
    transfers = list(Transfer.objects.filter(among).order_by("sent_on", "pk"))
    partnerships = {row.partnership_id for row in programmes}
    shares = CoFunding.objects.filter(activity__partnership__in=partnerships)
    return replace(
        load_tranches(programmes),
        spending=_spending(rows),
        planned=_planned(among),
        grants=list(Grant.objects.filter(among).order_by("granted_on", "pk")),
        transfers=transfers,
        drawn=_drawn(transfers),
        headings={row.pk: row for row in CostHeading.objects.order_by("source", "position", "slug")},
        outcomes={row.pk: row for row in Outcome.objects.filter(partnership__in=partnerships)},
        shares=list(shares.select_related("activity").order_by("activity", "-share", "source")),
        by_activity=_by_activity(rows.filter(activity__in=shares.order_by().values("activity"))),
        lacking={"heading": _counted(rows.without_heading()), "voucher": _counted(rows.lacking_voucher())},
        charged_later=_charged_later(rows, on),
    )


def load_tranches(programmes: Sequence[Programme]) -> Ledger:
    """Read what was received and the funders' rules, without any expenditure."""
    tranches = Tranche.objects.filter(grant__programme__in=programmes).select_related("grant")
    return Ledger(
        tranches=list(tranches.order_by("year", "pk")),
        sources={row.pk: row for row in FundingSource.objects.all()},
        rules=list(FundingRule.objects.order_by("source", "slug")),
    )


def with_spending(ledger: Ledger, programmes: Sequence[Programme], *, on: dt.date) -> Ledger:
    """Return the ledger with what the programmes had spent by the end of a day."""
    return replace(ledger, spending=_spending(expenditures_of(programmes).filter(spent_on__lte=on)))


def _spending(rows: ExpenditureQuerySet) -> list[Spending]:
    found = (
        rows.annotate(year=ExtractYear("spent_on"))
        .order_by()
        .values_list("programme", "source", "heading", "year", "activity__outcome", "decision")
        .annotate(total=ExactSum("amount"), number=Count("*"))
    )
    return [Spending(*row) for row in found]


def _planned(among: Q) -> list[Planned]:
    found = (
        BudgetLine.objects.filter(among)
        .annotate(toward=Coalesce(F("outcome"), F("activity__outcome")))
        .order_by()
        .values_list("programme", "source", "heading", "year", "toward")
        .annotate(total=ExactSum("amount"), invented=Count("pk", filter=Q(is_demonstration=True)))
    )
    return [Planned(*row) for row in found]


def _drawn(transfers: Iterable[Transfer]) -> dict[int, tuple[Decimal, Decimal]]:
    """Return {transfer: (dirham, euro)} that standing expenditures used up; the euro are those of their rows."""
    rows = Drawdown.objects.filter(transfer__in=list(transfers), expenditure__log_entry__withdrawn_at__isnull=True)
    whole = Q(amount=F("expenditure__original_amount"))
    sums = (
        rows.filter(whole)
        .order_by()
        .values_list("transfer")
        .annotate(dirham=ExactSum("amount"), euro=ExactSum("expenditure__amount"))
    )
    drawn = {transfer: (dirham, euro) for transfer, dirham, euro in sums}
    split = rows.exclude(whole).select_related("expenditure", "transfer").order_by("expenditure", "transfer")
    for transfer, dirham, euro in _parts(split):
        before = drawn.get(transfer, (Decimal("0.00"), Decimal("0.00")))
        drawn[transfer] = (before[0] + dirham, before[1] + euro)
    return drawn


def _parts(split: Iterable[Drawdown]) -> Iterable[tuple[int, Decimal, Decimal]]:
    """Yield (transfer, dirham, euro) for expenditures paid from several transfers; the euro add up to the row's.

    Each part is worth its dirham at the rate of its own transfer; the last takes what rounding leaves.
    """
    by_expenditure: dict[int, list[Drawdown]] = {}
    for row in split:
        by_expenditure.setdefault(row.expenditure_id, []).append(row)
    for rows in by_expenditure.values():
        left = rows[0].expenditure.amount
        complete = sum(row.amount for row in rows) == rows[0].expenditure.original_amount
        for row in rows:
            received = row.transfer.received_amount
            worth = (row.amount * row.transfer.sent_amount / received).quantize(left) if received else left
            euro = left if complete and row is rows[-1] else worth
            left -= euro
            yield row.transfer_id, row.amount, euro


def _by_activity(rows: ExpenditureQuerySet) -> dict[tuple[int | None, int, int, int], Decimal]:
    """Return {(programme, activity, source, year): charged} of the activities that several sources share in."""
    found = (
        rows.charged()
        .annotate(year=ExtractYear("spent_on"))
        .order_by()
        .values_list("programme", "activity", "source", "year")
        .annotate(total=ExactSum("amount"))
    )
    return {(programme, activity, source, year): amount for programme, activity, source, year, amount in found}


def _counted(rows: ExpenditureQuerySet) -> dict[int | None, tuple[int, Decimal]]:
    """Return {programme: (number, sum)} of the rows that wait for a judgement."""
    waiting = rows.filter(decision=Expenditure.Decision.OPEN).order_by()
    found = waiting.values_list("programme").annotate(number=Count("*"), total=ExactSum("amount"))
    return {programme: (count, amount) for programme, count, amount in found}


def _charged_later(rows: ExpenditureQuerySet, on: dt.date) -> dict[tuple[int | None, int], Decimal]:
    """Return {(programme, source): charged} of expenditures dated later than a day."""
    found = rows.charged().filter(spent_on__gt=on).order_by().values_list("programme", "source")
    return {(programme, source): amount for programme, source, amount in found.annotate(total=ExactSum("amount"))}
