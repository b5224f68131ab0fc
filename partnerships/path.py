"""The path of a programme's money as people read it: asked, granted, claimed, received, sent, arrived."""

from __future__ import annotations

import datetime as dt
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
from portal.ground.dates import Precision, format_date, format_span
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
    rungs = [
        (_("Asked"), asked, _asked_note(requests)),
        (_("Granted"), granted, ""),
        (_("Claimed"), claimed, _more(_("%(amount)s still to claim"), granted - claimed)),
        (_("Received"), received, _more(_("%(amount)s claimed and not yet here"), claimed - received)),
        (_("Sent to the partner"), sent, _sent_note(transfers, received, is_own=is_own)),
    ]
    rungs = rungs[-1:] if is_own else _climbed(rungs)
    largest = max(amount for _label, amount, _note in rungs)
    steps = [
        Step(label, format_amount(amount), note, int(100 * amount / largest) if largest else 0)
        for label, amount, note in rungs
    ]
    return [*steps, _arrival(transfers)] if transfers else steps


def _climbed(rungs: list[tuple[str, Decimal, str]]) -> list[tuple[str, Decimal, str]]:
    """Leave out the rungs that nothing has reached yet, but for the next one."""
    last = max((index for index, rung in enumerate(rungs) if rung[1]), default=0)
    return rungs[: last + 2]


def _more(sentence: str, amount: Decimal) -> str:
    return sentence % {"amount": isolated(format_amount(amount))} if amount > 0 else ""


def isolated(text: str) -> str:
    """Return an amount that keeps its own direction inside a sentence that runs from right to left."""
    return f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def _asked_note(requests: list[FundingRequest]) -> str:
    sums = {state: _sum(row.amount for row in requests if row.state == state) for state in State}
    return listed(
        [
            _more(_("%(amount)s refused"), sums[State.REFUSED]),
            _more(_("%(amount)s not decided yet"), sums[State.SUBMITTED]),
            _more(_("%(amount)s more is sought"), sums[State.SOUGHT]),
        ]
    )


def _sent_note(transfers: list[Transfer], received: Decimal, *, is_own: bool) -> str:
    sent = _sum(row.sent_amount for row in transfers)
    costs = _more(_("bank costs on top: %(amount)s"), _sum(row.bank_costs for row in transfers))
    if is_own:
        return costs
    advance, waiting = _("%(amount)s more than received"), _("%(amount)s not sent on")
    return listed([_more(advance, sent - received), _more(waiting, received - sent), costs])


def _arrival(transfers: list[Transfer]) -> Step:
    """Return what arrived in dirham, and the real rate of all of it together."""
    there = [row for row in transfers if row.received_amount]
    away = len(transfers) - len(there)
    arrived, euro = _sum(row.received_amount for row in there), _sum(row.sent_amount for row in there)
    notes = []
    if arrived:
        rate = isolated(f"1 € = {format_rate((arrived / euro).quantize(RATE_STEP))} MAD")
        notes.append(_("real rate of all of it: %(rate)s") % {"rate": rate.replace(" ", "\N{NO-BREAK SPACE}")})
    if away:
        sentence = ngettext(
            "%(count)s transfer is still on its way", "%(count)s transfers are still on their way", away
        )
        notes.append(sentence % {"count": away})
    return Step(_("Arrived at the partner"), format_amount(arrived, "MAD"), listed(notes))


def _day(day: dt.date | None, precision: str = Precision.DAY) -> str:
    """Return a date that stays on one line of a table."""
    return format_date(day, precision).replace(" ", "\N{NO-BREAK SPACE}")


def _requests(rows: list[FundingRequest], *, may_write: bool) -> dict[str, Any]:
    columns: list[dict[str, Any]] = [
        {"label": _("Purpose")},
        {"label": _("State")},
        {"label": _("Amount"), "kind": "number"},
        {"label": _("Submitted"), "kind": "date"},
        {"label": _("Decided"), "kind": "date"},
    ]
    has_steps = may_write and any(next_states(row) for row in rows)
    if has_steps:
        columns.append({"label": _("Next step")})
    cells = [_request(row, may_write=may_write, has_steps=has_steps) for row in rows]
    return {"caption": _("Requests"), "columns": columns, "rows": cells}


