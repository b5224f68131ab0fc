"""Programmes, their years, and the windows that reports look through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.admin.base import (
    OwnPartnershipAdmin,
    OwnPartnershipForm,
    OwnTabular,
    OwnTranslatedAdmin,
    OwnTranslatedStacked,
)
from partnerships.models import Outcome, Programme, ProgrammeYear, ReportWindow
from partnerships.narrative import missing_of
from partnerships.services import (
    MissingSectionsError,
    ask_guards,
    check_programme,
    hold_money,
    lock_year,
    reopen_year,
    submit_year,
    validate_year,
)
from partnerships.services.cycle import held
from portal.ground.admin import VisibleFilter

NAMES = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]
State = ProgrammeYear.State


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
    """What the programme aims at; a result is deleted on its own page, which asks what leads to it."""

    model = Outcome
    fields = ["slug", "level", "number", "title", "text"]
    can_delete = False
    show_change_link = True


class ProgrammeForm(OwnPartnershipForm):
    """A programme; its days keep the money that was spent on them, and what its years hold."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not self.instance.pk or not {"partnership", "starts_on", "ends_on"} & set(self.changed_data):
            return
        hold_money([self.initial["partnership"], self.instance.partnership_id])
        try:
            ask_guards(self.instance)
            check_programme(self.instance)
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
    """A year; it takes the same steps as on its page, and to open it again needs a reason."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, help_text=_("Needed to open a year again.")
    )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        wanted = values.get("state")
        if self.instance.pk and wanted:
            self._check_step(State(wanted), values.get("reason", ""))
        elif wanted and wanted != State.OPEN:
            self.add_error("state", _("A year begins open."))
        return values

    def _check_step(self, wanted: ProgrammeYear.State, reason: str) -> None:
        """Refuse what the page of the year refuses; the row is held, so that the answer still holds on saving."""
        self.held = held(self.instance)
        before = State(self.held.state)
        if wanted == before:
            return
        if wanted not in before.next:
            sentence = _("The year %(year)s is “%(state)s”: from there this step is not possible.")
            self.add_error("state", sentence % {"year": self.held.year, "state": before.label})
        elif wanted == State.RETURNED:
            self.add_error("state", _("Return it on its own page, with remarks."))
        elif wanted == State.OPEN and not reason.strip():
            self.add_error("reason", _("Say why the year is opened again."))
        elif wanted == State.SUBMITTED and (missing := missing_of(self.held)):
            self.add_error("state", MissingSectionsError(missing))


@admin.register(ProgrammeYear)
class ProgrammeYearAdmin(OwnPartnershipAdmin):
    """Years of programmes: open, submitted, validated, and locked when the report is final."""

    form = ProgrammeYearForm
    list_display = ["programme", "year", "state"]
    list_filter = ["state", "year", ("programme", VisibleFilter)]
    list_select_related = ["programme"]
    search_fields = ["programme__slug", "programme__name_nl", "programme__name_fr"]
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
        """Say whether the year may go: only one whose report is still open."""
        return super().has_delete_permission(request, obj) and not (obj and obj.state != State.OPEN)

    def save_model(self, request: HttpRequest, obj: ProgrammeYear, form: Any, change) -> None:
        """Save the year; it takes its step as a person does on its page."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        steps: dict[Any, Callable[[], bool]] = {
            State.SUBMITTED: lambda: submit_year(obj, actor=request.user),
            State.VALIDATED: lambda: validate_year(obj, actor=request.user, on=timezone.localdate()),
            State.LOCKED: lambda: lock_year(obj, actor=request.user),
            State.OPEN: lambda: reopen_year(obj, actor=request.user, reason=form.cleaned_data["reason"]),
        }
        if obj.state != form.held.state:
            steps[State(obj.state)]()
        form.before = {}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change) -> None:
        """Write the entry of a new year; the steps have written theirs."""
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
