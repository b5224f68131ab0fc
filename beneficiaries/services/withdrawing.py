"""Taking back what somebody agreed to be asked: the answer goes, and the day stays."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from beneficiaries.models import FollowUp
from partnerships.access import require
from partnerships.models import Role
from portal.ground import audit
from portal.ground.models import AuditEntry, User


@transaction.atomic
def withdraw_follow_up(row: FollowUp, *, actor: User, on: dt.date) -> bool:
    """Take the answer out of a follow-up, from pages, counts and later reports; returns whether this call did it.

    Values that were validated and reports that were frozen stay as they are: they name nobody. A locked year does not
    stand in the way of who takes an agreement back. Raises PermissionDenied.
    """
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("enrolment__cohort__course__partnership")
    held = rows.get(pk=row.pk)
    require(actor, Role.COORDINATOR, held.enrolment.cohort.course.partnership)
    if held.consent_withdrawn_on is not None:
        return False
    told = audit.entries_about({FollowUp: [held.pk]}).values_list("pk", flat=True)
    audit.empty(told, at=timezone.now())
    held.outcome, held.consent_withdrawn_on = None, on
    held.version += 1
    held.save(update_fields=["outcome", "consent_withdrawn_on", "version"])
    changes = {"consent_withdrawn_on": [None, on.isoformat()]}
    audit.record(held, actor=actor, verb=AuditEntry.Verb.WITHDRAW, changes=changes, parent=held.enrolment)
    return True
