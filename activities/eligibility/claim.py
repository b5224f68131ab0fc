"""What somebody wants a source to pay, and the reasons against it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from activities.models import Expenditure, Voucher
from partnerships.models import FundingRule


def as_spelled(text: str) -> str:
    """Return a number or a name without the differences that people do not see."""
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody wants a source to pay. Amounts are in euro; `spender` and `side` are values of Side."""

    partnership_id: int
    activity_id: int
    programme_id: int | None
    side: str
    spender: str
    source_id: int
    heading_id: int | None
    spent_on: dt.date
    amount: Decimal
    has_voucher: bool = False
    voucher_number: str = ""
    supplier: str = ""
    voucher_total: Decimal | None = None
    rule_reason: str = ""
    expenditure_id: int | None = None
    corrects_id: int | None = None
    # When what comes back was paid.
    corrects_on: dt.date | None = None

    @classmethod
    def of(cls, expenditure: Expenditure, voucher: Voucher | None = None) -> Claim:
        """Return the claim that an expenditure makes, with the voucher that it has or is about to get."""
        activity = expenditure.activity
        if voucher is None and expenditure.pk:
            voucher = next(iter(expenditure.vouchers.all()), None)
        return cls(
            partnership_id=activity.partnership_id,
            activity_id=activity.pk,
            programme_id=activity.programme_id,
            side=activity.side,
            spender=expenditure.spender,
            source_id=expenditure.source_id,
            heading_id=expenditure.heading_id,
            spent_on=expenditure.spent_on,
            amount=expenditure.amount,
            has_voucher=voucher is not None,
            voucher_number=voucher.number if voucher else "",
            supplier=voucher.supplier if voucher else "",
            voucher_total=voucher.total if voucher else None,
            rule_reason=expenditure.rule_reason,
            expenditure_id=expenditure.pk,
            corrects_id=expenditure.corrects_id,
            corrects_on=expenditure.corrects.spent_on if expenditure.corrects and expenditure.amount < 0 else None,
        )

    @property
    def paper_key(self) -> tuple[int, str, dt.date, Decimal]:
        """What a voucher has in common with itself where one row names its supplier and another does not."""
        return self.partnership_id, as_spelled(self.voucher_number), self.spent_on, self.amount

    @property
    def voucher_key(self) -> tuple[int, str, str]:
        """What tells a voucher from others: the partnership, the number and the supplier, however spelled."""
        return self.partnership_id, as_spelled(self.voucher_number), as_spelled(self.supplier)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not, or why only with a reason: the sentence, the field that it belongs to, and what it does."""

    field: str
    sentence: str
    effect: str = FundingRule.Effect.REFUSE.value
    rule_id: int | None = None
    url: str = ""
