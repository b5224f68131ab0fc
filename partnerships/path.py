"""The path of a programme's money as people read it: asked, granted, claimed, received, sent, arrived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.models import (
    FundingRequest,
    FundingSource,
    Grant,
    PartnershipFunding,
    Programme,
    Tranche,
    Transfer,
)
from partnerships.services import next_states
from portal.ground.dates import format_date, format_span
from portal.ground.money import RATE_STEP, format_amount, format_rate
from portal.ground.wording import Wording, joined, listed, translated

ZERO = Decimal("0.00")
State = FundingRequest.State
LOOKS = {
    State.SOUGHT: ("neutral", "search"),
    State.SUBMITTED: ("info", "envelope"),
    State.GRANTED: ("positive", "check-circle"),
    State.REFUSED: ("negative", "x-circle"),
}


@dataclass(frozen=True)
class Step:
    """One rung of the ladder; `size` is its part of the largest sum in euro, in percent, None for no bar."""

    label: str
    amount: str
    note: str = ""
    size: int | None = None


@dataclass(frozen=True)
class GrantPart:
    """A grant with its years; `years` is shown by components/table.html."""

    title: str
    facts: Any
    url: str
    years: dict[str, Any]


@dataclass(frozen=True)
class SourcePath:
    """What came from one source. `requests` and `transfers` are shown by components/table.html."""

    slug: str
    name: Wording
    is_own: bool
    steps: list[Step]
    requests: dict[str, Any]
    grants: list[GrantPart]
    transfers: dict[str, Any]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of it yet."""
        return not (self.requests["rows"] or self.grants or self.transfers["rows"])


def paths_of(programme: Programme, *, may_write: bool) -> list[SourcePath]:
    """Return the path of each source of a programme, its own partnership's first; five queries."""
    requests = _by_source(
        FundingRequest.objects.asked_for(programme).select_related("source", "grant").order_by("submitted_on", "pk")
    )
    granted = Grant.objects.filter(programme=programme).select_related("source").prefetch_related("tranches")
    grants = _by_source(granted.order_by("starts_on", "pk"))
    sent = Transfer.objects.filter(programme=programme).select_related("source").order_by("sent_on", "pk")
    transfers = _by_source(sent)
    funding = PartnershipFunding.objects.filter(partnership=programme.partnership_id).select_related("source")
    sources = [row.source for row in funding.order_by("purpose", "pk")]
    rows = [row for found in (requests, grants, transfers) for group in found.values() for row in group]
    unique = {source.pk: source for source in [*sources, *(row.source for row in rows)]}
    return [
        _path(source, requests[pk], grants[pk], transfers[pk], may_write=may_write) for pk, source in unique.items()
    ]


def _by_source(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.source_id].append(row)
    return found


def _path(
    source: FundingSource,
    requests: list[FundingRequest],
    grants: list[Grant],
    transfers: list[Transfer],
    *,
    may_write: bool,
) -> SourcePath:
    is_own = source.kind == FundingSource.Kind.OWN
    return SourcePath(
        slug=source.slug,
        name=translated(source, "name"),
        is_own=is_own,
        steps=_steps(requests, grants, transfers, is_own=is_own),
        requests=_requests(requests, may_write=may_write),
        grants=[_grant(grant, may_write=may_write) for grant in grants],
        transfers=_transfers(transfers, may_write=may_write),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount), ZERO)


