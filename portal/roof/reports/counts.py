"""Participants by group, sex and age, told so that no small count about a vulnerable group comes out.

A count below `SMALLEST_TOLD` about a vulnerable group is not told, and nothing is told from which it could
be worked out: the group loses its ages, then its sexes, then is left out of every sum. What is told of a
window is what its single years would tell, so that a report of several years gives none of them back; and
entries and activities name vulnerable groups without a number.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import ExtractYear

from activities.models import Participation, Sex
from beneficiaries.models import AgeBand, TargetGroup
from partnerships.models import Partnership
from portal.roof.reports.words import Words

SMALLEST_TOLD = 5


@dataclass(frozen=True)
class GroupCount:
    """How many people of a group one entry reached; None where a count could point at people."""

    group: Words
    count: int | None


@dataclass(frozen=True)
class CountRow:
    """Counts by age band, in the order of the bands; the last one has no band that may be told."""

    sex: Sex | None
    by_age: tuple[int, ...]

    @property
    def total(self) -> int:
        """The sum of the row."""
        return sum(self.by_age)


@dataclass(frozen=True)
class GroupTable:
    """The counts of one target group, by sex and age band as far as they may be told."""

    name: Words
    is_vulnerable: bool
    is_withheld: bool
    rows: tuple[CountRow, ...]

    @property
    def total(self) -> int:
        """How many people of the group are told of."""
        return sum(row.total for row in self.rows)


@dataclass(frozen=True)
class Participants:
    """Who was reached: groups, and the sum of what is told of them."""

    bands: tuple[tuple[int | None, int | None], ...]
    groups: tuple[GroupTable, ...]
    all_groups: tuple[CountRow, ...]
    ages_withheld: bool
    withheld: bool

    @property
    def total(self) -> int:
        """How many people are told of, over all groups."""
        return sum(group.total for group in self.groups)


@dataclass(frozen=True)
class Cell:
    """How many of a group took part in a year; `sex` and `band` are None where they may not be told."""

    year: int
    sex: str | None
    band: int | None
    count: int


def told(cells: Iterable[Cell]) -> list[Cell] | None:
    """Return a vulnerable group's cells as far as they may be told, or None where not even their sum may."""
    cells = list(cells)
    for keep_sex, keep_band in ((True, True), (True, False), (False, True), (False, False)):
        sums: Counter[tuple[int, str | None, int | None]] = Counter()
        for cell in cells:
            sums[cell.year, cell.sex if keep_sex else None, cell.band if keep_band else None] += cell.count
        if all(count >= SMALLEST_TOLD for count in sums.values()):
            return [Cell(*key, count) for key, count in sums.items()]
    return None


def participants_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> Participants:
    """Return who was reached by the entries that began in the window."""
    bands: list[AgeBand] = list(AgeBand.objects.order_by("position"))
    cells: dict[int, list[Cell]] = defaultdict(list)
    rows = _standing(partnership, starts_on, ends_on).values(
        "target_group", "sex", "age_band", year=ExtractYear("log_entry__starts_on")
    )
    for row in rows.annotate(people=Sum("count")).order_by():
        cells[row["target_group"]].append(Cell(row["year"], row["sex"], row["age_band"], row["people"]))
    columns = [*(band.pk for band in bands), None]
    tables = tuple(_table(group, cells[group.pk], columns) for group in _groups().values() if group.pk in cells)
    everybody = [row for table in tables for row in table.rows]
    return Participants(
        bands=tuple((band.min_age, band.max_age) for band in bands),
        groups=tables,
        all_groups=_rows_by_sex([(row.sex, row.by_age) for row in everybody]),
        ages_withheld=any(row.by_age[-1] for row in everybody),
        withheld=any(table.is_withheld for table in tables),
    )


def counts_by_entry(
    partnership: Partnership, starts_on: dt.date, ends_on: dt.date
) -> dict[int, tuple[GroupCount, ...]]:
    """Return each entry's counts by group; a vulnerable group is named without its number."""
    counts: dict[int, list[GroupCount]] = defaultdict(list)
    groups = _groups()
    rows = _standing(partnership, starts_on, ends_on).values("log_entry", "target_group").annotate(people=Sum("count"))
    for row in rows.order_by("log_entry", "target_group__position", "target_group"):
        group = groups[row["target_group"]]
        counts[row["log_entry"]].append(
            GroupCount(Words.of(group, "name"), None if group.is_vulnerable else row["people"])
        )
    return {entry: tuple(of_entry) for entry, of_entry in counts.items()}


def _groups() -> dict[int, TargetGroup]:
    return {group.pk: group for group in TargetGroup.objects.order_by("position", "slug")}


def _standing(partnership: Partnership, starts_on: dt.date, ends_on: dt.date):
    # An entry belongs to the window in which it begins, so that the reports of two years never count it twice.
    return Participation.objects.filter(
        log_entry__activity__partnership=partnership,
        log_entry__withdrawn_at__isnull=True,
        log_entry__starts_on__range=(starts_on, ends_on),
    )


def _table(group: TargetGroup, cells: list[Cell], columns: list[int | None]) -> GroupTable:
    shown = told(cells) if group.is_vulnerable else cells
    rows = [
        (Sex(cell.sex) if cell.sex else None, tuple(cell.count if cell.band == column else 0 for column in columns))
        for cell in shown or []
    ]
    return GroupTable(Words.of(group, "name"), group.is_vulnerable, shown is None, _rows_by_sex(rows))


def _rows_by_sex(rows: list[tuple[Sex | None, tuple[int, ...]]]) -> tuple[CountRow, ...]:
    """Return one row for each sex that occurs, in the order of the sexes, with those not told of last."""
    by_sex: dict[Sex | None, list[tuple[int, ...]]] = defaultdict(list)
    for sex, by_age in rows:
        by_sex[sex].append(by_age)
    return tuple(
        CountRow(sex, tuple(sum(column) for column in zip(*by_sex[sex], strict=True)))
        for sex in (*Sex, None)
        if sex in by_sex
    )
