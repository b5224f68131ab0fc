"""Gaps of words: sections that are not written, and translations that are out of date."""

from __future__ import annotations

from django.conf import settings

from partnerships.models import ProgrammeYear
from partnerships.narrative import Slot
from partnerships.views.of_year import section_url
from portal.ground.wording import listed, translated
from portal.roof.overviews.readiness.gaps import Row, Share, Told
from portal.roof.overviews.readiness.work import Years

LANGUAGES = dict(settings.LANGUAGES)
# A section whose language nobody chose yet has none.
CODES = ["", *LANGUAGES]


def sections_to_write(years: Years) -> list[Share]:
    """Return the required sections that are not written; the key names year, heading, outcome and language."""
    return [
        _share(year, slot, _owner(slot)) for year, slots in years.slots.items() for slot in slots if slot.is_missing
    ]


def _share(year: int, slot: Slot, owner: int | None) -> Share:
    outcome = slot.outcome.pk if slot.outcome else 0
    key = (year, slot.heading.pk, outcome, CODES.index(slot.language))
    return Share(year, [(key, slot)], owner)


def _owner(slot: Slot) -> int | None:
    texts = [text for text in (slot.section, slot.original) if text]
    return next((text.owner_id for text in texts if text.owner_id), None)


def tell_section(year: ProgrammeYear, row: Row) -> Told:
    """Return what is said of a section; the address is where it is written."""
    _key, slot = row
    return Told(
        translated(slot.heading, "title"),
        section_url(year, slot),
        listed([translated(slot.outcome, "title"), LANGUAGES.get(slot.language, "")]),
    )


def stale_translations(years: Years) -> list[Share]:
    """Return the translations whose original has another text by now."""
    return [
        _share(year, slot, slot.section.owner_id)
        for year, slots in years.slots.items()
        for slot in slots
        if slot.section and slot.section.is_out_of_date
    ]
