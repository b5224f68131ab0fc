"""One's own calendar feeds: made, shown once, fetched by a phone, withdrawn."""

from __future__ import annotations

from uuid import uuid4

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.ground.models import AccessToken
from portal.ground.tokens import live_tokens, make_token_once, note_use, token_of
from portal.roof.forms.tokens import FeedForm
from portal.roof.overviews.calendar.feed import feed_of


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def calendar_feeds(request: HttpRequest) -> HttpResponse:
    """Show the feeds that are in use, and make one: its address stands in this answer and nowhere else."""
    form, address = FeedForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            asked, scope = form.cleaned_data, AccessToken.Scope.FEED
            key = asked["submission_key"] or uuid4()
            secret = make_token_once(request.user, label=asked["label"], scope=scope, key=key)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if not secret:
                messages.info(request, _("This address was made already and shown once. Withdraw it if it is lost."))
                return HttpResponseRedirect(reverse("calendar_feeds"))
            address, form = request.build_absolute_uri(reverse("calendar_feed", args=[secret])), FeedForm()
    context = {
        "form": form,
        "address": address,
        "rows": list(live_tokens(request.user).filter(scope=AccessToken.Scope.FEED)),
        "trail": [{"label": _("Calendar"), "url": reverse("calendar")}, {"label": _("In your own calendar")}],
    }
    return render(request, "calendar/feeds.html", context)


@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer the feed of whoever made the address; a withdrawn or guessed one leads nowhere."""
    token = token_of(secret)
    if token is None or token.scope != AccessToken.Scope.FEED:
        if not ratelimit.consume(request, app="allauth.account", action="api_token", limit_get=True):
            return HttpResponse(_("Too many wrong addresses: try again in some minutes."), status=429)
        raise Http404
    note_use(token)
    base = f"{request.scheme}://{request.get_host()}"
    with translation.override(token.user.language):
        body = feed_of(token.user, on=timezone.localdate(), now=timezone.now(), base=base)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    patch_cache_control(response, private=True, max_age=900)
    return response
