"""Parts of a record that may be many: its page names them, and each is edited on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst

from portal.ground.admin.keeping import KeepingAdmin

MOST = 50


@dataclass(frozen=True)
class PartLink:
    """The way to one part: its name, its years where it has some, and where it is edited."""

    name: str
    note: str
    url: str


@dataclass(frozen=True)
class PartList:
    """The parts of one kind; `add_url` is empty for who may add none, `all_url` where all are named here."""

    title: str
    links: list[PartLink]
    count: int
    add_url: str
    all_url: str


class PartListsAdmin(KeepingAdmin):
    """A ModelAdmin whose pages stay light however many parts a record has."""

    # Models whose `parent_field` leads to the record.
    part_lists: list[type[models.Model]] = []

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, and below it the parts that have pages of their own."""
        if (obj := kwargs.get("obj")) is not None:
            found = [self._part_list(request, obj, model) for model in self.part_lists]
            context["part_lists"] = [part_list for part_list in found if part_list]
        return super().render_change_form(request, context, **kwargs)

    def _part_list(self, request: HttpRequest, obj: models.Model, model: type[models.Model]) -> PartList | None:
        options: Any = self.admin_site.get_model_admin(model)
        if not options.has_view_permission(request):
            return None
        rows = options.get_queryset(request).filter(**{options.parent_field: obj})
        rows = rows.select_related(*options.list_select_related)
        count = rows.count()
        start = f"{self.admin_site.name}:{model._meta.app_label}_{model._meta.model_name}_"
        add_url = f"{reverse(f'{start}add')}?{options.parent_field}={obj.pk}"
        all_url = f"{reverse(f'{start}changelist')}?{options.parent_field}__id__exact={obj.pk}"
        return PartList(
            title=capfirst(str(model._meta.verbose_name_plural)),
            links=[
                PartLink(str(row), getattr(row, "span_text", ""), reverse(f"{start}change", args=[row.pk]))
                for row in rows[:MOST]
            ],
            count=count,
            add_url=add_url if options.has_add_permission(request) else "",
            all_url=all_url if count > MOST else "",
        )
