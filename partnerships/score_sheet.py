"""The scores of a year as a workbook, in the shape of the moral report (decree of 2016, art. 45).

One sheet tells the programme as a whole, and one each outcome: its scores, and what was learned of it in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from partnerships.models import NarrativeSection, ProgrammeYear
from partnerships.score_board import ResultScores, scores_of
from portal.ground.spreadsheets import write_workbook
from portal.ground.wording import translated

_LANGUAGES = dict(settings.LANGUAGES)


def write(year: ProgrammeYear) -> bytes:
    """Return the scores of a year as XLSX in the active language."""
    sections = list(year.sections.select_related("heading").order_by("heading", "pk"))
    return write_workbook(
        (_title(result), _headings(), _lines(result, [row for row in sections if (row.outcome_id or 0) == result.key]))
        for result in scores_of(year)
    )


def name_of(year: ProgrammeYear) -> str:
    """Return the name of the file: the IATI identifier of the first outcome that has one, and the year.

    A file holds all outcomes, so it is called by the first; where none has an identifier, by the programme.
    """
    outcomes = [result.outcome for result in scores_of(year) if result.outcome]
    known = next((outcome.iati_identifier for outcome in outcomes if outcome.iati_identifier), year.programme.slug)
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', known).strip('-.') or year.programme.slug}-{year.year}.xlsx"


def _title(result: ResultScores) -> str:
    return f"{result.outcome.number} {result.title}" if result.outcome else _("Overall score")


def _headings() -> list[str]:
    return [_("Criterion"), _("Score"), _("Step of the scale"), _("Justification"), _("Language")]


def _lines(result: ResultScores, sections: list[NarrativeSection]) -> Iterator[list[Any]]:
    if result.outcome:
        yield [_("Outcome"), None, None, str(result.title), result.outcome.iati_identifier or None]
    for row in result.rows:
        now = row.now
        said = [now.value, str(now.label), str(row.justification)] if now else [None, None, None]
        yield [str(row.name), *said, _LANGUAGES.get(row.language)]
    told = [section for section in sections if section.is_told]
    if told:
        yield []
    for section in told:
        text = section.text or _("Nothing to tell this year.")
        yield [str(translated(section.heading, "title")), None, None, text, _LANGUAGES[section.language]]
