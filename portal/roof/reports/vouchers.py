"""The voucher list of a funding source: what was paid from it in a period, in its order, each row with its papers.

Made once, here, so that page, spreadsheet, PDF and archive show the same rows under the same numbers.
The sums are made in Decimal from the rows that are listed. A fixed number of queries, whatever the period holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from activities.models import Activity, Expenditure
from partnerships.models import CostHeading, FundingSource, Partnership, Side
from portal.ground.dates import format_date
from portal.ground.money import CENT, Currency
from portal.ground.wording import languages_of
from portal.roof.reports.vouchers_order import Filed, order_of, path_of
from portal.roof.reports.vouchers_papers import Paper, papers_of
from portal.roof.reports.words import When, Words

ZERO = Decimal("0.00")
# Two megabytes of page and some seconds of a spreadsheet; a longer list is asked for in shorter periods.
MAX_ROWS = 10_000


@dataclass(frozen=True)
class Correction:
    """The expenditure that a row corrects: its number in this list, None where it stands outside, and its date."""

    number: int | None
    date: dt.date

    def __str__(self) -> str:
        if self.number:
            return _("corrects no. %(number)s") % {"number": self.number}
        return _("corrects an expense of %(date)s") % {"date": format_date(self.date)}


@dataclass(frozen=True)
class Row:
    """One expenditure; `amount` is in euro, below zero where money came back."""

    number: int
    pk: int
    date: dt.date
    what: Words
    activity_pk: int
    activity: Words
    heading: tuple[Words, ...]
    spender: Side
    amount: Decimal
    original_amount: Decimal | None
    currency: str
    rate: Decimal | None
    decision: str
    reason: Words
    corrects: Correction | None
    papers: tuple[Paper, ...]

    @property
    def is_rejected(self) -> bool:
        """Whether an officer found that the source does not bear it."""
        return self.decision == Expenditure.Decision.REJECTED

    @property
    def country(self) -> str:
        """The country of the side that spent it (ISO 3166), short enough for a narrow column."""
        return {Side.HOME: "BE", Side.PARTNER: "MA"}[self.spender]

    @property
    def decision_label(self) -> str:
        """The judgement in the active language."""
        return str(Expenditure.Decision(self.decision).label)


@dataclass(frozen=True)
class Group:
    """Rows that stand together; `title` is a heading and its part or an activity, empty for none.

    `is_part` says that other rows of the group stand elsewhere: `total` is that of the rows shown.
    """

    title: tuple[Words, ...]
    rows: tuple[Row, ...]
    is_part: bool = False

    @property
    def total(self) -> Decimal:
        """The sum of the rows, in euro."""
        return total_of(self.rows)


@dataclass(frozen=True)
class HeadingSum:
    """What stands under a heading: a first-level one (level 1) with its parts, or one part of it (level 2)."""

    title: Words
    level: int
    count: int
    amount: Decimal


@dataclass(frozen=True)
class Exchange:
    """What was paid in dirham: as booked row by row, and what rounding each row to the cent made of it."""

    dirham: Decimal
    booked: Decimal
    rounding: Decimal


@dataclass(frozen=True)
class Extract:
    """Consecutive rows of a list, for one page or one document: `before` is brought forward, `after` carried on."""

    first: int
    last: int
    groups: tuple[Group, ...]
    rejected: tuple[Row, ...]
    before: Decimal
    shown: Decimal
    is_end: bool

    @property
    def after(self) -> Decimal:
        """The sum of the list up to and including these rows."""
        return self.before + self.shown

    @property
    def rejected_total(self) -> Decimal:
        """The sum of the rejected rows among these."""
        return total_of(self.rejected)


@dataclass(frozen=True)
class VoucherList:
    """What the source pays, in its order and numbered from 1; what was rejected follows, and counts apart."""

    partnership: Words
    partnership_slug: str
    source: Words
    source_slug: str
    starts_on: dt.date
    ends_on: dt.date
    made_on: dt.date
    is_grouped: bool
    groups: tuple[Group, ...]
    rejected: tuple[Row, ...]
    sums: tuple[HeadingSum, ...]
    exchange: Exchange | None
    is_demonstration: bool

    @property
    def window(self) -> When:
        """The period."""
        return When.day(self.starts_on) if self.starts_on == self.ends_on else When(self.starts_on, self.ends_on)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row, by number."""
        return (*(row for group in self.groups for row in group.rows), *self.rejected)

    @property
    def count(self) -> int:
        """How many rows the source bears."""
        return sum(len(group.rows) for group in self.groups)

    @property
    def total(self) -> Decimal:
        """What the source bears: the sum of the rows that were not rejected."""
        return sum((group.total for group in self.groups), ZERO)

    @property
    def rejected_total(self) -> Decimal:
        """The sum of the rejected rows."""
        return total_of(self.rejected)

    @property
    def spent(self) -> Decimal:
        """Everything that was spent, borne and rejected."""
        return self.total + self.rejected_total

    @property
    def without_paper(self) -> tuple[Row, ...]:
        """The rows that no file proves."""
        return tuple(row for row in self.rows if not any(paper.has_file for paper in row.papers))

    def extract(self, first: int, last: int) -> Extract:
        """Return the rows numbered `first` to `last`."""
        groups = []
        for group in self.groups:
            inside = tuple(row for row in group.rows if first <= row.number <= last)
            if inside:
                groups.append(replace(group, rows=inside, is_part=len(inside) < len(group.rows)))
        borne = [row for group in self.groups for row in group.rows]
        return Extract(
            first=first,
            last=min(last, len(self.rows)),
            groups=tuple(groups),
            rejected=tuple(row for row in self.rejected if first <= row.number <= last),
            before=total_of(row for row in borne if row.number < first),
            shown=sum((group.total for group in groups), ZERO),
            is_end=len(borne) <= last,
        )


