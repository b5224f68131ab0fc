"""Nobody who solves all that is published of the participants together comes near a few vulnerable people.

All of it: the tables of each year and of both, the values of the indicators that count the same people, and each
edition of each year with what came later. A page, a PDF, a spreadsheet and the frozen data tell the same sums.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from beneficiaries.models import AgeBand
from beneficiaries.parts import Slice
from partnerships.models import Indicator
from portal.ground.disclosure import smallest_told
from portal.roof.overviews.results.figures import NOTHING, IndicatorSheet, YearFigures
from portal.roof.reports.attainment import Measured
from portal.roof.reports.attainment_told import settled_chains
from portal.roof.reports.counts import GroupTable, Participants, parts_told, tabled
from portal.roof.reports.editions import settled
from portal.roof.reports.people import Cell, may_be_counted, tell_people
from portal.roof.reports.words import Words
from tests.test_frozen import sample

pytestmark = pytest.mark.once

YEARS, GROUPS, SEXES = (2023, 2024), {1: "one"}, ("women", "men")
BANDS = {number: AgeBand(pk=number, min_age=10 * number, max_age=10 * number + 9) for number in (1, 2)}
SIGNS: tuple[tuple[int, ...], ...] = ((), (7,), (7, 8))
ATOMS = [Cell(*key) for key in product(YEARS, GROUPS, SIGNS, SEXES, BANDS)]


class Sum(NamedTuple):
    """A number that is published of an edition: the atoms that it adds up, and what they come to."""

    edition: int
    atoms: frozenset[Cell]
    number: int


@dataclass(frozen=True)
class Published:
    """What an edition told: the participants, and the figures of the indicators."""

    participants: Participants
    figures: dict[tuple[int, int], int]


def published(cells: dict[Cell, int], earlier: list[Published]) -> Published:
    told = tell_people(cells)
    parts = parts_told(told, GROUPS, BANDS)
    named = [GroupTable(Words((("en", slug),)), True, False, False, (), slug) for slug in GROUPS.values()]
    counted: dict[str, Counter] = {slug: Counter() for slug in GROUPS.values()}
    for part in parts:
        counted[part.group][part.shown_as] += part.count
    columns = [(band.min_age, band.max_age) for band in BANDS.values()]
    table = tabled(named, counted, columns, parts)
    before = [(year, edition.participants) for edition in earlier for year in YEARS]
    found = [measured(told, cells, indicator) for indicator in (7, 8)]
    chains = settled_chains(chain_of(found), [chain_of(list(sheets(edition))) for edition in earlier])
    figures = {
        (row.pk, year.year): int(year.counted)
        for row in chains[0].results[0].indicators
        for year in row.sheet.years
        if year.counted is not None
    }
    return Published(settled(table, before), figures)


def measured(told, cells: dict[Cell, int], indicator: int) -> Measured:
    known = may_be_counted(told, indicator, YEARS, Slice())
    return row_of(indicator, {year: number_of(cells, indicator, year) for year in YEARS} if known else {})


def number_of(cells: dict[Cell, int], indicator: int, year: int) -> int:
    return sum(count for cell, count in cells.items() if cell.year == year and indicator in cell.indicators)


def sheets(edition: Published):
    for indicator in (7, 8):
        yield row_of(indicator, {year: number for (of, year), number in edition.figures.items() if of == indicator})


def row_of(indicator: int, numbers: dict[int, int]) -> Measured:
    years = tuple(YearFigures(year, counted=Decimal(numbers[year]) if year in numbers else None) for year in YEARS)
    sheet = sample(IndicatorSheet, full=False)
    values = {**vars(sheet), "pk": indicator, "years": years, "measure": Indicator.Measure.NUMBER, "title": NOTHING}
    values["accumulation"] = Indicator.Accumulation.YEARLY
    return Measured(IndicatorSheet(**values), counts_vulnerable=True)


def chain_of(rows: list[Measured]):
    from portal.roof.reports.attainment import Attained, Chain

    result = sample(Attained, full=False)
    return (Chain(NOTHING, YEARS, (Attained(**{**vars(result), "indicators": tuple(rows)}),)),)


def sums_of(number: int, edition: Published, before: Published | None) -> list[Sum]:
    """Return what an edition tells; what it keeps from the one before is a number of that one's people."""
    slugs = {slug: pk for pk, slug in GROUPS.items()}
    kept = {group.slug for group in edition.participants.groups if group.is_kept}
    bands = {(band.min_age, band.max_age): pk for pk, band in BANDS.items()}
    found = []
    for part in edition.participants.parts:
        places = {(part.year, slugs[part.group], sex.value, bands[low, high]) for sex, low, high in part.of}
        if part.group not in kept:
            found.append(Sum(number, frozenset(cell for cell in ATOMS if cell.place in places), part.count))
    for (indicator, year), told in edition.figures.items():
        if before is None or before.figures.get((indicator, year)) != told:
            atoms = [cell for cell in ATOMS if cell.year == year and indicator in cell.indicators]
            found.append(Sum(number, frozenset(atoms), told))
    return found


