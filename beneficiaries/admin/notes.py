"""Administration of confidential notes: that they are there, never what they say."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from beneficiaries.models import ConfidentialNote
from partnerships.admin.base import OwnPartnershipAdmin
from portal.ground.admin import ReadOnlyMixin, VisibleFilter


@admin.register(ConfidentialNote)
class ConfidentialNoteAdmin(ReadOnlyMixin, OwnPartnershipAdmin):
    """Which notes there are: to an administrator, and to those who are named to read them on their own pages."""

    list_display = ["__str__", "partnership", "side", "noted_on", "author", "settled_on", "is_demonstration"]
    list_filter = ["side", ("partnership", VisibleFilter)]
    list_select_related = ["partnership", "author"]
    fields = [
        "partnership",
        "side",
        "cohort",
        "learner",
        "noted_on",
        "language",
        "author",
        "written_at",
        "settled_on",
        "is_demonstration",
    ]
    parent_field = "partnership"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return the rows, without the sealed texts."""
        rows = ConfidentialNote.objects.all() if request.user.is_superuser else super().get_queryset(request)
        return rows.defer("sealed")
