"""The logframe as it may leave the portal: as a report over the years of its programme tells it."""

from __future__ import annotations

from dataclasses import replace

from partnerships.models import Programme
from partnerships.settled import settled_years
from portal.roof.overviews.results.chain import logframe_of
from portal.roof.overviews.results.figures import Logframe, ResultSheet
from portal.roof.reports.attainment_data import Past, chain_of
from portal.roof.reports.people import people_told
from portal.roof.reports.told_last import chains_told_last, frozen_by_partnership


def logframe_to_take(programme: Programme) -> Logframe:
    """Return the logframe with what a report would tell of it: of vulnerable people what frozen reports told last."""
    home = programme.partnership_id
    years = settled_years(home)
    frozen = frozen_by_partnership({home: years})[home]
    logframe, until = logframe_of(programme, settled=years, held=frozen.held), programme.ends_on.year
    told = people_told(programme.partnership, [year for year in logframe.years if year in years])
    found = chain_of(programme, logframe, Past(until, years, told))
    [chain] = chains_told_last([found], frozen.settled)
    sheets = {row.pk: row.sheet for result in chain.results for row in result.indicators}

    def told_of(result: ResultSheet) -> ResultSheet:
        # A report leaves out who is in charge of an indicator; the logframe is of those who work with it.
        rows = tuple(replace(sheets[row.pk], owner=row.owner) for row in result.indicators)
        return replace(result, indicators=rows, parts=tuple(map(told_of, result.parts)))

    return replace(logframe, results=tuple(map(told_of, logframe.results)))
