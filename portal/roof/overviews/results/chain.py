"""The logframe of a programme, read in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count as CountOf
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from activities.counting import totals
from activities.counting_rules import Rule, rules_of
from activities.models import Activity, CountingRule
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
from portal.ground.compiled import compiled_once
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
    outcomes = list(results_of(programme))
    indicators = Indicator.objects.filter(outcome__in=outcomes)
    sheets = sheets_of(programme, indicators, until=until, settled=settled, held=held)
    tied = _activities(programme, outcomes)
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


def results_of(programme: Programme) -> Any:
    """Return the results of a programme and of its partnership as a whole, the impacts first."""
    levels = list(Outcome.Level.values)
    mine = Q(programme=programme) | Q(programme__isnull=True, partnership=programme.partnership_id)
    rows = Outcome.objects.filter(mine).order_by("number", "pk")
    return sorted(rows, key=lambda row: levels.index(row.level))


def sheets_of(
    programme: Programme,
    indicators: Any,
    *,
    until: int | None = None,
    settled: Collection[int] | None = None,
    held: Collection[int] = (),
) -> dict[int, list[IndicatorSheet]]:
    """Return indicators with their years in a programme, by the key of their result (`logframe_of` says the rest)."""
    rows = list(indicators.select_related("owner").order_by("number", "slug"))
    # Few indicators have a scale: joined, its steps would be looked for beside each of hundreds of numbers.
    steps = {step.pk: step for step in plain(ScaleLevel).filter(scale__in={row.scale_id for row in rows})}
    _name_steps(rows, steps, "baseline_level")
    last_year = programme.ends_on.year if until is None else min(until, programme.ends_on.year)
    window = (programme.starts_on, min(programme.ends_on, dt.date(last_year, 12, 31)))
    keys = [row.pk for row in rows]
    targets = _by_indicator(_name_steps(_targets(indicators=keys), steps))
    told_rows = _by_indicator(_name_steps(_values(indicators=keys, first=window[0], last=window[1]), steps))
    last = _name_steps(_corrections(indicators=keys, first=window[0], last=window[1]), steps)
    rules = rules_of(CountingRule.objects.filter(indicator__in=rows))
    counts = _counts(programme, rules, last_year)
    stands = Standing.of({row.pk: row.whom for row in rows}, rules, settled, held)
    made: dict[int, list[IndicatorSheet]] = defaultdict(list)
    for row in rows:
        row.whom = Indicator.Whom.VULNERABLE if row.pk in stands.freed else row.whom
        told = tell(stands.values(row.pk, told_rows[row.pk]), stands.corrections(row.pk, last))
        counted = stands.counts(row, counts[row.pk]) if row.pk in counts else None
        made[row.outcome_id].append(sheet(Rows(row, programme, targets[row.pk], told, counted)))
    return made


@compiled_once
def _targets(*, indicators: Iterable[int]) -> QuerySet[IndicatorTarget]:
    return plain(IndicatorTarget).filter(indicator__in=indicators).order_by("year")


@compiled_once
def _values(*, indicators: Iterable[int], first: dt.date, last: dt.date) -> QuerySet[IndicatorValue]:
    rows = plain(IndicatorValue).filter(indicator__in=indicators, starts_on__range=(first, last))
    return rows.defer("comment").order_by("starts_on")


@compiled_once
def _corrections(*, indicators: Iterable[int], first: dt.date, last: dt.date) -> QuerySet[IndicatorCorrection]:
    rows = plain(IndicatorCorrection).filter(corrects__indicator__in=indicators)
    return rows.filter(corrects__starts_on__range=(first, last)).order_by("recorded_on", "pk")


def _name_steps(rows: Iterable[Any], steps: Mapping[int, ScaleLevel], field: str = "level") -> list[Any]:
    """Return rows that know the step of the scale that they name."""
    named = list(rows)
    for row in named:
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


def _activities(programme: Programme, outcomes: Sequence[Outcome]) -> Mapping[int, list[tuple[TiedActivity, int]]]:
    """Return the newest activities of each result with their number in all, in one query."""
    rows = plain(Activity).filter(outcome__in=outcomes).filter(Q(programme=programme) | Q(programme__isnull=True))
    rank = Window(RowNumber(), partition_by=F("outcome"), order_by=NEWEST_FIRST)
    numbered = rows.annotate(rank=rank, together=Window(CountOf("pk"), partition_by=F("outcome")))
    newest = numbered.filter(rank__lte=SHOWN_ACTIVITIES).order_by("outcome", "rank")
    tied: dict[int, list[tuple[TiedActivity, int]]] = defaultdict(list)
    texts = [f"title_{code}" for code, _name in settings.LANGUAGES]
    for outcome, pk, status, together, *titles in newest.values_list("outcome", "pk", "status", "together", *texts):
        tied[outcome].append((TiedActivity(pk, Words.read(titles), status), together))
    return tied
