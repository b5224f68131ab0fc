"""The logframe of a programme, read in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import Count as CountOf
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from activities.counting import totals
from activities.counting_rules import Rule, rules_for
from activities.models import Activity
from activities.models.activity import NEWEST_FIRST
from partnerships.models import (
    Indicator,
    IndicatorCorrection,
    IndicatorTarget,
    IndicatorValue,
    Outcome,
    Programme,
    ScaleLevel,
)
from portal.ground.compiled import asked_together, compiled_once
from portal.ground.plain import plain
from portal.roof.overviews.results.at_risk import Standing
from portal.roof.overviews.results.figures import IndicatorSheet, Logframe, ResultSheet, TiedActivity
from portal.roof.overviews.results.indicator_years import Rows, sheet, tell
from portal.roof.reports.words import Words

SHOWN_ACTIVITIES = 5


def logframe_of(
    programme: Programme,
    *,
    until: int | None = None,
    settled: Collection[int] | None = None,
    held: Collection[int] = (),
) -> Logframe:
    """Return the results chain of a programme with all figures; the results of the partnership as a whole are in it.

    With `until`, what the years after that one came to is left out; their targets stand. With `settled` years
    (partnerships.settled), an indicator that may count vulnerable people is told of these alone; so is one of those
    `held` for such by frozen reports (portal.roof.reports.told_last), as one that counts them.
    """
    outcomes = results_of(programme)
    keys = [row.pk for row in outcomes]
    sheets = sheets_of(programme, _indicators(outcomes=keys), until=until, settled=settled, held=held)
    tied = _activities(programme, keys)
    known = {row.pk for row in outcomes}
    below: dict[int | None, list[Outcome]] = defaultdict(list)
    for row in outcomes:
        below[row.parent_id if row.parent_id in known else None].append(row)

    def result(row: Outcome) -> ResultSheet:
        parts = tuple(result(part) for part in below[row.pk])
        return _result(row, tuple(sheets.get(row.pk, [])), tied.get(row.pk, []), parts)

    return Logframe(
        slug=programme.slug,
        name=Words.of(programme, "name"),
        years=tuple(range(programme.starts_on.year, programme.ends_on.year + 1)),
        results=tuple(result(row) for row in below[None]),
        is_demonstration=any(row.is_demonstration for row in outcomes),
    )


def _result(
    row: Outcome,
    indicators: tuple[IndicatorSheet, ...],
    activities: Sequence[tuple[TiedActivity, int]],
    parts: tuple[ResultSheet, ...],
) -> ResultSheet:
    return ResultSheet(
        pk=row.pk,
        slug=row.slug,
        level=row.level,
        number=row.number,
        title=Words.of(row, "title"),
        text=Words.of(row, "text"),
        assumptions=Words.of(row, "assumptions"),
        is_whole=row.programme_id is None,
        indicators=indicators,
        activities=tuple(activity for activity, _number in activities),
        activity_count=activities[0][1] if activities else 0,
        parts=parts,
    )


def results_of(programme: Programme) -> list[Outcome]:
    """Return the results of a programme and of its partnership as a whole, the impacts first."""
    levels = list(Outcome.Level.values)
    rows = _results(programme=programme.pk, partnership=programme.partnership_id)
    return sorted(rows, key=lambda row: levels.index(row.level))


@compiled_once
def _results(*, programme: int, partnership: int) -> QuerySet[Outcome]:
    mine = Q(programme=programme) | Q(programme__isnull=True, partnership=partnership)
    return plain(Outcome).filter(mine).order_by("number", "pk")


@compiled_once
def _indicators(*, outcomes: Iterable[int]) -> QuerySet[Indicator]:
    return plain(Indicator).filter(outcome__in=outcomes).select_related("owner").order_by("number", "slug")


def sheets_of(
    programme: Programme,
    rows: Sequence[Indicator],
    *,
    until: int | None = None,
    settled: Collection[int] | None = None,
    held: Collection[int] = (),
) -> dict[int, list[IndicatorSheet]]:
    """Return indicators with their years in a programme, by the key of their result (`logframe_of` says the rest).

    The rows come with their `owner`, in the order in which they are to be told.
    """
    if not rows:
        return {}
    # Few indicators have a scale: joined, its steps would be looked for beside each of hundreds of numbers.
    scales = {row.scale_id for row in rows if row.scale_id}
    steps = {step.pk: step for step in (_steps(scales=scales) if scales else ())}
    _name_steps(rows, steps, "baseline_level")
    last_year = programme.ends_on.year if until is None else min(until, programme.ends_on.year)
    keys = [row.pk for row in rows]
    told_in = {
        "indicators": keys,
        "first": programme.starts_on,
        "last": min(programme.ends_on, dt.date(last_year, 12, 31)),
    }
    with asked_together([_targets.of({"indicators": keys}), _values.of(told_in), _corrections.of(told_in)]):
        targets = _by_indicator(_name_steps(_targets(indicators=keys), steps))
        values = _by_indicator(_name_steps(_values(**told_in), steps))
        corrections = _name_steps(_corrections(**told_in), steps)
    rules = rules_for(keys)
    counts = _counts(programme, rules, last_year)
    stands = Standing.of({row.pk: row.whom for row in rows}, rules, settled, held)
    made: dict[int, list[IndicatorSheet]] = defaultdict(list)
    for row in rows:
        told = tell(stands.values(row.pk, values[row.pk]), stands.corrections(row.pk, corrections))
        counted = stands.counts(row, counts[row.pk]) if row.pk in counts else None
        one = sheet(Rows(row, programme, targets[row.pk], told, counted))
        made[row.outcome_id].append(replace(one, whom=Indicator.Whom.VULNERABLE) if row.pk in stands.freed else one)
    return made


@compiled_once
def _steps(*, scales: Iterable[int]) -> QuerySet[ScaleLevel]:
    return plain(ScaleLevel).filter(scale__in=scales)


@compiled_once
def _targets(*, indicators: Iterable[int]) -> QuerySet[IndicatorTarget]:
    return plain(IndicatorTarget).filter(indicator__in=indicators).order_by("year").only("indicator", "year", *_FIGURE)


@compiled_once
def _values(*, indicators: Iterable[int], first: dt.date, last: dt.date) -> QuerySet[IndicatorValue]:
    rows = plain(IndicatorValue).filter(indicator__in=indicators, starts_on__range=(first, last))
    return rows.order_by("starts_on").only("indicator", "starts_on", "ends_on", "state", *_FIGURE)


@compiled_once
def _corrections(*, indicators: Iterable[int], first: dt.date, last: dt.date) -> QuerySet[IndicatorCorrection]:
    rows = plain(IndicatorCorrection).filter(corrects__indicator__in=indicators)
    rows = rows.filter(corrects__starts_on__range=(first, last)).order_by("recorded_on", "pk")
    return rows.only("corrects", "recorded_on", "state", *_FIGURE)


# What a figure is made of (indicator_years.figure).
_FIGURE = ("value", "level")


def _name_steps(rows: Iterable[Any], steps: Mapping[int, ScaleLevel], field: str = "level") -> list[Any]:
    """Return rows that know the step of the scale that they name."""
    named = list(rows)
    for row in named if steps else ():
        if (step := steps.get(getattr(row, f"{field}_id"))) is not None:
            setattr(row, field, step)
    return named


def year_window(programme: Programme, year: int) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a year that belong to a programme."""
    return max(dt.date(year, 1, 1), programme.starts_on), min(dt.date(year, 12, 31), programme.ends_on)


