"""What rooms above know against a change of the money's path, of its programme, of a heading, or of what is aimed at.

A grant may not fall below what is spent of it, and what is spent is told by a room above, which this one must not
import. So that room adds its guard when Django starts (see activities.apps), and every writer here asks it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from partnerships.models import (
    Closure,
    CostHeading,
    FundingRule,
    Grant,
    Indicator,
    Outcome,
    Programme,
    Tranche,
    Transfer,
)

Stage = Grant | Tranche | Transfer
Guarded = Stage | Programme | CostHeading | FundingRule | Closure | Outcome | Indicator


class Guard(Protocol):
    """Raises ValidationError, by field, where the row as it is about to be, or its end, is no longer covered."""

    def __call__(self, row: Guarded, *, is_gone: bool) -> None: ...


@dataclass(frozen=True)
class Objection:
    """What a funder's rule has against a claim: the field, the sentence, and the rule's effect (FundingRule.Effect)."""

    field: str
    sentence: str
    effect: str


class Adviser(Protocol):
    """Tells what speaks against the claim of a tranche as it is about to be saved."""

    def __call__(self, tranche: Tranche) -> Iterable[Objection]: ...


_GUARDS: list[Guard] = []
_ADVISERS: list[Adviser] = []


def add_guard(guard: Guard) -> None:
    """Ask `guard` before a row of Guarded changes or goes, each as far as its writers ask."""
    if guard not in _GUARDS:
        _GUARDS.append(guard)


def ask_guards(row: Guarded, *, is_gone: bool = False) -> None:
    """Raise the ValidationError of the first guard that objects to the row as it is about to be, or to its end.

    Call it inside the transaction that writes, where it is about money while that is held (`hold_money`).
    """
    for guard in _GUARDS:
        guard(row, is_gone=is_gone)


def add_adviser(adviser: Adviser) -> None:
    """Ask `adviser` from now on before a claim is recorded."""
    if adviser not in _ADVISERS:
        _ADVISERS.append(adviser)


def objections_to(tranche: Tranche) -> list[Objection]:
    """Return what the advisers have against the claim of a tranche. Call it while the money is held."""
    return [objection for adviser in _ADVISERS for objection in adviser(tranche)]
