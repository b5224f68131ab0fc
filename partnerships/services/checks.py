"""What only its surroundings know about a grant, a tranche or a transfer: pages and administration ask here."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partnerships.models import FundingRule, FundingSource, Grant, Partnership, Tranche, Transfer
from partnerships.services.guards import Objection, Stage, ask_guards, objections_to
from partnerships.services.money import hold_money
from partnerships.services.years import hold_years_open
from portal.ground.dates import format_date
from portal.ground.money import ExactSum, format_amount

# The day that each part of a row is dated by: what changes of it must not lie in a locked year.
DATED = {
    Grant: {"granted_on": ["granted_on", "amount", "source_id", "programme_id"]},
    Tranche: {"claimed_on": ["claimed_on", "claimed_amount"], "received_on": ["received_on", "received_amount"]},
    Transfer: {
        "sent_on": ["sent_on", "sent_amount", "bank_costs", "source_id", "programme_id"],
        "received_on": ["received_on", "received_amount"],
    },
}
# What the funder's warnings look at; a change of anything else asks for no reason again.
JUDGED = {
    Grant: ["granted_on", "amount", "accepted_budget", "source_id"],
    Tranche: ["claimed_on", "claimed_amount", "year", "grant_id"],
    Transfer: ["sent_on", "sent_amount", "source_id", "programme_id"],
}


def partnership_of(row: Stage) -> Partnership:
    """Return the partnership whose money it is."""
    return (row.grant.programme if isinstance(row, Tranche) else row.programme).partnership


def check_stage(row: Stage, *, reason: str = "") -> None:
    """Check a row that is about to be saved against locked years, what is spent, and the funder's rules.

    A rule that warns lets it pass with a `reason`, which the caller keeps in the audit. Call it in the transaction
    that writes; it holds the partnership's money. Raises ValidationError by field, under `reason` for a warning.
    """
    partnership = partnership_of(row)
    hold_money([partnership.pk])
    stored = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
    _hold_years(row, stored, partnership)
    # A claim stays as it was made: what was spent or ruled later refuses no receipt of it.
    is_told = isinstance(row, Tranche) and not _differs(row, stored, JUDGED[Tranche])
    refusals, warnings = ({}, []) if is_told else _objections(row)
    if refusals:
        raise ValidationError(refusals)
    if stored is not None:
        ask_guards(row)
        if isinstance(row, Grant):
            cover_transfers(row)
    if warnings and not reason.strip() and _differs(row, stored, JUDGED[type(row)]):
        raise ValidationError({"reason": [*warnings, _("Say why it is right all the same.")]})


def _differs(row: Stage, stored: Stage | None, fields: Iterable[str]) -> bool:
    return stored is None or any(getattr(row, name) != getattr(stored, name) for name in fields)


def _hold_years(row: Stage, stored: Stage | None, partnership: Partnership) -> None:
    for field, dated in DATED[type(row)].items():
        days = [getattr(version, field) for version in (row, stored) if version is not None]
        if _differs(row, stored, dated):
            hold_years_open(partnership, days=[day for day in days if day], field=field)


def _objections(row: Stage) -> tuple[dict[str, Any], list[str]]:
    """Return what is refused, by field, and what is only warned of."""
    if isinstance(row, Grant):
        soft = [f"{rule} ({text})" for rule, text in row.objections() if rule.effect != FundingRule.Effect.REFUSE]
        return {}, soft
    return _of_claim(row) if isinstance(row, Tranche) else _of_transfer(row)


def _of_claim(tranche: Tranche) -> tuple[dict[str, Any], list[str]]:
    """Return what speaks against a claim: it comes too early, or too much of the earlier tranches is not spent."""
    if tranche.claimed_on is None:
        return {}, []
    refused: dict[str, Any] = {}
    warned = []
    for objection in [*_too_early(tranche), *objections_to(tranche)]:
        if objection.effect == FundingRule.Effect.REFUSE:
            refused.setdefault(objection.field, []).append(objection.sentence)
        else:
            warned.append(objection.sentence)
    return refused, warned


def _too_early(tranche: Tranche) -> Iterable[Objection]:
    """Yield what speaks against the day: a tranche is claimed from a day of its year on (art. 32: 15 January)."""
    rules = FundingRule.objects.in_force(tranche.claimed_on).filter(
        source=tranche.grant.source_id, kind=FundingRule.Kind.DEADLINE, deadline_for=FundingRule.Deadline.CLAIM
    )
    for rule in rules:
        first = rule.date_in(tranche.year)
        if first is None or tranche.claimed_on >= first:
            continue
        sentence = _("%(rule)s A claim for %(year)s can be made from %(day)s.") % {
            "rule": rule,
            "year": tranche.year,
            "day": format_date(first),
        }
        yield Objection("claimed_on", sentence, rule.effect)


def _of_transfer(transfer: Transfer) -> tuple[dict[str, Any], list[str]]:
    """Return what speaks against the amount.

    More than was granted is a mistake; more than was received so far is advanced money, for a reason. Own funds
    are nobody's grant. Where no grant is known there is nothing to compare with, so it is said.
    """
    source, programme = transfer.source, transfer.programme
    if source.kind == FundingSource.Kind.OWN:
        return {}, []
    grants = Grant.objects.filter(programme=programme, source=source)
    granted = grants.aggregate(total=ExactSum("amount"))["total"]
    others = Transfer.objects.filter(programme=programme, source=source).exclude(pk=transfer.pk)
    sent = others.aggregate(total=ExactSum("sent_amount"))["total"]
    if not granted:
        return {}, [_("No grant of %(source)s is known for this programme.") % {"source": source}]
    if sent + transfer.sent_amount > granted:
        sentence = _("This is more than %(source)s granted: %(left)s is left to send.")
        left = format_amount(max(granted - sent, Decimal(0)))
        return {"sent_amount": sentence % {"source": source, "left": left}}, []
    until = others.filter(sent_on__lte=transfer.sent_on)
    sent = until.aggregate(total=ExactSum("sent_amount"))["total"] + transfer.sent_amount
    arrived = Tranche.objects.filter(grant__in=grants, received_on__lte=transfer.sent_on)
    received = arrived.aggregate(total=ExactSum("received_amount"))["total"]
    if sent <= received:
        return {}, []
    sentence = _("By that day %(received)s of %(source)s had been received, and %(sent)s would be sent.")
    return {}, [
        sentence % {"received": format_amount(received), "source": source, "sent": format_amount(sent)},
    ]


def cover_transfers(grant: Grant, *, is_gone: bool = False) -> None:
    """Raise ValidationError where less would be granted than was sent to the partner of this source already.

    `grant` is as it is about to be. Own funds are nobody's grant.
    """
    stored = Grant.objects.select_related("source").get(pk=grant.pk)
    home = {"programme": stored.programme_id, "source": stored.source_id}
    leaves = is_gone or (grant.programme_id, grant.source_id) != tuple(home.values())
    if stored.source.kind == FundingSource.Kind.OWN or not (leaves or grant.amount < stored.amount):
        return
    sent = Transfer.objects.filter(**home).aggregate(total=ExactSum("sent_amount"))["total"]
    others = Grant.objects.filter(**home).exclude(pk=stored.pk).aggregate(total=ExactSum("amount"))["total"]
    if sent > others + (Decimal(0) if leaves else grant.amount):
        sentence = _("%(sent)s of %(source)s is sent to the partner already: the grant is not less than that.")
        words = {"sent": format_amount(sent), "source": stored.source}
        raise ValidationError({"source" if leaves else "amount": sentence % words})
