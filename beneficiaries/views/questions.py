"""Writing the questions of a form, one at a time, and putting them in order with buttons that need no mouse."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from beneficiaries.forms import QuestionForm
from beneficiaries.models import EvaluationForm, Question
from beneficiaries.services.evaluation_forms import add_question, change_question, move_question, remove_question
from beneficiaries.views.evaluation_forms import form_trail, own_form
from partnerships.access import require
from partnerships.models import Role
from partnerships.views.answering import Page, answer
from portal.ground import carry
from portal.ground.wording import translated

writes = require_http_methods(["GET", "POST"])


@carry.sign_in_keeping_text
@writes
def question_create(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Add a question of one kind at the end of a form."""
    form = own_form(request, slug)
    if kind not in Question.Kind.values:
        raise Http404
    return _write(request, Question(form=form, kind=kind))


@carry.sign_in_keeping_text
@writes
def question_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a question that nobody answered yet."""
    return _write(request, _own(request, pk))


@login_required
@require_POST
def question_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a question up, or down."""
    row = _own(request, pk)
    try:
        move_question(row, up="up" in request.POST, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return HttpResponseRedirect(f"{_home(row.form)}#question-{row.pk}")


@login_required
@require_POST
def question_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a question away."""
    row = _own(request, pk)
    try:
        remove_question(row, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The question is taken away."))
    return HttpResponseRedirect(_home(row.form))


def _own(request: HttpRequest, pk: int) -> Question:
    rows = Question.objects.visible_to(request.user).select_related("form__partnership")
    row = get_object_or_404(rows, pk=pk)
    require(request.user, Role.COORDINATOR, row.form.partnership)
    return row


def _home(form: EvaluationForm) -> str:
    return reverse("forms:detail", args=[form.slug])


def _write(request: HttpRequest, row: Question) -> HttpResponse:
    heading = _("Change the question") if row.pk else _("New question")

    def build(data: Any, current: Question) -> QuestionForm:
        given = {"user": request.user, "today": timezone.localdate(), "partnership": row.form.partnership}
        return QuestionForm(data, instance=current, **given)

    def write(sent: QuestionForm) -> tuple[Question, bool]:
        if row.pk:
            version = sent.cleaned_data["version"] or 0
            return change_question(row, sent.values, sent.labels, actor=request.user, version=version), True
        key = sent.cleaned_data["submission_key"] or uuid4()
        values = sent.values | {"kind": row.kind}
        return add_question(row.form, values, sent.labels, actor=request.user, key=key)

    kind = capfirst(row.get_kind_display())
    page = Page(
        heading=f"{heading}: {kind}",
        intro=str(translated(row.form, "title")),
        trail=form_trail(row.form, {"label": heading}),
        back=_home(row.form),
        saved=_("The question is saved."),
    )
    return answer(request, page, row=row, build=build, write=write)
