"""What was done, as far as it was released: the texts of activities, on cards and on pages of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import F
from django.utils.text import Truncator

from activities.models import PublicText, Status
from activities.models.public_text import PublicTextQuerySet
from partnerships.models import Partnership, PartnershipMunicipality
from portal.ground.wording import Wording, listed, translated
from portal.roof.public.addresses import address
from portal.roof.reports.words import When

LATEST = 6
PER_PAGE = 24
NEWEST_FIRST = (F("activity__starts_on").desc(nulls_last=True), "-activity_id")
Towns = Mapping[tuple[int, str], list[str]]


@dataclass(frozen=True)
class Picture:
    """A released photo."""

    url: str
    thumbnail_url: str
    width: int
    height: int


@dataclass(frozen=True)
class Card:
    """A released text in short. Shown by public/card.html."""

    title: Wording
    text: Wording
    url: str
    side: str
    town: str
    date_text: str
    themes: str
    is_demonstration: bool


def towns_of(partnerships: Iterable[Partnership]) -> Towns:
    """Return the names of the municipalities by partnership and side."""
    towns: dict[tuple[int, str], list[str]] = defaultdict(list)
    rows = PartnershipMunicipality.objects.public().filter(partnership__in=partnerships)
    for row in rows.select_related("municipality").order_by("side", "pk"):
        towns[row.partnership_id, row.side].append(str(translated(row.municipality, "name")))
    return towns


def texts_of(partnerships: Iterable[Partnership]) -> PublicTextQuerySet:
    """Return the released texts of some partnerships, of the newest activities first."""
    rows = PublicText.objects.public().filter(activity__partnership__in=partnerships)
    return rows.select_related("activity__partnership").prefetch_related("activity__themes").order_by(*NEWEST_FIRST)


def cards_of(rows: Iterable[PublicText], towns: Towns) -> list[Card]:
    """Return the cards of some texts, which were read by `texts_of`."""
    return [_card(row, towns) for row in rows]


def page_of(rows: PublicTextQuerySet, number: str) -> tuple[list[PublicText], int, int]:
    """Return one page of texts, its number and how many there are; whatever is asked for lies within them."""
    pages = Paginator(rows, PER_PAGE)
    page = pages.get_page(number if number.isdecimal() and len(number) < 6 else 1)
    return list(page), page.number, pages.num_pages


def town_of(row: PublicText, towns: Towns) -> str:
    """Return the municipality in which an activity takes place, and nothing finer."""
    return listed(towns.get((row.activity.partnership_id, row.activity.side), []))


def date_of(row: PublicText) -> str:
    """Return the dates of an activity as exactly as they are known; one that goes on says since when."""
    activity = row.activity
    goes_on = activity.status == Status.ONGOING and activity.ends_on is None
    return str(When.span(activity)) if goes_on else activity.span_text


def themes_of(row: PublicText) -> str:
    """Return the subjects of an activity."""
    return listed(translated(theme, "name") for theme in row.activity.themes.all())


def is_demonstration(row: PublicText) -> bool:
    """Say whether a text tells of something invented."""
    return row.is_demonstration or row.activity.is_demonstration


def url_of(row: PublicText, *, language: str = "") -> str:
    """Return the path of the page of a text."""
    return address("activity", row.activity.partnership.slug, row.slug, language=language)


def pictures_of(row: PublicText) -> list[Picture]:
    """Return the photos that were released with a text and may still be shown."""
    slugs = (row.activity.partnership.slug, row.slug)
    return [
        Picture(
            address("photo", *slugs, photo.pk),
            address("thumbnail", *slugs, photo.pk),
            photo.width,
            photo.height,
        )
        for photo in row.pictures()
    ]


def _card(row: PublicText, towns: Towns) -> Card:
    text = translated(row, "text")
    return Card(
        title=translated(row, "title"),
        text=Wording(Truncator(text.text).words(30), text.lang),
        url=url_of(row),
        side=row.activity.side,
        town=town_of(row, towns),
        date_text=date_of(row),
        themes=themes_of(row),
        is_demonstration=is_demonstration(row),
    )
