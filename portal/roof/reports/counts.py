"""Participants by group, sex and age, told so that no small count about a vulnerable group comes out.

A count below `SMALLEST_TOLD` about a vulnerable group is not told, and nothing is told from which it could
be worked out: the group loses its ages, then its sexes, then is left out of every sum. What is told of a
window is what its whole calendar years would tell, so that neither a report of several years nor two windows
a day apart give a single entry back; entries and activities name vulnerable groups without a number.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import ExtractYear

from activities.models import Participation
from beneficiaries.models import AgeBand, Sex, TargetGroup
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
    """The counts of one target group, by sex and age band as far as they may be told.

    `is_small` says that a count was too small to be told, `is_cut` that people reached in a part of a year are left
    out, `is_kept` that the counts are those of the edition before (see editions.py).
    """

    name: Words
    is_vulnerable: bool
    is_small: bool
    is_cut: bool
    rows: tuple[CountRow, ...]
    slug: str = ""
    is_kept: bool = False

    @property
    def is_withheld(self) -> bool:
        """Whether the group is named without any number."""
        return not self.rows

    @property
    def total(self) -> int:
        """How many people of the group are told of."""
        return sum(row.total for row in self.rows)


@dataclass(frozen=True)
class Participants:
    """Who was reached: groups, and the sum of what is told of them. A band that nobody is told in has no column."""

    bands: tuple[tuple[int | None, int | None], ...]
    groups: tuple[GroupTable, ...]
    all_groups: tuple[CountRow, ...]
    ages_withheld: bool

    @property
    def age_columns(self) -> int:
        """How many columns the ages take: one for each band, and one for ages that are not told."""
        return len(self.bands) + self.ages_withheld

    @property
    def withheld(self) -> bool:
        """Whether a group is left out because its count is too small."""
        return any(group.is_small for group in self.groups)

    @property
    def merged(self) -> bool:
        """Whether ages or sexes are told together."""
        return self.ages_withheld or any(row.sex is None for row in self.all_groups)

    @property
    def cut(self) -> bool:
        """Whether a vulnerable group is left out for a part of a year."""
        return any(group.is_cut for group in self.groups)

    @property
    def kept(self) -> list[Words]:
        """The groups that are told as in the edition before."""
        return [group.name for group in self.groups if group.is_kept]

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


def whole_years(starts_on: dt.date, ends_on: dt.date) -> range:
    """Return the calendar years of which the window holds every day."""
    first = starts_on.year + ((starts_on.month, starts_on.day) != (1, 1))
    last = ends_on.year - ((ends_on.month, ends_on.day) != (12, 31))
    return range(first, last + 1)


def participants_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> Participants:
    """Return who was reached by the entries that began in the window."""
    cells: dict[int, list[Cell]] = defaultdict(list)
    rows = _standing(partnership, starts_on, ends_on).values(
        "target_group", "sex", "age_band", year=ExtractYear("log_entry__starts_on")
    )
    for row in rows.annotate(people=Sum("count")).order_by():
        cells[row["target_group"]].append(Cell(row["year"], row["sex"], row["age_band"], row["people"]))
    groups = [group for group in _groups().values() if group.pk in cells]
    years = whole_years(starts_on, ends_on)
    shown = {group.pk: _shown(cells[group.pk], years) if group.is_vulnerable else cells[group.pk] for group in groups}
    used = {cell.band for of_group in shown.values() for cell in of_group or []}
    bands = [band for band in AgeBand.objects.order_by("position") if band.pk in used]
    columns = [*(band.pk for band in bands), None]
    tables = tuple(
        GroupTable(
            Words.of(group, "name"),
            group.is_vulnerable,
            shown[group.pk] is None,
            group.is_vulnerable and any(cell.year not in years for cell in cells[group.pk]),
            _rows_by_sex(shown[group.pk] or [], columns),
            group.slug,
        )
        for group in groups
    )
    return Participants(
        bands=tuple((band.min_age, band.max_age) for band in bands),
        groups=tables,
        all_groups=_rows_by_sex([cell for of_group in shown.values() for cell in of_group or []], columns),
        ages_withheld=None in used,
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


def _shown(cells: list[Cell], years: range) -> list[Cell] | None:
    # Two windows that end on different days of a year would differ by what was counted between them.
    return told(cell for cell in cells if cell.year in years)


def _rows_by_sex(cells: list[Cell], columns: list[int | None]) -> tuple[CountRow, ...]:
    """Return one row for each sex that occurs, in the order of the sexes, with those not told of last."""
    sums: Counter[tuple[str | None, int | None]] = Counter()
    for cell in cells:
        sums[cell.sex, cell.band] += cell.count
    sexes = {sex for sex, _band in sums}
    return tuple(CountRow(sex, tuple(sums[sex, band] for band in columns)) for sex in (*Sex, None) if sex in sexes)
