"""What a page sends that was written without a network: the answers its script needs, and the script that keeps pages.

The browser keeps such a form until the portal says what came of it (static/js/waiting.js). A page would not do for
that: a script cannot see where a saved form leads, nor tell a form sent back from a page that asks for a sign-in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

HEADER = "X-Waiting"
# The form is sent later, and not by who looks at its page: nobody sees the next page.
LATER = "later"


def told_to_scripts(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Tell a script that sent a form where it was saved (`url`, `said`), or with 401 that nobody is signed in.

    What was not saved is answered as always: the form with its sentences (200), or with both versions (409).
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        when = request.headers.get(HEADER, "")
        if not when:
            return view(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return JsonResponse({}, status=401)
        response = view(request, *args, **kwargs)
        if response.status_code != 302:
            return response
        said = []
        if when == LATER:
            # Neither what was said nor whose text is saved is about the page that is opened next.
            said = [str(message) for message in messages.get_messages(request)]
            request.session.pop("kept_saved", None)
        return JsonResponse({"url": response["Location"], "said": said})

    return wrapper


def worker_script() -> HttpResponse:
    """Answer with the script that opens kept pages without a network; it reaches as far as its own address."""
    script = (settings.BASE_DIR / "static" / "js" / "worker.js").read_text(encoding="utf-8")
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
