"""Loading the reference data: the fixtures of one folder, row by row, by what names each row.

Django's own `loaddata` puts every row back to what the fixture says; here a row that is there already stays as
people corrected it, and one that they renamed or deleted does not come back.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import DatabaseError, models, transaction
from django.utils.translation import override

from portal.ground.audit import LOADED, difference, snapshot
from portal.ground.models import AuditEntry
from portal.ground.natural import NaturalKey

FOLDER = settings.BASE_DIR / "fixtures" / "reference"

Key = tuple[str, ...]


class ReferenceDataError(Exception):
    """What is wrong with a fixture, in one sentence that names its file and its row."""


@dataclass(frozen=True)
class Counts:
    """What a load did: rows created, rows put back to the fixture, and rows left as they were."""

    created: int
    updated: int
    kept: int


@dataclass(frozen=True, eq=False)
class Row:
    """One row of a fixture."""

    file: str
    model: type[NaturalKey]
    fields: dict[str, Any]

    def __str__(self):
        return f"{self.file}, {self.model._meta.label_lower} {', '.join(self.key)}"

    @property
    def key(self) -> Key:
        """What names the row, as `natural_key()` of a stored one returns it."""
        values = [self.fields[lookup.split("__")[0]] for lookup in self.model.natural_key_fields]
        return tuple(str(value[0] if isinstance(value, list) else value) for value in values)

    @property
    def reason(self) -> str:
        """The words by which the history of a loaded row tells where it came from."""
        return LOADED + ", ".join(self.key)

    def columns(self) -> dict[models.Field, Any]:
        """Return the fields that stand in the row's own table."""
        return {field: value for field, value in self._fields() if not field.many_to_many}

    def lists(self) -> dict[models.Field, list[Key]]:
        """Return the many-to-many fields with the keys of the rows that they hold."""
        return {field: [_key(one) for one in value] for field, value in self._fields() if field.many_to_many}

    def _fields(self) -> Iterable[tuple[models.Field, Any]]:
        return ((self.model._meta.get_field(name), value) for name, value in self.fields.items())


def load(folder: Path = FOLDER, *, overwrite: bool = False) -> Counts:
    """Create what the fixtures hold and the database does not; with `overwrite`, put the other rows back too.

    Raises ReferenceDataError and writes nothing where a fixture or the database objects.
    """
    # The untranslated column and the names in the history are in the portal's own language, whoever runs this.
    with override(settings.LANGUAGE_CODE), transaction.atomic():
        loading = _Loading(overwrite=overwrite)
        for model, rows in read(folder).items():
            loading.take(model, rows)
        return loading.finish()


def read(folder: Path = FOLDER) -> dict[type[NaturalKey], list[Row]]:
    """Return the rows of the folder's fixtures by model, in the order of files and rows."""
    rows = defaultdict(list)
    seen = set()
    for path in sorted(folder.glob("*.json")):
        try:
            entries = json.loads(path.read_text(encoding="utf-8"))
            for entry in entries:
                row = Row(path.name, apps.get_model(entry["model"]), entry["fields"])
                row.columns()
                if (row.model, row.key) in seen:
                    raise ReferenceDataError(f"{row} stands in the fixtures twice.")
                seen.add((row.model, row.key))
                rows[row.model].append(row)
        except (ValueError, KeyError, TypeError, LookupError, AttributeError, FieldDoesNotExist) as error:
            raise ReferenceDataError(f"{path.name} is not a fixture that the portal can read: {error}.") from error
    if not rows:
        raise ReferenceDataError(f"There are no fixtures in {folder}.")
    return dict(rows)


def _key(value: Any) -> Key:
    return tuple(str(part) for part in value)


