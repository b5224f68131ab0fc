"""The budget of a programme as its page and its spreadsheet show it: each total is the sum of the parts below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.models import BudgetAmendment, BudgetLine
from partnerships.models import CostHeading, Programme
from portal.ground.dates import format_date
from portal.ground.money import format_amount
from portal.ground.wording import Wording, translated

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Change:
    """One amendment of a line: when it was agreed, by how much, and why."""

    date_text: str
    by: str
    reason: str


@dataclass(frozen=True)
class Row:
    """A heading with the sum of what is below it, or one line. `level` is 1 for a heading, 2 and 3 for its parts."""

    level: int
    label: Wording
    first: str
    now: str
    notes: list[Wording] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    is_sum: bool = False
    is_changed: bool = False
    history_url: str = ""
    amend_url: str = ""


@dataclass(frozen=True)
class SourceBudget:
    """What one source is to pay in one year."""

    source: Wording
    first: str
    now: str
    rows: list[Row]


@dataclass(frozen=True)
class YearBudget:
    """The budget of one year: by source and heading, and once more by outcome and activity."""

    first: str
    now: str
    sources: list[SourceBudget]
    aims: list[dict[str, Any]]
    aim_totals: list[str]


def lines_of(programme: Programme, year: int | None = None) -> list[BudgetLine]:
    """Return the lines of a programme, or of one of its years, in the order in which they are shown."""
    rows: QuerySet[BudgetLine] = programme.budget_lines.select_related(
        "source", "heading__parent", "outcome", "activity"
    ).prefetch_related(Prefetch("amendments", BudgetAmendment.objects.order_by("number")))
    found = rows if year is None else rows.filter(year=year)
    return sorted(found, key=lambda line: (line.year, line.source.slug, place_of(line.heading), line.pk))


def place_of(heading: CostHeading | None) -> tuple:
    """Return where a heading stands among those of its source: a part behind its whole, no heading at the end."""
    if heading is None:
        return (1,)
    whole = heading.parent or heading
    return (0, whole.position, whole.slug, heading.position if heading.parent else -1, heading.slug)


def first_amount(line: BudgetLine) -> Decimal:
    """Return the amount of a line's first version."""
    amendments = list(line.amendments.all())
    return amendments[0].amount_before if amendments else line.amount


def year_budget(lines: Sequence[BudgetLine], *, may_amend: bool) -> YearBudget:
    """Return the budget of one year from its lines."""
    by_source = groupby(lines, key=lambda line: line.source)
    sources = [
        SourceBudget(translated(source, "name"), *_sums(part), _rows_of_source(part, may_amend=may_amend))
        for source, part in ((source, list(found)) for source, found in by_source)
    ]
    first, now = _sums(lines)
    return YearBudget(first, now, sources, _aims(lines), [_("Together"), first, now])


def _sums(lines: Iterable[BudgetLine]) -> tuple[str, str]:
    """Return the sum of the first versions and that of the amounts that hold now."""
    rows = list(lines)
    return format_amount(sum(map(first_amount, rows), ZERO)), format_amount(sum((row.amount for row in rows), ZERO))


def _rows_of_source(lines: list[BudgetLine], *, may_amend: bool) -> list[Row]:
    rows: list[Row] = []
    for whole, found in groupby(lines, key=lambda line: line.heading and (line.heading.parent or line.heading)):
        group = list(found)
        if whole is None and len(group) == len(lines):
            rows += [_line(line, 1, may_amend=may_amend) for line in group]
        elif whole is None or all(line.heading == whole for line in group):
            label = translated(whole, "name") if whole else Wording(_("Without heading"))
            rows += _together(label, group, 1, may_amend=may_amend)
        else:
            rows.append(_sum_row(translated(whole, "name"), group, 1))
            for part, parts in groupby(group, key=lambda line: line.heading):
                label = translated(part, "name") if part != whole else Wording(_("In general"))
                rows += _together(label, list(parts), 2, may_amend=may_amend)
    return rows


def _together(label: Wording, lines: list[BudgetLine], level: int, *, may_amend: bool) -> list[Row]:
    """Return the lines of one heading below their sum; a single line needs no sum."""
    if len(lines) == 1:
        return [_line(lines[0], level, label, may_amend=may_amend)]
    return [_sum_row(label, lines, level), *(_line(line, level + 1, may_amend=may_amend) for line in lines)]


def _sum_row(label: Wording, lines: list[BudgetLine], level: int) -> Row:
    first, now = _sums(lines)
    return Row(level, label, first, now, is_sum=True, is_changed=first != now)


