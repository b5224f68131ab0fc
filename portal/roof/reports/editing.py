"""The editions of the report, as a report keeps them: what stands in which order is frozen with the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q

from partnerships.models import Partnership
from portal.roof.models import ReportForm, ReportSection
from portal.roof.reports.words import Words

# The edition that is made where none is asked for, as long as an administrator keeps it.
FULL = "full"


@dataclass(frozen=True)
class SectionSheet:
    """A section in its place; `anchor` names its template."""

    anchor: str
    leaves_out_empty: bool


@dataclass(frozen=True)
class FormSheet:
    """An edition: its name, whose it is, what it may tell of, and its sections in their order."""

    slug: str
    name: Words
    source_slug: str
    source: Words
    scope: ReportForm.Scope
    has_lists: bool
    sections: tuple[SectionSheet, ...]


def forms_of(partnership: Partnership) -> tuple[FormSheet, ...]:
    """Return the editions that are offered for a partnership: those of its funding sources, and those for everybody."""
    mine = Q(source__isnull=True) | Q(source__in=partnership.funding.values("source"))
    shown = Prefetch("sections", ReportSection.objects.filter(is_on=True).order_by("position", "kind"))
    rows: Any = ReportForm.objects.filter(mine).select_related("source").prefetch_related(shown)
    return tuple(_sheet(row) for row in rows.order_by("position", "slug"))


def _sheet(row: ReportForm) -> FormSheet:
    return FormSheet(
        slug=row.slug,
        name=Words.of(row, "name"),
        source_slug=row.source.slug if row.source else "",
        source=Words.of(row.source, "name") if row.source else Words(),
        scope=ReportForm.Scope(row.scope),
        has_lists=row.has_lists,
        sections=tuple(SectionSheet(section.kind, section.leaves_out_empty) for section in row.sections.all()),
    )
