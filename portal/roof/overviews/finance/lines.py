"""The rows of a ledger, put under their sources, headings, natures and outcomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from activities.models import Expenditure
from partnerships.models import CostHeading
from portal.roof.overviews.finance.ledger import Ledger
from portal.roof.overviews.finance.sums import (
    NONE,
    ZERO,
    CoFundingLine,
    Funds,
    HeadingLine,
    Named,
    NatureLine,
    OutcomeLine,
    OutcomeSources,
    Series,
    Source,
    SourceLine,
    SourceOfOutcome,
    Sums,
    TransferLine,
    together,
)
from portal.roof.reports.words import Words

Decision = Expenditure.Decision


def _series_by(ledger: Ledger, key: Callable[[Any], Any]) -> dict[Any, Series]:
    """Return {key of a row: what its rows come to, by year}."""
    found: dict[Any, dict[int, Sums]] = defaultdict(lambda: defaultdict(lambda: NONE))
    for row in ledger.spending:
        justified = row.amount if row.decision == Decision.JUSTIFIED else ZERO
        rejected = row.amount if row.decision == Decision.REJECTED else ZERO
        found[key(row)][row.year] += Sums(ZERO, row.amount, justified, rejected)
    for plan in ledger.planned:
        found[key(plan)][plan.year] += Sums(plan.amount)
    return {of: Series(dict(by_year)) for of, by_year in found.items()}


def source_lines(ledger: Ledger, year: int) -> tuple[SourceLine, ...]:
    """Return what each source gave and paid, in the order of their names' slugs."""
    series = _series_by(ledger, lambda row: (row.source, row.heading))
    funds = _funds(ledger, year)
    pks = {source for source, _heading in series} | set(funds)
    found = []
    for pk, row in sorted(ledger.sources.items(), key=lambda item: item[1].slug):
        if pk in pks:
            of_source = {heading: sums for (source, heading), sums in series.items() if source == pk}
            headings = _heading_lines(of_source, ledger.headings)
            found.append(SourceLine(Source.of(row), funds.get(pk, Funds()), together(of_source.values()), headings))
    return tuple(found)


def _funds(ledger: Ledger, year: int) -> dict[int, Funds]:
    found: dict[int, Funds] = defaultdict(Funds)
    for grant in ledger.grants:
        found[grant.source_id] += Funds(granted=grant.amount)
    for tranche in ledger.tranches:
        if tranche.year <= year:
            found[tranche.grant.source_id] += Funds(received=tranche.received_amount or ZERO)
    for transfer in ledger.transfers:
        if transfer.sent_on.year <= year:
            found[transfer.source_id] += Funds(transferred=transfer.sent_amount, bank_costs=transfer.bank_costs)
    return found


def _heading_lines(series: dict[int | None, Series], headings: dict[int, CostHeading]) -> tuple[HeadingLine, ...]:
    """Return first-level headings with their parts, in the funder's order, and last what has no heading."""
    if set(series) <= {None}:
        return ()
    found = []
    for pk, heading in headings.items():
        parts = [part for part in headings.values() if part.parent_id == pk and part.pk in series]
        if heading.parent_id is None and (pk in series or parts):
            found.append(_heading_line(heading, parts, series))
    if None in series:
        found.append(HeadingLine(None, Words(), series[None]))
    return tuple(found)


def _heading_line(heading: CostHeading, parts: Iterable[CostHeading], series: dict[int | None, Series]) -> HeadingLine:
    lines = [HeadingLine(Named.of(part), Words.of(part, "name"), series[part.pk]) for part in parts]
    named, own = Named.of(heading), series.get(heading.pk)
    if lines and own is not None:
        lines.append(HeadingLine(named, named.name, own, is_rest=True))
    whole = together(line.series for line in lines) if lines else own or Series()
    return HeadingLine(named, named.name, whole, (*lines,))


