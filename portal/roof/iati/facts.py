"""Gather what is published of a partnership as IATI data: what everybody may read already, and the money.

Results, and what was spent, are those of the frozen reports as the public pages tell them, so that small counts stay
hidden here as they are there. Of the activities those are told whose text a second person released. The money that a
programme was granted, received and passed on is told in full: it counts no people.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from activities.models import BudgetLine, PublicText, Status
from partnerships.models import (
    FundingSource,
    Grant,
    Municipality,
    Partnership,
    PartnershipMunicipality,
    Programme,
    ProgrammeCode,
    Side,
    Tranche,
    Transfer,
)
from portal.roof.public.addresses import address
from portal.roof.public.figures import YearFigures, years_of
from portal.roof.reports.attainment import Attained
from portal.roof.reports.words import Words


@dataclass(frozen=True)
class Town:
    """A municipality of the partnership; `identifier` is the one by which IATI knows it, if it has one."""

    name: Words
    identifier: str
    country: str
    side: Side


@dataclass(frozen=True)
class Payer:
    """A funding source."""

    slug: str
    name: Words
    kind: FundingSource.Kind


@dataclass(frozen=True)
class Code:
    """A code of a public list that holds for a programme."""

    kind: str
    code: str
    significance: int | None


@dataclass(frozen=True)
class Payment:
    """Money that moved on a day, or was promised: `kind` is a code of the IATI list TransactionType."""

    kind: str
    day: dt.date
    amount: Decimal
    payer: Payer
    text: str


@dataclass(frozen=True)
class Budget:
    """What a programme plans to spend in one year."""

    year: int
    amount: Decimal


@dataclass(frozen=True)
class Work:
    """An activity whose text was released."""

    slug: str
    title: Words
    text: Words
    status: Status
    side: Side
    starts_on: dt.date | None
    starts_precision: str
    ends_on: dt.date | None
    ends_precision: str
    path: str


@dataclass(frozen=True)
class Plan:
    """A programme with its money, its results and its released activities."""

    slug: str
    name: Words
    focus: Words
    state: Programme.State
    starts_on: dt.date
    ends_on: dt.date
    codes: tuple[Code, ...]
    payers: tuple[Payer, ...]
    budgets: tuple[Budget, ...]
    payments: tuple[Payment, ...]
    results: tuple[Attained, ...]
    works: tuple[Work, ...]

    @property
    def sectors(self) -> list[str]:
        """The codes of its sectors (OECD DAC)."""
        return [row.code for row in self.codes if row.kind == "sector"]


@dataclass(frozen=True)
class Facts:
    """A partnership as it is published on a day."""

    slug: str
    name: Words
    summary: Words
    is_public: bool
    is_demonstration: bool
    on: dt.date
    towns: tuple[Town, ...]
    plans: tuple[Plan, ...]
    undated: tuple[Work, ...]
    without_programme: tuple[Work, ...]

    @property
    def reporter(self) -> Town | None:
        """The municipality that publishes: the first of the Belgian side that has an identifier."""
        return next((town for town in self.towns if town.side == Side.HOME and town.identifier), None)


def facts_of(partnership: Partnership, *, on: dt.date) -> Facts:
    """Return what may be published of a partnership on a day; a fixed number of queries."""
    years = years_of(partnership) if partnership.is_public else []
    works = _works(partnership)
    return Facts(
        slug=partnership.slug,
        name=Words.of(partnership, "name"),
        summary=Words.of(partnership, "summary"),
        is_public=partnership.is_public,
        is_demonstration=any(year.is_demonstration for year in years) or _is_invented(partnership),
        on=on,
        towns=_towns(partnership),
        plans=_plans(partnership, years, works, on=on),
        # IATI asks of each activity when it began, or is to begin.
        undated=tuple(work for pk, of in works.items() if pk for work in of if work.starts_on is None),
        without_programme=tuple(works.get(None, ())),
    )


def _is_invented(partnership: Partnership) -> bool:
    money = [
        Grant.objects.filter(programme__partnership=partnership),
        BudgetLine.objects.filter(programme__partnership=partnership),
        PublicText.objects.public().filter(activity__partnership=partnership),
    ]
    return any(rows.filter(is_demonstration=True).exists() for rows in money)


def _towns(partnership: Partnership) -> tuple[Town, ...]:
    rows = PartnershipMunicipality.objects.filter(partnership=partnership).select_related("municipality")
    return tuple(_town(row.municipality, Side(row.side)) for row in rows.order_by("side", "pk"))


def _town(row: Municipality, side: Side) -> Town:
    return Town(Words.of(row, "name"), row.iati_identifier, row.country, side)


def _works(partnership: Partnership) -> dict[int | None, list[Work]]:
    """Return the released activities by programme; without one they belong to the partnership's life before it."""
    rows = PublicText.objects.public().filter(activity__partnership=partnership).select_related("activity")
    found: dict[int | None, list[Work]] = defaultdict(list)
    for row in rows.order_by("activity__starts_on", "activity__slug"):
        activity = row.activity
        work = Work(
            slug=activity.slug,
            title=Words.of(row, "title"),
            text=Words.of(row, "text"),
            status=Status(activity.status),
            side=Side(activity.side),
            starts_on=activity.starts_on,
            starts_precision=activity.starts_precision,
            ends_on=activity.ends_on,
            ends_precision=activity.ends_precision,
            path=address("activity", partnership.slug, row.slug, language="en"),
        )
        found[activity.programme_id].append(work)
    return found


