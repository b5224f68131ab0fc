"""Writing down a course and correcting it."""

from __future__ import annotations

import uuid
from typing import Any, cast

from beneficiaries.models import Course
from partnerships.services import create_record, update_record
from portal.ground.models import User

Links = dict[str, list[Any]]


def create_course(
    course: Course, values: dict[str, Any], links: Links, *, actor: User, key: uuid.UUID
) -> tuple[Course, bool]:
    """Write down a course of a partnership, with the needs that led to it; once for one form key.

    `values` are its columns and `links` the rows of its lists. Returns it and whether it is new. Raises
    ValidationError or PermissionDenied.
    """
    return create_record(cast("Any", course), values, links, actor=actor, key=key)


def update_course(course: Course, values: dict[str, Any], links: Links, *, actor: User, version: int) -> Course:
    """Correct a course that still has `version`. Raises StaleVersion, ValidationError or PermissionDenied."""
    return update_record(cast("Any", course), values, links, actor=actor, version=version)
