"""The expenditures that rows of a spreadsheet may mean, as they are stored, read in a few queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from activities.eligibility.claim import as_spelled
from activities.models import Drawdown, Expenditure, Voucher
from activities.models.money import MONEY_COLUMNS
from activities.resources.expense_rows import MAD, Draft
from activities.services.drawdowns import Purse
from partnerships.models import Partnership

# Those that a row of a sheet fills, in the order of a plan's columns, and behind them those that it never does.
COLUMNS = [
    *("activity_id", "spent_on", "description", "source_id", "heading_id", "spent_by", "amount", "original_amount"),
    *("original_currency", "rate", "rule_reason", "corrects_id", "decision"),
]
ENTRY = ["log_entry__activity_id", "log_entry__starts_on", "log_entry__ends_on", "log_entry__withdrawn_at"]
PAPER = ["number", "dated_on", "supplier", "total"]
# What a justified expenditure keeps, by attribute.
FROZEN = {*MONEY_COLUMNS, *(f"{name}_id" for name in MONEY_COLUMNS)}


@dataclass(slots=True)
class Stored:
    """One expenditure with its vouchers; `cells` are its columns in the order of COLUMNS and ENTRY."""

    pk: int
    cells: tuple[Any, ...]
    vouchers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def values(self) -> dict[str, Any]:
        """Its columns as {attribute: value}."""
        return dict(zip(COLUMNS, self.cells, strict=False))

    @property
    def entry(self) -> tuple[Any, ...]:
        """The activity, the first and the last day of its log entry, and when that was withdrawn."""
        return self.cells[len(COLUMNS) :]

    @property
    def number(self) -> str:
        """The number of its first voucher that has one."""
        return next((paper["number"] for paper in self.vouchers if paper["number"]), "")

    def paper(self, number: str) -> dict[str, Any]:
        """Return the stored voucher with this number, however spelled; empty where there is none."""
        spelled = as_spelled(number)
        return next((row for row in self.vouchers if as_spelled(row["number"]) == spelled), {})

    @property
    def days(self) -> list[dt.date]:
        """The days on which it depends: its own, and those of its log entry."""
        return [self.cells[1], *(day for day in self.entry[1:3] if day)]

    @property
    def key(self) -> tuple:
        """What `Draft.key` says of the same expenditure."""
        activity, day, text, source, _heading, _side, euro, original = self.cells[:8]
        return activity, day, " ".join(text.split()), euro if original is None else (original, MAD), source

    def changes(self, columns: dict[str, Any]) -> dict[str, Any]:
        """Return the columns that differ; an empty cell leaves what is there, and so does what only looks different."""
        if self.cells[: len(columns)] == tuple(columns.values()):
            return {}
        values = self.values
        changed = {name: value for name, value in columns.items() if value not in (None, "") and value != values[name]}
        if changed.get("description") == " ".join(values["description"].split()):
            del changed["description"]
        if columns["original_amount"] is None and values["original_amount"] is not None and "amount" in changed:
            changed |= {"original_amount": None, "original_currency": "", "rate": None}
        return changed

    def voucher_changes(self, paper: dict[str, Any]) -> dict[str, Any] | None:
        """Return the voucher to add, or the columns of a stored one that differ with its key as `pk`; None: neither."""
        if not paper["number"]:
            return None
        known = self.paper(paper["number"])
        if not known:
            return paper
        changed = {name: paper[name] for name in PAPER[1:] if paper[name] and paper[name] != known[name]}
        return {**known, **changed} if changed else None

    def refusal(self, changed: dict[str, Any], *, is_corrected: bool) -> str:
        """Return why the expenditure, which a row of its own corrects or not, may not change like this; else empty."""
        activity, *_days, withdrawn = self.entry
        if withdrawn:
            return _("This expense belongs to a withdrawn entry.")
        values = self.values
        if values["decision"] == Expenditure.Decision.JUSTIFIED:
            return _("This expense is justified: correct it by a row of its own.")
        if values["decision"] == Expenditure.Decision.REJECTED:
            return _("This expense is rejected: an officer can take that back first.")
        if is_corrected and FROZEN & set(changed):
            return _("A row of its own corrects this expense: correct that row instead.")
        if changed.get("corrects_id") and not values["corrects_id"]:
            return _("What is there already does not become a correction: say what this one is.")
        if values["corrects_id"]:
            return _("A correction is removed, not changed.")
        if activity and changed.get("activity_id", activity) != activity:
            return _("This log entry is about another activity.")
        return ""


class StoredExpenses:
    """The expenditures of a partnership that the drafts may mean: by number, or by what they say."""

    def __init__(self, partnership: Partnership, drafts: list[Draft]) -> None:
        rows = self._rows(partnership, drafts) if drafts else Expenditure.objects.none()
        self.by_number: dict[int, Stored] = {}
        self.by_key: dict[tuple, list[Stored]] = defaultdict(list)
        for key, *cells in rows.order_by("pk").values_list("pk", *COLUMNS, *ENTRY):
            self.by_number[key] = row = Stored(key, tuple(cells))
            if not cells[-1]:
                self.by_key[row.key].append(row)
        if self.by_number:
            papers = Voucher.objects.filter(expenditure__in=rows.order_by().values("pk")).order_by("pk")
            for key, expenditure, *cells in papers.values_list("pk", "expenditure_id", *PAPER):
                paper = {"pk": key, **dict(zip(PAPER, cells, strict=True))}
                self.by_number[expenditure].vouchers.append(paper)
        self._taken: set[int] = set()
        self._drawn: dict[int, list[tuple[int, Decimal]]] = {}

    @staticmethod
    def _rows(partnership: Partnership, drafts: list[Draft]) -> Any:
        days = [draft.spent_on for draft in drafts]
        meant = Q(activity__in={draft.activity_id for draft in drafts}, spent_on__range=(min(days), max(days)))
        numbers = {draft.number for draft in drafts if draft.number}
        return Expenditure.objects.filter(meant | Q(pk__in=numbers), activity__partnership=partnership)

    def take(self, draft: Draft, said: dict[tuple, int]) -> Stored | None:
        """Return the stored expenditure that a draft without its number means, each one once.

        The one with its voucher's number; else one without a number, which then gets it; a draft without a voucher
        means any that no other row of the file, the keys of `said`, names.
        """
        key = draft.key
        choices = [row for row in self.by_key.get(key, ()) if row.pk not in self._taken]
        if not choices:
            return None
        number = as_spelled(draft.voucher_number) if draft.voucher_number else ""
        found = None
        if number:
            found = next((row for row in choices if number in _numbers(row)), None)
        if found is None:
            found = next((row for row in choices if not row.vouchers or not _numbers(row)), None)
        if found is None and not number:
            free = (row for row in choices if not any((*key, other) in said for other in _numbers(row)))
            found = next(free, None)
        if found is not None:
            self._taken.add(found.pk)
        return found

    def put_back(self, replaced: Iterable[Stored]) -> None:
        """Read what the expenditures that change had drawn from transfers: they draw anew."""
        wanted = [row.pk for row in replaced if row.values["original_amount"] is not None]
        drawn = Drawdown.objects.filter(expenditure__in=wanted) if wanted else Drawdown.objects.none()
        for expenditure, transfer, amount in drawn.values_list("expenditure_id", "transfer_id", "amount"):
            self._drawn.setdefault(expenditure, []).append((transfer, amount))

    def drew(self, row: Stored) -> bool:
        """Say whether an expenditure that changes had drawn from transfers."""
        return row.pk in self._drawn

    def fill(self, purse: Purse, rows: Iterable[Stored]) -> None:
        """Put the dirham of expenditures that draw anew back into a purse."""
        for row in rows:
            for transfer, amount in self._drawn.get(row.pk, ()):
                if transfer in purse.left:
                    purse.left[transfer] += amount


def _numbers(row: Stored) -> set[str]:
    return {as_spelled(paper["number"]) for paper in row.vouchers if paper["number"]}
