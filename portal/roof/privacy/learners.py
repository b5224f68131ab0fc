"""A learner's code outside the learner's own rows: in the trail of other records, and in texts that a session keeps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from beneficiaries.models import Learner
from beneficiaries.models.learners import is_distinctive
from beneficiaries.services.erasing import Erased, erase_learner
from partnerships.access import partnership_id_of
from partnerships.models import Membership
from portal.ground import audit, carry
from portal.ground.models import AuditEntry, User


@transaction.atomic
def erase_learner_everywhere(learner: Learner, *, actor: User | None, on: dt.date) -> Erased:
    """Erase a learner, and take the code out of what the portal itself keeps of other people's texts.

    What people wrote stays as it is: only they can take a code out of it (see `telling.mentions`). A code that is a
    mere number or word would be found where it means something else, so it is looked for near the learner alone.
    Raises PermissionDenied.
    """
    held = Learner.objects.select_for_update(of=("self",)).get(pk=learner.pk)
    erased = erase_learner(learner, actor=actor, on=on)
    if not erased.records or not is_distinctive(held.code):
        return erased
    carry.strike_out(held.code, writers=_writers(held.partnership_id))
    return erased + Erased(0, audit.empty(_entries_naming(held), at=timezone.now()))


def _writers(partnership: int) -> set[int]:
    """Return the keys of who could ever write about the learners of a partnership."""
    members = Membership.objects.filter(partnership=partnership).values("user")
    return set(User.objects.filter(Q(is_superuser=True) | Q(pk__in=members)).values_list("pk", flat=True))


def _entries_naming(learner: Learner) -> list[int]:
    """Return the keys of the entries that name the code of a learner and mean this one.

    An entry about what belongs to no partnership is meant where nobody else has the same code.
    """
    standing = AuditEntry.objects.filter(emptied_at__isnull=True)
    keys = audit.entries_naming([learner.code], among=standing)
    others = Learner.objects.filter(code__iexact=learner.code).exclude(pk=learner.pk)
    meant = {learner.partnership_id} if others.exists() else {learner.partnership_id, None}
    return [entry.pk for entry in standing.filter(pk__in=keys) if _home_of(entry) in meant]


def _home_of(entry: AuditEntry) -> int | None:
    """Return the number of the partnership that an entry is about; that of its parent where the record is gone."""
    for label, key in ((entry.target_type, entry.target_id), (entry.parent_type, entry.parent_id)):
        row = _row(label, key)
        if row is not None:
            return partnership_id_of(row)
    return None


def _row(label: str, key: int | None) -> Any:
    try:
        model: type[models.Model] = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model._default_manager.filter(pk=key).first()
