"""Writing what a spreadsheet of expenses says, in a fixed number of queries; it was judged in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from activities.models import Activity, Drawdown, Expenditure, Voucher
from activities.resources.expenses import Plan
from portal.ground import bulk
from portal.ground.audit import entries, plain
from portal.ground.models import AuditEntry, User

_MONEY = ["amount", "original_amount", "original_currency", "rate", "rule_reason"]
_WORDS = ["activity_id", "spent_on", "description", "source_id", "heading_id", "spent_by"]


def write(plans: list[Plan], *, actor: User, source: str) -> None:
    """Write the rows, their vouchers and drawdowns, and one audit entry for each. Call it inside a transaction."""
    new = [plan for plan in plans if plan.stored is None]
    changed = [(plan.stored, plan) for plan in plans if plan.stored is not None]
    keys = bulk.insert(Expenditure, [plan.columns for plan in new])
    owners = [*zip(keys, new, strict=True), *((stored.pk, plan) for stored, plan in changed)]
    rows = [{"pk": stored.pk, **stored.values, **plan.columns} for stored, plan in changed if plan.columns]
    bulk.update(Expenditure, [*_WORDS, *_MONEY], rows)
    _write_vouchers(owners)
    _write_drawdowns(owners)
    bulk.insert(AuditEntry, _told(owners, actor, source))


def _write_vouchers(owners: list[tuple[int, Plan]]) -> None:
    papers = [{**plan.voucher, "expenditure_id": key} for key, plan in owners if plan.voucher]
    bulk.insert(Voucher, [paper for paper in papers if "pk" not in paper])
    bulk.update(Voucher, ["dated_on", "supplier", "total"], [paper for paper in papers if "pk" in paper])


def _write_drawdowns(owners: list[tuple[int, Plan]]) -> None:
    redrawn = [key for key, plan in owners if plan.drawn is not None and plan.stored]
    if redrawn:
        Drawdown.objects.filter(expenditure__in=redrawn).delete()
    bulk.insert(
        Drawdown,
        [
            {"expenditure_id": key, "transfer_id": transfer, "amount": amount}
            for key, plan in owners
            for transfer, amount in plan.drawn or ()
        ],
    )


def _told(owners: Iterable[tuple[int, Plan]], actor: User, source: str) -> list[dict[str, Any]]:
    """Return the audit entries; what stays empty is not told of a new record."""
    told = []
    for key, plan in owners:
        changes: dict[str, list[Any]]
        words = plan.columns
        if plan.stored is None:
            changes = {name: [None, plain(value)] for name, value in words.items() if value is not None and value != ""}
        else:
            old = plan.stored.values
            changes = {name: [plain(old[name]), plain(value)] for name, value in words.items()}
            words = old | words
        if plan.voucher:
            changes["vouchers"] = ["", plan.voucher["number"]]
        told.append((key, words["description"], words["activity_id"], changes))
    return entries(told, model=Expenditure, parent=Activity, actor=actor, verb=AuditEntry.Verb.IMPORT, reason=source)
