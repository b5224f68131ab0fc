"""The sections of a year's report in words: read, written, translated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from partnerships.access import may, may_report, require
from partnerships.forms import SectionForm
from partnerships.models import NarrativeSection, ProgrammeYear, ReviewRemark, Role
from partnerships.narrative import Slot, slots_of
from partnerships.services import confirm_translation, save_section
from partnerships.views.answering import Page, answer
from partnerships.views.of_year import (
    RemarkLine,
    own_year,
    remark_line,
    section_url,
    to_year,
    told,
    year_trail,
    year_url,
)
from portal.ground import carry
from portal.ground.forms import as_key
from portal.ground.versions import StaleVersion
from portal.ground.wording import translated

LANGUAGES = dict(settings.LANGUAGES)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def year_section(
    request: HttpRequest, slug: str, year: int, *, heading: str, outcome: int, language: str
) -> HttpResponse:
    """Show a section of a year's report, and save it; a `language` of "new" is not chosen yet."""
    row = own_year(request, slug, year, Role.VIEWER)
    slot = _slot(row, (heading, outcome, language), sent=as_key(request.POST.get("section", "")))
    if request.method == "POST":
        require(request.user, Role.COORDINATOR, row.programme.partnership)
    allowed, reason = may_report(request.user, row)
    around = _around(row, slot, may_write=allowed)
    if request.method == "POST" or allowed:
        return _form(request, row, slot, around)
    is_writer, _why = may(request.user, Role.COORDINATOR, row.programme.partnership)
    page = {"heading": _title(slot), "trail": year_trail(row, _title(slot)), "closed": reason if is_writer else ""}
    return render(request, "partnerships/section_read.html", page | around)


@carry.sign_in_keeping_text
@require_POST
def section_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a translation is still right although its original changed."""
    visible = NarrativeSection.objects.visible_to(request.user)
    section = get_object_or_404(visible.select_related("year__programme__partnership", "translation_of"), pk=pk)
    require(request.user, Role.COORDINATOR, section.year.programme.partnership)
    try:
        confirm_translation(section, actor=request.user, edition=as_key(request.POST.get("edition", "")) or 0)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except StaleVersion:
        messages.error(request, _("The original changed again meanwhile: look at it once more."))
    else:
        messages.success(request, _("The translation is marked as up to date."))
    return to_year(section.year, part="words")


def _form(request: HttpRequest, year: ProgrammeYear, slot: Slot, around: dict[str, Any]) -> HttpResponse:
    section = slot.section or NarrativeSection(
        year=year, heading=slot.heading, outcome=slot.outcome, language=slot.language, translation_of=slot.original
    )
    # Only who begins, or wrote the only text, chooses its language.
    is_fixed = bool(slot.heading.languages or slot.is_translation or around["others"])
    is_free = not is_fixed and bool(slot.section or not slot.language)

    def build(data: Any, row: NarrativeSection) -> SectionForm:
        return SectionForm(data, section=row, keeps_language=not is_free, user=request.user)

    def write(form: SectionForm) -> tuple[NarrativeSection, bool]:
        typed = form.cleaned_data
        version, seen = typed["version"] or 0, typed["seen"] or 0
        return save_section(section, form.values, actor=request.user, version=version, seen=seen)

    page = Page(
        heading=_title(slot),
        intro=str(translated(slot.heading, "guidance")),
        trail=year_trail(year, _title(slot)),
        back=f"{year_url(year)}#words",
        saved=_("The section is saved."),
    )
    template = "partnerships/section.html"
    return answer(request, page, row=section, build=build, write=write, template=template, around=around)


def _slot(year: ProgrammeYear, place: tuple[str, int, str], *, sent: int | None) -> Slot:
    """Return the slot of an address; `sent` is the section that a form was about, whatever its language is now."""
    heading, outcome, language = place
    here = [
        slot
        for slot in slots_of(year)
        if slot.heading.slug == heading and (slot.outcome.pk if slot.outcome else 0) == outcome
    ]
    if not here or language not in {"new", *LANGUAGES}:
        raise Http404
    mine = [slot for slot in here if slot.section and slot.section.pk == sent]
    if mine:
        return mine[0]
    if language == "new":
        original = next((slot for slot in here if slot.section and slot.section == slot.original), None)
        return original or replace(here[0], language="")
    found = next((slot for slot in here if slot.language == language), None)
    return found or replace(here[0], language=language, section=None, is_required=False)


def _around(year: ProgrammeYear, slot: Slot, *, may_write: bool) -> dict[str, Any]:
    """Return what stands beside the text: its original, its other languages, and what officers asked to mend."""
    section = slot.section
    there = year.sections.filter(heading=slot.heading, outcome=slot.outcome) if section or slot.original else []
    others = [text for text in there if section is None or text.pk != section.pk]
    written_in = {text.language for text in there}
    free = [code for code in LANGUAGES if code not in written_in and code != slot.language] if written_in else []
    return {
        "section": section,
        "text": told(section) if section else None,
        "original": told(slot.original) if slot.is_translation and slot.original else None,
        "original_edition": slot.original.edition if slot.original else 0,
        "is_out_of_date": bool(section and section.is_out_of_date),
        "may_write": may_write,
        "others": [(LANGUAGES[text.language], _url(year, slot, text.language)) for text in others],
        "languages": [(LANGUAGES[code], _url(year, slot, code)) for code in free] if may_write else [],
        "remarks": _remarks(year, slot),
    }


def _remarks(year: ProgrammeYear, slot: Slot) -> list[RemarkLine]:
    about = year.remarks.filter(section=slot.section) if slot.section else ReviewRemark.objects.none()
    return [remark_line(row) for row in about.select_related("author").order_by("-written_at", "-pk")]


def _url(year: ProgrammeYear, slot: Slot, language: str) -> str:
    return section_url(year, replace(slot, language=language))


def _title(slot: Slot) -> str:
    title = str(translated(slot.heading, "title"))
    of = f" – {translated(slot.outcome, 'title')}" if slot.outcome else ""
    language = f" ({LANGUAGES[slot.language]})" if slot.is_translation or slot.heading.languages else ""
    return title + of + language
