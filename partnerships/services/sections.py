"""Writing a year's report in words: its sections, and their translations."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partnerships.access import may_report, require
from partnerships.models import NarrativeSection, ProgrammeYear, Role
from partnerships.services.cycle import held
from partnerships.services.records import fresh, save, set_columns
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.versions import StaleVersion


def hold_report(year: ProgrammeYear, *, actor: User) -> ProgrammeYear:
    """Return the year with its row held, so that it stays as it is while its report is written.

    Call it inside a transaction. Raises PermissionDenied for who may never write it, and ValidationError where the
    year is too far on its way.
    """
    require(actor, Role.COORDINATOR, year.programme.partnership)
    year = held(year)
    allowed, reason = may_report(actor, year)
    if not allowed:
        raise ValidationError(reason, code="closed")
    return year


@transaction.atomic
def save_section(
    section: NarrativeSection, values: dict[str, Any], *, actor: User, version: int, seen: int = 0
) -> tuple[NarrativeSection, bool]:
    """Write a section, new or as it stands at `version`; returns it, and whether anything was written.

    `values` are columns. The first text of a place is its original, each further language a translation of it;
    `seen` is the edition of the original that the translator had before them, 0 for who writes the original.
    Raises StaleVersion where somebody wrote it meanwhile, ValidationError by field, and PermissionDenied.
    """
    hold_report(section.year, actor=actor)
    given = dict(values)
    stored = _stored(section, given)
    if stored is None:
        section.translation_of = original = _original(section)
        if original and not seen:
            raise StaleVersion(original)
    else:
        section = fresh(stored, version, values)
        if "text" in values and values["text"] != section.text:
            given["edition"] = section.edition + 1
    if section.translation_of:
        given["translated_edition"] = min(seen, section.translation_of.edition)
    before = set_columns(section, given)
    is_written = save(section, before, actor=actor, parent=section.year)
    return section, is_written


@transaction.atomic
def confirm_translation(section: NarrativeSection, *, actor: User, edition: int) -> bool:
    """Say that a translation is still right beside that edition of its original. Twice is once.

    Raises StaleVersion where the original changed again meanwhile, ValidationError, and PermissionDenied.
    """
    hold_report(section.year, actor=actor)
    held_rows = NarrativeSection.objects.select_for_update(of=("self",)).select_related("translation_of")
    section = held_rows.get(pk=section.pk)
    if section.translation_of is None:
        raise ValidationError(_("This is no translation."))
    if edition != section.translation_of.edition:
        raise StaleVersion(section)
    before = audit.snapshot(section)
    section.translated_edition = edition
    section.save(update_fields=["translated_edition"])
    changes = audit.difference(before, audit.snapshot(section))
    if changes:
        audit.record(section, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes, parent=section.year)
    return bool(changes)


def _stored(section: NarrativeSection, values: dict[str, Any]) -> NarrativeSection | None:
    """Return the row that a section means: its own, or the one that somebody made in its place meanwhile."""
    rows = NarrativeSection.objects.filter(year=section.year, heading=section.heading, outcome=section.outcome)
    if section.pk:
        stored = rows.filter(pk=section.pk).first()
        if stored is None:
            raise ValidationError(_("This section was removed meanwhile."))
        return stored
    return rows.filter(language=values.get("language", section.language)).first()


def _original(section: NarrativeSection) -> NarrativeSection | None:
    rows = NarrativeSection.objects.filter(year=section.year, heading=section.heading, outcome=section.outcome)
    return rows.filter(translation_of__isnull=True).first()
