"""What the years of a window are told in words, and how their results are judged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from partnerships.models import NarrativeSection, Partnership, PerformanceScore
from portal.roof.reports.words import Words


@dataclass(frozen=True)
class Told:
    """One section of a year, of an outcome where it has one; without a text there is nothing to tell."""

    year: int
    title: Words
    outcome: Words
    text: Words
    outcome_pk: int = 0
    # The funder who asks for the section, by short name.
    source_slug: str = ""


@dataclass(frozen=True)
class Mark:
    """One criterion with its score and the reason for it."""

    criterion: Words
    value: int
    step: Words
    justification: Words


@dataclass(frozen=True)
class Judged:
    """How an outcome, or without one the programme as a whole, is judged in a year."""

    year: int
    outcome: Words
    marks: tuple[Mark, ...]
    outcome_pk: int = 0


def told_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> tuple[Told, ...]:
    """Return the sections of the years that lie whole in the window; a translation that is out of date is left out."""
    rows = NarrativeSection.objects.filter(
        year__programme__partnership=partnership, year__year__in=_years(starts_on, ends_on)
    ).select_related("year", "heading__source", "outcome", "translation_of")
    order = ["year__year", "heading__position", "heading", "outcome__number", "outcome", "pk"]
    places: dict[tuple[int, int, int | None], list[NarrativeSection]] = {}
    for row in rows.order_by(*order):
        if row.is_told and not row.is_out_of_date:
            places.setdefault(row.place, []).append(row)
    return tuple(
        Told(
            texts[0].year.year,
            Words.of(texts[0].heading, "title"),
            Words.of(texts[0].outcome, "title") if texts[0].outcome else Words(),
            Words(tuple((text.language, text.text) for text in texts if text.text.strip())),
            texts[0].outcome_id or 0,
            texts[0].heading.source.slug if texts[0].heading.source else "",
        )
        for texts in places.values()
    )


def judged_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> tuple[Judged, ...]:
    """Return the scores of the years that lie whole in the window, the programme's before those of its outcomes."""
    rows = PerformanceScore.objects.filter(
        programme__partnership=partnership, year__in=_years(starts_on, ends_on)
    ).select_related("criterion", "level", "outcome")
    ordered = sorted(
        rows, key=lambda row: (row.year, row.outcome.number if row.outcome else 0, row.outcome_id or 0, row.pk)
    )
    results: dict[tuple[int, int | None], list[PerformanceScore]] = {}
    for row in ordered:
        results.setdefault((row.year, row.outcome_id), []).append(row)
    return tuple(
        Judged(
            year,
            Words.of(scores[0].outcome, "title") if scores[0].outcome else Words(),
            tuple(map(_mark, sorted(scores, key=lambda row: (row.criterion.position, row.criterion.slug)))),
            outcome or 0,
        )
        for (year, outcome), scores in results.items()
    )


def _mark(row: PerformanceScore) -> Mark:
    return Mark(
        Words.of(row.criterion, "name"),
        row.level.value,
        Words.of(row.level, "label"),
        Words.written(row.justification, row.language),
    )


def _years(starts_on: dt.date, ends_on: dt.date) -> list[int]:
    """Return the calendar years of which the window holds each day."""
    years = range(starts_on.year, ends_on.year + 1)
    return [year for year in years if starts_on <= dt.date(year, 1, 1) and dt.date(year, 12, 31) <= ends_on]
