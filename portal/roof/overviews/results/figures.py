"""What a logframe holds, as plain values in every language: the page, the spreadsheet and a frozen report read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from partnerships.models import Indicator
from portal.roof.reports.words import Words

NOTHING = Words()


@dataclass(frozen=True)
class Figure:
    """What an indicator came to, or should: a number, or the value of a step of a scale with its name."""

    number: Decimal
    step: Words = NOTHING


@dataclass(frozen=True)
class YearFigures:
    """One year of an indicator.

    `actual` holds what officers stand for, corrections included (`is_corrected`); `reported` what nobody stands for
    yet, which enters no total; `counted` what the log comes to, where the indicator is counted.
    """

    year: int
    target: Figure | None = None
    is_odd_target: bool = False
    actual: Figure | None = None
    reported: Figure | None = None
    counted: Decimal | None = None
    # How far the typed value lies from the counted one, where the values tell of the whole year.
    difference: Decimal | None = None
    is_corrected: bool = False
    achieved: int | None = None


@dataclass(frozen=True)
class IndicatorSheet:
    """An indicator with its years. Totals only where its values of several years may be added."""

    pk: int
    slug: str
    number: int
    title: Words
    text: Words
    verification: Words
    unit: Words
    measure: Indicator.Measure
    accumulation: Indicator.Accumulation
    is_ascending: bool
    adds_periods: bool
    baseline: Figure | None
    baseline_year: int | None
    baseline_note: Words
    owner: str
    is_counted: bool
    years: tuple[YearFigures, ...]
    total: Decimal | None = None
    total_target: Decimal | None = None
    achieved: int | None = None
    # What was frozen before this was known is held for the most delicate.
    whom: Indicator.Whom = Indicator.Whom.VULNERABLE


def without_warnings(sheet: IndicatorSheet) -> IndicatorSheet:
    """Return an indicator that does not say which targets lie behind a baseline that it does not tell.

    Whoever sets a target one by one would read the baseline from where the warning begins.
    """
    return replace(sheet, years=tuple(replace(year, is_odd_target=False) for year in sheet.years))


@dataclass(frozen=True)
class TiedActivity:
    """An activity that works toward a result."""

    pk: int
    title: Words
    status: str


@dataclass(frozen=True)
class ResultSheet:
    """A result with its indicators, the activities tied to it, and the results that lead to it.

    `activities` are the newest few of `activity_count`. `is_whole` says that it belongs to the partnership as a
    whole and not to the programme alone.
    """

    pk: int
    slug: str
    level: str
    number: int
    title: Words
    text: Words
    assumptions: Words
    is_whole: bool
    indicators: tuple[IndicatorSheet, ...]
    activities: tuple[TiedActivity, ...]
    activity_count: int
    parts: tuple[ResultSheet, ...]

    @property
    def own_indicators(self) -> int:
        """How many indicators it and what leads to it have."""
        return len(self.indicators) + sum(part.own_indicators for part in self.parts)


@dataclass(frozen=True)
class Logframe:
    """The results chain of a programme: impacts, the outcomes that lead to them, and the outputs that lead to those.

    A result that leads to none yet stands beside the impacts.
    """

    slug: str
    name: Words
    years: tuple[int, ...]
    results: tuple[ResultSheet, ...]
    is_demonstration: bool

    def flat(self) -> list[ResultSheet]:
        """Return every result, each before those that lead to it."""
        return [row for result in self.results for row in _flat(result)]


def _flat(result: ResultSheet) -> list[ResultSheet]:
    return [result, *(row for part in result.parts for row in _flat(part))]


def achieved(
    start: Decimal | None, target: Decimal | None, actual: Decimal | None, *, is_ascending: bool
) -> int | None:
    """Return how far on the way from the baseline to the target a value is, in per cent.

    None where one of them is unknown, and where the target does not lie on the better side of the baseline: there
    is no way then. It may lie above 100, and below 0 where things became worse.
    """
    if start is None or target is None or actual is None:
        return None
    way = target - start
    if way == 0 or (way > 0) != is_ascending:
        return None
    return int((100 * (actual - start) / way).quantize(Decimal(1), rounding=ROUND_HALF_UP))
