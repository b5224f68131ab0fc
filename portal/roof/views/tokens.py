"""One's own access tokens: made, shown once, withdrawn."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.ground.models import AccessToken
from portal.ground.tokens import live_tokens, make_token_once, withdraw_token
from portal.roof.forms.tokens import TokenForm


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's own tokens, and make one: its secret stands in this answer and nowhere else."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            asked = form.cleaned_data
            key = asked["submission_key"] or uuid4()
            secret = make_token_once(request.user, label=asked["label"], scope=asked["scope"], key=key)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if not secret:
                messages.info(request, _("This token was made already and shown once. Withdraw it if it is lost."))
                return HttpResponseRedirect(reverse("tokens"))
            form = TokenForm()
    context = {
        "form": form,
        "secret": secret,
        "rows": list(live_tokens(request.user)),
        "trail": [{"label": _("Account and security"), "url": reverse("mfa_index")}, {"label": _("Access tokens")}],
    }
    return render(request, "account/tokens.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def token_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to withdraw one of one's own tokens, and do it."""
    token = get_object_or_404(AccessToken.objects.filter(user=request.user), pk=min(pk, 10**18))
    home = reverse("calendar_feeds" if token.scope == AccessToken.Scope.FEED else "tokens")
    if request.method == "POST":
        withdraw_token(token, actor=request.user)
        messages.success(request, _("The token is withdrawn: it opens nothing any more."))
        return HttpResponseRedirect(home)
    context = {"token": token, "home": home, "trail": [{"label": _("Access tokens"), "url": reverse("tokens")}]}
    return render(request, "account/token_withdraw.html", context)
