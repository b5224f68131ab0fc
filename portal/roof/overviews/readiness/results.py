"""Gaps of results: indicators and scores."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext

from partnerships.models import (
    Indicator,
    IndicatorValue,
    Outcome,
    PerformanceScore,
    Role,
    ScoreCriterion,
    Validation,
)
from partnerships.narrative import is_asked
from portal.ground.wording import translated
from portal.roof.overviews.readiness.gaps import Miss, Told
from portal.roof.overviews.readiness.work import Years


def indicators_without_value(years: Years) -> list[Miss]:
    """Return the indicators for which nothing was reported in a year.

    The results of the partnership as a whole are measured in the years of each of its programmes.
    """
    ours = Q(outcome__programme__in=years.programmes)
    ours |= Q(outcome__programme=None, outcome__partnership__in=years.partnerships)
    rows = Indicator.objects.filter(ours).order_by("outcome", "number", "pk")
    columns = ("pk", "owner", "outcome__programme", "outcome__partnership")
    indicators = list(rows.values_list(*columns))
    values = IndicatorValue.objects.filter(
        starts_on__range=(years.first, years.last), indicator__outcome__partnership__in=years.partnerships
    )
    told = {(indicator, day.year) for indicator, day in values.values_list("indicator", "starts_on")}
    return [
        Miss(row.pk, (pk, row.year), owner=owner)
        for row in years.rows.values()
        for pk, owner, programme, partnership in indicators
        if programme in (None, row.programme_id)
        and partnership == row.programme.partnership_id
        and (pk, row.year) not in told
    ]


def tell_indicators(years: Years, keys: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], Told]:
    """Return what is said of indicators; the address opens the form for the year."""
    rows = Indicator.objects.select_related("outcome").in_bulk({key[0] for key in keys})
    return {
        key: Told(
            translated(row, "title"),
            reverse("partnerships:value_create", args=[row.slug], query={"year": key[1]}),
            str(translated(row.outcome, "title")),
        )
        for key in keys
        if (row := rows.get(key[0]))
    }


def values_to_validate(years: Years) -> list[Miss]:
    """Return the values that were reported and for which no officer stands yet."""
    rows = IndicatorValue.objects.filter(
        state=Validation.REPORTED,
        starts_on__range=(years.first, years.last),
        indicator__outcome__partnership__in=years.partnerships,
    ).order_by("indicator", "starts_on")
    found = rows.values_list("pk", "indicator__outcome__partnership", "starts_on")
    return [
        Miss(year.pk, (pk,), role=Role.OFFICER)
        for pk, partnership, day in found
        if (year := years.holding(partnership, day))
    ]


def tell_values(years: Years, keys: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], Told]:
    """Return what is said of reported values."""
    rows = IndicatorValue.objects.select_related("indicator").in_bulk([key[0] for key in keys])
    return {
        (pk,): Told(
            translated(row.indicator, "title"),
            reverse("partnerships:indicator", args=[row.indicator.slug]),
            row.span_text,
        )
        for pk, row in rows.items()
    }


def outcomes_without_score(years: Years) -> list[Miss]:
    """Return the outcomes of a year, and the programme as a whole (number 0), that lack a score.

    Only a criterion with a scale can be scored; it counts in the years in which it holds, for the programmes
    that its funder pays. The key holds how many scores are there and how many there should be.
    """
    criteria = list(ScoreCriterion.objects.exclude(scale=None).order_by("pk"))
    if not criteria:
        return []
    outcomes = defaultdict(list)
    rows = Outcome.objects.filter(programme__in=years.programmes, level=Outcome.Level.OUTCOME).order_by("number", "pk")
    for pk, programme in rows.values_list("pk", "programme"):
        outcomes[programme].append(pk)
    scores = PerformanceScore.objects.filter(
        programme__in=years.programmes, year__in={row.year for row in years.rows.values()}
    )
    given = Counter(
        (programme, year, outcome or 0)
        for programme, year, outcome in scores.order_by().values_list("programme", "year", "outcome")
    )
    paying = years.funders
    found = []
    for row in years.rows.values():
        asked = sum(is_asked(criterion, row, paying[row.pk]) for criterion in criteria)
        found += [
            Miss(row.pk, (row.pk, outcome, there, asked), role=Role.COORDINATOR)
            for outcome in (0, *outcomes[row.programme_id])
            if (there := given[row.programme_id, row.year, outcome]) < asked
        ]
    return found


def tell_scores(years: Years, keys: Sequence[tuple[int, ...]]) -> dict[tuple[int, ...], Told]:
    """Return what is said of outcomes whose scores are not complete."""
    outcomes = Outcome.objects.in_bulk({key[1] for key in keys})
    told: dict[tuple[int, ...], Told] = {}
    for year, outcome, there, asked in keys:
        programme = years.rows[year].programme
        told[year, outcome, there, asked] = Told(
            translated(outcomes.get(outcome), "title") or translated(programme, "name"),
            reverse("partnerships:scores_edit", args=[programme.slug, years.rows[year].year, outcome]),
            ngettext("%(there)s of %(asked)s score", "%(there)s of %(asked)s scores", asked)
            % {"there": there, "asked": asked},
        )
    return told
