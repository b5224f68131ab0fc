"""Where a year stands on its way, who has it now, and what may be done next, as people read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from partnerships.access import may
from partnerships.models import NarrativeSection, ProgrammeYear, Role
from partnerships.narrative import Slot
from portal.ground.models import User
from portal.ground.wording import Wording, listed, translated

State = ProgrammeYear.State
LOOKS = {
    State.OPEN: ("info", "pencil"),
    State.SUBMITTED: ("warning", "hourglass-split"),
    State.RETURNED: ("negative", "arrow-counterclockwise"),
    State.VALIDATED: ("positive", "check-circle"),
    State.LOCKED: ("neutral", "lock"),
}
SECTION_LOOKS = {
    NarrativeSection.State.DRAFT: ("info", "pencil"),
    NarrativeSection.State.READY: ("positive", "check-circle"),
    NarrativeSection.State.RETURNED: ("negative", "arrow-counterclockwise"),
}


@dataclass(frozen=True)
class Step:
    """Something that the reader may do with a year; `posts` where one press does it."""

    label: str
    url: str
    icon: str
    posts: bool = True
    is_next: bool = True


@dataclass(frozen=True)
class Standing:
    """The state of a year. `badge` is shown by components/status_badge.html."""

    badge: dict[str, str]
    sentence: str
    steps: list[Step]


@dataclass(frozen=True)
class SectionRow:
    """One section as a line of the year's page; `marks` are shown by components/status_badge.html."""

    title: Wording
    outcome: Wording
    url: str
    language: str
    owner: str
    marks: list[dict[str, str]]


def standing_of(year: ProgrammeYear, user: User, *, on: dt.date) -> Standing:
    """Return where a year stands, for somebody who may read it; `on` tells whose memberships hold."""
    state = State(year.state)
    tone, icon = LOOKS[state]
    badge = {"label": capfirst(year.get_state_display()), "tone": tone, "icon": icon}
    return Standing(badge, _sentence(year, on), _steps(year, user))


def section_rows(slots: list[Slot], url_of: Any) -> list[SectionRow]:
    """Return the sections of a year as lines; `url_of` gives the address of a slot."""
    return [
        SectionRow(
            title=translated(slot.heading, "title"),
            outcome=translated(slot.outcome, "title"),
            url=url_of(slot),
            language=slot.language_name,
            owner=str(slot.section.owner) if slot.section and slot.section.owner else "",
            marks=list(_marks(slot)),
        )
        for slot in slots
    ]


def _sentence(year: ProgrammeYear, on: dt.date) -> str:
    """Return who has the year now."""
    state = State(year.state)
    if state == State.LOCKED:
        return _("Nothing dated in it changes any more.")
    role = Role.OFFICER if state in {State.SUBMITTED, State.VALIDATED} else Role.COORDINATOR
    held = year.programme.partnership.memberships.active(on).filter(role=role, user__is_active=True)
    people = User.objects.filter(memberships__in=held).distinct().order_by("username")
    sentences = {
        State.OPEN: _("The coordinators write it: %(people)s."),
        State.SUBMITTED: _("The officers read it: %(people)s."),
        State.RETURNED: _("The coordinators mend it: %(people)s."),
        State.VALIDATED: _("Its report is frozen. The officers lock it once it is sent: %(people)s."),
    }
    return sentences[state] % {"people": listed(people) or "–"}


def _steps(year: ProgrammeYear, user: User) -> list[Step]:
    partnership, of = year.programme.partnership, {"year": year.year}

    def url(name: str) -> str:
        return reverse(f"partnerships:{name}", args=[year.programme.slug, year.year])

    submit = Step(_("Submit %(year)s") % of, url("year_submit"), "check-lg")
    back = Step(_("Return with remarks"), url("year_return"), "arrow-counterclockwise", posts=False, is_next=False)
    validate = Step(_("Validate %(year)s") % of, url("year_validate"), "check-circle")
    lock = Step(_("Lock %(year)s") % of, url("year_lock"), "lock")
    reopen = Step(_("Open again"), url("year_reopen"), "key", posts=False, is_next=False)
    of_officers = {
        State.SUBMITTED: [validate, back],
        State.VALIDATED: [lock, reopen],
        State.LOCKED: [reopen],
    }
    state = State(year.state)
    if state in of_officers:
        return of_officers[state] if may(user, Role.OFFICER, partnership)[0] else []
    return [submit] if may(user, Role.COORDINATOR, partnership)[0] else []


def _marks(slot: Slot) -> list[dict[str, str]]:
    section = slot.section
    if slot.is_missing:
        return [{"label": _("still empty"), "tone": "warning", "icon": "exclamation-circle"}]
    if section is None:
        return [{"label": _("not written"), "tone": "neutral", "icon": "dash-lg"}]
    tone, icon = SECTION_LOOKS[NarrativeSection.State(section.state)]
    marks = [{"label": section.get_state_display(), "tone": tone, "icon": icon}]
    if section.is_nothing_to_tell:
        marks.append({"label": _("nothing to tell"), "tone": "neutral", "icon": "dash-lg"})
    if section.is_out_of_date:
        marks.append({"label": _("out of date"), "tone": "warning", "icon": "exclamation-triangle"})
    return marks
