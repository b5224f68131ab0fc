"""The forms of an activity's status and of its delays."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Delay, Status
from partnerships.forms.texts import InLanguages
from portal.ground.carry import author_token
from portal.ground.dates import Precision
from portal.ground.forms import DayInput, PortalForm, PortalModelForm, TextField
from portal.ground.models import User

HIDDEN = ["submission_key", "version", "author"]
NOT_YET = _("This day has not come yet.")


def _day(label: Any = None, help_text: Any = "") -> forms.DateField:
    widget = DayInput()
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


def _precision() -> forms.ChoiceField:
    choices = [("", "---------"), *Precision.choices]
    return forms.ChoiceField(label=_("Date known to the"), choices=choices, required=False)


def known_day(form: Any, end: str) -> tuple[dt.date | None, str]:
    """Return a day of a form and how exact it is known: a day without more is known to the day."""
    day = form.cleaned_data.get(f"{end}_on")
    return day, (form.cleaned_data.get(f"{end}_precision") or Precision.DAY.value) if day else ""


def refuse_future(form: Any, end: str) -> None:
    """Refuse a day of a form that has not begun yet."""
    day, precision = known_day(form, end)
    if day and Precision(precision).first_day(day) > form.today:
        form.add_error(f"{end}_on", ValidationError(NOT_YET))


class StatusForm(PortalForm):
    """The next status of an activity, and why; for a delay until when, or since when it is over."""

    status = forms.ChoiceField(label=_("New status"), choices=Status, widget=forms.RadioSelect)
    note = TextField(label=_("Why"), required=False, rows=3)
    revised_on = _day(_("Is now planned for"), _("Only for a delay, and only where it is known."))
    revised_precision = _precision()
    ended_on = _day(_("The delay ended on"), _("Left empty where nobody knows."))
    ended_precision = _precision()
    version = forms.IntegerField(widget=forms.HiddenInput)
    author = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, activity: Activity, user: User, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        steps = Status(activity.status).next
        self.fields["status"].choices = [(step.value, step.label) for step in steps]
        self.fields["status"].error_messages["invalid_choice"] = _(
            "An activity with this status cannot take that step: choose one of these."
        )
        self.fields["note"].help_text = _("Needed for a delay or a cancellation: it stands in the annual report.")
        self.initial |= {"author": author_token(user), "ended_on": today, "ended_precision": Precision.DAY}
        self.initial.setdefault("version", activity.version)
        for end, asked in {"revised": Status.DELAYED in steps, "ended": activity.status == Status.DELAYED}.items():
            if not asked:
                del self.fields[f"{end}_on"], self.fields[f"{end}_precision"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "ended_on" in self.fields:
            refuse_future(self, "ended")
        return values


class DelayForm(InLanguages, PortalModelForm):
    """When an activity was planned for, why not then, and for when it is now; for one that is over, since when."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    author = forms.CharField(widget=forms.HiddenInput, required=False)
    planned_on = _day(_("Was planned for"), _("Left empty where nobody knows."))
    revised_on = _day(_("Is now planned for"), _("Left empty where nobody knows."))
    ended_on = _day(_("The delay ended on"), _("Left empty where nobody knows."))
    planned_precision, revised_precision, ended_precision = _precision(), _precision(), _precision()
    texts = {"reason": False}
    needed = ["reason"]

    class Meta:
        model = Delay
        fields = [f"{end}_{part}" for end in ("planned", "revised", "ended") for part in ("on", "precision")]

    def __init__(self, *args: Any, user: User, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.add_texts(self.instance)
        self.initial |= {"author": author_token(user), "version": self.instance.version if self.instance.pk else 0}
        self.ends = ["planned", "revised", *(["ended"] if self.instance.is_over else [])]
        if not self.instance.is_over:
            del self.fields["ended_on"], self.fields["ended_precision"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        days = [Div(f"{end}_on", f"{end}_precision", css_class="form-columns") for end in self.ends]
        self.helper.layout = Layout(*HIDDEN, *self.text_layout(), *days)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.check_texts(values)
        for end in self.ends:
            values[f"{end}_precision"] = known_day(self, end)[1]
        if "ended" in self.ends:
            refuse_future(self, "ended")
        return values

    def columns(self) -> list[str]:
        """Return the names of the fields that are columns of the row."""
        return [name for name in self.fields if name not in HIDDEN]

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the row, as the services take them. Call it after `is_valid`."""
        return {name: self.cleaned_data[name] for name in self.columns()}
