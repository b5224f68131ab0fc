"""The expenses of a log entry: dirham are given their rate, and the funders are asked about each row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from activities.eligibility import Claim, Rulebook
from activities.models import Activity, Expenditure, LogEntry
from activities.models.money import MONEY_COLUMNS
from activities.rules import refuse
from activities.services.drawdowns import Purse
from activities.services.values import ExpenseValues


def check_money(expenses: list[ExpenseValues], activity: Activity, entry: LogEntry | None) -> list[ExpenseValues]:
    """Return the expenses with their amounts in euro, after asking the funders about each that is new or changed.

    Holds the partnership's money until the transaction ends. Raises ValidationError on `expense-0-amount` etc.
    """
    stored = {row.pk: row for row in _stored(entry)}
    asked = [row for row in expenses if not row.remove]
    if not asked:
        return expenses
    book = Rulebook.load([activity.partnership_id], hold=True)
    purses = _Purses(book, activity, stored.values())
    errors: dict[str, list] = {}
    priced = []
    for index, row in enumerate(expenses):
        try:
            priced.append(row if row.remove else purses.price(row, stored.get(row.pk or 0)))
        except ValidationError as error:
            errors |= _placed(error, index)
    if errors:
        raise ValidationError(errors)
    claims = {index: _claim(row, activity, stored) for index, row in enumerate(priced) if not row.remove}
    book.know_vouchers(claims.values())
    book.release(stored.values())
    for index, claim in claims.items():
        try:
            if not _is_unchanged(priced[index], stored, activity):
                refuse(book, claim)
        except ValidationError as error:
            errors |= _placed(error, index)
        book.charge(claim)
    if errors:
        raise ValidationError(errors)
    return priced


class _Purses:
    """The dirham that arrived, by source, while the rows of one entry are priced."""

    def __init__(self, book: Rulebook, activity: Activity, stored: Iterable[Expenditure]) -> None:
        self.book, self.activity, self.stored = book, activity, list(stored)
        self.purses: dict[tuple[int, int], Purse] = {}

    def price(self, row: ExpenseValues, stored: Expenditure | None) -> ExpenseValues:
        """Return the row with its rate and its euro; a rate that was typed stays, and draws on no transfer."""
        if row.original_amount is None or row.rate is not None:
            return row
        if stored and _draws_the_same(row, stored):
            return replace(row, amount=stored.amount, rate=stored.rate, keeps_drawdowns=True)
        programme = self.book.programme_on(self.activity.partnership_id, row.spent_on)
        taken = None
        if programme:
            key = (programme.pk, row.source.pk)
            if key not in self.purses:
                self.purses[key] = Purse.load(programme, row.source.pk)
                self._put_back(self.purses[key])
            taken = self.purses[key].take(row.original_amount, row.transfer)
        if taken is None:
            sentence = _("Not so many dirham have arrived by transfer: give the rate at which they were bought.")
            raise ValidationError({"rate": sentence})
        return replace(row, amount=taken.euro, rate=taken.rate, taken=taken)

    def _put_back(self, purse: Purse) -> None:
        for row in self.stored:
            for drawdown in row.drawdowns.all():
                if drawdown.transfer_id in purse.left:
                    purse.left[drawdown.transfer_id] += drawdown.amount


def _stored(entry: LogEntry | None) -> list[Expenditure]:
    if entry is None or not entry.pk:
        return []
    rows = entry.expenditures.select_related("activity", "log_entry")
    return list(rows.prefetch_related("vouchers", "drawdowns"))


def _draws_the_same(row: ExpenseValues, stored: Expenditure) -> bool:
    return (
        bool(stored.drawdowns.all())
        and row.transfer is None
        and (stored.original_amount, stored.source_id) == (row.original_amount, row.source.pk)
    )


def _is_unchanged(row: ExpenseValues, stored: dict[int, Expenditure], activity: Activity) -> bool:
    """Say whether the row is stored like this already: a rule that came later does not refuse what was accepted."""
    if row.pk not in stored or row.voucher or row.voucher_number:
        return False
    old = stored[row.pk]
    columns = set(MONEY_COLUMNS) - {"activity", "corrects"}
    return old.activity_id == activity.pk and all(getattr(old, name) == getattr(row, name) for name in columns)


def _claim(row: ExpenseValues, activity: Activity, stored: dict[int, Expenditure]) -> Claim:
    old = stored.get(row.pk) if row.pk else None
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
    )


def _placed(error: ValidationError, index: int) -> dict[str, list]:
    return {f"expense-{index}-{name}": sentences for name, sentences in error.error_dict.items()}
