"""Freezing the report of a year, and reading what was frozen.

What is frozen is what the report tells, suppressed counts suppressed: who may read the data learns nothing that the
PDF keeps to itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from django.db import transaction
from django.utils.translation import gettext as _

from partnerships.access import require
from partnerships.models import Partnership, ProgrammeYear, Role
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.roof.models import Snapshot
from portal.roof.reports.attainment_told import settled_chains
from portal.roof.reports.data import build_report
from portal.roof.reports.editions import settled
from portal.roof.reports.frozen import FrozenReportError, dumps, loads
from portal.roof.reports.learners import settled_learners
from portal.roof.reports.sections import Report
from portal.roof.reports.values_told import origins_beside


@transaction.atomic
def freeze_year(year: ProgrammeYear, actor: User, on: dt.date) -> Snapshot:
    """Freeze the data of a year's report, as known on the day `on`, under the next number. Raises PermissionDenied.

    It is one of the freezers of partnerships.services: validating a year calls it, with the year's row held. Who
    calls it otherwise waits here for that row, so that no number is given twice.
    """
    partnership = year.programme.partnership
    require(actor, Role.OFFICER, partnership)
    ProgrammeYear.objects.select_for_update().get(pk=year.pk)
    earlier = list(year.snapshots.order_by("number"))
    report = build_report(partnership, year.starts_on, year.ends_on, on=on, freezing=year.year)
    report = beside(report, all_editions_of(partnership))
    data = dumps(report)
    row = Snapshot.objects.create(
        year=year,
        number=earlier[-1].number + 1 if earlier else 1,
        data=data,
        sha256=seal_of(data),
        taken_on=on,
        taken_by=actor,
        is_demonstration=report.is_demonstration,
    )
    changes = {"number": [None, row.number], "sha256": [None, row.sha256]}
    audit.record(row, actor=actor, verb=AuditEntry.Verb.CREATE, parent=year, changes=changes)
    return row


def beside(report: Report, earlier: Sequence[Snapshot]) -> Report:
    """Return a report as it may be frozen beside the editions of the partnership's years, the newest last.

    Where it is not told as one of them told it, enough people lie between the two.
    """
    its_year = report.starts_on.year if report.is_one_year else None
    told = []
    for row in earlier:
        try:
            told.append((row.year.year, report_of(row)))
        except FrozenReportError:
            # A damaged report of another year holds no year up; one of the same year would be told anew beside it.
            if row.year.year == its_year:
                raise
    mine = [edition for year, edition in told if year == its_year]
    others = [edition.attained for year, edition in told if year != its_year]
    chains = settled_chains(report.attained, [edition.attained for edition in mine], others)
    walked = [(*edition.learners, *edition.elsewhere) for _year, edition in told]
    return replace(
        report,
        participants=settled(report.participants, [(year, edition.participants) for year, edition in told]),
        learners=settled_learners(report.learners, walked),
        elsewhere=settled_learners(report.elsewhere, walked),
        attained=chains,
        origins=origins_beside(report.origins, chains),
    )


def all_editions_of(partnership: Partnership) -> list[Snapshot]:
    """Return the frozen reports of all years, the newest last: what one tells must not be taken apart by another."""
    rows = Snapshot.objects.filter(year__programme__partnership=partnership)
    return list(rows.select_related("year__programme__partnership").order_by("pk"))


def seal_of(data: str) -> str:
    """Return the SHA-256 of frozen data, as bytes in UTF-8."""
    return hashlib.sha256(data.encode()).hexdigest()


def report_of(row: Snapshot) -> Report:
    """Return the report that was frozen. Raises FrozenReportError where it is damaged or cannot be read."""
    if seal_of(row.data) != row.sha256:
        raise FrozenReportError(
            _("The data of this report are damaged: they no longer have the SHA-256 of the register.")
        )
    return _read(row.data)


@lru_cache(maxsize=8)
def _read(data: str) -> Report:
    """Return what frozen data tell: every language and edition, and each later report, is told from the same."""
    return loads(data)


def editions_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> list[Snapshot]:
    """Return the frozen reports of a window, the newest last: only a calendar year can have any."""
    if (starts_on, ends_on) != (dt.date(starts_on.year, 1, 1), dt.date(starts_on.year, 12, 31)):
        return []
    rows = Snapshot.objects.filter(year__programme__partnership=partnership, year__year=starts_on.year)
    return list(rows.select_related("year__programme__partnership").order_by("year__programme__starts_on", "number"))
