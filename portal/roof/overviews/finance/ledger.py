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
from portal.ground.money import CENT, ExactSum

DAY = dt.timedelta(days=1)


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


@dataclass(frozen=True)
class Window:
    """The days of one calendar year on which one programme ran, or none of a partnership's."""

    programme: int | None
    year: int
    first: dt.date
    last: dt.date

    @property
    def condition(self) -> Q:
        """The expenditures of these days."""
        return Q(spent_on__range=(self.first, self.last))


def windows_of(programmes: Iterable[Programme]) -> list[Window]:
    """Return the years of a partnership's programmes."""
    return [
        Window(row.pk, year, max(row.starts_on, dt.date(year, 1, 1)), min(row.ends_on, dt.date(year, 12, 31)))
        for row in programmes
        for year in range(row.starts_on.year, row.ends_on.year + 1)
    ]


def windows_between(programmes: Iterable[Programme], first: dt.date, last: dt.date) -> list[Window]:
    """Return the years from one day to another, each cut where a programme of the partnership begins or ends."""
    ran = sorted(windows_of(programmes), key=lambda window: window.first)
    found = []
    for year in range(first.year, last.year + 1):
        begins, ends = dt.date(year, 1, 1), dt.date(year, 12, 31)
        for window in ran:
            if window.year == year:
                if begins < window.first:
                    found.append(Window(None, year, begins, window.first - DAY))
                begins = window.last + DAY
        if begins <= ends:
            found.append(Window(None, year, begins, ends))
    return [*ran, *found]


def load(rows: ExpenditureQuerySet, programmes: Sequence[Programme], windows: list[Window], *, on: dt.date) -> Ledger:
    """Read the ledger of programmes and of their expenditures, as known on a day."""
    among = Q(programme__in=programmes)
    transfers = list(Transfer.objects.filter(among).order_by("sent_on", "pk"))
    partnerships = {row.partnership_id for row in programmes}
    shares = CoFunding.objects.filter(activity__partnership__in=partnerships)
    return replace(
        load_tranches(programmes),
        spending=_spending(rows, windows),
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


def with_charges(ledger: Ledger, programmes: Sequence[Programme], *, on: dt.date) -> Ledger:
    """Return the ledger with what each source bore of the programmes by the end of a day, by nothing else."""
    rows = expenditures_of(programmes).charged().filter(spent_on__lte=on).order_by().values_list("source")
    sums = {f"sum_{row.pk}": ExactSum("amount", filter=_during(row)) for row in programmes}
    spending = [
        Spending(programme.pk, source, None, on.year, None, "", amount, 0)
        for source, *amounts in rows.annotate(**sums)
        for programme, amount in zip(programmes, amounts, strict=True)
    ]
    return replace(ledger, spending=spending)


def _spending(rows: ExpenditureQuerySet, windows: list[Window]) -> list[Spending]:
    """Add up in one pass, a column for each window.

    Grouped by the year of a date the same sums take PostgreSQL four times as long: it expects a group for
    almost each day and leaves its other processors out.
    """
    sums = {f"sum_{number}": ExactSum("amount", filter=row.condition) for number, row in enumerate(windows)}
    counts = {f"count_{number}": Count("pk", filter=row.condition) for number, row in enumerate(windows)}
    groups = rows.order_by().values_list("source", "heading", "activity__outcome", "decision")
    return [
        Spending(window.programme, source, heading, window.year, outcome, decision, amount, count)
        for source, heading, outcome, decision, *figures in groups.annotate(**sums, **counts)
        for window, amount, count in zip(windows, figures, figures[len(windows) :], strict=False)
        if count
    ]


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
    drawdowns = Drawdown.objects.filter(transfer__in=list(transfers)).order_by()
    rows = drawdowns.filter(expenditure__log_entry__withdrawn_at__isnull=True)
    sums = rows.values_list("transfer").annotate(dirham=ExactSum("amount"), euro=ExactSum("expenditure__amount"))
    drawn = {transfer: (dirham, euro) for transfer, dirham, euro in sums}
    several = drawdowns.values("expenditure").annotate(number=Count("pk")).filter(number__gt=1)
    split = rows.filter(expenditure__in=several.values("expenditure")).select_related("expenditure", "transfer")
    for transfer, surplus in _surplus(split.order_by("expenditure_id", "transfer_id")):
        dirham, euro = drawn[transfer]
        drawn[transfer] = dirham, euro - surplus
    return drawn


def _surplus(split: Iterable[Drawdown]) -> Iterable[tuple[int, Decimal]]:
    """Yield (transfer, euro) to take off where an expenditure was paid from several transfers and so counted with each.

    Each part is worth its dirham at the rate of its own transfer; the last takes what rounding leaves, so that
    the parts add up to the expenditure.
    """
    by_expenditure: dict[int, list[Drawdown]] = {}
    for row in split:
        by_expenditure.setdefault(row.expenditure_id, []).append(row)
    for rows in by_expenditure.values():
        whole = left = rows[0].expenditure.amount
        for row in rows[:-1]:
            worth = (row.amount * row.transfer.sent_amount / (row.transfer.received_amount or 1)).quantize(CENT)
            left -= worth
            yield row.transfer_id, whole - worth
        yield rows[-1].transfer_id, whole - left


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
