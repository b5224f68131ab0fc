"""The days of a learner's path: what is dated in a locked year stays as it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models

from beneficiaries.models import Attendance, Coaching, Cohort, Enrolment, Exam, ExamResult, FollowUp, Learner, Session
from partnerships.access import partnership_id_of
from partnerships.models import Partnership, ProgrammeYear
from partnerships.services import hold_years_open

Record = Cohort | Learner | Enrolment | Session | Attendance | Exam | ExamResult | FollowUp | Coaching
# The column that dates a row; the row that it belongs to, where that one is dated instead.
DATED: dict[type[models.Model], tuple[str, str]] = {
    Session: ("", "held_on"),
    Attendance: ("session", "held_on"),
    Exam: ("", "held_on"),
    ExamResult: ("exam", "held_on"),
    FollowUp: ("", "asked_on"),
    Coaching: ("", "held_on"),
}
# Joining and leaving are two days of one row: only the one that changes is asked about.
ENROLMENT_DAYS = ("enrolled_on", "withdrawn_on")
# By what the learners of a cohort are told: those who joined it in a locked year stay what they were told as.
TOLD_BY = ("course_id", "programme_id", "starts_on")


def home_of(row: Record) -> Partnership:
    """Return the partnership that a row of a learner's path belongs to."""
    return Partnership.objects.get(pk=partnership_id_of(row))


def hold_day(row: Any) -> None:
    """Make sure that no locked year holds the day of a row, nor the day that it had before.

    Call it inside the transaction that writes the row. Raises ValidationError on its date, or on what is dated.
    """
    for field, days in _days(row).items():
        if days:
            hold_years_open(home_of(row), days=days, field=field)


def is_locked(row: Any) -> bool:
    """Say whether a locked year holds the day of a row, so that nobody may change it."""
    days = [day for found in _days(row).values() for day in found]
    home = partnership_id_of(row)
    if home is None or not days:
        return False
    return ProgrammeYear.objects.locked_on(home, days).exists()


def _days(row: Any) -> dict[str, list[dt.date]]:
    stored = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
    if isinstance(row, Cohort):
        return {"starts_on": _days_of_cohort(row, stored)}
    if isinstance(row, Enrolment):
        moves = stored is not None and stored.cohort_id != row.cohort_id
        changed = [
            name for name in ENROLMENT_DAYS if stored is None or moves or getattr(stored, name) != getattr(row, name)
        ]
        return {name: _known(getattr(one, name) for one in (row, stored) if one) for name in changed}
    if type(row) not in DATED:
        return {}
    parent, field = DATED[type(row)]
    found = (getattr(getattr(one, parent) if parent else one, field) for one in (row, stored) if one)
    return {parent or field: _known(found)}


def _days_of_cohort(row: Cohort, stored: Cohort | None) -> list[dt.date]:
    """Return the days on which somebody joined a cohort that is to be told as another one than it was."""
    if stored is None or all(getattr(stored, name) == getattr(row, name) for name in TOLD_BY):
        return []
    return list(row.enrolments.order_by().values_list("enrolled_on", flat=True).distinct())


def _known(days: Any) -> list[dt.date]:
    return [day for day in days if day]
