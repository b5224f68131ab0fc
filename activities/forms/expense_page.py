"""The forms of an expenditure outside the log: the whole of it, its correction, and its judgement."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from activities.forms.entry import activity_choices
from activities.forms.expense import ExpenseChoices, ExpenseRow, initial_of
from activities.forms.rows import PICTURES, FileRow
from activities.models import Activity, Expenditure
from activities.services import CorrectionValues, ExpenseValues
from partnerships.access import partnerships_of
from partnerships.models import Role
from portal.ground import uploads
from portal.ground.carry import author_token
from portal.ground.forms import AmountField, DayInput, LineField, PortalForm, as_key
from portal.ground.money import Currency

ROW = "expense-0"


class ExpenseHead(PortalForm):
    """The activity that an expense belongs to, and what makes the form safe to send twice."""

    activity: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Activity"), queryset=Activity.objects.none())
    author = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any, chosen: Activity | None, fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = partnerships_of(user, Role.COORDINATOR)
        self.fields["activity"].queryset = Activity.objects.filter(partnership__in=mine).select_related("partnership")
        if fixed:
            self.fields["activity"].widget = forms.HiddenInput()
        else:
            self.fields["activity"].widget.choices = activity_choices(mine, chosen)
        self.initial["author"] = author_token(user)


class ExpensePage:
    """The whole page of an expense without a log entry: its activity and one row like those of the log."""

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        user: Any,
        expenditure: Expenditure,
        today: dt.date,
        seen: str = "",
    ) -> None:
        self.data = data.copy() if data is not None else None
        self.expenditure = expenditure
        chosen = self._chosen(user)
        self.form = ExpenseHead(
            self.data,
            user=user,
            chosen=chosen,
            fixed=bool(expenditure.pk),
            initial={"activity": expenditure.activity_id, "seen": seen},
        )
        self.row = ExpenseRow(
            self.data,
            files,
            prefix=ROW,
            owner=user,
            choices=ExpenseChoices.load(chosen.partnership_id if chosen else None),
            stored={expenditure.pk: expenditure} if expenditure.pk else {},
            initial=initial_of(expenditure) if expenditure.pk else {"spent_on": today},
        )
        self.row.fields["spent_on"].label = _("Date")
        self.row.fields["spent_on"].required = True

    def _chosen(self, user: Any) -> Activity | None:
        if self.expenditure.activity_id:
            return self.expenditure.activity
        key = as_key((self.data or {}).get("activity", ""))
        return Activity.objects.visible_to(user).filter(pk=key).first() if key else None

    def is_valid(self) -> bool:
        """Check both parts, so that all sentences show at once; a row to be removed may hold anything."""
        is_gone = bool(self.expenditure.pk and self.row.data_of("remove"))
        verdicts = [self.form.is_valid(), self.row.is_valid() or is_gone]
        return all(verdicts)

    def values(self) -> ExpenseValues:
        """Return the row for the services: the one of this page, whatever a form names. Call it after `is_valid`."""
        values = self.row.values(self.row.cleaned_data.get("spent_on") or dt.date.min)
        own = self.expenditure.pk
        return replace(values, pk=own, remove=bool(own) and values.remove)

    def place(self, error: ValidationError) -> None:
        """Put each sentence of a service beside its field."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        for name, sentences in by_field.items():
            field = name.removeprefix(f"{ROW}-")
            home = self.row if field in self.row.fields else self.form
            home.add_error(field if field in home.fields else None, ValidationError(sentences))


class CorrectionForm(PortalForm, FileRow):
    """Money that came back, or that was paid on top, as a row of its own."""

    file_field = "voucher"
    accept = staticmethod(uploads.accept_document)
    pk = None
    remove = None

    direction = forms.ChoiceField(
        label=_("What happened"),
        choices=[("back", _("money came back")), ("more", _("more was paid"))],
        initial="back",
        widget=forms.RadioSelect,
    )
    amount = AmountField(label=_("Amount"))
    spent_on = forms.DateField(label=_("Date"), widget=DayInput())
    description = LineField(label=_("Why"), max_length=200)
    rule_reason = LineField(
        label=_("Reason despite the warning"),
        required=False,
        max_length=250,
        help_text=_("Only where a rule of the funder warns."),
    )
    voucher = forms.FileField(
        label=_("Voucher"), required=False, widget=forms.FileInput(attrs={"accept": f"application/pdf,{PICTURES}"})
    )
    voucher_number = LineField(label=_("Number of the voucher"), required=False, max_length=50)
    author = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, paid: Expenditure, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, owner=user, **kwargs)
        self.order_fields(["direction", "amount", "spent_on", "description"])
        self.initial["author"] = author_token(user)
        self.fields["amount"].label = (
            _("Amount in dirham") if paid.original_currency == Currency.MAD else _("Amount in euro")
        )

    def values(self) -> CorrectionValues:
        """Return the input of the service."""
        cleaned = self.cleaned_data
        sign = -1 if cleaned["direction"] == "back" else 1
        return CorrectionValues(
            spent_on=cleaned["spent_on"],
            description=cleaned["description"],
            amount=sign * cleaned["amount"],
            rule_reason=cleaned["rule_reason"],
            voucher=self.accepted,
            voucher_number=cleaned["voucher_number"],
        )


class JudgeForm(PortalForm):
    """What an officer says of an expenditure; `seen` is what it said before."""

    ANSWERS = {"justified": "justified", "rejected": "rejected", "open": ""}

    decision = forms.ChoiceField(choices=[(name, name) for name in ANSWERS])
    seen = forms.CharField(required=False)
    reason = LineField(label=_("Reason"), required=False, max_length=250)
    along = forms.BooleanField(label=_("Reject what is justified among them too"), required=False)

    @property
    def answer(self) -> str:
        """The decision as it is stored."""
        return self.ANSWERS[self.cleaned_data["decision"]]