class _Loading:
    """One run: the rows found or made so far, and the history still to be written."""

    def __init__(self, *, overwrite: bool):
        self.overwrite = overwrite
        # The stored row of each key; None for one that was loaded once and that an administrator deleted.
        self.known: dict[type[NaturalKey], dict[Key, Any]] = {}
        self.history: list[AuditEntry] = []
        self.kept = 0
        loaded = AuditEntry.objects.filter(actor=None, verb=AuditEntry.Verb.CREATE, reason__startswith=LOADED)
        self.loaded_before = {
            (label, reason): pk
            for label, reason, pk in loaded.order_by("pk").values_list("target_type", "reason", "target_id")
        }

    def take(self, model: type[NaturalKey], rows: list[Row]) -> None:
        """Create the missing rows of a model, and put the others back where that was asked for."""
        known = self.known[model] = self._find(model, rows)
        there = [row for row in rows if known.get(row.key)]
        missing = [row for row in rows if row.key not in known]
        while missing:
            ready = [row for row in missing if not self._waits(row, missing)]
            if not ready:
                raise ReferenceDataError(f"{missing[0]} refers to itself in a circle.")
            self._create(model, ready)
            missing = [row for row in missing if row.key not in known]
        for row in there:
            if not self.overwrite or not self._put_back(row):
                self.kept += 1

    def finish(self) -> Counts:
        """Write the history and return what was done."""
        AuditEntry.objects.bulk_create(self.history)
        created = sum(entry.verb == AuditEntry.Verb.CREATE for entry in self.history)
        return Counts(created=created, updated=len(self.history) - created, kept=self.kept)

    def _find(self, model: type[NaturalKey], rows: list[Row]) -> dict[Key, Any]:
        first, *_others = model.natural_key_fields
        paths = [lookup.rpartition("__")[0] for lookup in model.natural_key_fields if "__" in lookup]
        stored = model._default_manager.filter(**{f"{first}__in": {row.key[0] for row in rows}})
        found = {one.natural_key(): one for one in stored.select_related(*paths)}
        before = {row.key: self.loaded_before.get((model._meta.label_lower, row.reason)) for row in rows}
        renamed = {pk for key, pk in before.items() if pk and key not in found}
        by_number = model._default_manager.in_bulk(renamed) if renamed else {}
        known = {}
        for key, pk in before.items():
            one = found.get(key) or by_number.get(pk)
            if one or (pk and not self.overwrite):
                known[key] = one
        return known

    def _waits(self, row: Row, missing: list[Row]) -> bool:
        own = {_key(value) for field, value in row.columns().items() if field.related_model is row.model and value}
        return bool(own & {other.key for other in missing})

    def _create(self, model: type[NaturalKey], rows: list[Row]) -> None:
        made = {row: one for row in rows if (one := self._build(row))}
        try:
            model._default_manager.bulk_create(made.values())
            self.known[model].update({row.key: made.get(row) for row in rows})
            self._fill_lists(model, made)
        except DatabaseError as error:
            sentence = str(error).partition("\n")[0]
            raise ReferenceDataError(f"{rows[0].file}: the database refuses a row: {sentence}.") from error
        self.history += [_entry(one, AuditEntry.Verb.CREATE, snapshot(one), row.reason) for row, one in made.items()]

    def _build(self, row: Row) -> Any:
        """Return the unsaved row, or None where it hangs on one that an administrator deleted."""
        values = {field.name: self._value(row, field, value) for field, value in row.columns().items()}
        if any(values[field.name] is None and not field.null for field in row.columns()):
            return None
        return _checked(row, row.model(**values))

    def _put_back(self, row: Row) -> bool:
        one = self.known[row.model][row.key]
        before = snapshot(one)
        for field, value in row.columns().items():
            setattr(one, field.name, self._value(row, field, value))
        _checked(row, one)
        changes = difference(before, snapshot(one)) | self._put_lists_back(row, one)
        if not changes:
            return False
        if "version" in before:
            one.version += 1  # whoever has its form open is shown that it changed
        one.save()
        self.history.append(_entry(one, AuditEntry.Verb.UPDATE, changes, row.reason))
        return True

    def _put_lists_back(self, row: Row, one: Any) -> dict[str, list[list[str]]]:
        changes = {}
        for field in row.lists():
            manager = getattr(one, field.name)
            before, after = set(manager.all()), set(self._listed(row, field))
            if before != after:
                manager.set(after)
                changes[field.name] = [sorted(map(str, side)) for side in (before, after)]
        return changes

    def _fill_lists(self, model: type[NaturalKey], made: dict[Row, Any]) -> None:
        for field in model._meta.many_to_many:
            through: Any = field.remote_field.through
            through._default_manager.bulk_create(
                through(**{field.m2m_field_name(): one, field.m2m_reverse_field_name(): other})
                for row, one in made.items()
                if field in row.lists()
                for other in self._listed(row, field)
            )

    def _listed(self, row: Row, field: models.Field) -> list[Any]:
        """Return the rows that a many-to-many field of a fixture names and that still exist."""
        return [one for key in row.lists()[field] if (one := self._named(row, field, key))]

    def _value(self, row: Row, field: models.Field, value: Any) -> Any:
        return self._named(row, field, _key(value)) if field.remote_field and value is not None else value

    def _named(self, row: Row, field: Any, key: Key) -> Any:
        try:
            return self.known[field.related_model][key]
        except KeyError:
            message = f"{row}: {field.name} names {', '.join(key)}, which no earlier row of the fixtures is called."
            raise ReferenceDataError(message) from None


def _checked(row: Row, one: Any) -> Any:
    """Return the row with its texts turned into dates and numbers; the database checks what is left."""
    try:
        one.clean_fields(exclude={field.name for field in one._meta.fields if field.remote_field})
        one.clean()
    except ValidationError as error:
        raise ReferenceDataError(f"{row}: {'; '.join(error.messages)}") from error
    return one


def _entry(one: Any, verb: str, changes: dict[str, Any], reason: str) -> AuditEntry:
    return AuditEntry(
        verb=verb,
        target_type=one._meta.label_lower,
        target_id=one.pk,
        target_text=str(one)[:200],
        changes=changes,
        reason=reason,
    )
