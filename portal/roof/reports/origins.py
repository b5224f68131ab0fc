"""The annexes of a report: under which identifiers its results are published, and who reported what and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models
from django.db.models import Max

from partnerships.models import IndicatorValue, NarrativeSection, Partnership, ProgrammeCode
from portal.ground.dates import overlapping
from portal.ground.models import AuditEntry, User
from portal.roof.overviews.results.figures import Figure
from portal.roof.overviews.results.indicator_years import figure
from portal.roof.reports.words import IF_ANY, When, Words


@dataclass(frozen=True)
class Identifier:
    """A result under the identifier by which others know it (IATI)."""

    title: Words
    identifier: str


class Matter(models.TextChoices):
    """What was reported; the names are those of the rows themselves."""

    VALUE = "value", IndicatorValue._meta.verbose_name
    SECTION = "section", NarrativeSection._meta.verbose_name
    CODE = "code", ProgrammeCode._meta.verbose_name


@dataclass(frozen=True)
class Origin:
    """Who reported something, on which day last, and who stands for it."""

    kind: Matter
    title: Words
    period: When
    by: str
    when: When
    validated_by: str
    source: Words
    # What a value came to and its indicator, where both may be told (see values_told.py).
    indicator_pk: int = field(default=0, metadata=IF_ANY)
    value: Figure | None = field(default=None, metadata=IF_ANY)

    @property
    def of_year(self) -> tuple[int, int]:
        """The indicator of a value that is told, by its key, and the calendar year in which its period lies."""
        return self.indicator_pk, self.period.starts_on.year if self.period.starts_on else 0

    def without_value(self) -> Origin:
        """Return the same without what was reported."""
        return replace(self, indicator_pk=0, value=None)


def identifiers_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> tuple[Identifier, ...]:
    """Return the results that have an identifier, of the programmes that run in the window."""
    programmes = partnership.programmes.filter(overlapping(starts_on, ends_on))
    rows = partnership.outcomes.filter(programme__in=programmes).exclude(iati_identifier="")
    return tuple(Identifier(Words.of(row, "title"), row.iati_identifier) for row in rows.order_by("number", "pk"))


def origins_of(
    partnership: Partnership, starts_on: dt.date, ends_on: dt.date, told: Collection[tuple[int, int]]
) -> tuple[Origin, ...]:
    """Return the values of the window, the texts of the years that end in it, and codes, with who reported them.

    What a value came to stands there in the years that are `told` of its indicator: pairs of (its key, year).
    """
    values = IndicatorValue.objects.filter(
        indicator__outcome__partnership=partnership, starts_on__gte=starts_on, ends_on__lte=ends_on
    )
    # Fetched once each, and not beside every value: of monthly values there may be thousands.
    values = values.prefetch_related("indicator", "level", "author", "validated_by").defer("comment")
    texts = NarrativeSection.objects.filter(
        year__programme__partnership=partnership, year__year__in=_ending_in(starts_on, ends_on)
    )
    texts = texts.select_related("year", "heading", "owner").order_by("year__year", "heading__position", "pk")
    written = [row for row in texts if row.is_told]
    ordered = list(values.order_by("starts_on", "indicator__outcome__number", "indicator__number", "pk"))
    days = {**_last_days(ordered), **_last_days(written)}
    return (
        *(_of_value(row, days, told) for row in ordered),
        *(_of_text(row, days) for row in written),
        *_of_codes(partnership, starts_on, ends_on),
    )


def _ending_in(starts_on: dt.date, ends_on: dt.date) -> list[int]:
    years = range(starts_on.year, ends_on.year + 1)
    return [year for year in years if starts_on <= dt.date(year, 12, 31) <= ends_on]


def _last_days(rows: Iterable[models.Model]) -> dict[tuple[type[models.Model], int], dt.date]:
    """Return the day on which each row was last written by somebody, as its history tells it."""
    pks = {row.pk: type(row) for row in rows}
    if not pks:
        return {}
    kind = next(iter(pks.values()))
    written = AuditEntry.objects.filter(target_type=kind._meta.label_lower, target_id__in=pks)
    written = written.exclude(verb__in=[AuditEntry.Verb.READ, AuditEntry.Verb.EXPORT])
    last = written.order_by().values_list("target_id").annotate(at=Max("at"))
    return {(kind, pk): at.date() for pk, at in last}


def _of_value(row: IndicatorValue, days: Any, told: Collection[tuple[int, int]]) -> Origin:
    is_told = (row.indicator_id, row.starts_on.year) in told
    return Origin(
        kind=Matter.VALUE,
        title=Words.of(row.indicator, "title"),
        period=When(row.starts_on, row.ends_on),
        by=_name(row.author),
        when=When.day(days.get((IndicatorValue, row.pk))),
        validated_by=_name(row.validated_by),
        source=Words.written(row.source, row.language),
        indicator_pk=row.indicator_id if is_told else 0,
        value=figure(row) if is_told else None,
    )


def _of_text(row: NarrativeSection, days: Any) -> Origin:
    return Origin(
        kind=Matter.SECTION,
        title=Words.of(row.heading, "title"),
        period=When(row.year.starts_on, row.year.ends_on, "year", "year"),
        by=_name(row.owner),
        when=When.day(days.get((NarrativeSection, row.pk))),
        validated_by="",
        source=Words.written(row.get_language_display()),
    )


def _of_codes(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> Iterator[Origin]:
    """Yield the markers and goals of the programmes that run in the window, with who wrote each last."""
    programmes = partnership.programmes.filter(overlapping(starts_on, ends_on))
    found = ProgrammeCode.objects.filter(programme__in=programmes).select_related("programme", "code")
    rows = list(found.order_by("programme__starts_on", "code__position", "pk"))
    if not rows:
        return
    written = AuditEntry.objects.filter(
        target_type=ProgrammeCode._meta.label_lower,
        target_id__in=[row.pk for row in rows],
        verb__in=[AuditEntry.Verb.CREATE, AuditEntry.Verb.UPDATE],
    )
    last = {entry.target_id: entry for entry in written.select_related("actor").order_by("at", "pk")}
    for row in rows:
        entry = last.get(row.pk)
        yield Origin(
            kind=Matter.CODE,
            title=Words.of(row.code, "name"),
            period=When(row.programme.starts_on, row.programme.ends_on, "year", "year"),
            by=_name(entry.actor) if entry else "",
            when=When.day(entry.at.date() if entry else None),
            validated_by="",
            source=Words.written(row.code.label),
        )


def _name(user: User | None) -> str:
    return (user.get_full_name() or str(user)) if user else ""
