"""Actual values of indicators with their parts: one page, because the parts must add up to the value."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import IndicatorPart
from beneficiaries.parts import Slice, check_parts, parts_of
from beneficiaries.resources import ValueResource
from beneficiaries.small_figures import VALUE_TEXTS, Stored, figures_of_value
from partnerships.admin.base import OwnPartnershipAdmin, OwnPartnershipForm, OwnTabular, OwnVersionedForm
from partnerships.admin.trails import PointingMixin
from partnerships.forms.pointing import SMALL_COUNTS, AskingForm
from partnerships.models import IndicatorValue, Validation
from partnerships.services import hold_value, is_locked
from partnerships.services.values import held
from portal.ground.admin import VisibleFilter
from portal.ground.admin.base import NamedFormSet
from portal.ground.admin.exchange import ExchangeMixin
from portal.ground.admin.versions import VersionedMixin
from portal.ground.forms import FigureField


class ValueForm(AskingForm, OwnVersionedForm):
    """A value; its year is open, before and after. A small count of it in its texts is asked about."""

    why_asked = SMALL_COUNTS

    value = FigureField(label=_("actual value"), required=False, localize=True)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        stored = IndicatorValue.objects.filter(pk=self.instance.pk).first()
        try:
            for row in filter(None, [stored, self.instance]):
                hold_value(row)
        except ValidationError as error:
            self.add_error(None, error)

    def pointing(self) -> dict[str, list[str]]:
        """Return the figures in its texts that are small counts of vulnerable people in the value or its parts."""
        row, told = self.instance, self.cleaned_data
        if not row.indicator_id:
            return {}
        parts = parts_of(row.parts.all()).values() if row.pk else ()
        texts = {name: told.get(name) for name in VALUE_TEXTS}
        before = Stored(self.initial, [self.initial.get("value"), *parts])
        return figures_of_value(row.indicator_id, texts, [told.get("value"), *parts], before=before)


class PartFormSet(NamedFormSet):
    """The parts of a value, judged together with it."""

    def clean(self) -> None:
        """Refuse parts that the indicator is not told by, or that do not add up."""
        super().clean()
        value = self.instance
        if any(self.errors) or not value.indicator_id:
            return
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        parts = {
            Slice(
                row.get("sex") or "",
                row["age_band"].pk if row.get("age_band") else None,
                row["target_group"].pk if row.get("target_group") else None,
            ): row["number"]
            for row in rows
        }
        check_parts(value.indicator, value.value, parts)


class PartInline(OwnTabular):
    """The parts of a value."""

    model = IndicatorPart
    formset = PartFormSet
    fields = ["target_group", "sex", "age_band", "number"]
    select_related = ["age_band", "target_group"]


@admin.register(IndicatorValue)
class IndicatorValueAdmin(PointingMixin, VersionedMixin, ExchangeMixin, OwnPartnershipAdmin):
    """What indicators came to, also from and to spreadsheets; officers validate it on the indicator's page."""

    form = ValueForm
    resource_class = ValueResource
    fields = [
        "indicator",
        ("starts_on", "ends_on"),
        ("value", "level"),
        "source",
        "comment",
        "language",
        ("state", "validated_by", "author"),
        ("is_counted", "original_name", "is_demonstration"),
    ]
    readonly_fields = ["state", "validated_by", "author", "is_counted", "original_name", "is_demonstration"]
    list_display = ["indicator", "span_text", "value", "level", "state", "is_demonstration"]
    list_filter = ["state", ("indicator__outcome__programme", VisibleFilter), "is_demonstration"]
    list_select_related = ["indicator", "level__scale"]
    search_fields = ["indicator__slug"]
    date_hierarchy = "starts_on"
    autocomplete_fields = ["indicator", "level"]
    inlines = [PartInline]
    parent_field = "indicator"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person may change it: a validated one is taken back first, on the indicator's page."""
        return super().has_change_permission(request, obj) and not (obj and obj.state == Validation.VALIDATED)

    def is_closed(self, obj: IndicatorValue) -> bool:
        """Say whether the year of the value is locked."""
        return is_locked(obj)

    def save_model(self, request: HttpRequest, obj: IndicatorValue, form: Any, change) -> None:
        """Save the value; a new one is its writer's, and one typed here was not taken from the count."""
        if not change:
            obj.author = request.user
        elif "value" in form.changed_data:
            obj.is_counted = False
        super().save_model(request, obj, form, change)

    def view_on_site(self, obj: IndicatorValue) -> str:
        """Return the address of the page that shows it."""
        return f"{reverse('partnerships:indicator', args=[obj.indicator.slug])}#value-{obj.pk}"


IS_VALIDATED = _("This value is validated: an officer can take that back first.")


class PartForm(OwnPartnershipForm):
    """One part of a value by itself: the others with it must still add up."""

    number = FigureField(label=_("part of the value"), localize=True)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        row = self.instance
        if held(row.value).state == Validation.VALIDATED:
            self.add_error(None, ValidationError({"value": IS_VALIDATED}))
            return
        others = IndicatorPart.objects.filter(value=row.value_id).exclude(pk=row.pk)
        try:
            hold_value(row.value)
            check_parts(row.value.indicator, row.value.value, parts_of([*others, row]))
        except ValidationError as error:
            self.add_error(None, error)


@admin.register(IndicatorPart)
class IndicatorPartAdmin(OwnPartnershipAdmin):
    """Parts of values, one by one; several together are changed on the page of their value."""

    form = PartForm
    list_display = ["value", "target_group", "sex", "age_band", "number"]
    list_filter = ["sex", "age_band", "target_group"]
    list_select_related = ["value__indicator", "age_band", "target_group"]
    search_fields = ["value__indicator__slug"]
    autocomplete_fields = ["value"]
    parent_field = "value"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep a part with its value: the others of that value add up with it."""
        return ["value"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person may change it: not while an officer stands for its value."""
        allowed = super().has_change_permission(request, obj)
        return allowed and not (obj and obj.value.state == Validation.VALIDATED)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether it may go: not where the others would no longer add up."""
        if not super().has_delete_permission(request, obj) or obj is None:
            return super().has_delete_permission(request, obj)
        others = IndicatorPart.objects.filter(value=obj.value_id).exclude(pk=obj.pk)
        try:
            check_parts(obj.value.indicator, obj.value.value, parts_of(others))
        except ValidationError:
            return False
        return True

    def is_closed(self, obj: IndicatorPart) -> bool:
        """Say whether the year of the value is locked."""
        return is_locked(obj.value)