def _request(row: FundingRequest, *, may_write: bool, has_steps: bool) -> dict[str, Any]:
    purpose = translated(row, "purpose")
    tone, icon = LOOKS[State(row.state)]
    badge = {"label": capfirst(row.get_state_display()), "tone": tone, "icon": icon}
    since = _day(row.state_on, row.precision) if row.state == State.SOUGHT else ""
    cells: list[dict[str, Any]] = [
        {"text": purpose.text, "lang": purpose.lang, "note": row.get_side_display() if row.side else ""},
        {"badge": badge, "note": row.decision_note or since},
        {"text": format_amount(row.amount)},
        {"text": _day(row.submitted_on)},
        {"text": _day(row.decided_on)},
    ]
    if has_steps:
        words = {
            State.SOUGHT: _("Note that it is submitted"),
            State.SUBMITTED: _("Note the answer"),
            State.GRANTED: _("Add its grant"),
        }
        move = reverse("partnerships:request_move", args=[row.pk])
        cells.append({"text": words[State(row.state)], "url": move} if next_states(row) else {"text": ""})
    is_open = may_write and row.state in {State.SOUGHT, State.SUBMITTED}
    return {"cells": cells, "url": reverse("partnerships:request_edit", args=[row.pk]) if is_open else ""}


def _grant(grant: Grant, *, may_write: bool) -> GrantPart:
    tranches = {row.year: row for row in grant.tranches.all()}
    years = range(grant.starts_on.year, grant.ends_on.year + 1)
    accepted = _more(_("of an accepted budget of %(amount)s"), grant.accepted_budget or ZERO)
    facts = joined(
        format_amount(grant.amount),
        accepted,
        _("granted on %(day)s") % {"day": format_date(grant.granted_on)},
        _("for expenses of %(span)s") % {"span": format_span(grant.starts_on, grant.ends_on)},
    )
    columns = [
        {"label": _("Year")},
        {"label": _("Claimed"), "kind": "number"},
        {"label": _("Received"), "kind": "number"},
    ]
    sums = [_sum(getattr(row, f"{name}_amount") for row in tranches.values()) for name in _SIDES]
    return GrantPart(
        title=grant.reference,
        facts=facts,
        url=reverse("partnerships:grant_edit", args=[grant.pk]) if may_write else "",
        years={
            "caption": _("Tranches of %(grant)s") % {"grant": grant.reference},
            "columns": columns,
            "rows": [_year(grant, year, tranches.get(year), may_write=may_write) for year in years],
            "totals": [{"text": _("Together")}, *({"text": format_amount(amount)} for amount in sums)],
        },
    )


_SIDES = ("claimed", "received")


def _year(grant: Grant, year: int, tranche: Tranche | None, *, may_write: bool) -> dict[str, Any]:
    cells = [{"text": str(year)}]
    for name in _SIDES:
        amount, day = getattr(tranche, f"{name}_amount", None), getattr(tranche, f"{name}_on", None)
        cells.append({"text": format_amount(amount), "note": _day(day)})
    return {"cells": cells, "url": reverse("partnerships:tranche_edit", args=[grant.pk, year]) if may_write else ""}


def _transfers(rows: list[Transfer], *, may_write: bool) -> dict[str, Any]:
    sums = [_sum(row.sent_amount for row in rows), _sum(row.bank_costs for row in rows)]
    return {
        "caption": _("Transfers"),
        "columns": [
            {"label": _("Reference")},
            {"label": _("Sent, in euro"), "kind": "number"},
            {"label": _("Bank costs"), "kind": "number"},
            {"label": _("Arrived, in dirham"), "kind": "number"},
            {"label": _("Real rate"), "kind": "number"},
        ],
        "rows": [_transfer(row, may_write=may_write) for row in rows],
        "totals": [
            {"text": _("Together")},
            *({"text": format_amount(amount)} for amount in sums),
            {"text": format_amount(_sum(row.received_amount for row in rows), "MAD")},
            {"text": ""},
        ],
    }


def _transfer(row: Transfer, *, may_write: bool) -> dict[str, Any]:
    arrived = format_amount(row.received_amount, "MAD") or "–"
    return {
        "cells": [
            {"text": row.reference},
            {"text": format_amount(row.sent_amount), "note": _day(row.sent_on)},
            {"text": format_amount(row.bank_costs)},
            {"text": arrived, "note": _day(row.received_on) or _("not yet")},
            {"text": format_rate(row.rate) if row.rate else ""},
        ],
        "url": reverse("partnerships:transfer_edit", args=[row.pk]) if may_write else "",
    }
