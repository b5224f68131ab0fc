"""Years that are validated, for the tests of frozen reports."""

import datetime as dt

from partnerships.models import ProgrammeYear
from partnerships.services import lock_year, reopen_year, submit_year, validate_year
from portal.roof.models import Snapshot
from tests.cast import Cast

ON = dt.date(2025, 1, 15)
LATER = dt.date(2025, 6, 3)


def validated(cast: Cast, on: dt.date = ON, year: int = 2024) -> Snapshot:
    """Validate a year of Jette – Belfaa, opened again first where it was validated; return its report.

    One that was locked is locked again.
    """
    row = cast.jette.year(year)
    was_locked = row.state == ProgrammeYear.State.LOCKED
    if row.state != ProgrammeYear.State.OPEN:
        reopen_year(row, actor=cast.officer, reason="A voucher came late.")
    submit_year(row, actor=cast.coordinator_north)
    validate_year(row, actor=cast.officer, on=on)
    if was_locked:
        lock_year(row, actor=cast.officer)
    return row.snapshots.order_by("number").last()
