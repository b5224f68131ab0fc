"""Expenditures, what they draw on, and their vouchers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.admin.budget import HeadingsMixin
from activities.admin.files import StoredFileForm, StoredFileMixin
from activities.eligibility import Claim, Rulebook
from activities.models import Drawdown, Expenditure, Voucher
from activities.models.money import MONEY_COLUMNS
from activities.resources import ExpenditureResource
from activities.rules import check_expenditure, is_locked, refuse
from activities.services.money import DRAWN, DRAWS, fixed_because
from partnerships.admin.base import OwnPartnershipAdmin, OwnPartnershipForm, OwnTabular
from partnerships.services import hold_money, hold_years_open
from portal.ground.admin import ReadOnlyMixin, VisibleFilter
from portal.ground.admin.base import NamedFormSet
from portal.ground.admin.exchange import ExchangeMixin
from portal.ground.forms import AmountField, RateField
from portal.ground.money import MAX_AMOUNT, parse_amount

COLUMNS = [
    "spent_on",
    "description",
    "source",
    "heading",
    "spent_by",
    "amount",
    "original_amount",
    "original_currency",
    "rate",
    "rule_reason",
]
JUDGED = ["decision", "decision_reason", "decided_on", "decided_by"]


class ExpenditureForm(OwnPartnershipForm):
    """Money spent; amounts may be typed with a decimal comma or point, and the funder's rules are asked."""

    amount = AmountField(label=_("amount in euro"), localize=True, lowest=-MAX_AMOUNT)
    original_amount = AmountField(
        label=_("amount in the other currency"), required=False, localize=True, lowest=-MAX_AMOUNT
    )
    rate = RateField(
        label=_("rate"),
        required=False,
        localize=True,
        help_text=_("Units of the other currency for one euro, for example 10.85."),
    )

    def _get_validation_exclusions(self) -> set[str]:
        # Only what corrects another row is below zero, also where the page merely shows what it corrects.
        return super()._get_validation_exclusions() - {"corrects"}

    @property
    def touches_money(self) -> bool:
        """Whether the row is new, or what a funder looks at was changed: a later rule refuses no older row."""
        return not self.instance.pk or bool({*MONEY_COLUMNS, "rule_reason"} & set(self.changed_data))

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors and self.touches_money:
            self._ask()

    def _ask(self) -> None:
        voucher = None if self.instance.pk else self._sent_voucher()
        try:
            check_expenditure(self.instance, voucher)
        except ValidationError as error:
            self.place(error)

    def place(self, error: ValidationError) -> None:
        """Put sentences beside the fields that the page has."""
        for name, sentences in error.message_dict.items():
            self.add_error(name if name in self.fields else None, sentences)

    def _sent_voucher(self) -> Voucher | None:
        """Return the first voucher that the page of a new expenditure sends along, for the rules to look at."""
        sent = {name: self.data.get(f"vouchers-0-{name}", "").strip() for name in ("number", "supplier", "total")}
        if not sent["number"] and "vouchers-0-file" not in self.files:
            return None
        voucher = Voucher(number=sent["number"], supplier=sent["supplier"])
        with suppress(ValidationError):
            voucher.total = parse_amount(sent["total"])
        return voucher


class EntryExpenditureForm(ExpenditureForm):
    """Money spent in a log entry: for the entry's activity. The rules are asked about all rows together."""

    def _post_clean(self) -> None:
        entry = self.cleaned_data.get("log_entry")
        if entry is not None and entry.activity_id:
            self.instance.activity = entry.activity
        super()._post_clean()

    def _ask(self) -> None:
        """Leave it to the formset, which counts the rows before this one as spent."""


