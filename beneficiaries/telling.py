"""Which figures of a course stand a few learners from what was told of it elsewhere: a room above knows its reports.

What was frozen stays as it was, while a learner may be written down between that and the locking of the year.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from beneficiaries.models import Course
from beneficiaries.paths import Paths

# {course: what would be told of it} → {course key: the years in which cohorts began that lie too near}.
Teller = Callable[[Mapping[Course, Paths]], Mapping[int, Collection[int]]]

_TELLERS: list[Teller] = []


def add_teller(teller: Teller) -> None:
    """Ask `teller` from now on which years of some courses lie a few learners from what it told of them."""
    if teller not in _TELLERS:
        _TELLERS.append(teller)


def told_nearby(paths: Mapping[Course, Paths]) -> dict[int, set[int]]:
    """Return {course key: the years in which cohorts began that are a few learners from what was told elsewhere}."""
    near: dict[int, set[int]] = {course.pk: set() for course in paths}
    for teller in _TELLERS:
        for course, years in teller(paths).items():
            near[course] |= set(years)
    return near
