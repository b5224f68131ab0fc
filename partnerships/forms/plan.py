"""The forms of phases with deliverables, of posts, of calls with initiatives, and of a programme's codes."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div
from django.core.validators import MaxValueValidator
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from partnerships.forms.base import day_input
from partnerships.forms.trails import RecordForm, own_organisations
from partnerships.models import Call, Deliverable, Phase, Post, ProgrammeCode, SubGrant
from portal.ground.forms import AmountField

# Far beyond what any partnership counts, and small enough for each database's column.
MAX_NUMBER, MAX_COUNT = 999, 100_000
SPAN = ["starts_on", "starts_precision", "ends_on", "ends_precision"]
PERIOD = [
    Div("starts_on", "starts_precision", css_class="form-columns"),
    Div("ends_on", "ends_precision", css_class="form-columns"),
]


class PhaseForm(RecordForm):
    """A numbered step of the work."""

    class Meta:
        model = Phase
        fields = ["number", "programme", *SPAN]
        widgets = {"starts_on": day_input(), "ends_on": day_input()}

    def narrow(self) -> None:
        """Offer the partnership's own programmes, and the next number to a new phase."""
        super().narrow()
        self.fields["number"].validators.append(MaxValueValidator(MAX_NUMBER))
        if not self.instance.pk:
            last = Phase.objects.filter(partnership=self.partnership).aggregate(last=Max("number"))["last"]
            self.initial["number"] = (last or 0) + 1

    def layout(self) -> list[Any]:
        """Return the number beside the programme, and the period below."""
        return [Div("number", "programme", css_class="form-columns"), *PERIOD]


class DeliverableForm(RecordForm):
    """What a phase is to bring forth, and when it did."""

    day = "delivered_on"

    class Meta:
        model = Deliverable
        fields = ["due_on", "is_delivered", "delivered_on", "precision"]
        widgets = {"due_on": day_input(), "delivered_on": day_input()}


class PostForm(RecordForm):
    """A post that the programme pays, and who takes it over."""

    day = "taken_over_on"
    may_be_ahead = True

    class Meta:
        model = Post
        fields = ["side", "programme", *SPAN, "paid_by", "taken_over_by", "taken_over_on", "precision"]
        widgets = {name: day_input() for name in ("starts_on", "ends_on", "taken_over_on")}

    def narrow(self) -> None:
        """Offer the partnership's own programmes and organisations."""
        super().narrow()
        self.fields["taken_over_by"].queryset = own_organisations(self.partnership, posts=self.instance.pk)

    def layout(self) -> list[Any]:
        """Return who pays the post and until when, then who takes it over."""
        return [
            Div("side", "programme", css_class="form-columns"),
            *PERIOD,
            Div("paid_by", "taken_over_by", css_class="form-columns"),
            Div("taken_over_on", "precision", css_class="form-columns"),
        ]


class CallForm(RecordForm):
    """A call for initiatives: how many came in, and how many were chosen."""

    class Meta:
        model = Call
        fields = ["programme", "source", *SPAN, "submitted", "chosen"]
        widgets = {"starts_on": day_input(), "ends_on": day_input()}

    def narrow(self) -> None:
        """Offer the partnership's own programmes, and take no count that no column holds."""
        super().narrow()
        for name in ("submitted", "chosen"):
            self.fields[name].validators.append(MaxValueValidator(MAX_COUNT))

    def layout(self) -> list[Any]:
        """Return who pays, the period, and the two numbers beside each other."""
        return [
            Div("programme", "source", css_class="form-columns"),
            *PERIOD,
            Div("submitted", "chosen", css_class="form-columns"),
        ]


class SubGrantForm(RecordForm):
    """An initiative that answered a call."""

    texts = {"title": True, "reason": False}
    amount = AmountField(label=_("Amount in euro"), required=False)

    class Meta:
        model = SubGrant
        fields = ["organisation", "state", "amount"]

    def narrow(self) -> None:
        """Offer the partnership's own organisations."""
        super().narrow()
        self.fields["organisation"].queryset = own_organisations(self.partnership, sub_grants=self.instance.pk)


class ProgrammeCodeForm(RecordForm):
    """A policy marker of a programme with its significance, or a goal that it serves."""

    texts = {"reason": False}
    needed: list[str] = []

    class Meta:
        model = ProgrammeCode
        fields = ["code", "significance"]