def total_of(rows: Iterable[Row]) -> Decimal:
    """Return a sum in euro."""
    return sum((row.amount for row in rows), ZERO)


def vouchers_of(
    partnership: Partnership, source: FundingSource, starts_on: dt.date, ends_on: dt.date, *, on: dt.date
) -> VoucherList:
    """Return the list of a period, both ends included. Raises ValidationError where it would be too long."""
    found = Expenditure.objects.standing().during(starts_on, ends_on)
    found = found.filter(activity__partnership=partnership, source=source)
    filed = _filed(found, FundingSource.VoucherOrder(source.voucher_order))
    rows = _numbered(filed)
    borne = tuple(row for row in rows if not row.is_rejected)
    groups = _grouped(borne, FundingSource.VoucherOrder(source.voucher_order))
    return VoucherList(
        partnership=Words.of(partnership, "name"),
        partnership_slug=partnership.slug,
        source=Words.of(source, "abbreviation") or Words.of(source, "name"),
        source_slug=source.slug,
        starts_on=starts_on,
        ends_on=ends_on,
        made_on=on,
        is_grouped=any(group.title for group in groups),
        groups=groups,
        rejected=tuple(row for row in rows if row.is_rejected),
        sums=_sums(filed),
        exchange=_exchange(borne),
        is_demonstration=any(item.value["is_demonstration"] for item in filed),
    )


COLUMNS = (
    *("pk", "spent_on", "description", "log_entry__language", "activity_id", "activity__side", "heading_id"),
    *("spent_by", "amount", "original_amount", "original_currency", "rate", "is_demonstration"),
    *("decision", "decision_reason", "corrects_id", "corrects__spent_on"),
)


