"""What is counted of the people who follow the courses that activities give."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from activities.counting import count, totals
from activities.counting_rules import rules_of
from activities.counting_words import rule_in_words
from activities.models import CountingRule
from beneficiaries.models import Attendance, ExamResult
from beneficiaries.parts import Slice
from tests.indicator_rows import make_indicator, make_result, make_rule
from tests.learner_rows import enrol, make_cohort, make_course, make_exam, make_learner, make_session

YEAR, NEXT = [(dt.date(year, 1, 1), dt.date(year, 12, 31)) for year in (2025, 2026)]


@pytest.fixture
def chain(cast):
    """An impact with an outcome below it; an activity of each gives one and the same course."""
    impact = make_result(cast.jette, "impact")
    outcome = make_result(cast.jette, "outcome", impact)
    course = make_course(cast.jette, target_group=cast.youth)
    for activity, result in [(cast.jette.home, impact), (cast.jette.partner, outcome)]:
        activity.outcome, activity.course = result, course
        activity.save()
    return impact, outcome, course


def counted(window=YEAR):
    rules = rules_of(CountingRule.objects.all())
    found = {indicator: one.total for (indicator, _window), one in count(rules, [window]).items()}
    assert {indicator: number for (indicator, _window), number in totals(rules, [window]).items()} == found
    return found


def only():
    [number] = counted().values()
    return number


def attend(session, enrolment, state="present"):
    Attendance.objects.create(cohort=session.cohort, session=session, enrolment=enrolment, state=state)


def test_an_enrolment_counts_once_however_many_activities_give_the_course(cast, chain):
    impact, outcome, course = chain
    whole, part = make_indicator(impact), make_indicator(outcome)
    for indicator in (whole, part):
        make_rule(indicator, what="enrolments")
    cohort = make_cohort(course)
    for _ in range(3):
        enrol(cohort, make_learner(cast.jette))
    assert counted() == {whole.pk: 3, part.pk: 3}


def test_a_course_counts_for_the_activity_that_gives_the_whole(cast, chain):
    make_rule(make_indicator(chain[1]), what="enrolments")
    enrol(make_cohort(make_course(cast.jette, part_of=chain[2])), make_learner(cast.jette))
    enrol(make_cohort(make_course(cast.jette)), make_learner(cast.jette))
    enrol(make_cohort(make_course(cast.gillis)), make_learner(cast.gillis))
    assert only() == 1


def test_a_cohort_of_another_programme_does_not_count(cast, chain):
    make_rule(make_indicator(chain[1]), what="enrolments")
    enrol(make_cohort(chain[2], programme=cast.gillis.programme), make_learner(cast.jette))
    enrol(make_cohort(chain[2], programme=cast.jette.programme), make_learner(cast.jette))
    assert only() == 1


def test_a_learner_is_one_person_whatever_is_attended(cast, chain):
    make_rule(make_indicator(chain[1]), what="learners")
    learner, other, absent = (make_learner(cast.jette) for _ in range(3))
    for course in (chain[2], make_course(cast.jette, part_of=chain[2])):
        cohort = make_cohort(course)
        sessions = [make_session(cohort), make_session(cohort, held_on=dt.date(2025, 10, 9))]
        enrolments = [enrol(cohort, one) for one in (learner, other, absent)]
        for session in sessions:
            attend(session, enrolments[0])
            attend(session, enrolments[2], "absent")
    attend(sessions[0], enrolments[1])
    assert only() == 2


def test_a_diploma_counts_on_its_own_day_or_else_on_that_of_the_exam(cast, chain):
    make_rule(indicator := make_indicator(chain[1]), what="diplomas")
    cohort, exam = make_cohort(chain[2]), make_exam(chain[2], held_on=dt.date(2025, 12, 20))
    for day, passed in [(None, True), (dt.date(2026, 1, 10), True), (None, False)]:
        enrolment = enrol(cohort, make_learner(cast.jette))
        result = {"result": "passed" if passed else "failed", "has_diploma": passed, "diploma_on": day}
        ExamResult.objects.create(enrolment=enrolment, exam=exam, **result)
    assert counted(YEAR) == counted(NEXT) == {indicator.pk: 1}


RULES = {
    "everybody": ({}, 31),
    "women": ({"sex": "women"}, 27),
    "bands that lie wholly within": ({"min_age": 15, "max_age": 55}, 7),
    "the north side": ({"side": "home"}, 31),
    "another target group": ({"groups": "women"}, 0),
    "the course's target group": ({"groups": "youth"}, 31),
}


@pytest.mark.parametrize(("fields", "expected"), RULES.values(), ids=RULES)
def test_a_rule_limits_who_is_counted(cast, chain, fields, expected):
    groups = [getattr(cast, fields["groups"])] if "groups" in fields else []
    rule = {name: value for name, value in fields.items() if name != "groups"}
    make_rule(make_indicator(chain[0]), what="enrolments", groups=groups, **rule)
    cohort = make_cohort(chain[2])
    for born, sex, number in [(2001, "women", 1), (1990, "women", 2), (2005, "men", 4), (1960, "women", 8)]:
        for _ in range(number):
            enrol(cohort, make_learner(cast.jette, birth_year=born, sex=sex))
    for _ in range(16):
        enrol(cohort, make_learner(cast.jette, birth_year=None))
    assert only() == expected


def test_a_rule_asks_the_activity_for_its_themes(cast, chain):
    make_rule(make_indicator(chain[1]), what="enrolments", themes=[cast.themes[0]])
    enrol(make_cohort(chain[2]), make_learner(cast.jette))
    assert only() == 0
    cast.jette.partner.themes.set(cast.themes)
    assert only() == 1


def test_parts_are_told_even_of_a_course_without_a_target_group(cast, chain):
    chain[2].target_group = None
    chain[2].save()
    make_rule(indicator := make_indicator(chain[0]), what="enrolments")
    enrol(make_cohort(chain[2]), make_learner(cast.jette))
    one = count(rules_of(CountingRule.objects.all()), [YEAR])[indicator.pk, YEAR]
    adult = cast.age_bands[2].pk
    assert one.parts_by(sex=True, age=True, group=True) == {Slice("women", adult): Decimal(1)}


def test_the_number_of_queries_does_not_grow(cast, chain):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            counted()
        return len(seen)

    make_rule(make_indicator(chain[0]), what="enrolments")
    enrol(cohort := make_cohort(chain[2]), make_learner(cast.jette))
    few = queries()
    make_rule(make_indicator(chain[1]), what="enrolments", sex="women", themes=cast.themes)
    for _ in range(5):
        enrol(cohort, make_learner(cast.jette))
    assert queries() == few


WORDS = {
    "enrolments": "Enrolments of women, in the courses that the activities of “{0}” and of what leads to it give.",
    "learners": (
        "Attendance of women, each person once, in the courses that the activities of “{0}” and of what leads to it "
        "give."
    ),
    "diplomas": "Diplomas of women, in the courses that the activities of “{0}” and of what leads to it give.",
}


@pytest.mark.parametrize(("what", "words"), WORDS.items(), ids=WORDS)
def test_the_query_is_said_in_words(chain, what, words):
    make_rule(make_indicator(chain[0]), what=what, sex="women")
    [ready] = rules_of(CountingRule.objects.all())
    with translation.override("en"):
        assert rule_in_words(ready) == words.format(chain[0].title_en)


def test_what_cannot_be_counted_is_refused(chain):
    indicator = make_indicator(chain[0], accumulation="cumulative")
    with translation.override("en"):
        for fields, sentence in [
            ({"what": "learners"}, "Learners stay for years: only those of each year by itself can be counted."),
            (
                {"what": "diplomas", "is_counted_only": True},
                "Only people are told by sex and age, and only participations estimated.",
            ),
        ]:
            with pytest.raises(ValidationError) as refusal:
                CountingRule(indicator=indicator, **fields).full_clean()
            assert refusal.value.messages == [sentence]
