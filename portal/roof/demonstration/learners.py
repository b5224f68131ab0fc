"""The invented cohorts: who joined, who was there, who passed, and what came after; as people would write it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from beneficiaries.models import (
    Attendance,
    Coaching,
    Cohort,
    Course,
    Enrolment,
    Exam,
    FollowUp,
    FollowUpOutcome,
    Learner,
    Session,
    Sex,
)
from beneficiaries.services import (
    Newcomer,
    ResultInput,
    add_sessions,
    create_row,
    enrol,
    save_results,
    save_sheet,
    update_row,
)
from partnerships.models import Organisation, Place, Programme
from portal.ground.models import User
from portal.roof.demonstration.trails import dated

Row = dict[str, Any]
STATES = {"P": Attendance.State.PRESENT, "A": Attendance.State.ABSENT, "E": Attendance.State.EXCUSED}
# What a learner's row says of the learner, and of the enrolment.
OF_LEARNER = ("consented_on", "guardian_consented_on")
OF_ENROLMENT = ("withdrawn_on", "withdrawal_reason")


class School:
    """Writes the cohorts of one partnership; knows the exams that the texts name."""

    def __init__(self, text: Row, *, people: dict[str, User], key: Callable[[str], uuid.UUID]):
        self.text, self.key, self.actor = text, key, people[text["writer"]]
        self.programme = Programme.objects.get(slug=text["programme"])
        self.courses = {row.slug: row for row in Course.objects.select_related("partnership")}
        self.organisations = {row.slug: row for row in Organisation.objects.all()}
        self.outcomes = {row.slug: row for row in FollowUpOutcome.objects.all()}
        self.exams: dict[str, Exam] = {}

    def load(self) -> None:
        """Write the exams, then each cohort from its first day to what came after."""
        for row in self.text["exams"]:
            exam = Exam(course=self.courses[row["course"]], is_demonstration=True)
            values = dated(row["columns"]) | {"authority": self.organisations[row["authority"]]}
            self.exams[row["key"]] = self._make(exam, values, row["key"])
        for row in self.text["cohorts"]:
            self._teach(self._cohort(row), row)

    def _make(self, row: Any, values: Row, name: str) -> Any:
        made, _new = create_row(row, values, actor=self.actor, key=self.key(name))
        return made

    def _cohort(self, row: Row) -> Cohort:
        cohort = Cohort(course=self.courses[row["course"]], programme=self.programme, is_demonstration=True)
        links = {name: self.organisations[row[name]] for name in ("centre", "trained_by")}
        place = Place.objects.get(slug=row["place"])
        return self._make(cohort, dated(row["columns"]) | links | {"place": place}, row["key"])

    def _teach(self, cohort: Cohort, row: Row) -> None:
        newcomers = [Newcomer(one["code"], one["birth_year"], Sex.WOMEN.value) for one in row["learners"]]
        first, key = cohort.starts_on, self.key(f"{row['key']} learners")
        enrol(cohort, newcomers, enrolled_on=first, commitments_on=first, actor=self.actor, key=key)
        days = [dt.date.fromisoformat(day) for day in row["sessions"]]
        starts_at, key = dt.time.fromisoformat(row["starts_at"]), self.key(f"{row['key']} sessions")
        add_sessions(cohort, days, starts_at=starts_at, actor=self.actor, key=key)
        joined = {one.learner.code: one for one in cohort.enrolments.select_related("learner", "cohort__course")}
        self._fill_sheets(cohort, row, joined)
        for one in row["learners"]:
            self._note(joined[one["code"]], dated(one))
        if row["exam"]:
            results = {joined[one["code"]].pk: _result(dated(one)) for one in row["learners"]}
            save_results(self.exams[row["exam"]], cohort, results, actor=self.actor)
        for one in row["learners"]:
            self._follow(joined[one["code"]], one)

    def _fill_sheets(self, cohort: Cohort, row: Row, joined: dict[str, Enrolment]) -> None:
        related = "cohort__course__partnership"
        for number, session in enumerate(Session.objects.filter(cohort=cohort).select_related(related)):
            marks = {joined[one["code"]].pk: one["attendance"][number : number + 1] for one in row["learners"]}
            states = {pk: STATES[mark].value for pk, mark in marks.items() if mark in STATES}
            save_sheet(session, states, actor=self.actor, version=session.version)

    def _note(self, enrolment: Enrolment, one: Row) -> None:
        """Write what is known of a learner beyond the code, and that somebody left."""
        rows: list[tuple[Learner | Enrolment, tuple[str, ...]]] = [
            (enrolment.learner, OF_LEARNER),
            (enrolment, OF_ENROLMENT),
        ]
        for row, names in rows:
            values = {name: one[name] for name in names if name in one}
            if values:
                update_row(row, values, actor=self.actor, version=1)

    def _follow(self, enrolment: Enrolment, one: Row) -> None:
        enrolment.learner = Learner.objects.get(pk=enrolment.learner_id)
        for months, day, outcome in one.get("follow_ups", []):
            told = {"months": months, "asked_on": dt.date.fromisoformat(day), "outcome": self.outcomes[outcome]}
            self._make(FollowUp(enrolment=enrolment, is_demonstration=True), told, f"{one['code']} after {months}")
        for day, topic in one.get("coachings", []):
            told = {"held_on": dt.date.fromisoformat(day), "topic": topic}
            self._make(Coaching(enrolment=enrolment, is_demonstration=True), told, f"{one['code']} {day}")


def _result(one: Row) -> ResultInput:
    return ResultInput(
        result=one.get("result", ""),
        has_diploma="diploma_on" in one,
        diploma_on=one.get("diploma_on"),
        diploma_number=one.get("diploma_number", ""),
    )
