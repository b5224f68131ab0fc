"""What rooms above take back when something may no longer be shown: a place that must not be found, a photo.

This room must not import those above it: a room adds its withdrawer when Django starts (see freezers.py for the like).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from portal.ground.models import User


class Withdrawer(Protocol):
    """Takes back what some partnerships (by key) have made that shows what it may no longer show.

    It returns how many published files nobody outside reads any more because of it.
    """

    def __call__(self, partnerships: Collection[int], *, actor: User | None) -> int: ...


_WITHDRAWERS: list[Withdrawer] = []


def add_withdrawer(withdrawer: Withdrawer) -> None:
    """Call `withdrawer` from now on when something may no longer be shown."""
    if withdrawer not in _WITHDRAWERS:
        _WITHDRAWERS.append(withdrawer)


def take_back(partnerships: Collection[int], *, actor: User | None) -> int:
    """Let every room take back what it made. Call it inside the transaction that hides, once it is hidden.

    Returns how many published files left the public pages with it, for whoever hid it to be told.
    """
    return sum(withdrawer(partnerships, actor=actor) for withdrawer in _WITHDRAWERS)
