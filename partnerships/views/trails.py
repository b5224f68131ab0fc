"""Writing down findings, decisions with what followed, lessons and risks, and looking at a risk again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from partnerships.access import require
from partnerships.forms import DecisionForm, DecisionStepForm, FindingForm, LessonForm, ReviewForm, RiskForm
from partnerships.models import (
    Decision,
    DecisionStep,
    Finding,
    Lesson,
    Partnership,
    Programme,
    Risk,
    RiskStep,
    Role,
)
from partnerships.services import create_record, review_risk, update_record
from partnerships.services.days import home_of
from partnerships.views.answering import Page, answer
from portal.ground import carry
from portal.ground.wording import translated

writes = require_http_methods(["GET", "POST"])


@dataclass(frozen=True)
class Kind:
    """How a kind of record is written: its form, what its pages say, and the part of the page where it stands."""

    form: Any
    part: str
    new: Promise
    change: Promise
    saved: Promise


KINDS = {
    Finding: Kind(
        FindingForm,
        "decisions",
        gettext_lazy("New finding"),
        gettext_lazy("Change the finding"),
        gettext_lazy("The finding is saved."),
    ),
    Decision: Kind(
        DecisionForm,
        "decisions",
        gettext_lazy("New decision"),
        gettext_lazy("Change the decision"),
        gettext_lazy("The decision is saved."),
    ),
    DecisionStep: Kind(
        DecisionStepForm,
        "decisions",
        gettext_lazy("What followed from the decision"),
        gettext_lazy("Change what followed"),
        gettext_lazy("What followed is saved."),
    ),
    Lesson: Kind(
        LessonForm,
        "lessons",
        gettext_lazy("New lesson learned"),
        gettext_lazy("Change the lesson"),
        gettext_lazy("The lesson is saved."),
    ),
    Risk: Kind(
        RiskForm,
        "risks",
        gettext_lazy("New risk or obstacle"),
        gettext_lazy("Change the risk or obstacle"),
        gettext_lazy("The risk or obstacle is saved."),
    ),
}


@carry.sign_in_keeping_text
@writes
def finding_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down what was found, and asks for a decision."""
    return _form(request, Finding(partnership=_own_partnership(request, slug)))


@carry.sign_in_keeping_text
@writes
def finding_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a finding."""
    return _form(request, _own(request, Finding.objects.select_related("partnership"), pk))


@carry.sign_in_keeping_text
@writes
def decision_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down what was decided; `?programme=` and `?finding=` choose beforehand."""
    return _form(request, Decision(partnership=_own_partnership(request, slug)))


@carry.sign_in_keeping_text
@writes
def decision_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a decision."""
    return _form(request, _own(request, Decision.objects.select_related("partnership"), pk))


@carry.sign_in_keeping_text
@writes
def step_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what followed from a decision."""
    decision = _own(request, Decision.objects.select_related("partnership"), pk)
    return _form(request, DecisionStep(decision=decision))


@carry.sign_in_keeping_text
@writes
def step_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what followed from a decision."""
    return _form(request, _own(request, DecisionStep.objects.select_related("decision__partnership"), pk))


@carry.sign_in_keeping_text
@writes
def lesson_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a lesson learned; `?programme=` chooses beforehand."""
    return _form(request, Lesson(partnership=_own_partnership(request, slug)))


@carry.sign_in_keeping_text
@writes
def lesson_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a lesson learned."""
    return _form(request, _own(request, Lesson.objects.select_related("partnership"), pk))


@carry.sign_in_keeping_text
@writes
def risk_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down what may hinder the partnership, or does."""
    return _form(request, Risk(partnership=_own_partnership(request, slug)))


