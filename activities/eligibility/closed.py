"""What was closed: nothing that is spent later belongs to it."""

from __future__ import annotations

from collections.abc import Iterable

from activities.eligibility.claim import Claim, Reason
from partnerships.models import Closure
from partnerships.services.closures import ending_of


class Endings:
    """From when on nothing of some partnerships can be paid any more, read in one query."""

    def __init__(self, partnerships: set[int]):
        rows = Closure.objects.filter(partnership__in=partnerships).select_related("partnership", "programme")
        self.rows = [(row.partnership_id, ending_of(row)) for row in rows]

    def reasons(self, claim: Claim) -> Iterable[Reason]:
        """Refuse what is spent after a closure; what corrects an earlier expense may still come."""
        for partnership, end in self.rows:
            if partnership == claim.partnership_id and end.covers(claim.spent_on) and not claim.corrects_id:
                yield Reason("spent_on", end.sentence)
