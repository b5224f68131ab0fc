"""Whom to ask how they are doing: the learners whose follow-up is due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Max, Q

from beneficiaries.models import Enrolment
from beneficiaries.models.follow_ups import INTERVALS, months_after
from beneficiaries.models.learners import OF_AGE
from portal.ground.models import User

MOST = 500


@dataclass(frozen=True)
class Due:
    """Somebody to ask: for which months, and since when."""

    enrolment: Enrolment
    months: int
    due_on: dt.date


def follow_ups_due(user: User, on: dt.date) -> list[Due]:
    """Return who finished, agreed to be followed, and was not asked for the last interval that has passed.

    The longest waiting come first, at most MOST of them. Only who works with the learners sees them.
    """
    agreed = Q(learner__consented_on__lte=on) & (
        Q(learner__consent_withdrawn_on__isnull=True) | Q(learner__consent_withdrawn_on__gt=on)
    )
    of_age = Q(learner__birth_year__isnull=True) | Q(learner__birth_year__lt=on.year - OF_AGE)
    agreed &= of_age | Q(learner__guardian_consented_on__lte=on)
    # A month may lack the day on which the course ended: the last days are looked at one by one.
    soonest = months_after(on, -INTERVALS[0]) + dt.timedelta(days=3)
    finished = Enrolment.objects.visible_to(user).filter(
        agreed, withdrawn_on__isnull=True, cohort__ends_on__lte=soonest
    )
    rows = finished.annotate(asked=Max("follow_ups__months")).filter(Q(asked__isnull=True) | Q(asked__lt=INTERVALS[-1]))
    told = rows.select_related("learner", "cohort__course").order_by(F("cohort__ends_on"), "learner__code", "pk")
    due = [one for row in told[:MOST] if (one := _due(row, row.asked, on))]
    return sorted(due, key=lambda one: one.due_on)


def _due(enrolment: Enrolment, asked: int | None, on: dt.date) -> Due | None:
    ended = enrolment.cohort.ends_on
    passed = [months for months in INTERVALS if ended and months_after(ended, months) <= on]
    if not ended or not passed or (asked is not None and asked >= passed[-1]):
        return None
    return Due(enrolment, passed[-1], months_after(ended, passed[-1]))
