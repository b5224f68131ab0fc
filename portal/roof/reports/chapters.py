"""Which chapters a report has, in which order: those of its edition, or those that every report had before editions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partnerships.models import Side
from portal.roof.models import ReportSection
from portal.roof.reports.editing import FULL, FormSheet
from portal.roof.reports.sections import Report

Kind = ReportSection.Kind
FLOWING = {Kind.PHASES, Kind.AIMS, Kind.CHANGES, Kind.LESSONS, Kind.DELAYS, Kind.CLOSURES, Kind.REQUESTS} | {
    Kind.GAINS,
    Kind.IDENTIFIERS,
    Kind.LEARNERS,
    Kind.MARKERS,
    Kind.RISKS,
    Kind.JUDGED,
    Kind.DECISIONS,
    Kind.YEARS,
    Kind.ATTAINED,
    Kind.PARTICIPANTS,
    Kind.PICTURES,
    Kind.ORIGINS,
    Kind.HOME,
    Kind.ACTIVITIES,
    Kind.OUTCOMES,
    Kind.SPENT,
}


@dataclass(frozen=True)
class Chapter:
    """A chapter of the report: its anchor is also the name of its template."""

    anchor: str
    title: Promise | str

    @property
    def flows(self) -> bool:
        """Whether it goes on where the one before ended: a short one needs no page of its own."""
        return self.anchor in FLOWING

    @property
    def template(self) -> str:
        """The template that holds the chapter's body."""
        return f"report/{self.anchor}.html"


CHANGED = Chapter("changed", Kind.CHANGED.label)
# What a report has that knows of no editions: older frozen ones, and those of a portal without any.
CHAPTERS = (
    Chapter("partnership", Kind.PARTNERSHIP.label),
    Chapter("key_figures", Kind.KEY_FIGURES.label),
    Chapter("told", Kind.TOLD.label),
    Chapter("activities", Kind.ACTIVITIES.label),
    Chapter("participants", Kind.PARTICIPANTS.label),
    Chapter("learners", Kind.LEARNERS.label),
    Chapter("expenditure", Kind.SPENT.label),
    Chapter("vouchers", Kind.VOUCHERS.label),
    Chapter("pictures", Kind.PICTURES.label),
    Chapter("products", Kind.PRODUCTS.label),
    Chapter("organisations", Kind.ORGANISATIONS.label),
    Chapter("attained", Kind.ATTAINED.label),
    Chapter("results", _("Results, risks and decisions")),
    Chapter("judged", Kind.JUDGED.label),
    Chapter("gains", Kind.GAINS.label),
    Chapter("outlook", Kind.OUTLOOK.label),
)
# Left out there where nobody wrote them: anchors that are names of the report's parts.
OPTIONAL = {"told", "judged", "attained", "learners", "gains"}

# What a section tells, where that is more than the part of the report by its name.
HOLDS: Mapping[str, Callable[[Report], Any]] = {
    Kind.KEY_FIGURES: lambda report: report.activities or report.money.expenses or report.participants.groups,
    Kind.CHANGES: lambda report: report.changes,
    Kind.OUTCOMES: lambda report: report.attained or report.activities,
    Kind.BRIEF: lambda report: report.activities,
    Kind.ACTIVITIES: lambda report: report.activities or report.undated,
    Kind.HOME: lambda report: report.of_side(Side.HOME),
    Kind.PARTICIPANTS: lambda report: report.participants.groups,
    Kind.ORGANISATIONS: lambda report: report.actors,
    Kind.SPENT: lambda report: report.money.sources,
    Kind.FINANCE: lambda report: any(item.has_budget or item.funds for item in report.finances),
    Kind.VOUCHERS: lambda report: report.money.expenses,
}


def form_of(report: Report, slug: str) -> FormSheet | None:
    """Return an edition that the report knows, or None; without a name the whole report, as far as it knows that."""
    return next((form for form in report.forms if form.slug == (slug or FULL)), None)


def chapters_of(report: Report, form: FormSheet | None, *, has_changes: bool) -> Iterator[Chapter]:
    """Yield the chapters of an edition; one without anything to tell may be left out by it.

    `has_changes` says that the report is told beside an earlier one: only then there can be changes.
    """
    if form is None:
        if has_changes:
            yield CHANGED
        yield from (part for part in CHAPTERS if part.anchor not in OPTIONAL or getattr(report, part.anchor))
        return
    for section in form.sections:
        told = has_changes if section.anchor == CHANGED.anchor else holds(report, section.anchor)
        if told or not (section.leaves_out_empty or section.anchor == CHANGED.anchor):
            yield Chapter(section.anchor, Kind(section.anchor).label)


def holds(report: Report, anchor: str) -> bool:
    """Say whether a section has something to tell."""
    told = HOLDS.get(anchor) or (lambda of: getattr(of, anchor))
    return bool(told(report))
