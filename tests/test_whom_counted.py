"""An indicator says whom it counts: where that may be vulnerable people, a few of them are told nowhere outside."""

import io
import itertools
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from partnerships.models import Indicator, Municipality
from portal.ground.disclosure import Told, smallest_told
from portal.roof.iati.services import export_iati
from portal.roof.overviews.results.figures import Figure, IndicatorSheet, YearFigures
from portal.roof.public.figures import results_of, years_of
from portal.roof.reports.attainment import Attained, Chain, Measured
from portal.roof.reports.attainment_data import Desk
from portal.roof.reports.attainment_told import settled_chains
from portal.roof.reports.book import write_book
from portal.roof.reports.data import build_report
from portal.roof.reports.frozen import dumps, loads
from portal.roof.reports.render import render_html
from portal.roof.reports.scopes import published
from portal.roof.reports.sections import Report
from portal.roof.reports.snapshots import report_of
from portal.roof.reports.words import Words
from tests.indicator_rows import make_indicator, make_result, make_target, make_value
from tests.public_site import every_address, open_pages
from tests.report_rows import YEAR
from tests.snapshot_rows import LATER, validated
from tests.test_frozen import sample
from tests.test_iati import AT, REFERENCE, add_code
from tests.test_import import csv, faults, send

VULNERABLE, OTHERS, NOBODY = (str(one) for one in Indicator.Whom)
YEARS = (2022, 2023, 2024)


@pytest.fixture
def outcome(cast, settled):
    return make_result(cast.jette, "outcome")


def typed(outcome, values: dict[int, int], by, **fields) -> Indicator:
    """Write an indicator without rule and parts, whose values somebody typed and an officer stands for."""
    indicator = make_indicator(outcome, **fields)
    for year, number in values.items():
        make_value(indicator, number, year, by=by)
        make_target(indicator, 77, year)
    return indicator


def measured_of(report: Report) -> Measured:
    (row,) = (row for result in report.attained[0].results for row in result.indicators)
    return row


def figures_of(row: Measured) -> list[Decimal]:
    """Return every number of people that an indicator tells."""
    years = [one.number for year in row.sheet.years for one in (year.actual, year.reported) if one]
    start = [row.sheet.baseline.number] if row.sheet.baseline else []
    return [*start, *years, *(year.counted for year in row.sheet.years if year.counted is not None)]


def rows_about(indicator: Indicator, content: bytes) -> list[list[str]]:
    """Return the rows of a workbook that name an indicator."""
    rows = (row for sheet in load_workbook(io.BytesIO(content)) for row in sheet.iter_rows(values_only=True))
    return [[str(cell) for cell in row if cell is not None] for row in rows if indicator.title_en in row]


def test_what_nobody_said_anything_of_is_held_for_vulnerable():
    assert Indicator().whom == VULNERABLE
    assert Indicator._meta.get_field("whom").default == VULNERABLE


