"""Nobody who solves all that leaves the portal together, of whatever kind, comes near a few vulnerable people.

The tables of participants and of courses, indicators that count people or learners, typed values with their parts,
percentages, the single values of the annex, the results of a form, in each frozen report, a report over all years, the
logframe's spreadsheet and the IATI file: all of one partnership in one system of equations.
tests/test_published_together.py does the same for what one edition tells beside another.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pytest
from django.utils import translation
from lxml import etree
from scipy.optimize import linprog

from beneficiaries.models import AgeBand, Course
from beneficiaries.tallies import results_of
from partnerships.models import Indicator, Municipality
from portal.ground.disclosure import smallest_told
from portal.roof.iati.services import export_iati
from portal.roof.overviews.results.figures import IndicatorSheet
from portal.roof.reports.data import build_report
from portal.roof.reports.logframes import logframe_to_take
from portal.roof.reports.scopes import published
from portal.roof.reports.sections import Report
from portal.roof.reports.snapshots import report_of
from portal.roof.reports.told_last import as_told_last, frozen_of
from tests.cast import settle
from tests.conftest import TODAY
from tests.public_site import open_pages
from tests.published_scene import STEPS, Atom, Scene, make_scene, make_small_scene, make_two_entries
from tests.snapshot_rows import validated
from tests.test_iati import REFERENCE, add_code

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WINDOW = (dt.date(2022, 1, 1), dt.date(2025, 12, 31))
LATER = dt.date(2026, 2, 1)
# Among them courses of a few that are told once (5, 13) and forms that a few answered (11, 14).
SEEDS = range(16)


Cell = frozenset[Atom]


@dataclass
class Known:
    """What a reader knows beside numbers."""

    # {(course, year in which its cohorts began): until which year a report told of it}.
    until: dict[tuple[int, int], int] = field(default_factory=dict)
    # The questions of which nothing is told, not even an answer that nobody gave.
    silent: set[int] = field(default_factory=set)


class Told(NamedTuple):
    """A number that leaves the portal: what the atoms come to, each times its weight, and where it stands.

    None where it is hidden: then it is not nought, which would be told.
    """

    weights: tuple[tuple[Atom, float], ...]
    number: float | None
    where: str


def total(atoms: Iterable[Atom], number: float | None, where: str) -> Told:
    return Told(tuple((atom, 1.0) for atom in atoms), None if number is None else float(number), where)


def everything(scene: Scene, known: Known) -> Iterator[Told]:
    """Yield every number about vulnerable people that leaves the portal, and note what else is `known`."""
    cast, home = scene.cast, scene.cast.jette.partnership
    open_pages(cast)
    settle(cast.jette)
    frozen = [report_of(validated(cast, dt.date(year + 1, 3, 1), year)) for year in (2023, 2024, 2025)]
    shelf = frozen_of(home)
    whole = as_told_last(build_report(home, *WINDOW, on=LATER, held=shelf.held), shelf.settled)
    for name, report in [*zip("abc", frozen, strict=True), ("whole", whole), ("public", published(whole))]:
        yield from of_learners(scene, report, name, known)
        yield from of_report(scene, report, name)
    for result in logframe_to_take(cast.jette.programme).flat():
        for sheet in result.indicators:
            yield from of_sheet(scene, sheet, "logframe")
    yield from of_iati(scene)
    for form in scene.forms:
        yield from of_form(scene, form, known)


def of_learners(scene: Scene, report: Report, name: str, known: Known) -> Iterator[Told]:
    """Yield how far learners came; what a report keeps counts until the year that was `known` before."""
    courses = dict(Course.objects.values_list("slug", "pk"))
    sheets = (*report.learners, *report.elsewhere)
    for course, year in ((courses[sheet.slug], year) for sheet in sheets for year in sheet.years):
        place = (course, year.year)
        until = known.until[place] = known.until[place] if year.is_kept else report.ends_on.year
        for step, number in enumerate(year.steps):
            if number is not None:
                came = scene.learners(step=step, course=course, year=year.year)
                atoms = [atom for atom in came if atom[3] <= until and happened(year.year, step) <= until]
                yield total(atoms, number, f"{name} {STEPS[step]}")


def happened(cohort: int, step: int) -> int:
    """Return the year in which learners of a cohort came so far, once they joined it (see published_scene)."""
    return (cohort, cohort + 1, cohort + 1, cohort + 1, 2025)[step]


def of_report(scene: Scene, report: Report, name: str) -> Iterator[Told]:
    bands = {(band.min_age, band.max_age): band.pk for band in AgeBand.objects.all()}
    places = {band.pk: place for place, band in enumerate(scene.cast.age_bands)}
    for part in report.participants.parts:
        cells = {(sex.value, places[bands[low, high]]) for sex, low, high in part.of}
        atoms = scene.atoms(lambda atom: atom[0] == "person" and atom[1] == part.year and atom[3:5] in cells)  # noqa: B023
        yield total(atoms, part.count, f"{name} participants")
    for row in (row for chain in report.attained for result in chain.results for row in result.indicators):
        yield from of_sheet(scene, row.sheet, name)
        for line in row.parts if row.pk in scene.parts else ():
            sex = line.name.best("en")[1].lower()
            for one in line.years:
                yield total(scene.parts[row.pk](one.year, sex), one.number, f"{name} parts")
        assert not row.corrections
    for row in report.origins:
        if row.value is not None and row.period.starts_on is not None:
            where = f"{name} annex"
            yield of_figure(scene, row.indicator_pk, row.period.starts_on.year, row.value.number, where)


def of_sheet(scene: Scene, sheet: IndicatorSheet, where: str) -> Iterator[Told]:
    where = f"{where} indicator {sheet.number}"
    for year in sheet.years:
        numbers = (year.actual and year.actual.number, year.reported and year.reported.number, year.counted)
        for number in [number for number in numbers if number is not None] or [None]:
            yield of_figure(scene, sheet.pk, year.year, number, where)
    if sheet.total is not None:
        years = [year.year for year in sheet.years if year.actual]
        yield total([atom for year in years for atom in scene.of[sheet.pk](year)], sheet.total, where)
    if sheet.baseline is not None:
        yield total([("typed", sheet.pk, 0, "")], sheet.baseline.number, where)


def of_figure(scene: Scene, indicator: int, year: int, number: Decimal | None, where: str) -> Told:
    if indicator in scene.of:
        return total(scene.of[indicator](year), number, where)
    some, among = scene.shares[indicator](year)
    if number is None:
        return total(some, None, where)
    weights = dict.fromkeys(among, -float(number) / 100)
    return Told(tuple({**weights, **{atom: weights[atom] + 1 for atom in some}}.items()), 0, where)


def of_iati(scene: Scene) -> Iterator[Told]:
    Municipality.objects.filter(slug="jette").update(iati_identifier=REFERENCE)
    add_code(scene.cast, "sector", "16010")
    home = scene.cast.jette.partnership
    with translation.override("en"):
        content = export_iati(home, at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC), actor=None)
    known = {row.title_en: row for row in Indicator.objects.all()}
    for node in etree.fromstring(content).iterfind(".//indicator"):
        row = known[node.xpath("string(title/narrative[@xml:lang='en'])")]
        for period in node.iterfind("period[actual]"):
            year, number = int(period.find("period-start").get("iso-date")[:4]), period.find("actual").get("value")
            yield of_figure(scene, row.pk, year, Decimal(number), "IATI")
        for start in node.iterfind("baseline"):
            yield total([("typed", row.pk, 0, "")], Decimal(start.get("value")), "IATI")


def of_form(scene: Scene, form, known: Known) -> Iterator[Told]:
    found = results_of(form, true_figures=False, on=TODAY + dt.timedelta(days=1))
    for tally in found.tallies:
        given = scene.atoms(lambda atom: atom[:2] == ("answer", tally.question.pk))  # noqa: B023
        if found.sheets is not None:
            yield total(given, found.sheets, "form")
        if tally.answered is not None:
            yield total([atom for atom in given if atom[2] != ""], tally.answered, "form")
        names = [row.label_en for row in tally.question.choices.all()] or range(1, 6)
        if tally.answered is None and all(bar.count is None for bar in tally.bars):
            known.silent.add(tally.question.pk)
        # Nothing is told of a form that a few answered.
        for name, bar in zip(names, tally.bars, strict=found.is_told):
            if bar.count is not None:
                yield total([atom for atom in given if atom[2] == name], bar.count, "form")


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_found_in_all_that_leaves_the_portal_together(cast, seed):
    assert_nobody_is_found(make_scene(cast, seed))


@pytest.mark.parametrize("number", [5, 6, 7])
def test_nobody_is_found_in_one_course_that_is_told_once(cast, number):
    """Of five who are told, and whose share of diplomas is hidden, between one and five had one: too near."""
    assert_nobody_is_found(make_small_scene(cast, number))


@pytest.mark.parametrize("number", [5, 6, 7])
def test_nobody_is_found_in_two_entries_that_are_told_together(cast, number):
    """Each entry names the group, without a number: of five in all, between one and four came in each."""
    assert_nobody_is_found(make_two_entries(cast, number))


def assert_nobody_is_found(scene: Scene) -> None:
    """Say whether all that is told is true, and no cell lies between numbers that are too near."""
    known = Known()
    told = list(everything(scene, known))
    for one in told:
        real = sum(weight * scene.truth[atom] for atom, weight in one.weights)
        assert one.number is None or real == pytest.approx(one.number, abs=0.05), one
    few = smallest_told()
    for cell, low, high in intervals(scene, told, known):
        assert high - low >= few or low == high >= few, (sorted(cell), low, high, near(told, cell))


def near(told: list[Told], cell: Cell) -> list[Told]:
    return [one for one in told if cell & set(dict(one.weights))]


def cells_of(scene: Scene, known: Known) -> tuple[list[Cell], list[Cell]]:
    """Return of whom a reader knows that somebody is there, and the others of whom nobody may be found.

    No table tells in which year somebody joined a cohort: that some came late is known to nobody. Nor does any tell how
    far learners came after the year until which their cohort was told: of two who had come equally far by then nobody
    knows that they parted later. Each log entry names the group that came, the tables tell of which sexes and ages.
    """
    held = scene.atoms(lambda _atom: True)
    cells, others = defaultdict(set), defaultdict(set)
    for atom in held:
        if atom[0] == "learner":
            others[atom[:3] + atom[4:]].add(atom)
            others[atom[:4]].add(atom)
            _kind, course, year, joined, step = atom
            until = known.until[course, year]
            seen = max(so_far for so_far in range(step + 1) if not so_far or happened(year, so_far) <= until)
            if joined <= until:
                cells[course, year, seen].add(atom)
        elif atom[0] == "person":
            others[atom].add(atom)
            cells[atom[:5]].add(atom)
            cells[(*atom[:3], atom[5])].add(atom)
        else:
            (others if atom[0] == "answer" and atom[1] in known.silent else cells)[atom].add(atom)
    return list(map(frozenset, cells.values())), list(map(frozenset, others.values()))


def intervals(scene: Scene, told: list[Told], known: Known) -> Iterator[tuple[Cell, float, float]]:
    """Yield between which numbers a reader can place each cell, who knows which atoms hold nobody."""
    cells, others = cells_of(scene, known)
    places = {atom: place for place, atom in enumerate(scene.atoms(lambda _atom: True))}
    rows = list(dict.fromkeys((frozenset(one.weights), one.number) for one in told if one.weights))
    shown = [(dict(weights), number) for weights, number in rows if number is not None]
    filled = [dict.fromkeys(cell, 1) for cell in cells] + [dict(weights) for weights, number in rows if number is None]
    given = {
        "A_eq": np.array([row_of(weights, places) for weights, _number in shown]).reshape(-1, len(places)),
        "b_eq": [number for _weights, number in shown],
        "A_ub": np.array([-row_of(weights, places) for weights in filled]),
        "b_ub": -np.ones(len(filled)),
    }
    for cell in [*cells, *others]:
        aim = row_of(dict.fromkeys(cell, 1), places)
        low, high = (linprog(sign * aim, **given) for sign in (1, -1))
        yield cell, round(low.fun, 6), float("inf") if high.status == 3 else round(-high.fun, 6)


def row_of(weights: dict[Atom, float], places: dict[Atom, int]) -> np.ndarray:
    row = np.zeros(len(places))
    for atom, weight in weights.items():
        if atom in places:
            row[places[atom]] = weight
    return row