COUNTS = st.integers(0, 12) | st.integers(0, 3)
ATOM_COUNTS = st.lists(COUNTS | st.just(0), min_size=len(ATOMS), max_size=len(ATOMS))


@settings(max_examples=40, deadline=None)
@given(ATOM_COUNTS, st.dictionaries(st.sampled_from(ATOMS), st.integers(-6, 12), max_size=6))
def test_nobody_is_found_in_all_editions_years_and_indicators_together(counts, changes):
    first = {cell: count for cell, count in zip(ATOMS, counts, strict=True) if count}
    second = {cell: max(0, first.get(cell, 0) + changes.get(cell, 0)) for cell in ATOMS}
    second = {cell: count for cell, count in second.items() if count}
    one = published(first, [])
    two = published(second, [one])
    known = [*sums_of(0, one, None), *sums_of(1, two, one)]
    for edition, cells in ((0, first), (1, second)):
        assert all(
            told.number == sum(cells.get(cell, 0) for cell in told.atoms) for told in known if told.edition == edition
        )
    unchanged = unchanged_in(known)
    for edition, cells in ((0, first), (1, second)):
        for cell in cells:
            low, high = interval(known, unchanged, (first, second), edition, cell)
            # One that is large enough is told.
            assert high - low >= smallest_told() or low == high >= smallest_told(), (edition, cell, low, high)


def unchanged_in(known: list[Sum]) -> set[Cell]:
    """Return the atoms of which a reader may think that nothing changed: both editions tell the same sum of them."""
    seen = {told.atoms: told.number for told in known if told.edition == 0}
    same = (told.atoms for told in known if told.edition == 1 and seen.get(told.atoms) == told.number)
    return set().union(*same)


def interval(known, unchanged, truth, edition, cell) -> tuple[float, float]:
    """Return between which numbers a reader can place the people of a cell, who knows which cells hold nobody."""
    places = {of: at for at, of in enumerate(product((0, 1), ATOMS))}
    # What the sums do not show to have changed may have: a reader who is wrong there learns nothing.
    same = [of for of in unchanged if truth[0].get(of, 0) == truth[1].get(of, 0)]
    equations = np.zeros((len(known) + len(same), len(places)))
    sums = np.array([told.number for told in known] + [0] * len(same), float)
    for row, told in enumerate(known):
        equations[row, [places[told.edition, of] for of in told.atoms]] = 1
    for row, of in enumerate(same, len(known)):
        equations[row, places[0, of]], equations[row, places[1, of]] = 1, -1
    bounds = [(1, None) if truth[number].get(of) else (0, 0) for number, of in places]
    aim = np.zeros(len(places))
    aim[places[edition, cell]] = 1
    low, high = (linprog(sign * aim, A_eq=equations, b_eq=sums, bounds=bounds) for sign in (1, -1))
    return round(low.fun, 6), float("inf") if high.status == 3 else round(-high.fun, 6)
