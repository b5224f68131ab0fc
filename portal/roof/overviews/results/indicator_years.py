"""From the rows of an indicator to its figures, year by year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from partnerships.models import Indicator, IndicatorCorrection, IndicatorTarget, IndicatorValue, Programme, Validation
from portal.roof.overviews.results.figures import Figure, IndicatorSheet, YearFigures, achieved
from portal.roof.reports.words import Words

ZERO = Decimal(0)


@dataclass(frozen=True)
class Told:
    """A value as newer tables tell it: its correction, once an officer stands for that, takes its place."""

    row: IndicatorValue
    correction: IndicatorCorrection | None = None

    @property
    def is_validated(self) -> bool:
        """Whether an officer stands for what is told."""
        return self.correction is not None or self.row.state == Validation.VALIDATED

    @property
    def figure(self) -> Figure:
        """What is told."""
        return figure(self.correction or self.row)


def figure(row: IndicatorValue | IndicatorCorrection | IndicatorTarget) -> Figure:
    """Return the number or the step of a row; fetch it with its `level`."""
    # Its key first: asking a row for a step that it does not name takes longer than all else here.
    if row.level_id and row.level is not None:
        return Figure(Decimal(row.level.value), Words.of(row.level, "label"))
    return Figure(row.value or ZERO)


def tell(values: Iterable[IndicatorValue], corrections: Iterable[IndicatorCorrection]) -> list[Told]:
    """Return values in the order of their periods, each with the last validated correction of it."""
    last = {row.corrects_id: row for row in corrections if row.state == Validation.VALIDATED}
    return [Told(row, last.get(row.pk)) for row in sorted(values, key=lambda row: row.starts_on)]


def first_baseline(indicator: Indicator) -> Figure | None:
    """Return where an indicator started, as far as that is known."""
    if indicator.baseline_level_id and indicator.baseline_level is not None:
        return Figure(Decimal(indicator.baseline_level.value), Words.of(indicator.baseline_level, "label"))
    return None if indicator.baseline is None else Figure(indicator.baseline)


def start_of(indicator: Indicator) -> Decimal | None:
    """Return the number from which the way to a target is measured: counts without a baseline start from nothing.

    A scale has no way in per cent: nobody knows how far its steps lie from each other.
    """
    if indicator.is_qualitative or indicator.baseline is not None:
        return indicator.baseline
    cumulative = indicator.accumulation == Indicator.Accumulation.CUMULATIVE
    counts = indicator.told_measure == Indicator.Measure.NUMBER and (indicator.adds_periods or cumulative)
    return ZERO if counts and indicator.is_ascending else None


@dataclass(frozen=True)
class Rows:
    """An indicator with its rows that tell of a programme; `counts` by year is None where it is not counted."""

    indicator: Indicator
    programme: Programme
    targets: Sequence[IndicatorTarget]
    told: Sequence[Told]
    counts: Mapping[int, int] | None

    @cached_property
    def start(self) -> Decimal | None:
        """The number from which the way to each year's target is measured."""
        return start_of(self.indicator)

    @cached_property
    def adds_up(self) -> bool:
        """Whether its values of several periods may be added."""
        return self.indicator.adds_up

    def during(self, year: int) -> list[Told]:
        """Return the values whose period lies in a year."""
        return [row for row in self.told if row.row.starts_on.year == year]


def sheet(rows: Rows) -> IndicatorSheet:
    """Return an indicator with its years in a programme."""
    indicator, programme = rows.indicator, rows.programme
    by_year = {row.year: row for row in rows.targets}
    counted = _counted(indicator, rows.counts)
    numbers = range(programme.starts_on.year, programme.ends_on.year + 1)
    years = tuple(_year(rows, year, by_year.get(year), counted.get(year)) for year in numbers)
    total, total_target = _totals(rows, years)
    return IndicatorSheet(
        pk=indicator.pk,
        slug=indicator.slug,
        number=indicator.number,
        title=Words.of(indicator, "title"),
        text=Words.of(indicator, "text"),
        verification=Words.of(indicator, "verification"),
        unit=Words.of(indicator, "unit"),
        measure=indicator.told_measure,
        accumulation=Indicator.Accumulation(indicator.accumulation),
        is_ascending=indicator.is_ascending,
        adds_periods=rows.adds_up,
        baseline=first_baseline(indicator),
        baseline_year=indicator.baseline_year,
        baseline_note=Words.of(indicator, "baseline_note"),
        owner=indicator.owner.get_full_name() or str(indicator.owner) if indicator.owner else "",
        is_counted=rows.counts is not None,
        years=years,
        total=total,
        total_target=total_target,
        achieved=_achieved(rows, years, total, total_target),
        whom=Indicator.Whom(indicator.whom),
    )


