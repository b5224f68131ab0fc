"""For machines: what was released lately, every public page in every language, and what they may look at."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities.models import PublicText
from partnerships.models import Partnership, Programme
from portal.ground.wording import translated
from portal.roof.public import texts
from portal.roof.public.addresses import absolute, address, in_languages

# As many as a reader who looks once in a while would like to find.
ENTRIES = 30
# What came with the reference data was published before the portal, on days that nobody noted.
BEFORE = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
# Fifty thousand addresses are the most that a map of a site may hold; four languages share them.
MOST_TEXTS = 10_000


@require_safe
def feed(request: HttpRequest, language: str) -> HttpResponse:
    """Return what was released lately as an Atom feed, the newest first."""
    rows = list(Partnership.objects.public())
    found = texts.texts_of(rows).order_by("-released_at", "-pk")[:ENTRIES]
    home = absolute(address("home"))
    atom = Atom1Feed(
        title=_("Municipalities in Belgium and Morocco, working together"),
        link=home,
        description="",
        language=get_language(),
        feed_url=absolute(address("feed")),
        feed_guid=home,
    )
    for row in found:
        _add(atom, row)
    response = HttpResponse(content_type=atom.content_type)
    atom.write(response, "utf-8")
    return response


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Return the address of every public page, with the same page in the other languages."""
    partnerships = list(Partnership.objects.public())
    paths = [address("home"), address("map"), address("accessibility")]
    for row in partnerships:
        paths += [address("partnership", row.slug), address("activities", row.slug)]
    programmes = Programme.objects.public().select_related("partnership")
    paths += [address("programme", row.partnership.slug, row.slug) for row in programmes]
    paths += [texts.url_of(row) for row in texts.texts_of(partnerships).prefetch_related(None)[:MOST_TEXTS]]
    pages = [in_languages(path) for path in paths]
    return render(request, "public/sitemap.xml", {"pages": pages}, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Return what search engines leave alone.

    All else is public, or leads to the sign-in: that page asks not to be listed, so they must be free to read it.
    """
    closed = [f"Disallow: /{folder}/" for folder in ("answer", "api", "sheets")]
    lines = ["User-agent: *", *closed, f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _add(atom: Atom1Feed, row: PublicText) -> None:
    title, text = translated(row, "title"), translated(row, "text")
    link = absolute(texts.url_of(row))
    mark = f"[{_('demonstration')}] " if texts.is_demonstration(row) else ""
    atom.add_item(
        title=f"{mark}{title}",
        link=link,
        # Atom readers take a description for HTML.
        description=escape(str(text)),
        unique_id=link,
        author_name=str(translated(row.activity.partnership, "name")),
        pubdate=row.released_at or BEFORE,
        updateddate=row.released_at or BEFORE,
        categories=[str(translated(theme, "name")) for theme in row.activity.themes.all()],
    )
