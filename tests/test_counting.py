"""What is counted for an indicator, and how the query is said in words."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from activities.counting import count
from activities.counting_rules import rules_of
from activities.counting_words import left_out_in_words, rule_in_words
from activities.models import CountingRule
from beneficiaries.parts import Slice
from tests.indicator_rows import make_indicator, make_result, make_rule, reach

YEAR = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
MAY, JUNE = dt.date(2024, 5, 14), dt.date(2024, 6, 14)


@pytest.fixture
def chain(cast):
    """An impact with an outcome below it; the activity of each side is tied to one of them."""
    impact = make_result(cast.jette, "impact")
    outcome = make_result(cast.jette, "outcome", impact)
    for activity, result in [(cast.jette.home, impact), (cast.jette.partner, outcome)]:
        activity.outcome = result
        activity.save()
    return impact, outcome


def counted(window=YEAR, **rule):
    rules = rules_of(CountingRule.objects.filter(**rule))
    return {indicator: one.total for (indicator, _window), one in count(rules, [window]).items()}


def only(indicator):
    return counted(indicator=indicator)[indicator.pk]


def test_a_result_counts_its_own_activities_and_those_below_it(cast, chain):
    impact, outcome = chain
    whole, part = make_indicator(impact), make_indicator(outcome)
    for indicator in (whole, part):
        make_rule(indicator)
    reach(cast, cast.jette.home, MAY, ("women", 1, 3))
    reach(cast, cast.jette.partner, JUNE, ("men", 2, 4))
    reach(cast, cast.gillis.partner, MAY, ("men", 2, 100))
    assert counted() == {whole.pk: 7, part.pk: 4}


def test_an_entry_counts_once_in_the_period_in_which_it_begins(cast, chain):
    make_rule(indicator := make_indicator(chain[0]))
    reach(cast, cast.jette.home, dt.date(2023, 12, 31), ("women", 1, 3), ends_on=dt.date(2024, 1, 2))
    reach(cast, cast.jette.home, dt.date(2024, 12, 31), ("women", 1, 5), ends_on=dt.date(2025, 1, 2))
    assert only(indicator) == 5


def test_a_withdrawn_entry_does_not_count(cast, chain):
    make_rule(indicator := make_indicator(chain[0]))
    reach(cast, cast.jette.home, MAY, ("women", 1, 3), withdrawn_at=timezone.now())
    assert only(indicator) == 0


RULES = {
    "everybody": ({}, 100),
    "women": ({"sex": "women"}, 64),
    "partner side": ({"side": "partner"}, 36),
    "without what was estimated": ({"is_counted_only": True}, 68),
    "bands that lie wholly within": ({"min_age": 15, "max_age": 55}, 48),
    "bands up to": ({"max_age": 24}, 32),
    "bands from": ({"min_age": 56}, 16),
}


@pytest.mark.parametrize(("fields", "expected"), RULES.values(), ids=RULES)
def test_a_rule_limits_what_is_counted(cast, chain, fields, expected):
    make_rule(indicator := make_indicator(chain[0]), **fields)
    reach(cast, cast.jette.home, MAY, ("women", 1, 32), ("women", 3, 16), ("women", 2, 16))
    reach(cast, cast.jette.partner, MAY, ("men", 4, 32), counting="estimated")
    reach(cast, cast.jette.partner, MAY, ("men", 4, 4), group=cast.women)
    assert only(indicator) == expected


def test_a_rule_limits_target_groups_and_themes(cast, chain):
    groups, themes = make_indicator(chain[0]), make_indicator(chain[0])
    make_rule(groups, groups=[cast.women])
    make_rule(themes, themes=[cast.themes[0]])
    cast.jette.home.themes.set(cast.themes)
    reach(cast, cast.jette.home, MAY, ("women", 1, 3))
    reach(cast, cast.jette.partner, MAY, ("women", 1, 5), group=cast.women)
    assert counted() == {groups.pk: 5, themes.pk: 3}


def test_entries_and_activities_are_counted_too(cast, chain):
    entries, activities = make_indicator(chain[0]), make_indicator(chain[0])
    make_rule(entries, what="entries")
    make_rule(activities, what="activities", groups=[cast.youth])
    cast.jette.home.target_groups.set([cast.youth])
    for activity in (cast.jette.home, cast.jette.home, cast.jette.partner):
        reach(cast, activity, MAY)
    assert counted() == {entries.pk: 3, activities.pk: 1}


def test_parts_are_told_by_sex_and_age_together_and_by_group(cast, chain):
    make_rule(indicator := make_indicator(chain[0]))
    reach(cast, cast.jette.home, MAY, ("women", 1, 3))
    reach(cast, cast.jette.home, MAY, ("women", 1, 4), ("men", 2, 5), group=cast.women)
    one = count(rules_of(CountingRule.objects.all()), [YEAR])[indicator.pk, YEAR]
    young, older = cast.age_bands[1].pk, cast.age_bands[2].pk
    assert one.parts_by(sex=True, age=True, group=True) == {
        Slice("women", young): Decimal(7),
        Slice("men", older): Decimal(5),
        Slice(group=cast.youth.pk): Decimal(3),
        Slice(group=cast.women.pk): Decimal(9),
    }
    assert one.parts_by(sex=True, age=False, group=False) == {Slice("women"): Decimal(7), Slice("men"): Decimal(5)}


def test_the_number_of_queries_does_not_grow(cast, chain):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            counted()
        return len(seen)

    make_rule(make_indicator(chain[0]), groups=[cast.youth])
    few = queries()
    for theme in cast.themes:
        make_rule(make_indicator(chain[1]), groups=[cast.women], themes=[theme], sex="women")
    assert queries() == few == 6


def test_the_query_is_said_in_the_readers_language(cast, chain):
    chain[0].title_fr = "Des jeunes formés"
    chain[0].save()
    rule = make_rule(make_indicator(chain[0]), sex="women", min_age=15, max_age=55, side="partner")
    rule.themes.set([cast.themes[0]])
    [ready] = rules_of(CountingRule.objects.all())
    with translation.override("en"):
        assert rule_in_words(ready) == (
            f"Participations of women from 15 to 55 years, in the activities of “{chain[0].title_en}” and of what "
            "leads to it, in Morocco, on the themes Dialogue, counted and estimated."
        )
        assert left_out_in_words(ready) == (
            "Not counted, because nobody knows who in them has these ages: age not said."
        )
    with translation.override("fr"):
        assert "Des jeunes formés" in rule_in_words(ready)


def test_what_no_count_can_tell_is_refused(cast, chain):
    percentage = make_indicator(chain[0], measure="percentage")
    with pytest.raises(ValidationError) as refusal:
        CountingRule(indicator=percentage).full_clean()
    with translation.override("en"):
        assert refusal.value.message_dict == {"indicator": ["Only an indicator that is a number can be counted."]}


def test_a_band_that_reaches_over_the_ages_is_named(cast, chain):
    cast.age_bands[2].max_age = 60
    cast.age_bands[2].save()
    make_rule(make_indicator(chain[0]), max_age=55)
    [ready] = rules_of(CountingRule.objects.all())
    assert [band.slug for band in ready.left_out] == ["25-55", "unknown"]
