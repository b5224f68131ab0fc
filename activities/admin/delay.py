"""Delays of activities."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError

from activities.models import Delay
from activities.services.delays import hold_end
from partnerships.admin.base import OwnTranslatedAdmin, OwnTranslatedStacked, OwnVersionedForm
from partnerships.admin.dated import DatedFormSet
from partnerships.models import ProgrammeYear
from portal.ground.admin import VisibleFilter
from portal.ground.admin.versions import VersionedMixin

FIELDS: list[Any] = [
    "number",
    ("planned_on", "planned_precision"),
    ("revised_on", "revised_precision"),
    "reason",
    "is_over",
    ("ended_on", "ended_precision"),
]


class DelayForm(OwnVersionedForm):
    """A delay; its end is not written into a locked year."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not self.has_changed():
            return
        try:
            hold_end(self.instance)
        except ValidationError as error:
            self.add_error(None, error)


class DelayInline(OwnTranslatedStacked):
    """When it was planned for, why not then, and for when now."""

    model = Delay
    form = DelayForm
    formset = DatedFormSet
    fields = [*FIELDS, "seen_version"]


@admin.register(Delay)
class DelayAdmin(VersionedMixin, OwnTranslatedAdmin):
    """Delays of activities."""

    form = DelayForm
    fields = ["activity", *FIELDS, "is_demonstration"]
    list_display = ["activity", "number", "planned_text", "revised_text", "is_over", "ended_text", "is_demonstration"]
    list_filter = ["is_over", "is_demonstration", ("activity__partnership", VisibleFilter)]
    list_select_related = ["activity__partnership"]
    search_fields = ["activity__slug", "reason_nl", "reason_fr", "reason_en", "reason_ar"]
    autocomplete_fields = ["activity"]
    readonly_fields = ["is_demonstration"]
    parent_field = "activity"

    def is_closed(self, obj: Any) -> bool:
        """Say whether a locked year holds its end."""
        days = [obj.ended_on] if obj.ended_on else []
        return bool(days) and ProgrammeYear.objects.locked_on(obj.activity.partnership_id, days).exists()
