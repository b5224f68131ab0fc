"""What a spreadsheet means: columns with headings in the reader's language, and rows brought in all or none.

django-import-export reads the rows and rolls back; this module says what a cell is, what changed, and why not.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import tablib
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, models, transaction
from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from import_export import resources

from portal.ground import audit
from portal.ground.columns import Column, widget_for
from portal.ground.models import AuditEntry, User
from portal.ground.spreadsheets import Sheet


@dataclass(frozen=True)
class Fault:
    """Why a row cannot come in: its number in the spreadsheet, the heading of the column, the reason."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class CellChange:
    """One cell that would change a record."""

    column: str
    old: str
    new: str


@dataclass(frozen=True)
class RowChange:
    """What a row does to its record: makes it (`is_new`) or changes it."""

    row: int
    record: str
    is_new: bool
    cells: list[CellChange]


@dataclass(frozen=True)
class Outcome:
    """What bringing a sheet in does, or would do."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    changes: list[RowChange] = field(default_factory=list)
    unchanged: int = 0

    @property
    def new(self) -> int:
        """The number of records that are made."""
        return sum(change.is_new for change in self.changes)

    @property
    def changed(self) -> int:
        """The number of records that change."""
        return len(self.changes) - self.new

    @property
    def fingerprint(self) -> str:
        """A short text that is the same only for the same changes."""
        told = [[row.row, row.is_new, [[c.column, c.old, c.new] for c in row.cells]] for row in self.changes]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


class SheetResource(resources.ModelResource):
    """One kind of record in spreadsheets. `actor` sees and changes there what is visible and allowed elsewhere."""

    # What the cells of a record need beside it.
    related: list[str] = []
    prefetched: list[str] = []

    class Meta:
        clean_model_instances = True
        use_transactions = True
        # The library's own comparison copies each record whole; `skip_row` compares the cells.
        skip_diff = True
        report_skipped = True
        store_instance = True

    @classmethod
    def field_from_django_field(cls, field_name, django_field, readonly):
        return Column(field_name, widget_for(django_field), readonly=readonly)

    def __init__(self, *, actor: User):
        super().__init__()
        self.actor = actor
        for column in self.fields.values():
            column.widget.actor = actor
        self.seen: dict[Any, int] = {}

    # What a kind of record says of itself.

    def key(self, row: dict[str, Any]) -> Any:
        """Return what tells the record of a row from others; raises ValidationError where it cannot be told."""
        raise NotImplementedError

    def load(self, rows: list[dict[str, Any]]) -> dict[Any, models.Model]:
        """Return {key: record} of the records that the rows may mean, among those that the actor may see."""
        raise NotImplementedError

    def check(self, instance: models.Model) -> None:
        """Raise ValidationError for what the record alone cannot know: access, locks, funders' rules."""

    def check_stored(self, instance: models.Model) -> None:
        """Raise ValidationError where the record, as it is stored, may not be changed by the actor."""

    def warning(self, instance: models.Model) -> str:
        """Return what whoever brings the row in should look at once more, although it may come in; else no text."""
        return ""

    def parent_of(self, instance: models.Model) -> models.Model | None:
        """Return the record in whose history the import shows too."""
        return None

    def why(self, instance: models.Model) -> str:
        """Return what the entry in the audit gives as the reason: the file that the row came from."""
        return self.source

    # Out to a spreadsheet.

    def may_leave(self, records: models.QuerySet) -> models.QuerySet:
        """Return the records that may leave the portal in a spreadsheet."""
        return records

    # Why some may not.
    stay = ""

    def heading(self, name: str) -> str:
        """Return the heading of a column in the active language."""
        column = self.fields[name]
        return capfirst(str(column.label or self._meta.model._meta.get_field(column.attribute).verbose_name))

    def headings(self) -> list[str]:
        """Return the headings of all columns in the active language."""
        return [self.heading(name) for name in self.get_export_order()]

    def rows_of(self, records: models.QuerySet) -> Iterable[list[Any]]:
        """Yield the cells of each record, typed."""
        columns = [self.fields[name] for name in self.get_export_order()]
        for record in self.iter_queryset(records):
            yield [column.export(record) for column in columns]

    # In from a spreadsheet.

    def bring_in(self, sheet: Sheet, *, seen: str | None = None, source: str = "") -> Outcome:
        """Return what the sheet would change; write it if it is still what was `seen`. All rows or none.

        `seen` is the fingerprint of the outcome that the actor looked at; without it nothing is written.
        """
        self.source, self.row_numbers, self.seen = source, [number for number, _cells in sheet.rows], {}
        dataset = tablib.Dataset(*(cells for _number, cells in sheet.rows), headers=self._names(sheet.headings))
        with transaction.atomic():
            result = self.import_data(dataset, rollback_on_validation_errors=True)
            outcome = self._outcome(result)
            if outcome.faults or seen is None or outcome.fingerprint != seen:
                transaction.set_rollback(True)
        return outcome

    def _names(self, headings: list[str]) -> list[str]:
        """Return the names of the columns under headings in any language. Raises ValidationError."""
        known = {_plain(name): name for name in self.fields}
        for code, _language in settings.LANGUAGES:
            with translation.override(code):
                known |= {_plain(self.heading(name)): name for name in self.fields}
        unknown = [heading or "–" for heading in headings if _plain(heading) not in known]
        if unknown:
            raise ValidationError(
                _("This column is not known: %(unknown)s. Known columns: %(known)s.")
                % {"unknown": ", ".join(unknown), "known": ", ".join(self.headings())}
            )
        names = [known[_plain(heading)] for heading in headings]
        twice = [self.heading(name) for name in self.fields if names.count(name) > 1]
        if twice:
            raise ValidationError(_("This column stands there twice: %(column)s.") % {"column": twice[0]})
        return names

    def before_import(self, dataset, **kwargs):
        self.existing = self.load(dataset.dict)

    def before_import_row(self, row, *, row_number, **kwargs):
        self.row_key = self.key(row)
        earlier = self.seen.setdefault(self.row_key, row_number)
        if earlier != row_number:
            raise ValidationError(
                _("Row %(row)s holds the same record already.") % {"row": self.row_numbers[earlier - 1]}
            )

    def get_instance(self, instance_loader, row):
        return self.existing.get(self.row_key)

    def after_init_instance(self, instance, new, row, **kwargs):
        self.columns_before = {} if new else audit.snapshot(instance)
        self.cells_before = {} if new else self._cells(instance)
        self.links = {}
        # Asked of the record before its cells are replaced, told only where they change.
        self.refusal = None if new else self._refusal(instance)

    def _refusal(self, instance: models.Model) -> ValidationError | None:
        try:
            self.check_stored(instance)
        except ValidationError as error:
            return error
        return None

    def import_instance(self, instance, row, **kwargs):
        self.links, faults = {}, {}
        for name, column in self.fields.items():
            if column.readonly or column.column_name not in row:
                continue
            try:
                if column.is_link:
                    self.links[name] = column.clean(row)
                else:
                    column.save(instance, row)
            except ValidationError as error:
                faults[name] = error
        if faults:
            raise ValidationError(faults)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        self.cells_after = self._cells(instance) | {
            name: self.fields[name].widget.write(linked) for name, linked in self.links.items()
        }
        return not import_validation_errors and self.cells_before == self.cells_after

    def validate_instance(self, instance, import_validation_errors=None, **kwargs):
        if self.refusal:
            raise self.refusal
        super().validate_instance(instance, import_validation_errors, **kwargs)
        self.check(instance)

    def save_m2m(self, instance, row, **kwargs):
        for name, linked in self.links.items():
            self.link(instance, name, linked)

    def link(self, instance: models.Model, name: str, linked: list[Any]) -> None:
        """Make the links of a record equal to those of its cell."""
        getattr(instance, name).set(linked)

    def after_import_row(self, row, row_result, **kwargs):
        if row_result.is_skip():
            return
        row_result.cells = {
            name: (self.cells_before.get(name), value)
            for name, value in self.cells_after.items()
            if not self.fields[name].readonly and (self.cells_before.get(name) or "") != (value or "")
        }
        instance = row_result.instance
        row_result.warning = self.warning(instance)
        changes = audit.difference(self.columns_before, audit.snapshot(instance))
        changes |= {name: list(row_result.cells[name]) for name in self.links if name in row_result.cells}
        changes.pop("version", None)
        audit.record(
            instance,
            actor=self.actor,
            verb=AuditEntry.Verb.IMPORT,
            changes=changes,
            parent=self.parent_of(instance),
            reason=self.why(instance),
        )

    def _cells(self, instance: models.Model) -> dict[str, Any]:
        return {name: column.export(instance) for name, column in self.fields.items()}

    def _outcome(self, result) -> Outcome:
        for error in result.base_errors:
            raise error.error
        faults = [fault for invalid in result.invalid_rows for fault in self._faults(invalid.number, invalid.error)]
        for broken in result.error_rows:
            if not isinstance(broken.errors[0].error, DatabaseError):
                raise broken.errors[0].error
            reason = _("The database refused this row: somebody may have saved the same just now. Try again.")
            faults.append(Fault(self.row_numbers[broken.number - 1], "", reason))
        rows = zip(self.row_numbers, result.rows, strict=True)
        written = [(number, row) for number, row in rows if row.is_valid() and not row.is_skip()]
        changes = [
            RowChange(number, row.object_repr, row.is_new(), self._cell_changes(row.cells)) for number, row in written
        ]
        warnings = [Fault(number, "", row.warning) for number, row in written if row.warning]
        unchanged = sum(row.is_skip() for row in result.rows)
        return Outcome(sorted(faults, key=lambda fault: fault.row), warnings, changes, unchanged)

    def _faults(self, number: int, error: ValidationError) -> Iterable[Fault]:
        by_name = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        for name, sentences in by_name.items():
            for sentence in sentences:
                # A constraint names the field that its sentence belongs to in its code; a text that stands in
                # no language at all is missing in the first.
                home = sentence.code if name == NON_FIELD_ERRORS else name
                first = f"{home}_{settings.MODELTRANSLATION_DEFAULT_LANGUAGE}"
                column = next((self.heading(known) for known in (home, first) if known in self.fields), "")
                yield Fault(self.row_numbers[number - 1], column, " ".join(sentence.messages))

    def _cell_changes(self, cells: dict[str, tuple[Any, Any]]) -> list[CellChange]:
        return [CellChange(self.heading(name), in_words(old), in_words(new)) for name, (old, new) in cells.items()]


def _plain(heading: str) -> str:
    return re.sub(r"\s+", " ", heading).strip().casefold()


def in_words(value: Any) -> str:
    """Return the content of a cell in the active language."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return number_format(value, use_l10n=True)
    return date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, dt.date) else str(value)
