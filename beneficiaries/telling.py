"""Which figures of a course are not those that were told of it last: a room above knows its reports.

What was frozen stays as it was, while a learner may be written down between that and the locking of the year, take an
agreement back, or be erased. Who looks twice, before and after, would know what that one did.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from beneficiaries.models import Course
from beneficiaries.paths import Paths


class Asked(NamedTuple):
    """A course, what would be told of it, and the settled years in which cohorts of it began."""

    course: Course
    paths: Paths
    years: Collection[int]


# What is asked, and {partnership: its settled years} → {course key: the years that were told otherwise}.
Teller = Callable[[Sequence[Asked], Mapping[int, Collection[int]]], Mapping[int, Collection[int]]]

_TELLERS: list[Teller] = []


def add_teller(teller: Teller) -> None:
    """Ask `teller` from now on which years of some courses it told otherwise."""
    if teller not in _TELLERS:
        _TELLERS.append(teller)


def told_otherwise(asked: Sequence[Asked], settled: Mapping[int, Collection[int]]) -> dict[int, set[int]]:
    """Return {course key: the years in which cohorts began that were told otherwise elsewhere}.

    `settled` are the settled years by partnership (partnerships.settled).
    """
    apart: dict[int, set[int]] = {one.course.pk: set() for one in asked}
    for teller in _TELLERS:
        for course, years in teller(asked, settled).items():
            apart[course] |= set(years)
    return apart
