"""Organisations, places and the events of others."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from partnerships.admin.base import OwnPartnershipAdmin, OwnTabular
from partnerships.admin.partnership import SPAN
from partnerships.models import HostEvent, Organisation, OrganisationAlias, OrganisationRole, Partnership, Place
from partnerships.resources import OrganisationResource
from partnerships.services.withdrawing import take_back
from portal.ground.admin import PartTabular, PortalAdmin, TranslatedAdmin, VisibleFilter
from portal.ground.admin.exchange import ExchangeMixin

NAMES = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]


class AliasInline(PartTabular):
    """Other names of an organisation."""

    model = OrganisationAlias


class RoleInline(OwnTabular):
    """What an organisation does, in which partnership."""

    model = OrganisationRole
    fields = ["partnership", "role", "side", *SPAN]
    select_related = ["organisation", "partnership"]


@admin.register(Organisation)
class OrganisationAdmin(ExchangeMixin, TranslatedAdmin):
    """Organisations, with their other names and what they do."""

    resource_class = OrganisationResource
    list_display = ["name", "kind", "municipality", "is_public", "slug"]
    list_filter = ["kind", "is_public", "municipality"]
    list_select_related = ["municipality"]
    search_fields = [*NAMES, "aliases__name"]
    autocomplete_fields = ["municipality", "place"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [AliasInline, RoleInline]

    def view_on_site(self, obj: Organisation) -> str:
        """Return the address of its page."""
        return reverse("partnerships:organisation_detail", args=[obj.slug])


@admin.register(OrganisationAlias)
class OrganisationAliasAdmin(PortalAdmin):
    """Other names of organisations."""

    list_display = ["name", "organisation"]
    list_select_related = ["organisation"]
    search_fields = ["name"]
    autocomplete_fields = ["organisation"]
    parent_field = "organisation"


@admin.register(OrganisationRole)
class OrganisationRoleAdmin(OwnPartnershipAdmin):
    """What organisations do in partnerships."""

    list_display = ["organisation", "partnership", "role", "side", "span_text"]
    list_filter = ["role", "side", ("partnership", VisibleFilter)]
    list_select_related = ["organisation", "partnership"]
    search_fields = ["organisation__slug", "organisation__name_nl", "organisation__name_fr"]
    autocomplete_fields = ["organisation", "partnership"]
    parent_field = "organisation"


@admin.register(Place)
class PlaceAdmin(TranslatedAdmin):
    """Places; one that must not be found is known by its municipality alone."""

    list_display = ["name", "municipality", "district", "is_confidential", "is_public"]
    list_filter = ["is_confidential", "is_public", "municipality"]
    list_select_related = ["municipality"]
    search_fields = NAMES
    autocomplete_fields = ["municipality"]
    prepopulated_fields = {"slug": ["name"]}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change) -> None:
        """Save what hangs on it, and the entry in its history; what was made before no longer shows a hidden place."""
        super().save_related(request, form, formsets, change)
        place: Place = form.instance
        if place.is_confidential:
            homes = Partnership.objects.filter(municipalities=place.municipality_id)
            gone = take_back(set(homes.values_list("pk", flat=True)), actor=request.user)
            if gone:
                sentence = ngettext(
                    "%(number)s published report is off the public pages since: its file may name the place. "
                    "An officer can make it again, without the place, and publish it.",
                    "%(number)s published reports are off the public pages since: their files may name the place. "
                    "An officer can make them again, without the place, and publish them.",
                    gone,
                )
                messages.warning(request, sentence % {"number": gone})


@admin.register(HostEvent)
class HostEventAdmin(TranslatedAdmin):
    """Festivals and events of others."""

    list_display = ["name", "municipality", "is_recurring"]
    list_filter = ["is_recurring", "municipality"]
    list_select_related = ["municipality"]
    search_fields = NAMES
    autocomplete_fields = ["municipality"]
    prepopulated_fields = {"slug": ["name"]}
