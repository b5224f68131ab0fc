"""Typing in what was filled in on paper: one form after another, without leaving the page."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from beneficiaries.forms import AnswerForm
from beneficiaries.models import AnswerSheet, EvaluationForm
from beneficiaries.services.answers import check_open, receive, take_back
from beneficiaries.views.evaluation_forms import form_trail, own_form
from partnerships.access import require
from partnerships.models import Role
from portal.ground import carry
from portal.ground.wording import translated

# The paper form that was typed in last, while its typist is signed in.
LAST = "last_paper"


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """Type in one paper form; once it is kept, the page is empty for the next."""
    form = own_form(request, slug)
    questions = list(form.questions.prefetch_related("choices"))
    on, here = timezone.localdate(), reverse("forms:paper", args=[form.slug])
    kept = carry.kept(request) if request.method == "GET" else None
    mine = form.sheets.filter(way=AnswerSheet.Way.PAPER, typed_by=request.user)
    last = mine.filter(pk=request.session.get(LAST, 0)).first()
    initial = {"language": last.language if last else get_language()}
    sent = AnswerForm(request.POST or kept, questions=questions, is_paper=True, initial=initial)
    if request.method == "POST" and sent.is_valid():
        key = sent.cleaned_data["submission_key"] or uuid4()
        about = {"key": key, "language": sent.cleaned_data["language"], "on": on}
        try:
            sheet, is_new = receive(form, sent.given, typed_by=request.user, **about)
        except ValidationError as error:
            sent.add_error(None, error)
        else:
            carry.forget(request)
            request.session[LAST] = sheet.pk
            said = _("This paper form is kept. Take the next one.")
            messages.success(request, said if is_new else _("This was saved already: it was not made twice."))
            return HttpResponseRedirect(here)
    heading = _("Type in from paper")
    context = {
        "heading": heading,
        "title": translated(form, "title"),
        "form": sent,
        "author": carry.author_token(request.user),
        "closed": _why_closed(form, on),
        "number": mine.count() + 1,
        "last": last,
        "cancel_url": reverse("forms:detail", args=[form.slug]),
        "trail": form_trail(form, {"label": heading}),
    }
    return render(request, "beneficiaries/forms/paper.html", context)


def _why_closed(form: EvaluationForm, on: dt.date) -> str:
    try:
        check_open(form, on)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@login_required
@require_POST
def paper_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a paper form that was typed in wrongly."""
    forms = EvaluationForm.objects.visible_to(request.user)
    rows = AnswerSheet.objects.filter(form__in=forms).select_related("form__partnership")
    sheet = get_object_or_404(rows, pk=pk)
    require(request.user, Role.COORDINATOR, sheet.form.partnership)
    try:
        take_back(sheet, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The paper form is taken back: type it in again."))
    return HttpResponseRedirect(reverse("forms:paper", args=[sheet.form.slug]))
