"""Text that survives a session's end: what was typed is kept while its writer signs in again."""

from __future__ import annotations

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, QueryDict

# Three long texts in Arabic, where each letter takes six characters of an encoded form.
MAX_KEPT = 1_500_000
_SESSION_KEY = "carried"


def author_token(user) -> str:
    """Return the token that a form carries, so that kept text returns to its writer and to nobody else."""
    return signing.dumps(user.pk, salt="author")


def keep(request: HttpRequest) -> None:
    """Keep the text of a posted form in the session, under its address; files are not kept."""
    kept = request.POST.copy()
    kept.pop("csrfmiddlewaretoken", None)
    text = kept.urlencode()
    if len(text) <= MAX_KEPT:
        request.session[_SESSION_KEY] = {"path": request.get_full_path(), "text": text}


def kept(request: HttpRequest) -> QueryDict | None:
    """Return the text that was kept for this address and this user, or None."""
    carried = request.session.get(_SESSION_KEY)
    if not carried or carried["path"] != request.get_full_path():
        return None
    data = QueryDict(carried["text"], mutable=True)
    try:
        author = signing.loads(data.get("author", ""), salt="author", max_age=14 * 24 * 3600)
    except signing.BadSignature:
        return None
    return data if author == request.user.pk else None


def forget(request: HttpRequest) -> None:
    """Drop the kept text: it is saved now."""
    request.session.pop(_SESSION_KEY, None)


def sign_in_keeping_text(view):
    """Ask for a sign-in as `login_required` does, and keep the text of a form that was being sent."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            keep(request)
        return redirect_to_login(request.get_full_path())

    return wrapper