@pytest.mark.django_db
@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(
    ("whom", "fields", "values", "is_told"),
    [
        (VULNERABLE, {}, {2023: 4, 2024: 90}, False),
        (VULNERABLE, {}, {2023: 5, 2024: 90}, True),
        (VULNERABLE, {}, {2023: 0, 2024: 90}, True),
        (VULNERABLE, {"accumulation": "cumulative"}, {2023: 20, 2024: 23}, False),
        (VULNERABLE, {"baseline": Decimal(3), "baseline_year": 2021}, {2023: 20}, False),
        (VULNERABLE, {"baseline": Decimal(18), "accumulation": "cumulative"}, {2023: 20}, False),
        (VULNERABLE, {"baseline": Decimal(18)}, {2023: 20}, True),
        (VULNERABLE, {"measure": "percentage"}, {2023: 25}, False),
        (VULNERABLE, {"unit_fr": "% des apprenantes"}, {2023: 25}, False),
        (VULNERABLE, {"unit_ar": "نسبة مئوية"}, {2023: 25}, False),
        (VULNERABLE, {"unit_fr": "apprenantes"}, {2023: 25}, True),
        (VULNERABLE, {"measure": "percentage"}, {2023: 100}, False),
        (VULNERABLE, {"measure": "percentage"}, {2023: 0}, False),
        (VULNERABLE, {"measure": "percentage", "baseline": Decimal(25)}, {2023: 0}, False),
        (OTHERS, {"measure": "percentage", "baseline": Decimal(1)}, {2023: 25}, True),
        (OTHERS, {"baseline": Decimal(1)}, {2023: 4}, True),
        (NOBODY, {"baseline": Decimal(1)}, {2023: 4}, True),
    ],
)
def test_a_typed_value_of_a_few_vulnerable_people_is_not_told(cast, whom, fields, values, is_told):
    typed(make_result(cast.jette), values, cast.officer, whom=whom, **fields)
    row = measured_of(build_report(cast.jette.partnership, *YEAR, on=LATER))
    assert row.is_withheld is not is_told
    start = [fields["baseline"]] if "baseline" in fields else []
    assert figures_of(row) == ([*start, *map(Decimal, values.values())] if is_told else [])
    assert [year.target.number for year in row.sheet.years if year.target] == [77] * len(values)


@pytest.mark.django_db
def test_the_few_stand_in_no_page_and_no_file(cast, outcome, client_of):
    """A remark on the baseline could tell in words what the baseline does not."""
    note = "Counted at the house: 3 women"
    start = {"baseline": Decimal(3), "baseline_year": 2021, "baseline_note_en": note}
    indicator = typed(outcome, {2024: 3}, cast.officer, whom=VULNERABLE, **start)
    open_pages(cast)
    report = report_of(validated(cast))
    address = reverse("partnerships:logframe_export", args=[cast.jette.programme.slug])
    client = client_of(cast.officer)
    client.cookies["django_language"] = "en"
    books = [*(write_book(of, "en") for of in (report, published(report))), client.post(address).content]
    for content in books:
        rows = rows_about(indicator, content)
        assert ("77" in [cell for row in rows for cell in row], [row for row in rows if "3" in row]) == (True, [])
        assert [row for row in rows if note in row] == []
    for of in (report, published(report)):
        with override("en"):
            page = render_html(of, "en")
        assert "one of them counts fewer than 5 vulnerable people" in page
        assert note not in page
    years = years_of(cast.jette.partnership)
    assert results_of(years) == (2024, [])
    assert figures_of(years[0].results[0].indicators[0]) == []
    assert figures_of(measured_of(loads(dumps(report)))) == []


@pytest.mark.django_db
@pytest.mark.parametrize("measure", [{"measure": "percentage"}, {"unit_nl": "procent"}])
def test_a_share_of_vulnerable_people_stands_in_no_page_and_no_file(cast, outcome, client_of, client, measure):
    """A quarter of eight women are two, and everybody may read elsewhere that they were eight."""
    cast.officer.is_staff = True
    cast.officer.save()
    start = {"baseline": Decimal("37.25"), "baseline_year": 2021}
    indicator = typed(outcome, {2024: Decimal("24.75")}, cast.officer, whom=VULNERABLE, **measure, **start)
    open_pages(cast)
    report = report_of(validated(cast))
    staff = client_of(cast.officer)
    staff.cookies["django_language"] = "en"
    address = reverse("partnerships:logframe_export", args=[cast.jette.programme.slug])
    books = [*(write_book(of, "en") for of in (report, published(report))), staff.post(address).content]
    told = [cell for content in books for row in rows_about(indicator, content) for cell in row]
    for of in (report, published(report)):
        with override("en"):
            told.append(render_html(of, "en"))
        assert "they are shares of vulnerable people" in told[-1]
    exports = [reverse(f"admin:partnerships_{name}_export") for name in ("indicatorvalue", "indicator")]
    told += [staff.post(page, {"kind": "csv"}).content.decode() for page in exports]
    Municipality.objects.filter(slug="jette").update(iati_identifier=REFERENCE)
    add_code(cast, "sector", "16010")
    with override("en"):
        told.append(export_iati(cast.jette.partnership, at=AT, actor=None).decode())
    assert indicator.title_en in told[-1]
    told += [client.get(page).content.decode() for page in every_address("en") if page.endswith("/")]
    told.append(dumps(report))
    assert [text for text in told for number in ("24.75", "24,75", "37.25", "37,25") if number in text] == []


