"""Programmes, their years, and the windows that reports look through."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships.admin.base import (
    OwnPartnershipAdmin,
    OwnPartnershipForm,
    OwnTabular,
    OwnTranslatedAdmin,
    OwnTranslatedStacked,
)
from partnerships.models import Outcome, Programme, ProgrammeYear, ReportWindow
from partnerships.services import ask_guards, hold_money, lock_year, reopen_year
from portal.ground.admin import VisibleFilter

NAMES = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]
LOCKED = ProgrammeYear.State.LOCKED


class YearInline(OwnTabular):
    """The years; each is locked and opened on its own page, where a reason can be given."""

    model = ProgrammeYear
    fields = ["year", "state"]
    readonly_fields = ["state"]
    show_change_link = True
    select_related = ["programme"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no: a year that is there keeps its number."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no: a year is deleted on its own page."""
        return False


class OutcomeInline(OwnTranslatedStacked):
    """What the programme aims at."""

    model = Outcome
    fields = ["slug", "level", "number", "title", "text"]
    show_change_link = True


class ProgrammeForm(OwnPartnershipForm):
    """A programme; its days keep the money that was spent on them."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not self.instance.pk or not {"partnership", "starts_on", "ends_on"} & set(self.changed_data):
            return
        hold_money([self.initial["partnership"], self.instance.partnership_id])
        try:
            ask_guards(self.instance)
        except ValidationError as error:
            self.add_error(None, error)


@admin.register(Programme)
class ProgrammeAdmin(OwnTranslatedAdmin):
    """Programmes with their years and outcomes."""

    form = ProgrammeForm
    list_display = ["name", "partnership", "state", "starts_on", "ends_on"]
    list_filter = ["state", ("partnership", VisibleFilter)]
    list_select_related = ["partnership"]
    search_fields = NAMES
    autocomplete_fields = ["partnership"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [YearInline, OutcomeInline]
    parent_field = "partnership"

    def save_part(self, row: Any, parent: Programme) -> None:
        """Save a part; an outcome belongs to the partnership of its programme."""
        if isinstance(row, Outcome):
            row.partnership = parent.partnership
        super().save_part(row, parent)

    def view_on_site(self, obj: Programme) -> str:
        """Return the address of its page."""
        return reverse("partnerships:programme_detail", args=[obj.slug])


class ProgrammeYearForm(OwnPartnershipForm):
    """A year; to open it again needs a reason."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, help_text=_("Needed to open a locked year again.")
    )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        reopened = self.initial.get("state") == LOCKED and values.get("state") == ProgrammeYear.State.OPEN
        if reopened and not values.get("reason", "").strip():
            self.add_error("reason", _("Say why the year is opened again."))
        return values


@admin.register(ProgrammeYear)
class ProgrammeYearAdmin(OwnPartnershipAdmin):
    """Years of programmes: locked when the report is final."""

    form = ProgrammeYearForm
    list_display = ["programme", "year", "state"]
    list_filter = ["state", "year", ("programme", VisibleFilter)]
    list_select_related = ["programme"]
    autocomplete_fields = ["programme"]
    parent_field = "programme"

    def get_readonly_fields(self, request: HttpRequest, obj: ProgrammeYear | None = None) -> list[str]:
        """Keep the number of a year that is there: to change it would open or lock another."""
        return ["programme", "year"] if obj else []

    def get_fields(self, request: HttpRequest, obj: ProgrammeYear | None = None) -> list[str]:
        """Ask for a reason where there can be one."""
        fields = ["programme", "year", "state"]
        return [*fields, "reason"] if obj and self.has_change_permission(request, obj) else fields

    def has_delete_permission(self, request: HttpRequest, obj: ProgrammeYear | None = None) -> bool:
        """Say whether the year may go: a locked one may not."""
        return super().has_delete_permission(request, obj) and not (obj and obj.state == LOCKED)

    def save_model(self, request: HttpRequest, obj: ProgrammeYear, form: Any, change) -> None:
        """Save the year; lock or open it as a person does on its page."""
        wanted = obj.state
        if not change or wanted == form.initial["state"]:
            super().save_model(request, obj, form, change)
            return
        if wanted == LOCKED:
            lock_year(obj, actor=request.user)
        else:
            reopen_year(obj, actor=request.user, reason=form.cleaned_data["reason"])
        form.before = {}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change) -> None:
        """Write the entry of a new year; locking and opening have written theirs."""
        if not change:
            super().save_related(request, form, formsets, change)


@admin.register(ReportWindow)
class ReportWindowAdmin(OwnTranslatedAdmin):
    """Windows of dates for reports that are no programme year."""

    list_display = ["name", "partnership", "starts_on", "ends_on"]
    list_filter = [("partnership", VisibleFilter)]
    list_select_related = ["partnership"]
    search_fields = NAMES
    autocomplete_fields = ["partnership"]
    prepopulated_fields = {"slug": ["name"]}
    parent_field = "partnership"
