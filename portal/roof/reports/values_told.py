"""Which values of single periods the annex tells: none by which a few people could be worked out from the sums.

What may count people of vulnerable groups is told by the year in the table of results, and nowhere by the month. Of
any other indicator the annex tells the values of the years that this table tells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from portal.roof.reports.attainment import Chain
from portal.roof.reports.origins import Origin

# An indicator, by its key, and a calendar year.
OfYear = tuple[int, int]


def years_told(chains: Collection[Chain]) -> frozenset[OfYear]:
    """Return of which years of which indicators each single value may be told."""
    return frozenset(_whole(chains))


def origins_beside(origins: Iterable[Origin], chains: Collection[Chain]) -> tuple[Origin, ...]:
    """Return who reported what, without a value where the table of results no longer tells all of its year."""
    told = _whole(chains)
    return tuple(row if row.value is None or row.of_year in told else row.without_value() for row in origins)


def _whole(chains: Collection[Chain]) -> set[OfYear]:
    """Return the years that are told of the indicators of which nothing is kept back, in any programme."""
    rows = [row for chain in chains for result in chain.results for row in result.indicators]
    kept = {row.pk for row in rows if row.is_at_risk}
    return {
        (row.pk, year.year)
        for row in rows
        if row.pk not in kept
        for year in row.sheet.years
        if year.actual is not None or year.reported is not None
    }
