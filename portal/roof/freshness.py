"""What was written last: the one thing on which all that is kept in memory depends."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from django.core.cache import caches
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.utils import timezone
from django.utils.translation import get_language

from portal.ground.compiled import Asked, asked_together
from portal.ground.models import AuditEntry

# A file's time is as exact as the system's clock tick; after this much no later write can carry the same one.
SETTLED_NS = 100_000_000
LAST_ENTRY = "SELECT max(id), 1 FROM portal_auditentry"
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

# After so many writes an answer is made anew rather than each write looked at.
MANY = 100
READ_ONLY = [AuditEntry.Verb.READ, AuditEntry.Verb.EXPORT]
# What else happens to a record may change all of it.
OF_COLUMNS = {AuditEntry.Verb.UPDATE, AuditEntry.Verb.TRANSITION}

Answer = TypeVar("Answer")
# The records of which an answer is made. Where not all of them counts, its columns and its parts are named as the audit
# names them: then a new record changes nothing but by the parts that it brings along.
Grounds = Mapping[type[models.Model], Collection[str] | None]
Written = tuple[str, str, dict[str, Any]]
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
    last, is_quiet = question_of_last_write().answer()[0]
    if stamp and time.time_ns() - max(changed for changed, _size, _file in stamp) > SETTLED_NS:
        _known.clear()
        _known[stamp] = (last,)
    return last, bool(is_quiet)


class _LastEntry(NamedTuple):
    """Asks for the number of the newest audit entry, and whether no write is under way that may have a lower one."""

    sql: str

    def made_of(self, found: list[Any]) -> list[Any]:
        return found


def question_of_last_write() -> Asked:
    """Return the question that `last_write` asks, for `asked_together`."""
    is_postgresql = connection.vendor == "postgresql"
    return Asked(_LastEntry(LAST_ENTRY_AND_QUIET if is_postgresql else LAST_ENTRY), (), connections[DEFAULT_DB_ALIAS])


def remembered(name: str, make: Callable[[], Answer]) -> Answer:
    """Return what `make` answers, from memory where nothing was written since it answered in this language, today.

    `name` says of what and for whom: what one reader is told is never another's.
    """
    return Memory().get(f"{name}:{get_language()}", make)


class Part(NamedTuple):
    """One answer that is kept in memory: see `Memory.get`. `questions` are those that `make` is going to ask."""

    name: str
    make: Callable[[], Any]
    grounds: Grounds | None = None
    questions: Callable[[], Iterable[Asked | None]] = list


class Memory:
    """What is kept in memory, looked at after what was written last."""

    def __init__(self) -> None:
        self.day, self.kept = timezone.localdate(), caches["overviews"]
        self._seen: tuple[int | None, bool] | None = None
        # The writes after an entry, by its number.
        self._written: dict[int | None, list[Written] | None] = {}

    def get(self, name: str, make: Callable[[], Answer], grounds: Grounds | None = None) -> Answer:
        """Return what `make` answers, from memory where nothing was written since that could change the answer, today.

        `grounds` tells of which records it is made; without them every write counts. `name` says of what, for whom
        and in which language.
        """
        return self.get_all([Part(name, make, grounds)])[0]

    def get_all(self, parts: Sequence[Part]) -> list[Any]:
        """Return each part as `get` does; what has to be made anew is asked of the database together."""
        found = [self._recalled(part) for part in parts]
        anew = [part for part, answer in zip(parts, found, strict=True) if answer is None]
        ahead = [question_of_last_write()] if anew and not self._seen else []
        with asked_together([*ahead, *(question for part in anew for question in part.questions())]):
            return [
                self._made(part) if answer is None else answer[0] for part, answer in zip(parts, found, strict=True)
            ]

    def _look(self) -> tuple[int | None, bool]:
        """Return what `last_write` says, asked once."""
        if self._seen is None:
            self._seen = last_write()
        return self._seen

    def _recalled(self, part: Part) -> tuple[Any] | None:
        found = self.kept.get(part.name)
        if found is not None:
            last, its_day, answer = found
            is_of_today = its_day == self.day
            if is_of_today and (last == self._look()[0] or (part.grounds and not self._concerns(part.grounds, last))):
                return (answer,)
        return None

    def _made(self, part: Part) -> Any:
        # Asked before it is made: a write that comes between makes it anew.
        last, may_keep = self._look()
        answer = part.make()
        if may_keep:
            self.kept.set(part.name, (last, self.day, answer), SECONDS)
        return answer

    def _concerns(self, grounds: Grounds, since: int | None) -> bool:
        """Say whether something was written after the entry `since` that an answer is made of."""
        if since not in self._written:
            self._written[since] = _written_after(since)
        written = self._written[since]
        known = {model._meta.label_lower: model for model in grounds}
        return written is None or any(
            target in known and _matters(known[target], verb, changes, grounds[known[target]])
            for target, verb, changes in written
        )


def _written_after(since: int | None) -> list[Written] | None:
    """Return what was written after an entry; None where it is more than to be looked through."""
    entries = AuditEntry.objects.exclude(verb__in=READ_ONLY).order_by("pk")
    if since is not None:
        entries = entries.filter(pk__gt=since)
    found = list(entries.values_list("target_type", "verb", "changes")[: MANY + 1])
    return found if len(found) <= MANY else None


def _matters(model: type[models.Model], verb: str, changes: Mapping[str, Any], names: Collection[str] | None) -> bool:
    """Say whether a write of a record changes what is made of some of its columns and parts; None: of all of it."""
    if names is None:
        return True
    if verb == AuditEntry.Verb.CREATE:
        own = {field.attname for field in model._meta.concrete_fields}
        return any(changes.get(name) for name in names if name not in own)
    return verb not in OF_COLUMNS or not changes or not changes.keys().isdisjoint(names)


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