def _counted(indicator: Indicator, counts: Mapping[int, int] | None) -> Mapping[int, Decimal]:
    """Return what the log comes to, by year; until the end of each year where the indicator counts from the start."""
    numbers = {year: Decimal(number) for year, number in sorted((counts or {}).items())}
    if indicator.accumulation == Indicator.Accumulation.YEARLY:
        return numbers
    return {year: sum((numbers[other] for other in numbers if other <= year), ZERO) for year in numbers}


def _year(rows: Rows, year: int, target: IndicatorTarget | None, number: Decimal | None) -> YearFigures:
    indicator, told = rows.indicator, rows.during(year)
    validated = [row for row in told if row.is_validated]
    aim = figure(target) if target else None
    actual = _one(indicator, [row.figure for row in validated])
    return YearFigures(
        year=year,
        target=aim,
        is_odd_target=bool(target and indicator.lies_behind(target.value, target.level if target.level_id else None)),
        actual=actual,
        reported=_one(indicator, [row.figure for row in told if not row.is_validated]),
        counted=number,
        difference=_difference(rows, told, year, number),
        is_corrected=any(row.correction for row in validated),
        achieved=achieved(
            rows.start,
            aim.number if aim else None,
            actual.number if actual else None,
            is_ascending=indicator.is_ascending,
        ),
    )


def _difference(rows: Rows, told: Sequence[Told], year: int, number: Decimal | None) -> Decimal | None:
    """Return how far the values of a year lie from what the log comes to, where they tell of all its days."""
    if number is None:
        return None
    typed = _one(rows.indicator, [row.figure for row in told])
    return typed.number - number if typed is not None and _tells_the_year(rows, told, year) else None


def _one(indicator: Indicator, figures: Sequence[Figure]) -> Figure | None:
    """Return the figure of a year of several periods: their sum where they may be added, else the last one."""
    if not figures or not indicator.adds_periods:
        return figures[-1] if figures else None
    return Figure(sum((one.number for one in figures), ZERO))


def _tells_the_year(rows: Rows, told: Sequence[Told], year: int) -> bool:
    """Say whether values tell of all the days that the count of a year tells of."""
    indicator, programme = rows.indicator, rows.programme
    first = max(dt.date(year, 1, 1), programme.starts_on)
    last = min(dt.date(year, 12, 31), programme.ends_on)
    if told[-1].row.ends_on < last:
        return False
    if indicator.accumulation == Indicator.Accumulation.CUMULATIVE:
        return True
    if not rows.adds_up:
        return told[-1].row.starts_on <= first
    days = sum((row.row.ends_on - row.row.starts_on).days + 1 for row in told)
    return days >= (last - first).days + 1


def _totals(rows: Rows, years: Sequence[YearFigures]) -> tuple[Decimal | None, Decimal | None]:
    if not rows.adds_up:
        return None, None
    actual = [row.actual.number for row in years if row.actual]
    target = [row.target.number for row in years if row.target]
    return sum(actual, ZERO) if actual else None, sum(target, ZERO) if target else None


def _achieved(
    rows: Rows, years: Sequence[YearFigures], total: Decimal | None, total_target: Decimal | None
) -> int | None:
    """Return how far the programme is: by the totals, or by its last actual value on the way to its last target."""
    indicator = rows.indicator
    if rows.adds_up:
        # A baseline tells of one year; of several together only where it is nothing.
        start = None if indicator.baseline else ZERO
        return achieved(start, total_target, total, is_ascending=indicator.is_ascending)
    actual = [row.actual.number for row in years if row.actual]
    target = [row.target.number for row in years if row.target]
    if not actual or not target:
        return None
    return achieved(rows.start, target[-1], actual[-1], is_ascending=indicator.is_ascending)
