"""What the forms of the money's path have in common."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.ground.carry import author_token
from portal.ground.forms import DayInput, PortalForm, PortalModelForm, TextField
from portal.ground.models import User

HIDDEN = ["submission_key", "version", "author", "to"]
IN_THE_FUTURE = _("This day has not come yet.")


def day_input() -> DayInput:
    """Return the widget of a date, with the browser's own calendar."""
    return DayInput()


class KeptForm(PortalForm):
    """A form that keeps its writer's text, and puts what a service refuses beside the field that it is about."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    author = forms.CharField(widget=forms.HiddenInput, required=False)
    # Days that cannot lie in the future.
    past: list[str] = []
    # Columns that a field of another name asks for.
    stands_for: dict[str, str] = {}
    # Fields that are shown behind all others.
    behind: list[str] = []

    def __init__(self, *args: Any, user: User, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial["author"] = author_token(user)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        hidden = [name for name in HIDDEN if name in self.fields]
        self.helper.layout = Layout(*hidden, *self.layout(), *self.behind)

    def layout(self) -> list[Any]:
        """Return what is shown, in order."""
        return [name for name in self.fields if name not in {*HIDDEN, *self.behind}]

    def columns(self) -> list[str]:
        """Return the names of the fields that are columns of the row."""
        return [name for name in self.fields if name not in {*HIDDEN, *self.behind}]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name in self.past:
            day = values.get(name)
            if day and day > self.today:
                self.add_error(name, ValidationError(IN_THE_FUTURE))
        return values

    def add_error(self, field: str | None, error: Any) -> None:
        """Put an error beside its field; one about a column that this form does not show speaks of the whole."""
        if field is not None or not hasattr(error, "error_dict"):
            super().add_error(field, error)
            return
        for name, sentences in error.error_dict.items():
            for sentence in sentences:
                home = self.stands_for.get(sentence.code or "", self.stands_for.get(name, name))
                super().add_error(home if home in self.fields else None, sentence)


class MoneyForm(KeptForm):
    """A form about money: it asks for a reason only where a rule warns."""

    reason = TextField(
        label=_("Why it is right all the same"),
        required=False,
        rows=2,
        max_length=2000,
        help_text=_("It is kept with the history."),
    )
    behind = ["reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not str(self.data.get("reason", "")).strip():
            self.fields["reason"].widget = forms.HiddenInput()

    def add_error(self, field: str | None, error: Any) -> None:
        """Put an error beside its field, and ask for the reason where one is missing."""
        super().add_error(field, error)
        if "reason" in self._errors:
            self.fields["reason"].widget = forms.Textarea(attrs={"rows": 2})

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the row, as the services take them. Call it after `is_valid`."""
        return {name: self.cleaned_data[name] for name in self.columns()}


class MoneyModelForm(MoneyForm, PortalModelForm):
    """A MoneyForm for one row, which carries the version that its reader saw."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version if self.instance.pk else 0
