"""Files within a PDF, as an archive keeps a report together with what it was made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Attached:
    """A file within the PDF: its name in ASCII, what it is in words, and what it is to the pages.

    `relationship` is one of ISO 19005-3, annex E: Source, Data, Supplement …
    """

    name: str
    title: str
    content: bytes
    relationship: str


@dataclass(frozen=True)
class Attachments:
    """What a PDF carries along, in the order of the names, with the day that all of it tells of."""

    on: dt.date
    files: tuple[Attached, ...]

    def embedded(self, weasyprint: Any) -> list[Any]:
        """Return the files as WeasyPrint takes them; none tells of the moment at which it is written."""
        day = dt.datetime.combine(self.on, dt.time())
        return [
            weasyprint.Attachment(
                string=file.content,
                name=file.name,
                description=file.title,
                created=day,
                modified=day,
                relationship=file.relationship,
            )
            for file in self.files
        ]
