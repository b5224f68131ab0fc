"""The form in which one result of a year is judged, criterion by criterion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.forms.years import SignedForm
from partnerships.models import ScaleLevel
from partnerships.score_board import CriterionRow, ResultScores
from partnerships.services import Judgement
from portal.ground.forms import TextField
from portal.ground.wording import Wording


@dataclass(frozen=True)
class Question:
    """One criterion on the page; without a scale it has no fields."""

    name: Wording
    asks: Wording
    fields: list[forms.BoundField]


class LevelField(forms.ModelChoiceField):
    """A step of one scale."""

    default_error_messages = {"invalid_choice": _("This score is not on the scale of the criterion.")}


class ScoresForm(SignedForm):
    """A score and its justification for each criterion that has a scale."""

    language = forms.ChoiceField(label=_("Language of your justifications"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, result: ResultScores, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = result.rows
        self.initial["language"] = next((row.language for row in self.rows if row.language), get_language())
        for row in self.judged:
            key = row.criterion.pk
            self.fields[f"level_{key}"] = LevelField(
                label=_("Score"),
                queryset=ScaleLevel.objects.filter(scale=row.criterion.scale).order_by("value"),
                required=False,
                empty_label=_("Not judged"),
            )
            self.fields[f"justification_{key}"] = TextField(
                label=_("Justification"), required=False, rows=3, max_length=5000
            )
            self.fields[f"version_{key}"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
            if row.score:
                self.initial |= {
                    f"level_{key}": row.score.level_id,
                    f"justification_{key}": row.score.justification,
                    f"version_{key}": row.score.version,
                }

    @property
    def judged(self) -> list[CriterionRow]:
        """The criteria that can be judged: those that have a scale."""
        return [row for row in self.rows if row.criterion.scale]

    def questions(self) -> list[Question]:
        """Return the criteria in order, each with its fields."""
        names = ("level", "justification")
        return [
            Question(
                row.name,
                row.question,
                [self[f"{name}_{row.criterion.pk}"] for name in names] if row.criterion.scale else [],
            )
            for row in self.rows
        ]

    @property
    def judgements(self) -> list[Judgement]:
        """What was typed. Call it after `is_valid`."""
        typed = self.cleaned_data
        return [
            Judgement(
                row.criterion,
                typed[f"level_{row.criterion.pk}"],
                typed[f"justification_{row.criterion.pk}"],
                typed[f"version_{row.criterion.pk}"] or 0,
            )
            for row in self.judged
        ]
