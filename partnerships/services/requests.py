"""Asking a funder for money: sought, submitted, then granted or refused (A26)."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from partnerships.access import require
from partnerships.models import FundingRequest, Grant, Role
from partnerships.services.checks import check_stage
from partnerships.services.money import hold_money
from partnerships.services.records import fresh, save, set_columns
from partnerships.services.years import hold_years_open
from portal.ground.dates import Precision
from portal.ground.models import AuditEntry, User
from portal.ground.once import once

State = FundingRequest.State
# The day that each part of a request is dated by.
DATED = {"submitted_on": ["submitted_on", "amount"], "decided_on": ["decided_on", "state"]}


def create_request(values: dict[str, Any], *, actor: User, key: uuid.UUID) -> tuple[FundingRequest, bool]:
    """Write down that money is sought, once for one form key. Returns it and whether it is new."""

    def make() -> FundingRequest:
        request = FundingRequest(state=State.SOUGHT)
        for name, value in values.items():
            setattr(request, name, value)
        require(actor, Role.OFFICER, request.partnership)
        request.slug = f"{slugify(request.purpose)[:60] or 'request'}-{uuid.uuid4().hex[:8]}"
        before = set_columns(request, {})
        save(request, before, actor=actor, parent=request.partnership)
        return request

    return once(key, make, actor=actor, rows=FundingRequest.objects.all())


@transaction.atomic
def update_request(request: FundingRequest, values: dict[str, Any], *, actor: User, version: int) -> FundingRequest:
    """Change a request that is not decided yet. Raises StaleVersion, ValidationError or PermissionDenied."""
    require(actor, Role.OFFICER, request.partnership)
    request = fresh(request, version, values)
    if request.state in {State.GRANTED, State.REFUSED}:
        raise ValidationError(_already(request))
    before = set_columns(request, values)
    hold_request(request)
    save(request, before, actor=actor, parent=request.partnership)
    return request


@transaction.atomic
def submit_request(request: FundingRequest, *, actor: User, on: dt.date, amount: Decimal) -> FundingRequest:
    """Note that the request went to the funder, for how much. Sent twice it moves once. Raises ValidationError."""
    request = _held(request, actor)
    if request.state == State.SUBMITTED:
        return request
    return _move(request, State.SUBMITTED, actor=actor, submitted_on=on, amount=amount)


@transaction.atomic
def refuse_request(request: FundingRequest, *, actor: User, on: dt.date, reason: str) -> FundingRequest:
    """Note that the funder refused, and why. Sent twice it moves once. Raises ValidationError without a reason."""
    request = _held(request, actor)
    if request.state == State.REFUSED:
        return request
    return _move(request, State.REFUSED, actor=actor, decided_on=on, decision_note=reason.strip())


@transaction.atomic
def grant_request(
    request: FundingRequest, values: dict[str, Any], *, actor: User, reason: str = ""
) -> tuple[Grant, bool]:
    """Note that the funder granted, and make the grant in the same transaction.

    `values` are columns of the grant, its programme among them; `reason` answers a rule that warns. Returns the
    grant and whether it is new: sent twice it makes one. Raises ValidationError.
    """
    hold_money([request.partnership_id])
    request = _held(request, actor)
    if request.state == State.GRANTED and hasattr(request, "grant"):
        return request.grant, False
    grant = Grant(request=request, source=request.source)
    before = set_columns(grant, values)
    check_stage(grant, reason=reason)
    chosen = request.programme or grant.programme
    _move(request, State.GRANTED, actor=actor, decided_on=grant.granted_on, programme=chosen)
    save(grant, before, actor=actor, parent=grant.programme, reason=reason)
    return grant, True


def next_states(request: FundingRequest) -> list[State]:
    """Return the states that a request may move to; one that is known to be granted may still get its grant."""
    if request.state == State.SUBMITTED:
        return [State.GRANTED, State.REFUSED]
    if request.state == State.GRANTED:
        return [] if hasattr(request, "grant") else [State.GRANTED]
    return [State.SUBMITTED] if request.state == State.SOUGHT else []


def hold_request(request: FundingRequest) -> None:
    """Hold the years open in which a request went out and was answered, where that changes.

    Call it inside the transaction that writes. Raises ValidationError on the day that a locked year holds.
    """
    stored = FundingRequest.objects.filter(pk=request.pk).first()
    rows = [request, stored] if stored else [request]
    for field, dated in DATED.items():
        if stored and all(getattr(stored, name) == getattr(request, name) for name in ["partnership_id", *dated]):
            continue
        days = [day for row in rows if (day := getattr(row, field))]
        for partnership in dict.fromkeys(row.partnership for row in rows):
            hold_years_open(partnership, days=days, field=field)


def _held(request: FundingRequest, actor: User) -> FundingRequest:
    require(actor, Role.OFFICER, request.partnership)
    return FundingRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)


def _move(request: FundingRequest, to: State, *, actor: User, **values: Any) -> FundingRequest:
    if to not in next_states(request):
        raise ValidationError(_already(request))
    day = values.get("submitted_on") or values["decided_on"]
    moved = {"state": to, "state_on": day, "precision": Precision.DAY}
    before = set_columns(request, values | moved)
    hold_request(request)
    note = values.get("decision_note", "")
    verb = AuditEntry.Verb.TRANSITION
    save(request, before, actor=actor, parent=request.partnership, reason=note, verb=verb)
    return request


def _already(request: FundingRequest) -> str:
    sentence = _("This request is “%(state)s”: from there this step is not possible.")
    return sentence % {"state": request.get_state_display()}
