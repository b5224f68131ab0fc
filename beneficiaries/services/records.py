"""Writing one row of a learner's path: a cohort, a learner, an enrolment, a session, an exam, a follow-up, a talk."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify

from beneficiaries.models import Coaching, Cohort, Enrolment, Exam, FollowUp, Learner, Session
from beneficiaries.services.days import hold_day, home_of
from partnerships.access import require
from partnerships.models import Role
from partnerships.services.records import fresh, save, set_columns
from portal.ground.models import User
from portal.ground.once import once

Record = Cohort | Learner | Enrolment | Session | Exam | FollowUp | Coaching


def create_row(row: Record, values: dict[str, Any], *, actor: User, key: uuid.UUID) -> tuple[Any, bool]:
    """Write a new row once for one form key. `row` holds what it belongs to, `values` are its columns.

    Returns it and whether it is new. Raises ValidationError or PermissionDenied.
    """

    def make() -> Any:
        require(actor, Role.COORDINATOR, home_of(row))
        _hold_learner(row)
        if isinstance(row, Cohort | Exam):
            name = values.get("name") or type(row).__name__
            row.slug = f"{slugify(name)[:60] or 'cohort'}-{uuid.uuid4().hex[:8]}"
        before = set_columns(row, values)
        hold_day(row)
        save(row, before, actor=actor, parent=parent_of(row))
        return row

    return once(key, make, actor=actor, rows=type(row)._default_manager.all())


@transaction.atomic
def update_row(row: Record, values: dict[str, Any], *, actor: User, version: int) -> Any:
    """Change a row that still has `version`. Raises StaleVersion, ValidationError or PermissionDenied."""
    require(actor, Role.COORDINATOR, home_of(row))
    current: Any = fresh(row, version, values)
    _hold_learner(current)
    before = set_columns(current, values)
    hold_day(current)
    save(current, before, actor=actor, parent=parent_of(current))
    return current


def _hold_learner(row: Any) -> None:
    """Wait for whoever is erasing the learner of a row: its check then sees that nothing more may be written."""
    owner = row.enrolment if isinstance(row, FollowUp | Coaching) else row
    if isinstance(owner, Enrolment):
        owner.learner = Learner.objects.select_for_update(of=("self",)).get(pk=owner.learner_id)


def parent_of(row: Any) -> models.Model:
    """Return the record in whose history a row shows too."""
    name = {
        Cohort: "course",
        Exam: "course",
        Learner: "partnership",
        Enrolment: "cohort",
        Session: "cohort",
        FollowUp: "enrolment",
        Coaching: "enrolment",
    }[type(row)]
    return getattr(row, name)