def _by_indicator(rows: Iterable[Any]) -> dict[int, list[Any]]:
    of: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        of[row.indicator_id].append(row)
    return of


def _counts(programme: Programme, rules: Sequence[Rule], last_year: int) -> Mapping[int, Mapping[int, int]]:
    """Return {indicator key: {year: count}} of those that have a counting rule."""
    years = range(programme.starts_on.year, last_year + 1)
    windows = [year_window(programme, year) for year in years]
    made: dict[int, dict[int, int]] = defaultdict(dict)
    for (indicator, (first, _last)), one in totals(rules, windows).items():
        made[indicator][first.year] = one
    return made


def _activities(programme: Programme, outcomes: Sequence[int]) -> Mapping[int, list[tuple[TiedActivity, int]]]:
    """Return the newest activities of each result with their number in all, in one query."""
    tied: dict[int, list[tuple[TiedActivity, int]]] = defaultdict(list)
    for outcome, pk, status, together, *titles in _newest(outcomes=outcomes, programme=programme.pk):
        tied[outcome].append((TiedActivity(pk, Words.read(titles), status), together))
    return tied


@compiled_once
def _newest(*, outcomes: Iterable[int], programme: int) -> QuerySet:
    rows = plain(Activity).filter(outcome__in=outcomes).filter(Q(programme=programme) | Q(programme__isnull=True))
    rank = Window(RowNumber(), partition_by=F("outcome"), order_by=NEWEST_FIRST)
    numbered = rows.annotate(rank=rank, together=Window(CountOf("pk"), partition_by=F("outcome")))
    texts = [f"title_{code}" for code, _name in settings.LANGUAGES]
    newest = numbered.filter(rank__lte=SHOWN_ACTIVITIES).order_by("outcome", "rank")
    return newest.values_list("outcome", "pk", "status", "together", *texts)
