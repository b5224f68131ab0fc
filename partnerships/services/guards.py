"""What rooms above know against a change of the money's path.

A grant may not fall below what is spent of it, and what is spent is told by a room above, which this one must not
import. So that room adds its guard when Django starts (see activities.apps), and every writer here asks it.
"""

from __future__ import annotations

from collections.abc import Callable

from partnerships.models import Grant, Tranche, Transfer

Stage = Grant | Tranche | Transfer
Guard = Callable[[Stage, bool], None]
_GUARDS: list[Guard] = []


def add_guard(guard: Guard) -> None:
    """Ask `guard(row, is_gone)` before a grant, tranche or transfer changes; it raises ValidationError by field."""
    if guard not in _GUARDS:
        _GUARDS.append(guard)


def ask_guards(row: Stage, *, is_gone: bool = False) -> None:
    """Raise the ValidationError of the first guard that objects to the row as it is about to be, or to its end.

    Call it inside the transaction that writes, while the money is held (`hold_money`).
    """
    for guard in _GUARDS:
        guard(row, is_gone)
