"""What was reported for single periods: told in the annex and in every file, and never of vulnerable people."""

import calendar
import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from openpyxl import load_workbook

from beneficiaries.models import IndicatorPart
from partnerships.models import Indicator
from portal.roof.reports import snapshots
from portal.roof.reports.book import write_book
from portal.roof.reports.chapters import form_of
from portal.roof.reports.data import build_report
from portal.roof.reports.frozen import dumps, loads
from portal.roof.reports.manuscript import write_manuscript
from portal.roof.reports.origins import Origin
from portal.roof.reports.origins_tables import FEWEST_MONTHS, annex_of
from portal.roof.reports.render import render_html
from portal.roof.reports.scopes import told_to
from portal.roof.reports.sections import Report
from portal.roof.reports.snapshots import beside
from portal.roof.reports.values_told import origins_beside
from tests.cast import Cast, in_all_languages
from tests.edition_rows import ship_to
from tests.indicator_rows import make_indicator, make_result, make_rule, make_scale, make_value
from tests.report_rows import YEAR
from tests.test_report_pdf import LANGUAGES

pytestmark = pytest.mark.django_db
ON = dt.date(2025, 1, 15)
# A number that nothing else in a report is.
SEEN = 7_654


@pytest.fixture
def outcome(cast):
    return make_result(cast.jette, "outcome")


def by_month(indicator: Indicator, cast: Cast, numbers, year: int = 2024, **fields) -> None:
    """Write a value of each month from January on."""
    for month, number in enumerate(numbers, 1):
        last = calendar.monthrange(year, month)[1]
        days = {"starts_on": dt.date(year, month, 1), "ends_on": dt.date(year, month, last)}
        make_value(indicator, number, by=cast.officer, author=cast.coordinator_south, **days, **fields)


def report_of(cast: Cast, window: tuple[dt.date, dt.date] = YEAR) -> Report:
    return build_report(cast.jette.partnership, *window, on=ON)


def told(report: Report) -> list[tuple[int, int]]:
    """Return which values are told: the key of the indicator, and the number."""
    return [(row.indicator_pk, int(row.value.number)) for row in report.origins if row.value is not None]


def test_a_value_is_told_of_what_counts_nobody_vulnerable(cast, outcome):
    others, nobody = (make_indicator(outcome, whom=whom) for whom in ("others", "nobody"))
    for row in (others, nobody):
        make_value(row, 7, by=cast.officer)
    make_value(make_indicator(outcome), 3)
    assert told(report_of(cast)) == [(others.pk, 7), (nobody.pk, 7), (Indicator.objects.last().pk, 3)]


def vulnerable(outcome, _cast):
    return make_indicator(outcome, whom="vulnerable")


def counting_everybody(outcome, _cast):
    row = make_indicator(outcome)
    make_rule(row)
    return row


def counting_learners(outcome, cast):
    row = make_indicator(outcome)
    make_rule(row, what="enrolments", groups=[cast.youth, cast.women])
    return row


@pytest.mark.parametrize("make", [vulnerable, counting_everybody, counting_learners])
@pytest.mark.usefixtures("settled")
def test_no_single_value_is_told_of_what_may_count_vulnerable_people(cast, outcome, make):
    indicator = make(outcome, cast)
    by_month(indicator, cast, [SEEN] * 12)
    report = report_of(cast)
    assert (told(report), [row.indicator_pk for row in report.origins]) == ([], [0] * 12)
    for language in LANGUAGES:
        assert annex_of(report).by_month == ()
        assert "by-month" not in render_html(report, language)


@pytest.mark.usefixtures("settled")
def test_a_part_of_a_vulnerable_group_in_any_year_keeps_all_values_back(cast, outcome):
    indicator = make_indicator(outcome, by_group=True)
    by_month(indicator, cast, [20] * 6)
    assert len(told(report_of(cast))) == 6
    value = make_value(indicator, 40, 2023, by=cast.officer)
    IndicatorPart.objects.create(value=value, number=40, target_group=cast.women)
    assert told(report_of(cast)) == []


def test_a_year_that_the_window_does_not_cover_is_told_without_its_values(cast, outcome):
    by_month(make_indicator(outcome), cast, [5] * 12)
    assert len(told(report_of(cast))) == 12
    cut = report_of(cast, (YEAR[0], dt.date(2024, 12, 30)))
    assert (len(cut.origins), told(cut)) == (11, [])


@pytest.mark.parametrize(
    "kept", ["is_kept", "is_withheld", "has_hidden_parts", "counts_vulnerable", "is_about_vulnerable"]
)
def test_what_the_table_of_results_keeps_back_the_annex_keeps_back(cast, outcome, kept):
    by_month(make_indicator(outcome), cast, [5] * 6)
    report = report_of(cast)
    [chain] = report.attained
    [result] = chain.results
    [measured] = result.indicators
    held = replace(result, indicators=(replace(measured, **{kept: True}),))
    found = origins_beside(report.origins, [replace(chain, results=(held,))])
    assert [row.value for row in found] == [None] * 6
    assert [row.indicator_pk for row in found] == [0] * 6
    assert origins_beside(report.origins, report.attained) == report.origins


def test_what_is_told_as_in_the_edition_before_has_no_single_values(cast, outcome, monkeypatch):
    by_month(make_indicator(outcome), cast, [5] * 6)
    report = report_of(cast)
    [chain] = report.attained
    [result] = chain.results
    kept = replace(result, indicators=tuple(replace(row, is_kept=True) for row in result.indicators))
    assert len(told(beside(report, []))) == 6
    monkeypatch.setattr(snapshots, "settled_chains", lambda *_given: (replace(chain, results=(kept,)),))
    assert told(beside(report, [])) == []


