"""Writing down findings, decisions with what followed, lessons and risks, and looking at a risk again."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.forms import DecisionForm, DecisionStepForm, FindingForm, GainForm, LessonForm, ReviewForm, RiskForm
from partnerships.models import Decision, DecisionStep, Finding, Gain, Lesson, Risk, RiskStep
from partnerships.services import review_risk
from partnerships.views.answering import answer
from partnerships.views.records import Kind, own, own_partnership, page_of, record_form, writes
from portal.ground import carry
from portal.ground.wording import translated

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
    Gain: Kind(
        GainForm,
        "ledger",
        gettext_lazy("New gain from the partnership"),
        gettext_lazy("Change the gain from the partnership"),
        gettext_lazy("The gain is saved."),
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
    return _form(request, Finding(partnership=own_partnership(request, slug)))


@carry.sign_in_keeping_text
@writes
def finding_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a finding."""
    return _form(request, own(request, Finding.objects.select_related("partnership"), pk))


@carry.sign_in_keeping_text
@writes
def decision_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down what was decided; `?programme=` and `?finding=` choose beforehand."""
    return _form(request, Decision(partnership=own_partnership(request, slug)))


@carry.sign_in_keeping_text
@writes
def decision_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a decision."""
    return _form(request, own(request, Decision.objects.select_related("partnership"), pk))


@carry.sign_in_keeping_text
@writes
def step_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what followed from a decision."""
    decision = own(request, Decision.objects.select_related("partnership"), pk)
    return _form(request, DecisionStep(decision=decision))


@carry.sign_in_keeping_text
@writes
def step_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what followed from a decision."""
    return _form(request, own(request, DecisionStep.objects.select_related("decision__partnership"), pk))


@carry.sign_in_keeping_text
@writes
def lesson_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a lesson learned; `?programme=` chooses beforehand."""
    return _form(request, Lesson(partnership=own_partnership(request, slug)))


@carry.sign_in_keeping_text
@writes
def lesson_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a lesson learned."""
    return _form(request, own(request, Lesson.objects.select_related("partnership"), pk))


@carry.sign_in_keeping_text
@writes
def gain_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down what one side has from the partnership."""
    return _form(request, Gain(partnership=own_partnership(request, slug)))


@carry.sign_in_keeping_text
@writes
def gain_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what one side has from the partnership."""
    return _form(request, own(request, Gain.objects.select_related("partnership"), pk))


@carry.sign_in_keeping_text
@writes
def risk_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down what may hinder the partnership, or does."""
    return _form(request, Risk(partnership=own_partnership(request, slug)))


@carry.sign_in_keeping_text
@writes
def risk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a risk or obstacle."""
    return _form(request, own(request, Risk.objects.select_related("partnership", "owner"), pk))


@carry.sign_in_keeping_text
@writes
def risk_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a step to a risk, and judge it anew."""
    risk = own(request, Risk.objects.select_related("partnership", "owner"), pk)
    title = translated(risk, "title")

    def build(data: Any, row: RiskStep | Risk) -> ReviewForm:
        current = row if isinstance(row, Risk) else risk
        given = {"user": request.user, "today": timezone.localdate(), "partnership": risk.partnership}
        return ReviewForm(data, instance=RiskStep(risk=current), risk=current, **given)

    def write(form: ReviewForm) -> tuple[RiskStep, bool]:
        version, key = form.cleaned_data["version"] or 0, form.cleaned_data["submission_key"] or uuid4()
        step = RiskStep(**form.step)
        return review_risk(risk, step, form.values, actor=request.user, version=version, key=key)

    heading, saved = _("Look at the risk again"), _("The review is saved.")
    page = page_of(request, risk.partnership, heading, "risks", saved, intro=str(title))
    return answer(request, page, row=RiskStep(risk=risk), build=build, write=write)


def _form(request: HttpRequest, row: Any) -> HttpResponse:
    chosen = {}
    if isinstance(row, Decision):
        asked_for = request.GET.get("finding", "")[:80]
        chosen["findings"] = list(Finding.objects.filter(partnership=row.partnership, slug=asked_for))
    return record_form(request, row, KINDS[type(row)], chosen)
