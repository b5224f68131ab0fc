"""Gaps of results: indicators and scores."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import ngettext

from partnerships.models import Indicator, Outcome, PerformanceScore, ProgrammeYear, Role, ScoreCriterion, Validation
from partnerships.narrative import is_asked
from portal.ground.addresses import address_of
from portal.ground.compiled import compiled_once
from portal.ground.dates import format_span
from portal.ground.plain import plain
from portal.ground.wording import best_of, languages_of, translated
from portal.roof.overviews.readiness.gaps import Row, Share, Told
from portal.roof.overviews.readiness.work import Years

TITLES = languages_of("title")
RESULT_TITLES = languages_of("outcome__title")


def indicators_without_value(years: Years) -> list[Share]:
    """Return the indicators for which nothing was reported in a year.

    The results of the partnership as a whole are measured in the years of each of its programmes.
    """
    indicators = years.ask(indicators_of)
    reported = {(indicator, starts_on.year) for _pk, indicator, _of, starts_on, *_rest in years.values}
    return [
        Share(row.pk, [((pk, row.year), *told)], owner)
        for row in years.rows.values()
        for pk, owner, programme, partnership, *told in indicators
        if programme in (None, row.programme_id)
        and partnership == row.programme.partnership_id
        and (pk, row.year) not in reported
    ]


@compiled_once
def indicators_of(*, programmes: Iterable[int], partnerships: Iterable[int]) -> QuerySet:
    """Return whose each indicator is: key, owner, programme, partnership, slug, titles, titles of its result."""
    ours = Q(outcome__programme__in=programmes)
    ours |= Q(outcome__programme=None, outcome__partnership__in=partnerships)
    rows = plain(Indicator).filter(ours).order_by("outcome__number", "outcome_id", "number", "pk")
    columns = ("pk", "owner", "outcome__programme", "outcome__partnership")
    return rows.values_list(*columns, "slug", *TITLES, *RESULT_TITLES)


def tell_indicator(year: ProgrammeYear, row: Row) -> Told:
    """Return what is said of an indicator; the address opens the form for the year."""
    _key, slug, *titles = row
    title, result = best_of(titles[: len(TITLES)]), best_of(titles[len(TITLES) :])
    return Told(title, f"{address_of('partnerships:value_create', slug)}?year={year.year}", str(result))


def values_to_validate(years: Years) -> list[Share]:
    """Return the values that were reported and for which no officer stands yet."""
    found: dict[int, list[Row]] = defaultdict(list)
    for pk, _indicator, partnership, starts_on, state, *told in years.values:
        if state == Validation.REPORTED and (year := years.holding(partnership, starts_on)):
            found[year].append((pk, starts_on, *told))
    return [Share(year, rows, role=Role.OFFICER) for year, rows in found.items()]


def tell_value(_year: ProgrammeYear, row: Row) -> Told:
    """Return what is said of a reported value."""
    _pk, starts_on, ends_on, slug, *titles = row
    return Told(best_of(titles), address_of("partnerships:indicator", slug), format_span(starts_on, ends_on))


def outcomes_without_score(years: Years) -> list[Share]:
    """Return the outcomes of a year, and the programme as a whole (None), that lack a score.

    Only a criterion with a scale can be scored; it counts in the years in which it holds, for the programmes
    that its funder pays. What is told is the outcome, how many scores are there and how many there should be.
    """
    criteria = scorable()
    if not criteria:
        return []
    outcomes: dict[int | None, list[Outcome | None]] = defaultdict(lambda: [None])
    for outcome in years.outcomes:
        outcomes[outcome.programme_id].append(outcome)
    given = Counter(years.ask(given_scores))
    found = []
    for year in years.rows.values():
        asked = sum(is_asked(criterion, year, years.funders[year.pk]) for criterion in criteria)
        there = {each: given[year.programme_id, year.year, each and each.pk] for each in outcomes[year.programme_id]}
        rows = [(each.pk if each else 0, each, number, asked) for each, number in there.items() if number < asked]
        if rows:
            found.append(Share(year.pk, rows))
    return found


@compiled_once
def scorable() -> QuerySet[ScoreCriterion]:
    """Return the criteria that have a scale."""
    return plain(ScoreCriterion).exclude(scale=None).order_by("pk").only("source", "starts_on", "ends_on")


@compiled_once
def given_scores(*, programmes: Iterable[int], numbers: Iterable[int]) -> QuerySet:
    """Return of what scores are there: programme, year and outcome, one row for each score."""
    rows = plain(PerformanceScore).filter(programme__in=programmes, year__in=numbers)
    return rows.order_by().values_list("programme", "year", "outcome")


def tell_score(year: ProgrammeYear, row: Row) -> Told:
    """Return what is said of an outcome whose scores are not complete."""
    key, outcome, there, asked = row
    return Told(
        translated(outcome, "title") if outcome else translated(year.programme, "name"),
        address_of("partnerships:scores_edit", year.programme.slug, year.year, key),
        ngettext("%(there)s of %(asked)s score", "%(there)s of %(asked)s scores", asked)
        % {"there": there, "asked": asked},
    )