def _steps(
    requests: list[FundingRequest], grants: list[Grant], transfers: list[Transfer], *, is_own: bool
) -> list[Step]:
    tranches = [row for grant in grants for row in grant.tranches.all()]
    asked = _sum(row.amount for row in requests if row.state != State.SOUGHT)
    granted = _sum(row.amount for row in grants)
    claimed, received = (_sum(getattr(row, f"{name}_amount") for row in tranches) for name in ("claimed", "received"))
    sent = _sum(row.sent_amount for row in transfers)
    largest = max(asked, granted, claimed, received, sent)

    def step(label: str, amount: Decimal, *notes: str) -> Step:
        return Step(label, format_amount(amount), listed(notes), int(100 * amount / largest) if largest else 0)

    from_funder = [
        step(_("Asked"), asked, _asked_note(requests)),
        step(_("Granted"), granted),
        step(_("Claimed"), claimed, _more(_("%(amount)s still to claim"), granted - claimed)),
        step(_("Received"), received, _more(_("%(amount)s claimed and not yet here"), claimed - received)),
    ]
    advance = "" if is_own else _more(_("%(amount)s more than received"), sent - received)
    waiting = "" if is_own else _more(_("%(amount)s not sent on"), received - sent)
    costs = _sum(row.bank_costs for row in transfers)
    on_top = _more(_("bank costs on top: %(amount)s"), costs)
    to_partner = [step(_("Sent to the partner"), sent, advance, waiting, on_top), *_arrival(transfers)]
    return to_partner if is_own else [*from_funder, *to_partner]


def _more(sentence: str, amount: Decimal) -> str:
    return sentence % {"amount": format_amount(amount)} if amount > 0 else ""


def _asked_note(requests: list[FundingRequest]) -> str:
    sums = {state: _sum(row.amount for row in requests if row.state == state) for state in State}
    return listed(
        [
            _more(_("%(amount)s refused"), sums[State.REFUSED]),
            _more(_("%(amount)s not decided yet"), sums[State.SUBMITTED]),
            _more(_("%(amount)s more is sought"), sums[State.SOUGHT]),
        ]
    )


def _arrival(transfers: list[Transfer]) -> list[Step]:
    """Return what arrived in dirham and the real rate of all of it together."""
    there = [row for row in transfers if row.received_amount]
    away = len(transfers) - len(there)
    note = ngettext("%(count)s transfer is still on its way", "%(count)s transfers are still on their way", away)
    arrived, euro = _sum(row.received_amount for row in there), _sum(row.sent_amount for row in there)
    steps = [Step(_("Arrived at the partner"), format_amount(arrived, "MAD"), note % {"count": away} if away else "")]
    if arrived:
        rate = format_rate((arrived / euro).quantize(RATE_STEP))
        steps.append(Step(_("Real rate of all of it"), _("1 € = %(rate)s MAD") % {"rate": rate}))
    return steps


def _requests(rows: list[FundingRequest], *, may_write: bool) -> dict[str, Any]:
    columns: list[dict[str, Any]] = [
        {"label": _("Purpose")},
        {"label": _("State")},
        {"label": _("Amount"), "kind": "number"},
        {"label": _("Submitted"), "kind": "date"},
        {"label": _("Decided"), "kind": "date"},
    ]
    if may_write:
        columns.append({"label": _("Next step")})
    return {
        "caption": _("Requests"),
        "columns": columns,
        "rows": [_request(row, may_write=may_write) for row in rows],
    }


def _request(row: FundingRequest, *, may_write: bool) -> dict[str, Any]:
    purpose = translated(row, "purpose")
    tone, icon = LOOKS[State(row.state)]
    steps = next_states(row)
    badge = {"label": capfirst(row.get_state_display()), "tone": tone, "icon": icon}
    note = row.decision_note or (format_date(row.state_on, row.precision) if not row.submitted_on else "")
    cells: list[dict[str, Any]] = [
        {"text": purpose.text, "lang": purpose.lang, "note": row.get_side_display() if row.side else ""},
        {"badge": badge, "note": note},
        {"text": format_amount(row.amount)},
        {"text": format_date(row.submitted_on)},
        {"text": format_date(row.decided_on)},
    ]
    if may_write:
        words = _("Note the answer") if row.state == State.SUBMITTED else _("Note that it is submitted")
        words = _("Add its grant") if row.state == State.GRANTED else words
        move = reverse("partnerships:request_move", args=[row.pk])
        cells.append({"text": words, "url": move} if steps else {"text": ""})
    is_open = may_write and row.state in {State.SOUGHT, State.SUBMITTED}
    return {"cells": cells, "url": reverse("partnerships:request_edit", args=[row.pk]) if is_open else ""}


