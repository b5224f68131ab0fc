"""Records that stay: whoever would delete one is told why, on its page, alone or with many."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse

from portal.ground.admin.trail import TrailAdmin


class KeepingAdmin(TrailAdmin):
    """A ModelAdmin that deletes no record which other figures hang on."""

    def why_it_stays(self, obj: Any) -> str:
        """Return the sentence that says why the record is not deleted; empty where it may go."""
        return ""

    def hold_before_removal(self, obj: Any) -> None:
        """Hold what speaks for the record, so that nobody changes it before the record is gone."""

    def may_be_removed(self, obj: Any) -> bool:
        """Say whether nothing speaks for the record; a page without a record is not asked."""
        return obj is None or not self.why_it_stays(obj)

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, and to who may change the record why it is not deleted."""
        obj = kwargs.get("obj")
        if obj is not None and self.has_change_permission(request, obj) and (why := self.why_it_stays(obj)):
            messages.warning(request, why)
        # A third of a form's weight; the list, one step back, has it.
        context["is_nav_sidebar_enabled"] = False
        return super().render_change_form(request, context, **kwargs)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask, then delete; what stays is refused with its sentence."""
        obj = self.get_object(request, unquote(object_id))
        if obj is not None and self.has_change_permission(request) and (why := self.why_it_stays(obj)):
            raise PermissionDenied(why)
        return super().delete_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], list[Any]]:
        """Name what stays among the chosen records, each with its sentence; as long as there is one, none goes."""
        found, counts, lacking, protected = super().get_deleted_objects(objs, request)
        kept = [f"{obj}: {why}" for obj in objs if (why := self.why_it_stays(obj))]
        if kept:
            lacking = lacking - {self.opts.verbose_name}
        return found, counts, lacking, [*kept, *protected]

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Delete one record, asked again while what speaks for it is held."""
        self.hold_before_removal(obj)
        stored = type(obj)._default_manager.filter(pk=obj.pk).first()
        if stored is not None and (why := self.why_it_stays(stored)):
            raise PermissionDenied(why)
        super().delete_model(request, obj)
