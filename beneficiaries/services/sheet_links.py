"""Links for trainers: made, withdrawn, opened, and an attendance sheet saved by who has one, without an account."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from beneficiaries.models import Attendance, Cohort, Session, SheetLink
from beneficiaries.services.days import home_of
from beneficiaries.services.sheets import States, write_sheet
from partnerships.access import require
from partnerships.models import ProgrammeYear, Role
from partnerships.services import locked_because
from portal.ground import audit
from portal.ground.dates import format_date
from portal.ground.models import AuditEntry, User
from portal.ground.once import once

# Sheets of so many days back are open by a link; those of the days ahead are named, and open on their day.
BACK, AHEAD = dt.timedelta(days=14), dt.timedelta(days=7)


class LinkGone(Exception):  # noqa: N818 - it is a situation that people resolve, not an error
    """The key opens nothing; `was_right` where it once did."""

    def __init__(self, *, was_right: bool):
        super().__init__()
        self.was_right = was_right


class SheetClosed(Exception):  # noqa: N818 - as above
    """The sheet is not open on this day; `said` tells why."""

    def __init__(self, said: str):
        super().__init__(said)
        self.said = said


@dataclass(frozen=True)
class Door:
    """What an address that opens sheets without an account says: of all sheets (`link`), or of `session` alone."""

    key: str
    link: int | None = None
    session: int | None = None

    def right_key_of(self, link: SheetLink) -> str:
        """Return the key with which a link opens what the address asks for."""
        return link.key if self.session is None else link.key_of_session(self.session)


def make_link(cohort: Cohort, *, actor: User, on: dt.date, key: uuid.UUID) -> tuple[SheetLink, bool]:
    """Make the link of a cohort, once for one form key; the one that it had is withdrawn.

    Returns it and whether it is new. Raises ValidationError where it would open nothing, and PermissionDenied.
    """

    def make() -> SheetLink:
        require(actor, Role.COORDINATOR, home_of(cohort))
        # No stronger: who saves a sheet meanwhile refers to the cohort, and holds its link.
        held = Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)
        for old in SheetLink.objects.standing().filter(cohort=held):
            _withdraw(old, actor)
        link = SheetLink.objects.create(cohort=held, made_by=actor, is_demonstration=held.is_demonstration)
        _check_works(SheetLink.objects.dated(on).get(pk=link.pk), on)
        audit.record(link, actor=actor, verb=AuditEntry.Verb.CREATE, changes=audit.snapshot(link), parent=cohort)
        return link

    return once(key, make, actor=actor, rows=SheetLink.objects.all())


@transaction.atomic
def withdraw_link(link: SheetLink, *, actor: User) -> bool:
    """Withdraw a link for good; returns whether it was still standing. Raises PermissionDenied."""
    require(actor, Role.COORDINATOR, home_of(link.cohort))
    held = SheetLink.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=link.pk)
    if held.withdrawn_at is not None:
        return False
    _withdraw(held, actor)
    return True


def _withdraw(link: SheetLink, actor: User) -> None:
    link.withdrawn_at = timezone.now()
    link.save(update_fields=["withdrawn_at"])
    audit.record(link, actor=actor, verb=AuditEntry.Verb.WITHDRAW, parent=link.cohort)


def _check_works(link: SheetLink, on: dt.date) -> None:
    if link.is_closed:  # type: ignore[attr-defined]
        raise ValidationError(_("The partnership is closed: a link would open nothing."), code="closed")
    if link.works_until(link.last_session) < on:  # type: ignore[attr-defined]
        raise ValidationError(_("The cohort ended too long ago: a link would open nothing."), code="over")


def link_of(cohort: Cohort, on: dt.date) -> SheetLink | None:
    """Return the link of a cohort that nobody withdrew, with its days."""
    return SheetLink.objects.standing().dated(on).filter(cohort=cohort).select_related("cohort", "made_by").first()


def is_open(link: SheetLink, on: dt.date) -> bool:
    """Say whether a link opens something on a day: that of `SheetLinkQuerySet.dated`, from which it comes."""
    works = not link.is_closed and link.works_until(link.last_session) >= on  # type: ignore[attr-defined]
    return works and link.withdrawn_at is None


def open_door(door: Door, on: dt.date, *, hold: bool = False) -> SheetLink:
    """Return the link that an address belongs to. Raises LinkGone where its key is wrong, or opens nothing any more.

    With `hold` nobody withdraws it before the end of the transaction.
    """
    rows = SheetLink.objects.dated(on).select_related("cohort__course__partnership")
    rows = rows.filter(pk=door.link) if door.link else rows.filter(cohort__sessions=door.session).order_by("pk")
    links = rows.select_for_update(of=("self",)) if hold else rows
    link = next((link for link in links if constant_time_compare(door.key, door.right_key_of(link))), None)
    if link is None:
        raise LinkGone(was_right=False)
    if not is_open(link, on):
        raise LinkGone(was_right=True)
    return link


def check_day(day: dt.date, on: dt.date) -> None:
    """Raise SheetClosed unless the sheet of a day is open by a link."""
    if day > on:
        raise SheetClosed(_("This sheet opens on its day, %(day)s.") % {"day": format_date(day)})
    if day < on - BACK:
        raise SheetClosed(_("This sheet was open until %(day)s.") % {"day": format_date(day + BACK)})


@transaction.atomic
def save_by_link(door: Door, session: int, states: States, *, version: int, on: dt.date) -> tuple[Session, bool]:
    """Write who was at a session, by who has the link; returns it and whether anything changed.

    Raises LinkGone, SheetClosed, Session.DoesNotExist for one of another cohort, StaleSheet and ValidationError.
    """
    link = open_door(door, on, hold=True)
    held = Session.objects.select_for_update(of=("self",)).get(pk=session, cohort=link.cohort_id)
    held.cohort = link.cohort
    check_day(held.held_on, on)
    return held, write_sheet(held, states, version=version, actor=None, verb=AuditEntry.Verb.LINK)


def check_open(session: Session, on: dt.date) -> None:
    """Raise SheetClosed unless a session's sheet is open by a link; it comes with its cohort and course."""
    check_day(session.held_on, on)
    if locked_because(session.cohort.course.partnership_id, session.held_on):
        raise SheetClosed(_("The year of this sheet is closed."))


def sessions_of(link: SheetLink, on: dt.date) -> list[Session]:
    """Return the sessions that a link tells of, with how many attended, in order; none of a locked year."""
    partnership = link.cohort.course.partnership_id
    locked = set(ProgrammeYear.objects.locked_in(partnership).values_list("year", flat=True))
    counted = {state.value: Count("attendances", filter=Q(attendances__state=state)) for state in Attendance.State}
    rows = link.cohort.sessions.filter(held_on__range=(on - BACK, on + AHEAD)).annotate(**counted)
    return [row for row in rows.order_by("held_on", "starts_at") if row.held_on.year not in locked]
