"""Exporting a report: built or read from what was frozen, written out and recorded in the audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from partnerships.access import require
from partnerships.models import Partnership, Role
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.one_state import one_state
from portal.ground.spreadsheets import XLSX_TYPE
from portal.roof.models import Snapshot
from portal.roof.reports.archive import attachments_of
from portal.roof.reports.book import write_book
from portal.roof.reports.chapters import form_of
from portal.roof.reports.data import build_report
from portal.roof.reports.editing import FULL, FormSheet, forms_of
from portal.roof.reports.editions import Edition
from portal.roof.reports.frozen import FrozenReportError
from portal.roof.reports.manuscript import write_manuscript
from portal.roof.reports.page import write_page
from portal.roof.reports.progress import Watch
from portal.roof.reports.render import ReportUnavailableError, render_pdf
from portal.roof.reports.scopes import told_to
from portal.roof.reports.sections import Report
from portal.roof.reports.snapshots import editions_of
from portal.roof.reports.told_last import as_told_last, frozen_of
from portal.roof.reports.withdrawals import data_of, edition_of, shown_of

PDF, ARCHIVE, PAGE = "pdf", "archive", "page"
# What a report is written as; a PDF alone holds pictures and tells how far it is.
KINDS: dict[str, Callable[[Report, str], bytes]] = {"xlsx": write_book, "docx": write_manuscript}
CONTENT_TYPES = {
    PDF: "application/pdf",
    ARCHIVE: "application/pdf",
    "xlsx": XLSX_TYPE,
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

# What the file is called: for one year, and for any other window. An address bar or a mail keeps ASCII whole.
YEAR_NAMES = {"nl": "jaarverslag", "fr": "rapport-annuel", "en": "annual-report", "ar": "تقرير-سنوي"}
WINDOW_NAMES = {"nl": "verslag", "fr": "rapport", "en": "report", "ar": "تقرير"}
IN_ASCII = {"تقرير-سنوي": "taqrir-sanawi", "تقرير": "taqrir"}


@dataclass(frozen=True)
class Export:
    """A finished file and what it is called: in ASCII, and in the report's own letters; and the photos in it."""

    content: bytes
    ascii_name: str
    name: str
    photos: tuple[int, ...] = ()
    is_demonstration: bool = False


def export_report(
    partnership: Partnership,
    *,
    starts_on: dt.date,
    ends_on: dt.date,
    language: str,
    on: dt.date,
    draft: bool = False,
    edition: str = "",
    kind: str = PDF,
) -> Export:
    """Return the report of a window as a file, for a command on the server; written down in the audit.

    `edition` is the short name of one, empty for the whole report; `kind` is one of CONTENT_TYPES. Raises
    ReportUnavailableError where it cannot be made now.
    """
    made = make_report(
        partnership,
        starts_on=starts_on,
        ends_on=ends_on,
        language=language,
        on=on,
        draft=draft,
        edition=edition,
        kind=kind,
    )
    said = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat(), "language": language}
    said |= {"edition": edition} if edition else {}
    said |= {"form": kind} if kind != PDF else {}
    changes = {name: [None, value] for name, value in said.items()}
    audit.record(partnership, actor=None, verb=AuditEntry.Verb.EXPORT, changes=changes)
    return made


def make_report(
    partnership: Partnership,
    *,
    starts_on: dt.date,
    ends_on: dt.date,
    language: str,
    on: dt.date,
    draft: bool = False,
    edition: str = "",
    kind: str = PDF,
    watch: Watch | None = None,
) -> Export:
    """Return the report of a window as a file of one of KINDS, as PDF, or as a PAGE.

    A year that was validated is told as it was frozen last, unless a `draft` of what is known on the day `on` is
    asked for. `edition` is the short name of one, empty for the whole report. `watch` is told of each page. Raises
    ReportUnavailableError where no PDF can be made now.
    """
    with one_state(), _readable():
        editions = editions_of(partnership, starts_on, ends_on)
        report = None
        if draft or not editions:
            frozen = frozen_of(partnership)
            report = build_report(partnership, starts_on, ends_on, on=on, held=frozen.held)
            report = as_told_last(report, frozen.settled)
    if report is not None and kind == ARCHIVE:
        raise ReportUnavailableError(_("Only the report of a validated year is archived, and no draft."))
    if report is None:
        return make_snapshot_report(editions[-1], language=language, edition=edition, kind=kind, watch=watch)
    form = _form(report, edition, partnership)
    told = told_to(report, form)
    content = _written(told, language, None, form, kind=kind, watch=watch)
    return _export(content, told, language, form=form, kind=kind)


