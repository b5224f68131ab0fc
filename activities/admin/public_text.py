"""What the public reads about activities: read here, and written on the pages of the activity by two people."""

from __future__ import annotations

from django.contrib import admin

from activities.models import PublicText
from partnerships.admin.base import OwnPartnershipAdmin
from portal.ground.admin import ReadOnlyMixin, VisibleFilter


@admin.register(PublicText)
class PublicTextAdmin(ReadOnlyMixin, OwnPartnershipAdmin):
    """Public texts: nobody releases one past the second person."""

    list_display = ["title", "activity", "state", "proposed_by", "released_by", "is_demonstration"]
    list_filter = ["state", "origin", ("activity__partnership", VisibleFilter)]
    list_select_related = ["activity__partnership", "proposed_by", "released_by"]
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    fields = [
        "activity",
        "number",
        "slug",
        *(f"{part}_{code}" for code in ("nl", "fr", "en", "ar") for part in ("title", "text")),
        "photos",
        "state",
        "origin",
        "proposed_by",
        "proposed_at",
        "released_by",
        "released_at",
        "withdrawn_at",
        "reason",
        "is_demonstration",
    ]
    parent_field = "activity"
