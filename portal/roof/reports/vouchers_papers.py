"""The papers behind a voucher list: what is known of each, whether its file is there, and its name in the archive."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import PurePosixPath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.models import Expenditure, Voucher
from portal.roof.reports.words import printable

SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg"}
KNOWN_SUFFIXES = {".pdf", ".jpg", ".jpeg", ".png", ".webp"}
PART_LENGTH = 40


class FileState(models.TextChoices):
    """Whether the file of a paper can be shown."""

    PRESENT = "present", _("present")
    NOT_SCANNED = "not_scanned", _("not scanned yet")
    LOST = "lost", _("file not found")


@dataclass(frozen=True)
class Paper:
    """One voucher of a row; `name` is that of its file in the archive, empty where there is none.

    `total` is what the voucher comes to in all, in euro, where several expenditures share it.
    """

    pk: int
    number: str
    dated_on: dt.date | None
    supplier: str
    total: Decimal | None
    file: str
    size: int
    content_type: str
    state: FileState
    name: str = ""

    @property
    def has_file(self) -> bool:
        """Whether the file is there."""
        return self.state == FileState.PRESENT

    def under(self, number: int, place: int, width: int) -> Paper:
        """Return the paper with its name in the archive: number of the row in `width` digits, number, supplier.

        The second and further papers of a row carry their place, so that no two names are the same.
        """
        if not self.has_file:
            return self
        first = f"{number:0{width}}" + (f"-{place}" if place > 1 else "")
        parts = [first, _in_ascii(self.number), _in_ascii(self.supplier)]
        return replace(self, name="_".join(part for part in parts if part) + self._suffix)

    @property
    def _suffix(self) -> str:
        stored = PurePosixPath(self.file).suffix.lower()
        return SUFFIXES.get(self.content_type) or (stored if stored in KNOWN_SUFFIXES else "")


def _in_ascii(text: str) -> str:
    """Return what of a text may stand in the name of a file on any system: letters, digits, points and dashes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain)[:PART_LENGTH].strip("-.")


COLUMNS = ("pk", "number", "dated_on", "supplier", "total", "file", "size", "content_type")


def papers_of(expenditures: QuerySet[Expenditure]) -> dict[int, list[Paper]]:
    """Return the papers of each expenditure, by its number, in the order in which they were added. One query."""
    found = Voucher.objects.filter(expenditure__in=expenditures.order_by().values("pk"))
    papers: dict[int, list[Paper]] = defaultdict(list)
    for value in found.order_by("pk").values("expenditure_id", *COLUMNS):
        expenditure = value.pop("expenditure_id")
        value |= {name: printable(value[name]) for name in ("number", "supplier")}
        papers[expenditure].append(Paper(**value, state=_state_of(value["file"])))
    return papers


def _state_of(file: str) -> FileState:
    if not file:
        return FileState.NOT_SCANNED
    try:
        return FileState.PRESENT if default_storage.exists(file) else FileState.LOST
    except (SuspiciousFileOperation, ValueError):
        return FileState.LOST
