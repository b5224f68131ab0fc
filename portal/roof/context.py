"""What the frame of every page shows."""

from django.conf import settings
from django.utils.translation import get_language_bidi

from partnerships.access import partnership_choices
from portal.ground.addresses import address_of
from portal.ground.models import User
from portal.roof.templatetags.navigation import here


def shell(request) -> dict:
    """Return the frame's variables under `shell`; templates/base.html names them. It costs two queries at most."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "shell": {
            "demonstration": _is_demonstration(user),
            "has_menu": True,
            "here": here(request.path) if signed_in else "",
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
