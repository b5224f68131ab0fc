"""How public pages are answered: alike to everybody, without a cookie, and from memory where nothing was written since.

A page in memory holds as long as the audit trail does not grow: every write leaves an entry there, so whatever
changes, all pages are made anew, and what was withdrawn is gone with the next request. Browsers and proxies may keep
a page too, but ask each time whether it still holds, which costs one short answer without a body.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response

from portal.roof.freshness import SECONDS, last_write
from portal.roof.public.addresses import is_public, language_of

# Anything else in an address could fill the memory with the same page under thousands of names.
_KEPT_QUERY = re.compile(r"(page=[1-9]\d{0,3})?")
ASK_AGAIN = "public, max-age=0, must-revalidate"


@dataclass(frozen=True)
class Kept:
    """A page as it is answered: its body, plain and packed, its seal and its headers."""

    body: bytes
    packed: bytes
    etag: str
    headers: dict[str, str]

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Return the page to who asks."""
        is_packed = takes_gzip(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        response = HttpResponse(self.packed if is_packed else self.body, headers=self.headers)
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.content))
        return response


def takes_gzip(accepted: str) -> bool:
    """Say whether who asks with this Accept-Encoding header takes gzip; a weight of nought refuses it (RFC 9110)."""
    for part in accepted.lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        if coding in {"gzip", "x-gzip"}:
            return not any(re.fullmatch(r"q=0(\.0{0,3})?", parameter) for parameter in parameters)
    return False


def public_pages(get_response: Any) -> Any:
    """Answer public pages to everybody as to a stranger whose only wish is the language of the address."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not is_public(request.path_info):
            return get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        language = language_of(request.path_info)
        request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: language} if language else {}
        response: Any = _answered(request, get_response)
        etag = response.headers.get("ETag")
        return (get_conditional_response(request, etag=etag, response=response) or response) if etag else response

    return middleware


def _answered(request: HttpRequest, get_response: Any) -> HttpResponseBase:
    query = request.META.get("QUERY_STRING", "")
    name, state = "", None
    if request.method in {"GET", "HEAD"} and _KEPT_QUERY.fullmatch(query):
        last, may_keep = last_write()
        state = (last, timezone.localdate())
        key = f"{request.path_info}?{query}".encode()
        name = hashlib.sha256(key).hexdigest()
        kept = caches["public"].get(name)
        if kept is not None and kept[0] == state:
            return kept[1].answer(request)
        name = name if may_keep else ""
    accepted = request.META.pop("HTTP_ACCEPT_ENCODING", None)
    response = get_response(request)
    if accepted is not None:
        request.META["HTTP_ACCEPT_ENCODING"] = accepted
    response.cookies.clear()
    if response.streaming or response.status_code != 200:
        return _alike(response)
    page = _page(response)
    if name:
        caches["public"].set(name, (state, page), SECONDS)
    return page.answer(request)


def _alike(response: HttpResponseBase) -> HttpResponseBase:
    """Return an answer that is not kept here: a file, an error, the way elsewhere."""
    response.headers["Cache-Control"] = ASK_AGAIN if response.headers.get("ETag") else "no-store"
    del response.headers["Vary"]
    return response


def _page(response: HttpResponseBase) -> Kept:
    body = getattr(response, "content", b"")
    headers = {name: value for name, value in response.headers.items() if name not in {"Vary", "Content-Length"}}
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers |= {"Cache-Control": ASK_AGAIN, "Vary": "Accept-Encoding", "ETag": etag}
    return Kept(body, gzip.compress(body, 9, mtime=0), etag, headers)
