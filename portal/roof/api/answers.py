"""How the API answers: as JSON, to who holds a token, in the language asked for, kept by nobody on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from html import unescape
from typing import Any

from allauth.core.internal import ratelimit
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portal.ground.models import AccessToken
from portal.ground.tokens import note_use, token_of

MAX_SECRET = 200
View = Callable[..., JsonResponse]


class Refused(Exception):  # noqa: N818 - what is refused is the caller's error, not ours
    """A request that is answered with a status and a sentence, and sentences by field where there are some."""

    def __init__(self, status: int, detail: Any, errors: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors


def api_view(*, filters: frozenset[str] = frozenset(), **methods: View) -> Callable[..., HttpResponse]:
    """Return the view of an address of the API; `methods` names the function that answers each method.

    `filters` are the parameters that a GET takes in its address; nothing else takes one.

    Only a token opens it: a browser's session means nothing here, so that no other site can use it.
    """

    @csrf_exempt
    def view(request: HttpRequest, **arguments: Any) -> HttpResponse:
        try:
            token = _token(request)
        except Refused as refused:
            return _finished(_refusal(refused))
        request.user = token.user
        with translation.override(_language(request, token)):
            try:
                answer = _answer(request, token, methods, filters, arguments)
            except Refused as refused:
                answer = _refusal(refused)
            answer["Content-Language"] = translation.get_language()
        return _finished(answer)

    return view


def writes(view: View) -> View:
    """Refuse a token that may only read."""

    @wraps(view)
    def guarded(request: HttpRequest, **arguments: Any) -> JsonResponse:
        if request.token.scope != AccessToken.Scope.WRITE:  # type: ignore[attr-defined]
            raise Refused(403, _("This token may only read."))
        return view(request, **arguments)

    return guarded


def plain_text(sentence: object) -> str:
    """Return a sentence without the links that a page would show in it."""
    return unescape(strip_tags(str(sentence))) if hasattr(sentence, "__html__") else str(sentence)


def by_field(errors: Mapping[str, Iterable[object]]) -> dict[str, list[str]]:
    """Return the sentences of a form as JSON can hold them."""
    return {name: [plain_text(sentence) for sentence in sentences] for name, sentences in errors.items()}


def _answer(
    request: HttpRequest,
    token: AccessToken,
    methods: Mapping[str, View],
    filters: frozenset[str],
    arguments: Mapping[str, Any],
) -> JsonResponse:
    name = "get" if request.method == "HEAD" else str(request.method).lower()
    if name not in methods:
        response = _refusal(Refused(405, _("This address does not take this method.")))
        response["Allow"] = ", ".join(sorted(method.upper() for method in methods))
        return response
    request.token = token  # type: ignore[attr-defined]
    note_use(token)
    _ask_parameters(request, filters)
    try:
        return methods[name](request, **arguments)
    except Http404:
        raise Refused(404, _("There is nothing at this address that you may see.")) from None
    except PermissionDenied as error:
        raise Refused(403, str(error)) from None


def _ask_parameters(request: HttpRequest, filters: frozenset[str]) -> None:
    """Refuse a parameter that is not known: a filter with a slip of the pen would list everything."""
    known = filters if request.method in {"GET", "HEAD"} else frozenset()
    unknown = sorted(set(request.GET) - known)
    if unknown:
        sentence = _("This address takes no parameter “%(name)s”.") % {"name": unknown[0][:60]}
        more = _("It takes: %(names)s.") % {"names": ", ".join(sorted(known))} if known else ""
        raise Refused(400, f"{sentence} {more}".strip())


def _token(request: HttpRequest) -> AccessToken:
    """Return the token that a request shows; wrong ones are counted by where they come from, as at the sign-in."""
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        sentence = _("Send your token in a header %(header)s. It is made in your account.")
        raise Refused(401, sentence % {"header": "“Authorization: Bearer …”"})
    token = token_of(secret.strip()) if len(secret) <= MAX_SECRET else None
    if token is None or token.scope == AccessToken.Scope.FEED:
        # The public function of the same name counts no GET.
        if not ratelimit.consume(request, app="allauth.account", action="api_token", limit_get=True):
            raise Refused(429, _("Too many wrong tokens: try again in some minutes."))
        raise Refused(401, _("This token does not exist, or it was withdrawn."))
    return token


def _language(request: HttpRequest, token: AccessToken) -> str:
    asked = request.headers.get("Accept-Language")
    return translation.get_language_from_request(request) if asked else token.user.language


def _refusal(refused: Refused) -> JsonResponse:
    told: dict[str, Any] = {"detail": plain_text(refused.detail)}
    if refused.errors is not None:
        told["errors"] = refused.errors
    response = JsonResponse(told, status=refused.status)
    if refused.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="portal"'
    return response


def _finished(response: JsonResponse) -> JsonResponse:
    response["Cache-Control"] = "no-store"
    return response
