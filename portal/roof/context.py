"""What the frame of every page shows."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from partnerships.models import Partnership
from portal.ground.models import User


def shell(request) -> dict:
    """Return the frame's variables under `shell`; templates/base.html names them."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "shell": {
            "demonstration": not settings.PRODUCTION and User.objects.filter(is_demonstration=True).exists(),
            "navigation": _navigation(request) if signed_in else [],
            "languages": [
                {"code": code, "name": name, "current": code == get_language()} for code, name in settings.LANGUAGES
            ],
            "direction": "rtl" if get_language_bidi() else "ltr",
            "partnerships": [str(item) for item in Partnership.objects.visible_to(user)] if signed_in else [],
            "search_url": reverse("activities:list") if signed_in else "",
        }
    }


def _navigation(request) -> list[dict]:
    pages = [
        ("dashboard", _("Overview")),
        ("partnerships:list", _("Partnerships")),
        ("activities:list", _("Activities")),
        ("partnerships:organisation_list", _("Organisations")),
    ]
    return [
        {"label": label, "url": reverse(name), "current": request.path.startswith(reverse(name)) and name != "dashboard"
         or request.path == reverse(name)}
        for name, label in pages
    ]
