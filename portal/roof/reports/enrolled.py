"""Which indicators may count enrolments beside the table of courses, which tells them by course and by year.

Both leave the portal together. The table tells nothing of a course of two women, and the sum with a course of twenty
would give the two back; it counts a cohort in the year in which it began, and who joined late in the next would be the
difference. So an indicator is told where each of its years is a sum of what the table tells, and adds nothing to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from activities.counting import enrolled_by_course
from activities.counting_rules import Rule
from activities.models import CountingRule
from beneficiaries.funnel import paths_by_course
from beneficiaries.models import Course
from beneficiaries.paths import STAGES
from partnerships.models import Programme
from portal.roof.overviews.results.chain import year_window

ENROLLED = STAGES[0].holds


def told_with_courses(
    programme: Programme, rules: Iterable[Rule], until: int, settled: Collection[int]
) -> frozenset[int]:
    """Return the indicators (by key) of which each settled year until `until` is a sum of what the table tells."""
    asked = [rule for rule in rules if _counts_all(rule)]
    if not asked:
        return frozenset()
    years = range(programme.starts_on.year, min(programme.ends_on.year, until) + 1)
    windows = [year_window(programme, year) for year in years if year in settled]
    counted = enrolled_by_course(asked, windows)
    courses = Course.objects.filter(pk__in={course for by_course in counted.values() for course in by_course})
    paths = paths_by_course(courses, true_figures=lambda _course: False, settled=settled)
    apart = {
        indicator
        for (indicator, (first, _last)), by_course in counted.items()
        for course, number in by_course.items()
        if paths[course].of(year=first.year).count(ENROLLED) != number
    }
    return frozenset(rule.indicator for rule in asked) - apart


def _counts_all(rule: Rule) -> bool:
    """Say whether a rule counts everybody who enrolled, of whatever sex and age."""
    return rule.row.what == CountingRule.What.ENROLMENTS and not rule.row.sex and rule.bands is None
