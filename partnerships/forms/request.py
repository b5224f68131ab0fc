"""The forms of a funding request: the request itself, and each step that it takes."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML, Div
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.forms.base import MoneyForm, MoneyModelForm, day_input
from partnerships.forms.path import GrantForm
from partnerships.models import FundingRequest, Grant, Programme
from portal.ground.forms import AmountField, LineField, TextField


class RequestForm(MoneyModelForm):
    """Money that is sought: from whom, for what and how much."""

    amount = AmountField(label=_("Amount in euro"), required=False, help_text=_("Where it is known already."))

    class Meta:
        model = FundingRequest
        fields = ["source", "programme", "side", "amount"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.languages = sorted(settings.LANGUAGES, key=lambda language: language[0] != get_language())
        super().__init__(*args, **kwargs)
        programmes = Programme.objects.filter(partnership=self.instance.partnership_id).order_by("-starts_on")
        self.fields["programme"].queryset = programmes
        for code, name in self.languages:
            self.fields[f"purpose_{code}"] = LineField(
                label=_("Purpose (%(language)s)") % {"language": name},
                max_length=250,
                required=False,
                widget=forms.TextInput(attrs={"lang": code, "dir": "rtl" if code == "ar" else "ltr"}),
            )
            self.initial[f"purpose_{code}"] = getattr(self.instance, f"purpose_{code}") or ""
        self.fields[f"purpose_{self.languages[0][0]}"].help_text = _("Needed in at least one language.")

    def layout(self) -> list[Any]:
        first, *others = [f"purpose_{code}" for code, _name in self.languages]
        summary = format_html("<details class='form-part mb-3'><summary>{}</summary>", _("In other languages"))
        return [
            first,
            HTML(summary),
            *others,
            HTML("</details>"),
            Div("source", "amount", css_class="form-columns"),
            Div("programme", "side", css_class="form-columns"),
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not any(values.get(f"purpose_{code}") for code, _name in self.languages):
            first = f"purpose_{self.languages[0][0]}"
            self.add_error(first, ValidationError(_("Say in at least one language what the money is for.")))
        return values


class StepForm(MoneyForm):
    """A step of a request. It names its step, so that a form sent twice cannot take the next one."""

    to = forms.CharField(widget=forms.HiddenInput, required=False)


class SubmissionForm(StepForm):
    """That the request went to the funder."""

    on = forms.DateField(label=_("Submitted on"), widget=day_input())
    amount = AmountField(label=_("Amount in euro"))
    past = ["on"]
    stands_for = {"submitted_on": "on", "decided_on": "on"}


class RefusalForm(StepForm):
    """That the funder refused, and why."""

    on = forms.DateField(label=_("Refused on"), widget=day_input())
    note = TextField(label=_("Why"), rows=3, max_length=250)
    past = ["on"]
    stands_for = {"decided_on": "on", "decision_note": "note"}


class AnswerForm(StepForm, GrantForm):
    """That the funder granted: the grant that comes of the request. Its source is that of the request."""

    stands_for = {"decided_on": "granted_on"}

    class Meta(GrantForm.Meta):
        model = Grant
        fields = ["programme", *GrantForm.Meta.fields[1:]]

    def __init__(self, *args: Any, request: FundingRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programmes = Programme.objects.filter(partnership=request.partnership_id).order_by("-starts_on")
        self.fields["programme"].queryset = programmes
        home = request.programme or programmes.first()
        if home is not None:
            self.initial |= {"programme": home.pk, "starts_on": home.starts_on, "ends_on": home.ends_on}
        self.initial["amount"] = request.amount

    def layout(self) -> list[Any]:
        return ["programme", *super().layout()[1:]]
