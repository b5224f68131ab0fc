"""The form of a confidential note. It carries nothing that would keep its text anywhere but in the note."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from beneficiaries.models import Cohort, Learner
from beneficiaries.models.notes import OF_ANOTHER_COHORT
from partnerships.forms.base import IN_THE_FUTURE, day_input
from partnerships.models import Membership, Side
from portal.ground.forms import PortalForm, TextField


class NoteForm(PortalForm):
    """Of which side, about which cohort or code, when, and what came up."""

    home = forms.TypedChoiceField(label=gettext_lazy("Partnership and side"))
    noted_on = forms.DateField(label=gettext_lazy("Date"), widget=day_input())
    cohort = forms.ModelChoiceField(Cohort.objects.none(), label=gettext_lazy("Cohort"), required=False)
    learner = forms.ModelChoiceField(
        Learner.objects.none(),
        label=gettext_lazy("Learner’s code"),
        required=False,
        to_field_name="code",
        help_text=gettext_lazy("Who the code is stays on paper with the centre: write no name in the note."),
    )
    text = TextField(label=gettext_lazy("What came up, and what is done about it"), rows=6, max_length=20_000)
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, named: list[Membership], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.homes = {f"{row.partnership_id}-{row.side}": row for row in named}
        home: Any = self.fields["home"]
        home.choices = [(key, f"{row.partnership} – {Side(row.side).label}") for key, row in self.homes.items()]
        partnerships = [row.partnership_id for row in named]
        cohorts = Cohort.objects.filter(course__partnership__in=partnerships).select_related("course")
        self.fields["cohort"].queryset = cohorts  # type: ignore[attr-defined]
        learners = Learner.objects.known().filter(partnership__in=partnerships)
        self.fields["learner"].queryset = learners  # type: ignore[attr-defined]
        # The text stays out of the browser's own memory too.
        self.fields["text"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        self.initial |= {"noted_on": today, "language": get_language()}
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            "submission_key",
            Div("home", "noted_on", css_class="form-columns"),
            Div("cohort", "learner", css_class="form-columns"),
            "text",
            "language",
        )

    def clean_noted_on(self) -> dt.date:
        """Refuse a day that has not come yet."""
        day: dt.date = self.cleaned_data["noted_on"]
        if day > self.today:
            raise ValidationError(IN_THE_FUTURE)
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        row = self.homes.get(values.get("home", ""))
        owners = {"cohort": lambda one: one.course.partnership_id, "learner": lambda one: one.partnership_id}
        for name, owner in owners.items():
            if row and values.get(name) and owner(values[name]) != row.partnership_id:
                self.add_error(name, ValidationError(_("It belongs to another partnership.")))
        cohort, learner = values.get("cohort"), values.get("learner")
        if cohort and learner and not learner.enrolments.filter(cohort=cohort).exists():
            self.add_error("learner", ValidationError(OF_ANOTHER_COHORT))
        return values

    @property
    def membership(self) -> Membership:
        """The role in which the note is written. Call it after `is_valid`."""
        return self.homes[self.cleaned_data["home"]]
