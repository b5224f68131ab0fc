"""The forms of a cohort: its record, its sessions, and who joins it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.doubts import doubts_about_ages, doubts_about_codes, run_together
from beneficiaries.forms.base import CHECKED, TICK, RowForm
from beneficiaries.forms.codes import read_codes
from beneficiaries.models import Cohort, Learner
from beneficiaries.services import Newcomer
from partnerships.forms.base import KeptForm, day_input
from partnerships.models import Organisation, Partnership, Place, Programme
from portal.ground.dates import END_BEFORE_START
from portal.ground.forms import TextField

MOST_SESSIONS = 200
MOST_CODES = 300


class CohortForm(RowForm):
    """The record of a cohort."""

    class Meta:
        model = Cohort
        fields = [
            "name",
            "programme",
            "starts_on",
            "ends_on",
            "timetable",
            "centre",
            "place",
            "trained_by",
            "trainer",
            "seats",
        ]
        widgets = {"starts_on": day_input(), "ends_on": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        home = self.instance.course.partnership_id
        self.fields["programme"].queryset = Programme.objects.filter(partnership=home)
        ours, row = Partnership.objects.filter(pk=home), self.instance
        self.fields["place"].queryset = Place.objects.local_to(ours, row.place_id).select_related("municipality")
        for name in ("centre", "trained_by"):
            self.fields[name].queryset = Organisation.objects.local_to(ours, getattr(row, f"{name}_id"))

    def layout(self) -> list[Any]:
        pairs = [("starts_on", "ends_on"), ("timetable", "seats"), ("centre", "place"), ("trained_by", "trainer")]
        return ["name", "programme", *(Div(*pair, css_class="form-columns") for pair in pairs)]


class SessionsForm(KeptForm):
    """One session, or one a week on each of some days of the week up to a last day."""

    held_on = forms.DateField(label=gettext_lazy("First session"), widget=day_input())
    starts_at = forms.TimeField(
        label=gettext_lazy("From what time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    until = forms.DateField(
        label=gettext_lazy("Repeat until"),
        required=False,
        widget=day_input(),
        help_text=gettext_lazy("Left out: this one session only."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On these days"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Left out: the weekday of the first session."),
    )

    def layout(self) -> list[Any]:
        return [Div("held_on", "starts_at", css_class="form-columns"), "until", "weekdays"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        first, last = values.get("held_on"), values.get("until")
        if first and last and last < first:
            self.add_error("until", ValidationError(END_BEFORE_START))
        elif first and len(self._days(values)) > MOST_SESSIONS:
            sentence = _("These are more than %(limit)s sessions: take a shorter time.")
            self.add_error("until", ValidationError(sentence % {"limit": MOST_SESSIONS}))
        elif first and not self._days(values):
            self.add_error("weekdays", ValidationError(_("None of these days lies between the two dates.")))
        return values

    @property
    def days(self) -> list[dt.date]:
        """The days of the sessions. Call it after `is_valid`."""
        return self._days(self.cleaned_data)

    def _days(self, values: dict[str, Any]) -> list[dt.date]:
        first, last = values["held_on"], values.get("until")
        if not last:
            return [first]
        weekdays = values.get("weekdays") or [first.weekday()]
        # One day more than may be entered is enough to know that there are too many.
        length = min((last - first).days, MOST_SESSIONS * 7) + 1
        days = (first + dt.timedelta(days=number) for number in range(length))
        return [day for day in days if day.weekday() in weekdays]


class EnrolForm(KeptForm):
    """Codes, one a line, with what is known of each."""

    codes = TextField(
        label=gettext_lazy("Codes"),
        rows=8,
        max_length=20_000,
        help_text=gettext_lazy(
            "One code a line. Behind a new one may stand its year of birth and sex, with semicolons: B-014; 1998; women"
        ),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )
    is_checked = forms.BooleanField(label=CHECKED, required=False)
    enrolled_on = forms.DateField(label=gettext_lazy("Enrolled on"), widget=day_input())
    commitments_on = forms.DateField(
        label=gettext_lazy("Agreed to the commitments on"),
        required=False,
        widget=day_input(),
        help_text=gettext_lazy("To avoid absences, and to keep the rules and the timetable."),
    )
    past = ["enrolled_on", "commitments_on"]

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        if not self.is_bound:
            self.initial["enrolled_on"] = min(cohort.starts_on, self.today)
        if not self.data.get("is_checked"):
            self.fields["is_checked"].widget = forms.HiddenInput()

    def layout(self) -> list[Any]:
        return ["codes", "is_checked", Div("enrolled_on", "commitments_on", css_class="form-columns")]

    def clean_codes(self) -> list[Newcomer]:
        """Return who is to be enrolled. Raises ValidationError, a sentence for each line that is not understood."""
        found = read_codes(self.cleaned_data["codes"])
        if faults := run_together(self.cohort.course.partnership_id, [one.code for one in found]):
            why = _("Put a semicolon between the code, the year of birth and the sex: B-014; 1998; women")
            raise ValidationError([_("“%(line)s”: %(why)s") % {"line": code, "why": why} for code in faults[:20]])
        if len(found) > MOST_CODES:
            raise ValidationError(_("These are more than %(limit)s codes.") % {"limit": MOST_CODES})
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("codes") and not values.get("is_checked"):
            self._ask(values["codes"], values.get("enrolled_on") or self.today)
        return values

    def _ask(self, newcomers: list[Newcomer], on: dt.date) -> None:
        """Ask about codes that are new and years of birth that are probably a slip (beneficiaries.doubts)."""
        home = self.cohort.course.partnership_id
        rows = Learner.objects.filter(partnership=home, code__in=[one.code for one in newcomers])
        known = set(rows.values_list("code", flat=True))
        born = {one.code: one.birth_year for one in newcomers if one.code not in known}
        doubts = [*doubts_about_codes(home, born), *doubts_about_ages(born, on=on)]
        for doubt in doubts:
            self.add_error("codes", doubt)
        if doubts:
            self.fields["is_checked"].widget = forms.CheckboxInput()
            self.add_error("is_checked", TICK)
