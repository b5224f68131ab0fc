"""The row of an expense: quick where nothing is unusual, complete where a funder asks for more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.forms.rows import PICTURES, FileRow, row_set
from activities.models import Expenditure, Voucher
from activities.services import ExpenseValues
from partnerships.models import CostHeading, FundingSource, Side, Transfer
from portal.ground import uploads
from portal.ground.forms import AmountField, DayInput, LineField, RateField, as_key, expect_plausible_days
from portal.ground.money import MAX_AMOUNT, Currency, format_rate, to_euro

Choices = list[tuple[Any, Any]]


@dataclass(frozen=True)
class ExpenseChoices:
    """What the rows of one page choose from, read once for all of them."""

    sources: Choices
    headings: Choices
    sources_of: dict[int, int]
    transfers: Choices = field(default_factory=list)

    @classmethod
    def load(cls, partnership_id: int | None = None) -> ExpenseChoices:
        """Return the choices; the transfers that arrived are those of the partnership, if it is known."""
        sources = list(FundingSource.objects.all())
        headings: Any = list(CostHeading.objects.select_related("source", "parent"))
        wholes = {heading.parent_id for heading in headings}
        leaves = [heading for heading in headings if heading.pk not in wholes]
        groups: dict[str, Choices] = {}
        for heading in leaves:
            group = f"{heading.source}: {heading.parent}" if heading.parent else str(heading.source)
            groups.setdefault(group, []).append((heading.pk, str(heading)))
        return cls(
            sources=[("", _("Choose…")), *((row.pk, str(row)) for row in sources)],
            headings=[("", _("Choose…")), *groups.items()],
            sources_of={heading.pk: heading.source_id for heading in leaves},
            transfers=_transfers(partnership_id),
        )


def _transfers(partnership_id: int | None) -> Choices:
    if partnership_id is None:
        return []
    rows = Transfer.objects.filter(programme__partnership=partnership_id, received_on__isnull=False)
    rows = rows.select_related("source").order_by("-received_on", "-pk")[:50]
    return [(row.pk, f"{row.source}: {row} = {format_rate(row.rate or Decimal(1))}") for row in rows]


class HeadingSelect(forms.Select):
    """The cost headings, each with the source that it belongs to, so that a page shows those of one source."""

    sources_of: dict[int, int]

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        source = self.sources_of.get(as_key(str(value)) or 0)
        return {**option, "attrs": {**option["attrs"], **({"data-source": source} if source else {})}}


def _date(label: Any, **kwargs: Any) -> forms.DateField:
    widget = DayInput()
    return forms.DateField(label=label, required=False, widget=widget, **kwargs)


def _none(model: Any, label: Any, **kwargs: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(label=label, queryset=model.objects.none(), **kwargs)


class ExpenseRow(FileRow):
    """What was paid, when, from which source under which heading, and its voucher."""

    telling = ["description", "amount", "voucher", "voucher_number", "source", "spent_on", "supplier", "heading"]
    file_field = "voucher"
    accept = staticmethod(uploads.accept_document)
    # Asked for by few; the page keeps them folded.
    seldom = ["supplier", "voucher_date", "voucher_total", "spent_by", "transfer"]

    description = LineField(label=_("What was paid"), max_length=200)
    amount = AmountField(label=_("Amount"))
    currency = forms.ChoiceField(label=_("Currency"), choices=Currency, initial=Currency.EUR)
    rate = RateField(
        label=_("Rate: dirham for one euro"),
        required=False,
        help_text=_("Leave it empty for dirham that came by transfer: they have its rate."),
    )
    source = _none(FundingSource, _("Paid from"))
    heading = _none(
        CostHeading,
        _("Cost heading"),
        required=False,
        widget=HeadingSelect,
        help_text=_("Where the source has headings; it may be added later."),
    )
    spent_on = _date(_("Date, if another day"))
    rule_reason = LineField(
        label=_("Reason despite the warning"),
        required=False,
        max_length=250,
        help_text=_("It is kept, and the funder may ask for it."),
    )
    voucher = forms.FileField(
        label=_("Voucher"),
        required=False,
        widget=forms.FileInput(
            attrs={"accept": f"application/pdf,{PICTURES}", "data-max-bytes": uploads.MAX_FILE_BYTES}
        ),
    )
    voucher_number = LineField(label=_("Number of the voucher"), required=False, max_length=50)
    supplier = LineField(label=_("Supplier"), required=False, max_length=150)
    voucher_date = _date(_("Date of the voucher"))
    voucher_total = AmountField(
        label=_("Total of the voucher in euro"),
        required=False,
        help_text=_("Only where several expenses share one voucher: what it comes to in all."),
    )
    spent_by = forms.ChoiceField(
        label=_("Spent by the"), choices=[("", _("side of the activity")), *Side.choices], required=False
    )
    transfer = _none(
        Transfer,
        _("Paid from the transfer"),
        required=False,
        help_text=_("Only for dirham. Empty: from the oldest that is not spent."),
    )

    def __init__(self, *args, choices: ExpenseChoices, usual_rate: Decimal | None = None, stored=None, **kwargs):
        super().__init__(*args, **kwargs)
        expect_plausible_days(self.fields)
        self.usual_rate = usual_rate
        # Asked without a bound field: that one would remember a prefix which a blank row is yet to be given.
        number = self.data_of("pk") if self.is_bound else self.initial.get("pk")
        self.saved: Expenditure | None = (stored or {}).get(as_key(str(number or "")))
        querysets = {"source": FundingSource, "heading": CostHeading, "transfer": Transfer}
        offered = {"source": choices.sources, "heading": choices.headings, "transfer": choices.transfers}
        for name, model in querysets.items():
            self.fields[name].queryset = model.objects.all()
            self.fields[name].widget.choices = offered[name]
        self.fields["heading"].widget.sources_of = choices.sources_of
        if choices.transfers:
            self.fields["transfer"].queryset = Transfer.objects.filter(pk__in=[pk for pk, _label in choices.transfers])
            self.fields["transfer"].widget.choices = [("", _("the oldest that is not spent")), *choices.transfers]
        else:
            del self.fields["transfer"]
        if self.is_as_it_is:
            for bound in self.fields.values():
                bound.required = False

    @property
    def is_fixed(self) -> bool:
        """Whether the row is judged, or corrected by another one: it is shown and not asked."""
        return bool(self.saved and self.saved.is_fixed)

    @property
    def is_as_it_is(self) -> bool:
        """Whether the form was sent without the fields of a row, because they were shown as fixed."""
        return bool(self.is_bound and self.saved and self.add_prefix("description") not in self.data)

    @property
    def opens_more(self) -> bool:
        """Whether one of the seldom used fields says something, so that the page unfolds them."""
        return any(name in self.errors or self[name].value() for name in self.seldom if name in self.fields)

    @property
    def saved_vouchers(self) -> list[Voucher]:
        """The vouchers that it has already."""
        return list(self.saved.vouchers.all()) if self.saved else []

    @property
    def tells_reason(self) -> bool:
        """Whether a reason despite a warning is there or is asked for."""
        return bool("rule_reason" in self.errors or self["rule_reason"].value())

    def has_changed(self):
        """Say whether anything was typed; a rate counts where it is not the one that the page proposed."""
        proposed = format_rate(self.usual_rate) if self.usual_rate else ""
        return super().has_changed() or self.data_of("rate") not in {"", None, proposed}

    def clean(self):
        cleaned = super().clean()
        if self.is_as_it_is:
            return cleaned
        amount, rate = cleaned.get("amount"), cleaned.get("rate")
        if cleaned.get("currency") == Currency.MAD and amount and rate:
            if not Decimal("0.01") <= to_euro(amount, rate) <= MAX_AMOUNT:
                self.add_error("amount", gettext("At this rate the amount is not a plausible number of euro."))
            if cleaned.get("transfer"):
                self.add_error("rate", gettext("Leave the rate empty: the transfer has its own."))
        elif cleaned.get("currency") == Currency.EUR and cleaned.get("transfer"):
            self.add_error("transfer", gettext("Only dirham come from a transfer."))
        self._check_voucher(cleaned)
        return cleaned

    def _check_voucher(self, cleaned: dict[str, Any]) -> None:
        about = [cleaned.get(name) for name in ("supplier", "voucher_date", "voucher_total")]
        there = self.accepted or cleaned.get("voucher_number") or self.saved_vouchers
        if any(about) and not there and not {"voucher", "voucher_number"} & set(self.errors):
            self.add_error("voucher_number", gettext("Give the voucher's number or its file."))

    def values(self, default_day: dt.date) -> ExpenseValues:
        """Return the row for the services; a row to be removed needs its number only."""
        cleaned = self.cleaned_data
        if self.is_as_it_is and self.saved and not cleaned.get("remove"):
            return stored_values(self.saved)
        dirham = cleaned.get("currency") == Currency.MAD
        amount, rate = cleaned.get("amount"), cleaned.get("rate")
        return ExpenseValues(
            pk=cleaned.get("pk"),
            remove=cleaned["remove"],
            spent_on=cleaned.get("spent_on") or default_day,
            description=cleaned.get("description", ""),
            source=cleaned.get("source"),
            heading=cleaned.get("heading"),
            spent_by=cleaned.get("spent_by", ""),
            rule_reason=cleaned.get("rule_reason", ""),
            amount=(to_euro(amount, rate) if rate and amount else Decimal(0)) if dirham else amount,
            original_amount=amount if dirham else None,
            original_currency=Currency.MAD.value if dirham else "",
            rate=rate if dirham else None,
            voucher=self.accepted,
            voucher_number=cleaned.get("voucher_number", ""),
            voucher_date=cleaned.get("voucher_date"),
            voucher_total=cleaned.get("voucher_total"),
            supplier=cleaned.get("supplier", ""),
            transfer=cleaned.get("transfer"),
        )


def stored_values(row: Expenditure) -> ExpenseValues:
    """Return a stored row as values that change nothing."""
    names = ["pk", "spent_on", "description", "source", "heading", "spent_by", "rule_reason"]
    names += ["amount", "original_amount", "original_currency", "rate"]
    return ExpenseValues(**{name: getattr(row, name) for name in names}, as_is=True)


def initial_of(row: Expenditure, usual_day: dt.date | None = None) -> dict[str, Any]:
    """Return what the row's form shows first; dirham from transfers show no rate, for they keep theirs."""
    voucher = next(iter(row.vouchers.all()), None)
    names = {"number": "voucher_number", "supplier": "supplier", "dated_on": "voucher_date", "total": "voucher_total"}
    return ({shown: getattr(voucher, name) for name, shown in names.items()} if voucher else {}) | {
        "pk": row.pk,
        "spent_on": row.spent_on if row.spent_on != usual_day else None,
        "description": row.description,
        "source": row.source_id,
        "heading": row.heading_id,
        "spent_by": row.spent_by,
        "rule_reason": row.rule_reason,
        "amount": row.original_amount or row.amount,
        "currency": row.original_currency or Currency.EUR.value,
        "rate": None if row.drawdowns.all() else row.rate,
    }


def initials(rows: Iterable[Expenditure], usual_day: dt.date) -> list[dict[str, Any]]:
    """Return `initial_of` each row."""
    return [initial_of(row, usual_day) for row in rows]


ExpenseRows = row_set(ExpenseRow)
