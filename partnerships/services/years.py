"""What is dated in a locked year stays: whoever writes something dated holds its years open meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partnerships.models import Partnership, ProgrammeYear


def hold_years_open(partnership: Partnership, *, days: Iterable[dt.date], field: str) -> None:
    """Make sure that no year of the partnership which holds one of the days is, or gets, locked meanwhile.

    Call it inside a transaction: it holds the years' rows until the end of it. Raises ValidationError on
    `field`, naming the locked year.
    """
    wanted = {day.year for day in days}
    # Always in the same order, so that two who write into several years do not wait for each other in a ring.
    held = ProgrammeYear.objects.select_for_update(of=("self",)).order_by("pk")
    held = held.filter(programme__partnership=partnership, year__in=wanted)
    locked = sorted(row.year for row in held if row.state == ProgrammeYear.State.LOCKED)
    if locked:
        raise ValidationError({field: ValidationError(_locked(locked[0]), code="locked")})


def locked_because(partnership_id: int, day: dt.date) -> str:
    """Return why nothing may be written on a day; empty where its year is open. Asked without holding it."""
    locked = ProgrammeYear.objects.locked_on(partnership_id, [day]).exists()
    return _locked(day.year) if locked else ""


def _locked(year: int) -> str:
    return _("The year %(year)s is locked: an officer can open it again.") % {"year": year}


def hold_all_years(partnership: int) -> None:
    """Hold the years of a partnership as they are until the end of the transaction: none is locked meanwhile."""
    held = ProgrammeYear.objects.select_for_update(of=("self",)).filter(programme__partnership=partnership)
    list(held.order_by("pk").values_list("pk", flat=True))
