"""The report of a year in words: which sections its funders ask for, and what is written of each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import CharField, QuerySet, Value

from partnerships.models import (
    Grant,
    NarrativeSection,
    Outcome,
    PartnershipFunding,
    ProgrammeYear,
    ScoreCriterion,
    SectionHeading,
)
from portal.ground.compiled import compiled_once
from portal.ground.plain import plain

_LANGUAGES = dict(settings.LANGUAGES)
_Key = tuple[int, int | None]


@dataclass(frozen=True)
class Slot:
    """One text that a year tells or still has to tell: a heading, an outcome where asked, and a language.

    `language` is empty where its writer chooses it and nothing is written yet; `section` is None until then.
    `original` is the text of which the others are translations.
    """

    heading: SectionHeading
    outcome: Outcome | None
    language: str
    section: NarrativeSection | None
    original: NarrativeSection | None
    is_required: bool

    def __str__(self):
        name = f"{self.heading} – {self.outcome}" if self.outcome else str(self.heading)
        is_one_of_several = self.language and (self.heading.languages or self.is_translation)
        return f"{name} ({self.language_name})" if is_one_of_several else name

    @property
    def language_name(self) -> str:
        """The name of its language in itself."""
        return str(_LANGUAGES.get(self.language, ""))

    @property
    def is_translation(self) -> bool:
        """Whether another language was written first."""
        return self.original is not None and self.original != self.section

    @property
    def is_missing(self) -> bool:
        """Whether the year cannot be submitted without it; what has nothing to tell needs no translation."""
        texts = [text for text in (self.section, self.original) if text]
        told = self.section is not None and self.section.is_told
        return self.is_required and not told and not any(text.is_nothing_to_tell for text in texts)


def slots_of(year: ProgrammeYear) -> list[Slot]:
    """Return the sections of a year in their order: those asked for, and after them what is written besides."""
    return slots_of_years([year])[year.pk]


def missing_of(year: ProgrammeYear) -> list[Slot]:
    """Return the required sections that are empty and not marked as having nothing to tell."""
    return [slot for slot in slots_of(year) if slot.is_missing]


def slots_of_years(
    years: Sequence[ProgrammeYear],
    funders: Mapping[int, set[int]] | None = None,
    outcomes: Sequence[Outcome] | None = None,
) -> dict[int, list[Slot]]:
    """Return the sections of each year by its key; the number of queries does not depend on how many years.

    `funders` and `outcomes` are what `funders_of_years` and `outcomes_in` say, where they were asked already.
    """
    outcomes = outcomes_in(programmes={year.programme_id for year in years}) if outcomes is None else outcomes
    of_programme: dict[int | None, list[Outcome | None]] = defaultdict(list)
    for outcome in outcomes:
        of_programme[outcome.programme_id].append(outcome)
    headings = _headings()
    written = _written(years, headings, outcomes)
    funders = funders_of_years(years) if funders is None else funders
    return {
        year.pk: _slots_of_year(
            [row for row in headings if is_asked(row, year, funders[year.pk])],
            of_programme[year.programme_id] or [None],
            written[year.pk],
        )
        for year in years
    }


@compiled_once
def _headings() -> QuerySet[SectionHeading]:
    return plain(SectionHeading)


@compiled_once
def _sections(*, keys: Sequence[int]) -> QuerySet[NarrativeSection]:
    return plain(NarrativeSection).filter(year__in=keys).select_related("owner").order_by("pk")


def _written(
    years: Sequence[ProgrammeYear], headings: Sequence[SectionHeading], outcomes: Sequence[Outcome]
) -> dict[int, dict[_Key, list[NarrativeSection]]]:
    """Return the texts of each year by heading and outcome.

    What they belong to is read already, and an original is a text of the same year: joining them all again would
    cost three times the query.
    """
    sections = _sections(keys=[year.pk for year in years])
    texts, of = {text.pk: text for text in sections}, {row.pk: row for row in headings}
    known = {row.pk: row for row in outcomes}
    # A result that an officer made an impact or an output keeps what was written on it.
    if others := {text.outcome_id for text in sections if text.outcome_id} - set(known):
        known |= Outcome.objects.in_bulk(others)
    written: dict[int, dict[_Key, list[NarrativeSection]]] = {year.pk: defaultdict(list) for year in years}
    for text in sections:
        text.heading = of[text.heading_id]
        if text.outcome_id:
            text.outcome = known[text.outcome_id]
        if text.translation_of_id in texts:
            text.translation_of = texts[text.translation_of_id]
        written[text.year_id][text.heading_id, text.outcome_id].append(text)
    return written


def outcomes_of(year: ProgrammeYear) -> list[Outcome]:
    """Return the outcomes of the year's programme, on which it is told and judged; outputs and impact are not."""
    return outcomes_in(programmes=[year.programme_id])


