"""Making, changing and moving an activity."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from activities.models import Activity, ActivityOrganisation, Status
from activities.rules import NEEDS_A_REASON, check_change
from activities.services.delays import follow_status
from activities.services.values import ActivityValues
from partnerships.access import require
from partnerships.models import Outcome, Role
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.once import once
from portal.ground.versions import StaleVersion


def create_activity(values: ActivityValues, *, actor: User, key: uuid.UUID) -> tuple[Activity, bool]:
    """Make an activity, once for one form key. Returns it and whether it is new. Raises ValidationError."""

    def make() -> Activity:
        activity = Activity(**values.columns)
        require(actor, Role.COORDINATOR, activity.partnership)
        activity.slug = f"{slugify(activity.title)[:60] or 'activity'}-{uuid.uuid4().hex[:8]}"
        activity.full_clean()
        activity.save()
        _link(activity, values)
        audit.record(activity, actor=actor, verb=AuditEntry.Verb.CREATE, changes=audit.snapshot(activity))
        return activity

    return once(key, make, actor=actor, rows=Activity.objects.all())


@transaction.atomic
def tie_activity(activity: Activity, outcome: Outcome, *, actor: User) -> Activity:
    """Tie an activity to the result that it works toward. Raises ValidationError or PermissionDenied."""
    require(actor, Role.COORDINATOR, activity.partnership)
    activity = Activity.objects.select_for_update(of=("self",), no_key=True).get(pk=activity.pk)
    before = audit.snapshot(activity)
    activity.outcome = outcome
    activity.full_clean()
    changes = audit.difference(before, audit.snapshot(activity))
    if changes:
        activity.version += 1
        activity.save()
        audit.record(activity, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes)
    return activity


@transaction.atomic
def update_activity(activity: Activity, values: ActivityValues, *, actor: User, version: int) -> Activity:
    """Change an activity that still has `version`. Raises StaleVersion, ValidationError or PermissionDenied."""
    activity = _fresh(activity, version)
    require(actor, Role.COORDINATOR, activity.partnership)
    before = audit.snapshot(activity) | _links(activity)
    for name, value in values.columns.items():
        setattr(activity, name, value)
    activity.version += 1
    activity.full_clean()
    check_change(activity)
    activity.save()
    _link(activity, values)
    changes = audit.difference(before, audit.snapshot(activity) | _links(activity))
    changes.pop("version", None)
    if changes:
        audit.record(activity, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes)
    return activity


@transaction.atomic
def move_activity(
    activity: Activity,
    *,
    actor: User,
    to: Status,
    note: str,
    version: int,
    revised: tuple[dt.date | None, str] = (None, ""),
    ended: tuple[dt.date | None, str] = (None, ""),
) -> Activity:
    """Move an activity to another status, if that is allowed from where it is.

    A delay and a cancellation need a reason. A delay is recorded with the reason and for when the activity is planned
    now (`revised`, a day and how exact it is known); it ends on the day `ended` when the activity moves on.
    Sent twice it moves once. Raises ValidationError, StaleVersion.
    """
    activity = Activity.objects.select_for_update(of=("self",), no_key=True).get(pk=activity.pk)
    require(actor, Role.COORDINATOR, activity.partnership)
    if activity.status == to:
        return activity
    activity = _fresh(activity, version)
    if to not in Status(activity.status).next:
        sentence = _("An activity that is “%(now)s” cannot become “%(then)s”.") % {
            "now": activity.get_status_display(),
            "then": to.label,
        }
        raise ValidationError({"status": sentence})
    if to in NEEDS_A_REASON and not note.strip():
        raise ValidationError({"note": _("Say why: it stands in the annual report.")})
    before = audit.snapshot(activity)
    _set_status(activity, to, note.strip())
    changes = audit.difference(before, audit.snapshot(activity))
    changes.pop("version")
    audit.record(activity, actor=actor, verb=AuditEntry.Verb.TRANSITION, changes=changes, reason=note.strip())
    follow_status(activity, before["status"], actor=actor, revised=revised, ended=ended)
    return activity


def _set_status(activity: Activity, to: Status, note: str) -> None:
    for code, _name in settings.LANGUAGES:
        # The note of the status before says nothing of this one, in whatever language it was written.
        setattr(activity, f"status_note_{code}", "")
    activity.status, activity.status_note = to, note
    activity.version += 1
    activity.save()


def _fresh(activity: Activity, version: int) -> Activity:
    # No key changes, so that an entry which is just being written about the activity need not wait.
    current = Activity.objects.select_for_update(of=("self",), no_key=True).get(pk=activity.pk)
    if current.version != version:
        raise StaleVersion(current)
    return current


def _links(activity: Activity) -> dict[str, list[str]]:
    return {
        name: sorted(str(item) for item in getattr(activity, name).all())
        for name in ("themes", "target_groups", "organisations")
    }


def _link(activity: Activity, values: ActivityValues) -> None:
    activity.themes.set(values.themes)
    activity.target_groups.set(values.target_groups)
    chosen = {organisation.pk for organisation in values.organisations}
    ActivityOrganisation.objects.filter(activity=activity).exclude(organisation__in=chosen).delete()
    there = set(activity.organisation_roles.values_list("organisation", flat=True))
    ActivityOrganisation.objects.bulk_create(
        ActivityOrganisation(activity=activity, organisation_id=pk, role=ActivityOrganisation.Role.PARTNER)
        for pk in sorted(chosen - there)
    )
