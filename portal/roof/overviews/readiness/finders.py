"""What is found of each kind of gap, how it is told, and of which records it is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from activities.models import Activity, Expenditure, LogEntry, Photo, Voucher
from partnerships.models import (
    Indicator,
    IndicatorValue,
    NarrativeSection,
    Outcome,
    PerformanceScore,
    ProgrammeYear,
    ScoreCriterion,
    SectionHeading,
)
from partnerships.narrative import FUNDER_QUERIES, SLOT_QUERIES, outcomes_in
from portal.ground.compiled import Asked, compiled_once
from portal.ground.wording import languages_of
from portal.roof.freshness import Grounds, Part
from portal.roof.overviews.readiness import results, sections, work
from portal.roof.overviews.readiness.gaps import Kind, Row, Share, Told
from portal.roof.overviews.readiness.work import Years

# Whose an entry is and whether it stands; its text tells nothing of a gap.
OF_ENTRY = ["activity_id", "author_id", "withdrawn_at"]
OF_ACTIVITY = ["partnership_id", "side", *languages_of("title")]


class Finder(NamedTuple):
    """How gaps of one kind are found and told, of which records (see `freshness.Grounds`), and by which queries."""

    find: Callable[[Years], list[Share]]
    tell: Callable[[ProgrammeYear, Row], Told]
    grounds: Grounds
    queries: Sequence[compiled_once]

    def questions(self, years: Years) -> list[Asked | None]:
        """Return what `find` is going to ask."""
        # Of several years, another query finds the silent activities.
        queries = [query for query in self.queries if query is not work.silent or len(years.rows) == 1]
        return years.questions(*queries)


_WORDS: Grounds = {NarrativeSection: None, SectionHeading: None, Outcome: None, **work.FUNDED}
_VALUES: Grounds = {IndicatorValue: None, Indicator: None, Outcome: None, **work.FRAME}
_SCORES: Grounds = {PerformanceScore: None, ScoreCriterion: None, Outcome: None, **work.FUNDED}
_ACTIVITIES: Grounds = {Activity: None, LogEntry: None, **work.FRAME}
_PHOTOS: Grounds = {
    Photo: None,
    LogEntry: [*OF_ENTRY, "starts_on", "ends_on", "photos"],
    Activity: OF_ACTIVITY,
    **work.FRAME,
}
_EXPENSES: Grounds = {
    Expenditure: None,
    Voucher: None,
    LogEntry: [*OF_ENTRY, "expenditures"],
    Activity: OF_ACTIVITY,
    **work.FRAME,
}

_MEASURED = [results.indicators_of, work.values_between]
_SCORED = [results.scorable, results.given_scores, outcomes_in, *FUNDER_QUERIES]

FINDERS: dict[Kind, Finder] = {
    Kind.SECTION: Finder(sections.sections_to_write, sections.tell_section, _WORDS, SLOT_QUERIES),
    Kind.TRANSLATION: Finder(sections.stale_translations, sections.tell_section, _WORDS, SLOT_QUERIES),
    Kind.INDICATOR: Finder(results.indicators_without_value, results.tell_indicator, _VALUES, _MEASURED),
    Kind.VALIDATION: Finder(results.values_to_validate, results.tell_value, _VALUES, [work.values_between]),
    Kind.SCORE: Finder(results.outcomes_without_score, results.tell_score, _SCORES, _SCORED),
    Kind.LOG: Finder(work.activities_without_entry, work.tell_activity, _ACTIVITIES, [work.silent]),
    Kind.CONSENT: Finder(work.photos_without_consent, work.tell_photo, _PHOTOS, [work.unasked]),
    Kind.VOUCHER: Finder(work.expenses_without_voucher, work.tell_expense, _EXPENSES, [work.unproved]),
}


def part_found(years: Years, kind: Kind) -> Part:
    """Return the part of memory that tells the gaps of a kind: the same for every reader and in every language."""
    finder = FINDERS[kind]
    return Part(
        f"gaps:{kind}:{years.name}",
        lambda: finder.find(years),
        finder.grounds,
        lambda: finder.questions(years),
    )
