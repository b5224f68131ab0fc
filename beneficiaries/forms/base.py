"""What the forms of this room have in common: one row with its version, days that have come, text that is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from partnerships.forms.base import IN_THE_FUTURE
from portal.ground.carry import author_token
from portal.ground.forms import PortalForm, PortalModelForm
from portal.ground.models import User

HIDDEN = ["submission_key", "version", "author"]


class PathForm(PortalForm):
    """A form that keeps its writer's text."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    author = forms.CharField(widget=forms.HiddenInput, required=False)
    # Days that cannot lie in the future.
    past: list[str] = []

    def __init__(self, *args: Any, user: User, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial["author"] = author_token(user)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*(name for name in HIDDEN if name in self.fields), *self.layout())

    def layout(self) -> list[Any]:
        """Return what is shown, in order."""
        return [name for name in self.fields if name not in HIDDEN]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name in self.past:
            day = values.get(name)
            if day and day > self.today:
                self.add_error(name, ValidationError(IN_THE_FUTURE))
        return values

    def add_error(self, field: str | None, error: Any) -> None:
        """Put an error beside its field; one about a column that this form does not show speaks of the whole."""
        if field is None and hasattr(error, "error_dict"):
            for name, sentences in error.error_dict.items():
                for sentence in sentences:
                    super().add_error(name if name in self.fields else None, sentence)
        else:
            super().add_error(field, error)


class RowForm(PathForm, PortalModelForm):
    """A PathForm for one row, which carries the version that its reader saw."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = getattr(self.instance, "version", 0) if self.instance.pk else 0

    def columns(self) -> list[str]:
        """Return the names of the fields that are columns of the row."""
        return list(self.Meta.fields)

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the row, as the services take them. Call it after `is_valid`."""
        return {name: self.cleaned_data[name] for name in self.columns()}
