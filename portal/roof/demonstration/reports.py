"""The invented reports of the years that are over: told in words, judged, and taken as far as each came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from partnerships.models import (
    NarrativeSection,
    PerformanceScore,
    Programme,
    ProgrammeYear,
    Scale,
    ScaleLevel,
    ScoreCriterion,
)
from partnerships.narrative import Slot, outcomes_of, slots_of
from partnerships.services import (
    Judgement,
    Remark,
    lock_year,
    return_year,
    save_scores,
    save_section,
    submit_year,
    validate_year,
)
from portal.ground.models import User
from portal.roof.demonstration import texts

READY = NarrativeSection.State.READY
# No outcome of this name is in the texts: they say the same of all such.
ANY = "*"


def close_years(people: dict[str, User], locked: Iterable[int]) -> None:
    """Write the reports of the years that are over; lock those of long ago, and leave the last on its way."""
    told = texts.read("reports")
    levels = _scale(told["scale"])
    for slug, report in told["programmes"].items():
        programme = Programme.objects.select_related("partnership").get(slug=slug)
        for year in programme.years.filter(year__in=[int(number) for number in report["years"]]).order_by("year"):
            _Clerk(year, report, people, levels).close(is_locked=year.year in locked)


def _scale(told: dict[str, Any]) -> dict[int, ScaleLevel]:
    """Make the scale, which no funder's is, give it to the criteria that have none, and return its steps."""
    columns = {name: value for name, value in told.items() if name != "levels"}
    scale = Scale.objects.create(is_demonstration=True, **columns)
    ScoreCriterion.objects.filter(scale__isnull=True).update(scale=scale)
    return {step["value"]: ScaleLevel.objects.create(scale=scale, **step) for step in told["levels"]}


class _Clerk:
    """Writes the report of one year as its people would."""

    def __init__(
        self, year: ProgrammeYear, report: dict[str, Any], people: dict[str, User], levels: dict[int, ScaleLevel]
    ):
        self.year, self.report, self.levels = year, report, levels
        self.writer, self.officer = people[report["writer"]], people["officer"]
        self.number, self.language = str(year.year), report["language"]

    def close(self, *, is_locked: bool) -> None:
        """Write the report, submit it, and take it to its end, or back with the officer's remarks."""
        for slot in slots_of(self.year):
            self._tell(slot)
        self._translate()
        self._judge()
        mine = {"is_demonstration": True}
        self.year.sections.update(**mine)
        PerformanceScore.objects.filter(programme=self.year.programme, year=self.year.year).update(**mine)
        submit_year(self.year, actor=self.writer)
        remarks = self.report.get("remarks", {}).get(self.number)
        if is_locked:
            validate_year(self.year, actor=self.officer, on=dt.date(self.year.year + 1, 4, 15))
            lock_year(self.year, actor=self.officer)
        elif remarks:
            self._return(remarks)

    def _tell(self, slot: Slot) -> None:
        told = self.report["years"][self.number].get(slot.heading.slug, {})
        text = told.get(slot.outcome.slug if slot.outcome else "") or told.get(ANY, "")
        section = NarrativeSection(year=self.year, heading=slot.heading, outcome=slot.outcome)
        self._save(section, text, self.language)

    def _save(self, section: NarrativeSection, text: str, language: str, *, seen: int = 0) -> NarrativeSection:
        values = {"text": text, "is_nothing_to_tell": not text, "language": language, "owner": self.writer}
        version = section.version if section.pk else 0
        saved, _new = save_section(section, values | {"state": READY}, actor=self.writer, version=version, seen=seen)
        return saved

    def _translate(self) -> None:
        """Translate a section; where its original is then told otherwise, the translation is out of date."""
        told = self.report["translations"].get(self.number)
        if told is None:
            return
        original = self.year.sections.select_related("heading", "year__programme__partnership").get(
            heading__slug=told["heading"], outcome=None
        )
        translation = NarrativeSection(year=self.year, heading=original.heading)
        self._save(translation, told["text"], told["language"], seen=original.edition)
        if "then" in told:
            self._save(original, told["then"], self.language)

    def _judge(self) -> None:
        told = self.report["scores"][self.number]
        criteria: dict[str, Any] = {row.slug: row for row in ScoreCriterion.objects.select_related("scale")}
        for outcome in [None, *outcomes_of(self.year)]:
            judged = told.get(outcome.slug if outcome else "") or told[ANY]
            said = [Judgement(criteria[slug], self.levels[value], why) for slug, (value, why) in judged.items()]
            save_scores(self.year, outcome, said, actor=self.writer, language=self.language)

    def _return(self, told: dict[str, str]) -> None:
        sections = {section.heading.slug: section for section in self.year.sections.select_related("heading")}
        remarks = [Remark(text, sections.get(name)) for name, text in told.items() if name != "language"]
        return_year(self.year, remarks, actor=self.officer, language=told["language"])
