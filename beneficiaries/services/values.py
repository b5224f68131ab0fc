"""Verbs about whom a value tells: the value and its parts are written in one transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from beneficiaries.models import IndicatorPart
from beneficiaries.parts import Parts, Slice, check_parts, in_words, parts_of
from partnerships.models import Indicator, IndicatorValue, ScaleLevel
from partnerships.services import add_value, change_value
from portal.ground.models import User
from portal.ground.once import once
from portal.ground.uploads import AcceptedFile


@dataclass(frozen=True)
class ValueInput:
    """What a person reports of an indicator: a number or a step of the scale for a period, and its parts."""

    starts_on: dt.date
    ends_on: dt.date
    value: Decimal | None = None
    level: ScaleLevel | None = None
    is_counted: bool = False
    source: str = ""
    comment: str = ""
    language: str = "nl"
    parts: Mapping[Slice, Decimal] = field(default_factory=dict)
    accepted: AcceptedFile | None = None
    drop_file: bool = False

    def columns(self) -> dict[str, Any]:
        """Return the columns of the value's own row."""
        names = ["starts_on", "ends_on", "value", "level", "is_counted", "source", "comment", "language"]
        return {name: getattr(self, name) for name in names}


def report_value(
    indicator: Indicator, typed: ValueInput, *, actor: User, key: uuid.UUID
) -> tuple[IndicatorValue, bool]:
    """Report what an indicator came to, with its parts, once for one form key. Returns the value and whether it is new.

    Raises ValidationError (parts under `parts`) or PermissionDenied.
    """

    def make() -> IndicatorValue:
        told = in_words(typed.parts)
        value = add_value(indicator, typed.columns(), actor=actor, accepted=typed.accepted, parts=told)
        check_parts(indicator, typed.value, typed.parts)
        _write(value, typed.parts)
        return value

    return once(key, make, actor=actor, rows=IndicatorValue.objects.all())


@transaction.atomic
def update_value(value: IndicatorValue, typed: ValueInput, *, actor: User, version: int) -> IndicatorValue:
    """Change a reported value and its parts. Raises StaleVersion, ValidationError or PermissionDenied."""
    IndicatorValue.objects.select_for_update(of=("self",)).get(pk=value.pk)
    before = parts_of(value.parts.all())
    changed = change_value(
        value,
        typed.columns(),
        actor=actor,
        version=version,
        accepted=typed.accepted,
        drop_file=typed.drop_file,
        parts=(in_words(before), in_words(typed.parts)),
    )
    check_parts(changed.indicator, typed.value, typed.parts)
    if before != dict(typed.parts):
        value.parts.all().delete()
        _write(changed, typed.parts)
    return changed


def _write(value: IndicatorValue, parts: Parts) -> None:
    rows = [
        IndicatorPart(value=value, sex=part.sex, age_band_id=part.band, target_group_id=part.group, number=number)
        for part, number in parts.items()
    ]
    for row in rows:
        row.full_clean(exclude=["value", "age_band", "target_group"], validate_unique=False, validate_constraints=False)
    IndicatorPart.objects.bulk_create(rows)
