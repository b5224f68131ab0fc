"""Administration of cohorts, learners and their enrolments. There is no name to administer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from beneficiaries.admin.held import HeldVersionedForm, KnownMixin
from beneficiaries.doubts import ONE_CODE, doubts_about_ages, doubts_about_codes, run_together
from beneficiaries.forms.base import CHECKED, TICK
from beneficiaries.models import Cohort, Enrolment, Learner
from beneficiaries.models.learners import check_age, tidy_code
from beneficiaries.resources import CohortResource, EnrolmentResource, LearnerResource
from partnerships.admin.base import OwnPartnershipAdmin, OwnVersionedForm
from portal.ground.admin import VisibleFilter
from portal.ground.admin.exchange import ExchangeMixin
from portal.ground.admin.versions import VersionedMixin


@admin.register(Cohort)
class CohortAdmin(VersionedMixin, ExchangeMixin, OwnPartnershipAdmin):
    """Cohorts with their learners."""

    form = HeldVersionedForm
    resource_class = CohortResource
    list_display = ["name", "course", "centre", "place", "span_text", "seats", "is_demonstration"]
    list_filter = ["is_demonstration", ("course__partnership", VisibleFilter)]
    list_select_related = ["course__partnership", "centre", "place__municipality"]
    search_fields = ["slug", "name", "course__title_nl", "course__title_fr", "course__title_en", "course__title_ar"]
    date_hierarchy = "starts_on"
    autocomplete_fields = ["course", "programme", "place", "centre", "trained_by"]
    readonly_fields = ["is_demonstration"]
    prepopulated_fields = {"slug": ["name"]}
    parent_field = "course"
    part_lists = [Enrolment]

    def view_on_site(self, obj: Cohort) -> str:
        """Return the address of its page."""
        return reverse("beneficiaries:cohort_detail", args=[obj.slug])


class LearnerForm(OwnVersionedForm):
    """A learner; what is probably a slip is asked about before it is kept (beneficiaries.doubts)."""

    is_checked = forms.BooleanField(label=CHECKED, required=False)

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        home, code = values.get("partnership"), tidy_code(values.get("code") or "")
        is_new = not self.instance.pk or code != self.instance.code
        if is_new and run_together(home and home.pk, [code]):
            self.add_error("code", ONE_CODE)
        elif not values.get("is_checked"):
            self._ask(values, home and home.pk, [code] if is_new else [])
        try:
            check_age(values.get("birth_year"), timezone.localdate())
        except ValidationError as error:
            self.add_error(None, error)
        return values

    def _ask(self, values: dict[str, Any], home: int | None, codes: list[str]) -> None:
        doubts = [("code", doubt) for doubt in doubts_about_codes(home, codes)]
        if "birth_year" in self.changed_data:
            ages = doubts_about_ages({"": values.get("birth_year")}, on=timezone.localdate())
            doubts += [("birth_year", doubt) for doubt in ages]
        for name, doubt in doubts:
            self.add_error(name, doubt)
        if doubts:
            self.add_error("is_checked", TICK)


@admin.register(Learner)
class LearnerAdmin(KnownMixin, VersionedMixin, ExchangeMixin, OwnPartnershipAdmin):
    """Learners by their codes."""

    erased_path = "erased_on"
    form = LearnerForm
    resource_class = LearnerResource
    fields = [
        "partnership",
        "code",
        "is_checked",
        "birth_year",
        "sex",
        ("consented_on", "consent_withdrawn_on"),
        "guardian_consented_on",
        "is_demonstration",
    ]
    list_display = ["code", "partnership", "birth_year", "sex", "consented_on", "is_demonstration"]
    list_filter = ["sex", "is_demonstration", ("partnership", VisibleFilter)]
    list_select_related = ["partnership"]
    search_fields = ["code"]
    autocomplete_fields = ["partnership"]
    readonly_fields = ["is_demonstration"]
    parent_field = "partnership"


@admin.register(Enrolment)
class EnrolmentAdmin(KnownMixin, VersionedMixin, ExchangeMixin, OwnPartnershipAdmin):
    """Who follows what, also from and to spreadsheets, by code."""

    erased_path = "learner__erased_on"
    form = HeldVersionedForm
    resource_class = EnrolmentResource
    list_display = ["learner", "cohort", "enrolled_on", "withdrawn_on", "withdrawal_reason", "is_demonstration"]
    list_filter = ["withdrawal_reason", "is_demonstration", ("cohort__course__partnership", VisibleFilter)]
    list_select_related = ["learner", "cohort__course__partnership"]
    search_fields = ["learner__code", "cohort__slug", "cohort__name"]
    autocomplete_fields = ["learner", "cohort"]
    readonly_fields = ["is_demonstration"]
    parent_field = "cohort"
