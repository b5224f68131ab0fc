"""Two versions of one record, side by side, for who saved second."""

from __future__ import annotations

from dataclasses import dataclass

from activities.models import LogEntry
from activities.services import EntryValues
from activities.services.parts import parts_of
from portal.ground.dates import format_span


@dataclass(frozen=True)
class Difference:
    """A field in which the saved text is not the typed text."""

    label: str
    saved: str
    typed: str


def differences(current: LogEntry, typed: EntryValues) -> list[Difference]:
    """Return the fields in which the record as it stands differs from what was typed."""
    label = {field.name: str(field.verbose_name) for field in LogEntry._meta.fields}
    pairs = [
        (label["activity"], str(current.activity), str(typed.activity)),
        (label["starts_on"], current.span_text, format_span(typed.starts_on, typed.ends_on)),
        *(
            (label[name], getattr(current, name), getattr(typed, name))
            for name in ("text", "difficulties", "next_step")
        ),
        *_parts(current, typed),
    ]
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def _parts(current: LogEntry, typed: EntryValues):
    saved = parts_of(current)
    people = {(row.target_group_id, row.sex, row.age_band_id): row.count for row in current.participations.all()}
    total = sum(typed.participants.values())
    if people != typed.participants:
        yield (current.participations.model._meta.verbose_name_plural, "\n".join(saved["participations"]), str(total))
    spent = {(row.pk, row.description, row.amount) for row in current.expenditures.all()}
    kept = [row for row in typed.expenses if not row.remove]
    if spent != {(row.pk, row.description, row.amount) for row in kept}:
        mine = "\n".join(
            f"{row.spent_on.isoformat()} {row.description}: {row.amount} EUR ({row.source})" for row in kept
        )
        yield (current.expenditures.model._meta.verbose_name_plural, "\n".join(saved["expenditures"]), mine)
