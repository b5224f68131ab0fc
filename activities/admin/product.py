"""Works that came of the activities, and where they were shown."""

from __future__ import annotations

from django.contrib import admin

from activities.models import Product, Showing
from partnerships.admin.base import OwnPartnershipAdmin, OwnTabular, OwnTranslatedAdmin
from portal.ground.admin import VisibleFilter


class ShowingInline(OwnTabular):
    """Where the work was shown."""

    model = Showing
    fields = ["number", "side", "shown_on", "precision", "log_entry", "venue", "place", "host_event"]
    autocomplete_fields = ["log_entry", "venue", "place", "host_event"]
    select_related = ["product"]


@admin.register(Product)
class ProductAdmin(OwnTranslatedAdmin):
    """Works with their showings."""

    list_display = ["title", "kind", "partnership", "activity", "date_text"]
    list_filter = ["kind", ("partnership", VisibleFilter)]
    list_select_related = ["partnership", "activity"]
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    date_hierarchy = "finished_on"
    autocomplete_fields = ["partnership", "activity", "came_from", "phase", "municipality"]
    prepopulated_fields = {"slug": ["title"]}
    parent_field = "partnership"
    inlines = [ShowingInline]


@admin.register(Showing)
class ShowingAdmin(OwnPartnershipAdmin):
    """Where works were shown."""

    list_display = ["product", "number", "side", "date_text", "venue", "host_event"]
    list_filter = ["side", ("product__partnership", VisibleFilter)]
    list_select_related = ["product", "venue", "host_event"]
    search_fields = ["product__slug"]
    autocomplete_fields = ["product", "log_entry", "venue", "place", "host_event"]
    parent_field = "product"
