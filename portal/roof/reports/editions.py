"""One edition of a year's report beside the others: its number and seal, and what it must not give away beside them.

A count of a vulnerable group that is told twice, a few people apart, tells of those few. So each edition of a year's
report tells such a group as the edition before did until at least `smallest_told` people lie between its counts and
those of every edition; a note says so.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from beneficiaries.models import Sex
from portal.ground.disclosure import smallest_told
from portal.roof.reports.counts import Band, GroupTable, Participants, ToldPart, by_age, tabled
from portal.roof.reports.sections import Report

Place = tuple[Sex, int | None, int | None]


@dataclass(frozen=True)
class Edition:
    """One frozen report of a year, as 2024/1 or 2024/2.

    `before` is the data of the edition before, None in the first one. `unpublishable` holds the numbers of the photos
    that may no longer leave the portal, though they might when the data were frozen.
    """

    year: int
    number: int
    taken_on: dt.date
    sha256: str
    before: Report | None
    unpublishable: frozenset[int]

    @property
    def label(self) -> str:
        """The number as people write it."""
        return f"{self.year}/{self.number}"

    @property
    def label_before(self) -> str:
        """The number of the edition before."""
        return f"{self.year}/{self.number - 1}"


def settled(found: Participants, earlier: Sequence[tuple[int, Participants]]) -> Participants:
    """Return who was reached, told so that no earlier edition beside it gives a few people away.

    `earlier` are the participants of the editions of the years in question, each with its year, the newest last.
    What an earlier edition told in one sum is told in one sum.
    """
    told: list[ToldPart] = []
    kept: set[str] = set()
    for slug, year in dict.fromkeys((part.group, part.year) for part in found.parts):
        mine = [part for part in found.parts if (part.group, part.year) == (slug, year)]
        before = [of for other, edition in earlier if other == year and (of := _parts_of(edition, slug, year, mine))]
        together = _together([mine, *before])
        if any(_is_near(together, mine, of) for of in before):
            told += before[-1]
            kept.add(slug)
        else:
            told += [_sum_of(mine, block, slug, year) for block in together]
    return _told_as(found, tuple(told), kept)


def told_last(found: Participants, newest: Callable[[int], Participants | None]) -> Participants:
    """Return who was reached, vulnerable groups as the newest edition of each year told them, or not at all.

    `newest` returns the participants of that edition; None where a year has none, which is told as it is.
    """
    told: list[ToldPart] = []
    kept: set[str] = set()
    for slug, year in dict.fromkeys((part.group, part.year) for part in found.parts):
        mine = [part for part in found.parts if (part.group, part.year) == (slug, year)]
        edition = newest(year)
        before = mine if edition is None else _parts_of(edition, slug, year, mine)
        told += before
        kept |= {slug} if _sums(before) != _sums(mine) else set()
    return _told_as(found, tuple(told), kept) if kept else found


def _sums(parts: Iterable[ToldPart]) -> set[tuple[frozenset[Place], int]]:
    return {(frozenset(part.of), part.count) for part in parts}


def _told_as(found: Participants, told: tuple[ToldPart, ...], kept: Collection[str]) -> Participants:
    """Return who was reached with other sums of vulnerable groups; `kept` are the groups told as an edition told."""
    if told == found.parts:
        return found
    cells: dict[str, Counter[tuple[Sex | None, Band]]] = {
        group.slug: Counter() if group.is_vulnerable else Counter(cells_of(found, group)) for group in found.groups
    }
    for part in told:
        cells[part.group][part.shown_as] += part.count
    groups = (replace(group, is_kept=group.slug in kept) for group in found.groups)
    bands = sorted({band for of in cells.values() for _sex, band in of if band is not None}, key=by_age)
    return tabled(groups, cells, bands, told)


def cells_of(found: Participants, group: GroupTable) -> dict[tuple[Sex | None, Band], int]:
    """Return the counts of a group by sex and age band; None stands for what is not told."""
    columns: tuple[Band, ...] = (*found.bands, None)
    return {
        (row.sex, band): count for row in group.rows for band, count in zip(columns, row.by_age, strict=True) if count
    }


def _parts_of(edition: Participants, slug: str, year: int, mine: Iterable[ToldPart]) -> list[ToldPart]:
    """Return what an edition tells of a group in a year, sum by sum.

    One that was frozen without its sums has them in its table; what it tells of no sex or age may be of any.
    """
    parts = [part for part in edition.parts if (part.group, part.year) == (slug, year)]
    group = next((row for row in edition.groups if row.slug == slug), None)
    if parts or group is None:
        return parts
    cells = cells_of(edition, group)
    known = {place for part in mine for place in part.of}
    known |= {(sex, *band) for sex, band in cells if sex is not None and band is not None}
    return [
        ToldPart(slug, year, tuple(sorted((place for place in known if _is_in(place, sex, band)), key=str)), count)
        for (sex, band), count in cells.items()
    ]


def _is_in(place: Place, sex: Sex | None, band: Band) -> bool:
    return sex in {None, place[0]} and band in {None, place[1:]}


def _together(tellings: Iterable[Iterable[ToldPart]]) -> list[set[Place]]:
    """Return the sexes and ages that some telling puts together."""
    blocks: list[set[Place]] = []
    for parts in tellings:
        for part in parts:
            block = set(part.of)
            apart = []
            for other in blocks:
                if block & other:
                    block |= other
                else:
                    apart.append(other)
            blocks = [*apart, block]
    return blocks


def _sum_of(parts: Iterable[ToldPart], block: set[Place], slug: str, year: int) -> ToldPart:
    inside = [part for part in parts if block & set(part.of)]
    return ToldPart(slug, year, tuple(sorted(block, key=str)), sum(part.count for part in inside))


def _is_near(blocks: Iterable[set[Place]], now: Sequence[ToldPart], before: Sequence[ToldPart]) -> bool:
    """Say whether some few people lie between two tellings, as finely as both are told."""
    sums = ([sum(part.count for part in parts if block & set(part.of)) for parts in (now, before)] for block in blocks)
    return any(0 < abs(new - old) < smallest_told() for new, old in sums)
