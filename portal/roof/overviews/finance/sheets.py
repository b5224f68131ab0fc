"""Which tables show the figures of a programme: budget and expenditure by source, heading, year, nature, outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import partial

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from partnerships.models import CostHeading
from portal.roof.overviews.finance.figures import Finance
from portal.roof.overviews.finance.sums import HeadingLine, Series, SourceLine, SourceOfOutcome, Sums, together
from portal.roof.overviews.finance.tables import Cell, Links, Row, Table, derived, total_row

# The judgement that a figure's rows have in common; a budget has none.
DECISIONS = {"spent": "", "justified": "justified", "waiting": "open", "rejected": "rejected"}


def measures(finance: Finance) -> dict[str, str]:
    """Return the columns of budget and expenditure; without a budget nothing can be left of it."""
    named = {
        "budget": _("Budget"),
        "spent": _("Spent"),
        "justified": _("Justified"),
        "waiting": _("Not yet judged"),
        "rejected": _("Rejected"),
        "left": _("Left of the budget"),
    }
    return named if finance.has_budget else {name: named[name] for name in DECISIONS}


def tables_of(finance: Finance) -> list[Table]:
    """Return the tables of budget and expenditure that hold something, in the order of the page."""
    made = [
        by_year(finance),
        in_year(finance),
        consolidated(finance),
        spent_by_year(finance),
        by_nature(finance),
        by_outcome(finance),
        by_outcome_and_source(finance),
    ]
    return [table for table in made if table.body]


def in_year(finance: Finance) -> Table:
    """Return budget and expenditure by source and heading, in the year shown."""
    title = _("Budget and expenses of %(year)s") % {"year": finance.year}
    return _execution(finance, "year", title, {"year": finance.year})


def consolidated(finance: Finance) -> Table:
    """Return budget and expenditure by source and heading, from the programme's start to the end of the year shown."""
    first = finance.years[0]
    title = _("Budget and expenses, %(first)s to %(last)s together") % {"first": first, "last": finance.year}
    return _execution(finance, "consolidated", title, {"to": dt.date(finance.year, 12, 31)})


def _execution(finance: Finance, key: str, title: str, window: dict[str, object]) -> Table:
    names = measures(finance)
    links = Links(finance)

    def cells(series: Series, **scope: object) -> tuple[Cell, ...]:
        sums = series.of(finance.year) if key == "year" else series.until(finance.year)
        return tuple(_measure(sums, name, links, {**scope, **window}) for name in names)

    rows = [row for line in finance.sources for row in _source_rows(line, cells)]
    tops = [row for row in rows if row.level == "source"]
    total = Row(_("Total"), cells(finance.series), "total")
    return Table(key, title, _("Source and heading"), (*names.values(),), (*rows, total) if tops else ())


def _measure(sums: Sums, name: str, links: Links, scope: dict[str, object]) -> Cell:
    amount = getattr(sums, name)
    if not amount or name == "left":
        return derived(amount)
    if name == "budget":
        return Cell(amount, url=links.budget(**scope))
    return Cell(amount, url=links.expenses(**scope, decision=DECISIONS[name]))


def _source_rows(line: SourceLine | SourceOfOutcome, cells) -> Iterator[Row]:
    """Yield a source, its headings and their parts, leaving out what has no figure in these columns."""
    source = cells(line.series, source=line.source.slug)
    if _is_empty(source):
        return
    yield Row(line.source.name, source, "source")
    for heading in line.headings:
        yield from _heading_rows(heading, cells, line.source.slug)


def _heading_rows(line: HeadingLine, cells, source: str) -> Iterator[Row]:
    made = cells(line.series, source=source, **scope_of(line))
    if not _is_empty(made):
        yield Row(line.name or _("Without a heading"), made, "heading")
    for part in line.parts:
        made = cells(part.series, source=source, **scope_of(part))
        if not _is_empty(made):
            yield Row(_("Not divided further") if part.is_rest else part.name, made, "part")


def scope_of(line: HeadingLine) -> dict[str, object]:
    """Return the filters of a list that holds the rows of a heading."""
    if line.heading is None:
        return {"heading": "none"}
    return {"heading": line.heading.slug, **({"parts": "no"} if line.is_rest else {})}


def _is_empty(cells: Iterable[Cell]) -> bool:
    return all(cell.is_nothing for cell in cells)


def by_year(finance: Finance) -> Table:
    """Return budget and expenditure of each year; its label leads to that year."""
    names = measures(finance)
    links = Links(finance)
    rows = []
    for year in finance.years:
        sums = finance.series.of(year)
        cells = tuple(_measure(sums, name, links, {"year": year}) for name in names)
        rows.append(Row(str(year), cells, url=links.money(year)))
    whole = finance.series.until(finance.years[-1])
    total = Row(_("All years"), tuple(_measure(whole, name, links, {}) for name in names), "total")
    made = (*rows, total) if finance.sources else ()
    return Table("years", _("Year by year"), _("Year"), (*names.values(),), made)


def spent_by_year(finance: Finance) -> Table:
    """Return what was spent by source and heading, a column for each year."""
    links = Links(finance)

    def cells(series: Series, **scope: object) -> tuple[Cell, ...]:
        years = [_measure(series.of(year), "spent", links, {**scope, "year": year}) for year in finance.years]
        return (*years, _measure(series.until(finance.years[-1]), "spent", links, scope))

    rows = [row for line in finance.sources for row in _source_rows(line, cells)]
    columns = (*map(str, finance.years), _("Total"))
    total = Row(_("Total"), cells(finance.series), "total")
    return Table("spent", _("Spent by year"), _("Source and heading"), columns, (*rows, total) if rows else ())


