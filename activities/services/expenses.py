"""Expenditures outside the log: written, changed and taken away, corrected or refunded by a row of their own."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from activities.eligibility import Claim, Rulebook
from activities.models import Activity, Expenditure
from activities.rules import refuse
from activities.services.drawdowns import Purse, give_back, still_paid
from activities.services.entry import held_activity
from activities.services.expense_rows import discard, save_expense, voucher_text
from activities.services.money import check_money, fixed_because, stored_expenses
from activities.services.values import ExpenseValues
from partnerships.access import require
from partnerships.models import Role
from partnerships.services import hold_money, hold_years_open
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.money import MAX_AMOUNT, Currency, format_amount, to_euro
from portal.ground.once import once
from portal.ground.uploads import AcceptedFile
from portal.ground.versions import StaleVersion

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class CorrectionValues:
    """Money that came back (`amount` below zero) or that was paid on top, in the currency of what it corrects."""

    spent_on: dt.date
    description: str
    amount: Decimal
    rule_reason: str = ""
    voucher: AcceptedFile | None = None
    voucher_number: str = ""
    voucher_date: dt.date | None = None
    supplier: str = ""


def create_expense(
    activity: Activity, values: ExpenseValues, *, actor: User, key: uuid.UUID
) -> tuple[Expenditure, bool]:
    """Write an expenditure without a log entry, once for one form key. Returns it and whether it is new.

    Raises ValidationError (on `expense-0-amount` etc.) and PermissionDenied.
    """

    def make() -> Expenditure:
        require(actor, Role.COORDINATOR, activity.partnership)
        held = held_activity(activity)
        [priced] = check_money([values], held)
        hold_years_open(held.partnership, days=[priced.spent_on], field="expense-0-spent_on")
        row = Expenditure(activity=held)
        save_expense(row, priced)
        _tell(row, {}, actor, AuditEntry.Verb.CREATE)
        return row

    return once(key, make, actor=actor, rows=Expenditure.objects.all())


@transaction.atomic
def update_expense(expenditure: Expenditure, values: ExpenseValues, *, actor: User, seen: str) -> Expenditure | None:
    """Change an expenditure without a log entry, or take it away; returns None then.

    `seen` is the fingerprint of what the form showed. Raises StaleVersion, ValidationError, PermissionDenied.
    """
    require(actor, Role.COORDINATOR, expenditure.activity.partnership)
    activity = held_activity(expenditure.activity)
    hold_money([activity.partnership_id])
    row = _current(expenditure)
    if row.log_entry_id or row.corrects_id:
        raise ValidationError(_("This expense is changed where it was written."))
    if row.is_fixed:
        raise ValidationError(fixed_because(row))
    if fingerprint(row) != seen:
        raise StaleVersion(row)
    [priced] = check_money([replace(values, pk=row.pk)], activity, {row.pk: row})
    days = [row.spent_on] if priced.remove else [row.spent_on, priced.spent_on]
    hold_years_open(activity.partnership, days=days, field="expense-0-spent_on")
    before, number = _words(row), row.pk
    save_expense(row, priced)
    if priced.remove:
        row.pk = number
        audit.record(row, actor=actor, verb=AuditEntry.Verb.DELETE, parent=activity, changes=before)
        return None
    _tell(row, before, actor, AuditEntry.Verb.UPDATE)
    return row


def correct_expense(
    expenditure: Expenditure, values: CorrectionValues, *, actor: User, key: uuid.UUID
) -> tuple[Expenditure, bool]:
    """Write a refund or a correction of an expenditure as a row of its own, once for one form key.

    It keeps the source, the heading and the spender. A refund asks no funder: money that comes back is nobody's
    cost; more than was paid never comes back. Raises ValidationError by field, and PermissionDenied.
    """

    def make() -> Expenditure:
        require(actor, Role.COORDINATOR, expenditure.activity.partnership)
        activity = held_activity(expenditure.activity)
        hold_money([activity.partnership_id])
        paid = _current(expenditure)
        refuse_uncorrectable(paid)
        typed = _correction(paid, values)
        try:
            priced = _refund(paid, typed) if values.amount < 0 else _addition(paid, typed, activity)
            hold_years_open(activity.partnership, days=[values.spent_on], field="spent_on")
            row = Expenditure(activity=activity, corrects=paid)
            save_expense(row, priced)
        except ValidationError as error:
            raise _unplaced(error) from None
        _tell(row, {}, actor, AuditEntry.Verb.CREATE)
        return row

    return once(key, make, actor=actor, rows=Expenditure.objects.all())


@transaction.atomic
def remove_correction(correction: Expenditure, *, actor: User) -> None:
    """Take away a correction that nobody judged, because it was written by mistake. Twice is once.

    The money that it gave back is charged again, so the funder and the transfers are asked whether it is there.
    Raises ValidationError and PermissionDenied.
    """
    require(actor, Role.COORDINATOR, correction.activity.partnership)
    activity = held_activity(correction.activity)
    hold_money([activity.partnership_id])
    row = stored_expenses(Expenditure.objects.filter(pk=correction.pk)).get(correction.pk)
    if row is None:
        return
    if row.corrects is None or row.is_fixed:
        raise ValidationError(fixed_because(row) if row.is_fixed else _("This is no correction."))
    hold_years_open(activity.partnership, days=[row.spent_on], field="__all__")
    if row.amount < 0:
        _refuse_if_spent(row)
    before, number = _words(row), row.pk
    discard(row, *(voucher.file for voucher in row.vouchers.all() if voucher.file))
    row.pk = number
    audit.record(row, actor=actor, verb=AuditEntry.Verb.DELETE, parent=activity, changes=before)


def _refuse_if_spent(refund: Expenditure) -> None:
    """Refuse to take away a refund whose money, or whose dirham, were spent again meanwhile."""
    book = Rulebook.load([refund.activity.partnership_id])
    claim = replace(Claim.of(refund), amount=-refund.amount, corrects_id=refund.corrects_id, rule_reason="-")
    refused = [reason.sentence for reason in book.verdict(claim)[1] if reason.field == "amount"]
    programme = book.programme_on(refund.activity.partnership_id, refund.spent_on)
    left = Purse.load(programme, refund.source_id).left if programme else {}
    if any(left.get(part.transfer_id, ZERO) + part.amount < 0 for part in refund.drawdowns.all()):
        refused.append(_("The dirham that came back are spent already."))
    if refused:
        raise ValidationError(refused)


def fingerprint(row: Expenditure) -> str:
    """Return what tells whether a row, or one of its vouchers, changed since somebody looked at it."""
    words = sorted(f"{key}={value}" for key, value in _words(row).items())
    return uuid.uuid5(uuid.NAMESPACE_OID, "\n".join(words)).hex


def _current(expenditure: Expenditure) -> Expenditure:
    """Return the row as it is now, with what hangs on it. The money of the partnership is held already."""
    found = stored_expenses(Expenditure.objects.filter(pk=expenditure.pk))
    if expenditure.pk not in found:
        raise ValidationError(_("This expense was removed meanwhile."))
    return found[expenditure.pk]


def _words(row: Expenditure) -> dict[str, Any]:
    return audit.snapshot(row) | {"vouchers": sorted(map(voucher_text, row.vouchers.all()))}


def _tell(row: Expenditure, before: dict[str, Any], actor: User, verb: str) -> None:
    after = _words(Expenditure.objects.get(pk=row.pk))
    changes = audit.difference(before, after) if before else after
    if changes:
        audit.record(row, actor=actor, verb=verb, parent=row.activity, changes=changes)


def refuse_uncorrectable(paid: Expenditure) -> None:
    """Raise ValidationError where an expenditure takes no correction: it is one, rejected, or withdrawn."""
    if paid.corrects_id:
        raise ValidationError(_("This is a correction itself: correct the first expense."))
    if paid.decision == Expenditure.Decision.REJECTED:
        raise ValidationError(fixed_because(paid))
    if paid.log_entry and paid.log_entry.withdrawn_at:
        raise ValidationError(_("The log entry of this expense is withdrawn."))


def _correction(paid: Expenditure, values: CorrectionValues) -> ExpenseValues:
    """Return the values of a correction's row; its euro are still those of another currency's amount."""
    foreign = paid.original_amount is not None
    return ExpenseValues(
        spent_on=values.spent_on,
        description=values.description,
        source=paid.source,
        heading=paid.heading,
        spent_by=paid.spent_by,
        rule_reason=values.rule_reason,
        amount=ZERO if foreign else values.amount,
        original_amount=values.amount if foreign else None,
        original_currency=Currency.MAD.value if foreign else "",
        voucher=values.voucher,
        voucher_number=values.voucher_number,
        voucher_date=values.voucher_date,
        supplier=values.supplier,
    )


def _refund(paid: Expenditure, typed: ExpenseValues) -> ExpenseValues:
    back = -(typed.original_amount if typed.original_amount is not None else typed.amount)
    refuse_too_much_back(paid, back, on=typed.spent_on)
    if typed.original_amount is not None:
        taken = give_back(paid, back)
        if not taken.euro:
            raise ValidationError({"amount": [_("At this rate the amount is not a plausible number of euro.")]})
        typed = replace(typed, amount=taken.euro, rate=taken.rate, taken=taken)
    refuse(Rulebook.load([paid.activity.partnership_id]), _claim(paid, typed))
    return typed


def refuse_too_much_back(paid: Expenditure, back: Decimal, *, on: dt.date) -> None:
    """Raise ValidationError where more comes back than is still paid, in its own currency, or before it was paid."""
    foreign = paid.original_amount is not None
    left = sum((row.original_amount or ZERO) if foreign else row.amount for row in still_paid(paid))
    if back > left:
        words = {"left": format_amount(Decimal(left), Currency.MAD if foreign else Currency.EUR)}
        raise ValidationError({"amount": [_("More than was paid cannot come back: %(left)s is left.") % words]})
    if on < paid.spent_on:
        raise ValidationError({"spent_on": [_("Money comes back after it was paid: check the date.")]})


def _addition(paid: Expenditure, typed: ExpenseValues, activity: Activity) -> ExpenseValues:
    """Return what was paid on top, priced like the first payment: from the transfers, or at its own rate."""
    if typed.original_amount is not None and not paid.drawdowns.all():
        amount = to_euro(typed.original_amount, paid.rate or Decimal(1))
        if not Decimal("0.01") <= amount <= MAX_AMOUNT:
            raise ValidationError({"amount": [_("At this rate the amount is not a plausible number of euro.")]})
        typed = replace(typed, rate=paid.rate, amount=amount)
    [priced] = check_money([typed], activity, corrects=paid)
    return priced


def _claim(paid: Expenditure, typed: ExpenseValues) -> Claim:
    row = replace(Claim.of(paid), spent_on=typed.spent_on, amount=typed.amount, rule_reason=typed.rule_reason)
    return replace(row, expenditure_id=None, corrects_id=paid.pk, corrects_on=paid.spent_on)


def _unplaced(error: ValidationError) -> ValidationError:
    """Return the sentences of the only row under its own names; a rate that is missing belongs to the amount."""
    if not hasattr(error, "error_dict"):
        return error
    names = {name.removeprefix("expense-0-"): sentences for name, sentences in error.error_dict.items()}
    return ValidationError({"amount" if name == "rate" else name: rows for name, rows in names.items()})
