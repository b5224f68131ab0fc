"""Verbs about confidential notes. What one says is in no audit entry, no log and no message of an error."""

from __future__ import annotations

import datetime as dt
import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from beneficiaries.models import Cohort, ConfidentialNote, Learner
from partnerships.models import Membership, Partnership, Side
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.once import once
from portal.ground.sealing import reseal, seal, unseal


def require_named(user: User, partnership: Partnership, side: str, *, on: dt.date) -> None:
    """Raise PermissionDenied unless `user` is named to read the notes of a side (Membership.reads_notes)."""
    named = Membership.objects.filter(user=user, partnership=partnership, side=side, reads_notes=True)
    if not named.active(on).exists():
        raise PermissionDenied(_("Only those who are named for it write and read confidential notes."))


def write_note(
    partnership: Partnership,
    *,
    side: Side | str,
    noted_on: dt.date,
    text: str,
    language: str,
    actor: User,
    key: uuid.UUID,
    on: dt.date,
    cohort: Cohort | None = None,
    learner: Learner | None = None,
) -> tuple[ConfidentialNote, bool]:
    """Write a note down, sealed, once for one form key; return it and whether it is new.

    Raises PermissionDenied, SealingError where the server has no key, or ValidationError.
    """

    def make() -> ConfidentialNote:
        require_named(actor, partnership, side, on=on)
        note = ConfidentialNote(
            partnership=partnership,
            side=side,
            noted_on=noted_on,
            cohort=cohort,
            learner=learner,
            language=language,
            author=actor,
            sealed=seal(text),
        )
        note.full_clean()
        note.save()
        audit.record(note, actor=actor, verb=AuditEntry.Verb.CREATE, changes=audit.snapshot(note))
        return note

    return once(key, make, actor=actor, rows=ConfidentialNote.objects.all())


@transaction.atomic
def read_note(note: ConfidentialNote, *, actor: User, on: dt.date) -> str:
    """Return what a note says; that it was read is in the audit before the text leaves.

    Raises PermissionDenied or SealingError.
    """
    require_named(actor, note.partnership, note.side, on=on)
    text = unseal(note.sealed)
    audit.record(note, actor=actor, verb=AuditEntry.Verb.READ)
    return text


@transaction.atomic
def settle_note(note: ConfidentialNote, *, actor: User, on: dt.date) -> bool:
    """Say that a note was dealt with; returns whether this call did it. Raises PermissionDenied."""
    require_named(actor, note.partnership, note.side, on=on)
    held = ConfidentialNote.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if held.settled_on is not None:
        return False
    held.settled_on = on
    held.save(update_fields=["settled_on"])
    changes = {"settled_on": [None, on.isoformat()]}
    audit.record(held, actor=actor, verb=AuditEntry.Verb.TRANSITION, changes=changes)
    return True


@transaction.atomic
def rotate_keys() -> int:
    """Seal every note anew with the first key, all or none; returns how many. Raises SealingError."""
    notes = list(ConfidentialNote.objects.select_for_update(of=("self",)).order_by("pk"))
    for note in notes:
        note.sealed = reseal(note.sealed)
    ConfidentialNote.objects.bulk_update(notes, ["sealed"], batch_size=200)
    return len(notes)
