"""Actual values of indicators: written down, changed, and stood for by an officer.

The parts of a value belong to the room above, which writes both in one transaction (beneficiaries.services).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partnerships.access import require
from partnerships.models import Indicator, IndicatorCorrection, IndicatorValue, Partnership, ProgrammeYear, Role
from partnerships.models import Validation as State
from partnerships.models.values import HAS_CORRECTION
from partnerships.services.records import fresh, save, set_columns
from partnerships.services.years import hold_years_open
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.money import CENT
from portal.ground.once import once
from portal.ground.uploads import AcceptedFile
from portal.ground.versions import StaleVersion

NO_FILE: dict[str, Any] = {"file": "", "original_name": "", "content_type": "", "size": 0, "sha256": ""}


@transaction.atomic
def add_value(
    indicator: Indicator,
    columns: dict[str, Any],
    *,
    actor: User,
    accepted: AcceptedFile | None = None,
    parts: Iterable[str] = (),
) -> IndicatorValue:
    """Write down what an indicator came to in a period; it is reported, and no officer stands for it yet.

    `parts` are the words by which the history tells the parts that the caller writes beside it. A form that may be
    sent twice calls it inside `once`. Raises ValidationError or PermissionDenied.
    """
    require(actor, Role.COORDINATOR, indicator.outcome.partnership)
    _hold_periods(indicator)
    value = IndicatorValue(indicator=indicator, author=actor)
    set_columns(value, _exact(columns))
    hold_value(value)
    _keep(value, accepted, drop=False)
    value.save()
    changes = audit.snapshot(value) | ({"parts": list(parts)} if parts else {})
    audit.record(value, actor=actor, verb=AuditEntry.Verb.CREATE, changes=changes, parent=indicator)
    return value


@transaction.atomic
def change_value(
    value: IndicatorValue,
    columns: dict[str, Any],
    *,
    actor: User,
    version: int,
    accepted: AcceptedFile | None = None,
    drop_file: bool = False,
    parts: tuple[list[str], list[str]] = ([], []),
) -> IndicatorValue:
    """Change a value that no officer stands for yet; `parts` are its parts in words, before and after.

    Raises StaleVersion, ValidationError or PermissionDenied. Sent twice it writes once.
    """
    require(actor, Role.COORDINATOR, value.indicator.outcome.partnership)
    (old, new), columns = parts, _exact(columns)
    current = held(value)
    _hold_periods(current.indicator)
    same = not accepted and not drop_file and old == new
    if current.version != version and not (same and _has(current, columns)):
        raise StaleVersion(current)
    if current.state == State.VALIDATED:
        raise ValidationError(_("This value is validated: an officer can take that back first."), code="validated")
    hold_value(current)
    before = set_columns(current, columns)
    hold_value(current)
    _keep(current, accepted, drop=drop_file)
    if audit.difference(before, audit.snapshot(current)) or old != new:
        current.version += 1
        current.save()
        changes = audit.difference(before, audit.snapshot(current)) | ({"parts": [old, new]} if old != new else {})
        changes.pop("version")
        audit.record(current, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes, parent=current.indicator)
    return current


@transaction.atomic
def validate_value(value: IndicatorValue, *, actor: User, version: int) -> IndicatorValue:
    """Stand for a value: from now on it enters totals and is not changed. Sent twice it moves once.

    Raises StaleVersion where it is no longer what the officer saw, ValidationError or PermissionDenied.
    """
    return _move(value, State.VALIDATED, actor=actor, version=version)


@transaction.atomic
def take_back_validation(value: IndicatorValue, *, actor: User, version: int, reason: str) -> IndicatorValue:
    """No longer stand for a value, for a reason, so that it can be changed. Sent twice it moves once.

    Raises StaleVersion, ValidationError (a value with corrections stays what it is) or PermissionDenied.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the validation is taken back.")})
    if value.corrections.exists():
        raise ValidationError(HAS_CORRECTION)
    return _move(value, State.REPORTED, actor=actor, version=version, reason=reason.strip())


