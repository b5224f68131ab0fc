"""Forgetting learners, notes and own words: by request, or because they were kept as long as was agreed.

What becomes of the counts. What was reported stays true without anybody in it: values that were validated and reports
that were frozen are kept as they are, and who was erased stays one more in the counts of the cohort. So nothing is
deleted that a count of a closed year is made of: the enrolment with its days, one presence for each year, results of
exams, diplomas, and what was heard afterwards, with the sex that the counts are told by. Everything goes that leads
from there to a person: the code, the year of birth (in counts by age that are made anew, the person is of unknown
age), days of consent, the reason for leaving, the number of the diploma, coaching talks, notes, and the pattern of
attendance, which a sheet on paper would give a name to. A locked year does not stand in the way: its figures stay.
Apart from all of that stands a keyed hash of the code, so that whoever enters it again is warned.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from beneficiaries.models import (
    Answer,
    Attendance,
    Coaching,
    Cohort,
    ConfidentialNote,
    Enrolment,
    ErasedCode,
    Exam,
    ExamResult,
    FollowUp,
    Learner,
    Session,
)
from beneficiaries.models.erased import digest_of
from partnerships.access import require
from partnerships.models import Role
from portal.ground import audit
from portal.ground.models import AuditEntry, User


@dataclass(frozen=True)
class Erased:
    """How many records were erased, and of how many entries of the trail what they said of them."""

    records: int = 0
    entries: int = 0

    def __add__(self, other: Erased) -> Erased:
        return Erased(self.records + other.records, self.entries + other.entries)


@transaction.atomic
def erase_learner(learner: Learner, *, actor: User | None, on: dt.date) -> Erased:
    """Make of a learner one more in the counts, whom nobody finds; sent twice it does so once.

    `actor` is an officer of the partnership, or None where a period of retention asks for it. Raises PermissionDenied.
    """
    held = Learner.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=learner.pk)
    if actor is not None:
        require(actor, Role.OFFICER, held.partnership)
    if held.erased_on is not None:
        return Erased()
    told = _entries_of(held)
    _thin_out(held)
    known = {"partnership": held.partnership, "year": on.year}
    ErasedCode.objects.update_or_create(digest=digest_of(held.partnership_id, held.code), defaults=known)
    held.code, held.erased_on = f"0-{secrets.token_hex(8)}", on
    held.birth_year = held.consented_on = held.consent_withdrawn_on = held.guardian_consented_on = None
    held.version += 1
    held.save()
    entries = audit.empty(told, at=timezone.now())
    audit.record(held, actor=actor, verb=AuditEntry.Verb.ERASE, parent=held.partnership)
    return Erased(1, entries)


def _thin_out(learner: Learner) -> None:
    """Take away what the counts do not need of a learner's path."""
    of_learner = {"enrolment__learner": learner}
    Coaching.objects.filter(**of_learner).delete()
    # What was taken back counts no more, and must not count again once the day of it is gone.
    answers = FollowUp.objects.filter(**of_learner)
    answers.exclude(pk__in=answers.standing().values("pk")).delete()
    answers.update(consented_on=None, is_erased=True, version=models.F("version") + 1)
    ConfidentialNote.objects.filter(learner=learner).delete()
    ExamResult.objects.filter(**of_learner).update(diploma_number="")
    rows = Enrolment.objects.filter(learner=learner)
    rows.exclude(withdrawal_reason="").update(withdrawal_reason=Enrolment.Reason.UNKNOWN)
    rows.update(commitments_on=None, version=models.F("version") + 1)
    kept: dict[tuple[int, int], int] = {}
    present = Attendance.objects.filter(state=Attendance.State.PRESENT, **of_learner)
    for pk, enrolment, day in present.order_by("session__held_on", "pk").values_list(
        "pk", "enrolment", "session__held_on"
    ):
        kept.setdefault((enrolment, day.year), pk)
    Attendance.objects.filter(**of_learner).exclude(pk__in=kept.values()).delete()


