"""Participants by group, sex and age, told so that no small count about a vulnerable group comes out.

What may be told of a vulnerable group is decided in people.py. It is told for whole calendar years only, so that no
two windows a day apart give a single entry back, and once these are settled (partnerships.settled), so that no two days
do; entries and activities name vulnerable groups without a number.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Q, Sum
from django.db.models.functions import ExtractYear

from activities.models import Counting, Participation
from beneficiaries.models import AgeBand, Sex, TargetGroup
from partnerships.models import Partnership
from portal.ground.disclosure import Told
from portal.roof.reports.people import people_told, sums_told
from portal.roof.reports.words import Words

Band = tuple[int | None, int | None] | None
# How many of a group, by sex and age band; None stands for what is not told apart.
Cells = Mapping[tuple[Sex | None, Band], int]


# How many of some participations were not counted head by head.
_ESTIMATED = {"estimated": Count("pk", filter=Q(counting=Counting.ESTIMATED))}


@dataclass(frozen=True)
class GroupCount:
    """How many people of a group one entry reached; None where a count could point at people."""

    group: Words
    count: int | None
    is_estimated: bool = False


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
    out, `is_kept` that the counts are those of the edition before (see editions.py), `is_estimated` that not all of
    them were counted head by head.
    """

    name: Words
    is_vulnerable: bool
    is_small: bool
    is_cut: bool
    rows: tuple[CountRow, ...]
    slug: str = ""
    is_kept: bool = False
    is_estimated: bool = False

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
    # What the tables tell of vulnerable groups, sum by sum: a later edition tells none of it apart.
    parts: tuple[ToldPart, ...] = ()

    @property
    def age_columns(self) -> int:
        """How many columns the ages take: one for each band, and one for ages that are not told."""
        return len(self.bands) + self.ages_withheld

    @property
    def withheld(self) -> bool:
        """Whether a group is left out because its count is too small."""
        return any(group.is_small for group in self.groups)

    @property
    def is_estimated(self) -> bool:
        """Whether some of what is told was not counted head by head."""
        return any(group.is_estimated and not group.is_withheld for group in self.groups)

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
class ToldPart:
    """People of one vulnerable group in one year of whom only the sum is told; `of`: their sexes and ages."""

    group: str
    year: int
    of: tuple[tuple[Sex, int | None, int | None], ...]
    count: int

    @property
    def shown_as(self) -> tuple[Sex | None, Band]:
        """The sex and the age band that all of them have; None for what is told together."""
        sexes, bands = {sex for sex, *_ages in self.of}, {(low, high) for _sex, low, high in self.of}
        return sexes.pop() if len(sexes) == 1 else None, bands.pop() if len(bands) == 1 else None


def whole_years(starts_on: dt.date, ends_on: dt.date) -> range:
    """Return the calendar years of which the window holds every day."""
    first = starts_on.year + ((starts_on.month, starts_on.day) != (1, 1))
    last = ends_on.year - ((ends_on.month, ends_on.day) != (12, 31))
    return range(first, last + 1)


