"""Which indicators must not leave the portal value by value: a room above knows what their values count.

A report and the logframe's spreadsheet tell them as far as they may be told (portal.ground.disclosure); a list of
single values, with the parts and the periods of each, or of small baselines would give a few people back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

Keeper = Callable[[Collection[int]], set[int]]

_KEEPERS: list[Keeper] = []


def add_keeper(keeper: Keeper) -> None:
    """Ask `keeper` from now on which of some indicators, by their keys, stay inside."""
    if keeper not in _KEEPERS:
        _KEEPERS.append(keeper)


def kept_inside(indicators: Collection[int]) -> set[int]:
    """Return which of the indicators, by their keys, must not leave the portal value by value."""
    return {pk for keeper in _KEEPERS for pk in keeper(indicators)}
