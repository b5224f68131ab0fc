"""Themes and activities."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.admin.delay import DelayInline
from activities.models import Activity, ActivityOrganisation, Status, Theme
from activities.resources import ActivityResource
from activities.rules import check_change, check_status
from activities.services import follow_status
from activities.small_counts import told_of
from partnerships.admin.base import (
    OwnPartnershipAdmin,
    OwnPartnershipForm,
    OwnTabular,
    OwnTranslatedAdmin,
    OwnVersionedForm,
)
from partnerships.admin.partnership import SPAN
from partnerships.admin.trails import PointingMixin
from partnerships.forms.pointing import SMALL_COUNTS, AskingForm
from partnerships.services import hold_years_open
from portal.ground.admin import TranslatedAdmin, VisibleFilter
from portal.ground.admin.exchange import ExchangeMixin
from portal.ground.admin.versions import VersionedMixin
from portal.ground.dates import Precision


@admin.register(Theme)
class ThemeAdmin(TranslatedAdmin):
    """Subjects of the work."""

    list_display = ["name", "slug"]
    search_fields = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]
    prepopulated_fields = {"slug": ["name"]}


class ActivityForm(AskingForm, OwnVersionedForm):
    """An activity; officers move it along the allowed statuses, an administrator corrects any."""

    why_asked = SMALL_COUNTS

    def pointing(self) -> dict[str, list[str]]:
        """Return the figures in the texts that are small counts of the log."""
        names = [name for name in self.cleaned_data if name.startswith(("title_", "summary_", "status_note_"))]
        return told_of(self.instance, {name: self.cleaned_data[name] for name in names}, self.initial)

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        values = self.cleaned_data
        note = any(value for name, value in values.items() if name.startswith("status_note"))
        before = self.initial.get("status") if self.instance.pk else None
        try:
            check_status(before, values.get("status"), noted=note, actor=self.actor)
        except ValidationError as error:
            self.add_error("status", error)
        return values

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not self.instance.pk:
            return
        try:
            check_change(self.instance)
            if self.initial.get("status") == Status.DELAYED != self.instance.status:
                # Its delay ends today.
                hold_years_open(self.instance.partnership, days=[timezone.localdate()], field="status")
        except ValidationError as error:
            self.add_error(None, error)


class ActivityOrganisationForm(OwnPartnershipForm):
    """An organisation in an activity."""

    partnership_path = "activity__partnership"


class OrganisationInline(OwnTabular):
    """Organisations that take part."""

    model = ActivityOrganisation
    form = ActivityOrganisationForm
    fields = ["organisation", "role"]
    autocomplete_fields = ["organisation"]
    select_related = ["organisation"]


@admin.register(Activity)
class ActivityAdmin(PointingMixin, VersionedMixin, ExchangeMixin, OwnTranslatedAdmin):
    """Activities, also from and to spreadsheets."""

    form = ActivityForm
    resource_class = ActivityResource
    list_display = ["title", "partnership", "programme", "kind", "side", "status", "span_text", "is_demonstration"]
    list_filter = [
        "status",
        "kind",
        "side",
        "is_recurring",
        ("partnership", VisibleFilter),
        ("programme", VisibleFilter),
        "themes",
        "is_demonstration",
    ]
    list_select_related = ["partnership", "programme"]
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    autocomplete_fields = [
        "partnership",
        "programme",
        "part_of",
        "host_event",
        "place",
        "course",
        "evaluation_form",
        "outcome",
        "themes",
        "target_groups",
        "observed_outcomes",
    ]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["is_demonstration"]
    parent_field = "partnership"
    inlines = [OrganisationInline, DelayInline]
    fieldsets = [
        (None, {"fields": ["partnership", "programme", "slug", "kind", "side", "status", "is_demonstration"]}),
        (_("Texts"), {"fields": ["title", "summary", "status_note"]}),
        (_("Dates"), {"fields": [*SPAN, "is_recurring", "is_flagship"]}),
        (
            _("Links"),
            {
                "fields": [
                    "initiated_by",
                    "themes",
                    "target_groups",
                    "place",
                    "host_event",
                    "part_of",
                    "course",
                    "evaluation_form",
                    "outcome",
                    "observed_outcomes",
                ]
            },
        ),
    ]

    def view_on_site(self, obj: Activity) -> str:
        """Return the address of its page."""
        return reverse("activities:detail", args=[obj.pk])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change) -> None:
        """Save the parts; a status that moved opens or ends a delay, as on the activity's page."""
        super().save_related(request, form, formsets, change)
        before = form.before.get("status", "")
        follow_status(form.instance, before, actor=request.user, ended=(timezone.localdate(), Precision.DAY))


@admin.register(ActivityOrganisation)
class ActivityOrganisationAdmin(OwnPartnershipAdmin):
    """Organisations in activities."""

    form = ActivityOrganisationForm
    partnership_path = "activity__partnership"
    list_display = ["activity", "organisation", "role"]
    list_filter = ["role"]
    list_select_related = ["activity", "organisation"]
    search_fields = ["activity__slug", "organisation__slug"]
    autocomplete_fields = ["activity", "organisation"]
    parent_field = "activity"
