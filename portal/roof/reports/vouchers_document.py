"""A voucher list as a document for print: wide pages, in one language, in parts where it is long."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation

from portal.roof.reports.render import pdf_of
from portal.roof.reports.vouchers import Extract, VoucherList
from portal.roof.reports.words import RIGHT_TO_LEFT, has_signs

# Laying out a row takes a hundredth of a second, more on a busy machine: this many are ready before anybody gives up.
ROWS_IN_PDF = 500


@dataclass(frozen=True)
class Part:
    """One of the documents that make up a list: its number, how many there are, and the rows it holds."""

    number: int
    count: int
    extract: Extract

    @property
    def is_first(self) -> bool:
        """Whether nothing is brought forward."""
        return self.number == 1

    @property
    def is_last(self) -> bool:
        """Whether nothing is carried on."""
        return self.number == self.count


def parts_of(vouchers: VoucherList, size: int = ROWS_IN_PDF) -> int:
    """Return in how many parts of `size` rows a list comes, at least one."""
    return max(1, -(-len(vouchers.rows) // size))


def part_of(vouchers: VoucherList, number: int, size: int = ROWS_IN_PDF) -> Part:
    """Return a part of a list by its number, or the last where there are fewer."""
    count = parts_of(vouchers, size)
    number = min(max(number, 1), count)
    return Part(number, count, vouchers.extract((number - 1) * size + 1, number * size))


def html_of(vouchers: VoucherList, language: str, part: int = 1) -> str:
    """Return a part of the list as one HTML document for print."""
    with translation.override(language):
        context = {
            "vouchers": vouchers,
            "part": part_of(vouchers, part),
            "language": language,
            "mirrored": language in RIGHT_TO_LEFT,
        }
        html = render_to_string("report/voucher_list.html", context)
        return render_to_string("report/voucher_list.html", context | {"has_signs": True}) if has_signs(html) else html


def voucher_pdf(vouchers: VoucherList, language: str, part: int = 1) -> bytes:
    """Return a part of the list as tagged PDF. Raises ReportUnavailableError where none can be made now."""
    return pdf_of(html_of(vouchers, language, part))
