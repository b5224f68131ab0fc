"""Enrolling several learners in a cohort at once, by their codes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from beneficiaries.models import Cohort, Enrolment, Learner
from beneficiaries.models.learners import check_age
from beneficiaries.services.days import hold_day, home_of
from partnerships.access import require
from partnerships.models import Role
from portal.ground import audit, bulk
from portal.ground.models import AuditEntry, User
from portal.ground.once import once
from portal.ground.wording import listed


@dataclass(frozen=True)
class Newcomer:
    """Somebody to enrol: a code, and what is known of who has it, for a code that is new."""

    code: str
    birth_year: int | None = None
    sex: str = ""


def enrol(
    cohort: Cohort,
    newcomers: Sequence[Newcomer],
    *,
    enrolled_on: dt.date,
    commitments_on: dt.date | None = None,
    actor: User,
    key: uuid.UUID,
) -> tuple[Cohort, bool]:
    """Enrol people by their codes, once for one form key; a code that is new to the partnership becomes a learner.

    What is written into a cohort of the demonstration is part of the demonstration. Returns the cohort and whether
    this call did it. Raises ValidationError under `codes` or `enrolled_on`, or PermissionDenied: all or nobody.
    """

    def make() -> Cohort:
        require(actor, Role.COORDINATOR, home_of(cohort))
        held = Cohort.objects.select_for_update(of=("self",)).select_related("course").get(pk=cohort.pk)
        _refuse_twice(newcomers)
        known = _known(held, newcomers)
        _refuse_enrolled(held, known)
        fresh = [one for one in newcomers if one.code not in known]
        known |= _add_learners(held, fresh, on=enrolled_on, actor=actor)
        days = {"enrolled_on": enrolled_on, "commitments_on": commitments_on}
        _add_enrolments(held, [known[one.code] for one in newcomers], days, actor=actor)
        return held

    return once(key, make, actor=actor, rows=Cohort.objects.all())


def _known(cohort: Cohort, newcomers: Iterable[Newcomer]) -> dict[str, Learner]:
    codes = {one.code for one in newcomers}
    rows = Learner.objects.filter(partnership=cohort.course.partnership_id, code__in=codes)
    return {row.code: row for row in rows.select_for_update(of=("self",))}


def _refuse_twice(newcomers: Iterable[Newcomer]) -> None:
    twice = [code for code, times in Counter(one.code for one in newcomers).items() if times > 1]
    if twice:
        sentence = _("These codes stand there twice: %(codes)s.") % {"codes": listed(twice)}
        raise ValidationError({"codes": ValidationError(sentence, code="twice")})


def _refuse_enrolled(cohort: Cohort, known: dict[str, Learner]) -> None:
    rows = Enrolment.objects.filter(cohort=cohort, learner__in=known.values())
    there = sorted(rows.values_list("learner__code", flat=True))
    if there:
        sentence = _("Enrolled in this cohort already: %(codes)s. Take them out of the list.")
        raise ValidationError({"codes": ValidationError(sentence % {"codes": listed(there)}, code="enrolled")})


def _add_learners(cohort: Cohort, newcomers: Sequence[Newcomer], *, on: dt.date, actor: User) -> dict[str, Learner]:
    home = cohort.course.partnership
    rows = [
        Learner(partnership=home, code=one.code, birth_year=one.birth_year, is_demonstration=cohort.is_demonstration)
        for one in newcomers
    ]
    for row, one in zip(rows, newcomers, strict=True):
        row.sex = one.sex or row.sex
        _check(row, on)
    return {row.code: row for row in _insert(rows, parent=home, actor=actor)}


def _add_enrolments(cohort: Cohort, learners: Sequence[Learner], days: dict[str, Any], *, actor: User) -> None:
    rows = [Enrolment(cohort=cohort, learner=one, is_demonstration=cohort.is_demonstration, **days) for one in learners]
    for row in rows:
        _check(row, row.enrolled_on)
    if rows:
        # All have the same day, so one of them asks for all.
        hold_day(rows[0])
    _insert(rows, parent=cohort, actor=actor)


def _check(row: Learner | Enrolment, on: dt.date) -> None:
    """Check what a row alone can know; what others hold against it was asked before, for all rows at once."""
    try:
        if isinstance(row, Learner):
            check_age(row.birth_year, on)
        given = {"partnership", "learner", "cohort"}
        row.full_clean(exclude=given, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        code = row.code if isinstance(row, Learner) else row.learner.code
        places = {"enrolled_on", "commitments_on"}
        told = error.error_dict if hasattr(error, "error_dict") else {"codes": error.error_list}
        raise ValidationError(
            {
                name if name in places else "codes": [f"{code}: {' '.join(one.messages)}" for one in sentences]
                for name, sentences in told.items()
            }
        ) from error


def _insert(rows: Sequence[Any], *, parent: Any, actor: User) -> Sequence[Any]:
    """Write new rows with their audit entries, in as many queries for thirty as for one."""
    if not rows:
        return rows
    model = type(rows[0])
    columns = [
        {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields if not f.primary_key} for row in rows
    ]
    for row, pk in zip(rows, bulk.insert(model, columns), strict=True):
        row.pk = pk
    told = [(row.pk, str(row), parent.pk, audit.snapshot(row)) for row in rows]
    entries = audit.entries(told, model=model, parent=type(parent), actor=actor, verb=AuditEntry.Verb.CREATE)
    bulk.insert(AuditEntry, entries)
    return rows
