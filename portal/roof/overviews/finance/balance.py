"""The unspent balance of a source before its next claim, and the days by which a funder wants something.

Shares, days and the time of warning are the funder's rules (FundingRule); code knows none of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from activities.eligibility.balance import largest_balance, share_of
from activities.models import Expenditure
from partnerships.models import FundingRule, Programme, Tranche
from portal.roof.overviews.finance.ledger import Ledger
from portal.roof.overviews.finance.sums import ZERO, Named, Rule, Source

Kind, Deadline = FundingRule.Kind, FundingRule.Deadline


@dataclass(frozen=True)
class Balance:
    """What a programme has received from a source and not spent yet, as it stands on a day.

    A claim asks that the balance is below `percent` of `tranche`, the sum that came last. Where the funder has
    no such rule `percent` is None; where no claim is to come `claim_on` is None.
    """

    programme: Named
    source: Source
    on: dt.date
    received: Decimal
    charged: Decimal
    tranche: Decimal
    tranche_year: int
    is_first: bool
    percent: Decimal | None
    rule: Rule | None
    claim_on: dt.date | None

    @property
    def unspent(self) -> Decimal:
        """What is left; below zero where the municipality has advanced money."""
        return self.received - self.charged

    @property
    def allowed(self) -> Decimal | None:
        """The largest balance with which a claim is possible: a cent less than the share, or the cents below it."""
        if self.percent is None:
            return None
        return largest_balance(self.tranche, self.percent)

    @property
    def to_spend(self) -> Decimal:
        """What must still be spent before a claim is possible."""
        return ZERO if self.allowed is None else max(ZERO, self.unspent - self.allowed)

    @property
    def may_claim(self) -> bool:
        """Whether the balance stands in the way of no claim."""
        return not self.to_spend

    @property
    def warns_from(self) -> dt.date | None:
        """The first day on which too large a balance raises the alarm."""
        return self.claim_on - dt.timedelta(days=self.rule.warn_days) if self.claim_on and self.rule else None

    @property
    def is_alarming(self) -> bool:
        """Whether the day of the claim is near and too much is left."""
        return not self.may_claim and self.warns_from is not None and self.warns_from <= self.on


@dataclass(frozen=True)
class DueDate:
    """A day by which, or from which, a funder wants something for one year of a programme."""

    programme: Named
    source: Source
    what: str
    year: int
    due_on: dt.date
    is_near: bool
    rule: Rule

    @property
    def is_claim(self) -> bool:
        """Whether a tranche may be claimed from that day; the others are last days."""
        return self.what == Deadline.CLAIM


def balances_of(programme: Programme, ledger: Ledger, *, on: dt.date) -> tuple[Balance, ...]:
    """Return the balance of each source that has paid a programme something until a day."""
    charged: dict[int, Decimal] = {}
    for row in ledger.spending:
        if row.decision != Expenditure.Decision.REJECTED:
            charged[row.source] = charged.get(row.source, ZERO) + row.amount
    found = []
    for pk, row in ledger.sources.items():
        came = [
            tranche for tranche in ledger.tranches if tranche.grant.source_id == pk and _by(tranche.received_on, on)
        ]
        if came:
            borne = charged.get(pk, ZERO) - ledger.charged_later.get((programme.pk, pk), ZERO)
            found.append(_balance(programme, Source.of(row), ledger, came=came, charged=borne, on=on))
    return tuple(found)


def _balance(
    programme: Programme, source: Source, ledger: Ledger, *, came: Sequence[Tranche], charged: Decimal, on: dt.date
) -> Balance:
    last = max(tranche.year for tranche in came)
    is_first = all(tranche.year == last for tranche in came)
    claim_on = next_claim(programme, source.pk, ledger, on)
    rule = in_force(ledger.rules, source.pk, Kind.BALANCE, claim_on or on)
    return Balance(
        programme=Named.of(programme),
        source=source,
        on=on,
        received=_received(came),
        charged=charged,
        tranche=_received(tranche for tranche in came if tranche.year == last),
        tranche_year=last,
        is_first=is_first,
        percent=share_of(rule, is_first=is_first) if rule else None,
        rule=Rule.of(rule) if rule else None,
        claim_on=claim_on,
    )


def _received(tranches: Iterable[Tranche]) -> Decimal:
    return sum((tranche.received_amount or ZERO for tranche in tranches), ZERO)


def in_force(rules: Iterable[FundingRule], source: int, kind: str, on: dt.date, what: str = "") -> FundingRule | None:
    """Return the rule of a source that holds on a day; two of one kind cannot hold at the same time."""
    for rule in rules:
        if rule.source_id == source and rule.kind == kind and rule.deadline_for == what and rule.holds(on):
            return rule
    return None


def next_claim(programme: Programme, source: int, ledger: Ledger, on: dt.date) -> dt.date | None:
    """Return from which day the next tranche may be claimed: a day that has passed where this year's is not claimed.

    A grant may pay longer than its programme runs; it has tranches as long as it pays.
    """
    claimed = {
        tranche.year
        for tranche in ledger.tranches
        if tranche.grant.source_id == source and (_by(tranche.claimed_on, on) or _by(tranche.received_on, on))
    }
    first = programme.starts_on.year + 1
    paid_until = [row.grant.ends_on.year for row in ledger.tranches if row.grant.source_id == source]
    for year in range(max(on.year, first), max(paid_until, default=programme.ends_on.year) + 1):
        due_on = claim_day(ledger.rules, source, year)
        if due_on and year not in claimed and (due_on >= on or year == on.year):
            return due_on
    return None


def _by(day: dt.date | None, on: dt.date) -> bool:
    return day is not None and day <= on


def claim_day(rules: Iterable[FundingRule], source: int, year: int) -> dt.date | None:
    """Return from which day a year's tranche may be claimed, by the rule that holds on that day."""
    for rule in rules:
        if (rule.source_id, rule.kind, rule.deadline_for) == (source, Kind.DEADLINE, Deadline.CLAIM):
            day = rule.date_in(year)
            if day and rule.holds(day):
                return day
    return None


