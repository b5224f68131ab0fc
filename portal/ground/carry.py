"""Text that survives a session's end: what was typed is kept while its writer signs in again."""

from __future__ import annotations

from collections.abc import Collection
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.core import signing
from django.http import HttpRequest, QueryDict

from portal.ground.wording import standing_alone

# Three long texts in Arabic, where each letter takes six characters of an encoded form.
MAX_KEPT = 1_500_000
_SESSION_KEY = "carried"
# What stands where a word was taken out; the same in every language.
STRUCK_OUT = "[…]"


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


def strike_out(word: str, *, writers: Collection[int]) -> int:
    """Put a mark in the place of a word in every text that is kept, and return in how many.

    Only in texts of `writers` (keys of accounts), and in those that return to nobody: elsewhere the word may mean
    something else.
    """
    count, alone = 0, standing_alone([word])
    for row in Session.objects.all().iterator():
        held = row.get_decoded()
        carried = held.get(_SESSION_KEY)
        if not carried:
            continue
        data = QueryDict(carried["text"], mutable=True)
        try:
            ours = signing.loads(data.get("author", ""), salt="author") in writers
        except signing.BadSignature:
            ours = True
        for name, values in data.lists() if ours else ():
            data.setlist(name, [alone.sub(STRUCK_OUT, value) for value in values])
        if ours and data.urlencode() != QueryDict(carried["text"]).urlencode():
            carried["text"] = data.urlencode()
            row.session_data = Session.objects.encode(held)
            row.save(update_fields=["session_data"])
            count += 1
    return count


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
