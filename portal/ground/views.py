"""Pages that belong to no room: health, language, and the refusal of a forged form."""

from django.conf import settings
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.ground.accounts import choose_language
from portal.ground.carry import keep


@never_cache
@require_GET
def health(request):
    """Say that the portal answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_POST
def set_language(request):
    """Keep the chosen language in a cookie and, for who is signed in, in the account."""
    code = request.POST.get("language", "")
    next_url = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(next_url, {request.get_host()}, require_https=request.is_secure()):
        next_url = "/"
    response = HttpResponseRedirect(next_url)
    if translation.check_for_language(code) and code in dict(settings.LANGUAGES):
        if request.user.is_authenticated and request.user.language != code:
            choose_language(request.user, code)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return response


def csrf_failure(request, reason="") -> HttpResponse:
    """Refuse a form without a valid token; who is signed in finds the text again in a fresh form.

    The session cookie is not sent along from other sites, so the text is this person's own.
    """
    if request.user.is_authenticated and "author" in request.POST:
        keep(request)
        return HttpResponseRedirect(request.get_full_path())
    return render(request, "403_csrf.html", status=403)
