"""What an indicator should come to, year by year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from partnerships.access import require
from partnerships.models import Indicator, IndicatorTarget, Role
from partnerships.services.years import hold_years_open
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.versions import StaleVersion


@transaction.atomic
def set_targets(
    indicator: Indicator, targets: Mapping[int, Mapping[str, Any] | None], *, actor: User, version: int
) -> list[IndicatorTarget]:
    """Set the targets of years to columns of IndicatorTarget, or take one away with None; other years stay.

    Returns the targets that are new or changed; a target worse than the baseline is kept, and warns (`warning`).
    Sent twice it writes once. Raises StaleVersion, PermissionDenied, or ValidationError by name and year: `value_2024`,
    or `level_2024` of a scale.
    """
    require(actor, Role.OFFICER, indicator.outcome.partnership)
    current = Indicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)
    known = {row.year: row for row in current.targets.filter(year__in=targets)}
    wanted = {year: columns for year, columns in targets.items() if _differs(known.get(year), columns)}
    if wanted and current.version != version:
        raise StaleVersion(current)
    written = [_write(current, year, wanted[year], known.get(year), actor=actor) for year in sorted(wanted)]
    if wanted:
        current.version += 1
        current.save(update_fields=["version"])
    return [row for row in written if row is not None]


def _differs(row: IndicatorTarget | None, columns: Mapping[str, Any] | None) -> bool:
    if row is None or columns is None:
        return (row is None) != (columns is None)
    return any(getattr(row, name) != value for name, value in columns.items())


def _write(
    indicator: Indicator, year: int, columns: Mapping[str, Any] | None, row: IndicatorTarget | None, *, actor: User
) -> IndicatorTarget | None:
    field = "level" if indicator.measure == Indicator.Measure.SCALE else "value"
    hold_years_open(indicator.outcome.partnership, days=[dt.date(year, 12, 31)], field=f"{field}_{year}")
    before = audit.snapshot(row) if row else {}
    if columns is None:
        if row is not None:
            audit.record(row, actor=actor, verb=AuditEntry.Verb.DELETE, changes=before, parent=indicator)
            row.delete()
        return None
    row = row or IndicatorTarget(indicator=indicator, year=year)
    for name, value in columns.items():
        setattr(row, name, value)
    _check(row)
    row.save()
    after = audit.snapshot(row)
    verb = AuditEntry.Verb.UPDATE if before else AuditEntry.Verb.CREATE
    changes = audit.difference(before, after) if before else after
    audit.record(row, actor=actor, verb=verb, changes=changes, parent=indicator, reason=row.warning)
    return row


def _check(row: IndicatorTarget) -> None:
    """Check a target whole; a refusal names the field of its year."""
    try:
        row.full_clean()
    except ValidationError as error:
        named = {
            f"{'level' if name == 'level' else 'value'}_{row.year}": list(sentences)
            for name, sentences in error.error_dict.items()
        }
        raise ValidationError(named) from None
