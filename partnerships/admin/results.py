"""What partnerships aim at, what changed, what threatens it and what was decided."""

from __future__ import annotations

from django.contrib import admin

from partnerships.admin.base import OwnTranslatedAdmin
from partnerships.models import Decision, ObservedOutcome, Outcome, Risk, WorkingPrinciple
from portal.ground.admin import VisibleFilter


class ResultAdmin(OwnTranslatedAdmin):
    """A titled record of one partnership."""

    list_select_related = ["partnership"]
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    prepopulated_fields = {"slug": ["title"]}
    parent_field = "partnership"


@admin.register(Outcome)
class OutcomeAdmin(ResultAdmin):
    """Results that are aimed at."""

    list_display = ["title", "level", "number", "partnership", "programme"]
    list_filter = ["level", ("partnership", VisibleFilter), ("programme", VisibleFilter)]
    list_select_related = ["partnership", "programme"]
    autocomplete_fields = ["partnership", "programme"]


@admin.register(ObservedOutcome)
class ObservedOutcomeAdmin(ResultAdmin):
    """Changes that were seen."""

    list_display = ["title", "actor", "partnership", "date_text"]
    list_filter = ["actor", ("partnership", VisibleFilter)]
    date_hierarchy = "observed_on"
    autocomplete_fields = ["partnership", "programme", "outcome", "came_from", "phase"]


@admin.register(Risk)
class RiskAdmin(ResultAdmin):
    """Risks and obstacles."""

    list_display = ["title", "kind", "state", "side", "partnership"]
    list_filter = ["kind", "state", "side", ("partnership", VisibleFilter)]
    autocomplete_fields = ["partnership", "organisations"]


@admin.register(Decision)
class DecisionAdmin(ResultAdmin):
    """Decisions and what followed."""

    list_display = ["title", "partnership", "programme", "decided_on"]
    list_filter = [("partnership", VisibleFilter)]
    list_select_related = ["partnership", "programme"]
    date_hierarchy = "decided_on"
    autocomplete_fields = ["partnership", "programme", "consulted"]


@admin.register(WorkingPrinciple)
class WorkingPrincipleAdmin(ResultAdmin):
    """How the partners agreed to work."""

    list_display = ["title", "kind", "partnership", "span_text"]
    list_filter = ["kind", ("partnership", VisibleFilter)]
    autocomplete_fields = ["partnership"]