@carry.sign_in_keeping_text
@writes
def risk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a risk or obstacle."""
    return _form(request, _own(request, Risk.objects.select_related("partnership", "owner"), pk))


@carry.sign_in_keeping_text
@writes
def risk_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a step to a risk, and judge it anew."""
    risk = _own(request, Risk.objects.select_related("partnership", "owner"), pk)
    title = translated(risk, "title")

    def build(data: Any, row: RiskStep | Risk) -> ReviewForm:
        current = row if isinstance(row, Risk) else risk
        given = {"user": request.user, "today": timezone.localdate(), "partnership": risk.partnership}
        return ReviewForm(data, instance=RiskStep(risk=current), risk=current, **given)

    def write(form: ReviewForm) -> tuple[RiskStep, bool]:
        version, key = form.cleaned_data["version"] or 0, form.cleaned_data["submission_key"] or uuid4()
        step = RiskStep(**form.step)
        return review_risk(risk, step, form.values, actor=request.user, version=version, key=key)

    page = _page(request, risk.partnership, _("Look at the risk again"), "risks", _("The review is saved."))
    return answer(request, _with_intro(page, str(title)), row=RiskStep(risk=risk), build=build, write=write)


def _form(request: HttpRequest, row: Any) -> HttpResponse:
    kind, partnership = KINDS[type(row)], home_of(row)

    def build(data: Any, current: Any) -> Any:
        initial = {} if row.pk else _chosen(request, row)
        given = {"user": request.user, "today": timezone.localdate(), "partnership": partnership}
        return kind.form(data, instance=current, initial=initial, **given)

    def write(form: Any) -> tuple[Any, bool]:
        if row.pk:
            version = form.cleaned_data["version"] or 0
            return update_record(row, form.values, form.links, actor=request.user, version=version), True
        key = form.cleaned_data["submission_key"] or uuid4()
        return create_record(row, form.values, form.links, actor=request.user, key=key)

    page = _page(request, partnership, str(kind.change if row.pk else kind.new), kind.part, str(kind.saved))
    about = row.decision if isinstance(row, DecisionStep) else row if row.pk else None
    return answer(request, _with_intro(page, str(translated(about, "title"))), row=row, build=build, write=write)


def _chosen(request: HttpRequest, row: Any) -> dict[str, Any]:
    """Return what the address chooses beforehand."""
    chosen: dict[str, Any] = {"programme": _programme(request, home_of(row))}
    if isinstance(row, Decision):
        findings = Finding.objects.filter(partnership=row.partnership, slug=request.GET.get("finding", "")[:80])
        chosen["findings"] = list(findings)
    return {name: value for name, value in chosen.items() if value}


def _programme(request: HttpRequest, partnership: Partnership) -> Programme | None:
    asked_for = request.GET.get("programme", "")[:80]
    return Programme.objects.filter(partnership=partnership, slug=asked_for).first() if asked_for else None


def _own_partnership(request: HttpRequest, slug: str) -> Partnership:
    partnership = get_object_or_404(Partnership.objects.visible_to(request.user), slug=slug)
    require(request.user, Role.COORDINATOR, partnership)
    return partnership


def _own(request: HttpRequest, rows: Any, pk: int) -> Any:
    row = get_object_or_404(rows.visible_to(request.user), pk=pk)
    require(request.user, Role.COORDINATOR, home_of(row))
    return row


def _with_intro(page: Page, intro: str) -> Page:
    return Page(**(vars(page) | {"intro": intro}))


def _page(request: HttpRequest, partnership: Partnership, heading: str, part: str, saved: str) -> Page:
    home, programme = reverse("partnerships:detail", args=[partnership.slug]), _programme(request, partnership)
    trail: list[dict[str, Any]] = [
        {"label": _("Partnerships"), "url": reverse("partnerships:list")},
        {"label": translated(partnership, "name"), "url": home},
    ]
    if programme is not None:
        home = reverse("partnerships:programme_detail", args=[programme.slug])
        trail.append({"label": translated(programme, "name"), "url": home})
    return Page(heading=heading, intro="", trail=[*trail, {"label": heading}], back=f"{home}#{part}", saved=saved)
