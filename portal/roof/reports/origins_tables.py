"""Who reported what and when, as the annex shows it, in the active language.

A value of one month stands in a row with the others of its indicator and year, where they are many and each is short:
so one sees a year go. Any other row is told by itself.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.formats import date_format

from partnerships.models import Indicator
from portal.ground.dates import Precision
from portal.roof.overviews.results.figures import IndicatorSheet
from portal.roof.overviews.results.page import figure_text
from portal.roof.reports.origins import Origin
from portal.roof.reports.sections import Report
from portal.roof.reports.words import When, Words

MONTHS = range(1, 13)
# Of quarters at most four are told, one below the other.
FEWEST_MONTHS = 5
# As many characters as a month has room for; the name of a step of a scale never finds it.
LONGEST_VALUE = 9
ANY_YEAR = 2000


@dataclass(frozen=True)
class OriginRow:
    """One row of the annex; `value` is empty where what was reported stands elsewhere or is not told."""

    origin: Origin
    value: str
    unit: Words
    is_step: bool


@dataclass(frozen=True)
class YearOfMonths:
    """A year with a text for each month."""

    year: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ToldTogether:
    """Years whose values have the same people and the same source; `when` spans the days on which they were written."""

    by: str
    when: When
    validated_by: str
    source: Words
    years: tuple[YearOfMonths, ...]


@dataclass(frozen=True)
class IndicatorMonths:
    """An indicator with its years of monthly values."""

    title: Words
    unit: Words
    measure: str
    parts: tuple[ToldTogether, ...]


@dataclass(frozen=True)
class Annex:
    """What is told by the month, the names of the months, and the rows of everything else."""

    by_month: tuple[IndicatorMonths, ...]
    months: tuple[str, ...]
    rows: tuple[OriginRow, ...]


def annex_of(report: Report) -> Annex:
    """Return the annex of a report; a value whose indicator the report does not tell is shown without it."""
    sheets = indicators_of(report)
    together: dict[tuple[Any, ...], list[Origin]] = defaultdict(list)
    for row in report.origins:
        sheet = sheets.get(row.indicator_pk)
        if sheet and is_of_a_month(row.period) and _has_room(sheet, row):
            together[row.of_year, row.by, row.validated_by, row.source].append(row)
    by_indicator: dict[int, list[list[Origin]]] = defaultdict(list)
    for (of_year, *_people), rows in together.items():
        if len(rows) >= FEWEST_MONTHS:
            by_indicator[of_year[0]].append(rows)
    shown = {id(row) for years in by_indicator.values() for rows in years for row in rows}
    return Annex(
        tuple(_indicator(sheets[pk], by_indicator[pk]) for pk in sheets if pk in by_indicator),
        tuple(date_format(dt.date(ANY_YEAR, month, 1), "N") for month in MONTHS),
        tuple(_row(row, sheets) for row in report.origins if id(row) not in shown),
    )


def indicators_of(report: Report) -> Mapping[int, IndicatorSheet]:
    """Return the indicators of a report by their keys, in its order."""
    return {row.pk: row.sheet for chain in report.attained for result in chain.results for row in result.indicators}


def is_of_a_month(period: When) -> bool:
    """Say whether a period is a calendar month."""
    first, last = period.starts_on, period.ends_on
    month = Precision.MONTH
    return bool(first and last and first == month.first_day(first) and last == month.last_day(first))


def _has_room(sheet: IndicatorSheet, row: Origin) -> bool:
    """Say whether what was reported is a number that a month has room for."""
    return sheet.measure != Indicator.Measure.SCALE and len(figure_text(sheet, row.value)) <= LONGEST_VALUE


def _indicator(sheet: IndicatorSheet, years: Iterable[list[Origin]]) -> IndicatorMonths:
    """Return an indicator with its years, which stand in their order as the rows of a report do."""
    measure = "" if sheet.measure == Indicator.Measure.NUMBER else str(sheet.measure.label)
    parts = groupby(years, key=lambda rows: (rows[0].by, rows[0].validated_by, rows[0].source))
    return IndicatorMonths(sheet.title, sheet.unit, measure, tuple(_part(sheet, list(of)) for _who, of in parts))


def _part(sheet: IndicatorSheet, years: list[list[Origin]]) -> ToldTogether:
    one = years[0][0]
    days = [row.when.starts_on for rows in years for row in rows if row.when.starts_on]
    when = When(min(days), max(days)) if days else When()
    return ToldTogether(one.by, when, one.validated_by, one.source, tuple(_year(sheet, rows) for rows in years))


def _year(sheet: IndicatorSheet, rows: list[Origin]) -> YearOfMonths:
    texts = {row.period.starts_on.month: figure_text(sheet, row.value) for row in rows if row.period.starts_on}
    return YearOfMonths(str(rows[0].of_year[1]), tuple(texts.get(month, "") for month in MONTHS))


def _row(row: Origin, sheets: Mapping[int, IndicatorSheet]) -> OriginRow:
    sheet = sheets.get(row.indicator_pk)
    if sheet is None or row.value is None:
        return OriginRow(row, "", Words(), is_step=False)
    is_step = sheet.measure == Indicator.Measure.SCALE
    return OriginRow(row, figure_text(sheet, row.value), Words() if is_step else sheet.unit, is_step)
