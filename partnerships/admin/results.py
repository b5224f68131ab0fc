"""What partnerships aim at, and what changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError

from partnerships.admin.base import OwnPartnershipForm, OwnTranslatedAdmin
from partnerships.admin.dated import DatedAdmin
from partnerships.models import ObservedOutcome, Outcome
from partnerships.resources import OutcomeResource
from partnerships.services import ask_guards
from portal.ground.admin import VisibleFilter
from portal.ground.admin.exchange import ExchangeMixin


class OutcomeForm(OwnPartnershipForm):
    """A result; what is done for it keeps it in its programme."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not self.instance.pk:
            return
        try:
            ask_guards(self.instance)
        except ValidationError as error:
            self.add_error(None, error)


@admin.register(Outcome)
class OutcomeAdmin(ExchangeMixin, OwnTranslatedAdmin):
    """Results that are aimed at, also from and to spreadsheets."""

    form = OutcomeForm
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    prepopulated_fields = {"slug": ["title"]}
    parent_field = "partnership"
    resource_class = OutcomeResource
    list_display = ["title", "level", "number", "partnership", "programme"]
    list_filter = ["level", ("partnership", VisibleFilter), ("programme", VisibleFilter)]
    list_select_related = ["partnership", "programme"]
    autocomplete_fields = ["partnership", "programme", "parent"]
    readonly_fields = ["is_demonstration"]

    def why_it_stays(self, obj: Any) -> str:
        """Return why the result is not deleted: something leads to it."""
        try:
            ask_guards(obj, is_gone=True)
        except ValidationError as error:
            return " ".join(error.messages)
        return super().why_it_stays(obj)


@admin.register(ObservedOutcome)
class ObservedOutcomeAdmin(DatedAdmin):
    """Changes that were seen."""

    readonly_fields: list[str] = []
    list_display = ["title", "actor", "partnership", "date_text"]
    list_filter = ["actor", ("partnership", VisibleFilter)]
    list_select_related = ["partnership"]
    date_hierarchy = "observed_on"
    autocomplete_fields = ["partnership", "programme", "outcome", "came_from", "phase"]
