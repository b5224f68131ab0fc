"""How indicators are counted from the log."""

from __future__ import annotations

from django.contrib import admin

from activities.models import CountingRule
from activities.rules import counts_for_locked_year
from partnerships.admin.base import OwnPartnershipAdmin
from portal.ground.admin import VisibleFilter


@admin.register(CountingRule)
class CountingRuleAdmin(OwnPartnershipAdmin):
    """What is counted for an indicator, and what limits it."""

    fields = [
        "indicator",
        ("what", "side"),
        ("sex", "min_age", "max_age"),
        "target_groups",
        "themes",
        "is_counted_only",
        "is_demonstration",
    ]
    list_display = ["indicator", "what", "side", "sex", "min_age", "max_age", "is_demonstration"]
    list_filter = ["what", "side", ("indicator__outcome__programme", VisibleFilter), "is_demonstration"]
    list_select_related = ["indicator"]
    search_fields = ["indicator__slug"]
    autocomplete_fields = ["indicator", "target_groups", "themes"]
    readonly_fields = ["is_demonstration"]
    parent_field = "indicator"

    def is_closed(self, obj: CountingRule) -> bool:
        """Say whether a locked year tells what it counts: two looks, before and after a change, would tell the rest."""
        return counts_for_locked_year(obj)
