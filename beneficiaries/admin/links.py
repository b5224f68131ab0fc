"""Administration of the links for trainers: which there are, never their address; deleting one withdraws it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from beneficiaries.models import SheetLink
from partnerships.admin.base import OwnPartnershipAdmin
from portal.ground.admin import VisibleFilter


@admin.register(SheetLink)
class SheetLinkAdmin(OwnPartnershipAdmin):
    """Links are made on the page of their cohort, and shown there alone. One goes with its cohort, too."""

    list_display = ["cohort", "made_at", "made_by", "withdrawn_at", "is_demonstration"]
    list_filter = ["is_demonstration", ("cohort__course__partnership", VisibleFilter)]
    list_select_related = ["cohort__course__partnership", "made_by"]
    fields = readonly_fields = ["cohort", "made_at", "made_by", "withdrawn_at", "is_demonstration"]
    search_fields = ["cohort__slug", "cohort__name"]
    parent_field = "cohort"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person is an officer of the partnership: what is deleted opens nothing any more."""
        return super().has_change_permission(request, obj)
