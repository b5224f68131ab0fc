"""Reports in the administration, frozen and made: shown, and changed by nobody."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from activities.admin.budget import ReadOnlyMixin
from partnerships.admin.base import OwnPartnershipAdmin
from portal.ground.admin import VisibleFilter
from portal.roof.models import ReportJob, Snapshot


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyMixin, OwnPartnershipAdmin):
    """Frozen reports by number; what they say is read on their own pages."""

    list_display = ["__str__", "taken_on", "taken_by", "is_demonstration"]
    list_filter = ["year__year", ("year__programme", VisibleFilter)]
    list_select_related = ["year__programme", "taken_by"]
    fields = ["year", "number", "taken_on", "taken_at", "taken_by", "sha256", "is_demonstration"]
    parent_field = "year"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return the visible rows without what they froze, which is long."""
        return super().get_queryset(request).defer("data")


@admin.register(ReportJob)
class ReportJobAdmin(ReadOnlyMixin, OwnPartnershipAdmin):
    """Reports that were asked for; they are downloaded on their own pages."""

    list_display = ["__str__", "partnership", "state", "asked_at", "made_at", "size", "is_demonstration"]
    list_filter = ["state", ("partnership", VisibleFilter)]
    list_select_related = ["partnership"]
    fields = [
        "partnership",
        "snapshot",
        "asked",
        "state",
        "note",
        "askers",
        "asked_at",
        "made_at",
        "name",
        "size",
        "sha256",
        "is_demonstration",
    ]
    parent_field = "partnership"
