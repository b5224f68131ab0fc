"""What the answers to a form come to, question by question; told so that nobody is found through them.

Where an answer may point at somebody vulnerable, who does not work with the form sees its figures only once it is
closed, for two looks at an open one would tell what came in between; and never a count that is too small.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from beneficiaries.models import Answer, EvaluationForm, Question
from portal.ground.disclosure import is_enough, tell
from portal.ground.numbers import format_number
from portal.ground.wording import Wording, listed, translated

Kind = Question.Kind
# More different numbers than these are told by their average alone.
MOST_NUMBERS = 12
# Beside the choices of a question with several: how many answered it at all.
_ANSWERED: Hashable = "answered"
_WORDS: Hashable = "words"


@dataclass(frozen=True)
class Bar:
    """One answer and how many gave it; None where that is not told."""

    label: Wording
    count: int | None


@dataclass(frozen=True)
class Tally:
    """One question: how many answered it, and what."""

    question: Question
    answered: int | None
    bars: list[Bar] = field(default_factory=list)
    average: Decimal | None = None
    ends: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True)
class Results:
    """All questions of a form. `is_told` is False where nothing is told yet; `hides` where counts may be left out."""

    sheets: int | None
    tallies: list[Tally]
    is_told: bool = True
    hides: bool = False


def results_of(form: EvaluationForm, *, true_figures: bool, on: dt.date) -> Results:
    """Return what the answers come to, in a constant number of queries.

    `true_figures` is for who works with the form; everything that leaves the portal goes without.
    """
    questions = list(form.questions.prefetch_related("choices"))
    sheets = form.sheets.count()
    hides = form.is_at_risk and not true_figures
    # Of fewer, a hidden count would lie near: of six, who did or did not answer a question are one and five at most.
    is_told = form.state_on(on) == EvaluationForm.State.CLOSED and is_enough(sheets, kinds=2)
    if hides and not is_told:
        return Results(None, [Tally(question, None) for question in questions], is_told=False, hides=True)
    given = _given(form)
    tallies = [_tally(question, given.get(question.pk, Counter()), sheets, hides=hides) for question in questions]
    return Results(sheets, tallies, hides=hides)


def _given(form: EvaluationForm) -> dict[int, Counter[Any]]:
    """Return {question: {what was answered: how often}}; own words count as one answer."""
    found: dict[int, Counter[Any]] = {}
    rows = Answer.objects.filter(sheet__form=form).order_by()
    for question, choice, number, count in rows.values_list("question", "choice", "number").annotate(n=Count("pk")):
        said = _WORDS if choice is None and number is None else number if choice is None else choice
        found.setdefault(question, Counter())[said] += count
    if form.questions.filter(kind=Kind.CHOICES).exists():
        several = rows.filter(question__kind=Kind.CHOICES).values_list("question")
        for question, count in several.annotate(n=Count("sheet", distinct=True)):
            found[question][_ANSWERED] = count
    return found


def _tally(question: Question, given: Counter[Any], sheets: int, *, hides: bool) -> Tally:
    kind = question.kind
    if kind == Kind.CHOICES:
        return _several(question, given, sheets, hides=hides)
    if hides and kind == Kind.NUMBER:
        # Single numbers point at people: outside only the average of enough of them is told.
        whole = _counting({"given": sum(given.values())}, sheets, hides=True)(_is_answer)
        return Tally(question, whole, average=_average(given, is_told=whole is not None))
    count = _counting(given, sheets, hides=hides)
    whole = count(_is_answer)
    if kind == Kind.CHOICE:
        return Tally(question, whole, [Bar(translated(row, "label"), count(_is(row.pk))) for row in _offers(question)])
    if kind == Kind.SCALE:
        steps = range(1, (question.steps or 0) + 1)
        bars = [Bar(_step(question, step), count(_is(step))) for step in steps]
        return Tally(question, whole, bars, _average(given, is_told=all(bar.count is not None for bar in bars)))
    if kind == Kind.NUMBER and given:
        numbers = sorted(given)
        bars = [Bar(Wording(format_number(number)), given[number]) for number in numbers]
        ends = (numbers[0], numbers[-1])
        return Tally(question, whole, bars if len(bars) <= MOST_NUMBERS else [], _average(given, is_told=True), ends)
    return Tally(question, whole)


def _several(question: Question, given: Counter[Any], sheets: int, *, hides: bool) -> Tally:
    """Return the tally of several choices: for each a table of who ticked it, who did not, and who answered nothing.

    How many answered is told only where no table hides it.
    """
    answered = given[_ANSWERED]
    bars, wholes = [], [_counting({"given": answered}, sheets, hides=hides)(_is_answer)]
    for row in _offers(question):
        count = _counting({"yes": given[row.pk], "no": answered - given[row.pk]}, sheets, hides=hides)
        bars.append(Bar(translated(row, "label"), count(_is("yes"))))
        wholes.append(count(_is_answer))
    return Tally(question, None if None in wholes else answered, bars)


def _offers(question: Question) -> list[Any]:
    return list(question.choices.all())


def _step(question: Question, step: int) -> Wording:
    """Return a step of a scale with the words at its end, if it is one."""
    end = {1: "low", question.steps: "high"}.get(step)
    return Wording(listed([step, translated(question, end) if end else ""]))


def _average(given: Counter[Any], *, is_told: bool) -> Decimal | None:
    total = sum(given.values())
    if not is_told or not total:
        return None
    return (sum(number * count for number, count in given.items()) / Decimal(total)).quantize(Decimal("0.1"))


def _counting(given: dict[Any, int], sheets: int, *, hides: bool) -> Callable[[Callable[[Hashable], bool]], int | None]:
    """Return how to count the answers to a question that hold something; None where that is not told.

    The key None stands for no answer, which is part of the table, for the number of all forms is told too. Where not
    even their sum may be told no nought is either: who knew which answers nobody gave would find out the others.
    """
    cells: dict[tuple[Hashable], int] = {(key,): count for key, count in given.items()}
    cells[None,] = sheets - sum(given.values())
    if not hides:
        return lambda holds: sum(count for (key,), count in cells.items() if holds(key))
    table = tell(cells, is_at_risk=lambda _key: True)
    if table.withheld:
        return lambda _holds: None
    return lambda holds: table.total(lambda cell: holds(cell[0]))


def _is(key: Hashable) -> Callable[[Hashable], bool]:
    return lambda other: other == key


def _is_answer(key: Hashable) -> bool:
    return key is not None


def chart_of(tally: Tally) -> dict[str, Any] | None:
    """Return a question for components/bar_chart.html; None where it has no bars."""
    if not tally.bars:
        return None
    widest = max((bar.count or 0 for bar in tally.bars), default=0) or 1
    return {
        "title": translated(tally.question, "text").text,
        "label_heading": _("Answer"),
        "value_heading": _("How many"),
        "bars": [
            {
                "label": bar.label,
                "value_text": _("not shown") if bar.count is None else _share(bar.count, tally.answered),
                "parts": [{"size": round(100 * bar.count / widest)}] if bar.count else [],
            }
            for bar in tally.bars
        ],
        "note": " ".join(notes_of(tally)),
    }


def _share(count: int, answered: int | None) -> str:
    if not answered:
        return format_number(count)
    share = {"count": format_number(count), "share": round(100 * count / answered)}
    return _("%(count)s (%(share)s %%)") % share


def notes_of(tally: Tally) -> list[str]:
    """Return what is said below a question: how many answered it, and the average."""
    said = []
    if tally.answered is not None:
        said.append(_("Answered by %(count)s.") % {"count": format_number(tally.answered)})
    if tally.average is not None:
        said.append(_("Average: %(average)s.") % {"average": number_format(tally.average, decimal_pos=1)})
    if tally.ends is not None:
        ends = {"low": format_number(tally.ends[0]), "high": format_number(tally.ends[1])}
        said.append(_("From %(low)s to %(high)s.") % ends)
    return said


def sheet_of(results: Results) -> tuple[list[str], list[list[Any]]]:
    """Return the headings and rows of a spreadsheet with what is told; nobody's own words are in it."""
    headings = [_("Question"), _("Kind"), _("Answered"), _("Answer"), _("How many"), _("Average")]
    rows: list[list[Any]] = []
    for tally in results.tallies:
        text, kind = translated(tally.question, "text").text, str(tally.question.get_kind_display())
        answered: Any = _("not shown") if tally.answered is None else tally.answered
        rows.append([text, kind, answered, "", "", tally.average])
        counts = [(bar.label.text, _("not shown") if bar.count is None else bar.count) for bar in tally.bars]
        rows += [[text, kind, "", label, count, None] for label, count in counts]
    return headings, rows
