"""What waits for the reader, at a glance: one line each, with the place where it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beneficiaries.models import Suggestion
from partnerships.models import Membership, ProgrammeYear
from portal.ground.models import Letter, User
from portal.ground.wording import translated
from portal.roof.overviews.start.reader import Part, Reader

State = ProgrammeYear.State


@dataclass(frozen=True)
class Task:
    """One thing to do: what, where, and how many where they are counted; `tone` is that of a status."""

    text: str
    url: str
    icon: str
    count: int | None = None
    tone: str = "neutral"

    @property
    def panel(self) -> str:
        """The part of the page that tells it, empty where it is told elsewhere."""
        return self.url[1:] if self.url.startswith("#") else ""


def tasks_of(reader: Reader, panels: dict[str, int]) -> list[Task]:
    """Return what waits for a reader, the most pressing first.

    `panels` says how many stand under each anchor of the page. Three queries, whatever waits.
    """
    found = [*_years(reader), *_on_the_page(panels), *_suggestions(reader)]
    if reader.part == Part.ADMINISTRATOR:
        found += _of_the_administrator()
    return found


def _years(reader: Reader) -> Iterator[Task]:
    """Give the years that came back with remarks, and those that wait for an officer."""
    if not reader.writes:
        return
    # Who leads gave it back; those who write for it have it.
    mine = Q(state=State.RETURNED, programme__partnership__in=set(reader.writes) - set(reader.leads))
    theirs = Q(state=State.SUBMITTED, programme__partnership__in=reader.leads)
    rows = ProgrammeYear.objects.filter(mine | theirs).select_related("programme__partnership").order_by("year", "pk")
    for row in rows:
        told = {"name": translated(row.programme.partnership, "name"), "year": row.year}
        page = reverse("partnerships:year_detail", args=[row.programme.slug, row.year])
        if row.state == State.RETURNED:
            sentence = _("%(name)s: the report of %(year)s came back with remarks") % told
            yield Task(sentence, page, "arrow-counterclockwise", tone="negative")
        else:
            sentence = _("%(name)s: the report of %(year)s waits for your validation") % told
            yield Task(sentence, page, "check-circle", tone="warning")


def _on_the_page(panels: dict[str, int]) -> list[Task]:
    told = {
        "overdue": (_("Activities past their last day"), "hourglass-split", "warning"),
        "waiting": (_("Gaps in the reports that are yours"), "card-checklist", "warning"),
        "unjudged": (_("Expenses to judge"), "cash-coin", "neutral"),
        "to-release": (_("Public texts to release"), "globe2", "neutral"),
        "bills": (_("Expenses without a voucher"), "receipt", "neutral"),
        "quiet": (_("Activities without a recent entry"), "journal-text", "neutral"),
        "follow-ups": (_("Learners to ask how they are doing"), "mortarboard", "neutral"),
    }
    return [
        Task(text, f"#{anchor}", icon, panels[anchor], tone)
        for anchor, (text, icon, tone) in told.items()
        if panels.get(anchor)
    ]


def _suggestions(reader: Reader) -> Iterator[Task]:
    waiting = Suggestion.objects.waiting().filter(partnership__in=reader.writes).count() if reader.writes else 0
    if waiting:
        url = reverse("suggestions:list", query={"state": Suggestion.State.NEW})
        yield Task(_("Suggestions to answer"), url, "chat-left-text", waiting)


def _of_the_administrator() -> Iterator[Task]:
    """Give what only an administrator can mend: letters that do not leave, and people without a role."""
    stuck = Letter.objects.filter(sent_at__isnull=True, attempts__gt=0).count()
    if stuck:
        url = reverse("admin:portal_letter_changelist", query={"sent_at__isempty": 1})
        sentence = ngettext("A letter that could not be sent yet", "Letters that could not be sent yet", stuck)
        yield Task(sentence, url, "envelope", stuck, "negative")
    held = Membership.objects.values("user")
    idle = User.objects.filter(is_active=True, is_superuser=False).exclude(pk__in=held).count()
    if idle:
        url = reverse("admin:portal_user_changelist", query={"is_active__exact": 1, "is_superuser__exact": 0})
        yield Task(_("People without a role in any partnership"), url, "person", idle)
