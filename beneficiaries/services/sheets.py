"""The attendance sheet of a session, written whole, and the sessions themselves."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, FilteredRelation, Q

from beneficiaries.models import Attendance, Cohort, Enrolment, Session
from beneficiaries.models.attendance import NOT_ENROLLED
from beneficiaries.services.days import home_of
from beneficiaries.services.records import create_row
from partnerships.access import require
from partnerships.models import Role
from partnerships.services import hold_years_open
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.once import once

State = Attendance.State
# The key of an enrolment → the state of its learner at the session; empty where nothing is known yet.
States = Mapping[int, str]


class StaleSheet(Exception):  # noqa: N818 - it is a situation that people resolve, not an error
    """Somebody else saved the sheet meanwhile; `session` carries its version now, `states` what stands on it."""

    def __init__(self, session: Session, states: States):
        super().__init__(str(session))
        self.session, self.states = session, states


def lines_of(session: Session, *, hold: bool = False) -> list[dict[str, Any]]:
    """Return the learners enrolled on the day of a session (`pk`, `code`, `state` or None), in one query.

    Who was erased is on no sheet. With `hold` the learners are held: who is being erased is waited for, and is gone
    then, so that nothing more is told of that person.
    """
    rows = Enrolment.objects.filter(cohort=session.cohort_id, learner__erased_on__isnull=True).on(session.held_on)
    there = FilteredRelation("attendances", condition=Q(attendances__session=session.pk))
    told = rows.annotate(there=there, state=F("there__state")).select_related("learner").only("learner__code")
    if hold:
        told = told.select_for_update(of=("learner",))
    return [
        {"pk": row.pk, "code": row.learner.code, "state": row.state} for row in told.order_by("learner__code", "pk")
    ]


@transaction.atomic
def save_sheet(session: Session, states: States, *, actor: User, version: int) -> bool:
    """Write who was at a session; returns whether anything changed, so that sent twice it writes once.

    `session` comes with its cohort, course and partnership; `version` is that of the sheet which the writer saw.
    Raises StaleSheet where somebody wrote something else meanwhile, ValidationError and PermissionDenied.
    """
    require(actor, Role.COORDINATOR, session.cohort.course.partnership)
    held = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    held.cohort = session.cohort
    return write_sheet(held, states, version=version, actor=actor, verb=AuditEntry.Verb.UPDATE)


def write_sheet(held: Session, states: States, *, version: int, actor: User | None, verb: str) -> bool:
    """Write who was at a session that is held, by somebody of whom it is known that they may; see `save_sheet`."""
    lines = lines_of(held, hold=True)
    stored = {line["pk"]: line["state"] or "" for line in lines}
    if states.keys() - stored.keys():
        raise ValidationError(NOT_ENROLLED, code="enrolment")
    changed = {pk: state for pk, state in states.items() if state != stored[pk]}
    if not changed:
        return False
    if held.version != version:
        raise StaleSheet(held, stored)
    hold_years_open(held.cohort.course.partnership, days=[held.held_on], field="__all__")
    _write(held, changed)
    held.version += 1
    held.save(update_fields=["version"])
    codes = {line["pk"]: line["code"] for line in lines}
    told = [[_told(codes[pk], states[pk]) for pk in changed] for states in (stored, changed)]
    audit.record(held, actor=actor, verb=verb, changes={"attendances": told}, parent=held.cohort)
    return True


def mark_changed(sessions: Iterable[int]) -> None:
    """Give the sheets of some sessions, by their keys, the next version: who has one open is shown what changed."""
    Session.objects.filter(pk__in=set(sessions)).update(version=F("version") + 1)


def _write(session: Session, states: States) -> None:
    shared = {"cohort_id": session.cohort_id, "session": session, "is_demonstration": session.is_demonstration}
    rows = [Attendance(enrolment_id=pk, state=State(state), **shared) for pk, state in states.items()]
    Attendance.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["session", "enrolment"], update_fields=["state"]
    )


def _told(code: str, state: str) -> dict[str, Any]:
    return audit.choice(code, Attendance._meta.get_field("state"), state)


def add_sessions(
    cohort: Cohort, days: Iterable[dt.date], *, starts_at: dt.time | None, actor: User, key: uuid.UUID
) -> tuple[Cohort, bool]:
    """Add a session on each of some days, once for one form key: all or none.

    Returns the cohort and whether this call did it. Raises ValidationError under `held_on`, or PermissionDenied.
    """

    def make() -> Cohort:
        require(actor, Role.COORDINATOR, home_of(cohort))
        for day in days:
            row = Session(cohort=cohort, is_demonstration=cohort.is_demonstration)
            create_row(row, {"held_on": day, "starts_at": starts_at}, actor=actor, key=uuid.uuid4())
        return cohort

    return once(key, make, actor=actor, rows=Cohort.objects.all())