@pytest.mark.django_db
def test_a_share_that_a_frozen_report_tells_is_published_no_more(cast, outcome):
    """What was frozen before shares were left out is told to funders as it was, but not to everybody."""
    typed(outcome, {2024: 25}, cast.officer, whom=OTHERS, measure="percentage")
    held = json.loads(dumps(build_report(cast.jette.partnership, *YEAR, on=LATER)))
    for row in (row for result in held["report"]["attained"][0]["results"] for row in result["indicators"]):
        row["is_about_vulnerable"] = True
    older = loads(json.dumps(held))
    assert figures_of(measured_of(older)) == [25]
    assert figures_of(measured_of(published(older))) == []


def exported(client, cast, indicator: Indicator) -> list[str]:
    """Return the row of an indicator in the logframe's spreadsheet."""
    address = reverse("partnerships:logframe_export", args=[cast.jette.programme.slug])
    [row] = rows_about(indicator, client.post(address).content)
    return row


@pytest.mark.django_db
@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(
    ("now", "then"), [(22, "20"), (25, "25"), (20, "20")], ids=["a few more", "enough more", "as it was"]
)
def test_the_logframe_s_spreadsheet_tells_what_a_frozen_report_told_until_the_next(cast, client_of, now, then):
    indicator = typed(make_result(cast.jette), {2024: 20}, cast.officer, whom=VULNERABLE)
    client = client_of(cast.officer)
    validated(cast)
    indicator.values.update(state="reported", validated_by=None)
    indicator.values.update(value=now)
    indicator.values.update(state="validated", validated_by=cast.officer)

    def shown() -> list[str]:
        row = exported(client, cast, indicator)
        return [number for number in ("20", "22", "25") if number in row]

    assert shown() == ["20"]
    validated(cast, LATER)
    assert shown() == [then]


@pytest.mark.django_db
@pytest.mark.usefixtures("settled")
def test_a_number_that_is_validated_later_is_held_against_the_one_that_was_reported(cast, client_of):
    indicator = typed(make_result(cast.jette), {}, cast.officer, whom=VULNERABLE)
    value = make_value(indicator, 20, 2024)
    validated(cast)
    indicator.values.filter(pk=value.pk).update(value=22, state="validated", validated_by=cast.officer)
    row = exported(client_of(cast.officer), cast, indicator)
    assert [number for number in ("20", "22") if number in row] == ["20"]


@pytest.mark.django_db
def test_sheets_of_single_values_and_baselines_leave_them_out(cast, outcome, client_of):
    cast.officer.is_staff = True
    cast.officer.save()
    few = typed(outcome, {2024: 40}, cast.officer, whom=VULNERABLE, baseline=Decimal(3))
    many = typed(outcome, {2024: 40}, cast.officer, whom=OTHERS, baseline=Decimal(3))
    for name, stay in [
        ("indicatorvalue", "Values that count people of vulnerable groups do not leave the portal one by one"),
        ("indicator", "Indicators whose baseline counts a few people"),
    ]:
        address = reverse(f"admin:partnerships_{name}_export")
        client = client_of(cast.officer)
        assert stay in client.get(address).content.decode()
        content = client.post(address, {"kind": "csv"}).content.decode("utf-8-sig")
        assert [few.slug in content, many.slug in content] == [False, True]


