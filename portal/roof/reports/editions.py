"""One edition of a year's report beside the others: its number and seal, and what it must not give away beside them.

A count of a vulnerable group that is told twice, a few people apart, tells of those few. So each edition of a year's
report tells such a group as the edition before did until at least `SMALLEST_TOLD` people lie between its counts and
those of every edition; a note says so.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from beneficiaries.models import Sex
from portal.roof.reports.counts import SMALLEST_TOLD, CountRow, GroupTable, Participants
from portal.roof.reports.sections import Report

Band = tuple[int | None, int | None] | None
Cells = Mapping[tuple[Sex | None, Band], int]


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


def settled(found: Participants, earlier: Sequence[Participants]) -> Participants:
    """Return who was reached, told so that no earlier edition beside it gives a few people away.

    `earlier` are the participants of the year's editions, the newest last.
    """
    kept: dict[str, Cells] = {}
    for group in found.groups:
        told = [of for edition in earlier if (of := _told(edition, group.slug))]
        if group.is_vulnerable and any(_is_near(cells_of(found, group), of) for of in told):
            kept[group.slug] = told[-1]
    if not kept:
        return found
    cells = {group.slug: kept.get(group.slug) or cells_of(found, group) for group in found.groups}
    bands = tuple(sorted({band for of in cells.values() for _sex, band in of if band is not None}, key=_by_age))
    columns: tuple[Band, ...] = (*bands, None)
    groups = tuple(
        replace(
            group,
            rows=_rows([cells[group.slug]], columns),
            is_small=group.is_small and group.slug not in kept,
            is_kept=group.slug in kept,
        )
        for group in found.groups
    )
    withheld = any(band is None for of in cells.values() for _sex, band in of)
    return Participants(bands, groups, _rows(cells.values(), columns), withheld)


def cells_of(found: Participants, group: GroupTable) -> dict[tuple[Sex | None, Band], int]:
    """Return the counts of a group by sex and age band; None stands for what is not told."""
    columns: tuple[Band, ...] = (*found.bands, None)
    return {
        (row.sex, band): count for row in group.rows for band, count in zip(columns, row.by_age, strict=True) if count
    }


def _told(edition: Participants, slug: str) -> dict[tuple[Sex | None, Band], int]:
    return next((cells_of(edition, group) for group in edition.groups if group.slug == slug), {})


def _is_near(found: Cells, told: Cells) -> bool:
    """Say whether some few people lie between two tellings, as finely as both are told."""
    if not found:
        return False
    by_sex = all(sex is not None for sex, _band in (*found, *told))
    by_band = all(band is not None for _sex, band in (*found, *told))
    sums: Counter[tuple[Sex | None, Band]] = Counter()
    for sign, cells in ((1, found), (-1, told)):
        for (sex, band), count in cells.items():
            sums[sex if by_sex else None, band if by_band else None] += sign * count
    return any(0 < abs(count) < SMALLEST_TOLD for count in sums.values())


def _by_age(band: Band) -> tuple[bool, int, int]:
    low, high = band or (None, None)
    return low is None, low or 0, high or 0


def _rows(cells: Iterable[Cells], columns: Sequence[Band]) -> tuple[CountRow, ...]:
    sums: Counter[tuple[Sex | None, Band]] = Counter()
    for of in cells:
        sums.update(of)
    sexes = {sex for sex, _band in sums}
    return tuple(CountRow(sex, tuple(sums[sex, band] for band in columns)) for sex in (*Sex, None) if sex in sexes)
