"""What the columns of the municipalities' own spreadsheets mean."""

from __future__ import annotations

from django.contrib import admin

from activities.models import SheetColumn
from partnerships.admin.base import OwnPartnershipAdmin
from portal.ground.admin import VisibleFilter


@admin.register(SheetColumn)
class SheetColumnAdmin(OwnPartnershipAdmin):
    """Columns that an import remembered; one that was understood wrongly is taken away here."""

    list_display = ["heading", "number", "field", "kind", "partnership"]
    list_filter = ["kind", ("partnership", VisibleFilter)]
    list_select_related = ["partnership"]
    search_fields = ["heading", "field"]
    autocomplete_fields = ["partnership"]
    parent_field = "partnership"
