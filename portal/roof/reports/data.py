"""Gather a report: a fixed number of queries, whatever the window holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from partnerships.models import Partnership
from partnerships.settled import settled_years
from portal.roof.reports import origins, telling, trails
from portal.roof.reports.attainment import Chain
from portal.roof.reports.attainment_data import chains_of
from portal.roof.reports.biography import requests_of, sheet_of
from portal.roof.reports.counts import participants_of
from portal.roof.reports.editing import forms_of
from portal.roof.reports.finance import finances_during
from portal.roof.reports.learners import CourseSheet, learners_elsewhere, learners_of
from portal.roof.reports.ledger import gains_of
from portal.roof.reports.markers import markers_of
from portal.roof.reports.results import actors_of, aims_of, changes_of, products_of
from portal.roof.reports.sections import PartnershipSheet, ProgrammeSheet, Report
from portal.roof.reports.spending import expenditures_of, money_of
from portal.roof.reports.values_told import years_told
from portal.roof.reports.work import Work, logged_in, pictures_of, work_of
from portal.roof.reports.years import totals_of


def build_report(
    partnership: Partnership,
    starts_on: dt.date,
    ends_on: dt.date,
    *,
    on: dt.date,
    freezing: int | None = None,
    held: Collection[int] = (),
) -> Report:
    """Return what the partnership did in the window, both ends included, as known on the day `on`.

    Of vulnerable people only settled years are told (partnerships.settled), and the year that `freezing` names; so is,
    in a draft, what frozen reports have `held` for such (told_last.py).
    """
    window = (starts_on, ends_on)
    settled = settled_years(partnership.pk, freezing=freezing)
    sheet = sheet_of(partnership, *window)
    expenditures = expenditures_of(partnership, *window)
    work = work_of(partnership, *window, expenditures)
    money = money_of(expenditures)
    finances = tuple(finances_during(partnership, *window, on=on))
    chains, are_demonstration = chains_of(partnership, *window, settled, held)
    learners, are_invented = learners_of(partnership, *window, settled)
    invented = [are_demonstration, are_invented, work.is_demonstration, *(row.is_demonstration for row in finances)]
    return Report(
        **_cover(sheet, *window, on),
        **_worked(work),
        is_demonstration=any(invented),
        **_people(sheet.programmes, partnership, window, settled),
        money=money,
        finances=finances,
        actors=actors_of(partnership, *window, {activity.pk for activity in work.during}),
        **_made(partnership, *window),
        **_trails(partnership, *window),
        **_telling(partnership, *window),
        **_annexes(partnership, *window, chains),
        years=totals_of(*window, logged_in(work.during), money.expenses),
        **_walked(partnership, settled, learners, is_frozen=bool(freezing)),
    )


def _cover(sheet: PartnershipSheet, starts_on: dt.date, ends_on: dt.date, on: dt.date) -> dict[str, Any]:
    running = (row for row in sheet.programmes if row.starts_on <= ends_on and row.ends_on >= starts_on)
    return {
        "partnership": sheet,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "made_on": on,
        "programmes": tuple(running),
    }


def _worked(work: Work) -> dict[str, Any]:
    return {"activities": work.during, "undated": work.undated, "outlook": work.outlook}


def _walked(
    partnership: Partnership, settled: Collection[int], learners: tuple[CourseSheet, ...], *, is_frozen: bool
) -> dict[str, Any]:
    """Return how far learners came: of the cohorts of the window, and of all others where that is kept."""
    return {
        "learners": learners,
        "elsewhere": learners_elsewhere(partnership, settled, learners) if is_frozen else (),
    }


def _people(
    programmes: Iterable[ProgrammeSheet],
    partnership: Partnership,
    window: tuple[dt.date, dt.date],
    settled: Collection[int],
) -> dict[str, Any]:
    return {
        "participants": participants_of(partnership, *window, settled),
        "is_unsettled": not set(settled).issuperset(_years_told(programmes, *window)),
    }


def _years_told(programmes: Iterable[ProgrammeSheet], starts_on: dt.date, ends_on: dt.date) -> range:
    """Return the years of which a report tells: those of its window, and those before of the programmes that run."""
    running = [row.starts_on for row in programmes if row.starts_on <= ends_on and row.ends_on >= starts_on]
    return range(min([starts_on, *running]).year, ends_on.year + 1)


def _made(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> dict[str, Any]:
    window = (starts_on, ends_on)
    return {
        "requests": requests_of(partnership),
        "pictures": pictures_of(partnership, *window),
        "products": products_of(partnership, *window),
        "forms": forms_of(partnership),
    }


def _telling(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> dict[str, Any]:
    window = (starts_on, ends_on)
    return {
        "aims": aims_of(partnership, *window),
        "changes": changes_of(partnership, *window),
        "gains": gains_of(partnership, *window),
        "told": telling.told_of(partnership, *window),
        "judged": telling.judged_of(partnership, *window),
    }


def _trails(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> dict[str, Any]:
    window = (starts_on, ends_on)
    return {
        "phases": trails.phases_of(partnership, *window),
        "risks": trails.risks_of(partnership, ends_on),
        "decisions": trails.decisions_of(partnership, *window),
        "lessons": trails.lessons_of(partnership, *window),
        "delays": trails.delays_of(partnership, *window),
        "closures": trails.closures_of(partnership, ends_on),
    }


def _annexes(
    partnership: Partnership, starts_on: dt.date, ends_on: dt.date, chains: Collection[Chain]
) -> dict[str, Any]:
    window = (starts_on, ends_on)
    return {
        "attained": chains,
        "identifiers": origins.identifiers_of(partnership, *window),
        "markers": markers_of(partnership, *window),
        "origins": origins.origins_of(partnership, *window, years_told(chains)),
    }