def _plans(
    partnership: Partnership, years: Sequence[YearFigures], works: dict[int | None, list[Work]], *, on: dt.date
) -> tuple[Plan, ...]:
    programmes = list(partnership.programmes.order_by("starts_on"))
    codes = _codes(programmes)
    budgets = _budgets(programmes)
    paid = _payments(programmes, years, on)
    return tuple(
        Plan(
            slug=row.slug,
            name=Words.of(row, "name"),
            focus=Words.of(row, "focus"),
            state=Programme.State(row.state),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            codes=tuple(codes[row.pk]),
            payers=tuple({payment.payer.slug: payment.payer for payment in paid[row.pk]}.values()),
            budgets=tuple(budgets[row.pk]),
            payments=tuple(paid[row.pk]),
            results=_results(row, years),
            works=tuple(work for work in works.get(row.pk, ()) if work.starts_on),
        )
        for row in programmes
    )


def _codes(programmes: Iterable[Programme]) -> dict[int, list[Code]]:
    rows = ProgrammeCode.objects.filter(programme__in=programmes).order_by("code__position", "code__code")
    found: dict[int, list[Code]] = defaultdict(list)
    for programme, kind, code, significance in rows.values_list(
        "programme", "code__kind", "code__code", "significance"
    ):
        found[programme].append(Code(kind, code, significance))
    return found


def _budgets(programmes: Iterable[Programme]) -> dict[int, list[Budget]]:
    rows = BudgetLine.objects.filter(programme__in=programmes).order_by("year").values_list("programme", "year")
    found: dict[int, list[Budget]] = defaultdict(list)
    for programme, year, amount in rows.annotate(total=Sum("amount")):
        found[programme].append(Budget(year, amount))
    return found


def _payments(programmes: Sequence[Programme], years: Sequence[YearFigures], on: dt.date) -> dict[int, list[Payment]]:
    """Return what was promised, received, passed on and spent until a day, by programme and then by day."""
    sources: dict[int, FundingSource] = {row.pk: row for row in FundingSource.objects.order_by("pk")}
    payers = {pk: _payer(row) for pk, row in sources.items()}
    found: dict[int, list[Payment]] = defaultdict(list)
    for grant in Grant.objects.filter(programme__in=programmes, granted_on__lte=on):
        payment = Payment("11", grant.granted_on, grant.amount, payers[grant.source_id], grant.reference)
        found[grant.programme_id].append(payment)
    received = Tranche.objects.filter(grant__programme__in=programmes, received_on__lte=on).select_related("grant")
    for row in received:
        if row.received_on and row.received_amount:
            payer, told = payers[row.grant.source_id], f"{row.grant.reference} {row.year}"
            payment = Payment("1", row.received_on, row.received_amount, payer, told)
            found[row.grant.programme_id].append(payment)
    for sent in Transfer.objects.filter(programme__in=programmes, sent_on__lte=on):
        payment = Payment("3", sent.sent_on, sent.sent_amount, payers[sent.source_id], sent.reference)
        found[sent.programme_id].append(payment)
    by_slug = {payer.slug: payer for payer in payers.values()}
    for year in years:
        last_day = dt.date(year.year, 12, 31)
        for slug, _name, amount in year.sources:
            if last_day <= on and slug in by_slug:
                found[year.programme].append(Payment("4", last_day, amount, by_slug[slug], str(year.year)))
    return defaultdict(list, {pk: sorted(rows, key=lambda row: (row.day, row.kind)) for pk, rows in found.items()})


def _payer(row: FundingSource) -> Payer:
    return Payer(row.slug, Words.of(row, "name"), FundingSource.Kind(row.kind))


def _results(programme: Programme, years: Sequence[YearFigures]) -> tuple[Attained, ...]:
    """Return the results as the newest frozen report of the programme tells them."""
    own = [year for year in years if year.programme == programme.pk]
    return own[-1].results if own else ()
