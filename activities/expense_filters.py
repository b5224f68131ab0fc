"""How a list of expenditures is narrowed, searched and put in order; the figures of the portal link here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from activities.filters import YEARS
from activities.models import Activity, Drawdown, Expenditure, Voucher
from activities.models.money import ExpenditureQuerySet
from partnerships.models import CostHeading, FundingSource, Outcome, Programme, Side, Transfer
from portal.ground.forms import as_key
from portal.ground.lists import MAX_WORDS, Filter, enum_choices, matching, named_choices
from portal.ground.models import User

NONE, ANY = "none", "any"
# Shown only where they are asked for: their choices are long, or a figure's link brings them.
SELDOM = ("programme", "heading", "from", "to", "nature", "parts", "activity", "outcome", "transfer", "missing")
SORTS = {
    "-date": ["-spent_on", "-pk"],
    "date": ["spent_on", "pk"],
    "-amount": ["-amount", "-pk"],
    "amount": ["amount", "pk"],
}


def wants_more(params: QueryDict) -> bool:
    """Say whether the seldom used filters are asked for."""
    return any(name in params for name in ("more", *SELDOM))


def offered(user: User, partnerships: Sequence[tuple[str, str]], params: QueryDict, *, more: bool) -> list[Filter]:
    """Return the filters with the choices that a reader of these partnerships has."""
    sources = [(row.slug, str(row)) for row in FundingSource.objects.all()]
    usual = [
        Filter("partnership", _("Partnership"), partnerships),
        Filter("year", _("Year"), YEARS, typed=True),
        Filter("source", _("Paid from"), sources),
        Filter("decision", _("Judgement"), _decisions()),
        Filter("side", _("Spent by the"), enum_choices(Side)),
    ]
    return [*usual, *_seldom_used(user, [int(pk) for pk, _name in partnerships], params)] if more else usual


def _decisions() -> list[tuple[str, str]]:
    judged = [(value or "open", label) for value, label in enum_choices(Expenditure.Decision)]
    return [*judged, ("charged", _("all but what was rejected"))]


def _seldom_used(user: User, partnerships: Sequence[int], params: QueryDict) -> list[Filter]:
    programmes = Programme.objects.filter(partnership__in=partnerships).order_by("partnership_id", "-starts_on")
    natures = [*enum_choices(CostHeading.Nature), ("direct", _("direct costs")), ("indirect", _("indirect costs"))]
    lacks = [("voucher", _("the voucher")), ("heading", _("the cost heading"))]
    asked = [
        Filter("nature", _("Kind of costs"), natures),
        Filter("parts", _("Parts of the heading"), [("no", _("without them"))]),
        Filter("activity", _("Activity"), _one(Activity.objects.visible_to(user), params.get("activity"))),
        Filter("outcome", _("Toward the outcome"), _outcomes(user, params.get("outcome"))),
        Filter("transfer", _("From the transfer"), _transfers(user, params.get("transfer"))),
    ]
    return [
        Filter("programme", _("Programme"), [*named_choices(programmes), (NONE, _("While no programme ran"))]),
        Filter("heading", _("Cost heading"), _headings()),
        Filter("missing", _("What is missing"), lacks),
        Filter("from", _("From (2024-01-31)"), _day(params.get("from", "")), typed=True),
        Filter("to", _("Until (2024-12-31)"), _day(params.get("to", "")), typed=True),
        # A link brings these: there is no choosing among thousands.
        *(item for item in asked if params.get(item.name)),
    ]


def _headings() -> list[tuple[str, str]]:
    rows: Any = CostHeading.objects.select_related("source", "parent")
    return [(NONE, _("without heading")), *((row.slug, _heading(row)) for row in rows)]


def _heading(row: CostHeading) -> str:
    return f"{row.source}: {row.parent} – {row}" if row.parent else f"{row.source}: {row}"


def _one(rows, text: str | None) -> list[tuple[str, str]]:
    key = as_key(text or "")
    return [(str(row.pk), str(row)) for row in rows.filter(pk=key)] if key else []


def _outcomes(user: User, text: str | None) -> list[tuple[str, str]]:
    return [(NONE, _("toward none")), *_one(Outcome.objects.visible_to(user), text)]


def _transfers(user: User, text: str | None) -> list[tuple[str, str]]:
    return [(ANY, _("any of them")), *_one(Transfer.objects.visible_to(user), text)]


def _day(text: str) -> list[tuple[str, str]]:
    return [(text, text)] if as_day(text) else []


def as_day(text: str) -> dt.date | None:
    """Return the day that an address names, or None."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _of_programme(value: str) -> Q:
    """Return the condition that an expenditure belongs to a programme: it was spent while that ran (never two do)."""
    if value == NONE:
        ran = Programme.objects.filter(
            partnership=OuterRef("activity__partnership"),
            starts_on__lte=OuterRef("spent_on"),
            ends_on__gte=OuterRef("spent_on"),
        )
        return Q(~Exists(ran))
    programme = Programme.objects.get(pk=value)
    window = (programme.starts_on, programme.ends_on)
    return Q(activity__partnership=programme.partnership_id, spent_on__range=window)


