"""Photos: a second person lets one of a hidden place show, and an agreement that was taken back takes one away."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Photo
from partnerships.access import may, require
from partnerships.models import Role
from partnerships.services.withdrawing import take_back
from portal.ground import audit
from portal.ground.models import AuditEntry, User


def may_approve(photo: Photo, user: User) -> tuple[bool, str]:
    """Return whether somebody may let a photo show that waits for a second person, and else the reason."""
    allowed, reason = may(user, Role.COORDINATOR, photo.log_entry.activity.partnership)
    if not allowed:
        return False, reason
    if user.pk in {photo.added_by_id, photo.log_entry.author_id}:
        return False, _("Somebody else than who added the photo approves it.")
    return True, ""


@transaction.atomic
def approve_photo(photo: Photo, *, actor: User) -> None:
    """Let a photo of a place that must not be found show inside the portal. Sent twice it does so once.

    Raises PermissionDenied, for who added it too.
    """
    photo = _held(photo)
    allowed, reason = may_approve(photo, actor)
    if not allowed:
        raise PermissionDenied(reason)
    if not photo.waits:
        return
    photo.approved_by, photo.approved_at = actor, timezone.now()
    photo.save(update_fields=["approved_by", "approved_at"])
    changes = {"approved_by_id": [None, actor.pk]}
    audit.record(photo, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes, parent=photo.log_entry)


@transaction.atomic
def withdraw_consent(photo: Photo, *, actor: User, on: dt.date) -> None:
    """Take a photo out of every page, file and report: its people took their agreement back on a day.

    Its files and its caption are erased; the row stays with the date. Sent twice it does so once. Raises
    PermissionDenied.
    """
    photo = _held(photo)
    require(actor, Role.COORDINATOR, photo.log_entry.activity.partnership)
    _erase(photo, actor=actor, on=on, verb=AuditEntry.Verb.WITHDRAW)


def unasked_photos(before: dt.date) -> models.QuerySet[Photo]:
    """Return the photos, kept since before a day, whose people nobody has asked."""
    rows = Photo.objects.filter(consent=Photo.Consent.MISSING, consent_withdrawn_on__isnull=True)
    return rows.filter(added_at__date__lt=before).order_by("pk")


@transaction.atomic
def erase_unasked(photo: Photo, *, on: dt.date) -> None:
    """Erase a photo whose people were not asked for as long as was agreed: as if they had said no."""
    _erase(_held(photo), actor=None, on=on, verb=AuditEntry.Verb.ERASE)


def _erase(photo: Photo, *, actor: User | None, on: dt.date, verb: str) -> None:
    if photo.consent_withdrawn_on is not None:
        return
    for file in (photo.file, photo.thumbnail):
        if file:
            transaction.on_commit(partial(file.storage.delete, str(file.name)))
    photo.consent_withdrawn_on, photo.consent = on, Photo.Consent.MISSING
    photo.file, photo.thumbnail, photo.caption, photo.original_name, photo.sha256 = "", "", "", "", ""
    photo.save()
    changes = {"consent_withdrawn_on": [None, on.isoformat()]}
    audit.record(photo, actor=actor, verb=verb, changes=changes, parent=photo.log_entry)
    take_back([photo.log_entry.activity.partnership_id], actor=actor)


def _held(photo: Photo) -> Photo:
    rows = Photo.objects.select_for_update(of=("self",))
    return rows.select_related("log_entry__activity__partnership", "log_entry__activity__place").get(pk=photo.pk)
