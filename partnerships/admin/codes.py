"""Codes of public lists, and the markers and goals of programmes."""

from __future__ import annotations

from django.contrib import admin

from partnerships.admin.base import OwnTranslatedAdmin, OwnVersionedForm
from partnerships.models import ProgrammeCode, ReportingCode
from portal.ground.admin import TranslatedAdmin
from portal.ground.admin.versions import VersionedMixin


@admin.register(ReportingCode)
class ReportingCodeAdmin(TranslatedAdmin):
    """Policy markers, goals and targets: an administrator adds the ones that are missing."""

    fields = ["kind", "code", "name", "highest", "position"]
    list_display = ["code", "kind", "name", "highest"]
    list_filter = ["kind"]
    search_fields = ["code", "name_nl", "name_fr", "name_en", "name_ar"]


@admin.register(ProgrammeCode)
class ProgrammeCodeAdmin(VersionedMixin, OwnTranslatedAdmin):
    """Which policy markers hold for a programme, and which goals it serves."""

    form = OwnVersionedForm
    fields = ["programme", "code", "significance", "reason", "is_demonstration"]
    list_display = ["programme", "code", "significance", "is_demonstration"]
    list_filter = ["code__kind", "is_demonstration"]
    list_select_related = ["programme", "code"]
    search_fields = ["code__code", "programme__slug"]
    autocomplete_fields = ["programme", "code"]
    readonly_fields = ["is_demonstration"]
    parent_field = "programme"
