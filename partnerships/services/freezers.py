"""What rooms above keep of a programme year when it is validated.

The frozen data of a report come from several rooms, and this one must not import those above it. So a room adds its
freezer when Django starts (see guards.py for the like), and `validate_year` calls each in its own transaction.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from partnerships.models import ProgrammeYear
from portal.ground.models import User


class Freezer(Protocol):
    """Keeps what a year holds at the moment of its validation; what it raises undoes the validation."""

    def __call__(self, year: ProgrammeYear, actor: User, on: dt.date) -> object: ...


_FREEZERS: list[Freezer] = []


def add_freezer(freezer: Freezer) -> None:
    """Call `freezer` from now on with each year that is validated."""
    if freezer not in _FREEZERS:
        _FREEZERS.append(freezer)


def freeze(year: ProgrammeYear, *, actor: User, on: dt.date) -> None:
    """Let every room freeze the year. Call it inside the transaction that validates, while its row is held."""
    for freezer in _FREEZERS:
        freezer(year, actor, on)
