"""How far an import is. It stands in a file: while rows are written, SQLite lets nobody write into the database."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.core.files.storage import default_storage

from activities.models import SheetImport

STALE_SECONDS = 60


def path_of(row: SheetImport) -> Path:
    """Return the file that says how far an import is."""
    return Path(default_storage.path(f"sheetimport/{row.pk}.progress"))


def tell(row: SheetImport, done: int, whole: int) -> None:
    """Write down how much of the work is done."""
    path = path_of(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written over in place, at one width: a file made anew each time costs a wait for the disk.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o644), "w") as file:
        file.write(f"{done * 100 // max(whole, 1):3}")


def percent(row: SheetImport) -> int:
    """Return how much of the work is done, in per cent."""
    try:
        return min(100, int(path_of(row).read_text()))
    except (OSError, ValueError):
        return 0


def is_stale(row: SheetImport) -> bool:
    """Say whether the work came to a halt: nothing was heard of it for a minute."""
    try:
        told = path_of(row).stat().st_mtime
    except OSError:
        told = row.asked_at.timestamp() if row.asked_at else 0
    return row.is_running and time.time() - told > STALE_SECONDS


def forget(row: SheetImport) -> None:
    """Remove the file once the work is over."""
    path_of(row).unlink(missing_ok=True)
