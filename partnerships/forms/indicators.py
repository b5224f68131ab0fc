"""The forms of an indicator: its targets, the correction of a value, and taking a validation back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.forms.base import IN_THE_FUTURE, day_input
from partnerships.forms.pointing import SMALL_COUNTS, AskingForm
from partnerships.models import Indicator, IndicatorCorrection, IndicatorTarget, IndicatorValue, ScaleLevel
from partnerships.services import pointing_figures
from portal.ground.carry import author_token
from portal.ground.forms import FigureField, LineField, PortalForm, TextField
from portal.ground.models import User
from portal.ground.versions import Difference

HIDDEN = ["submission_key", "version", "author"]


def measured_field(indicator: Indicator, label: Any, *, required: bool, help_text: Any = "") -> tuple[str, forms.Field]:
    """Return the column that an indicator is told in, value or level, and the field that asks for it."""
    if indicator.is_qualitative:
        levels = ScaleLevel.objects.filter(scale=indicator.scale_id)
        # A screen reader would read Django's nine dashes aloud.
        empty = _("Choose…") if required else _("none")
        given = {"label": label, "required": required, "help_text": help_text, "empty_label": empty}
        return "level", forms.ModelChoiceField(levels, **given)
    return "value", FigureField(label=label, required=required, help_text=help_text)


class IndicatorForm(PortalForm):
    """A form about an indicator that keeps its writer's text and carries the version that they saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    author = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["author"] = author_token(user)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def lay_out(self, *shown: Any) -> None:
        """Say what is shown, in order."""
        self.helper.layout = Layout(*HIDDEN, *shown)

    def columns(self) -> list[str]:
        """Return the names of the fields that are columns of the row."""
        return [name for name in self.fields if name not in HIDDEN]


class TargetsForm(IndicatorForm):
    """What an indicator should come to in each year of its programme; an empty year has no target."""

    def __init__(self, *args: Any, indicator: Indicator, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicator, self.years = indicator, list(years)
        self.note_column = f"note_{get_language()}"
        self.initial["version"] = indicator.version
        known = {row.year: row for row in indicator.targets.select_related("level")}
        for year in self.years:
            self.column, field = measured_field(indicator, _("Target"), required=False)
            self.fields[f"{self.column}_{year}"] = field
            self.fields[f"note_{year}"] = LineField(label=_("Remark"), max_length=250, required=False)
            self.initial |= self._told(known.get(year), year)
        self.lay_out(*(Fieldset(str(year), Div(*self._names(year), css_class="form-columns")) for year in self.years))

    def _names(self, year: int) -> list[str]:
        return [f"{self.column}_{year}", f"note_{year}"]

    def _told(self, row: IndicatorTarget | None, year: int) -> dict[str, Any]:
        value, note = self._names(year)
        if row is None:
            return {}
        return {value: getattr(row, self.column), note: getattr(row, self.note_column) or ""}

    @property
    def targets(self) -> dict[int, dict[str, Any] | None]:
        """The columns of each year's target, None for a year without one. Call it after `is_valid`."""
        return {year: self._target(year) for year in self.years}

    def _target(self, year: int) -> dict[str, Any] | None:
        value, note = (self.cleaned_data.get(name) for name in self._names(year))
        return None if value is None else {self.column: value, self.note_column: note}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for year in self.years:
            value, note = self._names(year)
            if values.get(note) and values.get(value) is None and value not in self.errors:
                self.add_error(value, ValidationError(_("A remark needs a target to be about.")))
        return values

    def differences(self, current: Indicator) -> list[Difference]:
        """Return the years whose target, as it stands, is not what was typed."""
        known = {row.year: row for row in current.targets.select_related("level")}
        found = []
        for year, typed in self.targets.items():
            saved = getattr(known.get(year), self.column, None)
            mine = typed[self.column] if typed else None
            if saved != mine:
                found.append(Difference(str(year), _shown(saved), _shown(mine)))
        return found


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


class CorrectionForm(AskingForm, IndicatorForm):
    """What a value of a locked year should have been, and why."""

    why_asked = SMALL_COUNTS

    reason = TextField(label=_("Why it is corrected"), rows=3, max_length=2000)
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    recorded_on = forms.DateField(
        label=_("Corrected on"),
        widget=day_input(),
        help_text=_("A day of a year that is open. The report of the locked year stays as it was sent."),
    )

    def __init__(self, *args: Any, value: IndicatorValue, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.corrected = today, value
        self.initial |= {"recorded_on": today, "language": get_language()}
        self.column, field = measured_field(value.indicator, _("Right value"), required=True)
        self.fields = {self.column: field, **self.fields}
        days = Div("language", "recorded_on", css_class="form-columns")
        self.lay_out(self.column, "reason", "points_at_nobody", days)

    def pointing(self) -> dict[str, list[str]]:
        """Return what the rooms above say of the figures in the reason: a report and whoever looks on tell it too."""
        row = IndicatorCorrection(corrects=self.corrected, **{self.column: self.cleaned_data.get(self.column)})
        return pointing_figures(row, [], {"reason": self.cleaned_data.get("reason") or ""}, on=self.today)

    def columns(self) -> list[str]:
        """Return the names of the fields that are columns of the row."""
        return [name for name in super().columns() if name != "points_at_nobody"]

    def clean_recorded_on(self) -> dt.date:
        """Refuse a day that has not come yet."""
        day: dt.date = self.cleaned_data["recorded_on"]
        if day > self.today:
            raise ValidationError(IN_THE_FUTURE)
        return day

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the correction. Call it after `is_valid`."""
        return {name: self.cleaned_data[name] for name in self.columns()}


class TakeBackForm(IndicatorForm):
    """Why an officer no longer stands for a value."""

    reason = TextField(label=_("Why it is taken back"), rows=3, max_length=1000)

    def __init__(self, *args: Any, value: IndicatorValue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = value.version
        self.lay_out("reason")

    def columns(self) -> list[str]:
        """Return nothing: the reason stands in the history alone."""
        return []
