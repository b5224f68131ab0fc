"""The logframe: which figures stand where, on the page, in the spreadsheet, and on the page of an indicator."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.models import IndicatorCorrection, IndicatorValue
from portal.roof.overviews.results.chain import logframe_of
from portal.roof.overviews.results.figures import achieved
from tests.indicator_rows import (
    lock,
    make_indicator,
    make_result,
    make_rule,
    make_scale,
    make_target,
    make_value,
    reach,
)


@pytest.fixture
def chain(cast):
    impact = make_result(cast.jette, "impact")
    outcome = make_result(cast.jette, "outcome", impact)
    return impact, outcome, make_result(cast.jette, "output", outcome)


@pytest.fixture
def page(cast):
    return reverse("partnerships:logframe", args=[cast.jette.programme.slug])


def sheet_of(cast, indicator):
    rows = [one for row in logframe_of(cast.jette.programme).flat() for one in row.indicators]
    return next(row for row in rows if row.pk == indicator.pk)


def year_of(sheet, year):
    return next(row for row in sheet.years if row.year == year)


def test_the_chain_is_a_tree_with_what_belongs_to_the_whole_partnership(cast, chain):
    whole = make_result(cast.jette, "impact", programme=None)
    make_result(cast.gillis, "impact")
    logframe = logframe_of(cast.jette.programme)
    assert [(row.pk, row.is_whole) for row in logframe.results] == [(chain[0].pk, False), (whole.pk, True)]
    assert [row.pk for row in logframe.flat()] == [*(row.pk for row in chain), whole.pk]


def test_only_validated_values_enter_a_total(cast, chain):
    indicator = make_indicator(chain[1], adds_periods=True)
    make_value(indicator, 10, 2023, by=cast.officer)
    make_value(indicator, 5, 2024, by=cast.officer, ends_on=dt.date(2024, 6, 30))
    make_value(indicator, 7, 2024, starts_on=dt.date(2024, 7, 1))
    make_target(indicator, 20, 2023)
    make_target(indicator, 10, 2024)
    sheet = sheet_of(cast, indicator)
    year = year_of(sheet, 2024)
    assert (year.actual.number, year.reported.number, year.achieved) == (5, 7, 50)
    assert (sheet.total, sheet.total_target, sheet.achieved) == (15, 30, 50)


def test_values_that_may_not_be_added_are_not(cast, chain):
    indicator = make_indicator(chain[1], baseline=Decimal(10))
    make_value(indicator, 12, 2024, by=cast.officer, ends_on=dt.date(2024, 6, 30))
    make_value(indicator, 15, 2024, by=cast.officer, starts_on=dt.date(2024, 7, 1))
    make_target(indicator, 20, 2024)
    sheet = sheet_of(cast, indicator)
    assert (year_of(sheet, 2024).actual.number, sheet.total, sheet.achieved) == (15, None, 50)


WAYS = {
    "ascending": ((10, 20, 15, True), 50),
    "descending": ((20, 10, 12, False), 80),
    "past the target": ((0, 10, 15, True), 150),
    "worse than before": ((10, 20, 5, True), -50),
    "rounded half up": ((0, 200, 1, True), 1),
    "no way to go": ((10, 10, 12, True), None),
    "target on the wrong side": ((10, 5, 12, True), None),
    "unknown": ((None, 5, 12, True), None),
}


@pytest.mark.parametrize(("figures", "expected"), WAYS.values(), ids=WAYS)
def test_how_far_a_value_is_on_its_way(figures, expected):
    *numbers, is_ascending = figures
    start, target, actual = (None if number is None else Decimal(number) for number in numbers)
    assert achieved(start, target, actual, is_ascending=is_ascending) == expected


def test_a_validated_correction_takes_the_place_of_its_value(cast, chain):
    indicator = make_indicator(chain[1], adds_periods=True)
    value = make_value(indicator, 10, by=cast.officer)
    lock(cast.jette, 2024)
    day = dt.date(2025, 2, 1)
    row = IndicatorCorrection.objects.create(corrects=value, recorded_on=day, value=8, reason="Twice", language="en")
    assert (sheet_of(cast, indicator).total, year_of(sheet_of(cast, indicator), 2024).is_corrected) == (10, False)
    row.state = "validated"
    row.save()
    sheet = sheet_of(cast, indicator)
    assert (sheet.total, year_of(sheet, 2024).is_corrected) == (8, True)


def test_a_typed_value_that_differs_from_the_count_says_by_how_much(cast, chain, client_of):
    indicator = make_indicator(chain[1], adds_periods=True)
    make_rule(indicator, groups=[cast.youth])
    cast.jette.partner.outcome = chain[2]
    cast.jette.partner.save()
    reach(cast, cast.jette.partner, dt.date(2024, 5, 1), ("women", 1, 3))
    value = make_value(indicator, 5)
    year = year_of(sheet_of(cast, indicator), 2024)
    assert (year.counted, year.difference) == (3, 2)
    page = client_of(cast.viewer).get(reverse("partnerships:indicator", args=[indicator.slug])).content.decode()
    assert "Counted from the log: 3 (typed: +2)." in page
    # Half a year is not held against the count of the whole.
    IndicatorValue.objects.filter(pk=value.pk).update(ends_on=dt.date(2024, 6, 30))
    assert year_of(sheet_of(cast, indicator), 2024).difference is None


def test_a_cumulative_indicator_is_counted_from_the_start(cast, chain):
    indicator = make_indicator(chain[1], accumulation="cumulative")
    make_rule(indicator)
    cast.jette.partner.outcome = chain[1]
    cast.jette.partner.save()
    for year in (2022, 2024):
        reach(cast, cast.jette.partner, dt.date(year, 5, 1), ("women", 1, 3))
    assert [year.counted for year in sheet_of(cast, indicator).years] == [3, 3, 6, 6, 6]


def test_the_page_tells_targets_values_and_activities(cast, chain, page, client_of):
    indicator = make_indicator(chain[1], adds_periods=True, unit_en="women")
    quality = make_indicator(chain[2], measure="scale", scale=make_scale())
    make_target(indicator, 1200)
    make_value(quality, None, level=quality.scale.levels.get(value=3), by=cast.officer)
    cast.jette.partner.outcome = chain[2]
    cast.jette.partner.save()
    text = client_of(cast.viewer).get(page).content.decode()
    for words in ("1,200", "3 – good", "Women, each year by itself, years may be added", str(cast.jette.partner)):
        assert words in text
    assert "Download as a spreadsheet" in text


def test_the_number_of_queries_does_not_grow(cast, chain, page, client_of):
    client = client_of(cast.officer)

    def queries():
        client.get(page)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page).status_code == 200
        return len(seen)

    make_rule(make_indicator(chain[0]))
    few = queries()
    for number in range(3):
        indicator = make_indicator(chain[number], adds_periods=True)
        make_rule(indicator, themes=cast.themes)
        for year in (2023, 2024):
            make_target(indicator, 5, year)
            make_value(indicator, 5, year, by=cast.officer)
    assert queries() == few


def test_the_spreadsheet_holds_numbers_and_no_formula(cast, chain, client_of):
    indicator = make_indicator(chain[1], adds_periods=True)
    indicator.title_en = "=1+1"
    indicator.save()
    make_value(indicator, "12.5", by=cast.officer)
    address = reverse("partnerships:logframe_export", args=[cast.jette.programme.slug])
    answer = client_of(cast.viewer).post(address)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = {row[2].value: row for row in sheet.iter_rows(min_row=4)}
    cells = rows["=1+1"]
    headings = [cell.value for cell in sheet[3]]
    assert cells[2].data_type == "s"
    assert cells[headings.index("Actual 2024")].value == 12.5
    assert cells[headings.index("Actual, years together")].value == 12.5
    assert cells[headings.index("Target 2024")].value is None


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(("number", "told"), [(3, None), (8, 8)])
def test_few_people_of_a_vulnerable_group_stay_inside_the_portal(cast, chain, client_of, number, told):
    indicator = make_indicator(chain[1])
    make_rule(indicator, groups=[cast.women])
    make_value(indicator, number, by=cast.officer)
    client = client_of(cast.viewer)
    assert sheet_of(cast, indicator).years[2].actual.number == number
    address = reverse("partnerships:logframe_export", args=[cast.jette.programme.slug])
    sheet = openpyxl.load_workbook(io.BytesIO(client.post(address).content)).active
    column = [cell.value for cell in sheet[3]].index("Actual 2024")
    assert [row[column].value for row in sheet.iter_rows(min_row=4) if row[2].value == "Indicator 1"] == [told]


@pytest.mark.parametrize(("state", "expected"), [("reported", "Reported"), ("validated", "Validated")])
def test_an_indicator_shows_its_values_with_their_state(cast, chain, client_of, state, expected):
    indicator = make_indicator(chain[1])
    make_value(indicator, 7, by=cast.officer if state == "validated" else None, source="Register", comment="Well done")
    text = client_of(cast.viewer).get(reverse("partnerships:indicator", args=[indicator.slug])).content.decode()
    for words in (expected, "Register", "Well done"):
        assert words in text
    assert "Report a value" not in text


PROPOSED = {
    "nothing told": ([], "", ("2022-01-01", "2022-12-31")),
    "half a year told": ([("2023-01-01", "2023-06-30")], "", ("2023-07-01", "2023-12-31")),
    "a year asked for": ([("2023-01-01", "2023-06-30")], "2024", ("2024-01-01", "2024-12-31")),
    "the rest of the year asked for": ([("2023-01-01", "2023-06-30")], "2023", ("2023-07-01", "2023-12-31")),
    "a year that is told": ([("2023-01-01", "2023-12-31")], "2023", (None, None)),
    "no year of the programme": ([], "1999", (None, None)),
    "no year at all": ([], "x", (None, None)),
}


@pytest.mark.parametrize("case", PROPOSED.values(), ids=PROPOSED)
def test_a_new_value_begins_where_the_last_one_ends(cast, chain, client_of, case):
    told, asked, days = case
    indicator = make_indicator(chain[1])
    for starts_on, ends_on in told:
        make_value(indicator, 1, starts_on=dt.date.fromisoformat(starts_on), ends_on=dt.date.fromisoformat(ends_on))
    address = reverse("partnerships:value_create", args=[indicator.slug], query={"year": asked} if asked else None)
    form = client_of(cast.coordinator_north).get(address).context["form"]
    shown = [form[name].value() for name in ("starts_on", "ends_on")]
    assert [day and day.isoformat() for day in shown] == list(days)
