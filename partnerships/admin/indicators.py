"""Scales, indicators with their targets, and corrections of their values.

A value is told together with its parts, so the room of the parts registers it (beneficiaries.admin.indicators).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.admin.base import (
    OwnPartnershipAdmin,
    OwnPartnershipForm,
    OwnTranslatedAdmin,
    OwnTranslatedTabular,
    OwnVersionedForm,
)
from partnerships.admin.trails import PointingMixin
from partnerships.forms.base import IN_THE_FUTURE
from partnerships.forms.pointing import SMALL_COUNTS, AskingForm
from partnerships.models import (
    Indicator,
    IndicatorCorrection,
    IndicatorTarget,
    ProgrammeYear,
    Scale,
    ScaleLevel,
    Validation,
)
from partnerships.resources import IndicatorResource, TargetResource
from partnerships.services import ask_guards, check_correction, hold_years_open, pointing_figures
from portal.ground.admin import TranslatedAdmin, TranslatedTabular, VisibleFilter
from portal.ground.admin.exchange import ExchangeMixin
from portal.ground.admin.versions import VersionedMixin
from portal.ground.forms import FigureField, Unseen


class LevelInline(TranslatedTabular):
    """The steps of a scale."""

    model = ScaleLevel
    fields = ["value", "label"]


@admin.register(Scale)
class ScaleAdmin(TranslatedAdmin):
    """Scales with their steps: no funder's scale is known for certain, so each can be edited."""

    list_display = ["name", "slug", "is_demonstration"]
    search_fields = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["is_demonstration"]
    inlines = [LevelInline]


@admin.register(ScaleLevel)
class ScaleLevelAdmin(TranslatedAdmin):
    """Steps of scales."""

    list_display = ["label", "value", "scale"]
    list_filter = ["scale"]
    list_select_related = ["scale"]
    search_fields = ["scale__slug", "label_nl", "label_fr", "label_en", "label_ar"]
    autocomplete_fields = ["scale"]
    parent_field = "scale"


class TargetForm(OwnPartnershipForm):
    """A target; one of a locked year stays as it is."""

    value = FigureField(label=_("target"), required=False, localize=True)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not self.has_changed():
            return
        row = self.instance
        years = {row.year, self.initial.get("year", row.year)}
        days = [dt.date(year, 12, 31) for year in years]
        try:
            hold_years_open(row.indicator.outcome.partnership, days=days, field="year")
        except ValidationError as error:
            self.add_error(None, error)


class TargetInline(OwnTranslatedTabular):
    """The targets of an indicator; one is deleted on its own page, which asks whether its year is locked."""

    model = IndicatorTarget
    form = TargetForm
    fields = ["year", "value", "level", "note"]
    select_related = ["indicator__outcome__programme", "indicator__outcome__partnership"]
    can_delete = False
    show_change_link = True


class IndicatorForm(OwnVersionedForm):
    """An indicator; its baseline may be typed with a decimal comma or point.

    Who says that its values count nobody vulnerable any more is asked, once: the next report tells them in full.
    """

    baseline = FigureField(label=_("baseline"), required=False, localize=True)
    # Shown once there is something to ask.
    counts_nobody = forms.BooleanField(
        label=_("None of its values counts anybody of a vulnerable group"), required=False, widget=Unseen
    )

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.instance.pk and not self.errors:
            try:
                ask_guards(self.instance)
            except ValidationError as error:
                self.add_error(None, error)
        is_certain = self.cleaned_data.get("counts_nobody")
        question = "" if is_certain else self.instance.freeing(self.initial.get("whom", ""))
        if is_certain or question:
            self.fields["counts_nobody"].widget = forms.CheckboxInput()
        if question:
            self.add_error("whom", question)
            self.add_error("counts_nobody", _("Leave whom it counts as it was, or tick this if it is certain."))


