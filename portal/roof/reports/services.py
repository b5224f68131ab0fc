"""Exporting a report: built, written out and recorded in the audit trail."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from partnerships.access import require
from partnerships.models import Partnership, Role
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.roof.reports.data import build_report
from portal.roof.reports.render import render_pdf
from portal.roof.reports.sections import Report

# What the file is called: for one year, and for any other window. An address bar or a mail keeps ASCII whole.
YEAR_NAMES = {"nl": "jaarverslag", "fr": "rapport-annuel", "en": "annual-report", "ar": "تقرير-سنوي"}
WINDOW_NAMES = {"nl": "verslag", "fr": "rapport", "en": "report", "ar": "تقرير"}
IN_ASCII = {"تقرير-سنوي": "taqrir-sanawi", "تقرير": "taqrir"}


@dataclass(frozen=True)
class ExportedReport:
    """A finished PDF and what its file is called: in ASCII, and in the report's own letters."""

    content: bytes
    ascii_name: str
    name: str


def export_report(
    partnership: Partnership, *, starts_on: dt.date, ends_on: dt.date, language: str, on: dt.date, actor: User | None
) -> ExportedReport:
    """Return the report of a window as PDF. Any member may have it; `actor` is None for a command on the server.

    Raises PermissionDenied, and ReportUnavailableError where no PDF can be made now.
    """
    if actor is not None:
        require(actor, Role.VIEWER, partnership)
    report = build_report(partnership, starts_on, ends_on, on=on)
    content = render_pdf(report, language)
    audit.record(
        partnership,
        actor=actor,
        verb=AuditEntry.Verb.EXPORT,
        changes={
            "starts_on": [None, starts_on.isoformat()],
            "ends_on": [None, ends_on.isoformat()],
            "language": [None, language],
        },
    )
    return ExportedReport(content, *file_names(report, language))


def file_names(report: Report, language: str) -> tuple[str, str]:
    """Return the names of the file: (in ASCII, in the report's own letters)."""
    word = (YEAR_NAMES if report.is_one_year else WINDOW_NAMES)[language]
    if report.is_one_year:
        window = f"{report.starts_on.year}"
    elif report.window.starts_precision == "year":
        window = f"{report.starts_on.year}-{report.ends_on.year}"
    else:
        window = f"{report.starts_on}-{report.ends_on}"
    tail = f"{report.partnership.slug}-{window}.pdf"
    return f"{IN_ASCII.get(word, word)}-{tail}", f"{word}-{tail}"