def test_months_stand_side_by_side_and_anything_else_in_a_row_of_its_own(cast, outcome):
    monthly, quarterly, few, long = (make_indicator(outcome) for _number in range(4))
    scale = make_scale()
    steps = make_indicator(outcome, measure="scale", scale=scale)
    by_month(monthly, cast, range(1, 13), source="Register", language="en")
    by_month(monthly, cast, range(101, 113), 2023, source="Register", language="en")
    for month in (1, 4, 7, 10):
        days = {"starts_on": dt.date(2024, month, 1), "ends_on": dt.date(2024, month + 2, 30)}
        make_value(quarterly, month, by=cast.officer, **days)
    by_month(few, cast, [9] * (FEWEST_MONTHS - 1))
    by_month(long, cast, [1_234_567_890] * 12)
    by_month(steps, cast, [None] * 6, level=scale.levels.get(value=2))
    with override("en"):
        annex = annex_of(report_of(cast, (dt.date(2023, 1, 1), YEAR[1])))
    [one] = annex.by_month
    [part] = one.parts
    assert [(row.year, row.cells) for row in part.years] == [
        ("2023", tuple(str(number) for number in range(101, 113))),
        ("2024", tuple(str(number) for number in range(1, 13))),
    ]
    assert (part.by, part.validated_by) == ("coordinator_south", "officer")
    assert annex.months[:3] == ("Jan.", "Feb.", "March")
    shown = [row.value for row in annex.rows]
    assert len(shown) == 4 + FEWEST_MONTHS - 1 + 12 + 6
    assert set(shown) == {"1", "4", "7", "10", "9", "1,234,567,890", "2 – fair"}


def test_other_people_or_another_source_are_told_apart(cast, outcome):
    indicator = make_indicator(outcome, adds_periods=True)
    by_month(indicator, cast, [1] * 12, 2022, source="Register")
    by_month(indicator, cast, [2] * 12, 2023, source="Register")
    by_month(indicator, cast, [3] * 12, source="Letter")
    [one] = annex_of(report_of(cast, (dt.date(2022, 1, 1), YEAR[1]))).by_month
    assert [(part.source.versions[0][1], [row.year for row in part.years]) for part in one.parts] == [
        ("Register", ["2022", "2023"]),
        ("Letter", ["2024"]),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("months", [1, 12])
def test_a_value_is_told_in_every_file_and_language(cast, outcome, language, months):
    ship_to(cast)
    by_month(make_indicator(outcome, **in_all_languages(unit="days")), cast, [SEEN] * months)
    report = report_of(cast)
    assert loads(dumps(report)) == report
    written = {"nl": "7.654", "fr": "7 654", "en": "7,654", "ar": "7.654"}[language]
    spaces = str.maketrans("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}", "  ")
    html = render_html(report, language, form=form_of(report, "full")).translate(spaces)
    assert html.partition('id="origins"')[2].count(written) == months
    words = "\n".join(row.text for row in docx.Document(io.BytesIO(write_manuscript(report, language))).paragraphs)
    assert words.translate(spaces).count(written) == months
    found = [(row[2].date(), row[4]) for row in sheet_of(report, language)]
    assert found == [(dt.date(2024, month, 1), SEEN) for month in range(1, months + 1)]
    assert dumps(report).count('"value":{"number":"7654.00"') == months


@pytest.mark.parametrize(("edition", "is_told"), [("full", True), ("public", False), ("bwi", False)])
def test_who_reads_no_annex_gets_no_single_value(cast, outcome, edition, is_told):
    ship_to(cast)
    by_month(make_indicator(outcome), cast, range(SEEN, SEEN + 12))
    report = report_of(cast)
    shown = told_to(report, form_of(report, edition))
    assert ("Actual values by period" in load_workbook(io.BytesIO(write_book(shown, "en"))).sheetnames) is is_told
    words = [row.text for row in docx.Document(io.BytesIO(write_manuscript(shown, "en"))).paragraphs]
    assert ("Actual values by period" in words) is is_told
    assert ("7,654" in render_html(shown, "en", form=form_of(report, edition))) is is_told
    assert (f'"{SEEN}.00"' in dumps(shown)) is is_told


def sheet_of(report: Report, language: str) -> list[tuple]:
    """Return the rows of the sheet of the values."""
    with override(language):
        from django.utils.translation import gettext

        name = gettext("Actual values by period")
    return list(load_workbook(io.BytesIO(write_book(report, language)))[name].iter_rows(min_row=4, values_only=True))


def test_what_was_frozen_before_values_were_told_reads_and_looks_as_it_did(cast, outcome):
    by_month(make_indicator(outcome), cast, [SEEN] * 12)
    report = report_of(cast)
    old = replace(report, origins=tuple(map(Origin.without_value, report.origins)))
    text = dumps(old)
    assert dumps(loads(text)) == text
    assert '"indicator_pk"' not in text
    assert len(annex_of(old).rows) == 12
    with override("nl"):
        assert "Werkelijke waarden per periode" not in load_workbook(io.BytesIO(write_book(old, "nl"))).sheetnames


def test_many_values_take_no_more_queries_than_one(cast, outcome):
    counts = []
    indicator = make_indicator(outcome)
    for year, months in ((2023, 1), (2024, 12)):
        by_month(indicator, cast, [5] * months, year)
        with CaptureQueriesContext(connection) as captured:
            report_of(cast, (dt.date(year, 1, 1), dt.date(year, 12, 31)))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_number_keeps_its_decimals(cast, outcome):
    by_month(make_indicator(outcome), cast, [Decimal("1.5")] * 6)
    with override("nl"):
        assert annex_of(report_of(cast)).by_month[0].parts[0].years[0].cells[0] == "1,50"