class EntryExpenditureFormSet(NamedFormSet):
    """The money of one log entry: what is judged or draws on transfers stays, the rest is asked of the rules."""

    def clean(self) -> None:
        super().clean()
        changed = [form for form in self.forms if form.has_changed() and not form.errors and form.instance.activity_id]
        known = Expenditure.objects.select_related("activity", "log_entry").prefetch_related("drawdowns", "corrections")
        stored = known.in_bulk([form.instance.pk for form in changed if form.instance.pk])
        for form in changed:
            self._keep(form, stored.get(form.instance.pk))
        self._refuse_deletion([form.instance.pk for form in self.deleted_forms if form.instance.pk])
        asked = [form for form in changed if form.touches_money and not self._should_delete_form(form)]
        asked = [form for form in asked if not form.errors]
        if asked:
            self._ask(asked, stored)

    def _keep(self, form: ExpenditureForm, row: Expenditure | None) -> None:
        if row is None:
            return
        if self._should_delete_form(form):
            return
        if row.is_fixed and form.touches_money:
            form.add_error(None, fixed_because(row))
        elif row.drawdowns.all() and set(DRAWN) & set(form.changed_data):
            form.add_error(None, DRAWS)

    def _refuse_deletion(self, numbers: list[int]) -> None:
        """Keep what is judged, corrected or dated in a locked year, also where the rest of its row is mistyped."""
        if not numbers:
            return
        hold_money([self.instance.activity.partnership_id])
        known = Expenditure.objects.filter(pk__in=numbers).select_related("activity", "log_entry")
        for row in known.prefetch_related("corrections"):
            if row.is_fixed:
                raise ValidationError(fixed_because(row))
            try:
                hold_years_open(row.activity.partnership, days=[row.spent_on], field="spent_on")
            except ValidationError as error:
                raise ValidationError(error.messages) from None

    def _ask(self, asked: list[ExpenditureForm], stored: dict[int, Expenditure]) -> None:
        claims = [Claim.of(form.instance) for form in asked]
        partnership = asked[0].instance.activity.partnership
        book = Rulebook.load([partnership.pk], hold=True)
        book.know_vouchers(claims)
        book.release(stored.values())
        for form, claim in zip(asked, claims, strict=True):
            old = stored.get(form.instance.pk)
            days = [claim.spent_on, *([old.spent_on] if old else [])]
            try:
                refuse(book, claim)
                hold_years_open(partnership, days=days, field="spent_on")
            except ValidationError as error:
                form.place(error)
            book.charge(claim)


class VoucherForm(StoredFileForm):
    """A voucher, closed with its expenditure: scanned, or known by its number until then."""

    total = AmountField(
        label=_("total of the voucher in euro"),
        required=False,
        localize=True,
        help_text=_("Only where several expenses share one voucher: what it comes to in all."),
    )

    def _post_clean(self) -> None:
        super()._post_clean()
        expenditure = self.cleaned_data.get("expenditure")
        if self.errors or expenditure is None or not expenditure.pk or not self.has_changed():
            return
        if is_locked(expenditure):
            self.add_error("expenditure", _("This expense is dated in a locked year."))
        elif expenditure.decision:
            self.add_error("expenditure", fixed_because(expenditure))
        elif self.instance.number:
            self._refuse_second_payment(expenditure)

    def _refuse_second_payment(self, expenditure: Expenditure) -> None:
        try:
            check_expenditure(expenditure, self.instance)
        except ValidationError as error:
            # What else the rules say of the expenditure was said when it was written.
            if sentences := error.message_dict.get("voucher_number"):
                self.add_error("number", sentences)


class VoucherInline(StoredFileMixin, OwnTabular):
    """Invoices, receipts and tickets."""

    model = Voucher
    form = VoucherForm
    fields = ["number", "dated_on", "supplier", "total", "file", "stored"]


class JudgedMixin:
    """What an officer judged is shown and not changed, and the page says why."""

    def judged(self, obj: Any) -> Expenditure:
        """Return the expenditure that the row is about."""
        return obj

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person may change the row, and nobody judged it yet."""
        return super().has_change_permission(request, obj) and not (obj is not None and self.is_fixed(obj))

    def is_fixed(self, obj: Any) -> bool:
        """Say whether the row stays as it is."""
        return self.judged(obj).is_fixed

    def why_it_stays(self, obj: Any) -> str:
        """Return why the row is not deleted."""
        return fixed_because(self.judged(obj)) if self.is_fixed(obj) else super().why_it_stays(obj)

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, and say why a judged row is only shown."""
        if kwargs.get("obj") is not None and self.is_fixed(kwargs["obj"]):
            messages.warning(request, fixed_because(self.judged(kwargs["obj"])))
        return super().render_change_form(request, context, **kwargs)


