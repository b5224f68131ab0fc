"""The register of suggestions: written down, corrected, and answered."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from beneficiaries.models import Suggestion
from partnerships.access import require
from partnerships.models import Role
from partnerships.services.records import fresh, save, set_columns
from portal.ground.models import AuditEntry, User
from portal.ground.once import once


def write_suggestion(
    row: Suggestion, values: dict[str, Any], *, actor: User, key: uuid.UUID
) -> tuple[Suggestion, bool]:
    """Write a suggestion down once for one form key; `row` holds its partnership, and the answer that it comes from.

    Returns it and whether it is new. Raises ValidationError or PermissionDenied.
    """

    def make() -> Suggestion:
        require(actor, Role.COORDINATOR, row.partnership)
        before = set_columns(row, values)
        save(row, before, actor=actor, parent=row.partnership)
        return row

    return once(key, make, actor=actor, rows=Suggestion.objects.all())


@transaction.atomic
def correct_suggestion(row: Suggestion, values: dict[str, Any], *, actor: User, version: int) -> Suggestion:
    """Correct a suggestion that still has `version`. Raises StaleVersion, ValidationError or PermissionDenied."""
    require(actor, Role.COORDINATOR, row.partnership)
    current = fresh(row, version, values)
    before = set_columns(current, values)
    save(current, before, actor=actor, parent=current.partnership)
    return current


@transaction.atomic
def reply_to(
    row: Suggestion, *, state: str, reply: str, language: str, on: dt.date, actor: User, version: int
) -> Suggestion:
    """Answer a suggestion that still has `version`, or answer it anew; who did it and when is kept with it.

    Raises StaleVersion, ValidationError or PermissionDenied.
    """
    require(actor, Role.COORDINATOR, row.partnership)
    answered = {"state": state, "reply": reply, "reply_language": language}
    current = fresh(row, version, answered)
    if all(getattr(current, name) == value for name, value in answered.items()):
        return current
    before = set_columns(current, answered | {"replied_on": on, "replied_by": actor})
    save(current, before, actor=actor, parent=current.partnership, verb=AuditEntry.Verb.TRANSITION)
    return current
