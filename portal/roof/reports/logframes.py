"""The logframe as it may leave the portal in a spreadsheet: as a report over the years of its programme tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from partnerships.models import Partnership, Programme
from partnerships.settled import settled_years
from portal.roof.overviews.results.chain import logframe_of
from portal.roof.overviews.results.figures import Logframe, ResultSheet
from portal.roof.reports.attainment import Chain
from portal.roof.reports.attainment_data import Past, chain_of
from portal.roof.reports.attainment_told import settled_chains
from portal.roof.reports.frozen import FrozenReportError
from portal.roof.reports.people import people_told
from portal.roof.reports.snapshots import all_editions_of, report_of


def logframe_to_take(programme: Programme) -> Logframe:
    """Return the logframe with what a report would tell of it, and no few people between it and a frozen report.

    A year that an edition of the register told a few vulnerable people apart from now is told as there. Of vulnerable
    people only settled years are told.
    """
    years = settled_years(programme.partnership_id)
    logframe, until = logframe_of(programme, settled=years), programme.ends_on.year
    told = people_told(programme.partnership, [year for year in logframe.years if year in years])
    found = [chain_of(programme, logframe, Past(until, years, told))]
    settled = settled_chains(found, (), _editions(programme.partnership))
    sheets = {row.pk: row.sheet for chain in settled for result in chain.results for row in result.indicators}

    def told_of(result: ResultSheet) -> ResultSheet:
        # A report leaves out who is in charge of an indicator; the logframe is of those who work with it.
        rows = tuple(replace(sheets[row.pk], owner=row.owner) for row in result.indicators)
        return replace(result, indicators=rows, parts=tuple(map(told_of, result.parts)))

    return replace(logframe, results=tuple(map(told_of, logframe.results)))


def _editions(partnership: Partnership) -> Iterator[tuple[Chain, ...]]:
    for row in all_editions_of(partnership):
        try:
            yield report_of(row).attained
        except FrozenReportError:
            # What is damaged can be read by nobody, so nothing is told apart from it.
            continue
