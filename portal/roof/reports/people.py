"""What may be told of the people of vulnerable groups who were reached: by year, and beside all that counts them.

A participation is told by its sex and age in the table of participants, and again in the value of each indicator
that counts it. A cell is therefore known by these too: what the service for small counts puts together is told in
one sum wherever it is told, and an indicator that would need a piece of such a sum is not told. Each log entry names
the vulnerable groups that came, without a number, so that a sum is told where it leaves room for all of its entries: of
two entries with five people together, each would have had one to four.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Sum
from django.db.models.functions import ExtractYear

from activities.counting import people_by_rule
from activities.counting_rules import Rule, rules_of
from activities.models import CountingRule, Participation
from beneficiaries.parts import Slice
from partnerships.models import Indicator, Partnership, Programme
from portal.ground.disclosure import Told, tell
from portal.roof.overviews.results.chain import year_window


class Cell(NamedTuple):
    """Of whom a number is: people of a group in a year, and the indicators (by key) that count them."""

    year: int
    group: int
    indicators: tuple[int, ...]
    sex: str
    band: int

    @property
    def place(self) -> tuple[int, int, str, int]:
        """Where it stands in the table of participants."""
        return self.year, self.group, self.sex, self.band

    def is_of(self, year: int, indicator: int, people: Slice) -> bool:
        """Say whether an indicator counts it in a year, and as people of a kind; "" and None are of every kind."""
        if self.year != year or indicator not in self.indicators:
            return False
        asked = ((people.sex or None, self.sex), (people.band, self.band), (people.group, self.group))
        return all(wanted in {None, own} for wanted, own in asked)


# How many people of a cell came in a log entry, by its key.
People = Counter[tuple[Cell, int]]


def people_told(partnership: Partnership, asked: Collection[int]) -> Told:
    """Return what may be told of the vulnerable people who were reached in calendar years (see `tell_people`)."""
    if not asked:
        return tell_people({})
    years = sorted(asked)
    rows = Participation.objects.filter(
        log_entry__activity__partnership=partnership,
        log_entry__withdrawn_at__isnull=True,
        log_entry__starts_on__range=(dt.date(years[0], 1, 1), dt.date(years[-1], 12, 31)),
        log_entry__starts_on__year__in=years,
        target_group__is_vulnerable=True,
    )
    grouped = rows.values("target_group", "sex", "age_band", "log_entry", year=ExtractYear("log_entry__starts_on"))
    people: People = Counter()
    for row in grouped.annotate(people=Sum("count")).order_by():
        cell = Cell(row["year"], row["target_group"], (), row["sex"], row["age_band"])
        people[cell, row["log_entry"]] += row["people"]
    if people:
        _tell_apart(people, partnership, years)
    cells: Counter[Cell] = Counter()
    entries: dict[Cell, set[int]] = defaultdict(set)
    for (cell, entry), number in people.items():
        if number:
            cells[cell] += number
            entries[cell].add(entry)
    return tell_people(cells, entries)


def tell_people(cells: Mapping[Cell, int], entries: Mapping[Cell, Collection[int]] | None = None) -> Told:
    """Return what may be told of vulnerable people: year by year and group by group.

    No group is told in one sum with another: the log tells other groups entry by entry, which would give it back. So
    a group that is too small as a whole is left out of every sum of its year. `entries` are those in which the people
    of each cell came, by key: they name the group.
    """

    def known(keys: Iterable[Cell]) -> int:
        naming = set().union(*(entries[key] for key in keys)) if entries else ()
        return len(naming) if len(naming) > 1 else 0

    return tell({cell: cells[cell] for cell in sorted(cells)}, is_at_risk=lambda _cell: True, apart=2, known=known)


def sums_told(told: Told) -> list[tuple[list[tuple[int, int, str, int]], int]]:
    """Return what the table of participants tells: (the places that are told in one sum, how many)."""
    blocks: list[tuple[set[tuple[int, int, str, int]], int]] = []
    for part in told.parts:
        places, count = {key.place for key in part.keys}, part.count
        apart = []
        for others, number in blocks:
            if places & others:
                places, count = places | others, count + number
            else:
                apart.append((others, number))
        blocks = [*apart, (places, count)]
    return [(sorted(places), count) for places, count in blocks]


def may_be_counted(told: Told, indicator: int, years: Iterable[int], people: Slice) -> bool:
    """Say whether an indicator may tell how many of these people it counts in each of the years."""
    return all(told.total(lambda cell, year=year: cell.is_of(year, indicator, people)) is not None for year in years)


def _tell_apart(people: People, partnership: Partnership, years: Sequence[int]) -> None:
    """Move the people whom indicators count to cells of their own."""
    vulnerable = {cell.group for cell, _entry in people}
    rules = rules_of(
        CountingRule.objects.filter(indicator__outcome__partnership=partnership, what=CountingRule.What.PARTICIPATIONS)
    )
    homes = dict(
        Indicator.objects.filter(pk__in=[rule.indicator for rule in rules]).values_list("pk", "outcome__programme")
    )
    of: dict[int | None, list[Rule]] = defaultdict(list)
    for rule in rules:
        of[homes[rule.indicator]].append(rule)
    for programme in partnership.programmes.all() if rules else ():
        mine = [*of[programme.pk], *of[None]]
        for (first, _last), whom, entry, number, indicators in people_by_rule(mine, _windows(programme, years)):
            if whom.group in vulnerable and whom.group is not None and whom.band is not None:
                cell = Cell(first.year, whom.group, (), whom.sex, whom.band)
                people[cell, entry] -= number
                people[cell._replace(indicators=indicators), entry] += number


def _windows(programme: Programme, years: Sequence[int]) -> list[tuple[dt.date, dt.date]]:
    during = range(programme.starts_on.year, programme.ends_on.year + 1)
    return [year_window(programme, year) for year in years if year in during]
