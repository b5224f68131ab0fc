"""What a source has paid and nobody spent yet, before more of it is claimed (Royal Decree, art. 32).

The share that may be left is the funder's rule (FundingRule, kind "balance"); code knows no figure of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext as _

from activities.models import Expenditure
from partnerships.models import FundingRule, Programme, Tranche
from partnerships.services.guards import Objection
from portal.ground.dates import format_date
from portal.ground.money import CENT, ExactSum, format_amount

ZERO = Decimal("0.00")


def share_of(rule: FundingRule, *, is_first: bool) -> Decimal | None:
    """Return the percentage of the last tranche below which the balance must be; the first may have its own."""
    return rule.first_percent if is_first and rule.first_percent is not None else rule.percent


def largest_balance(tranche: Decimal, percent: Decimal) -> Decimal:
    """Return the largest balance with which a claim is possible: a cent less than the share, or the cents below it."""
    return (tranche * percent / 100).quantize(CENT, rounding=ROUND_CEILING) - CENT


def objections_to_claim(tranche: Tranche) -> Iterator[Objection]:
    """Yield what speaks against the claim of a tranche on its day: too much of the earlier ones is not spent."""
    day = tranche.claimed_on
    if day is None:
        return
    grant = tranche.grant
    rules = FundingRule.objects.in_force(day).filter(source=grant.source_id, kind=FundingRule.Kind.BALANCE)
    earlier = Tranche.objects.filter(grant__programme=grant.programme_id, grant__source=grant.source_id)
    came = list(earlier.exclude(pk=tranche.pk).filter(received_on__lte=day))
    if not came:
        return
    last = max(row.year for row in came)
    received = sum((row.received_amount or ZERO for row in came), ZERO)
    unspent = received - _charged(grant.programme, grant.source_id, until=tranche)
    for rule in rules:
        percent = share_of(rule, is_first=all(row.year == last for row in came))
        latest = sum((row.received_amount or ZERO for row in came if row.year == last), ZERO)
        if percent is None or unspent <= largest_balance(latest, percent):
            continue
        sentence = _("%(rule)s On %(day)s %(unspent)s was not spent yet, and %(allowed)s may be left.")
        words = {"rule": rule, "day": format_date(day), "unspent": format_amount(unspent)}
        words["allowed"] = format_amount(largest_balance(latest, percent))
        yield Objection("claimed_on", sentence % words, rule.effect)


def _charged(programme: Programme, source: int, *, until: Tranche) -> Decimal:
    rows = Expenditure.objects.charged().filter(source=source, activity__partnership=programme.partnership_id)
    rows = rows.during(programme.starts_on, programme.ends_on).filter(spent_on__lte=until.claimed_on)
    return rows.aggregate(total=ExactSum("amount"))["total"]
