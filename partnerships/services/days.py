"""The day of a record in the life and the trails of a partnership: a locked year keeps what is dated in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models

from partnerships.models import (
    Closure,
    Decision,
    DecisionStep,
    Deliverable,
    Finding,
    Gain,
    Lesson,
    Milestone,
    ObservedOutcome,
    Partnership,
    Post,
    ProgrammeCode,
    ProgrammeYear,
    RiskStep,
    SubGrant,
)
from partnerships.services.years import hold_years_open

# The column that dates a record if there is one, and the record that leads to its partnership if it is not its own.
DATED: dict[type[models.Model], tuple[str, str]] = {
    Deliverable: ("delivered_on", "phase"),
    Finding: ("found_on", ""),
    Decision: ("decided_on", ""),
    DecisionStep: ("happened_on", "decision"),
    RiskStep: ("happened_on", "risk"),
    Lesson: ("learned_on", ""),
    Gain: ("gained_on", ""),
    Milestone: ("happened_on", ""),
    ObservedOutcome: ("observed_on", ""),
    Post: ("taken_over_on", ""),
    Closure: ("closed_on", ""),
    SubGrant: ("", "call"),
    ProgrammeCode: ("", "programme"),
}


def add_dated(model: type[models.Model], field: str, parent: str = "") -> None:
    """Let a locked year keep what is dated in it of a room above; that room says so when Django starts."""
    DATED[model] = (field, parent)


def home_of(row: Any) -> Partnership:
    """Return the partnership that a record of a trail belongs to."""
    _field, parent = DATED.get(type(row), ("", ""))
    return (getattr(row, parent) if parent else row).partnership


def hold_day(row: Any) -> None:
    """Make sure that no locked year holds the day of a record, nor the day that it had before.

    Call it inside the transaction that writes or deletes the row. Raises ValidationError on its date.
    """
    field, _parent = DATED.get(type(row), ("", ""))
    days = _days(row, field)
    if days:
        hold_years_open(home_of(row), days=days, field=field)


def is_locked(row: Any) -> bool:
    """Say whether a locked year holds the day of a record, so that nobody may change it."""
    field, _parent = DATED.get(type(row), ("", ""))
    days = _days(row, field)
    return bool(days) and ProgrammeYear.objects.locked_on(home_of(row).pk, days).exists()


def _days(row: Any, field: str) -> list[dt.date]:
    if not field:
        return []
    stored = type(row)._default_manager.filter(pk=row.pk).values_list(field, flat=True) if row.pk else []
    return [day for day in (getattr(row, field), *stored) if day]
