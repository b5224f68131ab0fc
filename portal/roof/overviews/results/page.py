"""How the pages of a logframe and of an indicator show its figures: in the reader's language, never decided there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple, Self

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities.badges import Badge, badge
from partnerships.models import Indicator, IndicatorTarget, Outcome
from portal.ground.addresses import address_of
from portal.ground.numbers import format_number, format_percentage
from portal.ground.wording import NOTHING, Wording, listed, translated
from portal.roof.overviews.results.figures import Figure, IndicatorSheet, ResultSheet, YearFigures
from portal.roof.reports.words import Words


class Cell(NamedTuple):
    """One figure of a table; `tone` is the class that it is drawn with, `note` a remark on it."""

    text: str
    tone: str = "number"
    note: str = ""


@dataclass(frozen=True)
class Line:
    """One kind of figure of an indicator over the years; the last cell tells of all years."""

    label: str
    cells: tuple[Cell, ...]
    tone: str = ""


@dataclass(frozen=True)
class IndicatorPanel:
    """An indicator in a logframe. `size` is the length of its bar in per cent; None: there is no way to go."""

    url: str
    title: Wording
    facts: str
    baseline: str
    verification: Wording
    owner: str
    figure_class: str
    lines: tuple[Line, ...]
    progress: str
    size: int | None


@dataclass(frozen=True)
class ActivityLink:
    """An activity tied to a result."""

    title: Wording
    url: str
    badge: Badge


@dataclass(frozen=True)
class ResultPanel:
    """A result in a logframe; `depth` says how many results stand above it, `leads_to` which is the next."""

    pk: int
    leads_to: Wording
    leads_to_url: str
    depth: int
    level: str
    level_label: str
    title: Wording
    text: Wording
    assumptions: Wording
    note: str
    indicators: tuple[IndicatorPanel, ...]
    activities: tuple[ActivityLink, ...]
    more_activities: int
    activities_url: str


def wording(text: Words) -> Wording:
    """Return a text for a page: the reader's language, or another marked as such."""
    reader = get_language() or ""
    language, best = text.best(reader)
    return Wording(best, "" if language == reader else language)


def panels_of(results: tuple[ResultSheet, ...], depth: int = 0, above: ResultSheet | None = None) -> list[ResultPanel]:
    """Return the results of a logframe in order, each before those that lead to it."""
    made = []
    for row in results:
        made.append(_panel(row, depth, above))
        made += panels_of(row.parts, depth + 1, row)
    return made


def _panel(row: ResultSheet, depth: int, above: ResultSheet | None) -> ResultPanel:
    return ResultPanel(
        pk=row.pk,
        leads_to=wording(above.title) if above else NOTHING,
        leads_to_url=f"#result-{above.pk}" if above else "",
        depth=min(depth, 2),
        level=row.level,
        level_label=capfirst(str(Outcome.Level(row.level).label)),
        title=wording(row.title),
        text=wording(row.text),
        assumptions=wording(row.assumptions),
        note=_("of the partnership as a whole") if row.is_whole else "",
        indicators=tuple(indicator_panel(indicator) for indicator in row.indicators),
        activities=tuple(
            ActivityLink(wording(one.title), address_of("activities:detail", one.pk), badge(one.status))
            for one in row.activities
        ),
        more_activities=row.activity_count - len(row.activities),
        activities_url=f"{address_of('activities:list')}?outcome={row.pk}",
    )


def indicator_panel(row: IndicatorSheet) -> IndicatorPanel:
    """Return an indicator with its lines of figures."""
    return IndicatorPanel(
        url=address_of("partnerships:indicator", row.slug),
        title=wording(row.title),
        facts=facts_line(row),
        baseline=baseline_text(row),
        verification=wording(row.verification),
        owner=row.owner,
        # A number is written from left to right in every language; the name of a step is a word.
        figure_class="step" if row.measure == Indicator.Measure.SCALE else "amount",
        lines=lines_of(row),
        progress=format_percentage(row.achieved),
        size=None if row.achieved is None else max(0, min(100, row.achieved)),
    )


def facts_line(row: IndicatorSheet) -> str:
    """Return the unit, the measure and how it is counted, in one line."""
    direction = "" if row.is_ascending else _("a lower value is better")
    measure = "" if row.unit and row.measure == Indicator.Measure.NUMBER else row.measure.label
    added = _("years may be added") if row.adds_periods else ""
    return capfirst(listed([wording(row.unit), measure, row.accumulation.label, direction, added]))


def baseline_text(row: IndicatorSheet) -> str:
    """Return where the indicator started, and when; an unknown baseline gives an empty text."""
    if row.baseline is None:
        return ""
    value = figure_text(row, row.baseline)
    return f"{value} ({row.baseline_year})" if row.baseline_year else value


def figure_text(row: IndicatorSheet, figure: Figure | None) -> str:
    """Return a figure as its measure is written: a number, a percentage or a step of a scale."""
    return _Pen.of(row).figure(figure)


