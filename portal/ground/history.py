"""The audit trail in words: what a history page shows of each entry."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ground.audit import LOADED
from portal.ground.models import AuditEntry
from portal.ground.wording import listed

# What an entry tells beside the columns of its record, as people call it.
TOLD = {
    "kind": gettext_lazy("kind"),
    "language": gettext_lazy("language"),
    "number": gettext_lazy("number"),
    "sha256": gettext_lazy("SHA-256"),
    "year": gettext_lazy("year"),
}
Names = Mapping[type[models.Model] | None, Mapping[Any, models.Model]]


@dataclass(frozen=True)
class Change:
    """One value that changed: the name of the field, and what stood there before and after."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    """One entry of the trail as people read it; a new record has no value before."""

    at: dt.datetime
    actor: str
    verb: str
    target: str
    reason: str
    changes: list[Change]
    is_new: bool = False


def describe(entries: Iterable[AuditEntry]) -> list[Line]:
    """Return the entries in words; fetch them with `select_related("actor")`.

    Rows that a change points to are named, with one query for each kind of row.
    """
    entries = list(entries)
    names = _names(entries)
    # Outside the f-string, where those who collect the texts find it.
    gone = _("no longer kept")
    return [
        Line(
            at=entry.at,
            actor=who_did(entry),
            verb=entry.get_verb_display(),
            target=f"{_kind(entry)}: {entry.target_text or gone}",
            reason=_why(entry.reason),
            changes=_changes(entry, names),
            is_new=entry.verb == AuditEntry.Verb.CREATE,
        )
        for entry in entries
    ]


def who_did(entry: AuditEntry) -> str:
    """Return who did what an entry tells, in words: an account, whoever had a link, or the server itself."""
    if entry.actor:
        return str(entry.actor)
    # The verb stays where an entry is emptied of what it says of somebody.
    return _("whoever had the link") if entry.verb == AuditEntry.Verb.LINK else _("the server")


def _why(reason: str) -> str:
    """Return a reason as it was written; the one that the portal itself gives, in the reader's language."""
    if reason.startswith(LOADED):
        return _("Reference data: %(key)s") % {"key": reason.removeprefix(LOADED)}
    return reason


def _model(entry: AuditEntry) -> type[models.Model] | None:
    try:
        return apps.get_model(entry.target_type)
    except (LookupError, ValueError):
        return None  # the kind of record was taken out of the portal since


def _kind(entry: AuditEntry) -> str:
    model = _model(entry)
    return str(capfirst(model._meta.verbose_name)) if model else entry.target_type


def _columns(entry: AuditEntry) -> dict[str, models.Field]:
    model = _model(entry)
    return {field.attname: field for field in model._meta.concrete_fields} if model else {}


def _pair(entry: AuditEntry, value: Any) -> tuple[Any, Any]:
    """Return old and new; an entry about a new record holds its values alone, or each after nothing."""
    both = isinstance(value, list) and len(value) == 2
    both = both and (entry.verb != AuditEntry.Verb.CREATE or value[0] is None)
    return (value[0], value[1]) if both else (None, value)


def _names(entries: list[AuditEntry]) -> Names:
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for entry in entries:
        columns = _columns(entry)
        for attname, value in entry.changes.items():
            field = columns.get(attname)
            if field is not None and field.remote_field:
                wanted[field.related_model].update(pk for pk in _pair(entry, value) if isinstance(pk, int))
    return {model: model._default_manager.in_bulk(pks) for model, pks in wanted.items() if pks}


def _changes(entry: AuditEntry, names: Names) -> list[Change]:
    columns, model = _columns(entry), _model(entry)
    shown = []
    for attname, value in entry.changes.items():
        field = columns.get(attname)
        if field is not None and (field.primary_key or _is_translated(attname, model)):
            continue  # a number that says nothing, or the text that stands under its own language too
        old, new = (_text(side, field, names) for side in _pair(entry, value))
        if old != new:
            shown.append(Change(_label(attname, field, model), old, new))
    return shown


def _is_translated(attname: str, model: type[models.Model] | None) -> bool:
    return hasattr(model, f"{attname}_{settings.MODELTRANSLATION_DEFAULT_LANGUAGE}")


def _label(attname: str, field: models.Field | None, model: type[models.Model] | None) -> str:
    if field is None and model is not None:
        try:
            found = model._meta.get_field(attname)
        except FieldDoesNotExist:
            found = None
        related = getattr(found, "related_model", None)
        name = getattr(found, "verbose_name", None) or (related and related._meta.verbose_name_plural)
        return capfirst(str(name or TOLD.get(attname, attname)))
    return capfirst(str(field.verbose_name)) if field is not None else attname


def _text(value: Any, field: models.Field | None, names: Names) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return listed(map(_item, value), with_commas=True)
    if field is None:
        return str(value)
    if field.remote_field:
        return str(names.get(field.related_model, {}).get(value) or f"#{value}")
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DecimalField):
        return number_format(Decimal(str(value)), use_l10n=True, force_grouping=True)
    return _day(field, str(value)) if isinstance(field, models.DateField) else str(value)


def _item(item: Any) -> str:
    """Return one of several things that an entry tells: a text, or a choice in words (see `audit.choice`)."""
    if not isinstance(item, dict):
        return str(item)
    model, _dot, name = item["field"].rpartition(".")
    try:
        labels: Mapping[Any, Any] = dict(apps.get_model(model)._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    except (LookupError, ValueError, FieldDoesNotExist):
        labels = {}  # the column was taken out of the portal since
    return f"{item['text']}: {labels.get(item['value'], item['value']) or '–'}"


def _day(field: models.DateField, text: str) -> str:
    moment = parse_datetime(text) if isinstance(field, models.DateTimeField) else parse_date(text)
    return date_format(moment, "SHORT_DATE_FORMAT") if moment else text
