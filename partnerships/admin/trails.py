"""What was found, decided and learned; what threatens; and how the partners agreed to work."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest

from partnerships.admin.base import OwnTranslatedAdmin
from partnerships.admin.dated import DatedAdmin, DatedForm, DatedStacked, DatedVersionedForm
from partnerships.forms.pointing import PointingForm
from partnerships.models import (
    Decision,
    DecisionStep,
    Finding,
    Gain,
    Lesson,
    Partnership,
    Risk,
    RiskStep,
    WorkingPrinciple,
)
from portal.ground.admin import VisibleFilter
from portal.ground.admin.versions import VersionedMixin
from portal.ground.models import User

STEP: list[Any] = ["number", "kind", ("happened_on", "precision")]


class PointingDatedForm(PointingForm, DatedForm):
    """What followed from a decision; figures that may point at somebody are asked about."""


class PointingVersionedForm(PointingForm, DatedVersionedForm):
    """The same of a record that several people edit."""


class PointingMixin:
    """Puts the question about figures that may point at somebody into the page of a record."""

    form = PointingVersionedForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the fieldsets, with the question for who may change the record."""
        fieldsets = list(super().get_fieldsets(request, obj))
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if may_write and "points_at_nobody" not in flatten_fieldsets(fieldsets):
            fieldsets.append((None, {"fields": ["points_at_nobody"]}))
        return fieldsets


@admin.register(Finding)
class FindingAdmin(PointingMixin, VersionedMixin, DatedAdmin):
    """What asked for a decision."""

    list_display = ["title", "partnership", "date_text", "is_demonstration"]
    list_filter = [("partnership", VisibleFilter), "is_demonstration"]
    list_select_related = ["partnership"]
    date_hierarchy = "found_on"
    autocomplete_fields = ["partnership", "came_from"]


class DecisionStepInline(DatedStacked):
    """What followed from the decision."""

    model = DecisionStep
    form = PointingDatedForm
    fields = [*STEP, "title", "text", "milestone", "observed_outcome", "points_at_nobody"]
    autocomplete_fields = ["milestone", "observed_outcome"]


@admin.register(Decision)
class DecisionAdmin(PointingMixin, VersionedMixin, DatedAdmin):
    """Decisions with what led to them and what followed."""

    list_display = ["title", "partnership", "programme", "date_text", "is_demonstration"]
    list_filter = [("partnership", VisibleFilter), ("programme", VisibleFilter), "is_demonstration"]
    list_select_related = ["partnership", "programme"]
    date_hierarchy = "decided_on"
    autocomplete_fields = ["partnership", "programme", "findings", "consulted"]
    inlines = [DecisionStepInline]


@admin.register(DecisionStep)
class DecisionStepAdmin(PointingMixin, VersionedMixin, DatedAdmin):
    """What followed from decisions."""

    list_display = ["title", "kind", "decision", "date_text", "is_demonstration"]
    list_filter = ["kind", "is_demonstration"]
    list_select_related = ["decision__partnership"]
    search_fields = ["title_nl", "title_fr", "title_en", "title_ar"]
    prepopulated_fields: dict = {}
    autocomplete_fields = ["decision", "milestone", "observed_outcome"]
    parent_field = "decision"


class RiskStepInline(DatedStacked):
    """Answers, changes and reviews over time."""

    model = RiskStep
    fields = [*STEP, "text", ("likelihood", "gravity", "state")]


@admin.register(Risk)
class RiskAdmin(VersionedMixin, DatedAdmin):
    """Risks and obstacles with their steps over time."""

    form = DatedVersionedForm
    list_display = ["title", "kind", "state", "likelihood", "gravity", "review_on", "partnership", "is_demonstration"]
    list_filter = ["kind", "state", "likelihood", "gravity", "side", ("partnership", VisibleFilter), "is_demonstration"]
    list_select_related = ["partnership"]
    date_hierarchy = "review_on"
    autocomplete_fields = ["partnership", "organisations"]
    inlines = [RiskStepInline]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer as owner only people of the partnerships that the person may see."""
        if db_field.name == "owner":
            own = Partnership.objects.visible_to(request.user)
            kwargs["queryset"] = User.objects.filter(memberships__partnership__in=own).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(RiskStep)
class RiskStepAdmin(DatedAdmin):
    """Answers, changes and reviews of risks."""

    list_display = ["__str__", "kind", "risk", "date_text", "likelihood", "gravity", "state", "is_demonstration"]
    list_filter = ["kind", "is_demonstration"]
    list_select_related = ["risk__partnership"]
    search_fields = ["text_nl", "text_fr", "text_en", "text_ar"]
    prepopulated_fields: dict = {}
    autocomplete_fields = ["risk"]
    parent_field = "risk"


@admin.register(Lesson)
class LessonAdmin(VersionedMixin, DatedAdmin):
    """Lessons learned."""

    form = DatedVersionedForm
    list_display = ["title", "partnership", "programme", "outcome", "date_text", "is_demonstration"]
    list_filter = [("partnership", VisibleFilter), ("programme", VisibleFilter), "is_demonstration"]
    list_select_related = ["partnership", "programme", "outcome"]
    date_hierarchy = "learned_on"
    autocomplete_fields = ["partnership", "programme", "outcome"]


@admin.register(Gain)
class GainAdmin(VersionedMixin, DatedAdmin):
    """What each side has from the partnership, and whether everybody may read it."""

    form = DatedVersionedForm
    list_display = ["title", "partnership", "gained_by", "date_text", "is_public", "is_demonstration"]
    list_filter = [("partnership", VisibleFilter), "gained_by", "is_public", "is_demonstration"]
    list_select_related = ["partnership"]
    date_hierarchy = "gained_on"
    autocomplete_fields = ["partnership", "came_from"]


@admin.register(WorkingPrinciple)
class WorkingPrincipleAdmin(OwnTranslatedAdmin):
    """How the partners agreed to work."""

    list_display = ["title", "kind", "partnership", "span_text"]
    list_filter = ["kind", ("partnership", VisibleFilter)]
    list_select_related = ["partnership"]
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    autocomplete_fields = ["partnership"]
    prepopulated_fields = {"slug": ["title"]}
    parent_field = "partnership"
