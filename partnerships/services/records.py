"""What writing a record has in common: the lock, the version, the check of the whole row, and the audit."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.versions import StaleVersion

Row = TypeVar("Row", bound=models.Model)


def fresh(row: Row, version: int, values: dict[str, Any]) -> Row:
    """Return the row as it stands, locked. Raises StaleVersion unless it still has `version`, or `values` already."""
    current: Any = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if current.version != version and any(getattr(current, name) != value for name, value in values.items()):
        raise StaleVersion(current)
    return current


def set_columns(row: models.Model, values: dict[str, Any]) -> dict[str, Any]:
    """Give a row its new values, check it whole, and return what it held before (nothing for a new one)."""
    before = audit.snapshot(row) if row.pk else {}
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    return before


def save(
    row: Any,
    before: dict[str, Any],
    *,
    actor: User,
    parent: models.Model,
    reason: str = "",
    verb: str = AuditEntry.Verb.UPDATE,
) -> bool:
    """Save a row that is checked, with its audit entry; a changed one gets the next version. Returns whether it did."""
    if not before:
        row.save()
        verb, changes = AuditEntry.Verb.CREATE, audit.snapshot(row)
    else:
        changes = audit.difference(before, audit.snapshot(row))
        if not changes:
            return False
        row.version += 1
        row.save()
    audit.record(row, actor=actor, verb=verb, changes=changes, parent=parent, reason=reason.strip())
    return True
