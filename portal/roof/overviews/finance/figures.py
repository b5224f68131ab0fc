"""The figures of a programme, and of a partnership: its programmes together and what lies between them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max, Min

from activities.models import Expenditure
from partnerships.models import FundingRule, Partnership, Programme
from portal.roof.overviews.finance import lines
from portal.roof.overviews.finance.balance import Balance, DueDate, balances_of, due_dates_of
from portal.roof.overviews.finance.ledger import (
    Ledger,
    expenditures_of,
    expenditures_within,
    load,
    windows_between,
    windows_of,
)
from portal.roof.overviews.finance.sums import (
    ZERO,
    CoFundingLine,
    Funds,
    Gap,
    Named,
    NatureLine,
    OutcomeLine,
    OutcomeSources,
    OwnContribution,
    Rule,
    Series,
    SourceLine,
    TransferLine,
    together,
)
from portal.roof.reports.words import Words


@dataclass(frozen=True)
class Finance:
    """All figures of a programme, or of a partnership where `programme` is None.

    `year` is the year shown; what is called consolidated ends with that year.
    """

    partnership: Named
    programme: Named | None
    name: Words
    on: dt.date
    years: tuple[int, ...]
    year: int
    sources: tuple[SourceLine, ...]
    natures: tuple[NatureLine, ...]
    outcomes: tuple[OutcomeLine, ...]
    co_funding: tuple[CoFundingLine, ...]
    own: OwnContribution
    transfers: tuple[TransferLine, ...]
    balances: tuple[Balance, ...]
    due_dates: tuple[DueDate, ...]
    gaps: tuple[Gap, ...]
    is_demonstration: bool
    outcome_sources: tuple[OutcomeSources, ...] = ()

    @property
    def series(self) -> Series:
        """Budget and expenditure of all sources."""
        return together(line.series for line in self.sources)

    @property
    def funds(self) -> Funds:
        """What all sources granted and gave."""
        return sum((line.funds for line in self.sources), Funds())

    @property
    def has_budget(self) -> bool:
        """Whether anything is planned: without a plan nothing can be left of it."""
        return any(sums.budget for sums in self.series.by_year.values())


@dataclass(frozen=True)
class PartnershipFinance:
    """The figures of a partnership, of each of its programmes in all its years, and of days without a programme."""

    whole: Finance
    programmes: tuple[Finance, ...]
    between: Series


def finance_of(programme: Programme, *, on: dt.date, year: int | None = None) -> Finance:
    """Return the figures of a programme as known on a day; `year` defaults to the one that holds the day."""
    ledger = load(expenditures_of([programme]), [programme], windows_of([programme]), on=on)
    return _finance(programme.partnership, programme, ledger, on=on, year=year)


def finances_of(programmes: Sequence[Programme], *, on: dt.date, year: int | None = None) -> list[Finance]:
    """Return the figures of some programmes of one partnership in a constant number of queries."""
    if not programmes:
        return []
    ledger = load(expenditures_of(programmes), programmes, windows_of(programmes), on=on)
    return [_finance(row.partnership, row, ledger.of(row), on=on, year=year) for row in programmes]


def partnership_finance(partnership: Partnership, *, on: dt.date, year: int | None = None) -> PartnershipFinance:
    """Return the figures of a partnership: all it ever spent, whether or not a programme ran."""
    programmes = list(partnership.programmes.order_by("-starts_on"))
    rows = expenditures_within(partnership, programmes)
    days = rows.aggregate(first=Min("spent_on"), last=Max("spent_on"))
    windows = windows_between(programmes, days["first"] or on, days["last"] or on)
    ledger = load(rows, programmes, windows, on=on)
    whole = _finance(partnership, None, ledger, on=on, year=year, among=programmes)
    parts = tuple(_finance(partnership, row, ledger.of(row), on=on, year=dt.MAXYEAR) for row in programmes)
    return PartnershipFinance(whole, parts, lines.outside_programmes(ledger))


def _finance(
    partnership: Partnership,
    programme: Programme | None,
    ledger: Ledger,
    *,
    on: dt.date,
    year: int | None,
    among: Sequence[Programme] = (),
) -> Finance:
    programmes = [programme] if programme else among
    years = years_of(programmes, ledger) or (on.year,)
    shown = min(max(year or on.year, years[0]), years[-1])
    sources = lines.source_lines(ledger, shown)
    parts = [(row, ledger.of(row)) for row in programmes]
    return Finance(
        partnership=Named.of(partnership),
        programme=Named.of(programme) if programme else None,
        name=Words.of(programme or partnership, "name"),
        on=on,
        years=years,
        year=shown,
        sources=sources,
        natures=lines.nature_lines(ledger),
        outcomes=lines.outcome_lines(ledger),
        co_funding=lines.co_funding_lines(ledger, shown),
        own=_own(sources, ledger, shown),
        transfers=lines.transfer_lines(ledger, shown),
        balances=tuple(item for row, part in parts for item in balances_of(row, part, on=on)),
        due_dates=tuple(item for row, part in parts for item in due_dates_of(row, part, on=on)),
        gaps=_gaps(ledger),
        is_demonstration=_is_demonstration(ledger),
        outcome_sources=lines.outcome_sources(ledger),
    )


def years_of(programmes: Iterable[Programme], ledger: Ledger) -> tuple[int, ...]:
    """Return the years of programmes and those of their money: a last tranche may come after the end."""
    years = {year for row in programmes for year in range(row.starts_on.year, row.ends_on.year + 1)}
    years |= {row.year for row in ledger.spending} | {row.year for row in ledger.planned}
    years |= {row.year for row in ledger.tranches} | {row.sent_on.year for row in ledger.transfers}
    return tuple(sorted(years))


def _own(sources: Iterable[SourceLine], ledger: Ledger, year: int) -> OwnContribution:
    charged = {line.source: line.series.until(year).charged for line in sources}
    pks, last = {source.pk for source in charged}, dt.date(year, 12, 31)
    demands = [
        Rule.of(rule)
        for rule in ledger.rules
        if rule.kind == FundingRule.Kind.OWN_CONTRIBUTION and rule.source_id in pks and rule.holds(last)
    ]
    own = sum((amount for source, amount in charged.items() if source.is_own), ZERO)
    return OwnContribution(own, sum(charged.values(), ZERO), tuple(demands))


def _gaps(ledger: Ledger) -> tuple[Gap, ...]:
    judged: dict[str, tuple[int, Decimal]] = defaultdict(lambda: (0, ZERO))
    for row in ledger.spending:
        count, amount = judged[row.decision]
        judged[row.decision] = count + row.count, amount + row.amount
    found = [
        Gap("waiting", *judged[Expenditure.Decision.OPEN]),
        _lacking("heading", ledger),
        _lacking("voucher", ledger),
        Gap("rejected", *judged[Expenditure.Decision.REJECTED]),
    ]
    return tuple(gap for gap in found if gap.count)


def _lacking(why: str, ledger: Ledger) -> Gap:
    found = ledger.lacking[why].values()
    return Gap(why, sum(count for count, _amount in found), sum((amount for _count, amount in found), ZERO))


def _is_demonstration(ledger: Ledger) -> bool:
    invented = [*ledger.grants, *ledger.tranches, *ledger.transfers]
    return any(row.is_demonstration for row in invented) or any(row.invented for row in ledger.planned)