def participants_of(
    partnership: Partnership, starts_on: dt.date, ends_on: dt.date, settled: Collection[int]
) -> Participants:
    """Return who was reached by the entries that began in the window, vulnerable groups in its `settled` years."""
    cells: dict[int, Counter[tuple[Sex | None, Band]]] = defaultdict(Counter)
    cut: set[int] = set()
    guessed: set[int] = set()
    years = [year for year in whole_years(starts_on, ends_on) if year in settled]
    groups = _groups()
    bands = {row.pk: row for row in AgeBand.objects.order_by("position")}
    rows = _standing(partnership, starts_on, ends_on).values(
        "target_group", "sex", "age_band", year=ExtractYear("log_entry__starts_on")
    )
    for row in rows.annotate(people=Sum("count"), **_ESTIMATED).order_by():
        group, band = groups[row["target_group"]], bands[row["age_band"]]
        if group.is_vulnerable and row["year"] not in years:
            cut.add(group.pk)
            continue
        guessed |= {group.pk} if row["estimated"] else set()
        if not group.is_vulnerable:
            cells[group.pk][Sex(row["sex"]), (band.min_age, band.max_age)] += row["people"]
    told = people_told(partnership, years)
    parts = parts_told(told, {pk: group.slug for pk, group in groups.items()}, bands)
    for part in parts:
        cells[next(pk for pk, group in groups.items() if group.slug == part.group)][part.shown_as] += part.count
    small = {key.group for part in told.withheld for key in part.keys}

    def table(pk: int, group: TargetGroup) -> GroupTable:
        name, is_estimated = Words.of(group, "name"), pk in guessed
        return GroupTable(name, group.is_vulnerable, pk in small, pk in cut, (), group.slug, is_estimated=is_estimated)

    tables = [table(pk, group) for pk, group in groups.items() if pk in cells or pk in small or pk in cut]
    # Two groups may be counted by bands of their own with the same ages.
    columns = sorted({(band.min_age, band.max_age) for band in bands.values()}, key=by_age)
    return tabled(tables, {groups[pk].slug: of for pk, of in cells.items()}, columns, parts)


def parts_told(told: Told, slugs: Mapping[int, str], bands: Mapping[int, AgeBand]) -> tuple[ToldPart, ...]:
    """Return the sums that are told of vulnerable groups by year, sex and age; what is told in one sum is one part."""
    return tuple(
        ToldPart(
            slugs[places[0][1]],
            places[0][0],
            tuple((Sex(sex), bands[band].min_age, bands[band].max_age) for *_of, sex, band in places),
            count,
        )
        for places, count in sums_told(told)
    )


def by_age(band: Band) -> tuple[bool, int, int]:
    """Return by what age bands are put in order; the one of an age that is not said is the last."""
    low, high = band or (None, None)
    return low is None, low or 0, high or 0


def tabled(
    groups: Iterable[GroupTable], cells: Mapping[str, Cells], columns: Iterable[Band], parts: tuple[ToldPart, ...]
) -> Participants:
    """Return the tables of groups, {short name: cells}; `columns` are the age bands in their order."""
    used = {band for of in cells.values() for (_sex, band), count in of.items() if count}
    bands = tuple(band for band in columns if band is not None and band in used)
    shown: tuple[Band, ...] = (*bands, None)
    tables = tuple(replace(group, rows=_rows([cells.get(group.slug, {})], shown)) for group in groups)
    return Participants(bands, tables, _rows(cells.values(), shown), ages_withheld=None in used, parts=parts)


def counts_by_entry(
    partnership: Partnership, starts_on: dt.date, ends_on: dt.date
) -> dict[int, tuple[GroupCount, ...]]:
    """Return each entry's counts by group; a vulnerable group is named without its number."""
    counts: dict[int, list[GroupCount]] = defaultdict(list)
    groups = _groups()
    rows = _standing(partnership, starts_on, ends_on).values("log_entry", "target_group")
    rows = rows.annotate(people=Sum("count"), **_ESTIMATED)
    for row in rows.order_by("log_entry", "target_group__position", "target_group"):
        group = groups[row["target_group"]]
        counts[row["log_entry"]].append(
            GroupCount(
                Words.of(group, "name"),
                None if group.is_vulnerable else row["people"],
                is_estimated=bool(row["estimated"]),
            )
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


def _rows(cells: Iterable[Cells], columns: Sequence[Band]) -> tuple[CountRow, ...]:
    """Return one row for each sex that occurs, in the order of the sexes, with those not told of last."""
    sums: Counter[tuple[Sex | None, Band]] = Counter()
    for of in cells:
        sums.update(of)
    sexes = {sex for (sex, _band), count in sums.items() if count}
    return tuple(CountRow(sex, tuple(sums[sex, band] for band in columns)) for sex in (*Sex, None) if sex in sexes)
