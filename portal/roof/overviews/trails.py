"""What led to what in a partnership: decisions with their trail, risks over time, delays and lessons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.badges import Badge
from activities.facts import delay_stops
from activities.models import Delay
from beneficiaries.models import EvaluationForm, Question
from partnerships.models import Decision, DecisionStep, Finding, Lesson, Partnership, Programme, Risk, RiskStep
from partnerships.models.risks import Grade
from portal.ground.chains import Stop
from portal.ground.dates import format_date
from portal.ground.wording import Wording, joined, listed, translated
from portal.roof.overviews.parts import Group, Item, Section, lines, section

_CHANGE = DecisionStep.Kind.CHANGE
_WEIGHT = {Grade.LOW.value: 1, Grade.MEDIUM.value: 2, Grade.HIGH.value: 3}


def decisions_of(partnership: Partnership, programme: Programme | None, *, may_write: bool) -> Section:
    """Return what was decided, each with what led to it and what followed, and what waits for a decision."""
    rows: Any = partnership.decisions.all()
    waiting: Any = partnership.findings.filter(decisions=None)
    if programme is not None:
        rows, waiting = rows.filter(programme=programme), waiting.none()
    return _decisions(partnership, rows, waiting, may_write=may_write)


def decisions_after(form: EvaluationForm, *, may_write: bool) -> Section:
    """Return what was decided because of a form, and what was found in it and waits for a decision."""
    rows = Decision.objects.filter(Q(evaluation_forms=form) | Q(findings__evaluation_forms=form)).distinct()
    waiting = form.findings.filter(decisions=None)
    return _decisions(form.partnership, rows, waiting, may_write=may_write)


def _decisions(partnership: Partnership, rows: Any, waiting: Any, *, may_write: bool) -> Section:
    sources = ["evaluation_forms__course", "questions__form"]
    rows = rows.prefetch_related(
        "consulted",
        "courses",
        "evaluation_forms__course",
        "findings__came_from",
        *(f"findings__{name}" for name in sources),
        "steps__milestone",
        "steps__observed_outcome",
    )
    waiting = waiting.select_related("came_from", "partnership").prefetch_related(*sources)
    page = reverse("partnerships:detail", args=[partnership.slug])
    decided = [_decision(row, page, may_write=may_write) for row in rows]
    found = [_waiting(row, page, may_write=may_write) for row in waiting]
    groups = [Group("", decided), Group(_("Found, and not decided on yet"), found)]
    return Section("decisions", _("Decisions"), [group for group in groups if group.items])


def _decision(row: Decision, page: str, *, may_write: bool) -> Item:
    findings = list(row.findings.all())
    told = {form for finding in findings for form in finding.evaluation_forms.all()}
    stops = [_form(form, page) for form in row.evaluation_forms.all() if form not in told]
    for finding in findings:
        stops += [*_sources(finding, page), _finding(finding, may_write=may_write)]
    steps = list(row.steps.all())
    stops.append(
        Stop(_("Decision"), row.date_text, Wording(_consulted(row)), translated(row, "text"), is_turn=True),
    )
    stops += [_step(step, page, may_write=may_write) for step in steps if step.kind == _CHANGE]
    if courses := list(row.courses.all()):
        links = [(translated(course, "title"), f"{page}#course-{course.pk}") for course in courses]
        stops.append(Stop(_("Changed courses"), links=links))
    stops += [_step(step, page, may_write=may_write) for step in steps if step.kind != _CHANGE]
    if not steps and (followed := translated(row, "follow_up")):
        stops.append(Stop(_("What followed"), text=followed))
    actions = [
        (_("Add what followed"), reverse("partnerships:step_create", args=[row.pk]), "plus-lg"),
        (_("Edit"), reverse("partnerships:decision_edit", args=[row.pk]), "pencil"),
    ]
    return Item(
        translated(row, "title"),
        stops=stops,
        anchor=f"decision-{row.pk}",
        actions=actions if may_write else (),
    )


def _waiting(row: Finding, page: str, *, may_write: bool) -> Item:
    address = f"{reverse('partnerships:decision_create', args=[row.partnership.slug])}?finding={row.slug}"
    edit = reverse("partnerships:finding_edit", args=[row.pk])
    actions = [(_("Write down the decision"), address, "plus-lg"), (_("Edit"), edit, "pencil")]
    sources = _sources(row, page)
    return Item(
        translated(row, "title"),
        row.date_text,
        translated(row, "text"),
        stops=sources,
        anchor=f"finding-{row.pk}",
        actions=actions if may_write else (),
    )


def _sources(finding: Finding, page: str) -> list[Stop]:
    """Return what a finding came from: evaluation forms, a visit or another milestone."""
    stops = [_form(form, page) for form in finding.evaluation_forms.all()]
    if finding.came_from:
        row = finding.came_from
        kind, title = capfirst(row.get_kind_display()), translated(row, "title")
        stops.append(Stop(kind, row.date_text, title, url=f"{page}#timeline"))
    return stops


def _form(form: EvaluationForm, page: str) -> Stop:
    """Return an evaluation form as a stop; the course that it asked about is a link."""
    links = [(translated(form.course, "title"), f"{page}#course-{form.course_id}")] if form.course else []
    subject = translated(form, "subject")
    url = reverse("forms:results", args=[form.slug])
    date = form.date_text or form.open_text
    return Stop(_("Evaluation form"), date, translated(form, "title"), subject, url=url, links=links)


def _finding(row: Finding, *, may_write: bool) -> Stop:
    edit = reverse("partnerships:finding_edit", args=[row.pk]) if may_write else ""
    links = [_question(question) for question in row.questions.all()]
    title, text = translated(row, "title"), translated(row, "text")
    return Stop(_("Finding"), row.date_text, title, text, links=links, edit_url=edit)


def _question(row: Question) -> tuple[Wording, str]:
    """Return a question that a finding rests on, and where its answers are."""
    return translated(row, "text"), f"{reverse('forms:results', args=[row.form.slug])}#question-{row.pk}"


def _step(row: DecisionStep, page: str, *, may_write: bool) -> Stop:
    links = []
    if row.milestone:
        links.append((translated(row.milestone, "title"), f"{page}#timeline"))
    if row.observed_outcome:
        links.append((translated(row.observed_outcome, "title"), f"{page}#change-{row.observed_outcome_id}"))
    return Stop(
        capfirst(row.get_kind_display()),
        row.date_text,
        translated(row, "title"),
        translated(row, "text"),
        links=links,
        edit_url=reverse("partnerships:step_edit", args=[row.pk]) if may_write else "",
    )


def _consulted(row: Decision) -> str:
    names = listed(str(organisation) for organisation in row.consulted.all())
    return capfirst(_("after consulting %(names)s") % {"names": names}) if names else ""


def risks_of(partnership: Partnership, *, on: dt.date, may_write: bool) -> Section:
    """Return what threatens the partnership, or did: how likely, how grave, who watches it, and its steps."""
    rows = partnership.risks.select_related("owner").prefetch_related("steps").order_by("slug")
    return section("risks", _("Risks and obstacles"), [_risk(row, on, may_write=may_write) for row in rows])


def _risk(row: Risk, on: dt.date, *, may_write: bool) -> Item:
    steps = list(row.steps.all())
    answered = {step.kind for step in steps}
    texts = [(_("Cause"), "cause"), (_("Effect"), "effect")]
    if RiskStep.Kind.RESPONSE not in answered:
        texts.append((_("Response"), "response"))
    if RiskStep.Kind.CHANGE not in answered:
        texts.append((_("Appraisal"), "appraisal"))
    actions = [
        (_("Look at it again"), reverse("partnerships:risk_review", args=[row.pk]), "arrow-repeat"),
        (_("Edit"), reverse("partnerships:risk_edit", args=[row.pk]), "pencil"),
    ]
    facts = [(_("Owner"), Wording(str(row.owner or ""))), (_("Next review"), Wording(_review(row, on)))]
    return Item(
        translated(row, "title"),
        joined(row.get_kind_display(), row.get_state_display(), row.get_side_display()),
        badge=_grade(row),
        lines=lines(*[(label, translated(row, name)) for label, name in texts], *facts),
        stops=[_risk_step(step) for step in steps],
        anchor=f"risk-{row.pk}",
        actions=actions if may_write else (),
    )


def _grade(row: Risk) -> Badge | None:
    """Return likelihood and gravity as one badge; its tone is that of their product, as risk matrices have it."""
    if not row.likelihood and not row.gravity:
        return None
    weight = _WEIGHT.get(row.likelihood, 0) * _WEIGHT.get(row.gravity, 0)
    tone = "negative" if weight >= 6 else "warning" if weight >= 3 else "neutral"
    return Badge(_judged(row), tone, "exclamation-triangle")


def _judged(row: Risk | RiskStep) -> str:
    parts = [
        row.likelihood and _("likelihood: %(grade)s") % {"grade": row.get_likelihood_display()},
        row.gravity and _("gravity: %(grade)s") % {"grade": row.get_gravity_display()},
    ]
    return " × ".join(part for part in parts if part)


def _review(row: Risk, on: dt.date) -> str:
    if not row.review_on or row.state == Risk.State.OVERCOME:
        return ""
    day = format_date(row.review_on)
    return _("%(day)s: it is time") % {"day": day} if row.review_on <= on else day


def _risk_step(row: RiskStep) -> Stop:
    judged = joined(_judged(row), row.get_state_display())
    text = translated(row, "text")
    return Stop(capfirst(row.get_kind_display()), row.date_text, Wording(judged), text)


def lessons_of(partnership: Partnership, programme: Programme | None, *, may_write: bool) -> Section:
    """Return what the partners learned."""
    rows = partnership.lessons.select_related("programme", "outcome")
    if programme is not None:
        rows = rows.filter(programme=programme)
    return section("lessons", _("Lessons learned"), [_lesson(row, may_write=may_write) for row in rows])


def _lesson(row: Lesson, *, may_write: bool) -> Item:
    edit = (_("Edit"), reverse("partnerships:lesson_edit", args=[row.pk]), "pencil")
    return Item(
        translated(row, "title"),
        joined(row.date_text, str(row.programme or "")),
        translated(row, "text"),
        lines=lines((_("About"), translated(row.outcome, "title"))),
        actions=[edit] if may_write else (),
    )


def delays_of(partnership: Partnership, programme: Programme | None) -> Section:
    """Return the activities that fell behind: those that still do first."""
    rows = Delay.objects.filter(activity__partnership=partnership).select_related("activity")
    if programme is not None:
        rows = rows.filter(activity__programme=programme)
    by_activity: dict = {}
    for row in rows.order_by("is_over", "activity", "number"):
        by_activity.setdefault(row.activity, []).append(row)
    return section("delays", _("Delays"), [_delayed(activity, delays) for activity, delays in by_activity.items()])


def _delayed(activity, delays: Iterable[Delay]) -> Item:
    return Item(
        translated(activity, "title"),
        url=f"{reverse('activities:detail', args=[activity.pk])}#delays",
        side=activity.side,
        stops=[stop for delay in delays for stop in delay_stops(delay)],
    )


def write_links(
    partnership: Partnership, programme: Programme | None = None, *, may_lead: bool
) -> list[tuple[str, str]]:
    """Return what a coordinator can write down about a partnership or one of its programmes; an officer closes it."""
    chosen = f"?programme={programme.slug}" if programme else ""
    kinds = [
        (_("Finding"), "finding_create"),
        (_("Decision"), "decision_create"),
        (_("Lesson learned"), "lesson_create"),
        (_("Gain from the partnership"), "gain_create"),
        (_("Risk or obstacle"), "risk_create"),
        (_("Phase"), "phase_create"),
        (_("Post paid by the programme"), "post_create"),
        (_("Call for initiatives"), "call_create"),
    ]
    found = [(label, reverse(f"partnerships:{name}", args=[partnership.slug]) + chosen) for label, name in kinds]
    if programme is not None:
        address = reverse("partnerships:code_create", args=[programme.slug])
        found.append((_("Policy marker or goal"), address + chosen))
    if may_lead and programme is not None and programme.state != Programme.State.CLOSED:
        found.append((_("Close the programme"), reverse("partnerships:programme_close", args=[programme.slug])))
    elif may_lead and programme is None and not partnership.closures.filter(programme=None).exists():
        found.append((_("Close the partnership"), reverse("partnerships:close", args=[partnership.slug])))
    return found
