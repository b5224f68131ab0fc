"""Forms that are safe to send twice: the key of a form leads to the one record that came of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from portal.ground.models import Submission, User

Row = TypeVar("Row", bound=models.Model)


def once(key: uuid.UUID, make: Callable[[], Row], *, actor: User, rows: models.QuerySet[Row]) -> tuple[Row, bool]:
    """Return what `make` makes, or the row in `rows` that came of the same key before, and whether it is new.

    The key is claimed and the row made in one transaction: of five equal forms sent at once, one makes the
    row and four wait for it and find it. A key that somebody else used, or another kind of form, means nothing
    here: the row is made under a fresh one. Raises what `make` raises; the key is then free again. Raises
    ValidationError where what came of the key is gone: a form sent again does not bring back what was taken away.
    """
    kind = rows.model._meta.label_lower
    try:
        with transaction.atomic():
            submission = Submission.objects.create(key=key, user=actor, target_type=kind)
            row = make()
            submission.target_id = row.pk
            submission.save(update_fields=["target_id"])
            return row, True
    except IntegrityError:
        earlier = Submission.objects.filter(key=key).first()
        if earlier is None:
            raise
        if earlier.user_id != actor.pk or earlier.target_type != kind:
            return once(uuid.uuid4(), make, actor=actor, rows=rows)
        made = rows.filter(pk=earlier.target_id).first()
        if made is None:
            raise ValidationError(_("What came of this form was removed meanwhile: begin a new one.")) from None
        return made, False


def sent_before(key: object, *, actor: User, model: type[models.Model]) -> bool:
    """Say whether a record came of this form already, before its own values are held against the form sent again."""
    try:
        number = uuid.UUID(str(key))
    except ValueError:
        return False
    made = Submission.objects.filter(key=number, user=actor, target_type=model._meta.label_lower)
    return made.filter(target_id__isnull=False).exists()


def old_keys(before: dt.date) -> models.QuerySet[Submission]:
    """Return the keys of forms that were sent before a day: nobody sends one of them again."""
    return Submission.objects.filter(sent_at__date__lt=before).order_by("pk")
