"""Which window, and in which language."""

import datetime as dt

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.ground.dates import END_BEFORE_START

FIRST_YEAR, LAST_YEAR = 1990, 2100


def check_window(starts_on: dt.date, ends_on: dt.date) -> None:
    """Raise ValidationError, with the field beside which it belongs, for a window that no report can have."""
    errors = {}
    for name, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            errors[name] = ValidationError(
                _("Give a date between %(first)s and %(last)s."),
                code="year",
                params={"first": FIRST_YEAR, "last": LAST_YEAR},
            )
    if not errors and ends_on < starts_on:
        errors["ends_on"] = ValidationError(END_BEFORE_START, code="order")
    if errors:
        raise ValidationError(errors)


class ReportWindowForm(forms.Form):
    """The first and last day of a report, and its language."""

    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("Up to and including"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    language = forms.ChoiceField(label=_("Language of the report"), choices=settings.LANGUAGES)

    def clean(self):
        """Check both dates together."""
        cleaned = super().clean()
        if cleaned.get("starts_on") and cleaned.get("ends_on"):
            check_window(cleaned["starts_on"], cleaned["ends_on"])
        return cleaned