def _grant(grant: Grant, *, may_write: bool) -> GrantPart:
    tranches = {row.year: row for row in grant.tranches.all()}
    years = range(grant.starts_on.year, grant.ends_on.year + 1)
    accepted = _("of an accepted budget of %(amount)s") % {"amount": format_amount(grant.accepted_budget)}
    facts = joined(
        format_amount(grant.amount),
        accepted if grant.accepted_budget else "",
        _("granted on %(day)s") % {"day": format_date(grant.granted_on)},
        _("for expenses of %(span)s") % {"span": format_span(grant.starts_on, grant.ends_on)},
    )
    columns = [
        {"label": _("Year")},
        {"label": _("Claimed"), "kind": "number"},
        {"label": _("on"), "kind": "date"},
        {"label": _("Received"), "kind": "number"},
        {"label": _("on"), "kind": "date"},
    ]
    claimed, received = (_sum(getattr(row, f"{name}_amount") for row in tranches.values()) for name in _SIDES)
    return GrantPart(
        title=grant.reference,
        facts=facts,
        url=reverse("partnerships:grant_edit", args=[grant.pk]) if may_write else "",
        years={
            "caption": _("Tranches of %(grant)s") % {"grant": grant.reference},
            "columns": columns,
            "rows": [_year(grant, year, tranches.get(year), may_write=may_write) for year in years],
            "totals": [{"text": _("Together")}, *_pair(claimed), *_pair(received)],
        },
    )


_SIDES = ("claimed", "received")


def _pair(amount: Decimal) -> list[dict[str, str]]:
    return [{"text": format_amount(amount)}, {"text": ""}]


def _year(grant: Grant, year: int, tranche: Tranche | None, *, may_write: bool) -> dict[str, Any]:
    cells = [{"text": str(year)}]
    for name in _SIDES:
        amount = getattr(tranche, f"{name}_amount", None)
        cells += [{"text": format_amount(amount)}, {"text": format_date(getattr(tranche, f"{name}_on", None))}]
    return {"cells": cells, "url": reverse("partnerships:tranche_edit", args=[grant.pk, year]) if may_write else ""}


def _transfers(rows: list[Transfer], *, may_write: bool) -> dict[str, Any]:
    there = [row for row in rows if row.received_amount]
    return {
        "caption": _("Transfers"),
        "columns": [
            {"label": _("Reference")},
            {"label": _("Sent"), "kind": "date"},
            {"label": _("Euro"), "kind": "number"},
            {"label": _("Bank costs"), "kind": "number"},
            {"label": _("Arrived"), "kind": "date"},
            {"label": _("Dirham"), "kind": "number"},
            {"label": _("Rate"), "kind": "number"},
        ],
        "rows": [_transfer(row, may_write=may_write) for row in rows],
        "totals": [
            {"text": _("Together")},
            {"text": ""},
            {"text": format_amount(_sum(row.sent_amount for row in rows))},
            {"text": format_amount(_sum(row.bank_costs for row in rows))},
            {"text": ""},
            {"text": format_amount(_sum(row.received_amount for row in there), "MAD")},
            {"text": ""},
        ],
    }


def _transfer(row: Transfer, *, may_write: bool) -> dict[str, Any]:
    arrived = {"text": format_date(row.received_on)} if row.received_on else {"text": _("not yet")}
    return {
        "cells": [
            {"text": row.reference},
            {"text": format_date(row.sent_on)},
            {"text": format_amount(row.sent_amount)},
            {"text": format_amount(row.bank_costs)},
            arrived,
            {"text": format_amount(row.received_amount, "MAD")},
            {"text": format_rate(row.rate) if row.rate else ""},
        ],
        "url": reverse("partnerships:transfer_edit", args=[row.pk]) if may_write else "",
    }
