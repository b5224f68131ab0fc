"""What is planned, found, decided and learned, and what threatens: written by coordinators, kept by locked years."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from partnerships.access import partnership_id_of, require
from partnerships.models import (
    Call,
    Decision,
    DecisionStep,
    Deliverable,
    Finding,
    Gain,
    Lesson,
    Partnership,
    Phase,
    Post,
    ProgrammeCode,
    Risk,
    RiskStep,
    Role,
    SubGrant,
)
from partnerships.services.days import hold_day, home_of
from partnerships.services.records import fresh
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.once import once

Whole = Finding | Decision | Lesson | Risk | Gain | Phase | Post | Call | ProgrammeCode
Part = DecisionStep | Deliverable | SubGrant
Record = Whole | Part
Links = dict[str, list[Any]]
# The column of what each part is counted in, and the name of the parts there.
COUNTED: dict[type[Part], tuple[str, str]] = {
    DecisionStep: ("decision", "steps"),
    Deliverable: ("phase", "deliverables"),
    SubGrant: ("call", "sub_grants"),
}


def create_record(
    row: Record, values: dict[str, Any], links: Links | None = None, *, actor: User, key: uuid.UUID
) -> tuple[Any, bool]:
    """Write down a record of a partnership, a finding or a call for example; once for one form key.

    `row` holds what it belongs to, `values` are its columns and `links` the rows of its lists. Returns it and whether
    it is new. Raises ValidationError or PermissionDenied.
    """

    def make() -> Any:
        require(actor, Role.COORDINATOR, home_of(row))
        for name, value in values.items():
            setattr(row, name, value)
        _name(row)
        _check(row, links or {})
        row.save()
        linked = _link(row, links or {})
        changes = audit.snapshot(row) | linked
        audit.record(row, actor=actor, verb=AuditEntry.Verb.CREATE, changes=changes, parent=parent_of(row))
        return row

    return once(key, make, actor=actor, rows=type(row)._default_manager.all())


@transaction.atomic
def update_record(row: Record, values: dict[str, Any], links: Links | None = None, *, actor: User, version: int) -> Any:
    """Correct a record that still has `version`. Raises StaleVersion, ValidationError or PermissionDenied."""
    require(actor, Role.COORDINATOR, home_of(row))
    current: Any = fresh(row, version, values)
    before = audit.snapshot(current) | _linked(current, links or {})
    for name, value in values.items():
        setattr(current, name, value)
    _check(current, links or {})
    after = audit.snapshot(current) | _link(current, links or {})
    changes = audit.difference(before, after)
    if changes:
        current.version += 1
        current.save()
        audit.record(current, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes, parent=parent_of(current))
    return current


def review_risk(
    risk: Risk, step: RiskStep, values: dict[str, Any], *, actor: User, version: int, key: uuid.UUID
) -> tuple[RiskStep, bool]:
    """Add a step to a risk that still has `version`, and judge it anew; once for one form key.

    `values` are columns of the risk: how likely and how grave it is now, its state, who owns it and when it is looked
    at again. The step keeps what it was judged to be, so that the change over time can be told. Returns the step and
    whether it is new. Raises StaleVersion, ValidationError or PermissionDenied.
    """

    def make() -> RiskStep:
        require(actor, Role.COORDINATOR, risk.partnership)
        current = fresh(risk, version, values)
        before = audit.snapshot(current)
        for name, value in values.items():
            setattr(current, name, value)
        _check(current, {})
        changes = audit.difference(before, audit.snapshot(current))
        step.risk, step.number = current, _next_number(current.steps)
        for name in ("likelihood", "gravity", "state"):
            setattr(step, name, getattr(current, name))
        _check(step, {})
        step.save()
        # Whoever has the risk's form open is shown that it was looked at meanwhile.
        current.version += 1
        current.save()
        if changes:
            audit.record(current, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes, parent=current.partnership)
        told = audit.snapshot(step)
        audit.record(step, actor=actor, verb=AuditEntry.Verb.CREATE, changes=told, parent=current)
        return step

    return once(key, make, actor=actor, rows=RiskStep.objects.all())


def _name(row: Record) -> None:
    """Give a new record what it is known by: its number within the whole, its slug, or both."""
    if isinstance(row, Part):
        whole = parent_of(row)
        type(whole)._default_manager.select_for_update(of=("self",)).get(pk=whole.pk)
        row.number = _next_number(getattr(whole, COUNTED[type(row)][1]))
    if not isinstance(row, DecisionStep | SubGrant | ProgrammeCode):
        row.slug = f"{slugify(row.title)[:60] or type(row).__name__.lower()}-{uuid.uuid4().hex[:8]}"


def parent_of(row: Record) -> models.Model:
    """Return the record in whose history this one shows too."""
    if isinstance(row, ProgrammeCode):
        return row.programme
    return getattr(row, COUNTED[type(row)][0]) if isinstance(row, Part) else row.partnership


def _next_number(steps: Any) -> int:
    return (steps.aggregate(last=Max("number"))["last"] or 0) + 1


def _check(row: Any, links: Links) -> None:
    row.full_clean()
    _keep_inside(row, links, home_of(row))
    hold_day(row)


def _keep_inside(row: Any, links: Links, home: Partnership) -> None:
    """Refuse a link to what belongs to another partnership."""
    single = {
        field.name: [getattr(row, field.name)]
        for field in row._meta.concrete_fields
        if field.is_relation and getattr(row, field.attname) is not None
    }
    for name, linked in (single | links).items():
        for other in linked:
            of = other.pk if isinstance(other, Partnership) else partnership_id_of(other)
            if of not in {None, home.pk}:
                raise ValidationError({name: _("This belongs to another partnership.")})


def _linked(row: Any, links: Links) -> dict[str, list[str]]:
    return {name: sorted(str(item) for item in getattr(row, name).all()) for name in links}


def _link(row: Any, links: Links) -> dict[str, list[str]]:
    for name, rows in links.items():
        getattr(row, name).set(rows)
    return _linked(row, links)
