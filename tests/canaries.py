"""A word, or a year, of its own in every column that holds what must stay inside; nothing else holds it.

Which columns those are follows from portal.roof.data_classes: a column that is added gets its canary by itself, and a
model without a row to plant one in fails tests/test_tripwire_fields.py.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

from django.apps import apps
from django.db import models

from portal.roof.data_classes import CONFIDENTIAL, SPECIAL, class_of, fields_of

# In no row that anybody writes; every way of writing a date shows it.
YEAR = 1907
# Alone, or at the head of a day as calendars write it; a token of a page may hold the same four signs by chance.
_THE_YEAR = re.compile(rf"(?<![0-9a-z]){YEAR}(?:\d{{4}}(?:t\d+z?)?|t)?(?![0-9a-z])")
# What the tripwire leaves alone, and why.
EXEMPT = {
    # Who may see a record reads its history, which is made for that page; no other page shows one.
    "portal.AuditEntry": {"target_text", "changes", "reason"},
    # A caption is written to be read beside its photo, by whoever may see that.
    "activities.Photo": {"caption"},
    # Days that a count is dated by: what is counted of them is guarded by tests of disclosure.
    "beneficiaries.Enrolment": {"enrolled_on", "withdrawn_on"},
    # Only a learner or an answer that is gone has one of these, and then nothing else.
    "beneficiaries.Learner": {"consent_withdrawn_on", "erased_on"},
    "beneficiaries.FollowUp": {"consent_withdrawn_on"},
    # Refused by the database in a place that must not be found; another one may be told.
    "partnerships.Place": {"address", "district"},
    # Nobody is signed in by it: the browser's own key opens the page that is looked at.
    "sessions.Session": {"session_key", "session_data"},
    # The portal confirms no address by mail: an administrator makes each account.
    "account.EmailConfirmation": {"key"},
    # The password of who looks: its hash is planted nowhere, for nobody could sign in.
    "portal.User": {"password"},
}


def columns() -> list[models.Field]:
    """Return every column that must have a canary: texts and days that are special or confidential."""
    return [
        field
        for model in apps.get_models()
        for field in fields_of(model)
        if class_of(field) in {SPECIAL, CONFIDENTIAL}
        and field.name not in EXEMPT.get(model._meta.label, ())
        and _can_hold_one(field)
    ]


def _can_hold_one(field: models.Field) -> bool:
    if isinstance(field, models.DateField) or field.name == "birth_year":
        return True
    texts = models.CharField | models.TextField | models.JSONField
    return isinstance(field, texts) and not field.choices


def word_of(field: models.Field) -> str:
    """Return the word of a column; ten letters and digits, so that a code can be one."""
    return f"zq{zlib.crc32(str(field).encode()):08x}"


def plant() -> dict[str, str]:
    """Put its canary into each column of every row, and return {column: what must not be found}."""
    planted = {}
    for field in columns():
        for row in field.model._default_manager.order_by("pk"):
            field.model._default_manager.filter(pk=row.pk).update(**{field.name: _value(field, row)})
            planted[str(field)] = str(YEAR) if _is_dated(field) else word_of(field)
    return planted


def _is_dated(field: models.Field) -> bool:
    return isinstance(field, models.DateField) or field.name == "birth_year"


def _value(field: models.Field, row: models.Model) -> object:
    if field.name == "birth_year":
        return YEAR
    if isinstance(field, models.DateField):
        day = f"{YEAR}-05-0{row.pk % 9 + 1}"
        return f"{day}T00:00:00+00:00" if isinstance(field, models.DateTimeField) else day
    if isinstance(field, models.JSONField):
        return {"secret": word_of(field)}
    # Many of them are different in each row.
    return f"{word_of(field)}{row.pk}"


def found_in(text: str, planted: dict[str, str]) -> list[str]:
    """Return the columns whose canary stands in a text."""
    lowered = text.casefold()
    dated = _THE_YEAR.search(lowered) is not None
    return sorted(column for column, word in planted.items() if (dated if word == str(YEAR) else word in lowered))


def lacking(planted: Iterable[str]) -> list[str]:
    """Return the columns that have no canary, for want of a row."""
    return sorted({str(field) for field in columns()} - set(planted))
