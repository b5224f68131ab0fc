"""Proposing, releasing and withdrawing what the public reads about an activity."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from activities.models import Activity, Photo, PublicText
from partnerships.access import require
from partnerships.models import Role
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.once import once
from portal.ground.versions import StaleVersion

State = PublicText.State


def propose_public_text(
    activity: Activity, values: dict[str, Any], *, photos: Iterable[Photo], actor: User, key: uuid.UUID
) -> tuple[PublicText, bool]:
    """Propose what the public reads about an activity, once for one form key. Returns it and whether it is new.

    `values` are the title and the text in the portal's languages. What is released already stays until somebody else
    releases the new one. Raises ValidationError, also while another proposal waits, or PermissionDenied.
    """

    def make() -> PublicText:
        held = Activity.objects.select_for_update(of=("self",), no_key=True).get(pk=activity.pk)
        require(actor, Role.COORDINATOR, held.partnership)
        if PublicText.objects.open().filter(activity=held).exists():
            raise ValidationError(_("Another text of this activity waits for its release already: change that one."))
        last = held.public_texts.aggregate(last=Max("number"))["last"] or 0
        row = PublicText(activity=held, number=last + 1, **values)
        _write(row, photos, actor=actor)
        audit.record(row, actor=actor, verb=AuditEntry.Verb.CREATE, changes=_told(row), parent=held)
        return row

    return once(key, make, actor=actor, rows=PublicText.objects.all())


@transaction.atomic
def change_public_text(
    row: PublicText, values: dict[str, Any], *, photos: Iterable[Photo], actor: User, version: int
) -> PublicText:
    """Change a proposal that still has `version`; who changes it is one of its writers.

    Raises StaleVersion, ValidationError where it waits no longer, or PermissionDenied.
    """
    row = _held(row, Role.COORDINATOR, actor=actor)
    photos = list(photos)
    before = _told(row)
    if row.version != version:
        raise StaleVersion(row)
    if row.state != State.PROPOSED:
        raise ValidationError(_("This text waits no longer for its release: propose another one."))
    for name, value in values.items():
        setattr(row, name, value)
    if audit.difference(before, audit.snapshot(row)) or before["photos"] != sorted(photo.pk for photo in photos):
        row.version += 1
        _write(row, photos, actor=actor)
        changes = audit.difference(before, _told(row))
        changes.pop("version")
        audit.record(row, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes, parent=row.activity)
    return row


@transaction.atomic
def release_public_text(row: PublicText, *, actor: User, version: int) -> PublicText:
    """Let everybody read a proposal as it was read in `version`; the text before it is replaced. Sent twice: once.

    Raises PermissionDenied, StaleVersion, or ValidationError: for who wrote it, where a photo may no longer be shown,
    and where it waits no longer.
    """
    row = _held(row, Role.OFFICER, actor=actor)
    if row.state == State.RELEASED and row.released_by_id == actor.pk:
        return row
    if row.version != version:
        raise StaleVersion(row)
    if row.state != State.PROPOSED:
        raise ValidationError(_("This text waits no longer for its release: propose another one."))
    if row.writers.filter(pk=actor.pk).exists():
        raise ValidationError(_("You wrote this text yourself: somebody else releases it."))
    photos = list(row.photos.all())
    _check_photos(row, photos)
    for older in row.activity.public_texts.filter(state=State.RELEASED).select_for_update():
        _move(older, State.REPLACED, actor=actor)
    row.released_by, row.released_at = actor, timezone.now()
    row.seals = {str(photo.pk): photo.sha256 for photo in photos}
    _move(row, State.RELEASED, actor=actor)
    return row


@transaction.atomic
def withdraw_public_text(row: PublicText, *, actor: User, reason: str) -> PublicText:
    """Take a released text off the public pages at once, or a proposal back. Sent twice it does so once.

    Whoever writes in the partnership may do so: what should not be there must not wait. Raises PermissionDenied.
    """
    row = _held(row, Role.COORDINATOR, actor=actor)
    if row.state in {State.PROPOSED, State.RELEASED}:
        row.withdrawn_at, row.reason = timezone.now(), reason.strip()
        _move(row, State.WITHDRAWN, actor=actor, reason=row.reason)
    return row


def _held(row: PublicText, role: Role, *, actor: User) -> PublicText:
    activity = Activity.objects.select_for_update(of=("self",), no_key=True).get(pk=row.activity_id)
    require(actor, role, activity.partnership)
    return PublicText.objects.select_for_update(of=("self",)).select_related("activity__partnership").get(pk=row.pk)


def _write(row: PublicText, photos: Iterable[Photo], *, actor: User) -> None:
    photos = list(photos)
    _check_photos(row, photos)
    row.slug = _slug_of(row)
    row.proposed_by, row.proposed_at = actor, timezone.now()
    row.full_clean(exclude=["title", "text"])
    row.save()
    row.photos.set(photos)
    row.writers.add(actor)


def _check_photos(row: PublicText, photos: list[Photo]) -> None:
    """Refuse a photo that may not leave the portal, and one of another activity. Raises ValidationError."""
    shown = Photo.objects.publishable().filter(log_entry__activity=row.activity_id, pk__in=[one.pk for one in photos])
    if shown.count() != len(photos):
        raise ValidationError(
            {"photos": _("A photo may not be shown: its consent is missing, its entry withdrawn, or its place secret.")}
        )


def _slug_of(row: PublicText) -> str:
    """Return the short name for the address: made of the public title alone, and kept while the title stays."""
    order = ["en", *(code for code, _name in settings.LANGUAGES)]
    named = (slugify(getattr(row, f"title_{code}") or "") for code in order)
    base = next(filter(None, named), "")[:70] or "activity"
    of_partnership = PublicText.objects.filter(activity__partnership=row.activity.partnership_id)
    taken = set(of_partnership.exclude(activity=row.activity_id).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _move(row: PublicText, to: State, *, actor: User, reason: str = "") -> None:
    changes = {"state": [row.state, to.value]}
    row.state = to
    row.version += 1
    row.save()
    verb = AuditEntry.Verb.WITHDRAW if to == State.WITHDRAWN else AuditEntry.Verb.TRANSITION
    audit.record(row, actor=actor, verb=verb, changes=changes, parent=row.activity, reason=reason)


def _told(row: PublicText) -> dict[str, Any]:
    return audit.snapshot(row) | {"photos": sorted(row.photos.values_list("pk", flat=True))}