def _line(line: BudgetLine, level: int, label: Wording | None = None, *, may_amend: bool) -> Row:
    names = [name for name in (Wording(line.description), _aim(line)) if name]
    if label is None:
        label = names.pop(0) if names else Wording(_("In general"))
    changes = [
        Change(format_date(row.agreed_on), signed(row.amount_after - row.amount_before), row.reason)
        for row in line.amendments.all()
    ]
    return Row(
        level,
        label,
        format_amount(first_amount(line)),
        format_amount(line.amount),
        names,
        changes,
        is_changed=bool(changes),
        history_url=reverse("activities:budget_history", args=[line.pk]),
        amend_url=reverse("activities:budget_amend", args=[line.pk]) if may_amend else "",
    )


def signed(amount: Decimal) -> str:
    """Return a difference with its sign, a plus also where it grows."""
    return f"{'+' if amount > 0 else ''}{format_amount(amount)}"


def _aim(line: BudgetLine) -> Wording:
    return translated(line.outcome or line.activity, "title")


def _aims(lines: Iterable[BudgetLine]) -> list[dict[str, Any]]:
    """Return the sums by outcome and activity, as rows of components/table.html."""
    found: dict[Any, list[BudgetLine]] = defaultdict(list)
    for line in lines:
        found[line.outcome or line.activity].append(line)
    ordered = sorted(found.items(), key=lambda item: (item[0] is None, str(type(item[0])), str(item[0] or "")))
    return [
        {"cells": [{"text": title.text, "lang": title.lang}, *sums]}
        for title, sums in (
            (translated(aim, "title") or Wording(_("Neither an outcome nor an activity")), _sums(rows))
            for aim, rows in ordered
        )
    ]


def by_source_and_year(lines: Iterable[BudgetLine], years: Sequence[int]) -> tuple[list[dict], list]:
    """Return what each source is to pay in each year and in all, and the totals, for components/table.html."""
    sums: dict[Any, dict[int, Decimal]] = defaultdict(lambda: dict.fromkeys(years, ZERO))
    for line in lines:
        sums[line.source][line.year] += line.amount
    rows = [
        {"cells": [_cell(translated(source, "name")), *_amounts(list(of.values()))]}
        for source, of in sorted(sums.items(), key=lambda item: item[0].slug)
    ]
    totals = [sum((of[year] for of in sums.values()), ZERO) for year in years]
    return rows, [_("Together"), *_amounts(totals)]


def _cell(wording: Wording) -> dict[str, str]:
    return {"text": wording.text, "lang": wording.lang}


def _amounts(amounts: list[Decimal]) -> list[str]:
    # A year without a budget stays empty, and on a phone takes no line.
    return [*(format_amount(amount) if amount else "" for amount in amounts), format_amount(sum(amounts, ZERO))]


def versions_of(line: BudgetLine) -> list[dict[str, Any]]:
    """Return the versions of a line, the first at the top, as rows of components/table.html."""
    rows = [{"cells": [_("First version"), "", format_amount(first_amount(line)), "", "", ""]}]
    for amendment in line.amendments.all():
        by = signed(amendment.amount_after - amendment.amount_before)
        name = _("Amendment %(number)s") % {"number": amendment.number}
        day, now = format_date(amendment.agreed_on), format_amount(amendment.amount_after)
        rows.append({"cells": [name, day, now, by, amendment.reason, str(amendment.actor or "")]})
    return rows


COLUMNS: list[tuple[Callable[[], str], Callable[[BudgetLine], Any]]] = [
    (lambda: _("Year"), lambda line: line.year),
    (lambda: _("Paid from"), lambda line: str(line.source)),
    (lambda: _("Cost heading"), lambda line: str(line.heading.parent or line.heading) if line.heading else ""),
    (lambda: _("Part of the heading"), lambda line: str(line.heading) if line.heading and line.heading.parent else ""),
    (lambda: _("Outcome"), lambda line: str(line.outcome or "")),
    (lambda: _("Activity"), lambda line: str(line.activity or "")),
    (lambda: _("What it is for"), lambda line: line.description),
    (lambda: _("First version, in euro"), first_amount),
    (lambda: _("Amount now, in euro"), lambda line: line.amount),
    (lambda: _("Amendments"), lambda line: len(line.amendments.all())),
    (lambda: _("Reasons of the amendments"), lambda line: "\n".join(row.reason for row in line.amendments.all())),
]


def sheet_of(lines: Iterable[BudgetLine]) -> tuple[list[str], list[list[Any]]]:
    """Return the headings and rows of the spreadsheet of budget lines."""
    return [heading() for heading, _value in COLUMNS], [[value(line) for _name, value in COLUMNS] for line in lines]
