"""What the frame of every page shows."""

from django.conf import settings
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from partnerships.access import partnership_choices
from portal.ground.addresses import address_of
from portal.ground.models import User


def shell(request) -> dict:
    """Return the frame's variables under `shell`; templates/base.html names them. It costs two queries at most."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "shell": {
            "demonstration": _is_demonstration(user),
            "has_menu": True,
            "navigation": _navigation(request) if signed_in else [],
            "languages": [
                {"code": code, "name": name, "current": code == get_language()} for code, name in settings.LANGUAGES
            ],
            "direction": "rtl" if get_language_bidi() else "ltr",
            "partnerships": [name for _pk, name in partnership_choices(request)] if signed_in else [],
            "search_url": address_of("search") if signed_in else "",
            # The form page whose text was saved a moment ago: the browser may forget what it kept of it.
            "kept_saved": request.session.pop("kept_saved", "") if signed_in else "",
        }
    }


def _is_demonstration(user) -> bool:
    """Say whether figures may be invented: demonstration accounts exist only beside demonstration data."""
    if settings.PRODUCTION:
        return False
    return getattr(user, "is_demonstration", False) or User.objects.filter(is_demonstration=True).exists()


def _navigation(request) -> list[dict]:
    """Return the main pages; the one in which the reader is carries `current`."""
    pages = [
        ("dashboard", _("Overview")),
        ("partnerships:list", _("Partnerships")),
        ("activities:list", _("Activities")),
        ("calendar", _("Calendar")),
        ("beneficiaries:list", _("Courses")),
        ("forms:list", _("Surveys")),
        ("partnerships:money_overview", _("Money")),
        ("partnerships:organisation_list", _("Organisations")),
        ("partnerships:map", _("Map")),
    ]
    found = [{"label": label, "url": address_of(name)} for name, label in pages]
    # The longest address that the page lies under: organisations lie under partnerships in the address alone.
    here = max((page for page in found if request.path.startswith(page["url"])), key=lambda page: len(page["url"]))
    return [{**page, "current": page is here and (page["url"] != "/" or request.path == "/")} for page in found]