@compiled_once
def outcomes_in(*, programmes: Iterable[int]) -> QuerySet[Outcome]:
    """Return the outcomes of some programmes, each programme's in their order."""
    return plain(Outcome).filter(programme__in=programmes, level=Outcome.Level.OUTCOME).order_by("number", "pk")


def funders_of(year: ProgrammeYear) -> set[int]:
    """Return the keys of who pays for the programme in that year."""
    return funders_of_years([year])[year.pk]


def funders_of_years(years: Sequence[ProgrammeYear]) -> dict[int, set[int]]:
    """Return by the key of each year who pays for it: by a grant, or as a source of the whole partnership."""
    rows = _funders(
        partnerships={year.programme.partnership_id for year in years}, programmes={year.programme_id for year in years}
    )
    paying = {}
    for year in years:
        mine = {("agreed", year.programme.partnership_id), ("granted", year.programme_id)}
        paying[year.pk] = {
            source
            for *of, source, starts_on, ends_on in rows
            if tuple(of) in mine and _overlaps(starts_on, ends_on, year)
        }
    return paying


@compiled_once
def _funders(*, partnerships: Iterable[int], programmes: Iterable[int]) -> QuerySet:
    span = ("source", "starts_on", "ends_on")
    agreed = plain(PartnershipFunding).filter(partnership__in=partnerships).order_by()
    granted = plain(Grant).filter(programme__in=programmes).order_by()
    return agreed.values_list(Value("agreed", CharField()), "partnership", *span).union(
        granted.values_list(Value("granted", CharField()), "programme", *span), all=True
    )


# What `funders_of_years` and `slots_of_years` ask, for who asks for other things in one go with it.
FUNDER_QUERIES = (_funders,)
SLOT_QUERIES = (*FUNDER_QUERIES, outcomes_in, _headings, _sections)


def _overlaps(starts_on: dt.date | None, ends_on: dt.date | None, year: ProgrammeYear) -> bool:
    return (starts_on or year.ends_on) <= year.ends_on and (ends_on or year.starts_on) >= year.starts_on


def is_asked(row: SectionHeading | ScoreCriterion, year: ProgrammeYear, funders: set[int]) -> bool:
    """Say whether a section or a criterion is everybody's in that year, or one of the programme's funders asks it."""
    return (row.source_id is None or row.source_id in funders) and _overlaps(row.starts_on, row.ends_on, year)


def _slots_of_year(
    headings: list[SectionHeading], outcomes: list[Outcome | None], written: dict[_Key, list[NarrativeSection]]
) -> list[Slot]:
    slots: list[Slot] = []
    for heading in headings:
        for outcome in outcomes if heading.is_per_outcome else [None]:
            texts = written.pop((heading.pk, outcome.pk if outcome else None), [])
            slots += _slots(heading, outcome, texts, is_required=heading.is_required)
    for texts in written.values():
        slots += _slots(texts[0].heading, texts[0].outcome, texts, is_required=False)
    return slots


def _slots(
    heading: SectionHeading, outcome: Outcome | None, texts: list[NarrativeSection], *, is_required: bool
) -> Iterable[Slot]:
    original = next((text for text in texts if text.translation_of_id is None), None)
    by_language = {text.language: text for text in texts}
    asked = heading.languages or ([original.language] if original else [""])
    for language in [*asked, *(code for code in by_language if code not in asked)]:
        section = by_language.get(language)
        yield Slot(heading, outcome, language, section, original, is_required and language in asked)
