"""Grants, their yearly tranches, and transfers to the partner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.admin.base import OwnPartnershipAdmin, OwnVersionedForm
from partnerships.models import Grant, Tranche, Transfer
from partnerships.resources import GrantResource, TrancheResource, TransferResource
from partnerships.services import check_removal, check_stage, hold_money
from portal.ground.admin import VisibleFilter
from portal.ground.admin.exchange import ExchangeMixin
from portal.ground.admin.versions import VersionedMixin
from portal.ground.forms import AmountField, TextField
from portal.ground.money import format_rate

DAYS = ["granted_on", "claimed_on", "sent_on", "received_on"]
NOT_YET = _("This day has not come yet.")


class StageForm(OwnVersionedForm):
    """A stage on the way of the money, asked the same as on the pages of the portal."""

    reason = TextField(
        label=_("why it is right all the same"),
        required=False,
        rows=2,
        max_length=2000,
        help_text=_("Only where a rule of the funder warns; it is kept with the history."),
    )

    def clean(self) -> dict[str, Any] | None:
        parent = self.cleaned_data.get("grant") or self.cleaned_data.get("programme")
        if parent is not None:
            # Held before the row itself, as everywhere, and before the row is compared with the others.
            hold_money([(parent.programme if "grant" in self.cleaned_data else parent).partnership_id])
        values = super().clean()
        for name in DAYS:
            if (day := self.cleaned_data.get(name)) and day > timezone.localdate():
                self.add_error(name, ValidationError(NOT_YET))
        return values

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        try:
            check_stage(self.instance, reason=self.cleaned_data["reason"])
        except ValidationError as error:
            self.add_error(None, error)

    @property
    def audit_reason(self) -> str:
        """Why a warning was passed over."""
        return self.cleaned_data.get("reason", "").strip()


class GrantForm(StageForm):
    """A grant; amounts may be typed with a decimal comma or point."""

    amount = AmountField(label=_("amount in euro"), localize=True)
    accepted_budget = AmountField(
        label=_("accepted budget of the project in euro"),
        required=False,
        localize=True,
        help_text=_("What the project may cost in all, own contribution included."),
    )


class TrancheForm(StageForm):
    """A tranche; amounts may be typed with a decimal comma or point."""

    claimed_amount = AmountField(label=_("claimed, in euro"), required=False, localize=True)
    received_amount = AmountField(label=_("received, in euro"), required=False, localize=True)


class TransferForm(StageForm):
    """A transfer; amounts may be typed with a decimal comma or point."""

    sent_amount = AmountField(label=_("sent, in euro"), localize=True)
    bank_costs = AmountField(label=_("bank costs in euro"), required=False, localize=True, lowest=0)
    received_amount = AmountField(label=_("received, in dirham"), required=False, localize=True)

    def clean_bank_costs(self) -> Any:
        """Return the costs; none typed means that there were none."""
        return self.cleaned_data["bank_costs"] or 0


class StayingMixin:
    """Rows on the way of the money: what came in, or other figures hang on, is not deleted."""

    def why_it_stays(self, obj: Any) -> str:
        """Return why the row is not deleted."""
        try:
            check_removal(obj)
        except ValidationError as error:
            return " ".join(error.messages)
        return super().why_it_stays(obj)


class StageAdmin(StayingMixin, VersionedMixin, ExchangeMixin, OwnPartnershipAdmin):
    """A stage on the way of the money."""

    form: type[forms.ModelForm] = StageForm
    readonly_fields = ["is_demonstration"]


@admin.register(Grant)
class GrantAdmin(StageAdmin):
    """Money that funders promised."""

    form = GrantForm
    resource_class = GrantResource
    fields = [
        "programme",
        "source",
        "request",
        "reference",
        "granted_on",
        ("amount", "accepted_budget"),
        ("starts_on", "ends_on"),
        "reason",
        "is_demonstration",
    ]
    list_display = ["reference", "source", "programme", "amount", "granted_on", "is_demonstration"]
    list_filter = ["source", ("programme", VisibleFilter), "is_demonstration"]
    list_select_related = ["source", "programme"]
    search_fields = ["reference"]
    date_hierarchy = "granted_on"
    autocomplete_fields = ["programme", "source", "request"]
    parent_field = "programme"


@admin.register(Tranche)
class TrancheAdmin(StageAdmin):
    """What was claimed and received of grants, year by year."""

    form = TrancheForm
    resource_class = TrancheResource
    fields = [
        "grant",
        "year",
        ("claimed_amount", "claimed_on"),
        ("received_amount", "received_on"),
        "reason",
        "is_demonstration",
    ]
    list_display = ["grant", "year", "claimed_amount", "received_amount", "is_demonstration"]
    list_filter = ["year", "grant__source", "is_demonstration"]
    list_select_related = ["grant__source"]
    search_fields = ["grant__reference"]
    autocomplete_fields = ["grant"]
    parent_field = "grant"


@admin.register(Transfer)
class TransferAdmin(StageAdmin):
    """Money sent to the partner: euro out, dirham in."""

    form = TransferForm
    resource_class = TransferResource
    fields = [
        "programme",
        "source",
        "reference",
        ("sent_on", "sent_amount", "bank_costs"),
        ("received_on", "received_amount"),
        "reason",
        "is_demonstration",
    ]
    list_display = ["reference", "source", "sent_on", "sent_amount", "received_amount", "real_rate", "is_demonstration"]
    list_filter = ["source", ("programme", VisibleFilter), "is_demonstration"]
    list_select_related = ["source", "programme"]
    search_fields = ["reference"]
    date_hierarchy = "sent_on"
    autocomplete_fields = ["programme", "source"]
    parent_field = "programme"

    @admin.display(description=_("dirham for one euro"))
    def real_rate(self, obj: Transfer) -> str:
        """Return the real rate, once the money has arrived."""
        return format_rate(obj.rate) if obj.rate else ""
