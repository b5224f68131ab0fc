"""Expenditures and their vouchers."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.admin.files import StoredFileForm, StoredFileMixin
from activities.models import Expenditure, Voucher
from activities.resources import ExpenditureResource
from activities.rules import check_expenditure, is_locked
from partnerships.admin.base import OwnPartnershipAdmin, OwnPartnershipForm, OwnTabular
from portal.ground.admin import VisibleFilter
from portal.ground.admin.exchange import ExchangeMixin
from portal.ground.forms import AmountField, RateField

COLUMNS = ["spent_on", "description", "source", "amount", "original_amount", "original_currency", "rate"]


class ExpenditureForm(OwnPartnershipForm):
    """Money spent; amounts may be typed with a decimal comma or point, and the funder's rules are asked."""

    amount = AmountField(label=_("amount in euro"), localize=True)
    original_amount = AmountField(label=_("amount in the other currency"), required=False, localize=True)
    rate = RateField(
        label=_("rate"),
        required=False,
        localize=True,
        help_text=_("Units of the other currency for one euro, for example 10,85."),
    )

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        try:
            check_expenditure(self.instance)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                self.add_error(name if name in self.fields else None, sentences)


class EntryExpenditureForm(ExpenditureForm):
    """Money spent in a log entry: for the entry's activity."""

    def _post_clean(self) -> None:
        entry = self.cleaned_data.get("log_entry")
        if entry is not None and entry.activity_id:
            self.instance.activity = entry.activity
        super()._post_clean()


class VoucherForm(StoredFileForm):
    """A voucher, which is closed with its expenditure."""

    def _post_clean(self) -> None:
        super()._post_clean()
        expenditure = self.cleaned_data.get("expenditure")
        if expenditure is not None and expenditure.pk and is_locked(expenditure):
            self.add_error("expenditure", _("This expenditure is dated in a locked year."))


class VoucherInline(StoredFileMixin, OwnTabular):
    """Invoices, receipts and tickets."""

    model = Voucher
    fields = ["number", "file", "stored"]


@admin.register(Expenditure)
class ExpenditureAdmin(ExchangeMixin, OwnPartnershipAdmin):
    """Expenditures, also from and to spreadsheets."""

    form = ExpenditureForm
    resource_class = ExpenditureResource
    fields = ["activity", "log_entry", *COLUMNS, "is_demonstration"]
    readonly_fields = ["is_demonstration"]
    list_display = ["spent_on", "description", "activity", "source", "amount", "original_amount", "is_demonstration"]
    list_filter = ["source", "original_currency", ("activity__partnership", VisibleFilter), "is_demonstration"]
    list_select_related = ["activity", "source"]
    search_fields = ["description", "activity__slug"]
    autocomplete_fields = ["activity", "log_entry", "source"]
    parent_field = "activity"
    inlines = [VoucherInline]

    def is_closed(self, obj: Expenditure) -> bool:
        """Say whether a locked year holds it."""
        return is_locked(obj)


@admin.register(Voucher)
class VoucherAdmin(StoredFileMixin, OwnPartnershipAdmin):
    """Vouchers of expenditures."""

    form = VoucherForm
    fields = ["expenditure", "number", "file", "stored"]
    list_display = ["original_name", "number", "expenditure", "added_at"]
    list_select_related = ["expenditure"]
    search_fields = ["number", "original_name"]
    autocomplete_fields = ["expenditure"]
    parent_field = "expenditure"

    def is_closed(self, obj: Voucher) -> bool:
        """Say whether a locked year holds it."""
        return is_locked(obj.expenditure)
