"""What is planned to be spent: writing and amending budget lines, and sharing an activity's cost among sources.

Budgets and shares are agreed with the funder: an officer of the partnership writes them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from activities.models import Activity, BudgetAmendment, BudgetLine, CoFunding
from partnerships.access import require
from partnerships.models import Role
from partnerships.services import hold_money, hold_years_open
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.once import once
from portal.ground.versions import StaleVersion


def create_line(line: BudgetLine, *, actor: User, key: uuid.UUID) -> tuple[BudgetLine, bool]:
    """Write a budget line, once for one form key. Returns it and whether it is new.

    Raises ValidationError, also for a locked year, and PermissionDenied for who is no officer.
    """

    def make() -> BudgetLine:
        _hold(line, actor=actor, field="year")
        line.full_clean()
        line.save()
        changes = audit.snapshot(line)
        audit.record(line, actor=actor, verb=AuditEntry.Verb.CREATE, changes=changes, parent=line.programme)
        return line

    return once(key, make, actor=actor, rows=BudgetLine.objects.all())


def amend_line(
    line: BudgetLine, *, actor: User, amount: Decimal, reason: str, agreed_on: dt.date, version: int, key: uuid.UUID
) -> tuple[BudgetAmendment, bool]:
    """Give a budget line that still has `version` another amount in euro, once for one form key.

    The amendment keeps the amount before and the reason. Returns it and whether it is new. Raises StaleVersion,
    ValidationError, also for a locked year, and PermissionDenied for who is no officer.
    """

    def make() -> BudgetAmendment:
        _hold(line, actor=actor, field="amount")
        current = BudgetLine.objects.select_for_update(of=("self",), no_key=True).get(pk=line.pk)
        if current.version != version:
            raise StaleVersion(current)
        _check_amendment(current, amount, reason)
        before = audit.snapshot(current)
        amendment = BudgetAmendment.objects.create(
            line=current,
            number=current.amendments.count() + 1,
            amount_before=current.amount,
            amount_after=amount,
            reason=reason.strip(),
            agreed_on=agreed_on,
            actor=actor,
        )
        current.amount, current.version = amount, version + 1
        current.full_clean()
        current.save()
        _record_amendment(amendment, before)
        return amendment

    return once(key, make, actor=actor, rows=BudgetAmendment.objects.all())


def _record_amendment(amendment: BudgetAmendment, before: dict[str, Any]) -> None:
    line = amendment.line
    changes = audit.difference(before, audit.snapshot(line))
    changes.pop("version")
    audit.record(
        line,
        actor=amendment.actor,
        verb=AuditEntry.Verb.UPDATE,
        changes=changes,
        parent=line.programme,
        reason=amendment.reason,
    )


@transaction.atomic
def set_co_funding(
    activity: Activity, shares: Mapping[int, Decimal], *, actor: User, seen: Mapping[int, Decimal]
) -> bool:
    """Set all shares of an activity at once: {source: per cent}, where `seen` are those that their reader saw.

    Returns whether anything changed; sent twice it changes once. Raises StaleVersion where somebody else set other
    shares meanwhile, ValidationError for more than 100 per cent, and PermissionDenied for who is no officer.
    """
    activity = Activity.objects.select_for_update(of=("self",), no_key=True).get(pk=activity.pk)
    require(actor, Role.OFFICER, activity.partnership)
    before = _shares(activity)
    stored = {row.source_id: row.share for row in before}
    if stored == dict(shares):
        return False
    if stored != dict(seen):
        raise StaleVersion(activity)
    activity.co_funding.all().delete()
    for source, share in sorted(shares.items(), key=lambda item: item[1]):
        row = CoFunding(activity=activity, source_id=source, share=share)
        row.full_clean()
        row.save()
    changes = {"co_funding": [[str(row) for row in before], [str(row) for row in _shares(activity)]]}
    audit.record(activity, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes)
    return True


def _hold(line: BudgetLine, *, actor: User, field: str) -> None:
    """Make sure of the officer, of the partnership's money and of the line's year."""
    partnership = line.programme.partnership
    require(actor, Role.OFFICER, partnership)
    hold_money([partnership.pk])
    hold_years_open(partnership, days=[dt.date(line.year, 1, 1)], field=field)


def _check_amendment(line: BudgetLine, amount: Decimal, reason: str) -> None:
    if amount == line.amount:
        raise ValidationError({"amount": _("This is the amount already.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the amount changes.")})


def _shares(activity: Activity) -> list[CoFunding]:
    return list(CoFunding.objects.filter(activity=activity).select_related("source"))
