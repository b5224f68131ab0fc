"""Releasing some of the invented activities to the public, as two people would; one text is left waiting."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings

from activities.models import Activity, Photo, PublicText
from activities.services import propose_public_text, release_public_text
from portal.ground.models import User

PHOTOS = 4


def publish_texts(
    activities: Mapping[str, Activity],
    plan: Mapping[str, Any],
    *,
    people: Mapping[str, User],
    key: Callable[[str], uuid.UUID],
) -> None:
    """Propose the texts that `plan` names for the writers, and let the officer release all but those left waiting."""
    for writer, names in plan["writers"].items():
        for name in names:
            row = _propose(activities[name], people[writer], key(f"public {name}"))
            if name not in plan["waiting"]:
                release_public_text(row, actor=people["officer"], version=row.version)
    PublicText.objects.filter(activity__is_demonstration=True).update(is_demonstration=True)


def _propose(activity: Activity, writer: User, key: uuid.UUID) -> PublicText:
    texts = {
        f"{name}_{code}": getattr(activity, f"{source}_{code}") or ""
        for code, _name in settings.LANGUAGES
        for name, source in (("title", "title"), ("text", "summary"))
    }
    photos = Photo.objects.publishable().filter(log_entry__activity=activity).order_by("pk")[:PHOTOS]
    return propose_public_text(activity, texts, photos=photos, actor=writer, key=key)[0]
