"""What the pages that belong to a programme year share: the year itself, its address and the way to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from partnerships.access import require
from partnerships.models import NarrativeSection, ProgrammeYear, ReviewRemark, Role
from partnerships.narrative import Slot
from portal.ground.addresses import address_of
from portal.ground.wording import Wording, joined, translated, written


@dataclass(frozen=True)
class RemarkLine:
    """What an officer asked to mend, of which section where it is one, and when."""

    text: Wording
    about: str
    byline: SafeString


def own_year(request: HttpRequest, slug: str, year: int, role: Role) -> ProgrammeYear:
    """Return the year if the person may see it (404) and has the role (403)."""
    visible = ProgrammeYear.objects.visible_to(request.user).select_related("programme__partnership")
    row = get_object_or_404(visible, programme__slug=slug, year=year)
    require(request.user, role, row.programme.partnership)
    return row


def year_url(year: ProgrammeYear) -> str:
    """Return the address of the year's page."""
    return reverse("partnerships:year_detail", args=[year.programme.slug, year.year])


def to_year(year: ProgrammeYear, part: str = "") -> HttpResponse:
    """Lead to the year's page, or to a part of it."""
    return HttpResponseRedirect(year_url(year) + (f"#{part}" if part else ""))


def section_url(year: ProgrammeYear, slot: Slot) -> str:
    """Return where a section is read and written."""
    outcome = slot.outcome.pk if slot.outcome else 0
    language = slot.language or "new"
    return address_of("partnerships:year_section", year.programme.slug, year.year, slot.heading.slug, outcome, language)


def year_trail(year: ProgrammeYear, heading: str) -> list[dict[str, Any]]:
    """Return the breadcrumbs of a page under a year."""
    programme = year.programme
    partnership = programme.partnership
    return [
        {"label": _("Partnerships"), "url": reverse("partnerships:list")},
        {"label": translated(partnership, "name"), "url": reverse("partnerships:detail", args=[partnership.slug])},
        {
            "label": translated(programme, "name"),
            "url": reverse("partnerships:programme_detail", args=[programme.slug]),
        },
        {"label": str(year.year), "url": year_url(year)},
        {"label": heading},
    ]


def told(section: NarrativeSection) -> Wording:
    """Return what a section says, in its language."""
    if section.is_nothing_to_tell:
        return Wording(_("Nothing to tell this year."))
    return written(section.text, section.language)


def remark_line(remark: ReviewRemark) -> RemarkLine:
    """Return a remark as people read it."""
    day = date_format(timezone.localtime(remark.written_at), "DATE_FORMAT")
    about = str(remark.section) if remark.section else ""
    return RemarkLine(written(remark.text, remark.language), about, joined(remark.author, day))
