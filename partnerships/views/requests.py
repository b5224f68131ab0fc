"""Asking a funder for money, and noting what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from partnerships.access import require
from partnerships.forms import AnswerForm, RefusalForm, RequestForm, SubmissionForm
from partnerships.models import FundingRequest, Grant, Partnership, Programme, Role
from partnerships.services import (
    create_request,
    grant_request,
    next_states,
    refuse_request,
    submit_request,
    update_request,
)
from partnerships.views.answering import Page, answer, done
from partnerships.views.money import source_asked_for, trail
from portal.ground import carry
from portal.ground.wording import translated

State = FundingRequest.State
_OTHERWISE = {
    State.GRANTED: gettext_lazy("The request was granted instead"),
    State.REFUSED: gettext_lazy("The request was refused instead"),
}


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def request_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down that money is sought; `?programme=` and `?source=` choose beforehand."""
    partnership = get_object_or_404(Partnership.objects.visible_to(request.user), slug=slug)
    require(request.user, Role.OFFICER, partnership)
    return _form(request, FundingRequest(partnership=partnership))


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def request_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a request that is not decided yet."""
    row = _own(request, pk)
    if row.state in {State.GRANTED, State.REFUSED}:
        return _nothing_to_do(request, row)
    return _form(request, row)


def _form(request: HttpRequest, row: FundingRequest) -> HttpResponse:
    programmes = Programme.objects.filter(partnership=row.partnership_id)
    asked_for = programmes.filter(slug=request.GET.get("programme", "")[:80]).first()

    def build(data: Any, row: FundingRequest) -> RequestForm:
        chosen = {"source": source_asked_for(request), "programme": asked_for}
        initial = {} if row.pk else {name: value for name, value in chosen.items() if value}
        return RequestForm(data, instance=row, initial=initial, user=request.user, today=timezone.localdate())

    def write(form: RequestForm) -> tuple[FundingRequest, bool]:
        if row.pk:
            version = form.cleaned_data["version"] or 0
            return update_request(row, form.values, actor=request.user, version=version), True
        key = form.cleaned_data["submission_key"] or uuid4()
        return create_request({"partnership": row.partnership, **form.values}, actor=request.user, key=key)

    heading = _("Change the request") if row.pk else _("New funding request")
    page = _page(row, heading, asked_for=asked_for, saved=_("The request is saved."))
    return answer(request, page, row=row, build=build, write=write)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def request_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Note the next step of a request; `?to=` chooses among several."""
    row = _own(request, pk)
    steps = next_states(row)
    asked = request.POST.get("to", "") or request.GET.get("to", "")
    if request.method == "POST" and asked == row.state and asked not in steps:
        # Sent twice: the first one did it.
        return done(request, _page(row, "", saved=""), is_new=False)
    if not steps:
        return _nothing_to_do(request, row)
    to = State(asked) if asked in steps else steps[0]
    show = {State.SUBMITTED: _submit, State.GRANTED: _grant, State.REFUSED: _refuse}[to]
    return show(request, row, [step for step in steps if step != to])


def _submit(request: HttpRequest, row: FundingRequest, others: list[State]) -> HttpResponse:
    def build(data: Any, row: FundingRequest) -> SubmissionForm:
        initial = {"amount": row.amount, "on": timezone.localdate()}
        return _step(SubmissionForm, State.SUBMITTED, request, data, initial=initial)

    def write(form: SubmissionForm) -> tuple[FundingRequest, bool]:
        cleaned = form.cleaned_data
        return submit_request(row, actor=request.user, on=cleaned["on"], amount=cleaned["amount"]), True

    page = _page(row, _("The request is submitted"), others=others, saved=_("The request is noted as submitted."))
    return answer(request, page, row=row, build=build, write=write)


def _refuse(request: HttpRequest, row: FundingRequest, others: list[State]) -> HttpResponse:
    def build(data: Any, row: FundingRequest) -> RefusalForm:
        return _step(RefusalForm, State.REFUSED, request, data)

    def write(form: RefusalForm) -> tuple[FundingRequest, bool]:
        cleaned = form.cleaned_data
        return refuse_request(row, actor=request.user, on=cleaned["on"], reason=cleaned["note"]), True

    page = _page(row, _("The request is refused"), others=others, saved=_("The request is noted as refused."))
    return answer(request, page, row=row, build=build, write=write)


def _grant(request: HttpRequest, row: FundingRequest, others: list[State]) -> HttpResponse:
    def build(data: Any, row: FundingRequest) -> AnswerForm:
        grant = Grant(request=row, source=row.source)
        return _step(AnswerForm, State.GRANTED, request, data, instance=grant, request=row)

    def write(form: AnswerForm) -> tuple[Grant, bool]:
        return grant_request(row, form.values, actor=request.user, reason=form.cleaned_data["reason"])

    saved = _("The request is noted as granted, and its grant is made.")
    page = _page(row, _("The request is granted"), others=others, saved=saved)
    return answer(request, page, row=row, build=build, write=write)


def _step(kind: Any, to: State, http: HttpRequest, data: Any, **given: Any) -> Any:
    initial = given.pop("initial", {}) | {"to": to.value}
    return kind(data, initial=initial, user=http.user, today=timezone.localdate(), **given)


def _own(request: HttpRequest, pk: int) -> FundingRequest:
    visible = FundingRequest.objects.visible_to(request.user).select_related(
        "partnership", "programme", "source", "grant__programme"
    )
    row = get_object_or_404(visible, pk=pk)
    require(request.user, Role.OFFICER, row.partnership)
    return row


def _nothing_to_do(request: HttpRequest, row: FundingRequest) -> HttpResponse:
    sentence = _("This request is “%(state)s”: there is no next step.")
    messages.info(request, sentence % {"state": row.get_state_display()})
    return HttpResponseRedirect(_back(row, None))


def _home(row: FundingRequest, asked_for: Programme | None) -> Programme | None:
    """Return the programme on whose page the request stands."""
    if hasattr(row, "grant") and row.pk:
        return row.grant.programme
    last = Programme.objects.filter(partnership=row.partnership_id).order_by("-starts_on")
    return row.programme or asked_for or last.first()


def _back(row: FundingRequest, asked_for: Programme | None) -> str:
    home = _home(row, asked_for)
    if home is None:
        return reverse("partnerships:detail", args=[row.partnership.slug])
    return reverse("partnerships:money_path", args=[home.slug])


def _page(
    row: FundingRequest,
    heading: str,
    *,
    saved: str,
    asked_for: Programme | None = None,
    others: Sequence[State] = (),
) -> Page:
    home = _home(row, asked_for)
    start = [{"label": _("Partnerships"), "url": reverse("partnerships:list")}, {"label": heading}]
    intro = f"{row.source}: {translated(row, 'purpose')}" if row.pk else ""
    return Page(
        heading=heading,
        intro=intro,
        trail=trail(home, heading) if home else start,
        back=_back(row, asked_for),
        saved=saved,
        other_steps=[(_OTHERWISE[state], f"?to={state}") for state in others],
    )
