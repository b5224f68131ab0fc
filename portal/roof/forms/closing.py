"""The form that closes a programme or a partnership."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.forms.base import IN_THE_FUTURE, day_input
from partnerships.forms.texts import InLanguages
from partnerships.models import Closure
from partnerships.services import Left
from portal.ground.carry import author_token
from portal.ground.dates import Precision
from portal.ground.forms import LineField, PortalModelForm
from portal.ground.models import User

HIDDEN = ["submission_key", "author", "seen"]


class ClosingForm(InLanguages, PortalModelForm):
    """On which day something closes and why, and what becomes of what is left of each source."""

    author = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    texts = {"reason": False}
    needed = ["reason"]

    class Meta:
        model = Closure
        fields = ["closed_on", "precision"]
        widgets = {"closed_on": day_input()}

    def __init__(self, *args: Any, user: User, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.add_texts(self.instance)
        self.initial |= {"author": author_token(user), "closed_on": today, "precision": Precision.DAY}
        self.fields["precision"].help_text = _(
            "Of a day of which only the month or the year is known, give any day in it."
        )

    @property
    def day(self) -> dt.date:
        """The last day of what was typed as the day of the closure, until today; today where that is no day."""
        try:
            typed = self.fields["closed_on"].clean(self.data.get("closed_on")) if self.is_bound else self.today
        except ValidationError:
            return self.today
        precision = self.data.get("precision", "")
        known = Precision(precision) if precision in Precision.values else Precision.DAY
        return min(known.last_day(typed), self.today)

    def ask_notes(self, lefts: Sequence[Left]) -> None:
        """Ask for each source what becomes of what is left of it. Call it before `is_valid`."""
        self.lefts = lefts
        direction = {"lang": get_language(), "dir": "auto"}
        for left in lefts:
            label = _("What becomes of it: %(source)s") % {"source": left.source}
            widget = forms.TextInput(attrs=direction)
            self.fields[f"note_{left.source.pk}"] = LineField(
                label=label, max_length=250, required=False, widget=widget
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        day = Div("closed_on", "precision", css_class="form-columns")
        notes = [f"note_{left.source.pk}" for left in lefts]
        parts = [Fieldset(_("What is left"), *notes)] if notes else []
        self.helper.layout = Layout(*HIDDEN, day, *self.text_layout(), *parts)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.check_texts(values)
        day, precision = values.get("closed_on"), values.get("precision")
        if day and precision and Precision(precision).first_day(day) > self.today:
            self.add_error("closed_on", ValidationError(IN_THE_FUTURE))
        return values

    def add_error(self, field: str | None, error: Any) -> None:
        """Put an error beside its field; one about a text beside the writer's own language."""
        if field is None and hasattr(error, "error_dict"):
            for name, sentences in error.error_dict.items():
                homes = [name, f"{name}_{self.languages[0][0]}"]
                for sentence in sentences:
                    super().add_error(next((home for home in homes if home in self.fields), None), sentence)
        else:
            super().add_error(field, error)

    @property
    def closure(self) -> Closure:
        """The closure as it was typed. Call it after `is_valid`."""
        for name in self.text_columns():
            setattr(self.instance, name, self.cleaned_data[name])
        return self.instance

    @property
    def balances(self) -> list[Left]:
        """What is left of each source, with what becomes of it. Call it after `is_valid`."""
        column = f"note_{get_language()}"
        notes = {left.source.pk: self.cleaned_data[f"note_{left.source.pk}"] for left in self.lefts}
        return [
            Left(left.source, left.granted, left.received, left.spent, {column: notes[left.source.pk]})
            for left in self.lefts
        ]
