"""Which indicators may count vulnerable people: of these only settled years are told outside (partnerships.settled).

Decided by what an indicator is, and not by whom the log holds today: a figure that went as soon as somebody came would
tell that somebody came.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from activities.counting_rules import Rule
from activities.models import CountingRule
from beneficiaries.models import IndicatorPart, TargetGroup
from partnerships.models import Indicator, IndicatorCorrection, IndicatorValue

# What is counted of learners, whose group is that of their course.
TAUGHT = frozenset({CountingRule.What.ENROLMENTS, CountingRule.What.LEARNERS, CountingRule.What.DIPLOMAS})
# What counts people; anything else counts entries and activities.
PEOPLE = TAUGHT | {CountingRule.What.PARTICIPATIONS}


def at_risk(whom: Mapping[int, str], rules: Iterable[Rule]) -> frozenset[int]:
    """Return the indicators, by key, that may count vulnerable people; `whom` says of each whom it counts.

    It says so itself; or its rule counts people and names a vulnerable group, or none; or a part of its values does.
    """
    vulnerable = frozenset(TargetGroup.objects.filter(is_vulnerable=True).values_list("pk", flat=True))
    said = {pk for pk, whose in whom.items() if whose == Indicator.Whom.VULNERABLE}
    counted = {rule.indicator for rule in rules if rule.row.what in PEOPLE and _may_hold(rule, vulnerable)}
    parts = IndicatorPart.objects.filter(value__indicator__in=whom, target_group__in=vulnerable)
    return frozenset(said | counted | set(parts.order_by().values_list("value__indicator", flat=True).distinct()))


def _may_hold(rule: Rule, vulnerable: Collection[int]) -> bool:
    return not rule.groups or not rule.groups.isdisjoint(vulnerable)


@dataclass(frozen=True)
class Standing:
    """What of the rows of indicators may be told: of those `at_risk`, by key, what happened in the `settled` years.

    `freed` are those among them that are at risk by what a report held alone, and not by what they say themselves.
    """

    at_risk: frozenset[int]
    settled: frozenset[int]
    freed: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls,
        whom: Mapping[int, str],
        rules: Iterable[Rule],
        settled: Collection[int] | None,
        held: Collection[int] = (),
    ) -> Self:
        """Return what may be told of indicators (see `at_risk`); everything without `settled` years.

        `held` are those that frozen reports hold for people at risk (portal.roof.reports.told_last).
        """
        if settled is None:
            return cls(frozenset(), frozenset())
        said = at_risk(whom, rules)
        freed = frozenset(held).intersection(whom) - said
        return cls(said | freed, frozenset(settled), freed)

    def values(self, indicator: int, rows: Iterable[IndicatorValue]) -> Sequence[IndicatorValue]:
        """Return the values of an indicator that may be told."""
        return [row for row in rows if self.is_told(indicator, row.starts_on.year)]

    def corrections(self, indicator: int, rows: Iterable[IndicatorCorrection]) -> Sequence[IndicatorCorrection]:
        """Return the corrections that may be told: a locked year is corrected in a later one, which may be open."""
        return [row for row in rows if self.is_told(indicator, row.recorded_on.year)]

    def counts(self, indicator: Indicator, counts: Mapping[int, int]) -> Mapping[int, int]:
        """Return what the log comes to by year as far as it may be told; from the start on, as far as nothing moves."""
        told = {year: number for year, number in counts.items() if self.is_told(indicator.pk, year)}
        if indicator.accumulation == Indicator.Accumulation.YEARLY:
            return told
        return {year: told[year] for year in told if all(before in told for before in counts if before < year)}

    def is_told(self, indicator: int, year: int) -> bool:
        """Say whether what happened in a year may be told of an indicator."""
        return indicator not in self.at_risk or year in self.settled
