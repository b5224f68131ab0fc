"""Reports in the administration: those frozen and made, which nobody changes, and the editions with their sections."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from partnerships.admin.base import OwnPartnershipAdmin
from portal.ground.admin import (
    AdminForm,
    PartTabular,
    PortalAdmin,
    ReadOnlyMixin,
    TranslatedAdmin,
    VersionedForm,
    VisibleFilter,
)
from portal.ground.admin.exchange import ExchangeMixin
from portal.ground.admin.versions import VersionedMixin
from portal.roof.models import (
    Erasure,
    PublishedReport,
    ReportForm,
    ReportJob,
    ReportSection,
    RetentionRule,
    Snapshot,
    SnapshotWithdrawal,
)
from portal.roof.resources import ReportFormResource


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


@admin.register(SnapshotWithdrawal)
class SnapshotWithdrawalAdmin(ReadOnlyMixin, OwnPartnershipAdmin):
    """What frozen reports no longer show, and since when."""

    list_display = ["__str__", "places", "photos", "taken_back_at", "taken_back_by"]
    list_select_related = ["snapshot__year__programme", "taken_back_by"]
    fields = ["snapshot", "places", "photos", "sha256", "taken_back_at", "taken_back_by"]
    parent_field = "snapshot"


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


@admin.register(PublishedReport)
class PublishedReportAdmin(ReadOnlyMixin, OwnPartnershipAdmin):
    """Reports that everybody may read; officers publish and withdraw them in the register."""

    list_display = ["job", "published_by", "published_at", "withdrawn_at"]
    list_filter = [("job__partnership", VisibleFilter)]
    list_select_related = ["job__partnership", "published_by"]
    fields = ["job", "published_by", "published_at", "withdrawn_by", "withdrawn_at"]
    parent_field = "job"


class SectionForm(AdminForm):
    """A section in the table of its edition; what it tells is chosen once, or else on its own page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            kind = self.fields["kind"]
            kind.disabled = True
            # The others, again in each row, would be most of the page.
            kind.choices = [(self.instance.kind, self.instance.get_kind_display())]


class SectionInline(PartTabular):
    """The sections of an edition, in their order."""

    model = ReportSection
    form = SectionForm
    show_change_link = True
    fields = ["position", "kind", "is_on", "leaves_out_empty"]
    ordering = ["position", "kind"]


@admin.register(ReportForm)
class ReportFormAdmin(ExchangeMixin, TranslatedAdmin):
    """For whom reports are made, and what stands in them."""

    resource_class = ReportFormResource
    list_display = ["name", "source", "scope", "has_lists", "position"]
    list_filter = ["source", "scope"]
    list_select_related = ["source"]
    search_fields = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]
    autocomplete_fields = ["source"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [SectionInline]


@admin.register(ReportSection)
class ReportSectionAdmin(PortalAdmin):
    """Sections of editions."""

    list_display = ["kind", "form", "position", "is_on", "leaves_out_empty"]
    list_filter = ["form", "is_on"]
    list_select_related = ["form"]
    search_fields = ["form__slug", "kind"]
    autocomplete_fields = ["form"]
    parent_field = "form"


class RetentionRuleForm(VersionedForm):
    """A period, whose kind is only shown but takes part in what is asked of the whole row."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"kind"}


@admin.register(RetentionRule)
class RetentionRuleAdmin(VersionedMixin, PortalAdmin):
    """How long what is known of people is kept: staff read it, an administrator decides it."""

    form = RetentionRuleForm
    list_display = ["kind", "months", "is_on", "decided_on", "basis"]
    list_filter = ["is_on"]
    fields = ["kind", "months", "is_on", "decided_on", "basis"]
    readonly_fields = ["kind"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Each kind has its row already (portal.roof.privacy.periods)."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: RetentionRule | None = None) -> bool:
        """Nobody deletes one: what is not applied is kept."""
        return False


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyMixin, PortalAdmin):
    """What was erased, how much of it, and why: staff read it, and nobody writes it."""

    list_display = ["erased_at", "kind", "records", "entries", "cause", "months", "erased_by"]
    list_filter = ["kind", "cause"]
    list_select_related = ["erased_by"]
    fields = ["erased_at", "kind", "records", "entries", "cause", "months", "erased_by"]
    ordering = ["-erased_at", "-pk"]
