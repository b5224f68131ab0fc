"""What a sum of money consists of. Everything here is frozen, in euro to the cent, and free of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import add

from django.utils.translation import get_language

from partnerships.models import CostHeading, FundingRule, FundingSource, Partnership, Programme
from portal.roof.reports.words import Words

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Sums:
    """Budget and expenditure. `spent` holds all standing rows, corrections with their sign."""

    budget: Decimal = ZERO
    spent: Decimal = ZERO
    justified: Decimal = ZERO
    rejected: Decimal = ZERO

    @property
    def waiting(self) -> Decimal:
        """What no officer has judged yet."""
        return self.spent - self.justified - self.rejected

    @property
    def charged(self) -> Decimal:
        """What the source bears: what was spent and not rejected."""
        return self.spent - self.rejected

    @property
    def left(self) -> Decimal:
        """What is left of the budget; below zero where more was charged than planned."""
        return self.budget - self.charged

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.budget + other.budget,
            self.spent + other.spent,
            self.justified + other.justified,
            self.rejected + other.rejected,
        )

    def __bool__(self) -> bool:
        return self != NONE


NONE = Sums()


@dataclass(frozen=True)
class Series:
    """Sums by calendar year."""

    by_year: Mapping[int, Sums] = field(default_factory=dict)

    def of(self, year: int) -> Sums:
        """Return the sums of one year."""
        return self.by_year.get(year, NONE)

    def until(self, year: int) -> Sums:
        """Return the sums of a year and all earlier ones."""
        return sum((sums for of, sums in self.by_year.items() if of <= year), NONE)

    def __add__(self, other: Series) -> Series:
        years = {**self.by_year, **other.by_year}
        return Series({year: self.of(year) + other.of(year) for year in years})

    def __bool__(self) -> bool:
        return any(self.by_year.values())


def together(series: Iterable[Series]) -> Series:
    """Return the sum of several series."""
    return reduce(add, series, Series())


@dataclass(frozen=True)
class Funds:
    """Money that came and went on. `transferred` is without the bank's costs and is never counted as spent."""

    granted: Decimal = ZERO
    received: Decimal = ZERO
    transferred: Decimal = ZERO
    bank_costs: Decimal = ZERO

    def __add__(self, other: Funds) -> Funds:
        return Funds(
            self.granted + other.granted,
            self.received + other.received,
            self.transferred + other.transferred,
            self.bank_costs + other.bank_costs,
        )

    def __bool__(self) -> bool:
        return self != Funds()


@dataclass(frozen=True)
class Named:
    """A row of which a figure tells: enough to name it and to lead to it, so that a figure can be frozen."""

    pk: int
    slug: str
    name: Words

    @classmethod
    def of(cls, row: Partnership | Programme | CostHeading) -> Named:
        """Return a row under its name."""
        return cls(row.pk, row.slug, Words.of(row, "name"))

    def __str__(self) -> str:
        return self.name.best(get_language() or "")[1]


@dataclass(frozen=True)
class Rule:
    """A funder's rule, in words, with the days of warning before its day."""

    pk: int
    slug: str
    title: Words
    warn_days: int

    @classmethod
    def of(cls, row: FundingRule) -> Rule:
        """Return a rule as it stands."""
        return cls(row.pk, row.slug, Words.of(row, "title"), row.warn_days)

    def __str__(self) -> str:
        return self.title.best(get_language() or "")[1]


@dataclass(frozen=True)
class Source:
    """Who pays."""

    pk: int
    slug: str
    name: Words
    kind: str

    @classmethod
    def of(cls, row: FundingSource) -> Source:
        """Return a funding source under the name that people use."""
        return cls(row.pk, row.slug, Words.of(row, "abbreviation") or Words.of(row, "name"), row.kind)

    @property
    def is_own(self) -> bool:
        """Whether it is the municipality's own money."""
        return self.kind == FundingSource.Kind.OWN


@dataclass(frozen=True)
class HeadingLine:
    """One cost heading of a source; `heading` is None for money without one.

    A first-level heading holds its parts, and its series is their sum; what was booked on the heading
    itself, beside parts, is a part of its own whose `is_rest` is set.
    """

    heading: Named | None
    name: Words
    series: Series
    parts: tuple[HeadingLine, ...] = ()
    is_rest: bool = False


@dataclass(frozen=True)
class SourceLine:
    """What one source promised, gave and paid for. Funds are those until the end of the year that is shown."""

    source: Source
    funds: Funds
    series: Series
    headings: tuple[HeadingLine, ...]


@dataclass(frozen=True)
class NatureLine:
    """What costs of one nature came to; an empty nature is money without a heading."""

    nature: str
    is_direct: bool
    series: Series


@dataclass(frozen=True)
class OutcomeLine:
    """What was spent toward one outcome; None is money of activities without one."""

    pk: int | None
    title: Words
    operational: Series
    series: Series


@dataclass(frozen=True)
class SourceOfOutcome:
    """What one source planned and paid toward one outcome, by its headings."""

    source: Source
    series: Series
    headings: tuple[HeadingLine, ...]


@dataclass(frozen=True)
class OutcomeSources:
    """Budget and expenditure toward one outcome by source; None is money of activities without one."""

    pk: int | None
    title: Words
    sources: tuple[SourceOfOutcome, ...]

    @property
    def series(self) -> Series:
        """Budget and expenditure of all its sources."""
        return together(line.series for line in self.sources)


@dataclass(frozen=True)
class CoFundingLine:
    """What one source was to pay of an activity, in per cent, and what it paid until the end of the year shown."""

    activity: int
    title: Words
    source: Source
    agreed: Decimal
    charged: Decimal
    of_activity: Decimal

    @property
    def actual(self) -> Decimal | None:
        """The share that it paid, in per cent to one place; None where nothing was charged yet."""
        return percent(self.charged, self.of_activity)


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return a share in per cent to one place; None of nothing."""
    return (100 * part / whole).quantize(Decimal("0.1")) if whole else None


@dataclass(frozen=True)
class OwnContribution:
    """What the municipality itself paid, beside the smallest share of the costs that a funder asks for."""

    charged: Decimal
    of_all: Decimal
    demands: tuple[Rule, ...]

    @property
    def share(self) -> Decimal | None:
        """The municipality's share, in per cent to one place."""
        return percent(self.charged, self.of_all)


@dataclass(frozen=True)
class TransferLine:
    """One transfer: euro out, dirham in, what was spent of it, and what rounding leaves between the two.

    `sent` is always `spent_euro + left_euro + rounding`; what is under way has no rate and nothing spent.
    """

    pk: int
    reference: str
    source: Source
    sent_on: dt.date
    received_on: dt.date | None
    sent: Decimal
    bank_costs: Decimal
    received: Decimal | None
    rate: Decimal | None
    spent: Decimal
    spent_euro: Decimal

    @property
    def left(self) -> Decimal:
        """Dirham that the partner still has."""
        return (self.received or ZERO) - self.spent

    @property
    def left_euro(self) -> Decimal:
        """The euro value of what is left, at the rate of the transfer; all of it while it is under way."""
        if not self.received:
            return self.sent
        return (self.left * self.sent / self.received).quantize(ZERO)

    @property
    def rounding(self) -> Decimal:
        """What the cents of single expenditures make too much or too little."""
        return self.sent - self.spent_euro - self.left_euro


@dataclass(frozen=True)
class Gap:
    """Expenditures that cannot be justified yet for one reason, or that an officer rejected."""

    key: str
    count: int
    amount: Decimal
