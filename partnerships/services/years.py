"""Years of programmes: locked once their report is final, and opened again for a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partnerships.access import require
from partnerships.models import Partnership, ProgrammeYear, Role
from portal.ground import audit
from portal.ground.models import AuditEntry, User


@transaction.atomic
def lock_year(year: ProgrammeYear, *, actor: User) -> None:
    """Lock a programme year: from now on nothing dated in it changes. Locking a locked year does nothing."""
    require(actor, Role.OFFICER, year.programme.partnership)
    year = ProgrammeYear.objects.select_for_update().get(pk=year.pk)
    if year.state == ProgrammeYear.State.LOCKED:
        return
    year.state = ProgrammeYear.State.LOCKED
    year.save(update_fields=["state"])
    audit.record(year, actor=actor, verb=AuditEntry.Verb.LOCK, parent=year.programme)


@transaction.atomic
def reopen_year(year: ProgrammeYear, *, actor: User, reason: str) -> None:
    """Open a locked year again, for a reason that the audit keeps. Raises ValidationError without one."""
    require(actor, Role.OFFICER, year.programme.partnership)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the year is opened again.")})
    year = ProgrammeYear.objects.select_for_update().get(pk=year.pk)
    if year.state == ProgrammeYear.State.OPEN:
        return
    year.state = ProgrammeYear.State.OPEN
    year.save(update_fields=["state"])
    audit.record(year, actor=actor, verb=AuditEntry.Verb.REOPEN, parent=year.programme, reason=reason.strip())


def hold_years_open(partnership: Partnership, *, days: Iterable[dt.date], field: str) -> None:
    """Make sure that no year of the partnership which holds one of the days is, or gets, locked meanwhile.

    Call it inside a transaction: it holds the years' rows until the end of it. Raises ValidationError on
    `field`, naming the locked year.
    """
    wanted = {day.year for day in days}
    held = ProgrammeYear.objects.select_for_update(of=("self",)).filter(
        programme__partnership=partnership, year__in=wanted
    )
    locked = sorted(row.year for row in held if row.state == ProgrammeYear.State.LOCKED)
    if locked:
        sentence = _("The year %(year)s is locked: an officer can open it again.") % {"year": locked[0]}
        raise ValidationError({field: ValidationError(sentence, code="locked")})