@admin.register(Expenditure)
class ExpenditureAdmin(JudgedMixin, HeadingsMixin, ExchangeMixin, OwnPartnershipAdmin):
    """Expenditures, also from and to spreadsheets. They are judged and corrected on their own page."""

    form = ExpenditureForm
    resource_class = ExpenditureResource
    fields = ["activity", "log_entry", *COLUMNS, "corrects", *JUDGED, "drawn_from", "is_demonstration"]
    readonly_fields = ["corrects", *JUDGED, "drawn_from", "is_demonstration"]
    list_display = [
        "spent_on",
        "description",
        "activity",
        "source",
        "heading",
        "amount",
        "decision",
        "is_demonstration",
    ]
    list_display_links = ["spent_on", "description"]
    list_filter = [
        "decision",
        "source",
        "spent_by",
        "original_currency",
        ("activity__partnership", VisibleFilter),
        "is_demonstration",
    ]
    list_select_related = ["activity", "source", "heading"]
    search_fields = ["description", "activity__slug", "vouchers__number"]
    date_hierarchy = "spent_on"
    autocomplete_fields = ["activity", "log_entry", "source"]
    parent_field = "activity"
    inlines = [VoucherInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Expenditure | None = None) -> list[str]:
        """Keep what was taken out of transfers, or given back, as it was taken."""
        drawn = obj is not None and (obj.corrects_id or obj.drawdowns.exists())
        return [*self.readonly_fields, *(DRAWN if drawn else [])]

    def is_closed(self, obj: Expenditure) -> bool:
        """Say whether a locked year holds it."""
        return is_locked(obj)

    def why_it_stays(self, obj: Expenditure) -> str:
        """Return why it is not deleted; a correction is taken away on its own page, where the funder is asked."""
        if obj.corrects_id:
            return gettext("A correction is removed on its own page.")
        if obj.drawdowns.exists():
            return gettext("It draws on transfers: remove it where the expense was entered.")
        return super().why_it_stays(obj)

    @admin.display(description=_("drawn from"))
    def drawn_from(self, obj: Expenditure) -> SafeString | str:
        """Return the transfers that it is paid from, with the dirham of each."""
        rows = obj.drawdowns.select_related("transfer__source") if obj.pk else []
        return format_html_join("; ", "{}", ((row,) for row in rows)) or "–"


@admin.register(Drawdown)
class DrawdownAdmin(ReadOnlyMixin, OwnPartnershipAdmin):
    """What expenditures take out of transfers; it follows from the expenditure."""

    fields = ["expenditure", "transfer", "amount"]
    list_display = ["expenditure", "transfer", "amount"]
    list_filter = ["transfer__source", ("expenditure__activity__partnership", VisibleFilter)]
    list_select_related = ["expenditure", "transfer__source"]
    search_fields = ["expenditure__description", "transfer__reference"]
    parent_field = "expenditure"


@admin.register(Voucher)
class VoucherAdmin(JudgedMixin, StoredFileMixin, OwnPartnershipAdmin):
    """Vouchers of expenditures."""

    form = VoucherForm
    fields = ["expenditure", "number", "dated_on", "supplier", "total", "file", "stored"]
    list_display = ["name", "number", "dated_on", "supplier", "expenditure", "added_at"]
    list_filter = ["expenditure__source", ("expenditure__activity__partnership", VisibleFilter)]
    list_select_related = ["expenditure"]
    search_fields = ["number", "supplier", "original_name"]
    date_hierarchy = "dated_on"
    autocomplete_fields = ["expenditure"]
    parent_field = "expenditure"

    def judged(self, obj: Voucher) -> Expenditure:
        """Return its expenditure."""
        return obj.expenditure

    def is_fixed(self, obj: Voucher) -> bool:
        """Say whether its expenditure is judged."""
        return bool(obj.expenditure.decision)

    def is_closed(self, obj: Voucher) -> bool:
        """Say whether a locked year holds it."""
        return is_locked(obj.expenditure)

    @admin.display(description=_("file"), ordering="original_name")
    def name(self, obj: Voucher) -> str:
        """Return the name of the file; a voucher that is not scanned yet has none."""
        return obj.original_name or "–"
