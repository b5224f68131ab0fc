"""Where a place is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction

from partnerships.models import Place
from partnerships.services.records import set_columns
from portal.ground import audit
from portal.ground.models import AuditEntry, User

# As exact as the columns are: about a metre.
EXACT = Decimal("0.00001")


@transaction.atomic
def locate_place(place: Place, *, latitude: Decimal, longitude: Decimal, actor: User) -> Place:
    """Give a place its coordinates in degrees. Raises ValidationError for one that must not be found."""
    current: Any = Place.objects.select_for_update(of=("self",)).get(pk=place.pk)
    point = {"latitude": latitude.quantize(EXACT), "longitude": longitude.quantize(EXACT)}
    before = set_columns(current, point)
    changes = audit.difference(before, audit.snapshot(current))
    if changes:
        current.save()
        audit.record(current, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes)
    return current
