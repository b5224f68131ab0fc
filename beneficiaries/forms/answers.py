"""A questionnaire as it is answered: on a phone without an account, or typed in from paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from beneficiaries.models import Question
from beneficiaries.services.answers import Given
from portal.ground.forms import FigureField, PortalForm, TextField
from portal.ground.numbers import format_number
from portal.ground.wording import Wording, translated

Kind = Question.Kind
LONGEST_WORDS = 2000
_NAME = re.compile(r"q\d+\Z")


def name_of(question: Question) -> str:
    """Return the name of the field that answers a question."""
    return f"q{question.pk}"


class RangeField(FigureField):
    """A number between two others, either of which may be missing."""

    def __init__(self, *, highest: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.highest = highest

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        if number is not None and self.highest is not None and number > self.highest:
            sentence = _("The number is at most %(highest)s.") % {"highest": format_number(self.highest)}
            raise ValidationError(sentence, code="max_value")
        return number


class AnswerForm(PortalForm):
    """The questions as fields. On paper a question may have been left open that must be answered (`is_paper`)."""

    def __init__(self, *args: Any, questions: Sequence[Question], is_paper: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        if is_paper:
            self.fields["language"] = forms.ChoiceField(label=_("Language of the paper"), choices=settings.LANGUAGES)
        for question in questions:
            field = _field(question)
            field.label = translated(question, "text").text
            field.required = question.is_required and not is_paper
            field.error_messages["required"] = _("Answer this question.")
            self.fields[name_of(question)] = field

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if any(_NAME.match(name) and name not in self.fields for name in self.data):
            raise ValidationError(_("This form has other questions than those that were answered: open it again."))
        return values

    @property
    def given(self) -> list[Given]:
        """What was answered. Call it after `is_valid`."""
        return [row for question in self.questions for row in _given(question, self.cleaned_data[name_of(question)])]

    @property
    def words(self) -> list[tuple[Wording, str]]:
        """What was typed in own words, beside its question, whether it is taken or not."""
        asked = [question for question in self.questions if question.kind == Kind.TEXT]
        typed = [(translated(question, "text"), str(self[name_of(question)].value() or "")) for question in asked]
        return [(question, text) for question, text in typed if text.strip()]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The questions for beneficiaries/answers/questions.html."""
        return [_row(question, self[name_of(question)]) for question in self.questions]


def _field(question: Question) -> forms.Field:
    if question.kind == Kind.TEXT:
        return TextField(max_length=LONGEST_WORDS)
    if question.kind == Kind.NUMBER:
        return RangeField(lowest=question.lowest, highest=question.highest)
    wrong = _("Choose one of the answers that are shown.")
    given = {"choices": [(value, text) for value, text in _options(question)], "coerce": int}
    if question.kind == Kind.CHOICES:
        return forms.TypedMultipleChoiceField(
            **given, error_messages={"invalid_choice": wrong, "invalid_list": wrong}, empty_value=[]
        )
    return forms.TypedChoiceField(**given, error_messages={"invalid_choice": wrong}, empty_value=None)


def _options(question: Question) -> list[tuple[str, Wording]]:
    if question.kind == Kind.SCALE:
        return [(str(step), Wording(str(step))) for step in range(1, (question.steps or 0) + 1)]
    return [(str(row.pk), translated(row, "label")) for row in question.choices.all()]


def _given(question: Question, value: Any) -> list[Given]:
    if value in (None, "", []):
        return []
    if question.kind == Kind.CHOICES:
        return [Given(question.pk, choice=choice) for choice in value]
    column = {Kind.CHOICE: "choice", Kind.TEXT: "text"}.get(Kind(question.kind), "number")
    return [Given(question.pk, **{column: value})]


def _row(question: Question, field: Any) -> dict[str, Any]:
    typed = field.value()
    chosen = {str(value) for value in typed} if isinstance(typed, list | tuple) else {str(typed or "")}
    return {
        "kind": question.kind,
        "name": field.html_name,
        "text": translated(question, "text"),
        "required": field.field.required,
        "errors": field.errors,
        "low": translated(question, "low"),
        "high": translated(question, "high"),
        "value": typed or "",
        "hint": _hint(question),
        "options": [
            {"value": value, "label": label, "checked": value in chosen, "id": f"{field.auto_id}_{place}"}
            for place, (value, label) in enumerate(_options(question))
        ],
        # What is not asked for can be taken back, which a button that is pressed in cannot by itself.
        "may_skip": not field.field.required and question.kind in {Kind.SCALE, Kind.CHOICE},
        "is_skipped": chosen == {""},
    }


def _hint(question: Question) -> str:
    if question.kind != Kind.NUMBER:
        return ""
    ends = {"low": format_number(question.lowest), "high": format_number(question.highest)}
    if question.lowest is not None and question.highest is not None:
        return _("From %(low)s to %(high)s.") % ends
    if question.lowest is not None:
        return _("At least %(low)s.") % ends
    return _("At most %(high)s.") % ends if question.highest is not None else ""
