"""What rooms above know against a change of the money's path, or of the programme that it belongs to.

A grant may not fall below what is spent of it, and what is spent is told by a room above, which this one must not
import. So that room adds its guard when Django starts (see activities.apps), and every writer here asks it.
"""

from __future__ import annotations

from typing import Protocol

from partnerships.models import Grant, Programme, Tranche, Transfer

Stage = Grant | Tranche | Transfer
Guarded = Stage | Programme


class Guard(Protocol):
    """Raises ValidationError, by field, where the row as it is about to be, or its end, is no longer covered."""

    def __call__(self, row: Guarded, *, is_gone: bool) -> None: ...


_GUARDS: list[Guard] = []


def add_guard(guard: Guard) -> None:
    """Ask `guard` from now on before a grant, a tranche, a transfer or a programme changes."""
    if guard not in _GUARDS:
        _GUARDS.append(guard)


def ask_guards(row: Guarded, *, is_gone: bool = False) -> None:
    """Raise the ValidationError of the first guard that objects to the row as it is about to be, or to its end.

    Call it inside the transaction that writes, while the money is held (`hold_money`).
    """
    for guard in _GUARDS:
        guard(row, is_gone=is_gone)
