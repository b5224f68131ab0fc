"""The annex of markers and goals: under which codes of public lists the programmes are added up by others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from partnerships.models import Partnership, ProgrammeCode, ReportingCode, Significance
from portal.ground.dates import overlapping
from portal.roof.reports.words import Words


@dataclass(frozen=True)
class MarkerSheet:
    """A policy marker of a programme with its significance, or a goal or target that it serves."""

    pk: int
    programme: Words
    kind: ReportingCode.Kind
    code: str
    name: Words
    significance: Significance | None
    reason: Words


def markers_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> tuple[MarkerSheet, ...]:
    """Return the codes of the programmes that run in the window, in the order of the lists."""
    programmes = partnership.programmes.filter(overlapping(starts_on, ends_on))
    rows = ProgrammeCode.objects.filter(programme__in=programmes).select_related("programme", "code")
    return tuple(
        MarkerSheet(
            row.pk,
            Words.of(row.programme, "name"),
            ReportingCode.Kind(row.code.kind),
            row.code.code,
            Words.of(row.code, "name"),
            Significance(row.significance) if row.significance is not None else None,
            Words.of(row, "reason"),
        )
        for row in rows.order_by("programme__starts_on", "code__position", "pk")
    )
