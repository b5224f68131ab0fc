"""What the archive edition of a frozen report carries along: its data, its tables, and its vouchers if chosen.

All of it is made of what the edition may tell, so that an attachment gives nothing away that the pages keep.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from activities.models import Expenditure, Voucher
from portal.ground.spreadsheets import write_csv
from portal.roof.models import Snapshot
from portal.roof.reports.attachments import Attached, Attachments
from portal.roof.reports.book import sheets_of, write_book
from portal.roof.reports.frozen import dumps
from portal.roof.reports.render import ReportUnavailableError
from portal.roof.reports.sections import Report
from portal.roof.reports.sheet import Sheet
from portal.roof.reports.snapshots import report_of
from portal.roof.reports.vouchers_papers import FileState, Paper, papers_of

# They are held in memory while the PDF is written; more of them are taken along in the archive of the voucher list.
MAX_VOUCHER_BYTES = 64 * 1024**2
# What the pages were made of, their figures, and papers beside them.
SOURCE, DATA, SUPPLEMENT = "Source", "Data", "Supplement"


def attachments_of(told: Report, language: str, *, row: Snapshot, with_vouchers: bool = False) -> Attachments:
    """Return what the archive of a frozen report carries along, in a language.

    `told` is what the edition may tell of what the report still shows (see `withdrawals`). Raises
    ReportUnavailableError where the vouchers are too much for one file.
    """
    with translation.override(language):
        files = [_data(told, row)]
        files.append(Attached("tables.xlsx", _("The tables of the report"), write_book(told, language), DATA))
        files += _tables([sheet for sheet in sheets_of(told) if sheet.rows])
        papers = _papers(told, row) if with_vouchers else []
        files += _vouchers(papers)
        files.append(_contents(files, papers))
    prefix = "demonstration-" if told.is_demonstration else ""
    named = (replace(file, name=f"{prefix}{file.name}") for file in files)
    # A reader looks attachments up by halves of their names, which must stand in order.
    return Attachments(row.taken_on, tuple(sorted(named, key=lambda file: file.name)))


def _data(told: Report, row: Snapshot) -> Attached:
    """Return the frozen data: the very bytes that the SHA-256 of the register seals, where nothing is kept back."""
    if told == report_of(row):
        title = _("The frozen data; their SHA-256 stands in the register of reports")
        return Attached("data.json", title, row.data.encode(), SOURCE)
    title = _("The frozen data, as far as this edition may tell them")
    return Attached("data.json", title, dumps(told).encode(), SOURCE)


def _tables(sheets: Sequence[Sheet]) -> Iterator[Attached]:
    for number, sheet in enumerate(sheets, 1):
        parts = filter(None, ["table", f"{number:02}", slugify(sheet.title)])
        content = write_csv([str(heading) for heading in sheet.headings], sheet.rows)
        yield Attached(f"{'-'.join(parts)}.csv", sheet.title, content, DATA)


def _papers(told: Report, row: Snapshot) -> list[Paper]:
    """Return the vouchers of the report's expenses as they were when it was frozen.

    None of a place that must not be found: an invoice bears the address.
    """
    numbers = {expense.pk: expense.number for expense in told.money.expenses}
    rows = Expenditure.objects.filter(pk__in=numbers).exclude(activity__place__is_confidential=True)
    found = papers_of(rows)
    there = set(Voucher.objects.filter(expenditure__in=rows, added_at__lte=row.taken_at).values_list("pk", flat=True))
    width = len(str(max(numbers.values(), default=0)))
    return [
        paper.under(numbers[pk], place, width)
        for pk in sorted(found, key=lambda pk: numbers[pk])
        for place, paper in enumerate((paper for paper in found[pk] if paper.pk in there), 1)
    ]


def _vouchers(papers: Sequence[Paper]) -> Iterator[Attached]:
    if sum(paper.size for paper in papers if paper.has_file) > MAX_VOUCHER_BYTES:
        sentence = _("The vouchers come to more than %(limit)s MB: take them along in the list of vouchers.")
        raise ReportUnavailableError(sentence % {"limit": MAX_VOUCHER_BYTES // 1024**2})
    for paper in papers:
        if paper.has_file:
            with default_storage.open(paper.file) as file:
                title = " ".join(filter(None, [_("Voucher"), paper.number, paper.supplier]))
                yield Attached(f"voucher-{paper.name}", title, file.read(), SUPPLEMENT)


def _contents(files: Sequence[Attached], papers: Sequence[Paper]) -> Attached:
    """Return the list of what is attached, with the SHA-256 of each, and of the vouchers that are not there."""
    rows = [
        [file.name, file.title, len(file.content), hashlib.sha256(file.content).hexdigest()]
        for file in sorted(files, key=lambda file: file.name)
    ]
    missing = [paper for paper in papers if not paper.has_file]
    rows += [["", f"{_('Voucher')} {paper.number}", FileState(paper.state).label, ""] for paper in missing]
    headings = [_("File"), _("What it holds"), _("Size in bytes"), _("SHA-256")]
    title = _("What is attached, with the SHA-256 of each file")
    return Attached("contents.csv", title, write_csv(headings, rows), SUPPLEMENT)
