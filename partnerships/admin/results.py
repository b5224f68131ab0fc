"""What partnerships aim at, and what changed."""

from __future__ import annotations

from django.contrib import admin

from partnerships.admin.base import OwnTranslatedAdmin
from partnerships.models import ObservedOutcome, Outcome
from partnerships.resources import OutcomeResource
from portal.ground.admin import VisibleFilter
from portal.ground.admin.exchange import ExchangeMixin


class ResultAdmin(OwnTranslatedAdmin):
    """A titled record of one partnership."""

    list_select_related = ["partnership"]
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    prepopulated_fields = {"slug": ["title"]}
    parent_field = "partnership"


@admin.register(Outcome)
class OutcomeAdmin(ExchangeMixin, ResultAdmin):
    """Results that are aimed at, also from and to spreadsheets."""

    resource_class = OutcomeResource
    list_display = ["title", "level", "number", "partnership", "programme"]
    list_filter = ["level", ("partnership", VisibleFilter), ("programme", VisibleFilter)]
    list_select_related = ["partnership", "programme"]
    autocomplete_fields = ["partnership", "programme", "parent"]
    readonly_fields = ["is_demonstration"]


@admin.register(ObservedOutcome)
class ObservedOutcomeAdmin(ResultAdmin):
    """Changes that were seen."""

    list_display = ["title", "actor", "partnership", "date_text"]
    list_filter = ["actor", ("partnership", VisibleFilter)]
    date_hierarchy = "observed_on"
    autocomplete_fields = ["partnership", "programme", "outcome", "came_from", "phase"]
