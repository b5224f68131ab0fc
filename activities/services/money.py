"""What is about to be spent: dirham are given their rate, and the funders are asked about each row."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.eligibility import Claim, Rulebook
from activities.models import Activity, Expenditure, Voucher
from activities.models.money import MONEY_COLUMNS
from activities.rules import refuse
from activities.services.drawdowns import Purse, Taken
from activities.services.expense_rows import placed
from activities.services.values import ExpenseValues
from partnerships.models import Programme

Stored = dict[int, Expenditure]
NOT_ARRIVED = gettext_lazy("Not so many dirham have arrived by transfer: give the rate at which they were bought.")
# What an expenditure has taken out of transfers, at their rate.
DRAWN = ["activity", "spent_on", "source", "amount", "original_amount", "original_currency", "rate"]
DRAWS = gettext_lazy("It draws on transfers: change the amount where the expense was entered.")
TYPED_COLUMNS = sorted(set(MONEY_COLUMNS) - {"activity", "corrects", "amount", "rate"})


def stored_expenses(rows: Any) -> Stored:
    """Return stored expenditures by their number, with all that is asked of them below, in a few queries."""
    found = rows.select_related("activity", "log_entry", "source", "heading", "corrects", "decided_by")
    return {row.pk: row for row in found.prefetch_related("vouchers", "drawdowns__transfer", "corrections")}


def check_money(
    expenses: list[ExpenseValues],
    activity: Activity,
    stored: Stored | None = None,
    *,
    corrects: Expenditure | None = None,
) -> list[ExpenseValues]:
    """Return the expenses with their amounts in euro, after asking the funders about each that is new or changed.

    `stored` are the rows as they are now, by number, read while the money is held; `corrects` is what new rows
    correct. Holds the partnership's money until the transaction ends.
    Raises ValidationError on `expense-0-amount` etc.
    """
    stored = stored or {}
    _refuse_repeated(expenses)
    if all(row.as_is or (row.remove and row.pk not in stored) for row in expenses):
        return expenses
    book = Rulebook.load([activity.partnership_id], hold=True)
    errors: dict[str, list] = {}
    priced = _priced(expenses, _Purses(book, activity, expenses, stored), stored, errors)
    claims = {
        index: claim_of(row, activity, stored.get(row.pk or 0), corrects)
        for index, row in enumerate(priced)
        if not (row.remove or row.as_is)
    }
    book.know_vouchers(claims.values())
    book.release([stored[row.pk] for row in priced if row.pk in stored and not row.as_is])
    for index, claim in claims.items():
        old = stored.get(priced[index].pk or 0)
        try:
            if not (old and _is_unchanged(priced[index], old, activity)):
                refuse(book, claim)
        except ValidationError as error:
            errors |= placed(error, index)
        book.charge(claim)
    if errors:
        raise ValidationError(errors)
    return priced


def _refuse_repeated(expenses: list[ExpenseValues]) -> None:
    """Refuse a form that names one stored row twice: the money of the old one would be given back twice."""
    seen: set[int] = set()
    for index, row in enumerate(expenses):
        if row.pk in seen:
            sentence = _("This row stands here twice: take one of them out.")
            raise ValidationError({f"expense-{index}-description": [sentence]})
        seen |= {row.pk} if row.pk else set()


def _priced(
    expenses: list[ExpenseValues], purses: _Purses, stored: Stored, errors: dict[str, list]
) -> list[ExpenseValues]:
    """Return the rows with their euro; what cannot be priced, or is fixed and was changed, goes into `errors`."""
    priced: list[ExpenseValues] = []
    for index, row in enumerate(expenses):
        old = stored.get(row.pk or 0)
        try:
            if not row.as_is and old is not None and old.is_fixed:
                _refuse_change(row, old)
                priced.append(replace(row, as_is=True))
            else:
                priced.append(row if row.remove or row.as_is else purses.price(row, old))
        except ValidationError as error:
            errors |= placed(error, index)
    if errors:
        raise ValidationError(errors)
    return priced


def _refuse_change(row: ExpenseValues, old: Expenditure) -> None:
    """Refuse to change or remove a row that an officer judged, or that another row corrects."""
    same = _says_the_same(row, old) and row.rate in {old.rate, None}
    if row.remove or not same or (row.original_amount is None and row.amount != old.amount):
        raise ValidationError({"description": [fixed_because(old)]})


def fixed_because(row: Expenditure) -> str:
    """Return why a row stays as it is, and what to do instead."""
    if row.decision == Expenditure.Decision.JUSTIFIED:
        return _("This expense is justified: correct it by a row of its own.")
    if row.decision == Expenditure.Decision.REJECTED:
        return _("This expense is rejected: an officer can take that back first.")
    return _("A row of its own corrects this expense: correct that row instead.")


class _Purses:
    """The dirham that arrived, by source, while rows are priced.

    Rows that are about to be replaced give theirs back first; one that keeps its drawdowns does not.
    """

    def __init__(self, book: Rulebook, activity: Activity, expenses: list[ExpenseValues], stored: Stored) -> None:
        self.book, self.activity = book, activity
        self.purses: dict[tuple[int, int], Purse] = {}
        self.replaced = [
            stored[row.pk]
            for row in expenses
            if row.pk in stored and not (row.as_is or stored[row.pk].is_fixed or self._keeps(row, stored[row.pk]))
        ]

    def price(self, row: ExpenseValues, old: Expenditure | None) -> ExpenseValues:
        """Return the row with its rate and its euro; a rate that was typed stays, and draws on no transfer."""
        if row.original_amount is None or row.rate is not None:
            return row
        if old and self._keeps(row, old):
            return replace(row, amount=old.amount, rate=old.rate, keeps_drawdowns=True)
        purse = self._purse(row)
        if row.transfer and (purse is None or row.transfer not in purse.transfers):
            raise ValidationError(
                {"transfer": [_("No money of this source and this programme came by this transfer.")]}
            )
        taken = purse.take(row.original_amount, row.transfer) if purse else None
        if taken is None:
            raise ValidationError({"rate": [str(NOT_ARRIVED)]})
        return replace(row, amount=taken.euro, rate=taken.rate, taken=taken)

    def _purse(self, row: ExpenseValues) -> Purse | None:
        programme = self.book.programme_on(self.activity.partnership_id, row.spent_on)
        if programme is None:
            return None
        key = (programme.pk, row.source.pk)
        if key not in self.purses:
            purse = self.purses[key] = Purse.load(programme, row.source.pk)
            for drawdown in (drawdown for old in self.replaced for drawdown in old.drawdowns.all()):
                if drawdown.transfer_id in purse.left:
                    purse.left[drawdown.transfer_id] += drawdown.amount
        return self.purses[key]

    def _keeps(self, row: ExpenseValues, old: Expenditure) -> bool:
        """Say whether a stored row stays paid from the transfers that it was paid from."""
        home = self.activity.partnership_id
        return (
            not (row.remove or row.rate or row.transfer)
            and bool(old.drawdowns.all())
            and (old.original_amount, old.source_id) == (row.original_amount, row.source.pk)
            and self.book.programme_on(home, old.spent_on) == self.book.programme_on(home, row.spent_on)
        )


def priced_now(row: ExpenseValues, activity: Activity, book: Rulebook) -> ExpenseValues:
    """Return a new row with the euro that its dirham would cost now; nothing is held or written.

    Raises ValidationError on `rate` or `transfer`.
    """
    return _Purses(book, activity, [row], {}).price(row, None)


def preview_draw(
    programme: Programme, source_id: int, dirham: Decimal, *, transfer: int | None, instead_of: Expenditure | None
) -> Taken | str:
    """Return what dirham would be taken from now, or the sentence that says why not; nothing is held or written.

    `transfer` is the number of the chosen one; `instead_of` a stored row that would be replaced.
    """
    drawn = list(instead_of.drawdowns.select_related("transfer")) if instead_of else []
    if (
        instead_of
        and drawn
        and not transfer
        and (instead_of.original_amount, instead_of.source_id)
        == (
            dirham,
            source_id,
        )
    ):
        return Taken([(row.transfer, row.amount) for row in drawn], instead_of.amount, instead_of.rate or Decimal(1))
    purse = Purse.load(programme, source_id, leaving_out=instead_of)
    chosen = next((row for row in purse.transfers if row.pk == transfer), None)
    return purse.take(dirham, chosen) or str(NOT_ARRIVED)


def _says_the_same(row: ExpenseValues, old: Expenditure) -> bool:
    """Say whether what was typed, the voucher too, is what is stored; amounts in euro and rates aside."""
    return all(getattr(old, name) == getattr(row, name) for name in TYPED_COLUMNS) and _same_voucher(row, old)


def _same_voucher(row: ExpenseValues, old: Expenditure) -> bool:
    if row.voucher:
        return False
    first = next(iter(old.vouchers.all()), None) or Voucher()
    typed = [row.voucher_number, row.supplier, row.voucher_date, row.voucher_total]
    known = [first.number, first.supplier, first.dated_on, first.total]
    return all(now in {"", None, then} for now, then in zip(typed, known, strict=True))


def _is_unchanged(row: ExpenseValues, old: Expenditure, activity: Activity) -> bool:
    """Say whether the row is stored like this already: a rule that came later does not refuse what was accepted."""
    money = (old.activity_id, old.amount, old.rate) == (activity.pk, row.amount, row.rate)
    return money and _says_the_same(row, old)


def claim_of(
    row: ExpenseValues, activity: Activity, old: Expenditure | None = None, corrects: Expenditure | None = None
) -> Claim:
    """Return the claim that values make; `old` is the stored row that they replace, with its voucher."""
    voucher = next(iter(old.vouchers.all()), None) if old else None
    return Claim(
        partnership_id=activity.partnership_id,
        activity_id=activity.pk,
        programme_id=activity.programme_id,
        side=activity.side,
        spender=row.spent_by or activity.side,
        source_id=row.source.pk,
        heading_id=row.heading.pk if row.heading else None,
        spent_on=row.spent_on,
        amount=row.amount,
        has_voucher=bool(row.voucher or row.voucher_number or voucher),
        voucher_number=row.voucher_number or (voucher.number if voucher else ""),
        supplier=row.supplier or (voucher.supplier if voucher else ""),
        voucher_total=row.voucher_total or (voucher.total if voucher else None),
        rule_reason=row.rule_reason,
        expenditure_id=row.pk,
        corrects_id=corrects.pk if corrects else None,
    )