def by_nature(finance: Finance) -> Table:
    """Return direct costs and others, each by their nature."""
    links = Links(finance)

    def cells(series: Series, **scope: object) -> tuple[Cell, ...]:
        return _twice(finance, series, links, scope)

    rows: list[Row] = []
    for is_direct, label in ((True, _("Direct costs")), (False, _("Other than direct costs"))):
        lines = [line for line in finance.natures if line.nature and line.is_direct == is_direct]
        if lines:
            nature = "direct" if is_direct else "indirect"
            series = sum((line.series for line in lines), Series())
            rows.append(Row(label, cells(series, nature=nature), "source"))
            rows += [Row(_nature(line.nature), cells(line.series, nature=line.nature), "heading") for line in lines]
    if not rows:
        return Table("natures", "", "", (), ())
    rows += [
        Row(_("Without a heading"), cells(line.series, heading="none"), "source")
        for line in finance.natures
        if not line.nature
    ]
    total = Row(_("Total"), cells(finance.series), "total")
    return Table("natures", _("Kinds of costs"), _("Kind"), _twice_columns(finance), (*rows, total))


def _nature(value: str) -> str:
    return capfirst(str(CostHeading.Nature(value).label))


def _twice(finance: Finance, series: Series, links: Links, scope: dict[str, object]) -> tuple[Cell, ...]:
    """Return budget and spent in the year shown, and both consolidated; without a budget what was spent alone."""
    names = ["budget", "spent"] if finance.has_budget else ["spent"]
    year, last = series.of(finance.year), dt.date(finance.year, 12, 31)
    return (
        *(_measure(year, name, links, {**scope, "year": finance.year}) for name in names),
        *(_measure(series.until(finance.year), name, links, {**scope, "to": last}) for name in names),
    )


def _twice_columns(finance: Finance) -> tuple[str, ...]:
    return _execution_columns(finance, ["budget", "spent"] if finance.has_budget else ["spent"])


def by_outcome(finance: Finance) -> Table:
    """Return operational costs and all costs of each outcome."""
    links = Links(finance)
    year, last = {"year": finance.year}, {"to": dt.date(finance.year, 12, 31)}
    operational = {"nature": CostHeading.Nature.OPERATIONAL.value}
    rows = []
    for line in finance.outcomes:
        scope = {"outcome": line.pk or "none"}
        cells = (
            _measure(line.operational.of(finance.year), "spent", links, {**scope, **operational, **year}),
            _measure(line.operational.until(finance.year), "spent", links, {**scope, **operational, **last}),
            _measure(line.series.of(finance.year), "spent", links, {**scope, **year}),
            _measure(line.series.until(finance.year), "spent", links, {**scope, **last}),
        )
        rows.append(Row(line.title or _("Without an outcome"), cells))
    rows = [row for row in rows if not _is_empty(row.cells)]
    columns = (
        _("Operational costs in %(year)s") % year,
        _("Operational costs until the end of %(year)s") % year,
        _("All costs in %(year)s") % year,
        _("All costs until the end of %(year)s") % year,
    )
    urls = [links.expenses(**scope, **window) for scope in (operational, {}) for window in (year, last)]
    total = (total_row(_("Total"), rows, urls),) if rows else ()
    return Table("outcomes", _("Costs by outcome"), _("Outcome"), columns, (*rows, *total))


def by_outcome_and_source(finance: Finance) -> Table:
    """Return budget, spent and justified of each outcome by source and heading: the year shown, and consolidated."""
    links = Links(finance)
    names = [name for name in ("budget", "spent", "justified") if finance.has_budget or name != "budget"]
    last = {"to": dt.date(finance.year, 12, 31)}

    def cells(series: Series, **scope: object) -> tuple[Cell, ...]:
        year, until = series.of(finance.year), series.until(finance.year)
        return (
            *(_measure(year, name, links, {**scope, "year": finance.year}) for name in names),
            *(_measure(until, name, links, {**scope, **last}) for name in names),
        )

    rows: list[Row] = []
    for line in finance.outcome_sources:
        within = partial(cells, outcome=line.pk or "none")
        top = within(line.series)
        if not _is_empty(top):
            rows.append(Row(line.title or _("Without an outcome"), top, "outcome"))
            rows += [row for source in line.sources for row in _source_rows(source, within)]
    whole = together(line.series for line in finance.outcome_sources)
    total = Row(_("Total"), cells(whole), "total")
    title = _("Budget and expenses by outcome, source and heading")
    columns = _execution_columns(finance, names)
    return Table("outcome-sources", title, _("Outcome, source and heading"), columns, (*rows, total) if rows else ())


def _execution_columns(finance: Finance, names: Iterable[str]) -> tuple[str, ...]:
    labels = {
        "budget": (_("Budget of %(year)s"), _("Budget until the end of %(year)s")),
        "spent": (_("Spent in %(year)s"), _("Spent until the end of %(year)s")),
        "justified": (_("Justified in %(year)s"), _("Justified until the end of %(year)s")),
    }
    return tuple(labels[name][which] % {"year": finance.year} for which in (0, 1) for name in names)
