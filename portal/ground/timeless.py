"""Office files that are the same bytes each time they are written, so that a seal of them can be checked again."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

CORE = "docProps/core.xml"
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*(?=<)")


def timeless(content: bytes, on: dt.date) -> bytes:
    """Return an XLSX or DOCX file whose every date is `on`, the day of its data, not the moment of its writing.

    Raises zipfile.BadZipFile for anything else.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as written, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as settled:
        for member in written.infolist():
            part = written.read(member)
            if member.filename == CORE:
                part = _MOMENT.sub(rb"\g<1>%sT00:00:00Z" % on.isoformat().encode(), part)
            settled.writestr(_member(member.filename, on), part)
    return out.getvalue()


def _member(name: str, on: dt.date) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member
