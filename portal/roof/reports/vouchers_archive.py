"""The files of a voucher list in one archive, sent while it is made: no file is held in memory or written twice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence

from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext as _

from portal.ground.dates import format_date
from portal.ground.money import format_amount
from portal.roof.reports.vouchers import Row, VoucherList
from portal.roof.reports.vouchers_papers import FileState, Paper

MAX_BYTES = 2 * 1024**3
CHUNK = 256 * 1024
# What the text of the missing files is called; ASCII, so that no system changes it on the way.
MISSING_NAMES = {"nl": "ontbrekend.txt", "fr": "manquants.txt", "en": "missing.txt", "ar": "missing.txt"}

Gap = tuple[Row, Paper | None]


def check_size(vouchers: VoucherList) -> None:
    """Raise ValidationError where the files come to more than `MAX_BYTES`: a download that long would break off."""
    size = sum(paper.size for row in vouchers.rows for paper in row.papers if paper.has_file)
    if size > MAX_BYTES:
        raise ValidationError(
            _("The files of this list come to %(size)s, and an archive holds %(limit)s: choose a shorter period.")
            % {"size": filesizeformat(size), "limit": filesizeformat(MAX_BYTES)}
        )


def archive_of(vouchers: VoucherList, *, language: str, sheet: bytes, sheet_name: str) -> Iterator[bytes]:
    """Yield a ZIP archive: the list itself, the files under the names that it tells, and what is missing.

    A file that goes while the archive is made is told as missing too.
    """
    outlet = _Outlet()
    gaps: list[Gap] = [(row, None) for row in vouchers.rows if not row.papers]
    with zipfile.ZipFile(outlet, "w") as archive:
        archive.writestr(_member(sheet_name, vouchers), sheet)
        yield outlet.take()
        for row in vouchers.rows:
            for paper in row.papers:
                file = _opened(paper)
                if file is None:
                    gaps.append((row, paper))
                    continue
                with file, archive.open(_member(paper.name, vouchers), "w") as target:
                    while chunk := file.read(CHUNK):
                        target.write(chunk)
                        yield outlet.take()
        if gaps:
            archive.writestr(_member(MISSING_NAMES[language], vouchers), _told(gaps, language))
    yield outlet.take()


class _Outlet(io.RawIOBase):
    """Takes what is written and gives it away piece by piece; it cannot turn back, and the archive knows."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def _member(name: str, vouchers: VoucherList) -> zipfile.ZipInfo:
    # The day of the list, so that the same list gives the same archive; readable for who unpacks it.
    member = zipfile.ZipInfo(name, (*vouchers.made_on.timetuple()[:3], 0, 0, 0))
    member.external_attr = 0o644 << 16
    return member


def _opened(paper: Paper) -> File | None:
    if not paper.has_file:
        return None
    try:
        return default_storage.open(paper.file)
    except (OSError, ValueError, SuspiciousFileOperation):
        return None


def _told(gaps: Sequence[Gap], language: str) -> bytes:
    """Return the text of what is missing, row by row; its first bytes tell old editors that it is Unicode."""
    with translation.override(language):
        lines = [_("These vouchers have no file in this archive:"), ""]
        lines += [_line(row, paper, language) for row, paper in sorted(gaps, key=lambda gap: gap[0].number)]
    return "\r\n".join([*lines, ""]).encode("utf-8-sig")


def _line(row: Row, paper: Paper | None, language: str) -> str:
    if paper is None:
        known, state = "", _("no voucher")
    else:
        known = " ".join(part for part in (paper.number, paper.supplier) if part)
        state = str(FileState.LOST.label if paper.has_file else paper.state.label)
    parts = [format_date(row.date), row.what.best(language)[1], format_amount(row.amount), known, state]
    return f"{row.number}. " + " | ".join(part for part in parts if part)
