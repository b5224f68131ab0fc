"""The invented evaluation forms, what was answered, found and decided, and suggestions: as people would write them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from beneficiaries.models import Cohort, Course, EvaluationForm, Question, Suggestion, TargetGroup
from beneficiaries.services.answers import Given, code_of, make_codes, receive
from beneficiaries.services.evaluation_forms import add_question, create_form
from beneficiaries.services.findings import conclude
from beneficiaries.services.suggestions import reply_to, write_suggestion
from partnerships.models import Decision, DecisionStep, Organisation, Partnership, Programme
from partnerships.services import create_record
from portal.ground.models import User
from portal.roof.demonstration.trails import INVENTED, dated

Row = dict[str, Any]


class Survey:
    """Writes the evaluation forms of one partnership; knows the forms and questions that the texts name."""

    def __init__(self, text: Row, *, people: dict[str, User], key: Callable[[str], uuid.UUID]):
        self.text, self.key, self.actor = text, key, people[text["writer"]]
        self.partnership = Partnership.objects.get(slug=text["partnership"])
        self.programme = Programme.objects.get(slug=text["programme"])
        self.forms: dict[str, EvaluationForm] = {}
        self.questions: dict[tuple[str, str], Question] = {}

    def load(self) -> None:
        """Write each form with its answers, then what was found in them, and the register of suggestions."""
        for row in self.text["forms"]:
            self._build(row)
            self._answer(row)
        for row in self.text["findings"]:
            self._conclude(row)
        for row in self.text["suggestions"]:
            self._suggest(row)

    def _cohort(self, name: str) -> Cohort | None:
        return Cohort.objects.get(course__partnership=self.partnership, name=name) if name else None

    def _build(self, row: Row) -> None:
        about = {
            "course": Course.objects.get(slug=row["course"]),
            "cohort": self._cohort(row["cohort"]),
            "target_group": TargetGroup.objects.get(slug=row["target_group"]),
        }
        form = EvaluationForm(partnership=self.partnership, **INVENTED)
        values = dated(row["values"]) | about
        form, _new = create_form(form, values, actor=self.actor, key=self.key(row["key"]))
        self.forms[row["key"]] = form
        for asked in row["questions"]:
            ends = {name: Decimal(asked["values"][name]) for name in ("lowest", "highest") if name in asked["values"]}
            key = self.key(f"{row['key']} {asked['key']}")
            question, _new = add_question(
                form, asked["values"] | ends, asked.get("choices", []), actor=self.actor, key=key
            )
            self.questions[row["key"], asked["key"]] = question

    def _answer(self, row: Row) -> None:
        form = self.forms[row["key"]]
        if not row["codes"]:
            return
        codes = make_codes(form, row["codes"], actor=self.actor, key=self.key(f"{row['key']} codes"))
        questions = [self.questions[row["key"], asked["key"]] for asked in row["questions"]]
        for number, sheet in enumerate(row["sheets"]):
            about = {"language": sheet["language"], "on": dt.date.fromisoformat(row["answered_on"])}
            by = {"typed_by": self.actor} if sheet["paper"] else {"code": code_of(codes[number])}
            given = [one for pair in zip(questions, sheet["values"], strict=True) for one in _given(*pair)]
            receive(form, given, key=self.key(f"{row['key']} {number}"), **about, **by)

    def _conclude(self, row: Row) -> None:
        form = self.forms[row["form"]]
        questions = [self.questions[row["form"], key] for key in row["questions"]]
        values = dated(row["values"])
        finding, _new = conclude(form, values, questions, actor=self.actor, key=self.key(row["key"]))
        decided = row["decision"]
        decision = Decision(partnership=self.partnership, programme=self.programme)
        consulted = list(Organisation.objects.filter(slug__in=decided["consulted"]))
        links = {"findings": [finding], "consulted": consulted}
        values = dated(decided["values"]) | INVENTED
        decision, _new = create_record(decision, values, links, actor=self.actor, key=self.key(decided["key"]))
        for number, step in enumerate(decided["steps"]):
            key = self.key(f"{decided['key']} {number}")
            create_record(DecisionStep(decision=decision), dated(step) | INVENTED, actor=self.actor, key=key)

    def _suggest(self, row: Row) -> None:
        made = {name: row[name] for name in ("theme", "language", "text")}
        made |= {
            "made_on": dt.date.fromisoformat(row["made_on"]),
            "cohort": self._cohort(row["cohort"]),
            "centre": Organisation.objects.get(slug=row["centre"]),
        }
        suggestion = Suggestion(partnership=self.partnership, **INVENTED)
        suggestion, _new = write_suggestion(suggestion, made, actor=self.actor, key=self.key(row["key"]))
        if row["state"]:
            said = {"state": row["state"], "reply": row["reply"], "language": row["reply_language"]}
            on = dt.date.fromisoformat(row["replied_on"])
            reply_to(suggestion, **said, on=on, actor=self.actor, version=suggestion.version)


def _given(question: Question, value: Any) -> list[Given]:
    """Return what somebody answered; a choice is named by its place."""
    if value in (None, "", []):
        return []
    if question.kind in {Question.Kind.CHOICE, Question.Kind.CHOICES}:
        offered = list(question.choices.values_list("pk", flat=True))
        return [Given(question.pk, choice=offered[place]) for place in (value if isinstance(value, list) else [value])]
    if question.kind == Question.Kind.TEXT:
        return [Given(question.pk, text=value)]
    return [Given(question.pk, number=Decimal(value))]
