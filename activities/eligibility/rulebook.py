"""The funders' rules with the sums that they look at. The rules in force on the day of an expense count.

A Rulebook is loaded once, in a constant number of queries, and then answers for any number of claims.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from activities.eligibility.claim import Claim, Reason
from activities.eligibility.closed import Endings
from activities.eligibility.papers import PaidVouchers
from activities.models import BudgetLine, Expenditure
from partnerships.models import CostHeading, FundingRule, FundingSource, Grant, Programme
from partnerships.models.rules import holds
from partnerships.services import hold_money
from portal.ground.dates import EARLIEST, LATEST, TOO_EARLY, TOO_LATE
from portal.ground.money import ExactSum, format_amount

ZERO = Decimal("0.00")
Kind, Effect = FundingRule.Kind, FundingRule.Effect


class _Limit(NamedTuple):
    """What may be spent at most on a line of the sums, by a rule, or (None) by the grants of a source."""

    rule: FundingRule | None
    amount: Decimal
    line: tuple


class Rulebook:
    """The rules, grants, budgets and sums of some partnerships, as they are when it is loaded."""

    sources: dict[int, FundingSource]

    @classmethod
    def load(cls, partnership_ids: Iterable[int], *, hold: bool = False) -> Rulebook:
        """Return the rulebook of partnerships. `hold`, inside a transaction: nobody else spends until its end."""
        wanted = set(partnership_ids)
        if hold:
            hold_money(wanted)
        book = cls()
        book._load_rules()
        book._load_money(wanted)
        return book

    def _load_rules(self) -> None:
        sources = FundingSource.objects.prefetch_related("rules__headings")
        self.sources = {source.pk: source for source in sources}
        headings: Any = CostHeading.objects.all()
        self.headings = {heading.pk: heading for heading in headings}
        self.parents = {heading.parent_id for heading in self.headings.values()}
        # A sheet of ten thousand rows asks the same of a few days, sources and headings over and over.
        self._in_force: dict[tuple[int, dt.date], list[FundingRule]] = {}
        self._running: dict[tuple[int, dt.date], Programme | None] = {}
        self._fixed: dict[tuple, list[Reason]] = {}
        self._limits: dict[tuple, list[_Limit]] = {}

    def _load_money(self, partnerships: set[int]) -> None:
        self.programmes: dict[int, list[Programme]] = defaultdict(list)
        self.grants: dict[tuple[int, int], list[Grant]] = defaultdict(list)
        self.budgets: dict[tuple, Decimal] = defaultdict(lambda: ZERO)
        self.charged: dict[tuple, Decimal] = defaultdict(lambda: ZERO)
        self.vouchers = PaidVouchers()
        programmes = Programme.objects.filter(partnership__in=partnerships)
        for programme in programmes:
            self.programmes[programme.partnership_id].append(programme)
        self.by_id = {programme.pk: programme for rows in self.programmes.values() for programme in rows}
        for grant in Grant.objects.filter(programme__in=self.by_id):
            self.grants[grant.programme_id, grant.source_id].append(grant)
        self.endings = Endings(partnerships)
        lines = BudgetLine.objects.filter(programme__in=self.by_id).order_by()
        for *key, amount in lines.values_list("programme", "year", "source", "heading").annotate(ExactSum("amount")):
            self.budgets[tuple(key)] += amount
        limited = self._limited_sources()
        spent = Expenditure.objects.charged().filter(activity__partnership__in=partnerships, source__in=limited)
        by_day = spent.order_by().values_list("activity__partnership", "spent_on", "source", "heading")
        for partnership, day, source, heading, amount in by_day.annotate(ExactSum("amount")):
            self._count(partnership, day, source, heading, amount)

    def _limited_sources(self) -> set[int]:
        """Return the sources of which something can run out; what others paid need not be added up."""
        granted = {source for _programme, source in self.grants}
        kinds = {Kind.CEILING, Kind.SHARE, Kind.OVERSPEND}
        ruled = {pk for pk, source in self.sources.items() if any(rule.kind in kinds for rule in source.rules.all())}
        return granted | ruled

    def know_vouchers(self, claims: Iterable[Claim]) -> None:
        """Read what is paid on the vouchers of these claims, in one query; `verdict` asks it of numbered vouchers."""
        self.vouchers.know(claims)

    def charge(self, claim: Claim) -> None:
        """Count a claim as spent before the next one is judged."""
        self._count(claim.partnership_id, claim.spent_on, claim.source_id, claim.heading_id, claim.amount)
        self.vouchers.add(claim)

    def release(self, expenditures: Iterable[Expenditure]) -> None:
        """Take stored expenditures out of the sums, because they are about to be replaced or moved."""
        for row in expenditures:
            if row.decision != Expenditure.Decision.REJECTED and not (row.log_entry and row.log_entry.withdrawn_at):
                home = row.activity.partnership_id
                self._count(home, row.spent_on, row.source_id, row.heading_id, -row.amount)
        self.vouchers.drop({row.pk for row in expenditures})

    def verdict(self, claim: Claim) -> tuple[bool, list[Reason]]:
        """Return whether the claim may be written down now, and every reason that speaks against it."""
        if claim.amount < 0:  # money that comes back is nobody's cost: it only has to belong to the programme
            reasons = [*self._programme_reasons(claim)] or [*self._refund_reasons(claim)]
        else:
            reasons = [
                *self._standing(claim),
                *self.endings.reasons(claim),
                *self._amounts(claim),
                *self.vouchers.reasons(claim, self.sources),
            ]
        if not reasons:
            return True, []
        refused = any(reason.effect == Effect.REFUSE for reason in reasons)
        warned = any(reason.effect == Effect.WARN for reason in reasons)
        if warned and not refused and not claim.rule_reason.strip():
            return False, [*reasons, Reason("rule_reason", _("Say why it is paid from this source all the same."))]
        return not refused, reasons

    def alternatives(self, claim: Claim) -> list[FundingSource]:
        """Return the other sources that would pay it; the heading is then still to be chosen."""
        tried = (replace(claim, source_id=pk, heading_id=None) for pk in self.sources if pk != claim.source_id)
        return [
            self.sources[other.source_id]
            for other in tried
            if not any(reason.effect != Effect.JUDGE for reason in self.verdict(other)[1])
        ]

    def programme_on(self, partnership_id: int, day: dt.date) -> Programme | None:
        """Return the programme of a partnership that runs on a day."""
        key = (partnership_id, day)
        if key not in self._running:
            running = (row for row in self.programmes[partnership_id] if row.starts_on <= day <= row.ends_on)
            self._running[key] = next(running, None)
        return self._running[key]

    def has_headings(self, source_id: int, day: dt.date) -> bool:
        """Say whether a source has cost headings on a day."""
        return any(heading.source_id == source_id and heading.holds(day) for heading in self.headings.values())

    def rules_of(self, source_id: int, day: dt.date) -> list[FundingRule]:
        """Return the rules of a source that are in force on a day."""
        key = (source_id, day)
        if key not in self._in_force:
            self._in_force[key] = [rule for rule in self.sources[source_id].rules.all() if rule.holds(day)]
        return self._in_force[key]

    # What does not depend on the amount, so that a sheet of ten thousand rows asks it a few hundred times.

    def _standing(self, claim: Claim) -> list[Reason]:
        key = (
            *(claim.partnership_id, claim.programme_id, claim.source_id, claim.heading_id),
            *(claim.side, claim.spender, claim.spent_on),
        )
        if key not in self._fixed:
            found = [*self._source_reasons(claim), *self._heading_reasons(claim), *self._grant_reasons(claim)]
            rules = self.rules_of(claim.source_id, claim.spent_on)
            self._fixed[key] = found + [reason for rule in rules if (reason := self._broken(rule, claim))]
        return self._fixed[key]

    def _source_reasons(self, claim: Claim) -> Iterable[Reason]:
        source = self.sources[claim.source_id]
        if not holds(source, claim.spent_on):
            sentence = _("%(source)s pays only in this time: %(span)s.")
            yield Reason("source", sentence % {"source": source, "span": source.span_text})
        yield from self._programme_reasons(claim)

    def _programme_reasons(self, claim: Claim) -> Iterable[Reason]:
        if not EARLIEST <= claim.spent_on <= LATEST:
            yield Reason("spent_on", str(TOO_EARLY if claim.spent_on < EARLIEST else TOO_LATE))
        programme = self.by_id.get(claim.programme_id or 0)
        if programme and not programme.starts_on <= claim.spent_on <= programme.ends_on:
            sentence = _("The programme of this activity runs in %(years)s: the date lies outside it.")
            yield Reason("spent_on", sentence % {"years": programme.span_text})

    def _refund_reasons(self, claim: Claim) -> Iterable[Reason]:
        """Keep what comes back in the programme that paid it: dated elsewhere it would lessen another, or none."""
        if claim.corrects_on is None:
            return
        paid_in = self.programme_on(claim.partnership_id, claim.corrects_on)
        if paid_in == self.programme_on(claim.partnership_id, claim.spent_on):
            return
        if paid_in:
            sentence = _("This was paid in the programme of %(years)s: outside it the refund would lessen nothing.")
            yield Reason("spent_on", sentence % {"years": paid_in.span_text})
        else:
            sentence = _("This was paid while no programme ran: on this day the refund would lessen another’s costs.")
            yield Reason("spent_on", sentence)

    def _heading_reasons(self, claim: Claim) -> Iterable[Reason]:
        heading = self.headings.get(claim.heading_id or 0)
        if heading is None:
            return
        if heading.source_id != claim.source_id:
            yield Reason("heading", _("This heading belongs to another funding source."))
        elif heading.pk in self.parents:
            yield Reason("heading", _("Choose one of the parts of this heading."))
        elif not heading.holds(claim.spent_on):
            yield Reason("heading", _("This heading exists only in this time: %(span)s.") % {"span": heading.span_text})

    def _grant_reasons(self, claim: Claim) -> Iterable[Reason]:
        grants = self._grants(claim)
        if self.programme_on(claim.partnership_id, claim.spent_on) is None:
            # A grant pays expenses of its programme: what is spent on a day without one is paid by none of them.
            programmes = self.programmes[claim.partnership_id]
            grants = [grant for row in programmes for grant in self.grants.get((row.pk, claim.source_id), [])]
        elif any(grant.starts_on <= claim.spent_on <= grant.ends_on for grant in grants):
            return
        if not grants:
            return
        words = {"source": self.sources[claim.source_id]}
        if claim.spent_on < min(grant.starts_on for grant in grants):
            yield Reason("spent_on", _("This day lies before the grant of %(source)s.") % words)
        else:
            yield Reason("spent_on", _("On this day no grant of %(source)s pays any more.") % words)

    def _grants(self, claim: Claim) -> list[Grant]:
        programme = self.programme_on(claim.partnership_id, claim.spent_on)
        return self.grants.get((programme.pk, claim.source_id), []) if programme else []

    def _broken(self, rule: FundingRule, claim: Claim) -> Reason | None:
        """Return what a rule that does not look at the amount says against a claim; None where it lets it be."""
        field, is_broken = "source", False
        match rule.kind:
            case Kind.SIDE:
                is_broken = claim.side != rule.side_allowed
            case Kind.RECIPIENT:
                is_broken = claim.spender != rule.side_allowed
            case Kind.WINDOW:
                field, is_broken = "spent_on", not _between(rule.first_day, claim.spent_on, rule.last_day)
            case Kind.HEADINGS:
                field, is_broken = "heading", bool(claim.heading_id) and not self._is_paid(rule, claim.heading_id)
        return _because(rule, field) if is_broken else None

    def _is_paid(self, rule: FundingRule, heading_id: int | None) -> bool:
        paid = {heading.pk for heading in rule.headings.all()}
        heading = self.headings[heading_id or 0]
        return not paid or heading.pk in paid or heading.parent_id in paid

    # What depends on the amount and on what was spent before.

    def _amounts(self, claim: Claim) -> Iterable[Reason]:
        if not claim.has_voucher:
            for rule in self.rules_of(claim.source_id, claim.spent_on):
                if rule.kind == Kind.VOUCHER and claim.amount > (rule.amount or 0):
                    yield _because(rule, "voucher_number")
        if claim.amount <= 0:
            return
        for limit in self._limits_of(claim):
            left = limit.amount - self.charged[limit.line]
            if claim.amount <= left:
                continue
            words = {"left": format_amount(max(left, ZERO)), "source": self.sources[claim.source_id]}
            if limit.rule:
                yield _because(limit.rule, "amount", _("%(left)s is left.") % words)
            else:
                yield Reason("amount", _("Only %(left)s is left of what %(source)s granted.") % words)

    def _limits_of(self, claim: Claim) -> list[_Limit]:
        """Return the largest sums that grants and rules allow on the day of a claim."""
        key = (claim.partnership_id, claim.source_id, claim.heading_id, claim.spent_on)
        if key not in self._limits:
            programme = self.programme_on(claim.partnership_id, claim.spent_on)
            self._limits[key] = list(self._limits_in(programme, claim)) if programme else []
        return self._limits[key]

    def _limits_in(self, programme: Programme, claim: Claim) -> Iterable[_Limit]:
        grants = self._grants(claim)
        if grants:
            granted = sum((grant.amount for grant in grants), ZERO)
            yield _Limit(None, granted, (programme.pk, claim.source_id))
        for rule in self.rules_of(claim.source_id, claim.spent_on):
            amount, line = self._limit(rule, claim, programme, grants)
            if amount is not None:
                yield _Limit(rule, amount, line)

    def _limit(
        self, rule: FundingRule, claim: Claim, programme: Programme, grants: list[Grant]
    ) -> tuple[Decimal | None, tuple]:
        """Return the largest sum that a rule allows here, and on which line; None: the rule says nothing."""
        whole = (programme.pk, claim.source_id)
        if rule.kind == Kind.CEILING and rule.heading_id is None:
            return (rule.amount or ZERO) * max(1, len(grants)), whole
        if rule.kind == Kind.CEILING and rule.heading_id in self._line_of(claim.heading_id):
            return rule.amount, (*whole, rule.heading_id)
        if rule.kind == Kind.SHARE and grants and all(grant.accepted_budget for grant in grants):
            budget = sum((grant.accepted_budget or ZERO for grant in grants), ZERO)
            return (budget * (rule.percent or ZERO) / 100).quantize(ZERO), whole
        if rule.kind == Kind.OVERSPEND:
            for heading in self._line_of(claim.heading_id):
                line = (programme.pk, claim.spent_on.year, claim.source_id, heading)
                if line in self.budgets:
                    return (self.budgets[line] * (100 + (rule.percent or ZERO)) / 100).quantize(ZERO), line
        return None, whole

    def _line_of(self, heading_id: int | None) -> list[int | None]:
        """Return a heading and the one that it is part of."""
        parent = self.headings[heading_id].parent_id if heading_id in self.headings else None
        return [heading_id, parent] if parent else [heading_id]

    def _count(self, partnership: int, day: dt.date, source: int, heading: int | None, amount: Decimal) -> None:
        programme = self.programme_on(partnership, day)
        if programme is None:
            return
        self.charged[programme.pk, source] += amount
        for line in self._line_of(heading):
            self.charged[programme.pk, source, line] += amount
            self.charged[programme.pk, day.year, source, line] += amount


def _because(rule: FundingRule, field: str, more: str = "") -> Reason:
    return Reason(field, f"{rule} {more}".strip(), rule.effect, rule.pk)


def _between(first: dt.date | None, day: dt.date, last: dt.date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)
