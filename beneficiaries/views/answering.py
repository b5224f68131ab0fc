"""Answering a form: without an account or a cookie, in the reader's language, with a code or by the form's link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.forms import AnswerForm
from beneficiaries.forms.evaluation_forms import written_in
from beneficiaries.models import AnswerCode, EvaluationForm
from beneficiaries.services.answers import check_open, code_of, read_code, receive
from beneficiaries.views.without_account import open_page, public, speak, with_language
from portal.ground.forms import as_uuid, mark_unreadable
from portal.ground.waiting import worker_script
from portal.ground.wording import Wording, translated

LONGEST_CODE = 60


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for a code, where no camera reads it."""
    _speak(request)
    typed = request.POST.get("code", "")[:LONGEST_CODE]
    if request.method != "POST":
        return _page(request, "enter", {})
    if _is_blocked(request):
        return _blocked(request)
    if code_of(typed):
        return HttpResponseRedirect(with_language(reverse("answering:by_code", args=[read_code(typed)])))
    return _unknown(request, typed)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show or take the form that a code opens."""
    _speak(request)
    if _is_blocked(request):
        return _blocked(request)
    row = code_of(code[:LONGEST_CODE])
    return _answer(request, row.form, row) if row else _unknown(request, "")


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, link: str) -> HttpResponse:
    """Show or take a form that is answered without a code."""
    _speak(request)
    if _is_blocked(request):
        return _blocked(request)
    form = EvaluationForm.objects.filter(link=link, needs_code=False).select_related("partnership").first()
    if form is None:
        return _unknown(request, "")
    if request.method == "POST" and not ratelimit.consume(request, app="allauth.account", action="answer"):
        said = _("Many answers came from here within the hour. Wait a little, then send it again.")
        return _notice(request, said, status=429)
    return _answer(request, form, None)


@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Say that the answers are there."""
    _speak(request)
    return _page(request, "thanks", {})


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """Answer with the script that opens these pages without a network."""
    return worker_script()


def _answer(request: HttpRequest, form: EvaluationForm, code: AnswerCode | None) -> HttpResponse:
    _speak(request, form)
    questions = list(form.questions.prefetch_related("choices"))
    key = as_uuid(request.POST.get("submission_key", ""))
    sent = AnswerForm(request.POST if request.method == "POST" else None, questions=questions)
    refusal = _refusal(form, code)
    if request.method == "POST" and sent.is_valid():
        about = {"key": key or uuid4(), "language": get_language() or "nl", "on": timezone.localdate(), "code": code}
        try:
            receive(form, sent.given, **about)
        except ValidationError as error:
            refusal = None if error.code == "empty" else error
            sent.add_error(None, error)
        else:
            return HttpResponseRedirect(with_language(reverse("answering:thanks")))
    if refusal is not None:
        is_used = refusal.code == "used"
        words = sent.words if sent.is_bound else []
        said = " ".join(refusal.messages)
        return _notice(request, said, form=form, words=words, drop=is_used, status=_status(request))
    context = {"form": sent, "rows": sent.rows, **_about(form), "is_queued": code is None}
    return _page(request, "form", context, form)


def _refusal(form: EvaluationForm, code: AnswerCode | None) -> ValidationError | None:
    """Return why the form cannot be answered now, if so, before anybody answers it."""
    try:
        check_open(form, timezone.localdate())
    except ValidationError as error:
        return error
    if code and code.state == AnswerCode.State.USED:
        return ValidationError(_("Answers were received with this code already. Each code is for one time."), "used")
    return None


def _status(request: HttpRequest) -> int:
    return 409 if request.method == "POST" else 200


def _about(form: EvaluationForm) -> dict[str, Any]:
    return {name: translated(form, name) for name in ("title", "introduction")}


def _is_blocked(request: HttpRequest) -> bool:
    """Say whether so many wrong codes came from here that no other is looked up for some minutes."""
    return not ratelimit.consume(request, app="allauth.account", action="answer_code", dry_run=True, limit_get=True)


def _unknown(request: HttpRequest, typed: str) -> HttpResponse:
    """Refuse a code or a link that leads nowhere, and count it by where it comes from."""
    ratelimit.consume(request, app="allauth.account", action="answer_code", limit_get=True)
    said = _("This code does not open a form. Look at the paper and type the 16 digits again.")
    status = 200 if request.resolver_match and request.resolver_match.url_name == "enter" else 404
    return _page(request, "enter", {"error": said, "typed": mark_unreadable(typed)}, status=status)


def _blocked(request: HttpRequest) -> HttpResponse:
    said = _("Too many wrong codes were tried from here. Wait ten minutes, then try again.")
    return _notice(request, said, status=429)


def _notice(
    request: HttpRequest,
    said: str,
    *,
    form: EvaluationForm | None = None,
    words: Sequence[tuple[Wording, str]] = (),
    drop: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {"said": said, "words": words, "drop": drop, **(_about(form) if form else {})}
    return _page(request, "notice", context, form, status=status)


def _page(
    request: HttpRequest, name: str, context: dict[str, Any], form: EvaluationForm | None = None, status: int = 200
) -> HttpResponse:
    return open_page(request, f"beneficiaries/answer/{name}.html", context, offered=_offered(form), status=status)


def _offered(form: EvaluationForm | None) -> list[str]:
    """Return the languages that a form is written in; where none is open yet, all."""
    return [code for code, _name in (written_in(form) if form else settings.LANGUAGES)]


def _speak(request: HttpRequest, form: EvaluationForm | None = None) -> None:
    speak(request, _offered(form))
