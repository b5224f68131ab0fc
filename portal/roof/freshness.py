"""What was written last: the one thing on which all that is kept in memory depends."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.core.cache import caches
from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language

# A file's time is as exact as the system's clock tick; after this much no later write can carry the same one.
SETTLED_NS = 100_000_000
LAST_ENTRY = "SELECT max(id) FROM portal_auditentry"
# A write that is not finished may have a lower number than one that is, so nothing is kept before it is. Whoever has
# a number holds this lock on the table until the end. (A snapshot tells of no transaction that began after the last
# one that ended, and such a one may have the lower number too.)
LAST_ENTRY_AND_QUIET = (
    "SELECT (SELECT max(id) FROM portal_auditentry), NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'relation'"
    " AND mode = 'RowExclusiveLock' AND relation = 'portal_auditentry'::regclass"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)

# Nothing should need it; it bounds what a write past the services would leave behind.
SECONDS = 600

Answer = TypeVar("Answer")
Stamp = tuple[tuple[int, int, int], ...]
# One entry at most: the stamp under which the database was asked last, and its answer.
_known: dict[Stamp, tuple[int | None]] = {}


def last_write() -> tuple[int | None, bool]:
    """Return the number of the newest audit entry, and whether a page that is made now may be kept under it.

    Every write leaves an audit entry, so two pages that were made under the same number say the same. SQLite's files
    tell whether anything was written at all, and opening the database for that alone would take longer than the page.
    """
    stamp = _stamp()
    known = _known.get(stamp)
    if known:
        return known[0], True
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(LAST_ENTRY_AND_QUIET if is_postgresql else LAST_ENTRY)
        found: tuple[Any, ...] = cursor.fetchone()
    if stamp and time.time_ns() - max(changed for changed, _size, _file in stamp) > SETTLED_NS:
        _known.clear()
        _known[stamp] = (found[0],)
    return found[0], bool(found[1]) if is_postgresql else True


def remembered(name: str, make: Callable[[], Answer]) -> Answer:
    """Return what `make` answers, from memory where nothing was written since it answered in this language, today.

    `name` says of what and for whom: what one reader is told is never another's.
    """
    last, may_keep = last_write()
    name, state = f"{name}:{get_language()}", (last, timezone.localdate())
    kept = caches["overviews"].get(name)
    if kept is not None and kept[0] == state:
        return kept[1]
    answer = make()
    if may_keep:
        caches["overviews"].set(name, (state, answer), SECONDS)
    return answer


def _stamp() -> Stamp:
    """Return when SQLite's files changed and how long they are; nothing where the files do not say what is read."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return ()
    path = str(connection.settings_dict["NAME"])
    stamps = []
    for name in (path, f"{path}-wal"):
        try:
            found = Path(name).stat()
        except OSError:
            continue
        stamps.append((found.st_mtime_ns, found.st_size, found.st_ino))
    return tuple(stamps)
