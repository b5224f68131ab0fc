"""The words of a report as a DOCX file, for those who paste them into a funder's form."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.ground.timeless import timeless
from portal.roof.reports.learners import CourseYear
from portal.roof.reports.learners_tables import STEPS, step_rows
from portal.roof.reports.ledger import GainSheet, by_side
from portal.roof.reports.origins_tables import annex_of
from portal.roof.reports.sections import Report, ReportActivity
from portal.roof.reports.sheet import text_of
from portal.roof.reports.words import RIGHT_TO_LEFT, Words, direction_of, printable

# The level of a heading (1 to 3), or 0 for a paragraph; the text and its language.
Piece = tuple[int, str, str]


def write_manuscript(report: Report, language: str) -> bytes:
    """Return the narrative of a report as a DOCX file in a language: the year in words, activities, lessons, risks."""
    import docx

    with translation.override(language):
        document = docx.Document()
        properties = document.core_properties
        title = f"{text_of(report.partnership.name)}, {report.window}"
        properties.title, properties.language = title, language
        # The file tells no author, who would be whoever's machine this is.
        properties.author = ""
        _write(document, 0, title, language, style="Title")
        if report.is_demonstration:
            _write(document, 0, _("DEMONSTRATION – invented figures"), language, style="Subtitle")
        for level, text, code in pieces_of(report, language):
            _write(document, level, text, code)
        buffer = io.BytesIO()
        document.save(buffer)
    return timeless(buffer.getvalue(), report.made_on)


def pieces_of(report: Report, language: str) -> Iterator[Piece]:
    """Yield the headings and paragraphs of the narrative in the active language."""
    if report.told:
        yield 1, _("The year in words"), language
    for told in report.told:
        yield 2, " – ".join(filter(None, [text_of(told.title), text_of(told.outcome), str(told.year)])), language
        yield from _prose(told.text, language)
    if report.activities:
        yield 1, _("Activities"), language
    for activity in report.activities:
        yield from _activity(activity, language)
    yield from _learners(report, language)
    yield from _ledger(report, language)
    yield from _values(report, language)
    chapters = [
        (_("Lessons learned"), [(row.title, [row.text]) for row in report.lessons]),
        (_("Risks"), [(row.title, [row.cause, row.effect, row.response, row.appraisal]) for row in report.risks]),
        (_("Decisions"), [(row.title, [row.text, row.follow_up]) for row in report.decisions]),
        (_("Outlook"), [(row.title, [row.summary, row.status_note]) for row in report.outlook]),
    ]
    for title, rows in chapters:
        if rows:
            yield 1, title, language
        for name, texts in rows:
            yield 2, text_of(name), language
            for text in texts:
                yield from _prose(text, language)


def _ledger(report: Report, language: str) -> Iterator[Piece]:
    """Yield what each side gained; a side without anything says so."""
    sides = by_side(report.gains)
    if sides:
        yield 1, _("What each side gained"), language
    for side, gains in sides:
        yield 2, ", ".join(text_of(town.name) for town in report.partnership.of_side(side)) or str(side.label), language
        if not gains:
            yield 0, _("Nothing is recorded for this period."), language
        for gain in gains:
            yield from _gain(gain, language)


def _gain(gain: GainSheet, language: str) -> Iterator[Piece]:
    yield 3, text_of(gain.title), language
    yield from _prose(gain.text, language)
    facts = [(_("Date"), str(gain.when)), (_("What led to it"), "; ".join(map(text_of, gain.origins)))]
    colon = pgettext("between what is counted and its number", "%(what)s: %(count)s")
    yield from ((0, colon % {"what": what, "count": fact}, language) for what, fact in facts if fact)


def _learners(report: Report, language: str) -> Iterator[Piece]:
    if report.learners:
        yield 1, _("How far learners came"), language
    for title, year in step_rows(report.learners):
        yield 2, f"{text_of(title)}, {year.year}", language
        yield from ((0, line, language) for line in _steps(year))


def _steps(year: CourseYear) -> Iterator[str]:
    """Yield how many learners came how far, and what they do now."""
    told = [*zip(STEPS, year.steps, strict=True), *((text_of(row.name), row.count) for row in year.now_shown)]
    colon = pgettext("between what is counted and its number", "%(what)s: %(count)s")
    for what, count in told:
        yield colon % {"what": what, "count": year.shown(count)}


def _values(report: Report, language: str) -> Iterator[Piece]:
    """Yield what each indicator came to in single periods, as far as the annex tells it."""
    annex = annex_of(report)
    rows = [row for row in annex.rows if row.value]
    if annex.by_month or rows:
        yield 1, _("Actual values by period"), language
    colon = pgettext("between what is counted and its number", "%(what)s: %(count)s")
    for indicator in annex.by_month:
        yield 2, ", ".join(filter(None, [text_of(indicator.title), text_of(indicator.unit)])), language
        for year in (year for part in indicator.parts for year in part.years):
            told = "; ".join(f"{month} {cell}" for month, cell in zip(annex.months, year.cells, strict=True) if cell)
            yield 0, colon % {"what": year.year, "count": told}, language
    for row in rows:
        value = " ".join(filter(None, [row.value, text_of(row.unit)]))
        yield 0, colon % {"what": f"{text_of(row.origin.title)}, {row.origin.period}", "count": value}, language


def _activity(activity: ReportActivity, language: str) -> Iterator[Piece]:
    yield 2, text_of(activity.title), language
    yield from _prose(activity.summary, language)
    for entry in activity.entries:
        yield 3, str(entry.when), language
        for text in (entry.text, entry.difficulties, entry.next_step):
            yield from _prose(text, language)


def _prose(words: Words, language: str) -> Iterator[Piece]:
    """Yield the paragraphs of a text; one in another language than the report says in which."""
    code, text = words.best(language)
    paragraphs = [part.strip() for part in printable(text).split("\n") if part.strip()]
    for number, paragraph in enumerate(paragraphs):
        mark = f" [{code}]" if code and code != language and number == len(paragraphs) - 1 else ""
        yield 0, paragraph + mark, code or language


def _write(document: Any, level: int, text: str, language: str, *, style: str | None = None) -> None:
    """Write a paragraph; one that reads from the right says so, for the program and for a screen reader."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = document.add_paragraph(style=style or (f"Heading {level}" if level else None))
    run = paragraph.add_run(text)
    if direction_of(text, language) == "rtl":
        paragraph.paragraph_format.element.get_or_add_pPr().append(OxmlElement("w:bidi"))
        run.font.rtl = True
    tag = OxmlElement("w:lang")
    tag.set(qn("w:bidi" if language in RIGHT_TO_LEFT else "w:val"), language)
    # The format wants the language behind the direction.
    run.font.element.get_or_add_rPr().append(tag)
