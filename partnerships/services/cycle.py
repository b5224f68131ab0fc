"""The life of a programme year: open, submitted, returned or validated, locked; and opened again for a reason.

Each step is safe to take twice: it says whether it was this call that took it. The steps stand on
ProgrammeYear.State.next; another one is refused with a sentence.
"""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partnerships.access import require
from partnerships.models import ProgrammeYear, Role
from partnerships.services.freezers import freeze
from portal.ground import audit
from portal.ground.models import AuditEntry, User

State = ProgrammeYear.State


@transaction.atomic
def submit_year(year: ProgrammeYear, *, actor: User) -> bool:
    """Hand the year's report to the officers. Raises ValidationError where the year is past that."""
    require(actor, Role.COORDINATOR, year.programme.partnership)
    year = held(year)
    return move(year, State.SUBMITTED, actor=actor)


@transaction.atomic
def validate_year(year: ProgrammeYear, *, actor: User, on: dt.date) -> bool:
    """Accept the report of a submitted year, and let every room freeze it in the same transaction.

    Raises ValidationError where the year is not submitted.
    """
    require(actor, Role.OFFICER, year.programme.partnership)
    year = held(year)
    if not move(year, State.VALIDATED, actor=actor):
        return False
    freeze(year, actor=actor, on=on)
    return True


def held(year: ProgrammeYear) -> ProgrammeYear:
    """Return the year as it stands, its row locked until the end of the transaction."""
    rows = ProgrammeYear.objects.select_related("programme__partnership").select_for_update(of=("self",))
    return rows.get(pk=year.pk)


def move(
    year: ProgrammeYear,
    to: ProgrammeYear.State,
    *,
    actor: User,
    reason: str = "",
    verb: AuditEntry.Verb = AuditEntry.Verb.TRANSITION,
) -> bool:
    """Take a step with a held year, and say whether it was this call that took it. Raises ValidationError."""
    before = State(year.state)
    if before == to:
        return False
    if to not in before.next:
        sentence = _("The year %(year)s is “%(state)s”: from there this step is not possible.")
        raise ValidationError(sentence % {"year": year.year, "state": before.label}, code="step")
    year.state = to
    year.save(update_fields=["state"])
    changes = {"state": [before.value, to.value]}
    audit.record(year, actor=actor, verb=verb, changes=changes, parent=year.programme, reason=reason)
    return True
