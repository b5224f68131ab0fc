"""Delays of activities: recorded when an activity falls behind, put off once more, and ended when it moves on (A12)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from activities.models import Activity, Delay, Status
from partnerships.access import require
from partnerships.models import Role
from partnerships.services import hold_years_open
from portal.ground import audit
from portal.ground.dates import Precision
from portal.ground.models import AuditEntry, User
from portal.ground.once import once
from portal.ground.versions import StaleVersion

REASONS = [f"reason_{code}" for code, _name in settings.LANGUAGES]
# What may fall behind; what is delayed already may be put off once more.
MAY_BE_DELAYED = [status for status in Status if Status.DELAYED in status.next or status == Status.DELAYED]


def record_delay(activity: Activity, values: dict[str, Any], *, actor: User, key: uuid.UUID) -> tuple[Delay, bool]:
    """Record that an activity falls behind, or is put off once more; once for one form key.

    `values` are columns of the delay. The activity becomes “delayed”, with the same reason. Returns the delay and
    whether it is new. Raises ValidationError or PermissionDenied.
    """

    def make() -> Delay:
        held = _held(activity, actor)
        if held.status not in MAY_BE_DELAYED:
            sentence = _("An activity that is “%(now)s” cannot become “%(then)s”.")
            words = {"now": held.get_status_display(), "then": Status.DELAYED.label}
            raise ValidationError(sentence % words)
        before = audit.snapshot(held)
        _give_reason(held, values)
        was, held.status = held.status, Status.DELAYED.value
        held.version += 1
        held.save()
        changes = audit.difference(before, audit.snapshot(held))
        changes.pop("version")
        verb = AuditEntry.Verb.TRANSITION if was != held.status else AuditEntry.Verb.UPDATE
        audit.record(held, actor=actor, verb=verb, changes=changes)
        return _make(Delay(activity=held, **values), actor=actor)

    return once(key, make, actor=actor, rows=Delay.objects.all())


@transaction.atomic
def update_delay(delay: Delay, values: dict[str, Any], *, actor: User, version: int) -> Delay:
    """Correct a delay that still has `version`. Raises StaleVersion, ValidationError or PermissionDenied."""
    _held(delay.activity, actor)
    row = Delay.objects.select_for_update(of=("self",)).select_related("activity__partnership").get(pk=delay.pk)
    if row.version != version and any(getattr(row, name) != value for name, value in values.items()):
        raise StaleVersion(row)
    _save(row, values, actor=actor)
    return row


def follow_status(
    activity: Activity,
    before: str,
    *,
    actor: User,
    revised: tuple[dt.date | None, str] = (None, ""),
    ended: tuple[dt.date | None, str] = (None, ""),
) -> None:
    """Open or end the delays of an activity that has just moved from the status `before`.

    The reason is that of the status. `revised` is for when the activity is planned now, `ended` when it went on,
    each a day and how exact it is known; a day that nobody told stays unknown. Raises ValidationError.
    """
    after = activity.status
    running = activity.delays.filter(is_over=False)
    if after == Status.DELAYED and before != after and not running.exists():
        planned = (activity.starts_on, activity.starts_precision) if before == Status.PLANNED else (None, "")
        delay = Delay(
            activity=activity,
            planned_on=planned[0],
            planned_precision=planned[1],
            revised_on=revised[0],
            revised_precision=revised[1],
        )
        for name in REASONS:
            setattr(delay, name, getattr(activity, name.replace("reason", "status_note")) or "")
        _make(delay, actor=actor)
    elif before == Status.DELAYED and after != before:
        day, precision = ended
        for row in running.select_for_update(of=("self",)):
            _save(row, {"is_over": True, "ended_on": day, "ended_precision": precision}, actor=actor)


def hold_end(delay: Delay) -> None:
    """Make sure that no locked year holds the end of a delay, nor the end that it had before.

    What was once planned may lie in a locked year: a plan is nothing that happened. Raises ValidationError.
    """
    stored = Delay.objects.filter(pk=delay.pk).values_list("ended_on", flat=True) if delay.pk else []
    days = [day for day in (delay.ended_on, *stored) if day]
    if days:
        hold_years_open(delay.activity.partnership, days=days, field="ended_on")


def _held(activity: Activity, actor: User) -> Activity:
    held = Activity.objects.select_for_update(of=("self",), no_key=True).select_related("partnership")
    row = held.get(pk=activity.pk)
    require(actor, Role.COORDINATOR, row.partnership)
    return row


def _give_reason(activity: Activity, values: dict[str, Any]) -> None:
    if any(values.get(name) for name in REASONS):
        for name in REASONS:
            setattr(activity, name.replace("reason", "status_note"), values.get(name) or "")


def _make(delay: Delay, *, actor: User) -> Delay:
    last = delay.activity.delays.aggregate(last=Max("number"))["last"] or 0
    delay.number = last + 1
    _check(delay)
    delay.save()
    changes = audit.snapshot(delay)
    audit.record(delay, actor=actor, verb=AuditEntry.Verb.CREATE, changes=changes, parent=delay.activity)
    return delay


def _save(delay: Delay, values: dict[str, Any], *, actor: User) -> None:
    before = audit.snapshot(delay)
    for name, value in values.items():
        setattr(delay, name, value)
    _check(delay)
    changes = audit.difference(before, audit.snapshot(delay))
    if not changes:
        return
    delay.version += 1
    delay.save()
    audit.record(delay, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes, parent=delay.activity)


def _check(delay: Delay) -> None:
    if delay.planned_on and delay.revised_on:
        planned = Precision(delay.planned_precision or Precision.DAY).last_day(delay.planned_on)
        revised = Precision(delay.revised_precision or Precision.DAY).last_day(delay.revised_on)
        if revised < planned:
            raise ValidationError({"revised_on": _("A delay ends later than planned: check both dates.")})
    delay.full_clean()
    hold_end(delay)
