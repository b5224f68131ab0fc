"""May this be paid from that? Form, admin, import and services all ask here.

The funders' rules are rows (partnerships.models.rules), which an administrator edits.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from activities.eligibility.claim import Claim, Reason
from activities.eligibility.rulebook import Rulebook
from activities.models import Expenditure, Voucher
from partnerships.models import FundingRule

__all__ = ["Claim", "Reason", "Rulebook", "eligible", "justifiable"]

Effect = FundingRule.Effect


def eligible(
    expenditure: Expenditure, *, voucher: Voucher | None = None, hold: bool = False
) -> tuple[bool, list[Reason]]:
    """Return (allowed, reasons) for one expenditure, stored or not. `hold` inside the transaction that writes it."""
    claim = Claim.of(expenditure, voucher)
    book = Rulebook.load([claim.partnership_id], hold=hold)
    book.know_vouchers([claim])
    if expenditure.pk:
        stored = list(Expenditure.objects.filter(pk=expenditure.pk).select_related("activity", "log_entry"))
        book.release(stored)
    return book.verdict(claim)


def justifiable(expenditure: Expenditure, book: Rulebook | None = None) -> tuple[bool, list[Reason]]:
    """Return whether an officer may call a stored expenditure justified, and what is still missing.

    Every rule counts here, those too that let it in; a heading is needed where its source has headings on that day.
    `book` serves many expenditures: it must know their vouchers (`know_vouchers`).
    """
    claim = Claim.of(expenditure)
    if book is None:
        book = Rulebook.load([claim.partnership_id])
        book.know_vouchers([claim])
    book.release([expenditure])
    _allowed, reasons = book.verdict(claim)
    missing = [reason for reason in reasons if reason.effect != Effect.WARN or not expenditure.rule_reason]
    if expenditure.heading_id is None and book.has_headings(expenditure.source_id, expenditure.spent_on):
        missing.append(Reason("heading", _("The cost heading is missing.")))
    book.charge(claim)
    return not missing, missing