def _of_nature(value: str) -> Q:
    if value in {"direct", "indirect"}:
        return Q(heading__is_direct=value == "direct")
    return Q(heading__nature=value)


def _of_decision(value: str) -> Q:
    if value == "charged":
        return ~Q(decision=Expenditure.Decision.REJECTED)
    return Q(decision="" if value == "open" else value)


CONDITIONS: dict[str, Callable[[str], Q]] = {
    "programme": _of_programme,
    "year": lambda value: Q(spent_on__range=(dt.date(int(value), 1, 1), dt.date(int(value), 12, 31))),
    "from": lambda value: Q(spent_on__gte=as_day(value)),
    "to": lambda value: Q(spent_on__lte=as_day(value)),
    "source": lambda value: Q(source__slug=value),
    "decision": _of_decision,
    "side": lambda value: Q(spent_by=value) | Q(spent_by="", activity__side=value),
    "activity": lambda value: Q(activity=value),
    "outcome": lambda value: Q(activity__outcome__isnull=True) if value == NONE else Q(activity__outcome=value),
    "transfer": lambda value: Q(pk__in=_drawn_on(value)),
    "nature": _of_nature,
}


def _drawn_on(value: str) -> QuerySet:
    """Return the keys of the expenditures that draw on a transfer, or on any."""
    drawn = Drawdown.objects.all() if value == ANY else Drawdown.objects.filter(transfer=value)
    return drawn.values("expenditure")


def _of_heading(value: str, *, with_parts: bool) -> Q:
    if value == NONE:
        return Q(heading__isnull=True)
    whole = Q(heading__slug=value)
    return whole | Q(heading__parent__slug=value) if with_parts else whole


def within(rows: ExpenditureQuerySet, partnerships: Iterable[int]) -> ExpenditureQuerySet:
    """Return the rows of partnerships so that the index of the order serves them (see activities.filters)."""
    path = F("activity__partnership")
    return rows.alias(scope=path + 0 if connection.vendor == "sqlite" else path).filter(scope__in=list(partnerships))


def narrowed(rows: ExpenditureQuerySet, *, chosen: dict[str, str], search: str) -> ExpenditureQuerySet:
    """Return the expenditures that meet every filter chosen and hold every word of the search."""
    for name, value in chosen.items():
        if name == "heading":
            rows = rows.filter(_of_heading(value, with_parts="parts" not in chosen))
        elif name == "missing":
            rows = rows.lacking_voucher() if value == "voucher" else rows.without_heading()
        elif name == "partnership":
            rows = within(rows, [int(value)])
        elif name != "parts":
            rows = rows.filter(CONDITIONS[name](value))
    for word in search.split()[:MAX_WORDS]:
        papers = Voucher.objects.filter(matching(word, ["number", "supplier"])).order_by()
        # Not by a join: each word would look at every expenditure beside each of its vouchers.
        rows = rows.filter(matching(word, ["description"]) | Q(pk__in=papers.values("expenditure")))
    return rows


def in_order(rows: ExpenditureQuerySet, sort: str) -> ExpenditureQuerySet:
    """Return the expenditures in one of the orders of SORTS; each is total, so that pages do not overlap."""
    return rows.order_by(*(F(name[1:]).desc() if name.startswith("-") else F(name).asc() for name in SORTS[sort]))