def due_dates_of(programme: Programme, ledger: Ledger, *, on: dt.date) -> tuple[DueDate, ...]:
    """Return the next day of each kind by which a source wants something, the nearest first.

    A report on a year goes by the rule that held at the end of that year, and is due in the next.
    """
    paying = {row.source for row in (*ledger.spending, *ledger.planned)} | {row.source_id for row in ledger.grants}
    found = []
    for pk in sorted(paying):
        source = Source.of(ledger.sources[pk])
        for what in Deadline.values:
            due = _next_due(programme, source, ledger, what, on)
            if due:
                found.append(due)
    return tuple(sorted(found, key=lambda due: (due.due_on, due.what, due.source.pk)))


def _next_due(programme: Programme, source: Source, ledger: Ledger, what: str, on: dt.date) -> DueDate | None:
    if what == Deadline.CLAIM:
        day = next_claim(programme, source.pk, ledger, on)
        rule = next((row for row in ledger.rules if row.source_id == source.pk and _claims_on(row, day)), None)
        found = [(rule, day.year, day)] if rule and day else []
    else:
        found = [
            (rule, year, day)
            for year in range(programme.starts_on.year, programme.ends_on.year + 1)
            if (rule := in_force(ledger.rules, source.pk, Kind.DEADLINE, dt.date(year, 12, 31), what))
            and (day := rule.date_in(year + 1))
            and day >= on
        ]
    for rule, year, day in found:
        is_near = day - dt.timedelta(days=rule.warn_days) <= on
        return DueDate(Named.of(programme), source, what, year, day, is_near, Rule.of(rule))
    return None


def _claims_on(rule: FundingRule, day: dt.date | None) -> bool:
    is_claim = (rule.kind, rule.deadline_for) == (Kind.DEADLINE, Deadline.CLAIM)
    return bool(day and is_claim and rule.holds(day) and rule.date_in(day.year) == day)
