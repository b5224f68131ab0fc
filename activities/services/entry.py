"""Writing, correcting, withdrawing and restoring a log entry with all that hangs on it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, LogEntry, Status
from activities.rules import check_entry, check_home, check_move, check_origin, check_unique
from activities.services.delays import follow_status
from activities.services.drawdowns import refuse_overdrawn
from activities.services.money import check_money, fixed_because, stored_expenses
from activities.services.parts import parts_of, save_parts
from activities.services.values import EntryValues, ExpenseValues
from partnerships.access import require
from partnerships.models import Role
from partnerships.services import hold_money, hold_years_open, refuse_after_closure
from portal.ground import audit
from portal.ground.dates import Precision
from portal.ground.models import AuditEntry, User
from portal.ground.once import once
from portal.ground.versions import StaleVersion

COLUMNS = [
    "activity",
    "starts_on",
    "ends_on",
    "language",
    "text",
    "difficulties",
    "next_step",
    "corrects",
    "unique_people",
    "unique_counting",
]


def create_entry(values: EntryValues, *, actor: User, key: uuid.UUID) -> tuple[LogEntry, bool]:
    """Write a log entry, once for one form key. Returns it and whether it is new.

    Raises ValidationError (with field names, or `expense-0-amount` for a row) and PermissionDenied.
    """

    def make() -> LogEntry:
        require(actor, Role.COORDINATOR, values.activity.partnership)
        held = replace(values, activity=held_activity(values.activity))
        held = replace(held, expenses=_check(held))
        _refuse_twin(held)
        check_origin(held.corrects)
        entry = LogEntry(author=actor, **{name: getattr(held, name) for name in COLUMNS})
        entry.full_clean()
        entry.save()
        save_parts(entry, held, actor=actor)
        _start(entry.activity, actor, on=entry.starts_on)
        audit.record(
            entry,
            actor=actor,
            verb=AuditEntry.Verb.CREATE,
            parent=entry.activity,
            changes=audit.snapshot(entry) | parts_of(entry),
        )
        return entry

    return once(key, make, actor=actor, rows=LogEntry.objects.all())


@transaction.atomic
def update_entry(entry: LogEntry, values: EntryValues, *, actor: User, version: int) -> LogEntry:
    """Correct an entry that still has `version`. Raises StaleVersion, ValidationError or PermissionDenied."""
    entry = _locked(entry)
    origin = entry.activity
    require(actor, Role.COORDINATOR, origin.partnership)
    require(actor, Role.COORDINATOR, values.activity.partnership)
    if entry.withdrawn_at:
        raise ValidationError(_("This entry is withdrawn: restore it first, then correct it."))
    if entry.version != version:
        raise StaleVersion(entry)
    check_home(entry, to=values.activity)
    values = replace(values, activity=held_activity(values.activity))
    hold_money([values.activity.partnership_id])
    if values.activity != origin:
        _refuse_fixed(entry, "activity")
    values = replace(values, expenses=_check(values, entry))
    _hold_open(entry)
    before = audit.snapshot(entry) | parts_of(entry)
    for name in COLUMNS:
        setattr(entry, name, getattr(values, name))
    entry.version += 1
    entry.full_clean()
    entry.save()
    save_parts(entry, values, actor=actor)
    if entry.activity != origin:
        check_move(entry, to=entry.activity)
        entry.expenditures.exclude(activity=entry.activity).update(activity=entry.activity)
        record_departure(entry, origin=origin, actor=actor)
    changes = audit.difference(before, audit.snapshot(entry) | parts_of(entry))
    changes.pop("version")
    if changes:
        audit.record(entry, actor=actor, verb=AuditEntry.Verb.UPDATE, parent=entry.activity, changes=changes)
    return entry


@transaction.atomic
def withdraw_entry(entry: LogEntry, *, actor: User, reason: str) -> LogEntry:
    """Take an entry out of every page, total and report, for a reason; its rows stay. Twice is once."""
    entry = _locked(entry)
    require(actor, Role.COORDINATOR, entry.activity.partnership)
    if entry.withdrawn_at:
        return entry
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the entry is withdrawn.")})
    hold_money([entry.activity.partnership_id])
    _refuse_fixed(entry)
    _hold_open(entry)
    entry.withdrawn_at = timezone.now()
    entry.version += 1
    entry.save(update_fields=["withdrawn_at", "version"])
    audit.record(entry, actor=actor, verb=AuditEntry.Verb.WITHDRAW, parent=entry.activity, reason=reason.strip())
    return entry


@transaction.atomic
def restore_entry(entry: LogEntry, *, actor: User) -> LogEntry:
    """Bring a withdrawn entry back. Twice is once."""
    entry = _locked(entry)
    require(actor, Role.COORDINATOR, entry.activity.partnership)
    if entry.withdrawn_at is None:
        return entry
    # Its activity may have changed while nothing asked this entry.
    entry.activity = held_activity(entry.activity)
    hold_money([entry.activity.partnership_id])
    check_entry(entry)
    check_move(entry, to=entry.activity)
    refuse_overdrawn(entry)
    _hold_open(entry)
    entry.withdrawn_at = None
    entry.version += 1
    entry.save(update_fields=["withdrawn_at", "version"])
    audit.record(entry, actor=actor, verb=AuditEntry.Verb.RESTORE, parent=entry.activity)
    return entry


def record_departure(entry: LogEntry, *, origin: Activity, actor: User) -> None:
    """Tell in the history of an activity that an entry of it went to another one."""
    moved = [f"{origin}, {entry.span_text}", str(entry)]
    audit.record(origin, actor=actor, verb=AuditEntry.Verb.UPDATE, changes={"log_entries": moved})


def _refuse_fixed(entry: LogEntry, *field: str) -> None:
    """Refuse to move or withdraw an entry with money that an officer judged, or that another row corrects."""
    fixed = next((row for row in stored_expenses(entry.expenditures).values() if row.is_fixed), None)
    if fixed:
        sentence = f"{fixed}: {fixed_because(fixed)}"
        raise ValidationError({field[0]: sentence} if field else sentence)


def held_activity(activity: Activity) -> Activity:
    """Return the activity as it is now, held. Everybody holds it before the years, so that nobody waits in a ring."""
    held = Activity.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("partnership", "programme").get(pk=activity.pk)


def _locked(entry: LogEntry) -> LogEntry:
    held = LogEntry.objects.select_for_update(of=("self",)).select_related("activity__partnership")
    return held.get(pk=entry.pk)


def _hold_open(entry: LogEntry) -> None:
    days = [entry.starts_on, entry.ends_on, *entry.expenditures.values_list("spent_on", flat=True)]
    hold_years_open(entry.activity.partnership, days=days, field="starts_on")


def _check(values: EntryValues, entry: LogEntry | None = None) -> list[ExpenseValues]:
    """Return the expenses with their euro; raise ValidationError for what the programme, a lock or a funder refuses."""
    activity, partnership = values.activity, values.activity.partnership
    errors: dict[str, list] = {}
    programme = activity.programme
    if programme and not (programme.starts_on <= values.starts_on and values.ends_on <= programme.ends_on):
        errors["starts_on"] = [
            _("The programme of this activity runs in %(years)s: the date lies outside it.")
            % {"years": programme.span_text}
        ]
    if any(product.partnership_id != partnership.pk for product in values.products):
        errors["products"] = [_("One of the products belongs to another partnership.")]
    expenses = values.expenses
    try:
        check_unique(values.unique_people, sum(values.participants.values()))
    except ValidationError as error:
        errors |= error.error_dict
    try:
        stored = stored_expenses(entry.expenditures) if entry else {}
        expenses = check_money(values.expenses, activity, stored)
    except ValidationError as error:
        errors |= error.error_dict
    if errors:
        raise ValidationError(errors)
    refuse_after_closure(partnership, days=[values.ends_on], field="starts_on")
    hold_years_open(partnership, days=[values.starts_on, values.ends_on], field="starts_on")
    for index, expense in enumerate(values.expenses):
        hold_years_open(partnership, days=[expense.spent_on], field=f"expense-{index}-spent_on")
    return expenses


def _refuse_twin(values: EntryValues) -> None:
    twins = LogEntry.objects.standing().filter(
        activity=values.activity, starts_on=values.starts_on, ends_on=values.ends_on, text=values.text
    )
    if twins.exists():
        raise ValidationError({"text": _("This activity has an entry of this day with the same text already.")})


def _start(activity: Activity, actor: User, *, on: dt.date) -> None:
    """Move a planned or delayed activity, which is held, to ongoing because something is logged of it on a day."""
    if activity.status not in {Status.PLANNED, Status.DELAYED}:
        return
    before = audit.snapshot(activity)
    activity.status, activity.version = Status.ONGOING, activity.version + 1
    activity.save(update_fields=["status", "version"])
    changes = audit.difference(before, audit.snapshot(activity))
    changes.pop("version")
    audit.record(activity, actor=actor, verb=AuditEntry.Verb.TRANSITION, changes=changes)
    follow_status(activity, before["status"], actor=actor, ended=(on, Precision.DAY))
