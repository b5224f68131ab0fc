"""The last days on which the reports on programme years are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import QuerySet

from partnerships.models import FundingRule, ProgrammeYear
from partnerships.narrative import FUNDER_QUERIES
from portal.ground.compiled import compiled_once
from portal.ground.plain import plain
from portal.roof.freshness import Part
from portal.roof.overviews.finance.balance import in_force
from portal.roof.overviews.readiness.gaps import Deadline
from portal.roof.overviews.readiness.work import FUNDED, Years


def deadlines_of(years: Years) -> Iterator[tuple[ProgrammeYear, Deadline, dt.date]]:
    """Give each year with what is due of it and on which day: the earliest that a funder of the programme sets.

    A report on a year goes by the rule that held at the end of that year, and is due in the next (art. 45, 47).
    """
    rules = deadline_rules()
    for row in years.rows.values():
        for what in (Deadline.MORAL, Deadline.FINANCIAL):
            ends_on = dt.date(row.year, 12, 31)
            sources = years.funders[row.pk]
            held = [in_force(rules, source, FundingRule.Kind.DEADLINE, ends_on, what) for source in sources]
            days = [day for rule in held if rule and (day := rule.date_in(row.year + 1))]
            if days:
                yield row, what, min(days)


@compiled_once
def deadline_rules() -> QuerySet[FundingRule]:
    """Return what funders ask for by which day of the year."""
    return plain(FundingRule).filter(kind=FundingRule.Kind.DEADLINE).order_by("pk")


def part_due(years: Years) -> Part:
    """Return the part of memory that tells what is due of which year, by its key, on which day."""
    return Part(
        f"deadlines:{years.name}",
        lambda: [(row.pk, what, day) for row, what, day in deadlines_of(years)],
        {FundingRule: None, **FUNDED},
        lambda: years.questions(deadline_rules, *FUNDER_QUERIES),
    )
