"""Rows of a spreadsheet that correct or refund what is stored: asked what the page of a correction asks."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from activities.models import Expenditure
from activities.resources.expense_rows import Draft
from activities.services.drawdowns import Taken, give_back
from activities.services.expenses import refuse_too_much_back, refuse_uncorrectable
from activities.services.money import stored_expenses
from partnerships.models import Partnership
from portal.ground.money import to_euro
from portal.ground.sheet_rows import Table


class Corrections:
    """The expenditures that the rows of a sheet correct, read in a few queries; an ordinary sheet reads none."""

    def __init__(self, partnership: Partnership, drafts: list[Draft], rows: Table) -> None:
        wanted = {draft.corrects for draft in drafts if draft.corrects}
        mine = Expenditure.objects.filter(pk__in=wanted, activity__partnership=partnership)
        self.paid = stored_expenses(mine) if wanted else {}
        self.rows = rows
        self._first: dict[int, int] = {}

    def adopt(self, draft: Draft) -> Draft:
        """Return a draft with the heading, the spender and the rate of what it corrects."""
        if not draft.corrects:
            return draft
        paid = self.paid.get(draft.corrects)
        if paid is None:
            sentence = _("There is no expense with the number %(id)s.") % {"id": draft.corrects}
            self.rows.fault(draft.place, "corrects", sentence)
            return draft
        self._keep(draft, paid)
        draft = draft._replace(heading_id=paid.heading_id, spent_by=paid.spent_by)
        if draft.original_amount is not None and draft.rate is None and paid.rate and not paid.drawdowns.all():
            return draft._replace(rate=paid.rate, amount=to_euro(draft.original_amount, paid.rate))
        return draft

    def _keep(self, draft: Draft, paid: Expenditure) -> None:
        """Refuse what a correction says otherwise than what it corrects."""
        fault = self.rows.fault
        if draft.activity_id != paid.activity_id:
            fault(draft.place, "activity", _("The corrected expense belongs to another activity."))
        if draft.source_id != paid.source_id:
            fault(draft.place, "source", _("A correction keeps the source of what it corrects."))
        if draft.heading_id not in {None, paid.heading_id}:
            fault(draft.place, "heading", _("A correction keeps the cost heading of what it corrects."))
        if draft.spent_by not in {"", paid.spender}:
            fault(draft.place, "spent_by", _("A correction keeps the spender of what it corrects."))
        if (draft.original_amount is None) != (paid.original_amount is None):
            fault(draft.place, "amount", _("Give the amount in the currency of what it corrects."))
        elif draft.original_amount is not None and draft.original_amount < 0 and draft.rate is not None:
            fault(draft.place, "rate", _("Leave the rate empty: money comes back at the rate at which it was paid."))

    def paid_on(self, draft: Draft) -> dt.date | None:
        """Return the day on which was paid what comes back by a row; None where nothing does."""
        amount = draft.original_amount if draft.original_amount is not None else draft.amount
        return self.paid[draft.corrects].spent_on if draft.corrects and amount is not None and amount < 0 else None

    def ask(self, draft: Draft) -> Taken | None:
        """Note what speaks against a new correction, and return what its dirham give back to their transfers."""
        paid = self.paid[draft.corrects or 0]
        first = self._first.setdefault(paid.pk, draft.place)
        if first != draft.place:
            sentence = _("Row %(row)s corrects the same expense: bring this one in afterwards.")
            self.rows.fault(draft.place, "corrects", sentence % {"row": self.rows.numbers[first]})
            return None
        try:
            return _settled(draft, paid)
        except ValidationError as error:
            found = error.message_dict if hasattr(error, "error_dict") else {"corrects": error.messages}
            for name, sentences in found.items():
                self.rows.fault(draft.place, name, " ".join(sentences))
            return None


def _settled(draft: Draft, paid: Expenditure) -> Taken | None:
    refuse_uncorrectable(paid)
    amount = draft.amount if draft.original_amount is None else draft.original_amount
    if amount is None or amount > 0:
        return None
    refuse_too_much_back(paid, -amount, on=draft.spent_on)
    return give_back(paid, -amount) if draft.original_amount is not None else None
