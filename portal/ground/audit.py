"""The audit trail: one entry for each write, and one for each reading of what is sensitive."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile

from portal.ground.models import AuditEntry, User


def snapshot(obj: models.Model) -> dict[str, Any]:
    """Return the values of a row's own columns, as JSON can hold them; never a password, not even its hash."""
    return {
        field.attname: _plain(field.value_from_object(obj))
        for field in obj._meta.concrete_fields
        if field.attname != "password"
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, FieldFile):
        return value.name
    if isinstance(value, Decimal):
        return str(value)
    return str(value)


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Return {column: [old, new]} for the columns that differ."""
    return {key: [before.get(key), after[key]] for key in after if before.get(key) != after[key]}


def record(
    target: models.Model,
    *,
    actor: User | None,
    verb: str,
    changes: dict[str, Any] | None = None,
    parent: models.Model | None = None,
    reason: str = "",
) -> AuditEntry:
    """Write one audit entry about `target`; it shows in the history of `parent` too.

    `verb` is one of AuditEntry.Verb. `actor` is None for a command run on the server.
    """
    return AuditEntry.objects.create(
        actor=actor,
        verb=verb,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        target_text=str(target)[:200],
        parent_type=parent._meta.label_lower if parent else "",
        parent_id=parent.pk if parent else None,
        changes=changes or {},
        reason=reason,
    )