@pytest.mark.django_db
def test_whom_it_counts_is_brought_in_by_a_sheet_and_shown_on_its_page(cast, outcome, client_of):
    cast.officer.is_staff = True
    cast.officer.save()
    indicator, client = make_indicator(outcome, whom=OTHERS), client_of(cast.officer)
    address = "admin:partnerships_indicator_import"
    wrong = send(client, address, csv(["slug", "whom"], [indicator.slug, "women"]))
    assert [column for _row, column, _reason in faults(wrong)] == ["Whom it counts"]
    right = send(client, address, csv(["slug", "whom"], [indicator.slug, VULNERABLE]))
    assert faults(right) == []
    page = client.get(reverse("partnerships:indicator", args=[indicator.slug])).content.decode()
    assert "People, but nobody of a vulnerable group" in page


@pytest.mark.django_db
def test_the_public_edition_of_an_older_report_is_told_as_safely(cast, outcome):
    """What was frozen before indicators said whom they count is told to funders as it was, but not to everybody."""
    typed(outcome, {2023: 4, 2024: 9}, cast.officer, whom=OTHERS)
    held = json.loads(dumps(build_report(cast.jette.partnership, *YEAR, on=LATER)))
    for row in (row for result in held["report"]["attained"][0]["results"] for row in result["indicators"]):
        del row["sheet"]["whom"]
    older = loads(json.dumps(held))
    assert figures_of(measured_of(older)) == [4, 9]
    assert figures_of(measured_of(published(older))) == []
    assert measured_of(published(older)).is_withheld


def edition(numbers: list[int], start: int, *, cumulative: bool) -> tuple[Chain, ...]:
    """Return the results of a programme with one indicator, whose numbers were typed."""
    accumulation = Indicator.Accumulation.CUMULATIVE if cumulative else Indicator.Accumulation.YEARLY
    years = tuple(YearFigures(year, actual=Figure(Decimal(one))) for year, one in zip(YEARS, numbers, strict=True))
    sheet = replace(
        sample(IndicatorSheet, full=False),
        pk=1,
        whom=Indicator.Whom.VULNERABLE,
        measure=Indicator.Measure.NUMBER,
        accumulation=accumulation,
        baseline=Figure(Decimal(start)),
        years=years,
    )
    row = Desk({}, {}, {}, {}, {}, frozenset(), Told((), ())).measured(sheet)
    return (Chain(Words(), YEARS, (replace(sample(Attained, full=False), indicators=(row,)),)),)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=4, max_size=4),
    st.lists(st.integers(-6, 6), min_size=4, max_size=4),
    st.booleans(),
)
def test_no_number_and_no_step_between_two_that_are_told_is_a_few_people(added, changes, cumulative):
    """In each edition, from year to year where they add people, and from one edition to the next."""
    later = [max(0, one + change) for one, change in zip(added, changes, strict=True)]
    made = []
    for start, *numbers in (added, later):
        sums = [start + sum(numbers[: place + 1]) for place in range(3)] if cumulative else numbers
        made.append(edition(sums, start, cumulative=cumulative))
    first, second = made[0], settled_chains(made[1], [made[0]])
    told = [figures_of(chains[0].results[0].indicators[0]) for chains in (first, second)]
    pairs = list(zip(*told, strict=True)) if all(told) else []
    steps = [after - before for before, after in pairs]
    if cumulative:
        steps += [after - before for numbers in told for before, after in itertools.pairwise(numbers)]
    for number in (*steps, *(one for numbers in told for one in numbers)):
        assert number == 0 or abs(number) >= smallest_told()


def test_beside_several_editions_the_newest_stands():
    """What an edition told as reported only is told as validated by the next: a reader is told that one."""
    now, newest = (edition([one, 0, 0], 0, cumulative=False) for one in (81, 79))
    row = newest[0].results[0].indicators[0]
    years = (replace(row.sheet.years[0], actual=None, reported=Figure(Decimal(79))), *row.sheet.years[1:])
    older = replace(row, sheet=replace(row.sheet, years=years))
    oldest = (replace(newest[0], results=(replace(newest[0].results[0], indicators=(older,)),)),)
    told = settled_chains(now, (), [oldest, newest])[0].results[0].indicators[0].sheet.years[0]
    assert (told.actual, told.reported) == (Figure(Decimal(79)), None)
