"""Who was meant to pay an activity and who did: planned shares beside what each source really bears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from activities.budget_sheet import signed
from activities.models import Activity
from partnerships.models import FundingSource
from portal.ground.money import CENT, ExactSum, format_amount

ZERO, WHOLE = Decimal("0.00"), Decimal(100)


@dataclass(frozen=True)
class Comparison:
    """For components/table.html: each source, its planned share and part of the cost, what it paid, the difference."""

    columns: list[dict[str, str]]
    rows: list[dict[str, Any]]
    totals: list[str]


@dataclass(frozen=True)
class Plan:
    """What is planned to pay an activity, on its page: shares by source, and the pages that tell more."""

    shares: list[tuple[str, str]]
    co_funding_url: str
    budget_url: str


def plan_of(activity: Activity) -> Plan:
    """Return the planned shares of an activity, with the address of its programme's budget."""
    rows = activity.co_funding.select_related("source").order_by("-share", "source__slug")
    programme = activity.programme
    return Plan(
        [(str(row.source), with_sign(row.share)) for row in rows],
        reverse("activities:co_funding", args=[activity.pk]),
        reverse("activities:budget", args=[programme.slug]) if programme else "",
    )


def with_sign(share: Decimal) -> str:
    """Return a percentage with its sign, as the active language writes it."""
    return f"{format_percent(share)}\N{NO-BREAK SPACE}%"


def format_percent(share: Decimal) -> str:
    """Return a percentage as the active language writes it, with the decimals that it has."""
    return number_format(f"{share.normalize():f}", use_l10n=True)


def parts_of_whole(whole: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """Divide an amount by shares of 100 per cent, to the cent, so that the parts come to the whole exactly.

    The cents that rounding leaves go to the parts that lost most by it. The shares come to 100.
    """
    exact = [whole * share / WHOLE for share in shares]
    parts = [part.quantize(CENT, rounding=ROUND_FLOOR) for part in exact]
    left = int((whole - sum(parts, ZERO)) / CENT)
    for index in sorted(range(len(parts)), key=lambda index: parts[index] - exact[index])[:left]:
        parts[index] += CENT
    return parts


def stored_shares(activity: Activity) -> dict[int, Decimal]:
    """Return {source: per cent} as planned now."""
    return dict(activity.co_funding.values_list("source", "share"))


def comparison_of(activity: Activity, sources: Mapping[int, FundingSource]) -> Comparison:
    """Return the planned shares of an activity beside what each source bears of its cost.

    Without any plan the payments stand alone: a difference from nothing says nothing.
    """
    shares = stored_shares(activity)
    charged = activity.expenditures.charged().order_by()
    paid = dict(charged.values_list("source").annotate(ExactSum("amount")))
    named = [pk for pk in sources if pk in shares or pk in paid]
    spent = [paid.get(pk, ZERO) for pk in named]
    names = [str(sources[pk]) for pk in named]
    if not shares:
        rows = [{"cells": [name, format_amount(amount)]} for name, amount in zip(names, spent, strict=True)]
        total = [_("Together"), format_amount(sum(spent, ZERO))]
        return Comparison(_columns(_("Really paid")), rows, total)
    planned = [shares.get(pk, ZERO) for pk in named]
    open_share = WHOLE - sum(planned, ZERO)
    if open_share:
        names, planned, spent = [*names, _("Not shared out yet")], [*planned, open_share], [*spent, ZERO]
    parts = parts_of_whole(sum(spent, ZERO), planned)
    columns = _columns(_("Planned share"), _("Its part of the cost"), _("Really paid"), _("Difference"))
    rows = [{"cells": [name, *_figures(*of)]} for name, *of in zip(names, planned, parts, spent, strict=True)]
    return Comparison(columns, rows, [_("Together"), *_figures(WHOLE, sum(parts, ZERO), sum(spent, ZERO))])


def _columns(*amounts: str) -> list[dict[str, str]]:
    return [{"label": _("Paid from")}, *({"label": label, "kind": "number"} for label in amounts)]


def _figures(share: Decimal, part: Decimal, paid: Decimal) -> list[str]:
    return [with_sign(share), format_amount(part), format_amount(paid), signed(paid - part)]
