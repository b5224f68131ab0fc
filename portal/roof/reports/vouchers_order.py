"""In which order a funder wants its vouchers: by heading, by date, by activity or by number."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from activities.models import Activity, Expenditure
from partnerships.models import CostHeading, FundingSource
from portal.roof.reports.vouchers_papers import Paper
from portal.roof.reports.words import Words

NEVER = dt.date.max


@dataclass(frozen=True)
class Filed:
    """One expenditure with what it is filed under: `value` holds its columns, `names` those of heading and part."""

    value: dict[str, Any]
    heading: CostHeading | None
    activity: Activity
    papers: list[Paper]
    title: Words
    names: tuple[Words, ...]

    @property
    def is_rejected(self) -> bool:
        """Whether an officer found that the source does not bear it."""
        return self.value["decision"] == Expenditure.Decision.REJECTED


def path_of(heading: CostHeading | None) -> list[CostHeading]:
    """Return the first-level heading and, where one is filed deeper, its part."""
    if heading is None:
        return []
    return [heading.parent, heading] if heading.parent else [heading]


def order_of(order: str) -> Callable[[Filed], Any]:
    """Return the key of an order. Each ends in the date, the voucher's number and the row, so that it is total.

    No key depends on a language: a row has the same number for every reader.
    """
    orders: dict[str, Callable[[Filed], Any]] = {
        FundingSource.VoucherOrder.HEADING: lambda item: (_by_heading(item), _by_date(item)),
        FundingSource.VoucherOrder.DATE: _by_date,
        FundingSource.VoucherOrder.ACTIVITY: lambda item: (_by_activity(item), _by_date(item)),
        FundingSource.VoucherOrder.NUMBER: lambda item: (_by_number(item), _by_date(item)),
    }
    return orders[order]


def _by_heading(item: Filed) -> Any:
    """Put a heading before its parts, and what has no heading last."""
    path = path_of(item.heading)
    return (not path, [(heading.position, heading.slug) for heading in path])


def _by_date(item: Filed) -> Any:
    return (item.value["spent_on"], _by_number(item), item.value["pk"])


def _by_activity(item: Filed) -> Any:
    return (item.activity.starts_on or NEVER, item.activity.slug)


def _by_number(item: Filed) -> Any:
    """Put F-9 before F-10, and what has no number last."""
    number = next((paper.number for paper in item.papers if paper.number), "")
    parts = [part for part in re.split(r"([0-9]+)", number.casefold()) if part]
    return (not number, [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts])