@admin.register(Indicator)
class IndicatorAdmin(VersionedMixin, ExchangeMixin, OwnTranslatedAdmin):
    """What is measured of results, also from and to spreadsheets."""

    form = IndicatorForm
    resource_class = IndicatorResource
    fieldsets = [
        (None, {"fields": ["outcome", "slug", "number", "title", "text", "verification", "owner", "is_demonstration"]}),
        (
            _("Measure"),
            {
                "fields": [("measure", "unit", "scale"), "whom", ("is_ascending", "accumulation", "adds_periods")],
                "description": _("The measure says which values may be added: an average or a percentage may not."),
            },
        ),
        (_("Parts"), {"fields": [("by_sex", "by_age", "by_group", "adds_parts")]}),
        (_("Baseline"), {"fields": [("baseline", "baseline_level", "baseline_year"), "baseline_note"]}),
    ]
    list_display = ["title", "outcome", "measure", "whom", "number", "is_demonstration"]
    list_filter = ["measure", "whom", "accumulation", ("outcome__programme", VisibleFilter), "is_demonstration"]
    list_select_related = ["outcome"]
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    autocomplete_fields = ["outcome", "scale", "baseline_level", "owner"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["is_demonstration"]
    inlines = [TargetInline]
    parent_field = "outcome"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the fieldsets, for who may write with the question beside whom the indicator counts."""
        fieldsets = list(super().get_fieldsets(request, obj))
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if not may_write or "counts_nobody" in flatten_fieldsets(fieldsets):
            return fieldsets
        made = []
        for name, options in fieldsets:
            fields = list(options["fields"])
            if "whom" in fields:
                fields.insert(fields.index("whom") + 1, "counts_nobody")
            made.append((name, {**options, "fields": fields}))
        return made

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change) -> None:
        """Save the targets, and warn of those that are worse than the baseline."""
        super().save_formset(request, form, formset, change)
        for row in [*formset.new_objects, *(row for row, _names in formset.changed_objects)]:
            if row.warning:
                messages.warning(request, f"{row.year}: {row.warning}")

    def view_on_site(self, obj: Indicator) -> str:
        """Return the address of its page."""
        return reverse("partnerships:indicator", args=[obj.slug])


@admin.register(IndicatorTarget)
class IndicatorTargetAdmin(ExchangeMixin, OwnTranslatedAdmin):
    """What indicators should come to, also from and to spreadsheets."""

    form = TargetForm
    resource_class = TargetResource
    list_display = ["indicator", "year", "value", "level"]
    list_filter = ["year", ("indicator__outcome__programme", VisibleFilter)]
    list_select_related = ["indicator", "level__scale"]
    search_fields = ["indicator__slug"]
    autocomplete_fields = ["indicator", "level"]
    parent_field = "indicator"

    def is_closed(self, obj: IndicatorTarget) -> bool:
        """Say whether the year of a target is locked."""
        day = dt.date(obj.year, 12, 31)
        return ProgrammeYear.objects.locked_on(obj.indicator.outcome.partnership_id, [day]).exists()

    def save_model(self, request: HttpRequest, obj: IndicatorTarget, form: Any, change) -> None:
        """Save a target, and warn of one that is worse than the baseline."""
        super().save_model(request, obj, form, change)
        if obj.warning:
            messages.warning(request, obj.warning)


class CorrectionForm(AskingForm, OwnPartnershipForm):
    """A correction; it is dated in an open year, and corrects a value of a locked one. Asked as on its page."""

    why_asked = SMALL_COUNTS
    value = FigureField(label=_("right value"), required=False, localize=True)

    def pointing(self) -> dict[str, list[str]]:
        """Return what the rooms above say of the figures in the reason."""
        if not self.instance.corrects_id:
            return {}
        texts = {"reason": self.cleaned_data.get("reason") or ""}
        return pointing_figures(self.instance, [], texts, on=timezone.localdate())

    def clean_recorded_on(self) -> dt.date:
        """Refuse a day that has not come yet."""
        day: dt.date = self.cleaned_data["recorded_on"]
        if day > timezone.localdate():
            raise ValidationError(IN_THE_FUTURE)
        return day

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        try:
            check_correction(self.instance)
        except ValidationError as error:
            self.add_error(None, error)


@admin.register(IndicatorCorrection)
class IndicatorCorrectionAdmin(PointingMixin, OwnPartnershipAdmin):
    """What values of locked years should have been; officers validate them on the indicator's page."""

    form = CorrectionForm
    fields = [
        "corrects",
        "recorded_on",
        ("value", "level"),
        "reason",
        "language",
        "author",
        "state",
        "is_demonstration",
    ]
    list_display = ["corrects", "recorded_on", "value", "level", "state", "is_demonstration"]
    list_filter = ["state", ("corrects__indicator__outcome__programme", VisibleFilter), "is_demonstration"]
    list_select_related = ["corrects__indicator", "level__scale"]
    search_fields = ["corrects__indicator__slug"]
    autocomplete_fields = ["corrects", "level"]
    readonly_fields = ["author", "state", "is_demonstration"]
    parent_field = "corrects"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person may change it: a validated one stays as it is."""
        return super().has_change_permission(request, obj) and not (obj and obj.state == Validation.VALIDATED)

    def is_closed(self, obj: IndicatorCorrection) -> bool:
        """Say whether the year in which it was written down is locked."""
        partnership = obj.corrects.indicator.outcome.partnership_id
        return ProgrammeYear.objects.locked_on(partnership, [obj.recorded_on]).exists()

    def save_model(self, request: HttpRequest, obj: IndicatorCorrection, form: Any, change) -> None:
        """Save the correction; a new one is its writer's."""
        if not change:
            obj.author = request.user
        super().save_model(request, obj, form, change)
