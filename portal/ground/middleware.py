"""What happens to every request."""

from django.http import HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control

from portal.ground.accounts import lacks_second_factor

SECOND_FACTOR_FREE = ("/accounts/", "/static/", "/language/")
# A token opens what its owner may do, so nobody makes one before the second factor that the rest asks for.
TOKENS = "/accounts/tokens/"


def refuse_nul(get_response):
    """Answer 400 to an address with a NUL: PostgreSQL stores none, so such a query would end in 500."""

    def middleware(request):
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest(render(request, "400.html").content)
        return get_response(request)

    return middleware


def keep_private(get_response):
    """Let no cache between the portal and its reader keep a page that says nothing of it: most are one person's."""

    def middleware(request):
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return middleware


def own_language(get_response):
    """Answer in the language that the person chose for the account, where no cookie says otherwise."""

    def middleware(request):
        from django.conf import settings

        if request.user.is_authenticated and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware


def require_second_factor(get_response):
    """Send staff without a second factor to the page that sets one up; demonstration accounts need none."""

    def middleware(request):
        is_free = request.path.startswith(SECOND_FACTOR_FREE) and not request.path.startswith(TOKENS)
        if not is_free and request.user.is_authenticated and lacks_second_factor(request.user):
            return HttpResponseRedirect(reverse("mfa_index"))
        return get_response(request)

    return middleware
