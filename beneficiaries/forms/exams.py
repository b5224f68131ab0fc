"""The forms of an exam: its record, and the results of a whole cohort."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.translation import gettext as _

from beneficiaries.forms.base import RowForm
from beneficiaries.models import Enrolment, Exam, ExamResult
from beneficiaries.services import ResultInput
from partnerships.forms.base import KeptForm, day_input
from partnerships.forms.texts import InLanguages
from portal.ground.dates import Precision
from portal.ground.forms import LineField


class ExamForm(InLanguages, RowForm):
    """An exam: who takes it, when, and what it asks this year."""

    texts = {"content": False}

    class Meta:
        model = Exam
        fields = ["authority", "held_on", "precision"]
        widgets = {"held_on": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_texts(self.instance)
        self.helper.layout.extend(self.text_layout())

    def layout(self) -> list[Any]:
        return ["authority", Div("held_on", "precision", css_class="form-columns")]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("held_on") and not values.get("precision"):
            values["precision"] = Precision.DAY.value
        elif not values.get("held_on"):
            values["precision"] = ""
        return values

    def columns(self) -> list[str]:
        return [*self.Meta.fields, *self.text_columns()]


@dataclass(frozen=True)
class ResultLine:
    """One learner on the page, with the fields of the result."""

    code: str
    pk: int
    fields: list[forms.BoundField]


class ResultsForm(KeptForm):
    """A result, and the diploma that came of it, for each learner of a cohort."""

    def __init__(
        self, *args: Any, enrolments: Iterable[Enrolment], stored: Mapping[int, ExamResult], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.enrolments = list(enrolments)
        choices = [("", _("no result yet")), *ExamResult.Result.choices]
        for row in self.enrolments:
            pk, result = row.pk, stored.get(row.pk)
            self.fields |= {
                f"result_{pk}": forms.ChoiceField(label=_("Result"), choices=choices, required=False),
                f"has_diploma_{pk}": forms.BooleanField(label=_("Diploma"), required=False),
                f"diploma_on_{pk}": forms.DateField(label=_("Date of the diploma"), widget=day_input(), required=False),
                f"diploma_number_{pk}": LineField(label=_("Number of the diploma"), max_length=40, required=False),
                f"version_{pk}": forms.IntegerField(widget=forms.HiddenInput, required=False),
            }
            if result:
                self.initial |= {
                    f"{name}_{pk}": getattr(result, name)
                    for name in ("result", "has_diploma", "diploma_on", "diploma_number", "version")
                }

    def layout(self) -> list[Any]:
        return []

    def lines(self) -> list[ResultLine]:
        """Return the learners in order, each with its fields."""
        names = ("result", "has_diploma", "diploma_on", "diploma_number")
        return [
            ResultLine(row.learner.code, row.pk, [self[f"{name}_{row.pk}"] for name in names])
            for row in self.enrolments
        ]

    @property
    def results(self) -> dict[int, ResultInput]:
        """What was typed. Call it after `is_valid`."""
        typed = self.cleaned_data
        return {
            row.pk: ResultInput(
                result=typed[f"result_{row.pk}"],
                has_diploma=typed[f"has_diploma_{row.pk}"],
                diploma_on=typed[f"diploma_on_{row.pk}"],
                diploma_number=typed[f"diploma_number_{row.pk}"],
                version=typed[f"version_{row.pk}"] or 0,
            )
            for row in self.enrolments
        }
