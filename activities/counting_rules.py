"""Counting rules made ready to count: the results whose activities are asked, and the bands within the ages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from activities.models import CountingRule, Participation
from beneficiaries.models import AgeBand
from partnerships.models import Outcome
from portal.ground.compiled import compiled_once
from portal.ground.plain import plain

What = CountingRule.What
Row = Mapping[str, Any]
# (what is asked of an activity, the keys) → the name of the column that answers.
Flags = Mapping[tuple[str, frozenset[int]], str]


@dataclass(frozen=True)
class Rule:
    """A counting rule with what it counts: the results whose activities are asked, and the bands within its ages."""

    row: CountingRule
    outcomes: frozenset[int]
    bands: frozenset[int] | None
    left_out: tuple[AgeBand, ...]
    groups: frozenset[int]
    themes: frozenset[int]

    @property
    def indicator(self) -> int:
        """The key of the indicator that it counts for."""
        return self.row.indicator_id

    @property
    def activity_groups(self) -> frozenset[int]:
        """The target groups that are asked of the activity: where no people are counted, nothing else knows them."""
        return self.groups if self.row.what in {What.ENTRIES, What.ACTIVITIES} else frozenset()

    @property
    def asks_about(self) -> list[str]:
        """What the rule must know of the people who took part."""
        asked = {
            "told_sex": bool(self.row.sex),
            "how": self.row.is_counted_only,
            "band": self.bands is not None,
            "group": bool(self.groups) and not self.activity_groups,
        }
        return [name for name, is_asked in asked.items() if is_asked]

    def takes(self, row: Row, flags: Flags) -> bool:
        """Say whether a row of the grouped log is what the rule counts."""
        rule = self.row
        asked = [("themes", self.themes), ("groups", self.activity_groups)]
        return (
            rule.side in {"", row["side"]}
            and all(row[flags[of_activity]] for of_activity in asked if of_activity[1])
            and (not rule.sex or rule.sex == row["told_sex"])
            and (self.bands is None or row["band"] in self.bands)
            and (not self.groups or bool(self.activity_groups) or row["group"] in self.groups)
            and (not rule.is_counted_only or row["how"] == Participation.Counting.COUNTED)
        )


# Where a rule counts. Joined, each would be read with all texts of its indicator and of its result.
_PLACE = {"result": F("indicator__outcome"), "partnership": F("indicator__outcome__partnership")}


def rules_of(rows: QuerySet[CountingRule]) -> list[Rule]:
    """Return counting rules ready to count, in five queries for any number of them."""
    return _all_ready(list(rows.annotate(**_PLACE)))


def rules_for(indicators: Iterable[int]) -> list[Rule]:
    """Return the counting rules of indicators ready to count, as `rules_of` does."""
    return _all_ready(_rules(indicators=indicators))


def _all_ready(rules: Sequence[Any]) -> list[Rule]:
    if not rules:
        return []
    keys = [rule.pk for rule in rules]
    below: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in _tree(partnerships={rule.partnership for rule in rules}):
        below[parent].append(pk)
    bands = _bands()
    groups, themes = _linked(_groups(rules=keys)), _linked(_themes(rules=keys))
    return [_ready(rule, _under(rule.result, below), bands, groups[rule.pk], themes[rule.pk]) for rule in rules]


@compiled_once
def _rules(*, indicators: Iterable[int]) -> QuerySet[CountingRule]:
    return plain(CountingRule).filter(indicator__in=indicators).order_by().annotate(**_PLACE)


@compiled_once
def _tree(*, partnerships: Iterable[int]) -> QuerySet:
    return plain(Outcome).filter(partnership__in=partnerships).order_by().values_list("pk", "parent")


@compiled_once
def _bands() -> QuerySet[AgeBand]:
    return plain(AgeBand)


@compiled_once
def _groups(*, rules: Iterable[int]) -> QuerySet:
    links = plain(CountingRule.target_groups.through).filter(countingrule__in=rules)
    return links.values_list("countingrule", "targetgroup")


@compiled_once
def _themes(*, rules: Iterable[int]) -> QuerySet:
    return plain(CountingRule.themes.through).filter(countingrule__in=rules).values_list("countingrule", "theme")


def _under(result: int, below: Mapping[int | None, list[int]]) -> frozenset[int]:
    """Return a result with those that lead to it, through any number of steps."""
    found, waiting = set(), [result]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting += below.get(pk, [])
    return frozenset(found)


def _linked(links: Iterable[tuple[int, int]]) -> Mapping[int, set[int]]:
    """Return the keys of what each rule names: nothing else of it is asked."""
    named: dict[int, set[int]] = defaultdict(set)
    for rule, pk in links:
        named[rule].add(pk)
    return named


def _ready(
    rule: CountingRule,
    outcomes: frozenset[int],
    bands: Sequence[AgeBand],
    groups: Iterable[int],
    themes: Iterable[int],
) -> Rule:
    """Return a rule with the results that it asks, the bands within its ages, and what it names."""
    limited = rule.min_age is not None or rule.max_age is not None
    inside = [band for band in bands if _lies_within(band, rule)]
    return Rule(
        row=rule,
        outcomes=outcomes,
        bands=frozenset(band.pk for band in inside) if limited else None,
        left_out=tuple(band for band in bands if limited and band not in inside and _touches(band, rule)),
        groups=frozenset(groups),
        themes=frozenset(themes),
    )


def _lies_within(band: AgeBand, rule: CountingRule) -> bool:
    """Say whether everybody of a band has an age of the rule; of a band without ages nobody knows."""
    if band.min_age is None:
        return False
    high_enough = rule.min_age is None or band.min_age >= rule.min_age
    return high_enough and (rule.max_age is None or (band.max_age is not None and band.max_age <= rule.max_age))


def _touches(band: AgeBand, rule: CountingRule) -> bool:
    """Say whether somebody of a band may have an age of the rule."""
    if band.min_age is None:
        return True
    low_enough = rule.max_age is None or band.min_age <= rule.max_age
    return low_enough and (rule.min_age is None or band.max_age is None or band.max_age >= rule.min_age)
