"""Who was reached and where the money came from, by year: what officers validated, as the reports tell it.

The figures are those of the frozen reports and of nothing newer. The counts in them were told so that they point at
nobody, beside every earlier edition (portal.roof.reports.counts and .editions); other sums of the same people, made
here from the log, would give back what those keep. So nothing is counted here: what is told is added up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.core.cache import caches
from django.utils.translation import get_language

from partnerships.models import Outcome, Partnership
from portal.ground.money import format_amount
from portal.ground.numbers import format_number
from portal.ground.wording import Wording
from portal.roof.models import Snapshot
from portal.roof.overviews.results.figures import Figure
from portal.roof.reports.attainment import Attained, Measured
from portal.roof.reports.counts import GroupTable
from portal.roof.reports.frozen import FrozenReportError
from portal.roof.reports.scopes import published
from portal.roof.reports.sections import Report
from portal.roof.reports.snapshots import report_of
from portal.roof.reports.words import Words

ZERO = Decimal("0.00")
# A frozen report never changes; it is only read anew when the portal starts.
SECONDS = 24 * 3600


@dataclass(frozen=True)
class YearFigures:
    """One validated year: counts by group (None where they are not told), and amounts by source."""

    year: int
    programme: int
    groups: tuple[tuple[str, Words, int | None], ...]
    sources: tuple[tuple[str, Words, Decimal], ...]
    results: tuple[Attained, ...]
    is_demonstration: bool
    # The short names of the groups of which not everybody was counted head by head.
    estimated: frozenset[str] = frozenset()

    @property
    def people(self) -> int:
        """How many participations are told of."""
        return sum(count or 0 for _slug, _name, count in self.groups)

    @property
    def amount(self) -> Decimal:
        """What was spent, from all sources."""
        return sum((amount for _slug, _name, amount in self.sources), ZERO)


@dataclass(frozen=True)
class Table:
    """A table with the years as columns. Shown by public/figures.html."""

    years: tuple[int, ...]
    rows: list[tuple[Wording, list[str]]]
    totals: list[str]
    shares: list[int]
    is_estimated: bool = False


@dataclass(frozen=True)
class Result:
    """A result of a programme with what was measured. Shown by public/results.html."""

    level: str
    title: Wording
    measures: list[dict[str, object]]


def years_of(partnership: Partnership) -> list[YearFigures]:
    """Return the validated years of a partnership, each as its newest frozen report tells it."""
    rows = Snapshot.objects.public().filter(year__programme__partnership=partnership)
    newest = {row["year"]: row["pk"] for row in rows.order_by("year__year", "number").values("pk", "year")}
    found = caches["public"].get_many([_name(pk) for pk in newest.values()])
    missing = [pk for pk in newest.values() if _name(pk) not in found]
    for row in rows.filter(pk__in=missing).select_related("year") if missing else []:
        found[_name(row.pk)] = _read(row)
        caches["public"].set(_name(row.pk), found[_name(row.pk)], SECONDS)
    return [year for pk in newest.values() if (year := found.get(_name(pk)))]


def people_table(years: Iterable[YearFigures]) -> Table | None:
    """Return how many took part by group and year; None where nothing is told."""
    years = [year for year in years if year.groups]
    names = {slug: name for year in years for slug, name, _count in year.groups}
    rows = [(_best(name), [_count(year, slug) for year in years]) for slug, name in names.items()]
    totals = [year.people for year in years]
    told = [_about(format_number(year.people), is_estimated=bool(year.estimated)) for year in years]
    table = _table(years, rows, told, totals)
    return table and replace(table, is_estimated=any(year.estimated for year in years))


def money_table(years: Iterable[YearFigures]) -> Table | None:
    """Return what each source paid by year; None where nothing is told."""
    years = [year for year in years if year.sources]
    names = {slug: name for year in years for slug, name, _amount in year.sources}
    amounts = [{slug: amount for slug, _name, amount in year.sources} for year in years]
    rows = [(_best(names[slug]), [_amount(of.get(slug)) for of in amounts]) for slug in names]
    return _table(years, rows, [_amount(year.amount) for year in years], [year.amount for year in years])


def results_of(years: list[YearFigures]) -> tuple[int | None, list[Result]]:
    """Return the year of the newest figures and what the results came to until then."""
    newest = years[-1] if years else None
    if newest is None:
        return None, []
    return newest.year, [
        Result(str(Outcome.Level(row.level).label), _best(row.title), [_measure(one, newest.year) for one in measured])
        for row in newest.results
        if (measured := [one for one in row.indicators if not one.is_withheld])
    ]


def _read(row: Snapshot) -> YearFigures | None:
    try:
        report: Report = published(report_of(row))
    except FrozenReportError:
        return None
    return YearFigures(
        year=row.year.year,
        programme=row.year.programme_id,
        groups=tuple((group.slug or str(group.name), group.name, _told(group)) for group in report.participants.groups),
        sources=tuple((source.slug, source.name, source.amount) for source in report.money.sources),
        results=tuple(result for chain in report.attained for result in chain.results),
        is_demonstration=row.is_demonstration,
        estimated=frozenset(
            group.slug or str(group.name)
            for group in report.participants.groups
            if group.is_estimated and not group.is_withheld
        ),
    )


def _told(group: GroupTable) -> int | None:
    return None if group.is_withheld else group.total


def _name(pk: int) -> str:
    return f"figures-{pk}"


def _table(years: list[YearFigures], rows: list, totals: list[str], sizes: list) -> Table | None:
    if not rows:
        return None
    largest = max(sizes) or 1
    return Table(tuple(year.year for year in years), rows, totals, [int(100 * size / largest) for size in sizes])


def _count(year: YearFigures, slug: str) -> str:
    counts = {key: count for key, _name, count in year.groups}
    if slug not in counts:
        return ""
    if counts[slug] is None:
        return "*"
    return _about(format_number(counts[slug]), is_estimated=slug in year.estimated)


def _about(number: str, *, is_estimated: bool) -> str:
    return f"≈\N{NO-BREAK SPACE}{number}" if is_estimated else number


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else format_amount(amount)


def _measure(row: Measured, year: int) -> dict[str, object]:
    """Return an indicator with its start, and its aim and its value in the year that is told, or the last before it."""
    known = [one for one in row.sheet.years if one.year <= year and one.actual]
    last = known[-1] if known else None
    return {
        "title": _best(row.sheet.title),
        "unit": _best(row.sheet.unit),
        "baseline": _figure(row.sheet.baseline),
        "target": _figure(last.target if last else None),
        "actual": _figure(last.actual if last else None),
        "year": last.year if last else "",
    }


def _figure(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return str(_best(figure.step)) or format_number(figure.number.normalize() + 0)


def _best(words: Words) -> Wording:
    language, text = words.best(get_language() or "")
    return Wording(text, "" if language == get_language() else language)