def make_snapshot_report(
    row: Snapshot,
    *,
    language: str,
    edition: str = "",
    kind: str = PDF,
    vouchers: bool = False,
    watch: Watch | None = None,
) -> Export:
    """Return a frozen report as a file, the same bytes each time (see `render_pdf`).

    `edition` is the short name of one, as it was frozen with the report; one that came later is as it is now. `kind`
    is one of KINDS, PDF, PAGE, or ARCHIVE, which carries its data along and, if chosen, the files of its `vouchers`.
    Raises ReportUnavailableError where it cannot be made now.
    """
    with _readable():
        shown = shown_of(row)
        seal = edition_of(row, shown)
    report = shown.report
    form = _form(report, edition, row.year.programme.partnership)
    told = told_to(report, form)
    if seal.before:
        seal = replace(seal, before=told_to(seal.before, form))
    left_out, carried = seal.unpublishable, None
    if kind == ARCHIVE:
        carried = attachments_of(told, language, row=row, with_vouchers=vouchers)
    content = _written(told, language, seal, form, kind=kind, attachments=carried, watch=watch)
    return _export(content, told, language, number=row.number, left_out=left_out, form=form, kind=kind)


def _written(
    told: Report, language: str, seal: Edition | None, form: FormSheet | None, *, kind: str, **drawn: Any
) -> bytes:
    if kind in KINDS:
        return KINDS[kind](told, language)
    if kind == PAGE:
        return write_page(told, language, seal, form)
    return render_pdf(told, language, seal, form, **drawn)


def _form(report: Report, slug: str, partnership: Partnership) -> FormSheet | None:
    """Return the edition that is asked for, or None for a whole report that knows of none."""
    form = form_of(report, slug)
    if form is None and slug and slug != FULL:
        form = next((row for row in forms_of(partnership) if row.slug == slug), None)
        if form is None:
            raise ReportUnavailableError(_("There is no such edition of this report."))
    return form


def _export(
    content: bytes,
    report: Report,
    language: str,
    *,
    number: int | None = None,
    left_out: Collection[int] = (),
    form: FormSheet | None,
    kind: str = PDF,
) -> Export:
    shown = () if kind in KINDS else report.pictures
    photos = tuple(picture.pk for picture in shown if picture.pk not in left_out)
    names = file_names(report, language, number=number, form=form, kind=kind)
    return Export(content, *names, photos=photos, is_demonstration=report.is_demonstration)


def export_data(row: Snapshot, *, actor: User) -> Export:
    """Return the data of a frozen report, the very bytes that its SHA-256 seals, as far as they are still shown.

    Raises PermissionDenied, and ReportUnavailableError where they are damaged.
    """
    require(actor, Role.OFFICER, row.year.programme.partnership)
    changes = {"number": [None, f"{row.year.year}/{row.number}"], "form": [None, "json"]}
    audit.record(row, actor=actor, verb=AuditEntry.Verb.EXPORT, changes=changes)
    name = f"report-data-{row.year.programme.partnership.slug}-{row.year.year}-{row.number}.json"
    with _readable():
        data, _seal = data_of(row)
    return Export(data.encode(), name, name)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except FrozenReportError as error:
        raise ReportUnavailableError(str(error)) from error


def file_names(
    report: Report, language: str, *, number: int | None = None, form: FormSheet | None = None, kind: str = PDF
) -> tuple[str, str]:
    """Return the names of the file: (in ASCII, in the report's own letters); `number` is that of a frozen report."""
    word = (YEAR_NAMES if report.is_one_year else WINDOW_NAMES)[language]
    if report.is_one_year:
        window = f"{report.starts_on.year}-{number}" if number else f"{report.starts_on.year}"
    elif report.window.starts_precision == "year":
        window = f"{report.starts_on.year}-{report.ends_on.year}"
    else:
        window = f"{report.starts_on}-{report.ends_on}"
    edition = f"-{form.slug}" if form and form.slug != FULL else ""
    end = "-archive.pdf" if kind == ARCHIVE else f".{kind}"
    tail = f"{report.partnership.slug}-{window}{edition}{end}"
    return f"{IN_ASCII.get(word, word)}-{tail}", f"{word}-{tail}"
