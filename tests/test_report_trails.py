"""The report tells phases, decisions with their trail, risks over time, lessons, delays and closures."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from activities.models import Delay
from beneficiaries.models import Course, EvaluationForm
from partnerships.models import (
    ClosingBalance,
    Closure,
    Decision,
    DecisionStep,
    Deliverable,
    Finding,
    Lesson,
    Phase,
    Risk,
    RiskStep,
)
from portal.roof.reports import trails
from portal.roof.reports.data import build_report
from portal.roof.reports.render import render_html
from tests.cast import in_all_languages
from tests.report_rows import YEAR

IN, LATER = dt.date(2024, 5, 14), dt.date(2025, 5, 14)


@pytest.fixture
def bond(cast):
    return cast.jette.partnership


def day(name, value, precision="day"):
    return {name: value, "precision": precision}


def title(text):
    return in_all_languages(title=text)


def told(words):
    return words.best("en")[1]


def test_a_risk_is_told_with_its_grades_and_its_steps_until_the_end_of_the_window(bond):
    graded = {"likelihood": "high", "gravity": "low"}
    risk = Risk.objects.create(slug="r", partnership=bond, kind="risk", **graded, **title("Staff"))
    for number, when in enumerate([None, IN, LATER], 1):
        step = day("happened_on", when) if when else {}
        RiskStep.objects.create(risk=risk, number=number, kind="review", **step, **in_all_languages(text=f"S{number}"))
    [sheet] = trails.risks_of(bond, YEAR[1])
    assert (sheet.likelihood, sheet.gravity, [told(step.text) for step in sheet.steps]) == ("high", "low", ["S1", "S2"])


def test_a_decision_is_told_with_what_led_to_it_and_what_followed(bond):
    decision = Decision.objects.create(slug="d", partnership=bond, **day("decided_on", IN), **title("Decide"))
    Decision.objects.create(slug="later", partnership=bond, **day("decided_on", LATER), **title("Later"))
    finding = Finding.objects.create(slug="f", partnership=bond, **title("Found"))
    form = EvaluationForm.objects.create(slug="e", partnership=bond, **title("Form"))
    form.findings.add(finding)
    decision.findings.add(finding)
    Course.objects.create(slug="c", partnership=bond, kind="cycle", **title("Cycle")).changed_by.add(decision)
    DecisionStep.objects.create(decision=decision, number=1, kind="result", **title("Result"))
    DecisionStep.objects.create(decision=decision, number=2, kind="result", **day("happened_on", LATER), **title("No"))
    [sheet] = trails.decisions_of(bond, *YEAR)
    assert [told(words) for words in (sheet.title, sheet.findings[0].title, *sheet.findings[0].sources)] == [
        "Decide",
        "Found",
        "Form",
    ]
    assert [told(words) for words in sheet.courses] == ["Cycle"]
    assert [(step.kind, told(step.title)) for step in sheet.steps] == [("result", "Result")]


@pytest.mark.parametrize(
    ("days", "is_told"),
    [
        ({}, True),
        ({"planned_on": LATER, "planned_precision": "day"}, False),
        ({"is_over": True, "ended_on": dt.date(2023, 5, 1), "ended_precision": "day"}, False),
        ({"planned_on": dt.date(2023, 5, 1), "planned_precision": "year", "is_over": True}, True),
    ],
)
def test_a_delay_is_told_while_it_lasts(cast, bond, days, is_told):
    Delay.objects.create(activity=cast.jette.partner, reason_en="Rain", **days)
    assert [told(sheet.reason) for sheet in trails.delays_of(bond, *YEAR)] == ["Rain"] * is_told


def test_a_lesson_and_a_closure_are_told_in_their_window(bond, cast):
    for slug, when in [("in", IN), ("later", LATER)]:
        Lesson.objects.create(slug=slug, partnership=bond, **day("learned_on", when), **title(slug))
    assert [told(sheet.title) for sheet in trails.lessons_of(bond, *YEAR)] == ["in"]
    closure = Closure.objects.create(
        slug="c", partnership=bond, closed_on=LATER, precision="day", **in_all_languages(reason="Voted")
    )
    ClosingBalance.objects.create(closure=closure, source=cast.federal, amount=Decimal("5.00"))
    assert trails.closures_of(bond, YEAR[1]) == ()
    [sheet] = trails.closures_of(bond, LATER)
    assert [(told(item.source), item.amount) for item in sheet.balances] == [("Federal cooperation", Decimal("5.00"))]


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_the_report_writes_them_out_and_marks_a_text_in_another_language(bond, cast, language):
    phase = Phase.objects.create(slug="p", partnership=bond, number=1, **title("First phase"))
    Deliverable.objects.create(slug="x", phase=phase, is_delivered=True, **title("The plan"))
    Lesson.objects.create(slug="l", partnership=bond, title_fr="Une leçon", text_fr="Écrite en français")
    graded = {"likelihood": "high", "gravity": "low"}
    Risk.objects.create(slug="r", partnership=bond, kind="risk", **graded, **title("Staff"))
    html = render_html(build_report(bond, *YEAR, on=dt.date(2025, 1, 15)), language)
    with translation.override(language):
        expected = [str(translation.gettext(text)) for text in ("Phases", "Lessons learned", "Likelihood × gravity")]
    assert [text for text in expected if text not in html] == []
    assert "The plan" in html
    mark = '<span class="tongue" lang="fr" dir="ltr">Français</span>'
    assert f'<p lang="fr" dir="ltr">{mark} Écrite en français</p>' in html
