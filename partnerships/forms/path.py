"""The forms of a grant, of a yearly tranche and of a transfer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crispy_forms.layout import Div, Fieldset
from django.utils.translation import gettext_lazy as _

from partnerships.forms.base import MoneyModelForm, day_input
from partnerships.models import FundingSource, Grant, Tranche, Transfer
from portal.ground.forms import AmountField, LineField


class GrantForm(MoneyModelForm):
    """Money that a funder promised to a programme."""

    amount = AmountField(label=_("Amount in euro"))
    accepted_budget = AmountField(
        label=_("Accepted budget in euro"),
        required=False,
        help_text=_("What the project may cost in all, own contribution included."),
    )
    reference = LineField(label=_("Reference of the decision"), max_length=80)
    past = ["granted_on"]

    class Meta:
        model = Grant
        fields = ["source", "reference", "granted_on", "amount", "accepted_budget", "starts_on", "ends_on"]
        widgets = {"granted_on": day_input(), "starts_on": day_input(), "ends_on": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "source" in self.fields:
            self.fields["source"].queryset = FundingSource.objects.exclude(kind=FundingSource.Kind.OWN)

    def layout(self) -> list[Any]:
        return [
            "source",
            Div("reference", "granted_on", css_class="form-columns"),
            Div("amount", "accepted_budget", css_class="form-columns"),
            Div("starts_on", "ends_on", css_class="form-columns"),
        ]


class TrancheForm(MoneyModelForm):
    """What was claimed and received of a grant for one year."""

    claimed_amount = AmountField(label=_("Claimed, in euro"), required=False)
    received_amount = AmountField(label=_("Received, in euro"), required=False)
    past = ["claimed_on", "received_on"]

    class Meta:
        model = Tranche
        fields = ["claimed_amount", "claimed_on", "received_amount", "received_on"]
        widgets = {"claimed_on": day_input(), "received_on": day_input()}

    def layout(self) -> list[Any]:
        return [
            Fieldset(_("Claimed"), Div("claimed_amount", "claimed_on", css_class="form-columns")),
            Fieldset(_("Received"), Div("received_amount", "received_on", css_class="form-columns")),
        ]


class TransferForm(MoneyModelForm):
    """Money sent to the partner: euro out, dirham in."""

    reference = LineField(label=_("Reference"), max_length=80, help_text=_("For example the number of the payment."))
    sent_amount = AmountField(
        label=_("Sent, in euro"), help_text=_("Without the bank costs that the municipality pays itself.")
    )
    bank_costs = AmountField(label=_("Bank costs in euro"), required=False, lowest=Decimal(0))
    received_amount = AmountField(
        label=_("Received, in dirham"),
        required=False,
        help_text=_("What stands on the partner’s account. The real rate follows from it."),
    )
    past = ["sent_on", "received_on"]

    class Meta:
        model = Transfer
        fields = ["source", "reference", "sent_on", "sent_amount", "bank_costs", "received_on", "received_amount"]
        widgets = {"sent_on": day_input(), "received_on": day_input()}

    def clean_bank_costs(self) -> Decimal:
        """Return the costs; none typed means that there were none."""
        return self.cleaned_data["bank_costs"] or Decimal("0.00")

    def layout(self) -> list[Any]:
        return [
            Div("source", "reference", css_class="form-columns"),
            Fieldset(_("Sent"), Div("sent_amount", "bank_costs", "sent_on", css_class="form-columns")),
            Fieldset(_("Arrived at the partner"), Div("received_amount", "received_on", css_class="form-columns")),
        ]
