"""Every sum of money in a report. The sums are made here, once, in Decimal, from the rows that are listed.

SQLite adds decimals as floating-point numbers; adding the listed rows themselves is exact on both engines.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from activities.models import Expenditure
from partnerships.models import Partnership, Side
from portal.ground.money import Currency
from portal.roof.reports.words import Words

ZERO = Decimal("0.00")
# A longer list is laid out in minutes and a gigabyte: it is summed up by month, and its rows stand in the spreadsheet.
MOST_LISTED = 1_000


@dataclass(frozen=True)
class Expense:
    """One expenditure as the list of vouchers shows it."""

    number: int
    date: dt.date
    what: Words
    activity_pk: int
    activity: Words
    side: Side
    source_slug: str
    source: Words
    amount: Decimal
    original_amount: Decimal | None
    currency: str
    rate: Decimal | None
    vouchers: tuple[str, ...]
    has_file: bool
    pk: int = 0


@dataclass(frozen=True)
class SourceSum:
    """What one source paid: in euro, and the other currencies within it."""

    slug: str
    name: Words
    amount: Decimal
    share: Decimal
    originals: Mapping[str, Decimal]


@dataclass(frozen=True)
class ActivitySum:
    """What one activity cost, by source in the order of the sources."""

    title: Words
    side: Side
    by_source: tuple[Decimal, ...]
    total: Decimal


@dataclass(frozen=True)
class SideSum:
    """The activities of one side with their sum."""

    side: Side
    activities: tuple[ActivitySum, ...]
    by_source: tuple[Decimal, ...]
    total: Decimal


@dataclass(frozen=True)
class Money:
    """The expenditures of the window and every sum of them."""

    expenses: tuple[Expense, ...]
    sources: tuple[SourceSum, ...]
    sides: tuple[SideSum, ...]
    total: Decimal
    without_file: int


@dataclass(frozen=True)
class MonthSum:
    """What was spent in one month: how many expenses, and their sum in euro; `first` is its first day."""

    first: dt.date
    count: int
    amount: Decimal


def months_of(expenses: Iterable[Expense]) -> list[MonthSum]:
    """Return the months of a list that is too long to be printed; of a shorter one nothing."""
    expenses = list(expenses)
    if len(expenses) <= MOST_LISTED:
        return []
    by_month: dict[dt.date, list[Expense]] = defaultdict(list)
    for expense in expenses:
        by_month[expense.date.replace(day=1)].append(expense)
    return [MonthSum(first, len(rows), total_of(rows)) for first, rows in sorted(by_month.items())]


def expenditures_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> list[Expenditure]:
    """Return the expenditures of the window that no withdrawn entry holds, in the order of their dates."""
    rows = Expenditure.objects.standing().during(starts_on, ends_on).filter(activity__partnership=partnership)
    return list(
        rows.select_related("activity", "source", "log_entry").prefetch_related("vouchers").order_by("spent_on", "pk")
    )


def money_of(rows: Iterable[Expenditure]) -> Money:
    """Return the rows as a numbered list, with their sums by source, by activity and over all."""
    return money_from(_expense(number, row) for number, row in enumerate(rows, start=1))


def money_from(listed: Iterable[Expense]) -> Money:
    """Return expenses as a list numbered from one, with their sums."""
    expenses = tuple(replace(expense, number=number) for number, expense in enumerate(listed, start=1))
    total = total_of(expenses)
    sources = _by_source(expenses, total)
    return Money(
        expenses=expenses,
        sources=sources,
        sides=tuple(side for side in (_side_sum(side, expenses, sources) for side in Side) if side.activities),
        total=total,
        without_file=sum(not expense.has_file for expense in expenses),
    )


def total_of(expenses: Iterable[Expense]) -> Decimal:
    """Return a sum in euro."""
    return sum((expense.amount for expense in expenses), ZERO)


def _expense(number: int, row: Expenditure) -> Expense:
    vouchers = list(row.vouchers.all())
    return Expense(
        number=number,
        date=row.spent_on,
        what=Words.written(row.description, row.log_entry.language if row.log_entry else ""),
        activity_pk=row.activity_id,
        activity=Words.of(row.activity, "title"),
        side=Side(row.activity.side),
        source_slug=row.source.slug,
        source=Words.of(row.source, "abbreviation") or Words.of(row.source, "name"),
        amount=row.amount,
        original_amount=row.original_amount,
        currency=row.original_currency or Currency.EUR.value,
        rate=row.rate,
        vouchers=tuple(voucher.number for voucher in vouchers if voucher.number),
        has_file=any(voucher.file for voucher in vouchers),
        pk=row.pk,
    )


def _by_source(expenses: tuple[Expense, ...], total: Decimal) -> tuple[SourceSum, ...]:
    names = {expense.source_slug: expense.source for expense in expenses}
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    originals: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for expense in expenses:
        sums[expense.source_slug] += expense.amount
        if expense.original_amount is not None:
            originals[expense.source_slug][expense.currency] += expense.original_amount
    # A refund may cancel all that was spent: then there is no whole of which to have a share.
    whole = total or Decimal(1)
    largest_first = sorted(sums, key=lambda slug: (-sums[slug], slug))
    return tuple(
        SourceSum(slug, names[slug], sums[slug], sums[slug] / whole * 100, dict(originals[slug]))
        for slug in largest_first
    )


def _side_sum(side: Side, expenses: tuple[Expense, ...], sources: tuple[SourceSum, ...]) -> SideSum:
    by_activity: dict[int, list[Expense]] = defaultdict(list)
    for expense in expenses:
        if expense.side == side:
            by_activity[expense.activity_pk].append(expense)
    activities = tuple(
        ActivitySum(of_one[0].activity, side, _split(of_one, sources), total_of(of_one))
        for of_one in by_activity.values()
    )
    of_side = [expense for of_one in by_activity.values() for expense in of_one]
    return SideSum(side, activities, _split(of_side, sources), total_of(of_side))


def _split(expenses: list[Expense], sources: tuple[SourceSum, ...]) -> tuple[Decimal, ...]:
    return tuple(total_of(item for item in expenses if item.source_slug == source.slug) for source in sources)
