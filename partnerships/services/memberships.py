"""Memberships of an account that is erased: what it may do ends, and the trail no longer names it."""

from __future__ import annotations

import datetime as dt

from django.db import models, transaction

from partnerships.models import Membership
from portal.ground import audit
from portal.ground.models import User


@transaction.atomic
def end_memberships(user: User, *, on: dt.date) -> list[int]:
    """End every role of an account on a day, and return the keys of the audit entries that name its person.

    A role that was to begin later ends with its first day. The rows stay: they say which account was allowed what.
    """
    rows = Membership.objects.filter(user=user)
    going_on = rows.filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=on))
    last = models.Case(models.When(starts_on__gt=on, then="starts_on"), default=models.Value(on))
    going_on.update(ends_on=last, reads_notes=False)
    return list(audit.entries_about({Membership: rows.values_list("pk", flat=True)}).values_list("pk", flat=True))
