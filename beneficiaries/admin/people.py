"""Administration of target groups, age bands and courses."""

from __future__ import annotations

from django.contrib import admin

from beneficiaries.models import AgeBand, Course, TargetGroup
from partnerships.admin.base import OwnTranslatedAdmin, OwnVersionedForm
from portal.ground.admin import PortalAdmin, TranslatedAdmin, VisibleFilter
from portal.ground.admin.versions import VersionedMixin

TITLES = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]


@admin.register(AgeBand)
class AgeBandAdmin(PortalAdmin):
    """Ranges of ages by which participants are counted."""

    list_display = ["slug", "min_age", "max_age", "is_common", "position"]
    list_filter = ["is_common"]
    search_fields = ["slug"]


@admin.register(TargetGroup)
class TargetGroupAdmin(TranslatedAdmin):
    """Groups for and with whom the partners work."""

    list_display = ["name", "is_vulnerable", "is_sensitive", "min_age", "max_age", "position"]
    list_filter = ["is_vulnerable", "is_sensitive"]
    search_fields = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]
    autocomplete_fields = ["partnerships", "age_bands"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Course)
class CourseAdmin(VersionedMixin, OwnTranslatedAdmin):
    """Trainings on offer."""

    form = OwnVersionedForm
    list_display = ["title", "kind", "partnership", "target_group", "run_by", "span_text"]
    list_filter = ["kind", "leads_to_diploma", ("partnership", VisibleFilter)]
    list_select_related = ["partnership", "target_group", "run_by"]
    search_fields = TITLES
    autocomplete_fields = [
        "partnership",
        "programme",
        "part_of",
        "place",
        "target_group",
        "run_by",
        "outcomes",
        "needs",
        "changed_by",
    ]
    prepopulated_fields = {"slug": ["title"]}
    parent_field = "partnership"
