"""Dirham that the partner spends come from transfers that arrived: first in, first out, unless somebody chooses."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from activities.models import Drawdown, Expenditure, LogEntry
from partnerships.models import Programme, Transfer
from portal.ground.money import CENT, RATE_STEP, ExactSum

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Taken:
    """What an amount of dirham was taken from: (transfer, dirham) parts, its euro, and the rate of the whole."""

    parts: list[tuple[Transfer, Decimal]]
    euro: Decimal
    rate: Decimal


class Purse:
    """The dirham of one source that the partner of a programme has received and not yet spent."""

    def __init__(self, transfers: list[Transfer], used: dict[int, Decimal]) -> None:
        self.transfers = transfers
        self.left = {row.pk: (row.received_amount or ZERO) - used.get(row.pk, ZERO) for row in transfers}

    @classmethod
    def load(cls, programme: Programme | int, source_id: int, *, leaving_out: Expenditure | None = None) -> Purse:
        """Return the purse as it is now; `leaving_out` an expenditure that is about to be replaced.

        Hold the money of the partnership first (partnerships.services.hold_money), so that it stays so.
        """
        rows = Transfer.objects.filter(programme=programme, source=source_id, received_amount__isnull=False)
        drawn = Drawdown.objects.standing().filter(transfer__in=rows).order_by()
        if leaving_out is not None and leaving_out.pk:
            drawn = drawn.exclude(expenditure=leaving_out)
        used = dict(drawn.values_list("transfer").annotate(ExactSum("amount")))
        return cls(list(rows.order_by("received_on", "pk")), used)

    @classmethod
    def of_transfer(cls, transfer_id: int) -> Purse:
        """Return what is left of one transfer."""
        row = Transfer.objects.get(pk=transfer_id)
        drawn = Drawdown.objects.standing().filter(transfer=row).order_by()
        return cls([row], dict(drawn.values_list("transfer").annotate(ExactSum("amount"))))

    def take(self, dirham: Decimal, chosen: Transfer | None = None) -> Taken | None:
        """Take an amount out, from the chosen transfer first and then from the oldest; None where it is not there."""
        order = sorted(self.transfers, key=lambda row: row != chosen)
        wanted, parts = dirham, []
        for transfer in order:
            part = min(wanted, self.left[transfer.pk])
            if part > 0:
                parts.append((transfer, part))
                wanted -= part
        if wanted or not parts:
            return None
        for transfer, part in parts:
            self.left[transfer.pk] -= part
        exact = sum((part * transfer.sent_amount / (transfer.received_amount or 1) for transfer, part in parts), ZERO)
        rates = {transfer.rate for transfer, _part in parts}
        rate = rates.pop() if len(rates) == 1 else (dirham / exact).quantize(RATE_STEP)
        return Taken(parts, exact.quantize(CENT), rate or ZERO)


def refuse_overdrawn(entry: LogEntry) -> None:
    """Refuse to bring a withdrawn entry back whose dirham were spent on something else meanwhile."""
    drawn = Drawdown.objects.filter(expenditure__log_entry=entry).order_by("transfer")
    for transfer, dirham in drawn.values_list("transfer").annotate(ExactSum("amount")):
        purse = Purse.of_transfer(transfer)
        if dirham > purse.left[transfer]:
            sentence = _("The dirham of %(transfer)s are spent on something else meanwhile: correct the entry's money.")
            raise ValidationError(sentence % {"transfer": purse.transfers[0]})


def still_paid(paid: Expenditure) -> list[Expenditure]:
    """Return an expenditure with its corrections, but for those that were rejected: no funder paid them."""
    corrections = (row for row in paid.corrections.all() if row.decision != Expenditure.Decision.REJECTED)
    return [paid, *corrections]


def give_back(paid: Expenditure, dirham: Decimal) -> Taken:
    """Return dirham of an expenditure, and its earlier refunds, to its transfers: what was drawn last goes back first.

    The parts and the euro are below zero. All that is left goes back with all the euro that is left, to the cent.
    An expenditure that drew on no transfer gives its dirham back at its own rate.
    """
    rows = still_paid(paid)
    left = {
        "dirham": sum((row.original_amount or ZERO for row in rows), ZERO),
        "euro": sum((row.amount for row in rows), ZERO),
    }
    drawn: dict[Transfer, Decimal] = {}
    for drawdown in Drawdown.objects.filter(expenditure__in=rows).select_related("transfer"):
        drawn[drawdown.transfer] = drawn.get(drawdown.transfer, ZERO) + drawdown.amount
    parts, wanted = [], dirham
    for transfer in sorted(drawn, key=lambda row: (row.received_on, row.pk), reverse=True):
        part = min(wanted, drawn[transfer])
        if part > 0:
            parts.append((transfer, part))
            wanted -= part
    exact = sum((part * transfer.sent_amount / (transfer.received_amount or 1) for transfer, part in parts), ZERO)
    rate = paid.rate or Decimal(1)
    euro = min((exact + wanted / rate).quantize(CENT), left["euro"]) if dirham < left["dirham"] else left["euro"]
    if parts and euro:
        rate = (dirham / euro).quantize(RATE_STEP)
    return Taken([(transfer, -part) for transfer, part in parts], -euro, rate)


def draw(expenditure: Expenditure, taken: Taken | None) -> None:
    """Make the drawdowns of a stored expenditure equal to what was taken for it."""
    expenditure.drawdowns.all().delete()
    if taken:
        Drawdown.objects.bulk_create(
            Drawdown(expenditure=expenditure, transfer=transfer, amount=part) for transfer, part in taken.parts
        )
