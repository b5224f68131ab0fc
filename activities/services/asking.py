"""What `create_expense` would be answered now: asked beforehand, and nothing is held or written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.core.exceptions import ValidationError

from activities.eligibility import Reason, Rulebook
from activities.models import Activity
from activities.services.money import claim_of, priced_now
from activities.services.values import ExpenseValues
from partnerships.access import require
from partnerships.models import FundingRule, FundingSource, Role
from partnerships.services import locked_because
from portal.ground.models import User


@dataclass(frozen=True)
class Answer:
    """Whether an expense would be written, its euro (None: not known), what speaks against it, who else would pay.

    The reasons that refuse have the effect `refuse`; the others warn, or concern the officer's judgement alone.
    """

    allowed: bool
    amount: Decimal | None
    rate: Decimal | None
    reasons: list[Reason]
    sources: list[FundingSource]


def ask_funders(activity: Activity, values: ExpenseValues, *, actor: User) -> Answer:
    """Return what the rules say of a new expense. Raises PermissionDenied."""
    require(actor, Role.COORDINATOR, activity.partnership)
    book = Rulebook.load([activity.partnership_id])
    reasons: list[Reason] = []
    amount: Decimal | None = None
    try:
        values = priced_now(values, activity, book)
        amount = values.amount
    except ValidationError as error:
        reasons += [Reason(name, sentence) for name, sentences in error.message_dict.items() for sentence in sentences]
        values = replace(values, amount=Decimal("0.00"))
    claim = claim_of(values, activity)
    book.know_vouchers([claim])
    reasons += book.verdict(claim)[1]
    locked = locked_because(activity.partnership_id, values.spent_on)
    if locked:
        reasons.append(Reason("spent_on", locked))
    refused = [reason for reason in reasons if reason.effect == FundingRule.Effect.REFUSE]
    others = book.alternatives(claim) if any(reason.field == "source" for reason in refused) else []
    return Answer(not refused, amount, values.rate, reasons, others)
