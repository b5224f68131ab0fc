"""What pages have in common that an address alone opens: without an account or a cookie, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

# Nobody is signed in here: the address alone opens the page, so another site that sends a form gains nothing by it. And
# what was written without a network is sent later, when a token of the page would be old.
public = csrf_exempt
ALL_LANGUAGES = [code for code, _name in settings.LANGUAGES]


def speak(request: HttpRequest, offered: Sequence[str] = ALL_LANGUAGES) -> None:
    """Answer in the language that the address names, or else the browser's; no cookie keeps it."""
    asked = request.GET.get("lang", "")
    own = get_language() or ""
    chosen = next((code for code in (asked, own, "ar", "fr", *offered) if code in offered), offered[0])
    translation.activate(chosen)
    request.LANGUAGE_CODE = chosen  # type: ignore[attr-defined]


def with_language(url: str) -> str:
    """Return an address that is answered in the language of this page."""
    return f"{url}?lang={get_language()}"


def open_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    offered: Sequence[str] = ALL_LANGUAGES,
    status: int = 200,
) -> HttpResponse:
    """Answer with a page that no engine lists, and whose address is told to nobody."""
    languages = [
        {"code": code, "name": own, "current": code == get_language()}
        for code, own in settings.LANGUAGES
        if code in offered
    ]
    around = {"languages": languages if len(languages) > 1 else []}
    response = render(request, template, around | context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
