"""Erasing what was kept as long as was agreed, and what somebody asks to be forgotten; all of it is in a register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import models, transaction
from django.utils import timezone

from activities.services.photos import erase_unasked, unasked_photos
from beneficiaries.models import Learner
from beneficiaries.services.erasing import (
    Erased,
    erase_note,
    erase_words,
    erased_codes_before,
    learners_at_rest,
    notes_at_rest,
    words_at_rest,
)
from portal.ground import audit
from portal.ground.letters import old_letters
from portal.ground.models import User
from portal.ground.once import old_keys
from portal.roof.models import Erasure, RetentionRule
from portal.roof.models.retention import Kind
from portal.roof.privacy.accounts import accounts_at_rest, erase_account
from portal.roof.privacy.learners import erase_learner_everywhere
from portal.roof.privacy.periods import propose
from portal.roof.reports.jobs import drop_files_of, files_before

Rows = models.QuerySet[Any]
BATCH = 500


@dataclass(frozen=True)
class Way:
    """How one kind is erased: `at_rest(before)` are the rows, `erase(rows, on)` forgets them."""

    at_rest: Callable[[dt.date], Rows]
    erase: Callable[[Rows, dt.date], Erased]


def _each(erase: Callable[[Any, dt.date], Erased]) -> Callable[[Rows, dt.date], Erased]:
    return lambda rows, on: sum((erase(row, on) for row in list(rows)), Erased())


def _delete(rows: Rows, _on: dt.date) -> Erased:
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        rows.model._default_manager.filter(pk__in=keys[start : start + BATCH]).delete()
    return Erased(len(keys))


def _photo(row: Any, on: dt.date) -> Erased:
    erase_unasked(row, on=on)
    return Erased(1)


def _reports(before: dt.date) -> Rows:
    return files_before(timezone.make_aware(dt.datetime.combine(before, dt.time())))


def _trail(rows: Rows, _on: dt.date) -> Erased:
    count = audit.empty(rows.values_list("pk", flat=True), at=timezone.now())
    return Erased(count, count)


WAYS: dict[Kind, Way] = {
    Kind.LEARNERS: Way(learners_at_rest, _each(lambda row, on: erase_learner_everywhere(row, actor=None, on=on))),
    Kind.CODES: Way(erased_codes_before, _delete),
    Kind.NOTES: Way(notes_at_rest, _each(lambda row, _on: erase_note(row))),
    Kind.WORDS: Way(words_at_rest, lambda rows, _on: erase_words(rows)),
    Kind.PHOTOS: Way(unasked_photos, _each(_photo)),
    Kind.ACCOUNTS: Way(accounts_at_rest, _each(lambda row, on: erase_account(row, actor=None, on=on))),
    Kind.TRAIL: Way(audit.old_entries, _trail),
    Kind.REPORTS: Way(_reports, lambda rows, _on: Erased(drop_files_of(rows))),
    Kind.LETTERS: Way(old_letters, _delete),
    Kind.KEYS: Way(old_keys, _delete),
}


def expired(rule: RetentionRule, on: dt.date) -> Rows:
    """Return the rows of a kind that were kept as long as its rule says."""
    return WAYS[Kind(rule.kind)].at_rest(rule.limit(on))


def erase_expired(on: dt.date) -> list[Erasure]:
    """Erase what every rule that is applied no longer keeps, each in a transaction, and return the register's rows.

    A rule that finds nothing leaves no row.
    """
    propose()
    done = (_erase_by(rule, on) for rule in RetentionRule.objects.filter(is_on=True))
    return [row for row in done if row is not None]


@transaction.atomic
def _erase_by(rule: RetentionRule, on: dt.date) -> Erasure | None:
    erased = WAYS[Kind(rule.kind)].erase(expired(rule, on), on)
    if not erased.records:
        return None
    return _note(rule.kind, erased, cause=Erasure.Cause.PERIOD, actor=None, months=rule.months)


def erase_once_a_day(on: dt.date) -> list[Erasure]:
    """Erase what is no longer kept, unless it was done on this day already: the background process asks often."""
    if not cache.add(f"erased:{on.isoformat()}", 1, timeout=2 * 24 * 3600):
        return []
    return erase_expired(on)


@transaction.atomic
def forget_learner(learner: Learner, *, actor: User | None, on: dt.date) -> Erasure | None:
    """Forget a learner who asked for it; sent twice it is done and noted once. Raises PermissionDenied.

    `actor` is an officer of the partnership, or None for a command on the server.
    """
    erased = erase_learner_everywhere(learner, actor=actor, on=on)
    if not erased.records:
        return None
    # A page that was kept ready may still hold the code.
    transaction.on_commit(cache.clear)
    return _note(Kind.LEARNERS, erased, cause=Erasure.Cause.REQUEST, actor=actor)


@transaction.atomic
def forget_account(user: User, *, actor: User | None, on: dt.date) -> Erasure | None:
    """Forget whose account it is; sent twice it is done and noted once. Raises PermissionDenied or ValidationError.

    `actor` is an administrator, or None for a command on the server.
    """
    erased = erase_account(user, actor=actor, on=on)
    if not erased.records:
        return None
    transaction.on_commit(cache.clear)
    return _note(Kind.ACCOUNTS, erased, cause=Erasure.Cause.REQUEST, actor=actor)


def _note(kind: str, erased: Erased, *, cause: str, actor: User | None, months: int | None = None) -> Erasure:
    return Erasure.objects.create(
        kind=kind, cause=cause, months=months, records=erased.records, entries=erased.entries, erased_by=actor
    )
