"""Whoever writes a text that all members read is asked about figures that may point at somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.models import Decision, Finding
from partnerships.services import pointing_figures
from portal.ground.forms import Unseen
from portal.ground.wording import listed

SMALL_FIGURES = gettext_lazy(
    "All members of the partnership read this, and the results do not tell them so few: %(figures)s. Somebody could be "
    "recognised. Say “some” or “most”."
)
# Texts of the records that are asked about, without their language.
TEXTS = ("title", "text", "follow_up")


class PointingForm(forms.Form):
    """A form part of a finding, a decision or what followed: figures that may point at somebody are asked about once.

    Texts that stay as they are were asked about before, unless the record now rests on other findings.
    """

    # Shown once there is something to ask.
    points_at_nobody = forms.BooleanField(
        label=gettext_lazy("These figures point at nobody"), required=False, widget=Unseen
    )

    def _post_clean(self) -> None:
        """Ask about the record as it is about to be: who only looks on reads it too."""
        super()._post_clean()
        asked = self.fields["points_at_nobody"]
        if self.cleaned_data.get("points_at_nobody"):
            asked.widget = forms.CheckboxInput()
            return
        found = self.pointing(self._written())
        for name, figures in found.items():
            self.add_error(name, ValidationError(SMALL_FIGURES, params={"figures": listed(figures)}))
        if found:
            asked.widget = forms.CheckboxInput()
            self.add_error("points_at_nobody", _("Take the figures out, or tick this if they point at nobody."))

    def pointing(self, texts: Mapping[str, str]) -> dict[str, list[str]]:
        """Return the figures to ask about, by the field of their text."""
        return pointing_figures(self.instance, self._findings(), texts, on=self._today())

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

    def _written(self) -> dict[str, str]:
        values, changed = self.cleaned_data, set(self.changed_data)
        is_all = not self.instance.pk or "findings" in changed
        names = [name for name in values if name.rpartition("_")[0] in TEXTS and (is_all or name in changed)]
        return {name: values[name] for name in names if values[name]}
