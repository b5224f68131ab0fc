"""Cohorts of these weeks, and how a trainer without an account calls and sends their sheets."""

import datetime as dt

from django.urls import reverse

from beneficiaries.models import Attendance
from tests.conftest import TODAY
from tests.learner_rows import enrol, make_cohort, make_course, make_learner

DAY = dt.timedelta(days=1)
GONE = "This link opens nothing, or nothing any more."


def running(bond, learners=3):
    """Write a cohort of these weeks, with learners of whom more is known than their codes."""
    cohort = make_cohort(make_course(bond), starts_on=TODAY - 60 * DAY, ends_on=TODAY + 60 * DAY)
    for _number in range(learners):
        enrol(cohort, make_learner(bond, birth_year=1977), commitments_on=TODAY - 59 * DAY)
    return cohort


def make(client, cohort, key=""):
    return client.post(reverse("beneficiaries:link_make", args=[cohort.slug]), {"submission_key": key})


def list_of(link):
    return reverse("sheets:list", args=[link.pk, link.key]) + "?lang=en"


def address(link, session):
    return reverse("sheets:sheet", args=[link.pk, link.key, session.pk]) + "?lang=en"


def on_paper(link, session):
    return reverse("sheets:paper", args=[session.pk, link.key_of_session(session.pk)]) + "?lang=en"


def marks(session, *states, version=None):
    """Return the fields of a sheet; the last state stands for all who are left."""
    joined = session.cohort.enrolments.order_by("learner__code")
    given = [*states, *[states[-1]] * joined.count()]
    rows = list(zip(joined.select_related("learner"), given, strict=False))
    codes = {f"code-{row.pk}": row.learner.code for row, _state in rows}
    states = {f"state-{row.pk}": state for row, state in rows}
    return states | codes | {"version": session.version if version is None else version}


def told(page):
    return page.content.decode()


def stored(session):
    rows = Attendance.objects.filter(session=session).order_by("enrolment__learner__code")
    return list(rows.values_list("state", flat=True))
