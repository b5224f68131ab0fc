"""The report of a year in words: which sections its funders ask for, and what is written of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from partnerships.models import FundingSource, NarrativeSection, Outcome, ProgrammeYear, SectionHeading
from portal.ground.dates import overlapping

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
    sections = year.sections.select_related("heading", "outcome", "owner", "translation_of").order_by("pk")
    written: dict[_Key, list[NarrativeSection]] = defaultdict(list)
    for section in sections:
        written[section.heading_id, section.outcome_id].append(section)
    outcomes: list[Outcome | None] = list(outcomes_of(year)) or [None]
    slots: list[Slot] = []
    for heading in headings_of(year):
        for outcome in outcomes if heading.is_per_outcome else [None]:
            texts = written.pop((heading.pk, outcome.pk if outcome else None), [])
            slots += _slots(heading, outcome, texts, is_required=heading.is_required)
    for texts in written.values():
        slots += _slots(texts[0].heading, texts[0].outcome, texts, is_required=False)
    return slots


def missing_of(year: ProgrammeYear) -> list[Slot]:
    """Return the required sections that are empty and not marked as having nothing to tell."""
    return [slot for slot in slots_of(year) if slot.is_missing]


def headings_of(year: ProgrammeYear) -> QuerySet[Any]:
    """Return the sections that everybody writes and those that the programme's funders ask for in that year."""
    asked = Q(source__isnull=True) | Q(source__in=funders_of(year))
    return SectionHeading.objects.filter(asked, overlapping(year.starts_on, year.ends_on))


def funders_of(year: ProgrammeYear) -> QuerySet[Any]:
    """Return who pays for the programme in that year: by a grant, or as a source of the whole partnership."""
    programme = year.programme
    agreed = programme.partnership.funding.filter(overlapping(year.starts_on, year.ends_on)).values("source")
    granted = programme.grants.filter(overlapping(year.starts_on, year.ends_on)).values("source")
    return FundingSource.objects.filter(Q(pk__in=agreed) | Q(pk__in=granted))


def outcomes_of(year: ProgrammeYear) -> QuerySet[Outcome]:
    """Return the outcomes of the year's programme, on which it is told and judged; outputs and impact are not."""
    return Outcome.objects.filter(programme=year.programme_id, level=Outcome.Level.OUTCOME).order_by("number", "pk")


def _slots(
    heading: SectionHeading, outcome: Outcome | None, texts: list[NarrativeSection], *, is_required: bool
) -> Iterable[Slot]:
    original = next((text for text in texts if text.translation_of_id is None), None)
    by_language = {text.language: text for text in texts}
    asked = heading.languages or ([original.language] if original else [""])
    for language in [*asked, *(code for code in by_language if code not in asked)]:
        section = by_language.get(language)
        yield Slot(heading, outcome, language, section, original, is_required and language in asked)
