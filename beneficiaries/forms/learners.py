"""The forms of one learner: the code with what is known, an enrolment, a follow-up, a coaching talk."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.core.exceptions import ValidationError

from beneficiaries.doubts import ONE_CODE, doubts_about_ages, doubts_about_codes, run_together
from beneficiaries.forms.base import CHECKED, TICK, RowForm
from beneficiaries.models import Coaching, Enrolment, FollowUp, FollowUpOutcome, Learner
from beneficiaries.models.learners import check_age, tidy_code
from partnerships.forms.base import day_input


class LearnerForm(RowForm):
    """A learner; what is probably a slip is asked about before it is kept (beneficiaries.doubts)."""

    is_checked = forms.BooleanField(label=CHECKED, required=False)
    past = ["consented_on", "consent_withdrawn_on", "guardian_consented_on"]

    class Meta:
        model = Learner
        fields = ["code", "birth_year", "sex", "consented_on", "consent_withdrawn_on", "guardian_consented_on"]
        widgets = {
            "code": forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
            "consented_on": day_input(),
            "consent_withdrawn_on": day_input(),
            "guardian_consented_on": day_input(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = (self.instance.code, self.instance.birth_year)
        if not self.data.get("is_checked"):
            self.fields["is_checked"].widget = forms.HiddenInput()

    def layout(self) -> list[Any]:
        return [
            "code",
            "is_checked",
            Div("birth_year", "sex", css_class="form-columns"),
            Div("consented_on", "consent_withdrawn_on", css_class="form-columns"),
            "guardian_consented_on",
        ]

    def clean_birth_year(self) -> int | None:
        """Return the year of birth of somebody who lives today."""
        year = self.cleaned_data["birth_year"]
        try:
            check_age(year, self.today)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return year

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        code = values["code"] = tidy_code(values.get("code") or "")
        if code != self.known[0] and run_together(self.instance.partnership_id, [code]):
            self.add_error("code", ONE_CODE)
            return values
        if not values.get("is_checked"):
            self._ask(values)
        return values

    def _ask(self, values: dict[str, Any]) -> None:
        """Ask about a code and a year of birth that are new, and probably a slip."""
        row = self.instance
        code, born = values["code"], values.get("birth_year")
        found: dict[str, list[ValidationError]] = {}
        if code and code != self.known[0]:
            found["code"] = doubts_about_codes(row.partnership_id, [code])
        if born != self.known[1]:
            first = row.enrolments.order_by("enrolled_on").values_list("enrolled_on", flat=True).first()
            found["birth_year"] = doubts_about_ages({"": born}, on=first or self.today)
        for name, doubts in found.items():
            for doubt in doubts:
                self.add_error(name, doubt)
        if any(found.values()):
            self.fields["is_checked"].widget = forms.CheckboxInput()
            self.add_error("is_checked", TICK)


class EnrolmentForm(RowForm):
    """When somebody joined a cohort, and when and why they left it."""

    past = ["enrolled_on", "commitments_on", "withdrawn_on"]

    class Meta:
        model = Enrolment
        fields = ["enrolled_on", "commitments_on", "withdrawn_on", "withdrawal_reason"]
        widgets = {"enrolled_on": day_input(), "commitments_on": day_input(), "withdrawn_on": day_input()}

    def layout(self) -> list[Any]:
        pairs = [("enrolled_on", "commitments_on"), ("withdrawn_on", "withdrawal_reason")]
        return [Div(*pair, css_class="form-columns") for pair in pairs]


class FollowUpForm(RowForm):
    """What somebody does now, some months after the end."""

    past = ["asked_on", "consented_on"]

    class Meta:
        model = FollowUp
        fields = ["months", "asked_on", "consented_on", "outcome"]
        widgets = {"asked_on": day_input(), "consented_on": day_input(), "outcome": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome = self.fields["outcome"]
        outcome.empty_label = None
        outcome.queryset = FollowUpOutcome.objects.all()
        if not self.is_bound and not self.instance.pk:
            self.initial["asked_on"] = self.today

    def layout(self) -> list[Any]:
        return ["outcome", Div("months", "asked_on", "consented_on", css_class="form-columns")]


class CoachingForm(RowForm):
    """A talk with somebody who starts something."""

    past = ["held_on"]

    class Meta:
        model = Coaching
        fields = ["held_on", "topic"]
        widgets = {"held_on": day_input(), "topic": forms.RadioSelect}
