"""A report as a spreadsheet: a sheet for each of its tables, with the very figures of the PDF.

It is written from the same frozen sections, so that what an edition may not tell is not here either.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Any

from django.utils import translation
from django.utils.translation import get_language_bidi, pgettext
from django.utils.translation import gettext as _

from partnerships.models import Side
from portal.ground.spreadsheets import fitting, sheet_name
from portal.ground.timeless import timeless
from portal.roof.overviews.finance.book import FORMATS, text_cell
from portal.roof.overviews.finance.tables import plain
from portal.roof.overviews.results.figures import Figure
from portal.roof.reports.book_trails import trails_of
from portal.roof.reports.counts import CountRow, GroupTable
from portal.roof.reports.finance import money_of_programmes
from portal.roof.reports.learners_tables import STEPS, step_rows
from portal.roof.reports.markers import MarkerSheet
from portal.roof.reports.origins_tables import indicators_of
from portal.roof.reports.sections import Report, ReportActivity
from portal.roof.reports.sheet import Row, Sheet, name_of, text_of
from portal.roof.reports.words import When, Words

NARROWEST, WIDEST = 10, 60
# The number that the format gives to the size of a page.
A4 = 9
LINE_POINTS, HIGHEST_POINTS = 15, 409


def write_book(report: Report, language: str) -> bytes:
    """Return a report as an XLSX file in a language, the same bytes each time; a table without rows is left out."""
    import openpyxl

    with translation.override(language):
        book, names = openpyxl.Workbook(write_only=True), set[str]()
        for sheet in sheets_of(report):
            if sheet.rows:
                _fill(book.create_sheet(sheet_name(sheet.title, names)), sheet, report)
        buffer = io.BytesIO()
        book.save(buffer)
    return timeless(buffer.getvalue(), report.made_on)


def sheets_of(report: Report) -> Iterator[Sheet]:
    """Yield the tables of a report in the active language, in the order of its chapters."""
    yield _summary(report)
    yield _told(report)
    yield _activities(report)
    yield _log(report)
    yield _participants(report)
    yield from _learners(report)
    yield _indicators(report)
    yield _values(report)
    yield _scores(report)
    yield _expenses(report)
    for programme in money_of_programmes(report.finances, with_shares=True):
        for table in programme.tables:
            rows: list[Row] = [[plain(row.label), *(cell.value for cell in row.cells)] for row in table.rows]
            yield Sheet(table.title, [table.head, *table.columns], rows)
    yield from trails_of(report)
    yield _markers(report)
    yield _products(report)
    yield _organisations(report)


def _fill(sheet: Any, table: Sheet, report: Report) -> None:
    from openpyxl.utils import get_column_letter

    sheet.sheet_view.rightToLeft = get_language_bidi()
    sheet.freeze_panes = "B4"
    _print_on_a4(sheet)
    for number in range(len(table.headings)):
        longest = max(len(_shown(row[number])) for row in [table.headings, *table.rows[:200]] if number < len(row))
        width = min(max(longest + 2, NARROWEST), WIDEST)
        sheet.column_dimensions[get_column_letter(number + 1)].width = width
    mark = _("DEMONSTRATION – invented figures") if report.is_demonstration else ""
    sheet.append([text_cell(sheet, f"{table.title} – {text_of(report.partnership.name)}, {report.window}", bold=True)])
    sheet.append([text_cell(sheet, mark)])
    sheet.append([text_cell(sheet, str(heading), bold=True) for heading in table.headings])
    for number, row in enumerate(fitting(table.rows), 4):
        # Who opens it need not measure the rows: some programs do not.
        lines = max((math.ceil(len(_shown(value)) / (WIDEST * 0.9)) for value in row), default=1)
        if lines > 1:
            sheet.row_dimensions[number].height = min(lines * LINE_POINTS, HIGHEST_POINTS)
        sheet.append([_cell(sheet, value) for value in row])


def _print_on_a4(sheet: Any) -> None:
    """Let a sheet be printed as wide as a page, with its heads on each: else a table goes over sheets side by side."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = "1:3"


