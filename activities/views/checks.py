"""May this be paid from that? Asked while somebody types; nothing is written."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from activities.eligibility import Claim, Rulebook
from activities.models import Activity, Expenditure
from activities.services import preview_draw
from partnerships.access import require
from partnerships.models import FundingRule, FundingSource, Role, Side
from portal.ground.forms import as_key
from portal.ground.money import MAX_AMOUNT, Currency, format_amount, format_rate, parse_amount, parse_rate, to_euro
from portal.ground.wording import listed

ZERO = Decimal("0.00")
MAX_TYPED = 200
Effect = FundingRule.Effect


@dataclass(frozen=True)
class Line:
    """One sentence: it refuses, warns, concerns the judgement, tells, or allows."""

    effect: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the rules say. Shown by activities/log/verdict.html."""

    lines: list[Line]
    asks_reason: bool = False


@login_required
@require_GET
def expense_check(request: HttpRequest) -> HttpResponse:
    """Return what the rules say of the expense that is typed so far; nothing while too little is known."""
    typed = _Typed(request.GET)
    activity_key = typed.key("activity", of_row=False)
    verdict = Verdict([])
    if activity_key is not None:
        visible = Activity.objects.visible_to(request.user).select_related("partnership")
        activity = get_object_or_404(visible, pk=activity_key)
        require(request.user, Role.COORDINATOR, activity.partnership)
        day = typed.day("spent_on") or typed.day("starts_on", of_row=False)
        source = typed.key("source")
        if day and source and FundingSource.objects.filter(pk=source).exists():
            verdict = _verdict(typed, activity, source, day)
    return render(request, "activities/log/verdict.html", {"verdict": verdict})


class _Typed:
    """The fields of one row, in an address; what cannot be read is as if it were empty."""

    def __init__(self, params: QueryDict) -> None:
        self.params = params
        row = params.get("row", "")
        self.prefix = f"{row}-" if re.fullmatch(r"expense-\d{1,3}", row) else ""

    def text(self, name: str, *, of_row: bool = True) -> str:
        """Return the text of a field, without what no database can hold."""
        text = self.params.get(f"{self.prefix if of_row else ''}{name}", "")[:MAX_TYPED]
        return "".join(letter for letter in text if letter.isprintable()).strip()

    def key(self, name: str, *, of_row: bool = True) -> int | None:
        """Return the number of a row that was chosen."""
        return as_key(self.text(name, of_row=of_row))

    def day(self, name: str, *, of_row: bool = True) -> dt.date | None:
        """Return a day."""
        try:
            return parse_date(self.text(name, of_row=of_row))
        except ValueError:
            return None

    def amount(self, name: str) -> Decimal | None:
        """Return an amount between a cent and the most that is plausible."""
        try:
            amount = parse_amount(self.text(name))
        except ValidationError:
            return None
        return amount if ZERO < amount <= MAX_AMOUNT else None

    @property
    def rate(self) -> Decimal | None:
        """Return the rate."""
        try:
            return parse_rate(self.text("rate"))
        except ValidationError:
            return None


def _verdict(typed: _Typed, activity: Activity, source: int, day: dt.date) -> Verdict:
    book = Rulebook.load([activity.partnership_id])
    stored = _stored(typed, activity)
    claim = _claim(typed, activity, source, day, stored)
    if claim.heading_id not in book.headings:
        claim = replace(claim, heading_id=None)
    lines: list[Line] = []
    amount = typed.amount("amount")
    if amount and typed.text("currency") == Currency.MAD:
        amount, line = _euro(typed, amount, claim, book, stored)
        lines += [line] if line else []
    claim = replace(claim, amount=amount or ZERO)
    book.know_vouchers([claim])
    if stored:
        book.release([stored])
    allowed, reasons = book.verdict(claim)
    lines += [Line(reason.effect, reason.sentence, reason.url) for reason in reasons]
    if any(reason.field == "source" and reason.effect == Effect.REFUSE for reason in reasons):
        others = listed(book.alternatives(claim))
        lines += [Line("tell", _("These sources would pay it: %(sources)s.") % {"sources": others})] if others else []
    if allowed and not any(line.effect in {Effect.REFUSE, Effect.JUDGE} for line in lines):
        lines.append(Line("allow", _("The rules of %(source)s allow this.") % {"source": book.sources[source]}))
    return Verdict(lines, any(reason.effect == Effect.WARN for reason in reasons))


def _stored(typed: _Typed, activity: Activity) -> Expenditure | None:
    """Return the stored row that is being changed, if it is one of the same partnership."""
    rows = Expenditure.objects.filter(pk=typed.key("pk"), activity__partnership=activity.partnership_id)
    return rows.select_related("activity", "log_entry").prefetch_related("vouchers", "drawdowns").first()


def _claim(typed: _Typed, activity: Activity, source: int, day: dt.date, stored: Expenditure | None) -> Claim:
    voucher = next(iter(stored.vouchers.all()), None) if stored else None
    spender = typed.text("spent_by")
    papers = [typed.text("voucher"), typed.text("voucher_number"), typed.text("kept", of_row=False), voucher]
    return Claim(
        partnership_id=activity.partnership_id,
        activity_id=activity.pk,
        programme_id=activity.programme_id,
        side=activity.side,
        spender=spender if spender in Side.values else activity.side,
        source_id=source,
        heading_id=typed.key("heading"),
        spent_on=day,
        amount=ZERO,
        has_voucher=any(papers),
        voucher_number=typed.text("voucher_number") or (voucher.number if voucher else ""),
        supplier=typed.text("supplier") or (voucher.supplier if voucher else ""),
        voucher_total=typed.amount("voucher_total") or (voucher.total if voucher else None),
        rule_reason=typed.text("rule_reason"),
        expenditure_id=stored.pk if stored else None,
    )


def _euro(
    typed: _Typed, dirham: Decimal, claim: Claim, book: Rulebook, stored: Expenditure | None
) -> tuple[Decimal | None, Line | None]:
    """Return dirham in euro and a word about their rate; None where neither a rate nor a transfer tells it."""
    if typed.rate:
        return to_euro(dirham, typed.rate), None
    programme = book.programme_on(claim.partnership_id, claim.spent_on)
    if programme is None:
        return None, None
    taken = preview_draw(programme, claim.source_id, dirham, transfer=typed.key("transfer"), instead_of=stored)
    if isinstance(taken, str):
        return None, Line(Effect.REFUSE, taken)
    words = {"amount": format_amount(taken.euro), "rate": format_rate(taken.rate)}
    words["transfers"] = listed(transfer for transfer, _part in taken.parts)
    return taken.euro, Line("tell", _("%(amount)s, at %(rate)s: from %(transfers)s.") % words)
