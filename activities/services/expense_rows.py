"""One expenditure with its voucher and its drawdowns, as it is stored; who may write it is asked before."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.db.models.fields.files import FieldFile

from activities.models import Expenditure, Voucher
from activities.services.drawdowns import draw
from activities.services.values import ExpenseValues

EXPENSE_COLUMNS = [
    "spent_on",
    "description",
    "source",
    "heading",
    "spent_by",
    "rule_reason",
    "amount",
    "original_amount",
    "original_currency",
    "rate",
]


def save_expense(row: Expenditure, values: ExpenseValues, index: int = 0) -> None:
    """Make a stored or new row equal to its values, or take it away. Raises ValidationError on `expense-0-amount`."""
    if values.as_is:
        return
    if values.remove:
        if row.pk:
            discard(row, *(voucher.file for voucher in row.vouchers.all() if voucher.file))
        return
    for name in EXPENSE_COLUMNS:
        setattr(row, name, getattr(values, name))
    try:
        row.full_clean()
    except ValidationError as error:
        raise ValidationError(placed(error, index)) from None
    row.save()
    if not values.keeps_drawdowns:
        draw(row, values.taken)
    _save_voucher(row, values, index)


def placed(error: ValidationError, index: int = 0) -> dict[str, list]:
    """Return the sentences of one row under the names that its fields have among the others."""
    return {f"expense-{index}-{name}": sentences for name, sentences in error.error_dict.items()}


def _save_voucher(row: Expenditure, values: ExpenseValues, index: int) -> None:
    """Keep what was said of the voucher; a file that comes later joins the paper of which only the number was known."""
    stored = list(row.vouchers.order_by("pk"))
    if not _speaks_of_a_voucher(values, stored):
        return
    voucher = _voucher_meant(stored, values) or Voucher(expenditure=row)
    voucher.number = values.voucher_number or voucher.number
    voucher.supplier = values.supplier or voucher.supplier
    voucher.dated_on = values.voucher_date or voucher.dated_on
    voucher.total = values.voucher_total or voucher.total
    for name, value in (values.voucher.columns() if values.voucher else {}).items():
        setattr(voucher, name, value)
    try:
        voucher.full_clean(exclude=["expenditure", "file"])
    except ValidationError as error:
        names = {"number": "voucher_number", "dated_on": "voucher_date", "total": "voucher_total"}
        by_field = {names.get(name, name): sentences for name, sentences in error.error_dict.items()}
        raise ValidationError(placed(ValidationError(by_field), index)) from None
    voucher.save()


def _speaks_of_a_voucher(values: ExpenseValues, stored: list[Voucher]) -> bool:
    about = [values.supplier, values.voucher_date, values.voucher_total]
    return bool(values.voucher or values.voucher_number or (stored and any(about)))


def _voucher_meant(stored: list[Voucher], values: ExpenseValues) -> Voucher | None:
    """Return the stored voucher that the values speak of; None: a further one."""
    same = [voucher for voucher in stored if values.voucher_number in {"", voucher.number}]
    if values.voucher:
        return next((voucher for voucher in same if not voucher.file), None)
    # A number that is typed where one voucher is known corrects its number.
    return next(iter(same or (stored if len(stored) == 1 else [])), None)


def discard(row: Model, *files: FieldFile) -> None:
    """Delete a row, and its files once that is certain."""
    storage = {str(file.name): file.storage for file in files}
    row.delete()
    for name, place in storage.items():
        transaction.on_commit(partial(place.delete, name))


def expense_text(row: Expenditure | ExpenseValues, vouchers: Iterable[str]) -> str:
    """Return one expense in words, for the history of its entry and for two versions side by side."""
    cost = f"{row.amount} EUR" if row.amount else f"{row.original_amount} {row.original_currency}"
    text = f"{row.spent_on.isoformat()} {row.description}: {cost} ({row.source})"
    if row.rate:
        text += f" = {row.original_amount} {row.original_currency} / {row.rate.normalize():f}"
    about = [str(row.heading) if row.heading else "", row.spent_by, row.rule_reason]
    text += "".join(f", {word}" for word in about if word)
    return text + "".join(f" [{voucher}]" for voucher in sorted(vouchers))


def voucher_text(voucher: Voucher) -> str:
    """Return one voucher in words."""
    return _voucher_text(voucher.number, voucher.original_name, voucher.supplier)


def _voucher_text(number: str, name: str, supplier: str) -> str:
    return f"{number} {name}" + (f" ({supplier})" if supplier else "")


def voucher_texts(stored: list[Voucher], values: ExpenseValues) -> list[str]:
    """Return the vouchers in words as they would stand once the values are saved."""
    if values.as_is or not _speaks_of_a_voucher(values, stored):
        return [voucher_text(voucher) for voucher in stored]
    meant = _voucher_meant(stored, values)
    name = values.voucher.original_name if values.voucher else (meant.original_name if meant else "")
    number = values.voucher_number or (meant.number if meant else "")
    supplier = values.supplier or (meant.supplier if meant else "")
    others = [voucher_text(voucher) for voucher in stored if voucher is not meant]
    return [*others, _voucher_text(number, name, supplier)]
