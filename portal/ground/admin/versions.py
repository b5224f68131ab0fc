"""Records that several people edit: the page carries the version that its reader saw."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest


class VersionedMixin:
    """Puts the version into the page of a record; its form is a VersionedForm."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the fieldsets, with the hidden version for who may change the record."""
        fieldsets = list(super().get_fieldsets(request, obj))
        named = flatten_fieldsets(fieldsets)
        if obj is not None and "seen_version" not in named and self.has_change_permission(request, obj):
            fieldsets.append((None, {"fields": ["seen_version"]}))
        return fieldsets
