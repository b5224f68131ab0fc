"""Counts of people, told so that nobody is found through them (statistical disclosure control, DESIGN.md section 6).

The cells of a table are put together into parts until no part that holds people at risk is too small. Whatever leaves
the portal is a sum of whole parts: a cell, a row, a total of all years, in a page, a report or a spreadsheet. So all
of it together tells no more than the sums of the parts, and of a hidden cell nobody learns more than that it lies
between one and the sum of its part.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from django.conf import settings

# Where a row, a column or a total stands for every value of a dimension.
ALL: Any = None

# What a cell is about, the widest dimension first, as (group, sex, age band); it may be a named tuple.
Key = Any


def smallest_told() -> int:
    """Return from how many people on a count about a vulnerable group is told outside (setting SMALLEST_COUNT)."""
    return settings.SMALLEST_COUNT


def is_enough(count: int, *, kinds: int, known: int = 0) -> bool:
    """Say whether the sum of people at risk may be told, who are of so many kinds that nobody is to be told apart.

    `known` is of how many of them something else tells that they are there, without how many there are.
    """
    # Of each kind there is at least one, so that much of the sum is known of every kind.
    room = max(kinds if kinds > 1 else 0, known)
    return count >= smallest_told() + room


@dataclass(frozen=True)
class Part:
    """Cells that are told as one sum only."""

    keys: tuple[Key, ...]
    count: int


@dataclass(frozen=True)
class Told:
    """A table as far as it may be told: the parts whose sums are told, and those that are not told at all.

    What is not in the table is nought, and told as such.
    """

    parts: tuple[Part, ...]
    withheld: tuple[Part, ...]

    def total(self, holds: Callable[[Any], bool]) -> int | None:
        """Return how many people the cells hold that a question is about; None where it may not be told."""
        found = 0
        for part in self.parts:
            inside = sum(map(holds, part.keys))
            if inside == len(part.keys):
                found += part.count
            elif inside:
                return None
        return None if any(holds(key) for part in self.withheld for key in part.keys) else found

    @cached_property
    def sums(self) -> dict[Key, int | None]:
        """Every cell and every margin of the table, with ALL for the dimensions it sums over; None where hidden.

        A key that is not here is nought.
        """
        found: dict[Key, int] = defaultdict(int)
        hidden: set[Key] = set()
        for part in (*self.parts, *self.withheld):
            for margins in zip(*map(_margins, part.keys), strict=True):
                about = set(margins)
                if len(about) == 1 and part in self._told:
                    found[margins[0]] += part.count
                else:
                    hidden |= about
        return {**found, **dict.fromkeys(hidden)}

    @cached_property
    def _told(self) -> frozenset[Part]:
        return frozenset(self.parts)


def tell(
    cells: Mapping[Any, Any],
    *,
    is_at_risk: Callable[[Any], bool],
    apart: int = 0,
    known: Callable[[Collection[Any]], int] = lambda _keys: 0,
) -> Told:
    """Return what may be told of a table of people, {key: count}; its keys have one length, the widest dimension first.

    `is_at_risk` says of a key whether a small count about it may point at a person. A cell at risk is told by itself
    from `smallest_told` people on. Below that it is put together with another, first of the same row (the last
    dimension), then of a wider one, never across the first `apart` dimensions: years are told one by one, so that a
    later year, or another window of years, takes nothing back. Where even a whole table is too small nothing of it is
    told. `known` says of the keys of a part what is known of it elsewhere (see `is_enough`).
    """
    filled = {key: count for key, count in cells.items() if count}

    def is_good(part: Part) -> bool:
        return not any(map(is_at_risk, part.keys)) or is_enough(
            part.count, kinds=len(part.keys), known=known(part.keys)
        )

    parts = _merged([Part((key,), count) for key, count in filled.items()], 0, apart, is_good)
    good = [part for part in parts if is_good(part)]
    return Told(tuple(good), tuple(part for part in parts if not is_good(part)))


def _merged(parts: list[Part], depth: int, apart: int, is_good: Callable[[Part], bool]) -> list[Part]:
    """Return the parts with those that are too small put together, at the narrowest dimension that allows it."""
    if not parts:
        return []
    width = len(parts[0].keys[0])
    if depth < width - 1:
        rows: dict[Hashable, list[Part]] = defaultdict(list)
        for part in parts:
            rows[part.keys[0][depth]].append(part)
        parts = [part for row in rows.values() for part in _merged(row, depth + 1, apart, is_good)]
    return parts if depth < apart else _put_together(parts, is_good)


def _put_together(parts: Collection[Part], is_good: Callable[[Part], bool]) -> list[Part]:
    """Put parts together, the smallest first and one that is too small before one that is not, until none is."""
    heap = [(is_good(part), part.count, number, part) for number, part in enumerate(parts)]
    heapq.heapify(heap)
    number = len(heap)
    while len(heap) > 1 and not heap[0][0]:
        small, other = heapq.heappop(heap)[-1], heapq.heappop(heap)[-1]
        both = Part(small.keys + other.keys, small.count + other.count)
        number += 1
        heapq.heappush(heap, (is_good(both), both.count, number, both))
    return [row[-1] for row in heap]


def _margins(key: Key) -> Iterator[Key]:
    """Yield a cell's own key and those of all margins that it is in, in a lasting order."""
    yield from product(*((value, ALL) for value in key))
