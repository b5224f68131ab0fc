"""The attendance sheet as a trainer sends it: read from the request alone, and held against the cohort on saving."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import Attendance
from partnerships.forms.base import KeptForm
from portal.ground.forms import PortalForm, as_key

PREFIX, CODE_PREFIX = "state-", "code-"
MOST_LINES = 500
# No code of a learner is longer.
MOST_LETTERS = 20
STATES = set(Attendance.State.values)


class StatesMixin:
    """Who was there. It asks the database nothing: the service knows who is enrolled."""

    def clean(self) -> dict[str, object]:
        values = super().clean() or self.cleaned_data  # type: ignore[misc]
        values["states"] = typed = states_in(self.data)  # type: ignore[attr-defined]
        if not typed or len(typed) > MOST_LINES or set(typed.values()) - STATES:
            raise ValidationError(_("Choose for each learner: attended, absent or excused."), code="state")
        return values


class SheetForm(StatesMixin, KeptForm):
    """A sheet as somebody who signed in sends it."""

    def layout(self) -> list[str]:
        return []


class LinkSheetForm(StatesMixin, PortalForm):
    """A sheet as it is sent without an account."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def states_in(data: QueryDict) -> dict[int, str]:
    """Return what a request says of each enrolment; what is no enrolment's number is left out."""
    found = {}
    for name in data:
        key = as_key(name[len(PREFIX) :]) if name.startswith(PREFIX) else None
        if key is not None:
            found[key] = str(data.get(name, ""))
    return found


def marks_in(data: QueryDict) -> list[tuple[str, str]]:
    """Return the marks that a request brings, as (code, state in words), by code.

    The codes are those that came with it: who may no longer open the sheet is told nothing but what they sent.
    """
    states = dict(Attendance.State.choices)
    typed = list(states_in(data).items())[:MOST_LINES]
    marks = [(str(data.get(f"{CODE_PREFIX}{key}", ""))[:MOST_LETTERS], states.get(state)) for key, state in typed]
    return sorted((code, str(state)) for code, state in marks if code and state)