def correct_value(
    value: IndicatorValue, columns: dict[str, Any], *, actor: User, key: uuid.UUID
) -> tuple[IndicatorCorrection, bool]:
    """Write down, on a day of an open year, what a value of a locked year should have been.

    The value itself stays, and so does the report of its year. Once for one form key: returns the correction and
    whether it is new. Raises ValidationError or PermissionDenied.
    """

    def make() -> IndicatorCorrection:
        require(actor, Role.COORDINATOR, partnership_of(value))
        row = IndicatorCorrection(corrects=held(value), author=actor)
        before = set_columns(row, columns)
        check_correction(row)
        save(row, before, actor=actor, parent=value.indicator, reason=row.reason)
        return row

    return once(key, make, actor=actor, rows=IndicatorCorrection.objects.all())


@transaction.atomic
def validate_correction(correction: IndicatorCorrection, *, actor: User) -> IndicatorCorrection:
    """Stand for a correction: from now on newer tables show the corrected value. Sent twice it moves once.

    Raises ValidationError or PermissionDenied.
    """
    require(actor, Role.OFFICER, partnership_of(correction.corrects))
    row = IndicatorCorrection.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    if row.state == State.VALIDATED:
        return row
    hold_years_open(partnership_of(row.corrects), days=[row.recorded_on], field="recorded_on")
    row.state = State.VALIDATED
    row.save(update_fields=["state"])
    changes = {"state": [State.REPORTED.value, State.VALIDATED.value]}
    parent = row.corrects.indicator
    audit.record(row, actor=actor, verb=AuditEntry.Verb.TRANSITION, changes=changes, parent=parent)
    return row


def check_correction(row: IndicatorCorrection) -> None:
    """Refuse a correction of an open year, and one that is dated in a locked one. Raises ValidationError.

    What was corrected once is corrected again, also where its year was opened meanwhile: its first figure stays.
    """
    if not is_locked(row.corrects) and not row.corrects.corrections.exists():
        raise ValidationError(_("The year of this value is not locked: change the value itself."), code="open")
    hold_years_open(partnership_of(row.corrects), days=[row.recorded_on], field="recorded_on")


def partnership_of(value: IndicatorValue) -> Partnership:
    """Return the partnership whose result the value tells of."""
    return value.indicator.outcome.partnership


def is_locked(value: IndicatorValue) -> bool:
    """Say whether the year of a value is locked, so that only a correction can change what it tells."""
    years = ProgrammeYear.objects.locked_on(partnership_of(value).pk, [value.starts_on])
    return years.exists()


def held(value: IndicatorValue) -> IndicatorValue:
    """Return the value as it stands, held until the transaction ends."""
    rows = IndicatorValue.objects.select_for_update(of=("self",))
    return rows.select_related("indicator__outcome__partnership").get(pk=value.pk)


def hold_value(value: IndicatorValue) -> None:
    """Hold the year of a value's period open. Raises ValidationError beside the first day where it is locked."""
    hold_years_open(partnership_of(value), days=[value.starts_on, value.ends_on], field="starts_on")


def _move(value: IndicatorValue, to: State, *, actor: User, version: int, reason: str = "") -> IndicatorValue:
    require(actor, Role.OFFICER, partnership_of(value))
    current: Any = fresh(value, version, {"state": to})
    if current.state == to:
        return current
    hold_value(current)
    moved = {"state": to, "validated_by": actor if to == State.VALIDATED else None}
    before = set_columns(current, moved)
    verb = AuditEntry.Verb.TRANSITION
    save(current, before, actor=actor, parent=current.indicator, reason=reason, verb=verb)
    return current


def _hold_periods(indicator: Indicator) -> None:
    """Let the writers of one indicator's values wait for each other: no two of them take the same days."""
    Indicator.objects.select_for_update(of=("self",), no_key=True).get(pk=indicator.pk)


def _exact(columns: dict[str, Any]) -> dict[str, Any]:
    """Return the columns with the number as it is stored, so that the same number is no change."""
    value = columns.get("value")
    return columns if value is None else {**columns, "value": value.quantize(CENT)}


def _has(row: IndicatorValue, columns: dict[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in columns.items())


def _keep(value: IndicatorValue, accepted: AcceptedFile | None, *, drop: bool) -> None:
    """Put an accepted file beside the value, or none; the earlier one stays on the disk for the history."""
    if accepted is not None or drop:
        for name, content in (accepted.columns() if accepted else NO_FILE).items():
            setattr(value, name, content)
