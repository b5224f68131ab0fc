"""The figures of a programme as far as one funding source has to do with them."""

from __future__ import annotations

from dataclasses import replace

from portal.roof.overviews.finance.figures import Finance
from portal.roof.overviews.finance.sums import ZERO, OutcomeSources, OwnContribution


def finance_of_source(finance: Finance, source: str) -> Finance:
    """Return what one source promised, gave and paid for; sums over all sources are left out."""
    return replace(
        finance,
        sources=tuple(line for line in finance.sources if line.source.slug == source),
        natures=(),
        outcomes=(),
        co_funding=(),
        own=OwnContribution(ZERO, ZERO, ()),
        transfers=tuple(line for line in finance.transfers if line.source.slug == source),
        balances=tuple(line for line in finance.balances if line.source.slug == source),
        due_dates=(),
        gaps=(),
        outcome_sources=tuple(_of_source(line, source) for line in finance.outcome_sources),
    )


def _of_source(line: OutcomeSources, source: str) -> OutcomeSources:
    return replace(line, sources=tuple(part for part in line.sources if part.source.slug == source))
