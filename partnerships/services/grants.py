"""Money on its way to the partner: the grant, its yearly tranches, and the transfers."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from partnerships.access import require
from partnerships.models import Grant, Role, Tranche, Transfer
from partnerships.services.checks import check_stage, partnership_of
from partnerships.services.money import hold_money
from partnerships.services.records import fresh, save, set_columns
from portal.ground.models import User
from portal.ground.once import once


def create_grant(values: dict[str, Any], *, actor: User, key: uuid.UUID, reason: str = "") -> tuple[Grant, bool]:
    """Write a grant down, once for one form key. Returns it and whether it is new.

    `reason` answers a rule of the funder that warns. Raises ValidationError or PermissionDenied.
    """
    rows = Grant.objects.all()
    return once(key, lambda: _make(Grant(), values, actor=actor, reason=reason), actor=actor, rows=rows)


@transaction.atomic
def update_grant(grant: Grant, values: dict[str, Any], *, actor: User, version: int, reason: str = "") -> Grant:
    """Change a grant that still has `version`. Raises StaleVersion, ValidationError or PermissionDenied."""
    return _change(grant, values, actor=actor, version=version, reason=reason)


@transaction.atomic
def save_tranche(
    grant: Grant, year: int, values: dict[str, Any], *, actor: User, version: int, reason: str = ""
) -> Tranche:
    """Write what was claimed and received of a grant for a year; `version` 0 means that nothing was known yet.

    Sent twice it writes once. Raises StaleVersion, ValidationError or PermissionDenied.
    """
    require(actor, Role.OFFICER, grant.programme.partnership)
    hold_money([grant.programme.partnership_id])
    tranche = Tranche.objects.filter(grant=grant, year=year).first()
    if tranche is None:
        return _make(Tranche(grant=grant, year=year), values, actor=actor, reason=reason)
    return _change(tranche, values, actor=actor, version=version, reason=reason)


def create_transfer(values: dict[str, Any], *, actor: User, key: uuid.UUID, reason: str = "") -> tuple[Transfer, bool]:
    """Write a transfer down, once for one form key. Returns it and whether it is new.

    `reason` answers for money that was sent before it was received. Raises ValidationError or PermissionDenied.
    """
    rows = Transfer.objects.all()
    return once(key, lambda: _make(Transfer(), values, actor=actor, reason=reason), actor=actor, rows=rows)


@transaction.atomic
def update_transfer(
    transfer: Transfer, values: dict[str, Any], *, actor: User, version: int, reason: str = ""
) -> Transfer:
    """Change a transfer that still has `version`. Raises StaleVersion, ValidationError or PermissionDenied."""
    return _change(transfer, values, actor=actor, version=version, reason=reason)


def _make(row: Any, values: dict[str, Any], *, actor: User, reason: str) -> Any:
    for name, value in values.items():
        setattr(row, name, value)
    partnership = partnership_of(row)
    require(actor, Role.OFFICER, partnership)
    hold_money([partnership.pk])
    before = set_columns(row, {})
    check_stage(row, reason=reason)
    save(row, before, actor=actor, parent=_parent(row), reason=reason)
    return row


def _change(row: Any, values: dict[str, Any], *, actor: User, version: int, reason: str) -> Any:
    require(actor, Role.OFFICER, partnership_of(row))
    hold_money([partnership_of(row).pk])
    row = fresh(row, version, values)
    before = set_columns(row, values)
    check_stage(row, reason=reason)
    save(row, before, actor=actor, parent=_parent(row), reason=reason)
    return row


def _parent(row: Grant | Tranche | Transfer) -> Any:
    return row.grant if isinstance(row, Tranche) else row.programme
