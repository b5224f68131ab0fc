"""The life of a programme year: open, submitted, returned or validated, locked; and opened again for a reason.

Each step is safe to take twice: it says whether it was this call that took it. The steps stand on
ProgrammeYear.State.next; another one is refused with a sentence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partnerships.access import require
from partnerships.models import NarrativeSection, ProgrammeYear, ReviewRemark, Role
from partnerships.narrative import missing_of
from partnerships.services.freezers import freeze
from portal.ground import audit
from portal.ground.models import AuditEntry, User

State = ProgrammeYear.State


@dataclass(frozen=True)
class Remark:
    """What an officer asks to mend: of one section, or, without one, of the whole."""

    text: str
    section: NarrativeSection | None = None


@transaction.atomic
def submit_year(year: ProgrammeYear, *, actor: User) -> bool:
    """Hand the report of an open or returned year to the officers; its sections that are written become ready.

    Raises MissingSectionsError where a required one is empty and not marked as having nothing to tell, and
    ValidationError where the year is past this step.
    """
    require(actor, Role.COORDINATOR, year.programme.partnership)
    year = held(year)
    if State.SUBMITTED in State(year.state).next:
        missing = missing_of(year)
        if missing:
            raise MissingSectionsError(missing)
    if not _move(year, State.SUBMITTED, actor=actor):
        return False
    for section in year.sections.exclude(state=NarrativeSection.State.READY):
        if section.is_told:
            _set_state(section, NarrativeSection.State.READY, actor=actor)
    return True


@transaction.atomic
def return_year(year: ProgrammeYear, remarks: Iterable[Remark], *, actor: User, language: str) -> bool:
    """Give a submitted year back to its coordinators, with at least one remark, written in `language`.

    A year that another officer returned already takes the remarks on top; one that was sent before is not
    written twice. Raises ValidationError without a remark, or where the year is not submitted.
    """
    require(actor, Role.OFFICER, year.programme.partnership)
    year = held(year)
    told = [Remark(remark.text.strip(), remark.section) for remark in remarks if remark.text.strip()]
    if not told:
        raise ValidationError(_("Say what is to be mended: of a section, or of the whole."), code="remarks")
    moved = _move(year, State.RETURNED, actor=actor)
    for remark in told:
        _write_remark(year, remark, actor=actor, language=language)
    return moved


@transaction.atomic
def validate_year(year: ProgrammeYear, *, actor: User, on: dt.date) -> bool:
    """Accept the report of a submitted year, and let every room freeze it in the same transaction.

    Raises ValidationError where the year is not submitted.
    """
    require(actor, Role.OFFICER, year.programme.partnership)
    year = held(year)
    if not _move(year, State.VALIDATED, actor=actor):
        return False
    freeze(year, actor=actor, on=on)
    return True


@transaction.atomic
def lock_year(year: ProgrammeYear, *, actor: User) -> bool:
    """Lock a validated year: from now on nothing dated in it changes.

    Raises ValidationError where the year is not validated.
    """
    require(actor, Role.OFFICER, year.programme.partnership)
    return _move(held(year), State.LOCKED, actor=actor, verb=AuditEntry.Verb.LOCK)


@transaction.atomic
def reopen_year(year: ProgrammeYear, *, actor: User, reason: str) -> bool:
    """Open a validated or locked year again, for a reason that the audit keeps. Raises ValidationError without one."""
    require(actor, Role.OFFICER, year.programme.partnership)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the year is opened again.")})
    return _move(held(year), State.OPEN, actor=actor, reason=reason.strip(), verb=AuditEntry.Verb.REOPEN)


class MissingSectionsError(ValidationError):
    """Required sections that are empty, as `slots`; each sentence names one of them."""

    def __init__(self, slots):
        self.slots = slots
        sentence = _("“%(section)s” is still empty. Write it, or mark that there is nothing to tell this year.")
        super().__init__([sentence % {"section": slot} for slot in slots])


def held(year: ProgrammeYear) -> ProgrammeYear:
    """Return the year as it stands, its row locked until the end of the transaction."""
    rows = ProgrammeYear.objects.select_related("programme__partnership").select_for_update(of=("self",))
    return rows.get(pk=year.pk)


def _move(
    year: ProgrammeYear,
    to: ProgrammeYear.State,
    *,
    actor: User,
    reason: str = "",
    verb: AuditEntry.Verb = AuditEntry.Verb.TRANSITION,
) -> bool:
    """Take a step with a held year, and say whether it was this call that took it. Raises ValidationError."""
    before = State(year.state)
    if before == to:
        return False
    if to not in before.next:
        sentence = _("The year %(year)s is “%(state)s”: from there this step is not possible.")
        raise ValidationError(sentence % {"year": year.year, "state": before.label}, code="step")
    year.state = to
    year.save(update_fields=["state"])
    changes = {"state": [before.value, to.value]}
    audit.record(year, actor=actor, verb=verb, changes=changes, parent=year.programme, reason=reason)
    return True


def _write_remark(year: ProgrammeYear, remark: Remark, *, actor: User, language: str) -> None:
    if remark.section and remark.section.year_id != year.pk:
        raise ValidationError(_("This section belongs to another year."))
    # What nobody can change afterwards is marked as a demonstration at once.
    of = {"year": year, "section": remark.section, "author": actor, "is_demonstration": actor.is_demonstration}
    row = ReviewRemark(text=remark.text, language=language, **of)
    if year.remarks.filter(section=row.section, text=row.text, author=actor).exists():
        return
    row.full_clean()
    row.save()
    audit.record(row, actor=actor, verb=AuditEntry.Verb.CREATE, changes=audit.snapshot(row), parent=year)
    if remark.section:
        _set_state(remark.section, NarrativeSection.State.RETURNED, actor=actor)


def _set_state(section: NarrativeSection, state: NarrativeSection.State, *, actor: User) -> None:
    """Give a section another state; its version stays, because its text does."""
    before = section.state
    if before == state:
        return
    section.state = state
    section.save(update_fields=["state"])
    changes = {"state": [before, state.value]}
    verb = AuditEntry.Verb.TRANSITION
    audit.record(section, actor=actor, verb=verb, changes=changes, parent=section.year)
