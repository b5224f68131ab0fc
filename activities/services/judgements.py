"""An officer says what a funder accepts: justified, or rejected with the reason; both can be taken back.

A locked year is no hindrance: what was spent stays as it is, and funders answer when the report is long written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from activities.eligibility import Claim, Rulebook, justifiable
from activities.models import Expenditure
from activities.services.drawdowns import still_paid
from activities.services.money import stored_expenses
from partnerships.access import require
from partnerships.models import FundingRule, Role
from partnerships.services import hold_money
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.versions import StaleVersion

Decision = Expenditure.Decision


@dataclass(frozen=True)
class Judged:
    """What came of judging many: those that are justified now, and the others with what they lack."""

    justified: list[Expenditure]
    refused: list[tuple[Expenditure, list[str]]]


@transaction.atomic
def judge(
    expenditure: Expenditure,
    *,
    decision: str,
    actor: User,
    on: dt.date,
    seen: str,
    reason: str = "",
    along: bool = False,
) -> Expenditure:
    """Justify an expenditure, reject it for a reason, or take either back (an empty decision). Twice is once.

    `seen` is the decision that the officer looked at. A rejection takes the corrections of the row with it; those
    that are justified only where the officer says so (`along`).
    Raises StaleVersion if somebody judged it meanwhile, ValidationError with what is missing, PermissionDenied.
    """
    require(actor, Role.OFFICER, expenditure.activity.partnership)
    hold_money([expenditure.activity.partnership_id])
    row = _held(expenditure)
    if (row.decision, row.decision_reason) == (decision, reason.strip()):
        return row
    if row.decision != seen:
        raise StaleVersion(row)
    if row.decision and decision:
        raise ValidationError(_("This is judged already: take that back first."))
    family = _family(row, decision)
    if decision == Decision.REJECTED:
        if not reason.strip():
            raise ValidationError({"reason": _("Say why the expense is rejected.")})
        _refuse_below_zero(row)
        _refuse_unasked(family[1:], along=along)
    else:
        _ask(row, family, decision)
    for member in family:
        _decide(member, decision, reason.strip(), actor=actor, on=on)
    return row


@transaction.atomic
def justify_many(expenditures: Iterable[Expenditure], *, actor: User, on: dt.date) -> Judged:
    """Justify all that can be; the others stay as they are. Raises PermissionDenied."""
    chosen = list(expenditures)
    for partnership in {row.activity.partnership for row in chosen}:
        require(actor, Role.OFFICER, partnership)
    book = Rulebook.load({row.activity.partnership_id for row in chosen}, hold=True)
    held = stored_expenses(Expenditure.objects.standing().filter(pk__in=[row.pk for row in chosen]))
    book.know_vouchers([Claim.of(row) for row in held.values()])
    judged = Judged([], [])
    for row in held.values():
        sentences = _against(row, book)
        if sentences:
            judged.refused.append((row, sentences))
            continue
        if row.decision != Decision.JUSTIFIED:
            _decide(row, Decision.JUSTIFIED, "", actor=actor, on=on)
        judged.justified.append(row)
    return judged


def _against(row: Expenditure, book: Rulebook) -> list[str]:
    if row.decision == Decision.JUSTIFIED:
        return []
    if row.decision == Decision.REJECTED:
        return [_("This is judged already: take that back first.")]
    return [reason.sentence for reason in justifiable(row, book)[1]]


def _held(expenditure: Expenditure) -> Expenditure:
    """Return the row as it is now. The money of the partnership is held already, and whoever writes one holds it."""
    row = stored_expenses(Expenditure.objects.filter(pk=expenditure.pk)).get(expenditure.pk)
    if row is None:
        raise ValidationError(_("This expense was removed meanwhile."))
    if row.log_entry and row.log_entry.withdrawn_at:
        raise ValidationError(_("The log entry of this expense is withdrawn."))
    return row


def _family(row: Expenditure, decision: str) -> list[Expenditure]:
    """Return the rows that a judgement reaches: what a funder rejects, its refunds do not give back again."""
    if row.corrects and row.amount < 0 and Decision.REJECTED in {decision, row.decision}:
        raise ValidationError(_("A refund goes with what it refunds: judge that one."))
    if decision == Decision.REJECTED:
        return [row, *row.corrections.all()]
    if row.decision == Decision.REJECTED:
        return [row, *(part for part in row.corrections.all() if part.decision == Decision.REJECTED)]
    return [row]


def _refuse_unasked(corrections: list[Expenditure], *, along: bool) -> None:
    """Refuse to reject what an officer justified, unless the officer who rejects has seen it and says so."""
    justified = [row for row in corrections if row.decision == Decision.JUSTIFIED]
    if justified and not along:
        sentence = _("This is justified and would be rejected too: %(corrections)s. Say that it goes along.")
        raise ValidationError({"along": sentence % {"corrections": ", ".join(map(str, justified))}})


def _refuse_below_zero(row: Expenditure) -> None:
    """Refuse to reject what was paid on top while more than the rest of it came back already."""
    if row.corrects and sum(part.amount for part in still_paid(row.corrects) if part != row) < 0:
        raise ValidationError(_("More than the rest of it came back already: remove that refund first."))


def _ask(row: Expenditure, family: list[Expenditure], decision: str) -> None:
    """Refuse to justify what lacks something, and to charge a source again that cannot bear it any more."""
    if row.decision == Decision.REJECTED and row.corrects and row.corrects.decision == Decision.REJECTED:
        raise ValidationError(_("It corrects an expense that is rejected: judge that one."))
    if decision == Decision.JUSTIFIED:
        missing = [reason.sentence for reason in justifiable(row)[1]]
        if missing:
            raise ValidationError([_("This cannot be justified yet."), *missing])
    elif row.decision == Decision.REJECTED:
        book = Rulebook.load([row.activity.partnership_id])
        claim = Claim.of(row)
        book.know_vouchers([claim])
        for part in family:
            if part.amount < 0:
                book.charge(Claim.of(part))
        reasons = book.verdict(claim)[1]
        refused = [reason.sentence for reason in reasons if reason.effect == FundingRule.Effect.REFUSE]
        if refused:
            raise ValidationError(refused)


def _decide(row: Expenditure, decision: str, reason: str, *, actor: User, on: dt.date) -> None:
    before = audit.snapshot(row)
    row.decision, row.decision_reason = decision, reason
    row.decided_on, row.decided_by = (on, actor) if decision else (None, None)
    row.save(update_fields=["decision", "decision_reason", "decided_on", "decided_by"])
    changes = audit.difference(before, audit.snapshot(row))
    audit.record(row, actor=actor, verb=AuditEntry.Verb.TRANSITION, changes=changes, parent=row.activity, reason=reason)
