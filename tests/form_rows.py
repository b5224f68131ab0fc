"""Evaluation forms as the tests write them."""

from __future__ import annotations

import uuid
from typing import Any

from beneficiaries.models import AnswerSheet, EvaluationForm, Question, QuestionChoice
from beneficiaries.services.answers import Given, make_codes, receive
from tests.cast import Bond, in_all_languages
from tests.conftest import TODAY


def make_form(bond: Bond, **fields: Any) -> EvaluationForm:
    """Write a form that is open today, answered with codes."""
    number = EvaluationForm.objects.count() + 1
    values = {"slug": f"form-{number}", "link": f"wall-{number}", "opens_on": TODAY, "partnership": bond.partnership}
    return EvaluationForm.objects.create(**(values | in_all_languages(title=f"Form {number}") | fields))


def make_question(form: EvaluationForm, kind: str, *labels: str, **fields: Any) -> Question:
    """Write a question of a kind with the answers that it offers; a scale has five steps."""
    number = form.questions.count() + 1
    values = {"position": number, "kind": kind, **in_all_languages(text=f"{kind.capitalize()}?")}
    question = Question.objects.create(form=form, **(values | ({"steps": 5} if kind == "scale" else {}) | fields))
    for place, label in enumerate(labels, 1):
        QuestionChoice.objects.create(question=question, position=place, **in_all_languages(label=label))
    return question


def make_whole(bond: Bond, **fields: Any) -> tuple[EvaluationForm, dict[str, Question]]:
    """Write a form with one question of each kind; the scale must be answered."""
    form = make_form(bond, **fields)
    asked = {
        "scale": make_question(form, "scale", is_required=True, **in_all_languages(low="Little", high="Much")),
        "choice": make_question(form, "choice", "Morning", "Evening"),
        "choices": make_question(form, "choices", "Selling", "Computing", "Law"),
        "number": make_question(form, "number", lowest=0, highest=180),
        "text": make_question(form, "text"),
    }
    return form, asked


def choice(question: Question, label: str) -> int:
    """Return the number of an answer on offer."""
    return question.choices.get(label_en=label).pk


def answered(asked: dict[str, Question], **changes: Any) -> dict[str, Any]:
    """Return what a browser sends, with a key of its own."""
    values: dict[str, Any] = {"scale": "4", "choice": choice(asked["choice"], "Evening"), "number": "20", **changes}
    sent = {f"q{asked[name].pk}": value for name, value in values.items() if name in asked}
    return {"submission_key": changes.get("key") or str(uuid.uuid4()), **sent}


def new_code(form: EvaluationForm, actor: Any, count: int = 1) -> str:
    """Make codes and return the last."""
    return make_codes(form, count, actor=actor, key=uuid.uuid4())[-1]


def fill_in(form: EvaluationForm, *given: Given, actor: Any, **fields: Any) -> AnswerSheet:
    """Fill in a form on paper."""
    about = {"key": uuid.uuid4(), "language": "fr", "on": TODAY, "typed_by": actor, **fields}
    return receive(form, given, **about)[0]
