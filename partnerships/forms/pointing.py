"""Whoever writes a text that all members read is asked about figures that may point at somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy

from partnerships.models import Decision, Finding
from partnerships.services import pointing_figures
from portal.ground.forms import Unseen
from portal.ground.wording import listed

SMALL_FIGURES = gettext_lazy(
    "All members of the partnership read this, and the results do not tell them so few: %(figures)s. Somebody could be "
    "recognised. Say “some” or “most”."
)
SMALL_COUNTS = gettext_lazy(
    "Your text names a small number of people of a vulnerable group: %(figures)s. No report tells so few, because "
    "somebody could be recognised. Say “some” or “most”."
)
POINTS_AT_NOBODY = gettext_lazy("These figures point at nobody")
TAKE_OUT = gettext_lazy("Take the figures out, or tick this if they point at nobody.")
# Texts of the records that are asked about, without their language.
TEXTS = ("title", "text", "follow_up")


class AskingForm(forms.Form):
    """A form that asks, once, about figures in its texts that may point at somebody; the text stays, a tick confirms.

    It forbids nothing: four groups are no four women.
    """

    # Shown once there is something to ask.
    points_at_nobody = forms.BooleanField(label=POINTS_AT_NOBODY, required=False, widget=Unseen)
    why_asked: Any = SMALL_FIGURES

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.is_confirmed:
            self.fields["points_at_nobody"].widget = forms.CheckboxInput()
        else:
            self.ask(self.pointing())

    @property
    def is_confirmed(self) -> bool:
        """Whether the writer said that the figures point at nobody. Call it after `is_valid`."""
        return bool(self.cleaned_data.get("points_at_nobody"))

    def pointing(self) -> dict[str, list[str]]:
        """Return the figures to ask about, by the field of their text."""
        return {}

    def ask(self, found: Mapping[str, list[str]]) -> None:
        """Put the question beside each text that holds some of the figures."""
        for name, figures in found.items():
            self.add_error(name, asked_about(figures, self.why_asked))
        if found:
            self.want_tick()

    def want_tick(self) -> None:
        """Show the box to tick, and refuse the form until it is ticked or the figures are gone."""
        # Behind the texts that it is about, also in the list of what to mend.
        self.fields["points_at_nobody"] = self.fields.pop("points_at_nobody")
        self.fields["points_at_nobody"].widget = forms.CheckboxInput()
        self.add_error("points_at_nobody", TAKE_OUT)


def asked_about(figures: list[str], why: Any) -> ValidationError:
    """Return the sentence about some figures of one text."""
    # Within the sentence, although a sentence of the text may begin with one.
    return ValidationError(why, params={"figures": listed(dict.fromkeys(figure.lower() for figure in figures))})


def in_one_sentence(found: Mapping[str, list[str]]) -> str:
    """Return the sentence about figures of several texts, for who cannot be asked; empty where there are none."""
    figures = [figure for of in found.values() for figure in of]
    return " ".join(asked_about(figures, SMALL_COUNTS).messages) if figures else ""


class PointingForm(AskingForm):
    """A form part of a finding, a decision or what followed.

    Texts that stay as they are were asked about before, unless the record now rests on other findings.
    """

    def pointing(self) -> dict[str, list[str]]:
        """Return what the rooms above say of the record as it is about to be: who only looks on reads it too."""
        return pointing_figures(self.instance, self._findings(), self.written(), on=self._today())

    def _findings(self) -> list[Finding]:
        row = self.instance
        if isinstance(row, Finding):
            return [row]
        if "findings" in self.cleaned_data:
            return list(self.cleaned_data["findings"])
        decision = row if isinstance(row, Decision) else getattr(row, "decision", None)
        return list(decision.findings.all()) if decision and decision.pk else []

    def _today(self) -> dt.date:
        return getattr(self, "today", None) or timezone.localdate()

    def written(self) -> dict[str, str]:
        """Return the texts to ask about, by their field. Call it after the fields were cleaned."""
        values, changed = self.cleaned_data, set(self.changed_data)
        is_all = not self.instance.pk or "findings" in changed
        names = [name for name in values if name.rpartition("_")[0] in TEXTS and (is_all or name in changed)]
        return {name: values[name] for name in names if values[name]}