def _cell(sheet: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment

    if value is None or isinstance(value, str):
        written = text_cell(sheet, value or "")
    else:
        written = WriteOnlyCell(sheet, value)
        kinds = {Decimal: "decimal", int: "count", dt.date: "date"}
        written.number_format = FORMATS[kinds[type(value)]]
    # A long text goes on in its own cell, and what stands beside it begins with it.
    written.alignment = Alignment(vertical="top", wrap_text=len(_shown(value)) > WIDEST)
    return written


def _shown(value: Any) -> str:
    return str(value) if value is not None else ""


def _days(when: When) -> list[dt.date | None]:
    return [when.starts_on, when.ends_on]


def _summary(report: Report) -> Sheet:
    participants = report.participants
    rows: list[Row] = [
        [_("From"), report.starts_on],
        [_("Up to and including"), report.ends_on],
        [_("Data of"), report.made_on],
        [_("Activities"), len(report.activities)],
        [_("Log entries"), sum(len(activity.entries) for activity in report.activities)],
        [_("Participations"), participants.total],
        [_("Spent, in euro"), report.money.total],
    ]
    rows += [[f"{_('Spent, in euro')}: {text_of(source.name)}", source.amount] for source in report.money.sources]
    return Sheet(_("Key figures"), [_("Figure"), _("Value")], rows)


def _told(report: Report) -> Sheet:
    rows = [[str(told.year), text_of(told.title), text_of(told.outcome), text_of(told.text)] for told in report.told]
    return Sheet(_("The year in words"), [_("Year"), _("Section"), _("Outcome"), _("Text")], rows)


def _all_activities(report: Report) -> Iterable[ReportActivity]:
    return chain(report.activities, report.undated)


def _activities(report: Report) -> Sheet:
    headings = [_("Activity"), _("Kind"), _("Side"), _("Status"), _("From"), _("Until"), _("Place"), _("Outcome")]
    rows = [
        [
            text_of(row.title),
            name_of(row.kind),
            name_of(row.side),
            name_of(row.status),
            *_days(row.when),
            ", ".join(filter(None, [text_of(row.place), text_of(row.town)])),
            text_of(row.outcome),
            ", ".join(map(text_of, row.themes)),
            ", ".join(map(text_of, row.groups)),
            row.spent,
        ]
        for row in _all_activities(report)
    ]
    return Sheet(_("Activities"), [*headings, _("Themes"), _("Target groups"), _("Spent, in euro")], rows)


def _log(report: Report) -> Sheet:
    headings = [_("Activity"), _("From"), _("Until"), _("What happened"), _("Difficulties"), _("Next step")]
    rows = [
        [
            text_of(activity.title),
            *_days(entry.when),
            text_of(entry.text),
            text_of(entry.difficulties),
            text_of(entry.next_step),
            entry.unique,
            entry.spent,
        ]
        for activity in _all_activities(report)
        for entry in activity.entries
    ]
    return Sheet(_("Log"), [*headings, _("Different people"), _("Spent, in euro")], rows)


def _participants(report: Report) -> Sheet:
    people = report.participants
    bands = [_band(*ends) for ends in people.bands]
    columns = [*bands, *([_("age not told")] if people.ages_withheld else [])]
    rows: list[Row] = [
        [text_of(group.name), _sex(row), *row.by_age[: len(columns)], row.total, _how(group)]
        for group in people.groups
        for row in group.rows
    ]
    # A group without any number is named all the same.
    rows += [[text_of(group.name), _withheld(group)] for group in people.groups if group.is_withheld]
    rows += [[_("All groups"), _sex(row), *row.by_age[: len(columns)], row.total] for row in people.all_groups]
    return Sheet(
        _("Participants"), [_("Target group"), _("Sex"), *columns, _("Participations"), _("Way of counting")], rows
    )


def _how(group: GroupTable) -> str:
    return _("estimated, in part at least") if group.is_estimated else _("counted")


def _learners(report: Report) -> Iterator[Sheet]:
    rows = step_rows(report.learners)
    heads = [_("Course"), _("Began in")]
    steps = [[text_of(course), str(year.year), *map(year.shown, year.steps)] for course, year in rows]
    yield Sheet(_("How far learners came"), [*heads, *map(str, STEPS)], steps)
    now = [
        [text_of(course), str(year.year), text_of(row.name), year.shown(row.count)]
        for course, year in rows
        for row in year.now_shown
    ]
    yield Sheet(_("What learners do now"), [*heads, _("Now"), _("Learners")], now)


def _band(lowest: int | None, highest: int | None) -> str:
    if lowest is None:
        return _("age not said")
    return f"{lowest}+" if highest is None else f"{lowest}–{highest}"


def _sex(row: CountRow) -> str:
    return name_of(row.sex) or _("all")


def _withheld(group: GroupTable) -> str:
    return _("not told: too few") if group.is_small else _("not told")


def _indicators(report: Report) -> Sheet:
    rows: list[Row] = []
    for programme in report.attained:
        for result in programme.results:
            for measured in result.indicators:
                sheet = measured.sheet
                facts = [text_of(programme.name), text_of(result.title), text_of(sheet.title), text_of(sheet.unit)]
                figures = [(_("Baseline"), sheet.baseline_year, sheet.baseline)]
                for year in sheet.years:
                    figures += [
                        (_("Target"), year.year, year.target),
                        (_("Actual"), year.year, year.actual),
                        (_("Reported, not validated"), year.year, year.reported),
                    ]
                rows += [[*facts, *_figure(*figure)] for figure in figures if figure[2] is not None]
                rows += [
                    [*facts, _("Actual"), part.year, part.number, text_of(line.name)]
                    for line in measured.parts
                    for part in line.years
                ]
    headings = [_("Programme"), _("Result"), _("Indicator"), _("Unit"), _("Figure"), _("Year"), _("Value"), _("Part")]
    return Sheet(_("Indicators"), headings, rows)


def _values(report: Report) -> Sheet:
    """Return the values of single periods, as far as the annex tells them, with who stands for each."""
    sheets = indicators_of(report)
    rows = [
        [
            text_of(row.title),
            text_of(sheets[row.indicator_pk].unit),
            *_days(row.period),
            row.value.number,
            text_of(row.value.step),
            row.by,
            row.when.starts_on,
            row.validated_by,
            text_of(row.source),
        ]
        for row in report.origins
        if row.value is not None and row.indicator_pk in sheets
    ]
    headings = [_("Indicator"), _("Unit"), _("From"), _("Until"), _("Value"), _("Step of the scale"), _("Reported by")]
    more = [_("Last written on"), _("Validated by"), _("Source")]
    return Sheet(_("Actual values by period"), [*headings, *more], rows)


def _figure(kind: str, year: int | None, figure: Figure | None) -> list[Any]:
    """Return a figure of a year; the name of its step stands where a part would."""
    return [kind, str(year or ""), figure.number if figure else None, text_of(figure.step) if figure else ""]


def _scores(report: Report) -> Sheet:
    rows = [
        [
            str(judged.year),
            text_of(judged.outcome) or _("The programme as a whole"),
            text_of(mark.criterion),
            mark.value,
            text_of(mark.step),
            text_of(mark.justification),
        ]
        for judged in report.judged
        for mark in judged.marks
    ]
    headings = [_("Year"), _("Outcome"), _("Criterion"), _("Score"), _("Name of the score"), _("Justification")]
    return Sheet(_("Performance scores"), headings, rows)


def _expenses(report: Report) -> Sheet:
    number = pgettext("of one record", "Number")
    headings = [number, _("Date"), _("What"), _("Activity"), _("Side"), _("Funding source"), _("Amount in euro")]
    rows = [
        [
            row.number,
            row.date,
            text_of(row.what),
            text_of(row.activity),
            name_of(Side(row.side)),
            text_of(row.source),
            row.amount,
            row.original_amount,
            row.currency if row.original_amount is not None else "",
            row.rate,
            ", ".join(row.vouchers),
        ]
        for row in report.money.expenses
    ]
    more = [_("Original amount"), _("Currency"), _("Rate"), _("Voucher numbers")]
    return Sheet(_("List of vouchers"), [*headings, *more], rows)


def _markers(report: Report) -> Sheet:
    rows = [
        [text_of(row.programme), name_of(row.kind), row.code, text_of(row.name), *_significance(row)]
        for row in report.markers
    ]
    headings = [_("Programme"), _("List"), _("Code"), _("Marker or goal"), _("Significance")]
    return Sheet(_("Policy markers and goals"), [*headings, _("Name of the significance")], rows)


def _significance(row: MarkerSheet) -> Row:
    return [None, ""] if row.significance is None else [row.significance.value, str(row.significance.label)]


def _products(report: Report) -> Sheet:
    rows: list[Row] = [
        [text_of(row.title), name_of(row.kind), name_of(shown.side), str(shown.when), _where(shown.venue, shown.town)]
        for row in report.products
        for shown in row.showings
    ]
    rows += [[text_of(row.title), name_of(row.kind), "", "", ""] for row in report.products if not row.showings]
    return Sheet(_("Products and showings"), [_("Product"), _("Kind"), _("Side"), _("Shown on"), _("Where")], rows)


def _where(venue: Words, town: Words) -> str:
    return ", ".join(filter(None, [text_of(venue), text_of(town)]))


def _organisations(report: Report) -> Sheet:
    rows = [
        [
            text_of(row.name),
            name_of(row.kind),
            text_of(row.town),
            "; ".join(f"{name_of(role)} {when}".strip() for role, when in row.roles),
            "; ".join(f"{text_of(activity)} ({name_of(role)})" for role, activity in row.activities),
        ]
        for row in report.actors
    ]
    return Sheet(_("Organisations"), [_("Organisation"), _("Kind"), _("Place"), _("Roles"), _("Activities")], rows)