def _entries_of(learner: Learner) -> set[int]:
    """Return the keys of the entries of the trail that tell something of a learner, by number or by code."""
    enrolments = list(learner.enrolments.values_list("pk", flat=True))
    cohorts = list(learner.enrolments.values_list("cohort", flat=True))
    own: dict[type[models.Model], Iterable[int]] = {Learner: [learner.pk], Enrolment: enrolments}
    for model in (Attendance, ExamResult, FollowUp, Coaching):
        own[model] = model._default_manager.filter(enrolment__in=enrolments).values_list("pk", flat=True)
    own[ConfidentialNote] = ConfidentialNote.objects.filter(learner=learner).values_list("pk", flat=True)
    # Rows that were deleted before stand in the history of what they were part of.
    parts = AuditEntry.objects.filter(
        Q(parent_type=Enrolment._meta.label_lower, parent_id__in=enrolments)
        | Q(parent_type=Learner._meta.label_lower, parent_id=learner.pk),
        emptied_at__isnull=True,
    )
    # Another partnership may have given the same code to somebody else.
    near = audit.entries_about(
        {
            Session: Session.objects.filter(cohort__in=cohorts).values_list("pk", flat=True),
            Cohort: cohorts,
            Exam: Exam.objects.filter(results__enrolment__in=enrolments).values_list("pk", flat=True),
            type(learner.partnership): [learner.partnership_id],
        }
    )
    keys = set(audit.entries_about(own).values_list("pk", flat=True)) | set(parts.values_list("pk", flat=True))
    return keys | set(audit.entries_naming([learner.code], among=near))


def learners_at_rest(before: dt.date) -> models.QuerySet[Learner]:
    """Return the learners of whom nothing was written, and whose courses were over, before a day."""
    going_on = Q(cohort__ends_on__isnull=True) | Q(cohort__ends_on__gte=before)
    lately = Q(enrolled_on__gte=before) | Q(withdrawn_on__gte=before) | (Q(withdrawn_on__isnull=True) & going_on)
    of_learner = {"enrolment__learner": OuterRef("pk")}
    made = AuditEntry.objects.filter(
        target_type=Learner._meta.label_lower, target_id=OuterRef("pk"), verb=AuditEntry.Verb.CREATE
    )
    return (
        Learner.objects.known()
        .exclude(Exists(Enrolment.objects.filter(lately, learner=OuterRef("pk"))))
        .exclude(Exists(FollowUp.objects.filter(asked_on__gte=before, **of_learner)))
        .exclude(Exists(Coaching.objects.filter(held_on__gte=before, **of_learner)))
        .exclude(Exists(made.filter(at__date__gte=before)))
        .order_by("pk")
    )


def notes_at_rest(before: dt.date) -> models.QuerySet[ConfidentialNote]:
    """Return the notes that were dealt with before a day; one that still asks for something stays."""
    return ConfidentialNote.objects.filter(settled_on__lt=before).order_by("pk")


def erased_codes_before(before: dt.date) -> models.QuerySet[ErasedCode]:
    """Return the hashes of codes that were erased in a year before that of a day."""
    return ErasedCode.objects.filter(year__lt=before.year).order_by("pk")


@transaction.atomic
def erase_note(note: ConfidentialNote) -> Erased:
    """Delete a note that was kept as long as was agreed; that it was there, and who read it, stays in the trail."""
    audit.record(note, actor=None, verb=AuditEntry.Verb.ERASE)
    note.delete()
    return Erased(1)


def words_at_rest(before: dt.date) -> models.QuerySet[Answer]:
    """Return the answers in own words to forms that closed before a day; what was ticked or counted stays."""
    return Answer.objects.filter(sheet__form__closes_on__lt=before).exclude(text="").order_by("pk")


@transaction.atomic
def erase_words(answers: models.QuerySet[Answer]) -> Erased:
    """Delete answers in own words. A suggestion that was taken from one stays: it was written anew."""
    keys = list(answers.values_list("pk", flat=True))
    Answer.objects.filter(pk__in=keys).delete()
    return Erased(len(keys))
