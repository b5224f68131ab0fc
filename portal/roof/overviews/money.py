"""Sums of money as bars; the sums themselves are those of the report (portal.roof.reports.spending)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from activities.models import Expenditure
from portal.ground.money import format_amount

ZERO = Decimal("0.00")


def total_of(rows: Iterable[Expenditure]) -> Decimal:
    """Return a sum in euro, exact on both engines: SQLite would add floating-point numbers."""
    return sum((row.amount for row in rows), ZERO)


def by_source(rows: Iterable[Expenditure]) -> list[tuple[str, Decimal]]:
    """Return what each source paid, the largest first."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[str(row.source)] = sums.get(str(row.source), ZERO) + row.amount
    return sorted(sums.items(), key=lambda item: (-item[1], item[0]))


def source_chart(rows: Iterable[Expenditure]) -> dict | None:
    """Return what each source paid as components/bar_chart.html draws it, or None where nothing was spent."""
    sums = by_source(rows)
    if not sums:
        return None
    largest = sums[0][1]
    bars = [
        {"label": label, "value_text": format_amount(amount), "parts": [{"size": int(100 * amount / largest)}]}
        for label, amount in sums
    ]
    return {
        "title": _("Spent by funding source"),
        "label_heading": _("Paid from"),
        "value_heading": _("Amount"),
        "bars": bars,
    }
