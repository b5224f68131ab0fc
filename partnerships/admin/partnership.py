"""Municipalities, partnerships with all that makes their biography, and who may do what in them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from partnerships.admin.base import OwnPartnershipAdmin, OwnTabular, OwnTranslatedAdmin, OwnTranslatedStacked
from partnerships.admin.dated import DatedAdmin
from partnerships.models import (
    Appointment,
    Membership,
    Milestone,
    Municipality,
    OrganisationRole,
    Partnership,
    PartnershipFunding,
    PartnershipMunicipality,
    PartnershipPeriod,
)
from portal.ground.admin import PartTabular, TranslatedAdmin, UserAdmin, VisibleFilter
from portal.ground.models import User

SPAN = ["starts_on", "starts_precision", "ends_on", "ends_precision"]


class SideInline(OwnTabular):
    """The municipalities on both sides."""

    model = PartnershipMunicipality
    fields = ["side", "municipality", *SPAN]
    select_related = ["municipality"]


class PeriodInline(OwnTranslatedStacked):
    """Years of activity and of interruption."""

    model = PartnershipPeriod
    fields = ["number", "state", "months", *SPAN, "reason"]


class FundingInline(OwnTabular):
    """Who pays."""

    model = PartnershipFunding
    fields = ["source", "purpose", *SPAN]
    select_related = ["source"]


class AppointmentInline(OwnTabular):
    """The people in charge."""

    model = Appointment
    fields = ["person", "function", "municipality", *SPAN]


class OrganisationRoleInline(OwnTabular):
    """The organisations, and what they do."""

    model = OrganisationRole
    fields = ["organisation", "role", "side", *SPAN]
    autocomplete_fields = ["organisation"]
    select_related = ["organisation"]


class MembershipInline(PartTabular):
    """What people may do, and from when to when. Only an administrator gives a role."""

    model = Membership
    fields = ["user", "partnership", "side", "role", "starts_on", "ends_on", "reads_notes"]
    select_related = ["user", "partnership"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who has an account is for administrators alone to see."""
        return request.user.is_superuser

    def _may_change(self, request: HttpRequest, obj: Any) -> bool:
        return request.user.is_superuser


@admin.register(Municipality)
class MunicipalityAdmin(TranslatedAdmin):
    """Municipalities."""

    list_display = ["name", "country", "iati_identifier", "slug"]
    list_filter = ["country"]
    search_fields = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Partnership)
class PartnershipAdmin(OwnTranslatedAdmin):
    """Partnerships, with their sides, periods, money, people and members."""

    list_display = ["name", "theme", "slug", "is_public"]
    search_fields = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [SideInline, PeriodInline, FundingInline, AppointmentInline, OrganisationRoleInline, MembershipInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say whether the person may found a partnership: nobody is an officer of it yet."""
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Partnership | None = None) -> bool:
        """Say whether the person may delete a partnership with everything in it."""
        return request.user.is_superuser

    def view_on_site(self, obj: Partnership) -> str:
        """Return the address of its page."""
        return reverse("partnerships:detail", args=[obj.slug])


@admin.register(PartnershipMunicipality)
class PartnershipMunicipalityAdmin(OwnPartnershipAdmin):
    """Municipalities on the sides of partnerships."""

    list_display = ["partnership", "side", "municipality", "span_text"]
    list_filter = ["side", ("partnership", VisibleFilter)]
    list_select_related = ["partnership", "municipality"]
    autocomplete_fields = ["partnership", "municipality"]
    parent_field = "partnership"


@admin.register(PartnershipPeriod)
class PartnershipPeriodAdmin(OwnTranslatedAdmin):
    """Periods in which partnerships were active or interrupted."""

    list_display = ["partnership", "number", "state", "span_text", "months"]
    list_filter = ["state", ("partnership", VisibleFilter)]
    list_select_related = ["partnership"]
    autocomplete_fields = ["partnership"]
    parent_field = "partnership"


@admin.register(Milestone)
class MilestoneAdmin(DatedAdmin):
    """What happened once in the life of a partnership."""

    readonly_fields: list[str] = []
    list_display = ["title", "partnership", "kind", "date_text"]
    list_filter = ["kind", ("partnership", VisibleFilter)]
    list_select_related = ["partnership"]
    date_hierarchy = "happened_on"
    autocomplete_fields = ["partnership", "came_from", "municipality", "programme", "organisation"]


@admin.register(Membership)
class MembershipAdmin(OwnPartnershipAdmin):
    """Who may do what. Only an administrator reads or gives a role."""

    list_display = ["user", "partnership", "role", "side", "starts_on", "ends_on"]
    list_filter = ["role", ("partnership", VisibleFilter)]
    list_select_related = ["user", "partnership"]
    search_fields = ["user__username", "user__last_name", "user__email"]
    autocomplete_fields = ["user", "partnership"]
    parent_field = "partnership"

    def has_view_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        """Say whether the person may see who has which role."""
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say whether the person may give a role."""
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        """Say whether the person may change a role."""
        return request.user.is_superuser


@admin.register(Appointment)
class AppointmentAdmin(OwnPartnershipAdmin):
    """People in charge on one side of a partnership."""

    list_display = ["person", "function", "municipality", "partnership", "span_text"]
    list_filter = ["function", ("partnership", VisibleFilter)]
    list_select_related = ["partnership", "municipality"]
    search_fields = ["person"]
    autocomplete_fields = ["partnership", "municipality"]
    parent_field = "partnership"


@admin.register(User)
class MemberAdmin(UserAdmin):
    """Accounts with what each may do in which partnership."""

    inlines = [MembershipInline]
