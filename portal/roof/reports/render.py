"""Write a report out: as HTML for print, and as a tagged PDF (PDF/UA-1)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from activities.models import Status
from partnerships.models import Side
from portal.ground.background import without_collecting
from portal.ground.disclosure import smallest_told
from portal.roof.models import ReportForm
from portal.roof.reports import attainment_tables, learners_tables, outcomes
from portal.roof.reports.attachments import Attachments
from portal.roof.reports.change_rows import sections_of
from portal.roof.reports.changes import differences
from portal.roof.reports.chapters import chapters_of
from portal.roof.reports.editing import FULL, FormSheet
from portal.roof.reports.editions import Edition
from portal.roof.reports.finance import money_of_programmes
from portal.roof.reports.ledger import by_side
from portal.roof.reports.numbering import Numbering
from portal.roof.reports.origins_tables import annex_of
from portal.roof.reports.progress import Watch, watched
from portal.roof.reports.sections import Report
from portal.roof.reports.spending import months_of
from portal.roof.reports.timeline import timeline_of
from portal.roof.reports.words import RIGHT_TO_LEFT
from portal.roof.reports.years import by_row

# Layout keeps a processor and some hundred megabytes busy: one at a time in each process.
_RENDERING = threading.Lock()
WAIT_SECONDS = 60


class ReportUnavailableError(Exception):
    """No PDF can be made now; the message says why, for people."""


@dataclass(frozen=True)
class Share:
    """One bar of a chart: what it stands for, its number, and its length in thousandths of the longest."""

    label: Any
    value: Any
    length: int
    kind: str = "count"

    @property
    def offset(self) -> int:
        """Where the bar starts on a page that is read from the right."""
        return 1000 - self.length


def render_html(
    report: Report,
    language: str,
    *,
    readable: frozenset[int] | None = None,
    edition: Edition | None = None,
    form: FormSheet | None = None,
    template: str = "report/report.html",
) -> str:
    """Return the report as one HTML document in a language.

    `readable` holds the photos whose files can be drawn; by default every photo of the report. `edition` is that of
    a frozen report; a report of one year without it is a draft. `form` says which chapters there are; what it may
    not tell is no longer in the report. `template` is the frame of the document.
    """
    if readable is None:
        readable = frozenset(picture.pk for picture in report.pictures)
    with translation.override(language):
        document = {
            "language": language,
            "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
            "mirrored": language in RIGHT_TO_LEFT,
            "title": title_of(report),
            "edition": edition,
            "is_draft": edition is None and report.is_one_year,
            "changed": sections_of(differences(edition.before, report)) if edition and edition.before else (),
            "unpublishable": edition.unpublishable if edition else frozenset(),
            "readable": readable,
            "smallest": smallest_told(),
        }
        chapters = list(chapters_of(report, form, has_changes=bool(edition and edition.before)))
        told = {**document, **_figures(report), **_of_edition(report, form)}
        # The chapters are written before what stands in front of them: the contents list their tables and figures.
        bodies = [(chapter, render_to_string(chapter.template, told)) for chapter in chapters]
        return render_to_string(template, {**told, "chapters": bodies})


def _figures(report: Report) -> dict[str, Any]:
    """Return what the chapters show beside the report itself, in the active language."""
    year_groups, year_sources = by_row(report.years)
    return {
        "sides": [(side, report.of_side(side), report.partnership.of_side(side)) for side in Side],
        "timeline": timeline_of(report),
        "charts": _charts(report),
        "attained": attainment_tables.tables_of(report.attained),
        "funnel": learners_tables.funnel_of(report.learners),
        "months": months_of(report.money.expenses),
        "ledger": [(side, report.partnership.of_side(side), rows) for side, rows in by_side(report.gains)],
        "year_groups": year_groups,
        "year_sources": year_sources,
        "annex": annex_of(report),
        "wide_sums": len(report.money.sources) > 3,
    }


def _of_edition(report: Report, form: FormSheet | None) -> dict[str, Any]:
    """Return what an edition decides: its name, and that what stands with the outcomes stands nowhere else."""
    anchors = {section.anchor for section in form.sections} if form else set()
    by_outcome = "outcomes" in anchors
    return {
        "outcomes": outcomes.told_of(report, with_home="home" not in anchors),
        "home_activities": outcomes.home_of(report, by_outcome=by_outcome),
        "report": outcomes.rest_of(report) if by_outcome else report,
        "edition_name": form.name if form and form.slug != FULL else "",
        "numbering": Numbering() if form and form.has_lists else None,
        "names_people": form is None or form.scope != ReportForm.Scope.PUBLIC,
        "programmes_money": money_of_programmes(report.finances, with_shares=form is not None),
    }


def render_pdf(
    report: Report,
    language: str,
    edition: Edition | None = None,
    form: FormSheet | None = None,
    *,
    attachments: Attachments | None = None,
    watch: Watch | None = None,
) -> bytes:
    """Return the report as a PDF (see `render_html`); `watch` is told of each page that is set.

    With `attachments` it is one for the archive (see `pdf_of`). Raises ReportUnavailableError where the server cannot
    make one now.

    The same report in the same language makes the same bytes, on any day and in any process: nothing in it tells of
    the moment at which it is drawn. Only a photo that may no longer be shown, or whose file is gone, leaves other
    bytes behind it: a line stands in its place.
    """
    typesetter = _library()
    left_out = edition.unpublishable if edition else frozenset()
    photos = {
        picture.pk: picture.file
        for picture in report.pictures
        if picture.pk not in left_out and typesetter.is_readable(picture.file)
    }
    html = render_html(report, language, readable=frozenset(photos), edition=edition, form=form)
    return pdf_of(html, photos, attachments=attachments, watch=watch)


def pdf_of(
    html: str,
    photos: Mapping[int, str] | None = None,
    *,
    attachments: Attachments | None = None,
    watch: Watch | None = None,
) -> bytes:
    """Return a document for print as a PDF; `photos` may be drawn in it, by number the name of the file of each.

    It is PDF/UA-1, for people; with `attachments` it is PDF/A-3a, for the archive: tagged too, but the library writes
    no file that claims both. Raises ReportUnavailableError where the server cannot make one now.
    """
    typesetter = _library()
    with _one_at_a_time(), watched(html, watch):
        document = typesetter.document_of(html, photos or {})
        variant: dict[str, Any] = {"pdf_variant": "pdf/ua-1"}
        if attachments is not None:
            variant = {"pdf_variant": "pdf/a-3a", "attachments": attachments.embedded(typesetter.weasyprint)}
        try:
            return document.write_pdf(**variant, font_config=typesetter.fonts())
        except OSError as error:
            # A font that was cut off half-way would be taken for whole by the next report.
            typesetter.fonts.cache_clear()
            raise ReportUnavailableError(_("The server could not write the PDF: its disk may be full.")) from error


@cache
def can_draw() -> bool:
    """Say whether this server can make a PDF at all; asking for the first time takes a second."""
    try:
        _library()
    except ReportUnavailableError:
        return False
    return True


def _library() -> Any:
    """Return what sets type; loading it takes a second, so who needs no PDF never does."""
    try:
        from portal.roof.reports import typesetter
    except OSError as error:
        message = _("This server cannot make a PDF: the library Pango is missing.")
        raise ReportUnavailableError(message) from error
    return typesetter


def title_of(report: Report) -> str:
    """Return the report's title in the active language."""
    pattern = _("Annual report {window}") if report.is_one_year else _("Report {window}")
    return str(format_lazy(pattern, window=report.window))


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if not _RENDERING.acquire(timeout=WAIT_SECONDS):
        message = _("Another report is being made. Try again in a minute.")
        raise ReportUnavailableError(message)
    try:
        # The tree of boxes is large and holds few cycles: collecting during layout costs time and frees nothing.
        with without_collecting():
            yield
    finally:
        _RENDERING.release()


def _charts(report: Report) -> dict[str, list[Share]]:
    by_status = [(status.label, sum(activity.status == status for activity in report.activities)) for status in Status]
    groups = [(group.name, group.total) for group in report.participants.groups if group.total]
    sources = [(source.name, source.amount) for source in report.money.sources]
    return {
        "status": _shares([(label, count) for label, count in by_status if count]),
        "groups": _shares(sorted(groups, key=lambda item: -item[1])),
        "sources": _shares(sources, kind="money"),
    }


def _shares(rows: Sequence[tuple[Any, int | Decimal]], kind: str = "count") -> list[Share]:
    longest = max((value for _label, value in rows), default=1)
    return [Share(label, value, max(int(value / longest * 1000), 4), kind) for label, value in rows]
