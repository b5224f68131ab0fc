"""Works that came of the activities, and where they were shown."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from activities.models import Product, Showing
from partnerships.admin.base import OwnPartnershipAdmin
from partnerships.admin.dated import DatedAdmin, DatedForm, DatedTabular
from partnerships.services.days import is_locked
from portal.ground.admin import VisibleFilter


class ShowingInline(DatedTabular):
    """Where the work was shown."""

    model = Showing
    fields = ["number", "side", "shown_on", "precision", "log_entry", "venue", "place", "host_event"]
    autocomplete_fields = ["log_entry", "venue", "place", "host_event"]
    select_related = ["product"]


@admin.register(Product)
class ProductAdmin(DatedAdmin):
    """Works with their showings."""

    readonly_fields: list[str] = []
    list_display = ["title", "kind", "partnership", "activity", "date_text"]
    list_filter = ["kind", ("partnership", VisibleFilter)]
    list_select_related = ["partnership", "activity"]
    date_hierarchy = "finished_on"
    autocomplete_fields = ["partnership", "activity", "came_from", "phase", "municipality"]
    inlines = [ShowingInline]


@admin.register(Showing)
class ShowingAdmin(OwnPartnershipAdmin):
    """Where works were shown."""

    form = DatedForm
    list_display = ["product", "number", "side", "date_text", "venue", "host_event"]
    list_filter = ["side", ("product__partnership", VisibleFilter)]
    list_select_related = ["product", "venue", "host_event"]
    search_fields = ["product__slug"]
    autocomplete_fields = ["product", "log_entry", "venue", "place", "host_event"]
    parent_field = "product"

    def is_closed(self, obj: Any) -> bool:
        """Say whether a locked year holds it."""
        return is_locked(obj)
