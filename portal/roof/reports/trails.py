"""What led to what, as a report tells it: phases, decisions, risks, lessons, delays and closures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q

from activities.models import Delay
from partnerships.models import Closure, DecisionStep, Finding, Partnership, Phase, Risk, RiskStep, Side
from partnerships.models.risks import Grade
from portal.ground.dates import overlapping
from portal.roof.reports.words import When, Words


@dataclass(frozen=True)
class DeliverableSheet:
    """What a phase is to bring forth, and when it did."""

    title: Words
    is_delivered: bool
    when: When
    due: When


@dataclass(frozen=True)
class PhaseSheet:
    """A numbered step of the work."""

    title: Words
    text: Words
    when: When
    deliverables: tuple[DeliverableSheet, ...]


@dataclass(frozen=True)
class RiskStepSheet:
    """An answer to a risk, a change seen in it, or a review with what it was judged to be then."""

    kind: RiskStep.Kind
    when: When
    text: Words
    likelihood: Grade | None
    gravity: Grade | None
    state: Risk.State | None


@dataclass(frozen=True)
class RiskSheet:
    """A risk or obstacle: cause, effect, how likely and how grave, the answers to it and how that went."""

    title: Words
    kind: Risk.Kind
    state: Risk.State | None
    cause: Words
    effect: Words
    response: Words
    appraisal: Words
    likelihood: Grade | None
    gravity: Grade | None
    steps: tuple[RiskStepSheet, ...]
    # The side that it is about; None is both, or not said.
    side: Side | None = None


@dataclass(frozen=True)
class FindingSheet:
    """What was found, and what it came from: evaluation forms, or a milestone."""

    title: Words
    text: Words
    when: When
    sources: tuple[Words, ...]


@dataclass(frozen=True)
class StepSheet:
    """What followed from a decision."""

    kind: DecisionStep.Kind
    title: Words
    text: Words
    when: When
    about: tuple[Words, ...]


@dataclass(frozen=True)
class DecisionSheet:
    """A decision with its trail: what led to it, whom the partners heard, and what followed."""

    title: Words
    text: Words
    follow_up: Words
    consulted: tuple[Words, ...]
    when: When
    findings: tuple[FindingSheet, ...]
    courses: tuple[Words, ...]
    steps: tuple[StepSheet, ...]


@dataclass(frozen=True)
class LessonSheet:
    """A lesson learned."""

    title: Words
    text: Words
    when: When
    outcome: Words
    outcome_pk: int = 0


@dataclass(frozen=True)
class DelaySheet:
    """A delay of an activity: planned for when, why not then, for when now, and since when it is over."""

    activity: Words
    reason: Words
    planned: When
    revised: When
    is_over: bool
    ended: When
    activity_pk: int = 0


@dataclass(frozen=True)
class BalanceSheet:
    """What was left of one source."""

    source: Words
    received: Decimal | None
    spent: Decimal | None
    amount: Decimal
    note: Words


@dataclass(frozen=True)
class ClosureSheet:
    """The end of a programme or of the partnership, and what was left."""

    name: Words
    when: When
    reason: Words
    balances: tuple[BalanceSheet, ...]


def dated_in(field: str, starts_on: dt.date, ends_on: dt.date) -> Q:
    """Return the condition that a date lies in the window or is not known."""
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__range": (starts_on, ends_on)})


def phases_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> tuple[PhaseSheet, ...]:
    """Return the phases that share a day with the window, or whose days nobody knows."""
    rows = partnership.phases.filter(overlapping(starts_on, ends_on)).prefetch_related("deliverables")
    return tuple(_phase(row) for row in rows.order_by("number"))


def _phase(row: Phase) -> PhaseSheet:
    deliverables = tuple(
        DeliverableSheet(
            Words.of(item, "title"),
            item.is_delivered,
            When.day(item.delivered_on, item.precision),
            When.day(item.due_on),
        )
        for item in row.deliverables.all()
    )
    return PhaseSheet(Words.of(row, "title"), Words.of(row, "text"), When.span(row), deliverables)


def risks_of(partnership: Partnership, ends_on: dt.date) -> tuple[RiskSheet, ...]:
    """Return what threatens the partnership, or did, with the steps until the end of a window."""
    until = RiskStep.objects.filter(Q(happened_on=None) | Q(happened_on__lte=ends_on)).order_by("number")
    rows = partnership.risks.prefetch_related(Prefetch("steps", until))
    return tuple(_risk(row) for row in rows.order_by("slug"))


def _risk(row: Risk) -> RiskSheet:
    return RiskSheet(
        Words.of(row, "title"),
        Risk.Kind(row.kind),
        Risk.State(row.state) if row.state else None,
        Words.of(row, "cause"),
        Words.of(row, "effect"),
        Words.of(row, "response"),
        Words.of(row, "appraisal"),
        *_grades(row),
        tuple(
            RiskStepSheet(
                RiskStep.Kind(step.kind),
                When.day(step.happened_on, step.precision),
                Words.of(step, "text"),
                *_grades(step),
                Risk.State(step.state) if step.state else None,
            )
            for step in row.steps.all()
        ),
        Side(row.side) if row.side else None,
    )


def _grades(row: Risk | RiskStep) -> tuple[Grade | None, Grade | None]:
    return (Grade(row.likelihood) if row.likelihood else None, Grade(row.gravity) if row.gravity else None)


def decisions_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> tuple[DecisionSheet, ...]:
    """Return what was decided in the window or on a day that nobody knows, with what followed until its end."""
    until = DecisionStep.objects.filter(Q(happened_on=None) | Q(happened_on__lte=ends_on)).order_by("number")
    rows = partnership.decisions.filter(dated_in("decided_on", starts_on, ends_on)).prefetch_related(
        "consulted",
        "courses",
        "findings__came_from",
        "findings__evaluation_forms",
        Prefetch("steps", until.select_related("milestone", "observed_outcome")),
    )
    return tuple(_decision(row) for row in rows.order_by("decided_on", "slug"))


def _decision(row: Any) -> DecisionSheet:
    return DecisionSheet(
        Words.of(row, "title"),
        Words.of(row, "text"),
        Words.of(row, "follow_up"),
        tuple(Words.of(organisation, "name") for organisation in row.consulted.all()),
        When.day(row.decided_on, row.precision),
        tuple(_finding(finding) for finding in row.findings.all()),
        tuple(Words.of(course, "title") for course in row.courses.all()),
        tuple(_step(step) for step in row.steps.all()),
    )


def _finding(row: Finding) -> FindingSheet:
    sources: list[Any] = [*row.evaluation_forms.all(), *([row.came_from] if row.came_from else [])]
    when, titles = When.day(row.found_on, row.precision), tuple(Words.of(source, "title") for source in sources)
    return FindingSheet(Words.of(row, "title"), Words.of(row, "text"), when, titles)


def _step(row: DecisionStep) -> StepSheet:
    about = tuple(Words.of(item, "title") for item in (row.milestone, row.observed_outcome) if item)
    when = When.day(row.happened_on, row.precision)
    return StepSheet(DecisionStep.Kind(row.kind), Words.of(row, "title"), Words.of(row, "text"), when, about)


def lessons_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> tuple[LessonSheet, ...]:
    """Return what was learned in the window, or on a day that nobody knows (decree, art. 45)."""
    rows = partnership.lessons.filter(dated_in("learned_on", starts_on, ends_on)).select_related("outcome")
    return tuple(
        LessonSheet(
            Words.of(row, "title"),
            Words.of(row, "text"),
            When.day(row.learned_on, row.precision),
            Words.of(row.outcome, "title") if row.outcome else Words(),
            row.outcome_id or 0,
        )
        for row in rows.order_by("learned_on", "slug")
    )


def delays_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> tuple[DelaySheet, ...]:
    """Return the delays that had begun by the end of the window and were not over before it, as far as is known."""
    rows = Delay.objects.filter(
        Q(planned_on=None) | Q(planned_on__lte=ends_on),
        Q(ended_on=None) | Q(ended_on__gte=starts_on),
        activity__partnership=partnership,
    )
    return tuple(
        DelaySheet(
            Words.of(row.activity, "title"),
            Words.of(row, "reason"),
            When.day(row.planned_on, row.planned_precision),
            When.day(row.revised_on, row.revised_precision),
            row.is_over,
            When.day(row.ended_on, row.ended_precision),
            row.activity_id,
        )
        for row in rows.select_related("activity").order_by("activity", "number")
    )


def closures_of(partnership: Partnership, ends_on: dt.date) -> tuple[ClosureSheet, ...]:
    """Return what was closed by the end of a window, with what was left of each source."""
    rows = partnership.closures.filter(closed_on__lte=ends_on).select_related("programme", "partnership")
    return tuple(_closure(row) for row in rows.prefetch_related("balances__source").order_by("closed_on", "pk"))


def _closure(row: Closure) -> ClosureSheet:
    balances = tuple(
        BalanceSheet(Words.of(item.source, "name"), item.received, item.spent, item.amount, Words.of(item, "note"))
        for item in row.balances.all()
    )
    name, when = Words.of(row.programme or row.partnership, "name"), When.day(row.closed_on, row.precision)
    return ClosureSheet(name, when, Words.of(row, "reason"), balances)
