"""The audit trail: one entry for each write, and one for each reading of what is sensitive."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile
from django.db.models.functions import Cast

from portal.ground.models import AuditEntry, User
from portal.ground.wording import standing_alone

# How the reason begins that the portal itself gives for a row of the reference data; behind it stands the row's key.
LOADED = "Reference data: "
# A hash can be tried out, a sealed text opened by who has the key, and keys are made of a seed.
SECRET = {"password", "sealed", "secret_sha256", "digest", "seed"}


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


def choice(text: str, field: models.Field, value: Any) -> dict[str, Any]:
    """Return what an entry keeps of a choice that was made for something: history.py tells it in a reader's language.

    `text` names what it was made for; `field` is the column whose choices hold `value`.
    """
    return {"text": text, "field": str(field), "value": value}


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


def entries_about(rows: Mapping[type[models.Model], Iterable[int]]) -> models.QuerySet[AuditEntry]:
    """Return the entries, not emptied yet, about rows given as {model: keys}."""
    asked = models.Q(pk__in=())
    for model, keys in rows.items():
        asked |= models.Q(target_type=model._meta.label_lower, target_id__in=list(keys))
    return AuditEntry.objects.filter(asked, emptied_at__isnull=True)


def entries_naming(words: Iterable[str], *, among: models.QuerySet[AuditEntry]) -> list[int]:
    """Return the keys of the entries among some in whose text one of `words` stands by itself.

    A-1 is not found in A-12, nor Ann in Annex.
    """
    wanted = [word for word in words if word]
    if not wanted:
        return []
    # As the database keeps it: JSON writes what is not ASCII as numbers.
    stored = {form for word in wanted for form in (word, json.dumps(word)[1:-1])}
    asked = models.Q(pk__in=())
    for form in stored:
        for name in ("target_text", "reason", "changes"):
            asked |= models.Q(**{f"{name}_read__icontains": form})
    rows = among.annotate(
        **{f"{name}_read": Cast(name, models.TextField()) for name in ("target_text", "reason", "changes")}
    )
    alone = standing_alone(wanted)
    found = rows.filter(asked).order_by().values_list("pk", "target_text", "reason", "changes")
    return [
        pk
        for pk, text, reason, changes in found.iterator()
        if alone.search("\n".join([text, reason, json.dumps(changes, ensure_ascii=False)]))
    ]


def old_entries(before: dt.date) -> models.QuerySet[AuditEntry]:
    """Return the entries from before a day that still tell something."""
    return AuditEntry.objects.filter(at__date__lt=before, emptied_at__isnull=True).order_by("pk")


def empty(keys: Iterable[int], *, at: dt.datetime) -> int:
    """Take what the entries say of somebody out of them, and return of how many.

    Who did what kind of thing, to which record number and when, stays (see EmptiedOnly).
    """
    wanted, count = list(keys), 0
    for start in range(0, len(wanted), 500):
        rows = AuditEntry.objects.filter(pk__in=wanted[start : start + 500], emptied_at__isnull=True)
        count += rows.update(target_text="", changes={}, reason="", emptied_at=at)
    return count