def nature_lines(ledger: Ledger) -> tuple[NatureLine, ...]:
    """Return the costs by nature: direct ones first, and last what has no heading."""

    def nature(row: Any) -> tuple[bool, str]:
        heading = ledger.headings.get(row.heading)
        return (heading.is_direct, heading.nature) if heading else (False, "")

    order = [*CostHeading.Nature.values, ""]
    found = _series_by(ledger, nature)
    ordered = sorted(found, key=lambda key: (key[1] == "", not key[0], order.index(key[1])))
    return tuple(NatureLine(of, is_direct, found[is_direct, of]) for is_direct, of in ordered)


def outcome_lines(ledger: Ledger) -> tuple[OutcomeLine, ...]:
    """Return what was spent toward each outcome, in the order of their numbers."""

    def is_operational(row: Any) -> bool:
        heading = ledger.headings.get(row.heading)
        return bool(heading and heading.nature == CostHeading.Nature.OPERATIONAL)

    found = _series_by(ledger, lambda row: (row.outcome, is_operational(row)))
    empty = Series()
    return tuple(
        OutcomeLine(
            pk,
            title,
            found.get((pk, True), empty),
            found.get((pk, True), empty) + found.get((pk, False), empty),
        )
        for pk, title in _outcomes(ledger)
        if (pk, True) in found or (pk, False) in found
    )


def _outcomes(ledger: Ledger) -> Iterable[tuple[int | None, Words]]:
    """Yield the outcomes in the order of their numbers, and last None for money without one."""
    for row in sorted(ledger.outcomes.values(), key=lambda row: (row.number, row.slug)):
        yield row.pk, Words.of(row, "title")
    yield None, Words()


def outcome_sources(ledger: Ledger) -> tuple[OutcomeSources, ...]:
    """Return budget and expenditure of each outcome by source and heading."""
    found: dict[int | None, dict[int, dict[int | None, Series]]] = defaultdict(lambda: defaultdict(dict))
    for (outcome, source, heading), series in _series_by(
        ledger, lambda row: (row.outcome, row.source, row.heading)
    ).items():
        found[outcome][source][heading] = series
    ordered = sorted(ledger.sources.values(), key=lambda row: row.slug)
    return tuple(
        OutcomeSources(
            pk,
            title,
            tuple(
                SourceOfOutcome(Source.of(row), together(of.values()), _heading_lines(of, ledger.headings))
                for row in ordered
                if (of := found[pk].get(row.pk))
            ),
        )
        for pk, title in _outcomes(ledger)
        if pk in found
    )


def co_funding_lines(ledger: Ledger, year: int) -> tuple[CoFundingLine, ...]:
    """Return the agreed shares of sources in activities beside what each source bore until the end of a year."""
    charged: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
    whole: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for (_programme, activity, source, spent_in), amount in ledger.by_activity.items():
        if spent_in <= year:
            charged[activity, source] += amount
            whole[activity] += amount
    return tuple(
        CoFundingLine(
            share.activity_id,
            Words.of(share.activity, "title"),
            Source.of(ledger.sources[share.source_id]),
            share.share,
            charged[share.activity_id, share.source_id],
            whole[share.activity_id],
        )
        for share in ledger.shares
        if share.activity_id in whole
    )


def transfer_lines(ledger: Ledger, year: int) -> tuple[TransferLine, ...]:
    """Return the transfers sent until the end of a year, with what was spent of each until today."""
    found = []
    for row in ledger.transfers:
        if row.sent_on.year <= year:
            dirham, euro = ledger.drawn.get(row.pk, (ZERO, ZERO))
            found.append(
                TransferLine(
                    pk=row.pk,
                    reference=row.reference,
                    source=Source.of(ledger.sources[row.source_id]),
                    sent_on=row.sent_on,
                    received_on=row.received_on,
                    sent=row.sent_amount,
                    bank_costs=row.bank_costs,
                    received=row.received_amount,
                    rate=row.rate,
                    spent=dirham,
                    spent_euro=euro,
                )
            )
    return tuple(found)


def outside_programmes(ledger: Ledger) -> Series:
    """Return what was spent on days on which no programme ran."""
    return _series_by(ledger, lambda row: row.programme).get(None, Series())
