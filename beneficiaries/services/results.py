"""The results of an exam, entered for a whole cohort at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from beneficiaries.models import Cohort, Enrolment, Exam, ExamResult
from beneficiaries.services.days import home_of
from partnerships.access import require
from partnerships.models import Role
from partnerships.services import hold_years_open
from partnerships.services.records import save, set_columns
from portal.ground import audit
from portal.ground.models import AuditEntry, User

COLUMNS = ("result", "has_diploma", "diploma_on", "diploma_number")


@dataclass(frozen=True)
class ResultInput:
    """What one learner came out with; without a `result` nothing is said. `version` 0 is a new one."""

    result: str = ""
    has_diploma: bool = False
    diploma_on: dt.date | None = None
    diploma_number: str = ""
    version: int = 0

    def columns(self) -> dict[str, Any]:
        """Return the columns of the row."""
        return {name: getattr(self, name) for name in COLUMNS}

    def is_said_by(self, row: ExamResult | None) -> bool:
        """Say whether a stored row says the same."""
        if row is None:
            return self.columns() == ResultInput().columns()
        return self.columns() == {name: getattr(row, name) for name in COLUMNS}


class StaleResults(Exception):  # noqa: N818 - it is a situation that people resolve, not an error
    """Somebody else wrote results meanwhile; `rows` are theirs by the key of the enrolment, None where one is gone."""

    def __init__(self, rows: dict[int, ExamResult | None]):
        super().__init__(str(list(rows)))
        self.rows = rows


@transaction.atomic
def save_results(exam: Exam, cohort: Cohort, results: Mapping[int, ResultInput], *, actor: User) -> bool:
    """Write what the learners of a cohort came out of an exam with, by the key of their enrolment; all or nothing.

    Returns whether anything was written: sent twice it writes once. Raises StaleResults, ValidationError under
    `COLUMN_PK` of an enrolment, and PermissionDenied.
    """
    home = home_of(exam)
    require(actor, Role.COORDINATOR, home)
    exam = Exam.objects.select_for_update(of=("self",)).select_related("course").get(pk=exam.pk)
    joined = Enrolment.objects.filter(cohort=cohort, learner__erased_on__isnull=True).select_related("learner")
    enrolments = {row.pk: row for row in joined}
    for row in joined:
        row.cohort = cohort
    stored = {row.enrolment_id: row for row in ExamResult.objects.filter(exam=exam, enrolment__in=enrolments)}
    changed = {pk: said for pk, said in results.items() if pk in enrolments and not said.is_said_by(stored.get(pk))}
    stale = {pk: stored.get(pk) for pk, said in changed.items() if _version(stored.get(pk)) != said.version}
    if stale:
        raise StaleResults(stale)
    if changed and exam.held_on:
        hold_years_open(home, days=[exam.held_on], field="__all__")
    errors: dict[str, Any] = {}
    for pk, said in changed.items():
        new = ExamResult(exam=exam, is_demonstration=exam.is_demonstration or cohort.is_demonstration)
        result = stored.get(pk) or new
        result.exam, result.enrolment = exam, enrolments[pk]
        errors |= _write(result, said, actor=actor)
    if errors:
        raise ValidationError(errors)
    return bool(changed)


def _version(row: ExamResult | None) -> int:
    return row.version if row else 0


def _write(row: ExamResult, said: ResultInput, *, actor: User) -> dict[str, Any]:
    """Write one result, or return what is wrong with it by the name of its field."""
    if not said.result and said.columns() == ResultInput().columns():
        changes = {name: [value, None] for name, value in audit.snapshot(row).items()}
        audit.record(row, actor=actor, verb=AuditEntry.Verb.DELETE, changes=changes, parent=row.exam)
        row.delete()
        return {}
    pk = row.enrolment_id
    try:
        before = set_columns(row, said.columns())
    except ValidationError as error:
        told = error.error_dict if hasattr(error, "error_dict") else {"result": error.error_list}
        return {
            f"{home if home in COLUMNS else 'result'}_{pk}": one
            for name, sentences in told.items()
            for one in sentences
            for home in [one.code if name == "__all__" else name]
        }
    save(row, before, actor=actor, parent=row.exam)
    return {}
