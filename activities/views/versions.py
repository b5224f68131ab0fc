"""Two versions of one record, side by side, for who saved second."""

from __future__ import annotations

from django.utils.text import capfirst

from activities.models import LogEntry
from activities.services import EntryValues
from activities.services.parts import parts_in, parts_of
from activities.sheet import unique_text
from portal.ground.dates import format_span
from portal.ground.versions import Difference


def differences(current: LogEntry, typed: EntryValues) -> list[Difference]:
    """Return the fields in which the record as it stands differs from what was typed."""
    languages = dict(LogEntry._meta.get_field("language").flatchoices)
    texts = ("text", "difficulties", "next_step")
    pairs = [
        ("activity", str(current.activity), str(typed.activity)),
        ("starts_on", current.span_text, format_span(typed.starts_on, typed.ends_on)),
        *((name, getattr(current, name), getattr(typed, name)) for name in texts),
        ("unique_people", unique_text(current), unique_text(typed)),
        ("language", languages.get(current.language, ""), languages.get(typed.language, "")),
    ]
    saved_parts, typed_parts = parts_of(current), parts_in(typed, entry=current)
    pairs += [(name, "\n".join(saved_parts[name]), "\n".join(typed_parts[name])) for name in saved_parts]
    return [Difference(_label(name), saved, mine) for name, saved, mine in pairs if saved != mine]


def _label(name: str) -> str:
    field = LogEntry._meta.get_field(name)
    return capfirst(str(field.related_model._meta.verbose_name_plural if field.one_to_many else field.verbose_name))
