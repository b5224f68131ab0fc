"""The audit trail: one entry for each write, and one for each reading of what is sensitive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile

from portal.ground.models import AuditEntry, User

# A hash can be tried out, and a sealed text opened by who has the key.
SECRET = {"password", "sealed", "secret_sha256", "digest"}


def snapshot(obj: models.Model) -> dict[str, Any]:
    """Return the values of a row's own columns, as JSON can hold them; never a password or a sealed text."""
    return {
        field.attname: plain(field.value_from_object(obj))
        for field in obj._meta.concrete_fields
        if field.attname not in SECRET
    }


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
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


def entries(
    told: Iterable[tuple[int, str, int, dict[str, list[Any]]]],
    *,
    model: type[models.Model],
    parent: type[models.Model],
    actor: User,
    verb: str,
    reason: str = "",
) -> list[dict[str, Any]]:
    """Return the columns of many entries, for `bulk.insert`, from (key, text, key of the parent, plain changes)."""
    common = {
        "actor_id": actor.pk,
        "verb": str(verb),
        "target_type": model._meta.label_lower,
        "parent_type": parent._meta.label_lower,
        "reason": reason,
    }
    return [
        {**common, "target_id": key, "target_text": text[:200], "parent_id": parent_key, "changes": changes}
        for key, text, parent_key, changes in told
    ]
