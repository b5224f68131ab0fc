"""The forms of the budget: a line, its amendment, and the shares of sources in an activity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.budget_sheet import place_of
from activities.co_funding import format_percent
from activities.models import Activity, BudgetLine
from partnerships.models import CostHeading, FundingSource, Outcome, Programme
from portal.ground.carry import author_token
from portal.ground.forms import AmountField, DayInput, LineField, PlainTextMixin, PortalForm, PortalModelForm, TextField
from portal.ground.money import parse_amount
from portal.ground.wording import translated

ZERO = Decimal("0.00")


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class BudgetLineForm(PortalModelForm):
    """A new line of a programme's budget."""

    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    description = LineField(label=gettext_lazy("What it is for"), max_length=200, required=False)
    amount = AmountField(label=gettext_lazy("Amount in euro"), lowest=ZERO)
    author = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = BudgetLine
        fields = ["year", "source", "heading", "outcome", "activity", "description", "amount"]
        labels = {"source": gettext_lazy("Paid from"), "activity": gettext_lazy("Or for an activity")}

    def __init__(self, *args: Any, programme: Programme, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.programme = programme
        own = {"partnership": programme.partnership_id}
        years = range(programme.starts_on.year, programme.ends_on.year + 1)
        self.fields["year"].choices = [(year, year) for year in years]
        self.fields["heading"].queryset = CostHeading.objects.select_related("source", "parent")
        self.fields["heading"].choices = heading_choices(self.fields["heading"].queryset)
        self.fields["outcome"].queryset = Outcome.objects.filter(**own)
        self.fields["activity"].queryset = Activity.objects.filter(**own).order_by("slug")
        self.fields["outcome"].label = _("For an outcome")
        self.fields["outcome"].help_text = _("An outcome or an activity, or neither: then it is for the whole year.")
        self.fields["description"].help_text = _("Sets two lines under one heading apart.")
        self.initial["author"] = author_token(user)
        self.helper = _helper()

    def _get_validation_exclusions(self) -> set[str]:
        # The service asks whether the line is there already: sent twice, it would stand in its own way here.
        return super()._get_validation_exclusions() | {"description"}


def heading_choices(headings: Iterable[CostHeading]) -> list[tuple[str, Any]]:
    """Return the headings under the name of their source, a part behind the heading that it belongs to."""
    groups: dict[str, list[tuple[int, str]]] = {}
    ordered = sorted(headings, key=lambda row: (row.source.slug, place_of(row)))
    for row in ordered:
        name = f"{translated(row.parent, 'name')} – {row}" if row.parent else str(row)
        groups.setdefault(str(row.source), []).append((row.pk, name))
    return [("", _("no heading")), *groups.items()]


class AmendmentForm(PortalForm):
    """Another amount for a budget line, and why."""

    amount = AmountField(label=gettext_lazy("New amount in euro"), lowest=ZERO)
    reason = TextField(
        label=gettext_lazy("Why the amount changes"),
        help_text=gettext_lazy("It stays beside the line."),
        max_length=2000,
        rows=3,
    )
    agreed_on = forms.DateField(label=gettext_lazy("Agreed on"), widget=DayInput())
    version = forms.IntegerField(widget=forms.HiddenInput)
    author = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, line: BudgetLine, user: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial |= {"version": line.version, "agreed_on": today, "author": author_token(user)}
        self.helper = _helper()

    def clean_agreed_on(self) -> dt.date:
        """Refuse a day that is still to come."""
        day: dt.date = self.cleaned_data["agreed_on"]
        if day > self.today:
            raise ValidationError(_("This day is still to come."))
        return day


class ShareField(PlainTextMixin, forms.CharField):
    """A share in per cent, typed with a decimal comma or point. Cleans to Decimal; empty is no share."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "dir": "ltr"})
        super().__init__(max_length=20, required=False, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return a stored share as people write it."""
        return format_percent(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal:
        """Return the share. Raises ValidationError."""
        text = super().clean(value)
        try:
            share = parse_amount(text) if text else ZERO
        except ValidationError:
            raise ValidationError(_("Type the share as a number, for example 33,33.")) from None
        if not 0 <= share <= 100:
            raise ValidationError(_("Give a share from 0 to 100 per cent."))
        return share


class CoFundingForm(PortalForm):
    """The share of each source in the cost of an activity; together at most the whole."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    author = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, sources: Iterable[FundingSource], stored: Mapping[int, Decimal], user: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = {f"share_{source.pk}": source.pk for source in sources}
        for source in sources:
            label = _("%(source)s, in per cent") % {"source": source}
            self.fields[f"share_{source.pk}"] = ShareField(label=label)
        self.initial |= {f"share_{pk}": share for pk, share in stored.items()}
        self.initial |= {"seen": written_shares(stored), "author": author_token(user)}
        self.helper = _helper()

    def shares(self) -> dict[int, Decimal]:
        """Return {source: per cent} of the sources that have a share."""
        cleaned = self.cleaned_data
        return {source: cleaned[name] for name, source in self.names.items() if cleaned[name]}

    def clean_seen(self) -> dict[int, Decimal]:
        """Return the shares that stood on the page; what cannot be read was not seen."""
        return read_shares(self.cleaned_data["seen"])


def written_shares(shares: Mapping[int, Decimal]) -> str:
    """Return shares as a hidden field carries them."""
    return " ".join(f"{source}:{share}" for source, share in sorted(shares.items()))


def read_shares(text: str) -> dict[int, Decimal]:
    """Return the shares that a hidden field carries; nothing where it was tampered with."""
    try:
        return {int(source): Decimal(share) for source, _colon, share in (part.partition(":") for part in text.split())}
    except (ValueError, ArithmeticError):
        return {}