class _Pen(NamedTuple):
    """Writes the figures of one indicator in the reader's language, which is looked up once for all of them."""

    measure: Indicator.Measure
    language: str

    @classmethod
    def of(cls, row: IndicatorSheet) -> Self:
        return cls(row.measure, get_language() or "")

    def figure(self, figure: Figure | None) -> str:
        """Return a number, a percentage or a step of a scale."""
        if figure is None:
            return ""
        if self.measure == Indicator.Measure.SCALE:
            return f"{format_number(figure.number, language=self.language)} – {wording(figure.step)}"
        return self.number(figure.number)

    def number(self, number: Decimal | None) -> str:
        """Return a number with the sign of a percentage where it is one."""
        write = format_percentage if self.measure == Indicator.Measure.PERCENTAGE else format_number
        return write(number, language=self.language)

    def share(self, number: int | None) -> str:
        """Return how much of the way is done, in per cent."""
        return format_percentage(number, language=self.language)

    def target(self, year: YearFigures) -> Cell:
        note = _("on the wrong side of the baseline") if year.is_odd_target else ""
        return Cell(self.figure(year.target), "number is-warning" if note else "number", note)

    def actual(self, year: YearFigures) -> Cell:
        return Cell(self.figure(year.actual), note=_("corrected") if year.is_corrected else "")

    def reported(self, year: YearFigures) -> Cell:
        return Cell(self.figure(year.reported), "number is-reported")

    def counted(self, year: YearFigures) -> Cell:
        if not year.counted and year.actual is None and year.reported is None:
            return Cell("")
        note = difference_text(year.difference)
        return Cell(self.number(year.counted), "number is-warning" if note else "number", note)

    def achieved(self, year: YearFigures) -> Cell:
        return Cell(self.share(year.achieved))


def lines_of(row: IndicatorSheet) -> tuple[Line, ...]:
    """Return the lines of figures that hold something: target, actual, reported, counted, achieved."""
    pen = _Pen.of(row)
    target, actual, reported, counted, achieved = _labels(pen.language)
    made = [
        Line(target, _cells(row, pen.target, pen.number(row.total_target))),
        Line(actual, _cells(row, pen.actual, pen.number(row.total)), "actual"),
        Line(reported, _cells(row, pen.reported), "reported"),
        Line(counted, _cells(row, pen.counted)),
        Line(achieved, _cells(row, pen.achieved, pen.share(row.achieved))),
    ]
    return tuple(line for line in made if any(cell.text for cell in line.cells))


@cache
def _labels(language: str | None) -> tuple[str, ...]:
    """Return what the lines are called, which every indicator of a page repeats."""
    return _("Target"), _("Actual"), _("Reported, not validated"), _("Counted from the log"), _("Achieved")


def _cells(row: IndicatorSheet, cell: Callable[[YearFigures], Cell], total: str = "") -> tuple[Cell, ...]:
    return (*map(cell, row.years), Cell(total))


def difference_text(difference: Decimal | None) -> str:
    """Return by how much the typed value lies from the counted one; nothing where they agree."""
    if not difference:
        return ""
    return _("typed: %(difference)s") % {"difference": format_number(difference, signed=True)}


def notes_of(row: IndicatorSheet, targets: Iterable[IndicatorTarget]) -> list[tuple[str, str]]:
    """Return what is said of the baseline and of targets, as (about what, text).

    Warnings are those of the sheet: they tell of the baseline, which not every reader is told.
    """
    said = [(_("Baseline"), wording(row.baseline_note).text)]
    odd = {year.year for year in row.years if year.is_odd_target}
    for target in targets:
        warning = target.warning if target.year in odd else ""
        said += [(str(target.year), warning), (str(target.year), translated(target, "note").text)]
    return [(about, text) for about, text in said if text]


def chart_of(row: IndicatorSheet) -> dict | None:
    """Return the actual values beside their targets as components/bar_chart.html draws them; None where it cannot."""
    if row.measure == Indicator.Measure.SCALE:
        return None
    numbers = [one.number for year in row.years for one in (year.target, year.actual) if one]
    largest = max(numbers, default=Decimal(0))
    if not any(year.actual for year in row.years) or largest <= 0:
        return None
    bars = []
    for year in row.years:
        actual = year.actual.number if year.actual else Decimal(0)
        target = year.target.number if year.target else Decimal(0)
        reached, aimed = (max(0, int(100 * number / largest)) for number in (actual, target))
        text = {"reached": figure_text(row, year.actual) or "–", "aimed": figure_text(row, year.target) or "–"}
        parts = [
            {"start": 0, "size": reached, "tone": "accent", "text": f"{_('Actual')} {text['reached']}"},
            {
                "start": reached,
                "size": max(0, aimed - reached),
                "tone": "soft",
                "text": f"{_('Target')} {text['aimed']}",
            },
        ]
        bars.append({"label": str(year.year), "value_text": f"{text['reached']} / {text['aimed']}", "parts": parts})
    return {
        "title": _("Actual and target by year"),
        "label_heading": _("Year"),
        "value_heading": _("Actual and target"),
        "series": [{"label": _("Actual"), "tone": "accent"}, {"label": _("Still to the target"), "tone": "soft"}],
        "bars": bars,
    }
