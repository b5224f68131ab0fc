"""How long each kind of data about people is kept: what the portal proposes, and what is kept for good.

The proposals are this portal's own choice: no page of the municipalities and no law is their source. They become rows
that an administrator changes, and none that is about people is applied before somebody decided it.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.roof.data_classes import CONFIDENTIAL, PERSONAL, SPECIAL
from portal.roof.models import RetentionRule
from portal.roof.models.retention import TECHNICAL, Kind


@dataclass(frozen=True)
class Proposal:
    """The class of a kind of data, and the months that the portal proposes."""

    data_class: str
    months: int


PROPOSALS: dict[Kind, Proposal] = {
    # The last question about what came after is asked two years after a course; one more year to report it.
    Kind.LEARNERS: Proposal(SPECIAL, 36),
    # As long as the centre may still keep the code on paper.
    Kind.CODES: Proposal(SPECIAL, 60),
    Kind.NOTES: Proposal(CONFIDENTIAL, 24),
    Kind.WORDS: Proposal(SPECIAL, 24),
    Kind.PHOTOS: Proposal(SPECIAL, 12),
    Kind.ACCOUNTS: Proposal(PERSONAL, 24),
    # As long as vouchers of public money are usually kept.
    Kind.TRAIL: Proposal(SPECIAL, 120),
    Kind.REPORTS: Proposal(PERSONAL, 12),
    Kind.LETTERS: Proposal(PERSONAL, 6),
    Kind.KEYS: Proposal(PERSONAL, 12),
}


def propose() -> int:
    """Write a row for each kind that has none yet, and return how many; what was decided stays."""
    known = set(RetentionRule.objects.values_list("kind", flat=True))
    fresh = [
        RetentionRule(kind=kind, months=proposal.months, is_on=kind in TECHNICAL)
        for kind, proposal in PROPOSALS.items()
        if kind not in known
    ]
    RetentionRule.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


# Kept for good: the record of what was done with public money, by whom, and what came of it.
RECORD = "record"
# Kept by its own rule: sessions end by themselves, tasks after two weeks, imports when they are done; a link for
# trainers opens nothing some weeks after its cohort, and goes with it.
OF_ITSELF = "of itself"
# What becomes of the rows of each model that hold something of a person; tests/test_retention.py keeps it whole.
FATE: dict[str, str] = {
    "account.EmailAddress": Kind.ACCOUNTS,
    "account.EmailConfirmation": Kind.ACCOUNTS,
    "admin.LogEntry": Kind.ACCOUNTS,
    "mfa.Authenticator": Kind.ACCOUNTS,
    "portal.AccessToken": Kind.ACCOUNTS,
    "portal.User": Kind.ACCOUNTS,
    "partnerships.Membership": Kind.ACCOUNTS,
    "portal.AuditEntry": Kind.TRAIL,
    "portal.Letter": Kind.LETTERS,
    "portal.Submission": Kind.KEYS,
    "roof.ReportJob": Kind.REPORTS,
    "activities.Photo": Kind.PHOTOS,
    "beneficiaries.Answer": Kind.WORDS,
    "beneficiaries.AnswerSheet": Kind.WORDS,
    "beneficiaries.AnswerCode": Kind.WORDS,
    "beneficiaries.Attendance": Kind.LEARNERS,
    "beneficiaries.Coaching": Kind.LEARNERS,
    "beneficiaries.ConfidentialNote": Kind.NOTES,
    "beneficiaries.Enrolment": Kind.LEARNERS,
    "beneficiaries.ErasedCode": Kind.CODES,
    "beneficiaries.ExamResult": Kind.LEARNERS,
    "beneficiaries.FollowUp": Kind.LEARNERS,
    "beneficiaries.Learner": Kind.LEARNERS,
    "activities.SheetImport": OF_ITSELF,
    "beneficiaries.SheetLink": OF_ITSELF,
    "django_tasks_database.DBTaskResult": OF_ITSELF,
    "sessions.Session": OF_ITSELF,
}
