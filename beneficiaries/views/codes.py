"""How a form reaches those who answer it: a sheet of codes to cut up, or one link for the wall."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from beneficiaries.forms import CodesForm
from beneficiaries.forms.evaluation_forms import written_in
from beneficiaries.models import EvaluationForm
from beneficiaries.services.answers import grouped, make_codes, withdraw_codes
from beneficiaries.views.evaluation_forms import form_trail, own_form
from portal.ground.qr import qr_code
from portal.ground.wording import Wording, translated


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask how many codes are needed, and show them once, for the printer; or show the link that all share."""
    form = own_form(request, slug)
    if not form.needs_code:
        return _sheet(request, form, [], _("Link to answer"))
    heading = _("Codes to answer with")
    asked = CodesForm(request.POST or None, asked=form, user=request.user, today=timezone.localdate())
    if request.method == "POST" and asked.is_valid():
        key = asked.cleaned_data["submission_key"] or uuid4()
        try:
            made = make_codes(form, asked.cleaned_data["count"], actor=request.user, key=key)
        except ValidationError as error:
            asked.add_error(None, error)
        else:
            with translation.override(asked.cleaned_data["language"]):
                return _sheet(request, form, made, _("Codes to answer with"))
    context = {
        "form": asked,
        "heading": heading,
        "intro": translated(form, "title"),
        "submit_label": _("Make and show the codes"),
        "cancel_url": reverse("forms:detail", args=[form.slug]),
        "trail": form_trail(form, {"label": heading}),
    }
    return render(request, "components/form_page.html", context)


def _sheet(request: HttpRequest, form: EvaluationForm, made: list[str], heading: str) -> HttpResponse:
    home = settings.PORTAL_URL.rstrip("/")
    link = home + reverse("answering:by_link", args=[form.link]) if form.link else ""
    slips: list[dict[str, Any]] = [
        {"code": grouped(code), "drawn": qr_code(home + reverse("answering:by_code", args=[code]))} for code in made
    ]
    context = {
        "heading": heading,
        "title": translated(form, "title"),
        "open_text": form.open_text,
        "slips": slips,
        "enter_url": home + reverse("answering:enter"),
        "link": "" if made else link,
        "link_code": "" if made or not link else qr_code(link),
        "invitations": [_invitation(code) for code, _name in written_in(form)],
        "trail": form_trail(form, {"label": heading}),
    }
    return render(request, "beneficiaries/forms/codes.html", context)


def _invitation(language: str) -> Wording:
    with translation.override(language):
        return Wording(_("Scan this to answer."), language)


@login_required
@require_POST
def codes_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Make all codes void that nobody used."""
    form = own_form(request, slug)
    count = withdraw_codes(form, actor=request.user)
    said = ngettext("%(count)s code is void now.", "%(count)s codes are void now.", count) % {"count": count}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("forms:detail", args=[form.slug]))
