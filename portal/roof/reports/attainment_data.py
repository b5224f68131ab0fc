"""Gather what the results of the programmes of a window came to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import override

from activities.counting_rules import Rule, rules_of
from activities.counting_words import rule_in_words
from activities.models import CountingRule
from beneficiaries.models import AgeBand, Course, Sex, TargetGroup
from beneficiaries.parts import Slice, parts_of
from partnerships.models import (
    Indicator,
    IndicatorCorrection,
    IndicatorValue,
    Outcome,
    Partnership,
    Programme,
    Validation,
)
from portal.ground.dates import overlapping
from portal.ground.disclosure import Told
from portal.ground.wording import listed, translated
from portal.roof.overviews.results.at_risk import TAUGHT, Standing, at_risk
from portal.roof.overviews.results.chain import logframe_of
from portal.roof.overviews.results.figures import NOTHING, IndicatorSheet, Logframe, ResultSheet
from portal.roof.overviews.results.indicator_years import figure
from portal.roof.reports.attainment import Attained, Chain, Measured, PartLine, PartYear, ValueCorrection
from portal.roof.reports.attainment_told import Parts, splits_a_few, tells_of_few, told_parts, without_values
from portal.roof.reports.enrolled import told_with_courses
from portal.roof.reports.people import may_be_counted, people_told
from portal.roof.reports.words import When, Words

ZERO = Decimal(0)
EVERYBODY = Slice()
LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"


def chains_of(
    partnership: Partnership,
    starts_on: dt.date,
    ends_on: dt.date,
    settled: Collection[int],
    held: Collection[int] = (),
) -> tuple[tuple[Chain, ...], bool]:
    """Return the results of the programmes that run in a window, and whether some are demonstration.

    A year that ends after the window is told without what it came to: two windows a day apart would give a single
    entry back. So would two days, of vulnerable people, in a year that is not `settled` (partnerships.settled); `held`
    are the indicators that frozen reports hold for such (told_last.py).
    """
    until = ends_on.year if (ends_on.month, ends_on.day) == (12, 31) else ends_on.year - 1
    programmes = partnership.programmes.filter(overlapping(starts_on, ends_on)).order_by("starts_on")
    made = [(programme, logframe_of(programme, until=until, settled=settled, held=held)) for programme in programmes]
    first = min((programme.starts_on.year for programme in programmes), default=until)
    until_then = [year for year in range(first, until + 1) if year in settled]
    past = Past(until, frozenset(settled), people_told(partnership, until_then))
    chains = tuple(chain_of(programme, logframe, past) for programme, logframe in made if logframe.results)
    return chains, any(logframe.is_demonstration for _programme, logframe in made)


def about_vulnerable(indicators: Collection[int]) -> set[int]:
    """Return which indicators, by their keys, may count people of vulnerable groups, alone or beside others."""
    whom = dict(Indicator.objects.filter(pk__in=indicators).values_list("pk", "whom"))
    return set(at_risk(whom, rules_of(CountingRule.objects.filter(indicator__in=whom))))


@dataclass(frozen=True)
class Past:
    """Of which years something is told: all `until` one, and of vulnerable people the `settled` ones.

    `told` is what is told of the vulnerable people who were reached in these.
    """

    until: int
    settled: frozenset[int]
    told: Told


def chain_of(programme: Programme, logframe: Logframe, past: Past) -> Chain:
    """Return the results of a programme as they may be told; `logframe` tells of the same years."""
    sheets = {row.pk: row for result in logframe.flat() for row in result.indicators}
    desk = Desk.of(programme, sheets, past)

    def results(rows: Iterable[ResultSheet], above: Words = NOTHING) -> Iterator[Attained]:
        for row in rows:
            yield _attained(row, above, desk)
            yield from results(row.parts, row.title)

    return Chain(logframe.name, logframe.years, tuple(results(logframe.results)))


def _attained(row: ResultSheet, above: Words, desk: Desk) -> Attained:
    return Attained(
        pk=row.pk,
        level=Outcome.Level(row.level),
        number=row.number,
        title=row.title,
        text=row.text,
        assumptions=row.assumptions,
        leads_to=above,
        is_whole=row.is_whole,
        indicators=tuple(desk.measured(indicator) for indicator in row.indicators),
    )


@dataclass(frozen=True)
class Desk:
    """What the indicators of a programme are told from, by their keys."""

    rules: Mapping[int, Rule]
    values: Mapping[int, Sequence[IndicatorValue]]
    corrections: Mapping[int, Sequence[IndicatorCorrection]]
    bands: Mapping[int, AgeBand]
    groups: Mapping[int, TargetGroup]
    taught: frozenset[int]
    told: Told
    # The indicators (by key) that may count enrolments beside the table of courses.
    enrolled: frozenset[int] = frozenset()
    # Those that may count vulnerable people.
    at_risk: frozenset[int] = frozenset()

    @classmethod
    def of(cls, programme: Programme, sheets: Mapping[int, IndicatorSheet], past: Past) -> Desk:
        window = (programme.starts_on, min(programme.ends_on, dt.date(past.until, 12, 31)))
        rows = IndicatorValue.objects.validated().filter(indicator__in=sheets, starts_on__range=window)
        rows = rows.prefetch_related("parts").order_by("starts_on")
        fixed = IndicatorCorrection.objects.filter(corrects__in=rows, state=Validation.VALIDATED)
        fixed = fixed.select_related("corrects__level", "level").order_by("recorded_on", "pk")
        rules = rules_of(CountingRule.objects.filter(indicator__in=sheets).with_words())
        stands = Standing.of({pk: sheet.whom for pk, sheet in sheets.items()}, rules, past.settled)
        values: dict[int, list[IndicatorValue]] = defaultdict(list)
        for row in rows:
            values[row.indicator_id] += stands.values(row.indicator_id, [row])
        corrections: dict[int, list[IndicatorCorrection]] = defaultdict(list)
        for correction in fixed:
            indicator = correction.corrects.indicator_id
            corrections[indicator] += stands.corrections(indicator, [correction])
        groups: dict[int, TargetGroup] = {row.pk: row for row in TargetGroup.objects.order_by("position", "slug")}
        bands = {row.pk: row for row in AgeBand.objects.order_by("position")}
        taught = _taught(programme) if any(rule.row.what in TAUGHT for rule in rules) else frozenset()
        enrolled = told_with_courses(programme, rules, past.until, past.settled)
        by_key = {rule.indicator: rule for rule in rules}
        return cls(by_key, values, corrections, bands, groups, taught, past.told, enrolled, stands.at_risk)

    def measured(self, sheet: IndicatorSheet) -> Measured:
        """Return an indicator as it may be told; who is in charge of it stays inside the portal."""
        sheet = replace(sheet, owner="")
        parts = self._parts(sheet)
        sensitive = self._is_about_vulnerable(sheet, parts)

        def is_vulnerable(part: Slice) -> bool:
            return sensitive or self._is_vulnerable(part)

        withheld = (
            (sensitive and (tells_of_few(sheet) or self._is_of_a_path(sheet)))
            or splits_a_few(sheet, parts, is_vulnerable)
            or not all(self._is_told(sheet, year.year) for year in sheet.years)
        )
        told, hidden = told_parts(
            parts,
            is_vulnerable=is_vulnerable,
            may_be_told=lambda year, part: self._is_told(sheet, year, part),
        )
        corrections = self.corrections.get(sheet.pk, ())
        rule = self.rules.get(sheet.pk)
        return Measured(
            sheet=without_values(sheet) if withheld else sheet,
            counting=in_each_language(lambda: rule_in_words(rule)) if rule else NOTHING,
            parts=() if withheld else self._lines(told, sensitive=sensitive),
            corrections=tuple(_correction(row, told=not sensitive) for row in corrections),
            parts_before=tuple(sorted({row.corrects.starts_on.year for row in corrections} & set(parts))),
            is_about_vulnerable=sensitive,
            is_withheld=withheld,
            has_hidden_parts=withheld or hidden,
            counts_vulnerable=self.counts_vulnerable(sheet),
            may_count_vulnerable=sheet.pk in self.at_risk,
        )

    def counts_vulnerable(self, sheet: IndicatorSheet) -> bool:
        """Say whether some of the people whom an indicator counts are of vulnerable groups."""
        parts = self._parts(sheet)
        counted = (*self.told.parts, *self.told.withheld)
        return (
            self._is_about_vulnerable(sheet, parts)
            or any(sheet.pk in key.indicators for part in counted for key in part.keys)
            or any(self._is_vulnerable(part) for of_year in parts.values() for part in of_year)
        )

    def _parts(self, sheet: IndicatorSheet) -> Parts:
        """Return the parts of the validated values by year: added where periods may be, else those of the last."""
        made: dict[int, dict[Slice, Decimal]] = {}
        for row in self.values.get(sheet.pk, ()):
            parts = parts_of(row.parts.all())
            before = made.get(row.starts_on.year, {}) if sheet.adds_periods else {}
            if parts or not sheet.adds_periods:
                made[row.starts_on.year] = {
                    part: before.get(part, ZERO) + parts.get(part, ZERO) for part in {**before, **parts}
                }
        return {year: parts for year, parts in made.items() if parts}

    def _is_about_vulnerable(self, sheet: IndicatorSheet, parts: Parts) -> bool:
        if sheet.whom == Indicator.Whom.VULNERABLE:
            return True
        rule = self.rules.get(sheet.pk)
        what = rule.row.what if rule else CountingRule.What.ENTRIES
        if what in TAUGHT and any(map(self._is_vulnerable_group, (rule and rule.groups) or self.taught)):
            return True
        asked = rule.groups if rule and what == CountingRule.What.PARTICIPATIONS else frozenset()
        named = {part.group for of_year in parts.values() for part in of_year if part.group is not None}
        return any(groups and all(map(self._is_vulnerable_group, groups)) for groups in (asked, named))

    def _is_of_a_path(self, sheet: IndicatorSheet) -> bool:
        """Say whether an indicator counts learners otherwise than the table of courses tells them.

        The table tells how many enrolled. Beside it, how many attended, earned a diploma or are of one sex would
        give back how few did not; so would enrolments that are no sum of the table (see enrolled.py).
        """
        rule = self.rules.get(sheet.pk)
        if rule is None or rule.row.what not in TAUGHT:
            return False
        typed = [(figure, year.counted) for year in sheet.years for figure in (year.actual, year.reported) if figure]
        return sheet.pk not in self.enrolled or any(figure.number != counted for figure, counted in typed)

    def _is_vulnerable_group(self, pk: int) -> bool:
        return self.groups[pk].is_vulnerable

    def _is_vulnerable(self, part: Slice) -> bool:
        return part.group is not None and self._is_vulnerable_group(part.group)

    def _is_told(self, sheet: IndicatorSheet, year: int, part: Slice = EVERYBODY) -> bool:
        """Say whether the table of participants tells in the same sums whom an indicator counts in a year."""
        first = min(one.year for one in sheet.years)
        since = year if sheet.accumulation == Indicator.Accumulation.YEARLY else first
        return may_be_counted(self.told, sheet.pk, range(since, year + 1), part)

    def _lines(self, parts: Parts, *, sensitive: bool) -> tuple[PartLine, ...]:
        told = {part for of_year in parts.values() for part in of_year}
        return tuple(
            PartLine(
                in_each_language(lambda part=part: self._name(part)),
                tuple(PartYear(year, of_year[part]) for year, of_year in sorted(parts.items()) if part in of_year),
                sensitive or self._is_vulnerable(part),
            )
            for part in sorted(told, key=self._place)
        )

    def _name(self, part: Slice) -> str:
        group = translated(self.groups.get(part.group or 0), "name")
        sex = Sex(part.sex).label if part.sex else ""
        band = self.bands.get(part.band or 0)
        # Between two marks of direction a span of ages does not turn round in a line that runs to the left.
        ages = f"{LEFT_TO_RIGHT}{band}{LEFT_TO_RIGHT}" if band and band.min_age is not None else band
        return capfirst(listed([group, sex, ages]))

    def _place(self, part: Slice) -> tuple[bool, bool, bool, int, int, int]:
        """Return where a part stands: by sex, by age, by both, then by group."""
        by_sex, by_age, by_group = part.dimensions
        group = list(self.groups).index(part.group) if part.group else -1
        sex = list(Sex.values).index(part.sex) if part.sex else -1
        band = list(self.bands).index(part.band) if part.band else -1
        return by_group, by_sex and by_age, by_age, group, sex, band


def _taught(programme: Programme) -> frozenset[int]:
    """Return the target groups (by key) for which a partnership has courses."""
    courses = Course.objects.filter(partnership=programme.partnership_id, target_group__isnull=False)
    return frozenset(courses.order_by().values_list("target_group", flat=True))


def _correction(row: IndicatorCorrection, *, told: bool) -> ValueCorrection:
    return ValueCorrection(
        year=row.corrects.starts_on.year,
        when=When.day(row.recorded_on),
        reason=Words.written(row.reason, row.language),
        was=figure(row.corrects) if told else None,
        became=figure(row) if told else None,
    )


def in_each_language(text: Callable[[], str]) -> Words:
    """Return a text that the code writes, in each language of the portal."""
    versions = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            versions.append((code, str(text())))
    return Words(tuple(versions))
