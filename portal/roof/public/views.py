"""The public pages: what everybody may read, in the language of the address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from activities.models import PublicText
from partnerships.models import Partnership, Programme
from portal.ground.wording import translated
from portal.roof.models import PublishedReport
from portal.roof.overviews.social_map import map_page, of_everybody
from portal.roof.public import figures, sheets, texts
from portal.roof.public.addresses import absolute, address, in_languages
from portal.roof.reports.publishing import is_shown
from portal.roof.views.dashboard import dashboard

# What stands on the pages of search engines and messengers under the title.
DESCRIPTION_LENGTH = 160
DEFAULT = settings.LANGUAGE_CODE
# When the accessibility statement was last held against the portal.
CHECKED_ON = dt.date(2026, 11, 28)


def front(request: HttpRequest) -> HttpResponse:
    """Show who is signed in their overview, and lead everybody else to the public pages in their language."""
    if request.user.is_authenticated or request.method not in {"GET", "HEAD"}:
        return dashboard(request)
    response = HttpResponseRedirect(address("home"))
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


@require_safe
def home(request: HttpRequest, language: str) -> HttpResponse:
    """Show the partnerships, what was done lately, and the published reports."""
    rows = list(sheets.with_towns(Partnership.objects.public()))
    towns = texts.towns_of(rows)
    context = {
        "bonds": sheets.bonds_of(rows),
        "cards": texts.cards_of(texts.texts_of(rows)[: texts.LATEST], towns),
        "reports": sheets.reports_of(rows, most=4),
    }
    lead = _("What was done, who was reached and where the money came from.")
    return _page(
        request, "public/home.html", _("Municipalities in Belgium and Morocco, working together"), lead, context
    )


@require_safe
def accessibility(request: HttpRequest, language: str) -> HttpResponse:
    """State how far everybody can use the portal, how that was checked, and whom to write to where it fails."""
    context = {"contact": settings.PORTAL_CONTACT, "checked_on": CHECKED_ON, "trail": [_step(_("Accessibility"))]}
    lead = _("Everybody should be able to read and to use this portal. This page says how far that is so.")
    return _page(request, "public/accessibility.html", _("Accessibility statement"), lead, {"lead": lead, **context})


@require_safe
def partnership(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """Show one partnership: who, since when, what was done, for whom and with whose money."""
    row = _partnership(slug)
    [bond] = sheets.bonds_of([row])
    rows = texts.texts_of([row])
    years = figures.years_of(row)
    context = {
        "bond": bond,
        "moments": sheets.moments_of(row),
        "programmes": sheets.programmes_of(row),
        "cards": texts.cards_of(rows[: texts.LATEST], texts.towns_of([row])),
        "count": rows.count(),
        "activities_url": address("activities", slug),
        "people": figures.people_table(years),
        "money": figures.money_table(years),
        "is_invented": any(year.is_demonstration for year in years),
        "ledger": sheets.gains_of(bond, row),
        "works": sheets.works_of(row),
        "reports": sheets.reports_of([row]),
    }
    return _page(request, "public/partnership.html", str(bond.name), bond.summary.text, context)


@require_safe
def programme(request: HttpRequest, language: str, slug: str, programme: str) -> HttpResponse:
    """Show a programme in short: its years, what it aims at, its money by source, and what came of it."""
    row = _partnership(slug)
    plan = get_object_or_404(Programme.objects.public().filter(partnership=row), slug=programme)
    years = [year for year in figures.years_of(row) if year.programme == plan.pk]
    newest, results = figures.results_of(years)
    [bond] = sheets.bonds_of([row])
    focus, name = translated(plan, "focus"), translated(plan, "name")
    context = {
        "bond": bond,
        "name": name,
        "years": plan.span_text,
        "focus": focus,
        "aims": sheets.outcomes_of(plan),
        "money": figures.money_table(years),
        "people": figures.people_table(years),
        "newest": newest,
        "results": results,
        "is_invented": any(year.is_demonstration for year in years),
        "trail": [_step(bond.name, bond.url), _step(name)],
    }
    return _page(request, "public/programme.html", str(name), focus.text, context)


@require_safe
def activities(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """Show all that was done in a partnership and released, a page at a time."""
    row = _partnership(slug)
    rows, number, last = texts.page_of(texts.texts_of([row]), request.GET.get("page", ""))
    [bond] = sheets.bonds_of([row])
    here = address("activities", slug)
    context = {
        "bond": bond,
        "cards": texts.cards_of(rows, texts.towns_of([row])),
        "pages": [(one, f"{here}?page={one}" if one > 1 else here) for one in range(1, last + 1)],
        "number": number,
        "trail": [_step(bond.name, bond.url), _step(_("What was done"))],
        "query": f"?page={number}" if number > 1 else "",
    }
    title = _("What was done: %(partnership)s") % {"partnership": bond.name}
    return _page(request, "public/activities.html", title, bond.summary.text, context)


@require_safe
def activity(request: HttpRequest, language: str, slug: str, text: str) -> HttpResponse:
    """Show one activity, with the text and the photos that were released."""
    row = _partnership(slug)
    one = _text(row, text)
    towns = texts.towns_of([row])
    [bond] = sheets.bonds_of([row])
    title = translated(one, "title")
    context = {
        "bond": bond,
        "title": title,
        "text": translated(one, "text"),
        "town": texts.town_of(one, towns),
        "side": one.activity.side,
        "date_text": texts.date_of(one),
        "themes": texts.themes_of(one),
        "pictures": texts.pictures_of(one),
        "is_invented": texts.is_demonstration(one),
        "trail": [
            _step(bond.name, bond.url),
            _step(_("What was done"), address("activities", slug)),
            _step(title),
        ],
    }
    return _page(request, "public/activity.html", str(title), context["text"].text, context)


@require_safe
def social_map(request: HttpRequest, language: str) -> HttpResponse:
    """Show who and what was released for the map, and the directory of it."""
    page = map_page(of_everybody(), request.GET, on=timezone.localdate())
    title = _("Social and cultural map")
    lead = _("Who works with the partnerships, as what, for whom and where.")
    return _page(request, "public/map.html", title, lead, {"map": page, "trail": [_step(title)]})


@require_safe
def photo(request: HttpRequest, language: str, slug: str, text: str, pk: int) -> HttpResponseBase:
    """Serve a photo that was released with a text; asked for again, it is asked again whether it may be shown."""
    return _photo(slug, text, pk, "file")


@require_safe
def thumbnail(request: HttpRequest, language: str, slug: str, text: str, pk: int) -> HttpResponseBase:
    """Serve the small version of a released photo."""
    return _photo(slug, text, pk, "thumbnail")


@require_safe
def report(request: HttpRequest, language: str, slug: str, pk: int) -> HttpResponseBase:
    """Serve a published report, byte for byte as it stands in the register."""
    rows = PublishedReport.objects.public().filter(job__partnership__slug=slug)
    row = get_object_or_404(rows.select_related("job").defer("job__snapshot__data"), pk=pk)
    if not is_shown([row.job]):
        raise Http404
    response = _file(row.job.file, "application/pdf", f'"{row.job.sha256[:32]}"')
    response["Content-Disposition"] = f'inline; filename="{row.job.ascii_name}"'
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing at an address: to strangers as one of the public pages, which set no cookie.

    On the public pages nobody is known, and the answer is in the language of the address.
    """
    if request.user.is_authenticated:
        return page_not_found(request, exception)
    response = _page(request, "public/404.html", _("Not found"), "", {"is_missing": True})
    response.status_code = 404
    return response


