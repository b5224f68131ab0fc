"""What is told otherwise in one report than in another: one comparison for every part that a report has.

Rows of a list are the same row where they have the same number or slug, else the same name; how a difference is
called stands in change_labels.py. Nothing is compared but what both reports tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import Sex
from portal.roof.overviews.finance.sums import HeadingLine, Source
from portal.roof.reports.change_labels import LABELS, NAMELESS, NEVER_TOLD, PASSED_OVER, label_of
from portal.roof.reports.counts import Band, GroupTable, Participants
from portal.roof.reports.editions import cells_of
from portal.roof.reports.sections import Report
from portal.roof.reports.words import When, Words

# By what a row of a list is known: its number where it has one, else the first of these, be it empty.
IDENTITY = ("title", "name", "group", "purpose", "reference", "source", "activity", "criterion", "outcome", "year")
# What a row is called, on which day it was, and what it amounts to.
NAMES = (
    "title",
    "name",
    "group",
    "what",
    "reference",
    "purpose",
    "caption",
    "source",
    "activity",
    "criterion",
    "outcome",
    "year",
)
DAYS = ("when", "date", "sent_on")
WORTH = ("amount", "sent", "count", "text", "summary", "number")


class Kind(models.TextChoices):
    """What became of something since the report before."""

    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    REMOVED = "removed", _("removed")


@dataclass(frozen=True)
class People:
    """Of whom a count is: None is a sex or an age band that may not be told."""

    sex: Sex | None
    band: Band


@dataclass(frozen=True)
class Difference:
    """One thing that is told otherwise. `where` leads to it, the section first; `name` is the field it is in."""

    where: tuple[Any, ...]
    name: str
    kind: Kind
    old: Any
    new: Any


def differences(old: Report, new: Report) -> tuple[Difference, ...]:
    """Return what is told otherwise in the new report, in its order."""
    return tuple(_compared(old, new, (), ""))


def key_of(row: Any) -> Any:
    """Return by what a row of a list is known among its like; one that has no name is known by all that it says."""
    for name in ("pk", "slug"):
        if getattr(row, name, None):
            return getattr(row, name)
    return next((getattr(row, name) for name in IDENTITY if hasattr(row, name)), repr(row))


def _compared(old: Any, new: Any, where: tuple[Any, ...], name: str) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, Participants) and isinstance(new, Participants):
        yield from _people(old, new, where)
    elif _holds_fields(old) and type(old) is type(new):
        yield from _fields(old, new, where, name)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            was, now = (side.get(key, type(next(iter((old or new).values())))()) for side in (old, new))
            yield from _compared(was, now, (*where, str(key)), name)
    elif isinstance(old, tuple) and any(map(_holds_fields, (*old, *new))):
        yield from _rows(old, new, where, name)
    else:
        yield Difference(where, name, Kind.CHANGED, old, new)


def _holds_fields(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, Words | When)


def _fields(old: Any, new: Any, where: tuple[Any, ...], name: str) -> Iterator[Difference]:
    passed = PASSED_OVER.get(type(new), frozenset()) | NEVER_TOLD
    unnamed = False
    for item in fields(new):
        was, now = getattr(old, item.name), getattr(new, item.name)
        if item.name in passed or was == now:
            continue
        if item.name in NAMELESS:
            yield from _compared(was, now, where, item.name)
        elif label := label_of(type(new), item.name):
            yield from _compared(was, now, (*where, label), item.name)
        else:
            unnamed = True
    if unnamed:
        yield Difference(where, name, Kind.CHANGED, None, None)


def _rows(old: Iterable[Any], new: Iterable[Any], where: tuple[Any, ...], name: str) -> Iterator[Difference]:
    olds, news = _keyed(old), _keyed(new)
    for key, row in news.items():
        if key in olds:
            yield from _compared(olds[key], row, (*where, *name_of(row)), name)
        else:
            yield Difference((*where, *name_of(row)), name, Kind.ADDED, None, row)
    for key, row in olds.items():
        if key not in news:
            yield Difference((*where, *name_of(row)), name, Kind.REMOVED, row, None)


def _keyed(rows: Iterable[Any]) -> dict[Any, Any]:
    """Return rows by what they are known by; of those with one name the first, the second … are the same."""
    seen: Counter[Any] = Counter()
    found = {}
    for row in rows:
        key = key_of(row)
        seen[key] += 1
        found[key, seen[key]] = row
    return found


def name_of(row: Any) -> tuple[Any, ...]:
    """Return what a row of a list is called: its name, and its day where many have the same name or none."""
    names = [getattr(row, name, None) for name in NAMES]
    days = [getattr(row, name, None) for name in DAYS]
    found = next((name for name in names if name), None)
    if isinstance(found, Source):
        found = found.name
    if isinstance(found, int):  # a year: not a count, and written without a mark between its thousands
        found = str(found)
    if isinstance(row, HeadingLine) and row.heading is None:
        found = _("Without a heading")
    day = next((day for day in days if day), None)
    needs_day = found is None or hasattr(row, "date")
    return tuple(part for part in (found, day if needs_day else None) if part)


def worth_of(row: Any) -> tuple[str, Any]:
    """Return (field, value) of what a row that came or went amounts to, or ("", None)."""
    return next(((name, getattr(row, name)) for name in WORTH if getattr(row, name, None) is not None), ("", None))


def _people(old: Participants, new: Participants, where: tuple[Any, ...]) -> Iterator[Difference]:
    """Compare the counts of each group, cell by cell where both reports tell the same cells apart."""
    yield from _compared(old.total, new.total, (*where, LABELS["total"]), "count")
    olds = {group.slug: group for group in old.groups}
    news = {group.slug: group for group in new.groups}
    for slug, group in (olds | news).items():
        was, now = olds.get(slug), news.get(slug)
        yield from _compared(_total(was), _total(now), (*where, group.name), "count")
        if was and now:
            before, after = cells_of(old, was), cells_of(new, now)
            for cell in before | after:
                place = (*where, group.name, People(*cell))
                yield from _compared(before.get(cell), after.get(cell), place, "count")


def _total(group: GroupTable | None) -> int | None:
    return None if group is None or group.is_withheld else group.total
