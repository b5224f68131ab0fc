"""What stays on the way of the money: nothing that came in, went on, or answers for what did, is deleted.

A mistake is corrected first, on the record itself: its history then tells what was there, and why it went.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partnerships.models import FundingRequest, Grant, Partnership, ProgrammeYear, Tranche, Transfer
from partnerships.services.checks import DATED, cover_transfers, partnership_of
from partnerships.services.guards import ask_guards
from partnerships.services.requests import DATED as OF_REQUEST


def check_removal(row: Grant | Tranche | Transfer | FundingRequest) -> None:
    """Raise ValidationError with the reason for which the row is not deleted; a guard's reason counts too."""
    if isinstance(row, FundingRequest):
        if row.state == FundingRequest.State.GRANTED:
            raise ValidationError(_("This request is granted: it stays."))
        _keep_locked(row, row.partnership, OF_REQUEST)
        return
    _keep_locked(row, partnership_of(row), DATED[type(row)])
    ask_guards(row, is_gone=True)
    if isinstance(row, Grant):
        _keep_grant(row)
    elif isinstance(row, Tranche):
        if row.claimed_amount is not None or row.received_amount is not None:
            sentence = _("This tranche is claimed or received: it stays. Where that is a mistake, empty its amounts.")
            raise ValidationError(sentence)
    elif row.received_amount is not None:
        sentence = _("The partner received this transfer: it stays. Where that is a mistake, empty the receipt first.")
        raise ValidationError(sentence)


def _keep_locked(row: Any, partnership: Partnership, fields: Iterable[str]) -> None:
    days = [day for field in fields if (day := getattr(row, field))]
    if ProgrammeYear.objects.locked_on(partnership.pk, days).exists():
        raise ValidationError(_("This record is dated in a locked year: an officer can open the year again."))


def _keep_grant(grant: Grant) -> None:
    year = grant.tranches.order_by("year").values_list("year", flat=True).first()
    if year is not None:
        raise ValidationError(_("The grant has a tranche of %(year)s.") % {"year": year})
    if grant.request is not None:
        sentence = _("This grant answers the request “%(request)s”: it stays.")
        raise ValidationError(sentence % {"request": grant.request})
    cover_transfers(grant, is_gone=True)
