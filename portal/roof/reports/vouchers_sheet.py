"""A voucher list as a spreadsheet: one row for each expenditure, then its sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from portal.ground.spreadsheets import write_xlsx
from portal.ground.wording import listed
from portal.roof.reports.vouchers import Row, VoucherList
from portal.roof.reports.vouchers_papers import Paper
from portal.roof.reports.words import Words

DASH = " – "
WHAT, EURO = 2, 15


def xlsx_of(vouchers: VoucherList, language: str) -> bytes:
    """Return the list as XLSX: numbers as numbers, dates as dates."""
    with translation.override(language):
        return write_xlsx(_headings(), _lines(vouchers, language))


def _headings() -> list[str]:
    return [
        *(_("No."), _("Date"), _("What was paid"), _("Activity"), _("Cost heading"), _("Spent by the")),
        *(_("Voucher"), _("Date of the voucher"), _("Supplier"), _("Total of the voucher"), _("File"), _("Missing")),
        *(_("Original amount"), _("Currency"), _("Rate"), _("Amount in euro"), _("Judgement"), _("Reason")),
        _("Corrects"),
    ]


def _lines(vouchers: VoucherList, language: str) -> Iterator[list[Any]]:
    for group in vouchers.groups:
        yield from (_line(row, language) for row in group.rows)
    yield []
    if len(vouchers.sums) > 1:
        for item in vouchers.sums:
            name = item.title.best(language)[1] or _("Without heading")
            yield _sum(f"{DASH if item.level > 1 else ''}{name}", item.amount)
    yield _sum(_("Total"), vouchers.total)
    if vouchers.exchange:
        yield _sum(_("of which rounding of dirham to the cent"), vouchers.exchange.rounding)
    if vouchers.rejected:
        yield []
        yield [None, None, _("Rejected: not borne by this source")]
        yield from (_line(row, language) for row in vouchers.rejected)
        yield _sum(_("Rejected in all"), vouchers.rejected_total)
    yield []
    yield [None, None, f"{vouchers.partnership.best(language)[1]}, {vouchers.source.best(language)[1]}"]
    yield [None, None, str(vouchers.window)]
    if vouchers.is_demonstration:
        yield [None, None, _("DEMONSTRATION – invented figures")]


def _sum(label: str, amount: Any) -> list[Any]:
    return [None] * WHAT + [label] + [None] * (EURO - WHAT - 1) + [amount]


def _line(row: Row, language: str) -> list[Any]:
    papers = row.papers
    return [
        *(row.number, row.date, row.what.best(language)[1], row.activity.best(language)[1]),
        *(_path(row.heading, language), str(row.spender.label)),
        *(listed(paper.number for paper in papers), _dates(papers), listed(paper.supplier for paper in papers)),
        *(papers[0].total if len(papers) == 1 else None, listed(paper.name for paper in papers), _gaps(papers)),
        *(row.original_amount, row.currency, row.rate, row.amount),
        *(row.decision_label, row.reason.best(language)[1], str(row.corrects or "")),
    ]


def _path(titles: Iterable[Words], language: str) -> str:
    return DASH.join(title.best(language)[1] for title in titles)


def _dates(papers: tuple[Paper, ...]) -> Any:
    if len(papers) == 1:
        return papers[0].dated_on
    return listed(paper.dated_on.isoformat() for paper in papers if paper.dated_on)


def _gaps(papers: tuple[Paper, ...]) -> str:
    if not papers:
        return _("no voucher")
    return listed(dict.fromkeys(str(paper.state.label) for paper in papers if not paper.has_file))
