"""What of a report an edition may tell: everything, what one funder paid for, or what may be published.

Each is a report again, so that one place in the code writes it out. What a report does not know to be the funder's,
or released, is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from partnerships.models import Indicator
from portal.roof.models import ReportForm
from portal.roof.overviews.results.figures import IndicatorSheet
from portal.roof.reports.attainment import Attained, Chain, Measured
from portal.roof.reports.attainment_told import tells_of_few, without_values
from portal.roof.reports.counts import CountRow, GroupTable, Participants
from portal.roof.reports.editing import FormSheet
from portal.roof.reports.scoped_money import finance_of_source
from portal.roof.reports.sections import Actor, Report, ReportActivity
from portal.roof.reports.spending import ZERO, money_from
from portal.roof.reports.words import Words
from portal.roof.reports.work import NOT_DECIDED, logged_in
from portal.roof.reports.years import totals_of

NOBODY = Participants((), (), (), ages_withheld=False)
NOTHING = Words()


def told_to(report: Report, form: FormSheet | None) -> Report:
    """Return a report as far as an edition may tell it."""
    if form is None or form.scope == ReportForm.Scope.ALL:
        return report
    if form.scope == ReportForm.Scope.SOURCE:
        return of_source(report, form.source_slug)
    return published(report)


def of_source(report: Report, source: str) -> Report:
    """Return what one funding source paid for: its activities, its money, and nothing of the others.

    An activity is a source's own where the source paid, plans or agreed to pay for it. How many people its entries
    reached is added from the entries, which count no vulnerable group. A result is its own where no other activity
    works toward it; so are its indicators, scores and lessons. A risk is told on the side of its activities, a
    decision where it changed a course that they give.
    """
    money = money_from(row for row in report.money.expenses if row.source_slug == source)
    paid: dict[int, Decimal] = {}
    for expense in money.expenses:
        paid[expense.activity_pk] = paid.get(expense.activity_pk, ZERO) + expense.amount

    def own(activities: Iterable[ReportActivity]) -> tuple[ReportActivity, ...]:
        return tuple(_own(row, paid) for row in activities if source in row.source_slugs or row.pk in paid)

    funders = tuple(row for row in report.partnership.funders if row.source_slug == source)
    activities = own(report.activities)
    return replace(
        report,
        partnership=replace(report.partnership, funders=funders),
        activities=activities,
        undated=own(report.undated),
        outlook=own(report.outlook),
        participants=reached_by(activities),
        money=money,
        finances=tuple(finance_of_source(row, source) for row in report.finances),
        requests=tuple(row for row in report.requests if row.source_slug == source),
        told=tuple(row for row in report.told if row.source_slug == source),
        years=totals_of(report.starts_on, report.ends_on, logged_in(activities), money.expenses),
        **_hanging_on(report, activities),
        **_judged_of(report, activities),
        **_WITHHELD,
    )


def _hanging_on(report: Report, activities: Iterable[ReportActivity]) -> dict[str, Any]:
    """Return what belongs to some activities: photos, works, organisations, delays and courses."""
    titles = {row.pk: row.title for row in activities}
    actors = (_actor(row, titles.values()) for row in report.actors)
    return {
        "pictures": tuple(row for row in report.pictures if row.activity_pk in titles),
        "products": tuple(row for row in report.products if row.activity_pk in titles),
        "actors": tuple(row for row in actors if row.activities),
        "delays": tuple(row for row in report.delays if row.activity_pk in titles),
        "learners": tuple(row for row in report.learners if titles.keys() & row.activity_pks),
    }


def _judged_of(report: Report, activities: Collection[ReportActivity]) -> dict[str, Any]:
    """Return what is known of some activities alone: results, scores, lessons, risks and decisions."""
    own, sides = {row.pk for row in activities}, {row.side for row in activities}
    every = (*report.activities, *report.undated, *report.outlook)
    shared = {row.outcome_pk for row in every if row.pk not in own}
    results = {row.outcome_pk for row in activities} - shared - {0}
    courses = {row.title for row in report.learners if own & set(row.activity_pks)}
    chains = (_with_results(chain, results) for chain in report.attained)
    return {
        "attained": tuple(chain for chain in chains if chain.results),
        "judged": tuple(row for row in report.judged if row.outcome_pk in results),
        "lessons": tuple(row for row in report.lessons if row.outcome_pk in results),
        "risks": tuple(row for row in report.risks if row.side in sides),
        "decisions": tuple(row for row in report.decisions if courses & set(row.courses)),
    }


def _with_results(chain: Chain, results: Collection[int]) -> Chain:
    return replace(chain, results=tuple(row for row in chain.results if row.pk in results))


# What belongs to the programme as a whole, and to no source alone.
_WITHHELD: dict[str, Any] = dict.fromkeys(
    [
        "phases",
        "closures",
        "aims",
        "changes",
        "gains",
        "identifiers",
        "markers",
        "origins",
        "elsewhere",
    ],
    (),
)


def _own(activity: ReportActivity, paid: Mapping[int, Decimal]) -> ReportActivity:
    # What others paid for the same entry is not told.
    entries = tuple(replace(entry, spent=ZERO) for entry in activity.entries)
    return replace(activity, spent=paid.get(activity.pk, ZERO), entries=entries)


def _actor(actor: Actor, titles: Collection[Words]) -> Actor:
    return replace(actor, roles=(), activities=tuple(part for part in actor.activities if part[1] in titles))


def reached_by(activities: Iterable[ReportActivity]) -> Participants:
    """Return who some activities reached, by group alone; a vulnerable group is named without a number."""
    counts: Counter[Words] = Counter()
    named: dict[Words, bool] = {}
    guessed: set[Words] = set()
    for activity in activities:
        for entry in activity.entries:
            for one in entry.counts:
                named[one.group] = one.count is None
                counts[one.group] += one.count or 0
                guessed |= {one.group} if one.is_estimated else set()
    groups = tuple(
        GroupTable(
            name,
            hidden,
            hidden,
            is_cut=False,
            rows=() if hidden else (CountRow(None, (counts[name],)),),
            is_estimated=name in guessed,
        )
        for name, hidden in named.items()
    )
    total = sum(counts.values())
    return replace(
        NOBODY, groups=groups, all_groups=(CountRow(None, (total,)),) if total else (), ages_withheld=bool(total)
    )


def published(report: Report) -> Report:
    """Return what may be published: names, titles, public summaries, sums, and photos whose people agreed.

    What somebody wrote for the partners stays with them: the log, the sections of the year, reasons, remarks, risks,
    decisions and scores; so do the names of people, and what is not decided yet.
    """
    sheet = report.partnership
    return replace(
        report,
        partnership=replace(
            sheet,
            people=(),
            periods=tuple(replace(row, reason=NOTHING) for row in sheet.periods),
            milestones=tuple(replace(row, text=NOTHING) for row in sheet.milestones),
        ),
        activities=tuple(map(_published, report.activities)),
        undated=tuple(map(_published, report.undated)),
        outlook=tuple(_published(row) for row in report.outlook if row.status not in NOT_DECIDED),
        money=replace(report.money, expenses=(), sides=(), without_file=0),
        finances=(),
        requests=(),
        aims=tuple(replace(row, text=NOTHING) for row in report.aims),
        changes=tuple(replace(row, text=NOTHING) for row in report.changes),
        gains=tuple(row for row in report.gains if row.is_public),
        products=tuple(replace(row, text=NOTHING) for row in report.products),
        attained=tuple(map(_public_chain, report.attained)),
        markers=tuple(replace(row, reason=NOTHING) for row in report.markers),
        **_KEPT_INSIDE,
    )


_KEPT_INSIDE: dict[str, Any] = dict.fromkeys(
    ["phases", "risks", "decisions", "lessons", "delays", "closures", "told", "judged", "origins", "elsewhere"], ()
)


def _published(activity: ReportActivity) -> ReportActivity:
    return replace(activity, status_note=NOTHING, entries=(), spent=ZERO)


def _public_chain(chain: Chain) -> Chain:
    return replace(chain, results=tuple(map(_public_result, chain.results)))


def _public_result(result: Attained) -> Attained:
    indicators = tuple(map(_public_indicator, result.indicators))
    return replace(result, text=NOTHING, assumptions=NOTHING, indicators=indicators)


def _public_indicator(row: Measured) -> Measured:
    """Return an indicator as everybody may read it.

    A report that was frozen before indicators said whom they count, or before shares were left out, did not know which
    of them point at a few people.
    """
    is_sensitive = row.is_about_vulnerable or row.sheet.whom == Indicator.Whom.VULNERABLE
    if is_sensitive and not row.is_withheld and tells_of_few(row.sheet):
        row = replace(row, sheet=without_values(row.sheet), parts=(), is_withheld=True, has_hidden_parts=True)
    return replace(row, sheet=_public_sheet(row.sheet), counting=NOTHING, corrections=(), parts_before=())


def _public_sheet(sheet: IndicatorSheet) -> IndicatorSheet:
    """Return what officers stand for: what is only reported, and what the log counts, is not published."""
    years = tuple(replace(year, reported=None, counted=None, difference=None) for year in sheet.years)
    return replace(sheet, years=years, text=NOTHING, verification=NOTHING, baseline_note=NOTHING)
