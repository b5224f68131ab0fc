"""Taking a voucher list along: written out, named and recorded in the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from partnerships.access import require
from partnerships.models import Partnership, Role
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.spreadsheets import XLSX_TYPE
from portal.roof.reports.vouchers import VoucherList
from portal.roof.reports.vouchers_archive import archive_of, check_size
from portal.roof.reports.vouchers_document import parts_of, voucher_pdf
from portal.roof.reports.vouchers_sheet import xlsx_of

# What the file is called. An address bar or a mail keeps ASCII whole, so that Arabic has both.
NAMES = {"nl": "bewijsstukken", "fr": "pieces-justificatives", "en": "vouchers", "ar": "وثائق-الإثبات"}
IN_ASCII = {"ar": "wathaiq-al-ithbat"}
TYPES = {"xlsx": XLSX_TYPE, "pdf": "application/pdf", "zip": "application/zip"}


@dataclass(frozen=True)
class ExportedVouchers:
    """A finished list, or the pieces of one that is made while it is sent, and what its file is called."""

    content: bytes | Iterator[bytes]
    content_type: str
    ascii_name: str
    name: str


def export_vouchers(
    partnership: Partnership, vouchers: VoucherList, *, kind: str, language: str, part: int = 1, actor: User
) -> ExportedVouchers:
    """Return the list as `xlsx`, as `pdf` (one part of it) or as `zip` with its files. Any member may have it.

    Raises PermissionDenied, ValidationError for an archive that is too large, and ReportUnavailableError.
    """
    require(actor, Role.VIEWER, partnership)
    ascii_name, name = _names(vouchers, kind, language, part)
    content = _content(vouchers, kind, language, part, ascii_name)
    told = {
        "kind": kind,
        "language": language,
        "source": vouchers.source_slug,
        "starts_on": vouchers.starts_on.isoformat(),
        "ends_on": vouchers.ends_on.isoformat(),
        "rows": len(vouchers.rows),
    }
    audit.record(
        partnership,
        actor=actor,
        verb=AuditEntry.Verb.EXPORT,
        changes={key: [None, value] for key, value in told.items()},
    )
    return ExportedVouchers(content, TYPES[kind], ascii_name, name)


def _content(vouchers: VoucherList, kind: str, language: str, part: int, name: str) -> bytes | Iterator[bytes]:
    if kind == "pdf":
        return voucher_pdf(vouchers, language, part)
    if kind == "xlsx":
        return xlsx_of(vouchers, language)
    check_size(vouchers)
    sheet_name = name.removesuffix(".zip") + ".xlsx"
    return archive_of(vouchers, language=language, sheet=xlsx_of(vouchers, language), sheet_name=sheet_name)


def _names(vouchers: VoucherList, kind: str, language: str, part: int) -> tuple[str, str]:
    """Return the names of the file: (in ASCII, in the letters of its language)."""
    starts_on, ends_on = vouchers.starts_on, vouchers.ends_on
    whole_year = (starts_on.month, starts_on.day, ends_on.month, ends_on.day) == (1, 1, 12, 31)
    if whole_year:
        window = f"{starts_on.year}" if starts_on.year == ends_on.year else f"{starts_on.year}-{ends_on.year}"
    else:
        window = f"{starts_on}-{ends_on}"
    piece = f"-{part}" if kind == "pdf" and parts_of(vouchers) > 1 else ""
    tail = f"{vouchers.partnership_slug}-{vouchers.source_slug}-{window}{piece}.{kind}"
    return f"{IN_ASCII.get(language, NAMES[language])}-{tail}", f"{NAMES[language]}-{tail}"