def _page(request: HttpRequest, template: str, title: str, lead: str, context: dict[str, Any]) -> HttpResponse:
    """Return a page with its frame (templates/public/base.html names the variables)."""
    path = request.path_info + context.pop("query", "")
    languages = in_languages(path) if not context.get("is_missing") else in_languages(address("home"))
    is_home = request.path_info == address("home")
    frame = {
        "title": title,
        "description": " ".join(lead.split())[:DESCRIPTION_LENGTH],
        "languages": languages,
        "language": get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
        "canonical": absolute(path),
        "default_url": absolute("/") if is_home else next(one["url"] for one in languages if one["code"] == DEFAULT),
        "is_home": is_home,
        "home_url": address("home"),
        "feed_url": address("feed"),
        "map_url": address("map"),
        "image_url": absolute(static("img/share.png")),
        "names": _names(context),
        "login_url": reverse("account_login"),
    }
    return render(request, template, frame | context)


def _names(context: dict[str, Any]) -> list[str]:
    """Return the names that stay in view: of the partnership of the page, else of all."""
    if "bond" in context:
        return [str(context["bond"].name)]
    bonds = context.get("bonds")
    rows: Any = bonds if bonds is not None else sheets.bonds_of(sheets.with_towns(Partnership.objects.public()))
    return [str(bond.name) for bond in rows]


def _partnership(slug: str) -> Partnership:
    rows: QuerySet[Partnership] = sheets.with_towns(Partnership.objects.public())
    return get_object_or_404(rows, slug=slug)


def _text(row: Partnership, slug: str) -> PublicText:
    found = texts.texts_of([row]).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _photo(slug: str, text: str, pk: int, size: str) -> FileResponse:
    one = _text(_partnership(slug), text)
    picture = next((picture for picture in one.pictures() if picture.pk == pk), None)
    if picture is None:
        raise Http404
    return _file(getattr(picture, size), picture.content_type, f'"{picture.sha256[:32]}-{size}"')


def _step(label: object, url: str = "") -> dict[str, Any]:
    return {"label": label, "url": url}


def _file(file: Any, kind: str, etag: str) -> FileResponse:
    try:
        opened = file.open("rb")
    except (OSError, ValueError):
        raise Http404 from None
    response = FileResponse(opened, content_type=kind)
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    return response
