"""Until when the past of a partnership stands: its years in which nothing that is dated changes any more.

A figure that still moves is read twice, before and after one entry, and the difference is that entry. So of people at
risk nothing is told outside but what happened in a settled year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from partnerships.models import ProgrammeYear


@dataclass
class _Plan:
    """One programme: the calendar years that it has, and those of them that are locked."""

    years: set[int] = field(default_factory=set)
    locked: set[int] = field(default_factory=set)


def settled_years(partnership: int, *, freezing: int | None = None) -> frozenset[int]:
    """Return the settled calendar years of a partnership, by its key.

    `freezing` is a year whose report is being frozen: what is told of it is kept as it is told now, under a number.
    """
    return settled_by_partnership([partnership])[partnership] | ({freezing} if freezing else set())


def settled_by_partnership(partnerships: Iterable[int]) -> Mapping[int, frozenset[int]]:
    """Return {partnership: its settled calendar years}, in one query.

    A year is settled where each programme that has it has locked it, and so are the years before it: what is counted
    from the start, or of a cohort that began earlier, would move with an earlier one. No year is asked about between
    two programmes, nor one of a programme that never locked any: nothing of these is told, and they hold nothing up.
    """
    plans: dict[int, dict[int, _Plan]] = {pk: defaultdict(_Plan) for pk in partnerships}
    rows = ProgrammeYear.objects.filter(programme__partnership__in=plans).order_by()
    about = ("partnership", "pk", "starts_on", "ends_on")
    for year, state, home, programme, first, last in rows.values_list(
        "year", "state", *(f"programme__{name}" for name in about)
    ):
        plan = plans[home][programme]
        # A year of the programme that nobody opened here cannot be locked either.
        plan.years |= {year, *range(first.year, last.year + 1)}
        plan.locked |= {year} if state == ProgrammeYear.State.LOCKED else set()
    return {pk: _settled(list(of.values())) for pk, of in plans.items()}


def _settled(plans: list[_Plan]) -> frozenset[int]:
    asked = {year for plan in plans if plan.locked for year in plan.years}
    found: set[int] = set()
    for year in sorted(asked):
        if any(year in plan.years and year not in plan.locked for plan in plans):
            break
        found.add(year)
    return frozenset(found)
