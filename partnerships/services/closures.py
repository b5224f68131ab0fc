"""The end of a programme or of a partnership: early or not, for a reason, with what is left of each source."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import override

from partnerships.access import require
from partnerships.models import (
    ClosingBalance,
    Closure,
    FundingSource,
    Milestone,
    Partnership,
    PartnershipPeriod,
    Programme,
    ProgrammeYear,
    Role,
)
from partnerships.services.days import hold_day
from partnerships.services.guards import ask_guards
from partnerships.services.money import hold_money
from portal.ground import audit
from portal.ground.dates import Precision, format_date
from portal.ground.models import AuditEntry, User
from portal.ground.once import once

REASONS = [f"reason_{code}" for code, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class Left:
    """What is left of a source: received and not spent, in euro; below zero, the municipality advanced it.

    `spent` is without what an officer rejected; `note` says what becomes of the rest, as {column: text}.
    """

    source: FundingSource
    granted: Decimal
    received: Decimal
    spent: Decimal
    note: dict[str, str] = field(default_factory=dict)

    @property
    def amount(self) -> Decimal:
        """What is left."""
        return self.received - self.spent


def close(closure: Closure, balances: Sequence[Left], *, actor: User, key: uuid.UUID) -> tuple[Closure, bool]:
    """Close a programme, or a partnership with its programmes; once for one form key.

    `closure` says what, on which day as far as it is known, and why; `balances` are what is left on that day, counted
    while the partnership's money is held. Returns it and whether it is new. Raises ValidationError by field where it
    is closed already, where something is dated later, or where a locked year holds the day; and PermissionDenied.
    """

    def make() -> Closure:
        partnership = closure.partnership
        require(actor, Role.OFFICER, partnership)
        hold_money([partnership.pk])
        programmes = _programmes(closure)
        # Whoever writes into one of these years has finished, or waits and then sees the closure.
        years = ProgrammeYear.objects.select_for_update(of=("self",)).filter(programme__in=programmes)
        list(years.order_by("pk"))
        _check(closure, programmes)
        closure.slug = f"{(closure.programme or partnership).slug[:60]}-closed-{uuid.uuid4().hex[:8]}"
        closure.full_clean()
        closure.save()
        _record(closure, actor, partnership)
        for left in balances:
            _keep(closure, left, actor)
        for programme in programmes:
            _end(programme, actor, closure)
        _tell_life(closure, actor)
        return closure

    return once(key, make, actor=actor, rows=Closure.objects.all())


def refuse_after_closure(partnership: Partnership, *, days: Iterable[dt.date], field: str) -> None:
    """Refuse to write down what happened after the partnership, or the programme of that day, was closed.

    Call it inside the transaction that writes, before the years are held: it holds the partnership's money, which
    whoever closes holds as well. Raises ValidationError on `field`.
    """
    hold_money([partnership.pk])
    days = list(days)
    rows = Closure.objects.filter(partnership=partnership).select_related("programme", "partnership")
    for end in map(ending_of, rows):
        if any(map(end.covers, days)):
            raise ValidationError({field: ValidationError(end.sentence, code="closed")})


@dataclass(frozen=True)
class Ending:
    """From when on a closure lets nothing be written down: after `last`, and for a programme until its last day."""

    name: str
    last: dt.date
    until: dt.date | None
    text: str

    def covers(self, day: dt.date) -> bool:
        """Say whether a day lies after the closure."""
        return day > self.last and (self.until is None or day <= self.until)

    @property
    def sentence(self) -> str:
        """Why a day is refused."""
        sentence = _("“%(name)s” was closed on %(day)s: nothing that happened later belongs to it.")
        return sentence % {"name": self.name, "day": self.text}


def ending_of(closure: Closure) -> Ending:
    """Return from when on a closure lets nothing be written down; a partnership that was resumed goes on."""
    last = Precision(closure.precision).last_day(closure.closed_on)
    if closure.programme is not None:
        return Ending(str(closure.programme), last, closure.programme.ends_on, closure.date_text)
    again = closure.partnership.periods.filter(state=PartnershipPeriod.State.ACTIVE, starts_on__gt=last)
    resumed = again.order_by("starts_on").values_list("starts_on", flat=True).first()
    until = resumed - dt.timedelta(days=1) if resumed else None
    return Ending(str(closure.partnership), last, until, closure.date_text)


def programmes_to_close(partnership: Partnership, programme: Programme | None) -> list[Programme]:
    """Return the programmes that a closure ends: the one, or those of the partnership that are not closed yet."""
    rows = Programme.objects.filter(partnership=partnership).exclude(state=Programme.State.CLOSED)
    if programme is not None:
        rows = rows.filter(pk=programme.pk)
    return list(rows.order_by("starts_on"))


def _programmes(closure: Closure) -> list[Programme]:
    held = Programme.objects.select_for_update(of=("self",))
    found = programmes_to_close(closure.partnership, closure.programme)
    return list(held.filter(pk__in=[row.pk for row in found]).order_by("pk"))


def _check(closure: Closure, programmes: list[Programme]) -> None:
    closed = Closure.objects.filter(partnership=closure.partnership, programme=closure.programme)
    if closed.exists() or (closure.programme is not None and not programmes):
        raise ValidationError(_("This is closed already."))
    last = Precision(closure.precision).last_day(closure.closed_on)
    if closure.programme is not None and last < closure.programme.starts_on:
        sentence = _("The programme began on %(day)s: it closes later than that.")
        raise ValidationError({"closed_on": sentence % {"day": format_date(closure.programme.starts_on)}})
    if not any(getattr(closure, name) for name in REASONS):
        raise ValidationError({"reason": _("Say why it is closed.")})
    hold_day(closure)
    ask_guards(closure)


def _keep(closure: Closure, left: Left, actor: User) -> None:
    sums = {name: getattr(left, name) for name in ("granted", "received", "spent", "amount")}
    row = ClosingBalance(closure=closure, source=left.source, **sums, **left.note)
    row.full_clean()
    row.save()
    _record(row, actor, closure)


def _end(programme: Programme, actor: User, closure: Closure) -> None:
    before = audit.snapshot(programme)
    programme.state = Programme.State.CLOSED
    programme.save(update_fields=["state"])
    changes = audit.difference(before, audit.snapshot(programme))
    verb = AuditEntry.Verb.TRANSITION
    audit.record(
        programme, actor=actor, verb=verb, changes=changes, parent=programme.partnership, reason=closure.reason
    )


def _tell_life(closure: Closure, actor: User) -> None:
    """Write the closure into the life of the partnership: a milestone, and for a whole partnership the period."""
    partnership, reasons = closure.partnership, {name: getattr(closure, name) for name in REASONS}
    day = {"happened_on": closure.closed_on, "precision": closure.precision}
    milestone = Milestone(partnership=partnership, programme=closure.programme, kind=Milestone.Kind.CLOSURE, **day)
    milestone.slug = closure.slug
    for code, _name in settings.LANGUAGES:
        with override(code):
            title = _("The programme is closed") if closure.programme else _("The partnership is closed")
        setattr(milestone, f"title_{code}", title)
        setattr(milestone, f"text_{code}", reasons[f"reason_{code}"])
    milestone.full_clean()
    milestone.save()
    _record(milestone, actor, partnership)
    if closure.programme is None:
        _end_period(closure, reasons, actor)


def _end_period(closure: Closure, reasons: dict[str, Any], actor: User) -> None:
    partnership, last = closure.partnership, Precision(closure.precision).last_day(closure.closed_on)
    for row in partnership.periods.filter(ends_on=None).exclude(starts_on__gt=last):
        before = audit.snapshot(row)
        row.ends_on, row.ends_precision = last, closure.precision
        row.full_clean()
        row.save()
        changes = audit.difference(before, audit.snapshot(row))
        audit.record(row, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes, parent=partnership)
    number = (partnership.periods.aggregate(last=Max("number"))["last"] or 0) + 1
    closed = {"starts_on": closure.closed_on, "starts_precision": closure.precision}
    state = PartnershipPeriod.State.CLOSED
    period = PartnershipPeriod(partnership=partnership, number=number, state=state, **closed, **reasons)
    period.full_clean()
    period.save()
    _record(period, actor, partnership)


def _record(row: Any, actor: User, parent: Any) -> None:
    audit.record(row, actor=actor, verb=AuditEntry.Verb.CREATE, changes=audit.snapshot(row), parent=parent)
