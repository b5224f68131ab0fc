"""Work without a network: the page that opens then, and what makes the portal one that can be installed."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.ground.waiting import worker_script
from portal.roof.context import shell

# The colours of the header and of the paper in static/css/tokens.css.
BAR, PAPER = "#0b3a3a", "#f3f5f4"


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what waits on the device and what is ready there; the page itself, which browsers keep, knows nobody."""
    frame = {**shell(request)["shell"], "has_menu": False, "partnerships": [], "kept_saved": ""}
    return render(request, "offline/offline.html", {"user": AnonymousUser(), "messages": [], "shell": frame})


@never_cache
@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Tell a script who is signed in, and the token with which that person's forms are sent."""
    user = str(request.user.pk) if request.user.is_authenticated else ""
    return JsonResponse({"user": user, "token": get_token(request) if user else ""})


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """Answer with the script that keeps pages for who is signed in."""
    return worker_script()


@require_safe
def manifest(_request: HttpRequest, language: str) -> JsonResponse:
    """Describe the portal as a program that can be installed, in the language of the address."""
    sizes = {"any": ("192", "512"), "maskable": ("512",)}
    icons = [
        {"src": static(f"img/icon-{purpose}-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png"}
        | {"purpose": purpose}
        for purpose, sides in sizes.items()
        for side in sides
    ]
    with translation.override(language):
        described = {
            "id": "/",
            "name": _("Partnership portal"),
            "short_name": _("Partnerships"),
            "description": _("Partnership portal for Belgian and Moroccan municipalities"),
            "lang": language,
            "dir": "rtl" if get_language_bidi() else "ltr",
            "start_url": reverse("dashboard"),
            "scope": "/",
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": BAR,
            "icons": icons,
            "shortcuts": [
                {"name": _("Log what happened"), "url": reverse("activities:log_create")},
                {"name": _("Work without a network"), "url": reverse("offline")},
            ],
        }
    response = JsonResponse(described, content_type="application/manifest+json")
    response["Cache-Control"] = "public, max-age=3600"
    return response