def _filed(found: QuerySet[Expenditure], order: FundingSource.VoucherOrder) -> list[Filed]:
    """Return the rows in the order of the source, what was rejected last."""
    values = list(found.order_by("spent_on", "pk").values(*COLUMNS)[: MAX_ROWS + 1])
    if len(values) > MAX_ROWS:
        limit = number_format(MAX_ROWS, use_l10n=True, force_grouping=True)
        raise ValidationError(_("There are more than %(limit)s expenses: choose a shorter period.") % {"limit": limit})
    papers = papers_of(found)
    shown = ("pk", "slug", "starts_on", *languages_of("title"))
    activities = Activity.objects.only(*shown).in_bulk({value["activity_id"] for value in values})
    filed_under = {value["heading_id"] for value in values} - {None}
    headings: dict[int, Any] = CostHeading.objects.select_related("parent").in_bulk(filed_under)
    titles = {pk: Words.of(activity, "title") for pk, activity in activities.items()}
    names = {pk: tuple(Words.of(part, "name") for part in path_of(heading)) for pk, heading in headings.items()}
    filed = [
        Filed(
            value,
            heading=headings.get(value["heading_id"]),
            activity=activities[value["activity_id"]],
            papers=papers.get(value["pk"], []),
            title=titles[value["activity_id"]],
            names=names.get(value["heading_id"], ()),
        )
        for value in values
    ]
    in_order = order_of(order)
    return sorted(filed, key=lambda item: (item.is_rejected, in_order(item)))


def _numbered(filed: Sequence[Filed]) -> tuple[Row, ...]:
    numbers = {item.value["pk"]: number for number, item in enumerate(filed, start=1)}
    width = max(4, len(str(len(filed))))
    return tuple(_row(item, numbers, width) for item in filed)


def _row(item: Filed, numbers: Mapping[int, int], width: int) -> Row:
    value, number = item.value, numbers[item.value["pk"]]
    corrected = value["corrects_id"]
    return Row(
        number=number,
        pk=value["pk"],
        date=value["spent_on"],
        what=Words.written(value["description"], value["log_entry__language"] or ""),
        activity_pk=value["activity_id"],
        activity=item.title,
        heading=item.names,
        spender=Side(value["spent_by"] or value["activity__side"]),
        amount=value["amount"],
        original_amount=value["original_amount"],
        currency=value["original_currency"] or Currency.EUR.value,
        rate=value["rate"],
        decision=value["decision"],
        reason=Words.written(value["decision_reason"]),
        corrects=Correction(numbers.get(corrected), value["corrects__spent_on"]) if corrected else None,
        papers=tuple(paper.under(number, place, width) for place, paper in enumerate(item.papers, start=1)),
    )


def _grouped(rows: Sequence[Row], order: FundingSource.VoucherOrder) -> tuple[Group, ...]:
    """Return the rows, which stand in order, by heading or by activity; any other order is one group."""
    if order == FundingSource.VoucherOrder.HEADING:
        return tuple(Group(title, tuple(inside)) for title, inside in groupby(rows, key=lambda row: row.heading))
    if order == FundingSource.VoucherOrder.ACTIVITY:
        parts = [tuple(inside) for _pk, inside in groupby(rows, key=lambda row: row.activity_pk)]
        return tuple(Group((inside[0].activity,), inside) for inside in parts)
    return (Group((), tuple(rows)),) if rows else ()


def _sums(filed: Sequence[Filed]) -> tuple[HeadingSum, ...]:
    """Return the sums of the headings in the funder's order, a first level before its parts; none without headings."""
    borne = [item for item in filed if not item.is_rejected]
    if not any(item.heading for item in borne):
        return ()
    sums: dict[tuple[Words, ...], tuple[int, Decimal]] = {}
    for item in sorted(borne, key=order_of(FundingSource.VoucherOrder.HEADING)):
        path = item.names
        for level in sorted({min(1, len(path)), len(path)}):
            count, amount = sums.get(path[:level], (0, ZERO))
            sums[path[:level]] = (count + 1, amount + item.value["amount"])
    return tuple(
        HeadingSum(path[-1] if path else Words(), max(1, len(path)), count, amount)
        for path, (count, amount) in sums.items()
    )


def _exchange(rows: Iterable[Row]) -> Exchange | None:
    paid = [(row.original_amount, row.rate, row.amount) for row in rows if row.original_amount and row.rate]
    if not paid:
        return None
    exact = sum((original / rate for original, rate, _amount in paid), ZERO)
    booked = sum((amount for _original, _rate, amount in paid), ZERO)
    return Exchange(
        dirham=sum((original for original, _rate, _amount in paid), ZERO),
        booked=booked,
        rounding=booked - exact.quantize(CENT, rounding=ROUND_HALF_EVEN),
    )
