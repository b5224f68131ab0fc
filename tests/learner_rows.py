"""Rows of a learner's path, as the tests write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from beneficiaries.models import Cohort, Course, Enrolment, Exam, Learner, Session
from tests.cast import Bond, in_all_languages

START, END, DAY = dt.date(2025, 9, 15), dt.date(2026, 3, 31), dt.date(2025, 10, 6)


def make_course(bond: Bond, **fields: Any) -> Course:
    """Write a course of a partnership."""
    number = Course.objects.count() + 1
    values = {"slug": f"course-{number}", "kind": "training", "partnership": bond.partnership}
    return Course.objects.create(**(values | in_all_languages(title=f"Course {number}") | fields))


def make_cohort(course: Course, **fields: Any) -> Cohort:
    """Write a cohort that runs from September to March."""
    number = Cohort.objects.count() + 1
    values = {"slug": f"cohort-{number}", "name": f"Group {number}", "starts_on": START, "ends_on": END, **fields}
    return Cohort.objects.create(course=course, **values)


def make_learner(bond: Bond, **fields: Any) -> Learner:
    """Write a woman born in 2000 who agreed to be followed."""
    values = {"code": f"L-{Learner.objects.count() + 1}", "birth_year": 2000, "sex": "women", "consented_on": START}
    return Learner.objects.create(partnership=bond.partnership, **(values | fields))


def enrol(cohort: Cohort, learner: Learner, **fields: Any) -> Enrolment:
    """Enrol a learner on the cohort's first day."""
    return Enrolment.objects.create(cohort=cohort, learner=learner, **({"enrolled_on": cohort.starts_on} | fields))


def make_session(cohort: Cohort, **fields: Any) -> Session:
    """Write a session in October."""
    return Session.objects.create(cohort=cohort, **({"held_on": DAY} | fields))


def make_exam(course: Course, **fields: Any) -> Exam:
    """Write an exam in March."""
    number = Exam.objects.count() + 1
    values = {"slug": f"exam-{number}", "held_on": dt.date(2026, 3, 20), "precision": "day", **fields}
    return Exam.objects.create(course=course, **in_all_languages(content="Everything"), **values)
