"""The results by outcome in a report: the logframe's own figures, and none that would point at a few people."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from beneficiaries.models import Enrolment, IndicatorPart
from partnerships.models import Indicator, IndicatorCorrection
from portal.roof.overviews.results.chain import logframe_of
from portal.roof.reports.attainment import Measured
from portal.roof.reports.attainment_data import chains_of
from portal.roof.reports.data import build_report
from portal.roof.reports.frozen import dumps, loads
from portal.roof.reports.render import render_html, render_pdf
from portal.roof.reports.snapshots import report_of
from portal.roof.reports.told_last import as_told_last, frozen_of
from tests.cast import YEARS, Cast
from tests.indicator_rows import make_indicator, make_result, make_rule, make_scale, make_target, make_value, reach
from tests.learner_rows import enrol, make_cohort, make_course, make_learner
from tests.report_rows import YEAR
from tests.snapshot_rows import LATER, validated
from tests.test_frozen import FIRST
from tests.test_report_changes import between
from tests.test_report_pdf import LANGUAGES, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("settled")]


@pytest.fixture
def outcome(cast):
    return make_result(cast.jette, "outcome", make_result(cast.jette, "impact"))


def told(cast: Cast, indicator: Indicator, window: tuple[dt.date, dt.date] = YEAR) -> Measured:
    chains, _demonstration = chains_of(cast.jette.partnership, *window, YEARS)
    return next(row for result in chains[0].results for row in result.indicators if row.pk == indicator.pk)


def part(value, number, **of) -> IndicatorPart:
    return IndicatorPart.objects.create(value=value, number=Decimal(number), **of)


def lines(row: Measured) -> dict[str, dict[int, int]]:
    return {
        line.name.best("en")[1].replace("\N{LEFT-TO-RIGHT MARK}", ""): {
            year.year: int(year.number) for year in line.years
        }
        for line in row.parts
    }


def numbers(row: Measured) -> list[tuple[int, int | None, int | None, int | None]]:
    return [
        (
            year.year,
            int(year.actual.number) if year.actual else None,
            int(year.reported.number) if year.reported else None,
            None if year.counted is None else int(year.counted),
        )
        for year in row.sheet.years
    ]


def test_the_figures_are_those_of_the_logframe(cast, outcome):
    indicator = make_indicator(outcome, adds_periods=True, baseline=Decimal(0), baseline_year=2021, owner=cast.officer)
    make_value(indicator, 10, 2023, by=cast.officer)
    make_value(indicator, 7, 2024)
    make_target(indicator, 20, 2023)
    chain = logframe_of(cast.jette.programme)
    (on_page,) = chain.flat()[1].indicators
    row = told(cast, indicator, (YEAR[0], dt.date(2026, 12, 31)))
    assert (row.sheet.years, row.sheet.total, row.sheet.total_target) == (on_page.years, Decimal(10), Decimal(20))
    assert numbers(row)[1:3] == [(2023, 10, None, None), (2024, None, 7, None)]
    assert (on_page.owner, row.sheet.owner) == ("officer", "")


def test_a_year_after_the_window_is_told_by_its_target(cast, outcome):
    indicator = make_indicator(outcome, adds_periods=True)
    make_rule(indicator)
    cast.jette.partner.outcome = outcome
    cast.jette.partner.save()
    for year in (2023, 2024, 2025):
        make_value(indicator, 10, year, by=cast.officer)
        make_target(indicator, 12, year)
        reach(cast, cast.jette.partner, dt.date(year, 5, 1), ("women", 1, 9))
    whole, cut = told(cast, indicator), told(cast, indicator, (YEAR[0], dt.date(2024, 12, 30)))
    assert numbers(whole)[1:4] == [(2023, 10, None, 9), (2024, 10, None, 9), (2025, None, None, None)]
    assert (whole.sheet.total, whole.sheet.total_target) == (20, 36)
    assert numbers(cut)[2] == (2024, None, None, None)
    assert cut.sheet.years[2].target.number == 12


def test_parts_stand_by_year_and_what_is_counted_in_words(cast, outcome):
    indicator = make_indicator(outcome, adds_periods=True, by_sex=True, by_age=True)
    make_rule(indicator, side="partner")
    for month in (1, 7):
        days = {"starts_on": dt.date(2024, month, 1), "ends_on": dt.date(2024, month + 5, 28)}
        value = make_value(indicator, 9, by=cast.officer, **days)
        part(value, 6, sex="women", age_band=cast.age_bands[1])
        part(value, 3, sex="men", age_band=cast.age_bands[1])
    part(make_value(indicator, 4, 2023), 4, sex="women", age_band=cast.age_bands[1])
    row = told(cast, indicator)
    assert lines(row) == {"Women, 15–24": {2024: 12}, "Men, 15–24": {2024: 6}}
    assert row.counting.best("en")[1].startswith("Participations of everybody")
    assert row.counting.best("nl")[1].startswith("Deelnames van iedereen")


@pytest.mark.parametrize(("few", "shown"), [(4, False), (5, True)])
def test_a_small_part_of_a_vulnerable_group_takes_the_parts_of_its_kind_along(cast, outcome, few, shown):
    indicator = make_indicator(outcome, by_sex=True, by_group=True, adds_parts=True)
    value = make_value(indicator, 20 + few, by=cast.officer)
    part(value, 20 + few, sex="women")
    part(value, 20, target_group=cast.youth)
    part(value, few, target_group=cast.women)
    row = told(cast, indicator)
    by_group = {"Young people": {2024: 20}, "Women who are victims of violence": {2024: few}}
    assert lines(row) == {"Women": {2024: 20 + few}} | (by_group if shown else {})
    assert (row.has_hidden_parts, row.is_withheld, numbers(row)[2][1]) == (not shown, False, 20 + few)


@pytest.mark.parametrize(
    ("fields", "values", "is_told"),
    [
        ({"adds_periods": True}, [5, 9], True),
        ({"adds_periods": True}, [0, 9], True),
        ({"adds_periods": True}, [4, 90], False),
        ({"accumulation": "cumulative"}, [10, 20], True),
        ({"accumulation": "cumulative"}, [10, 12], False),
    ],
    ids=["enough", "nobody", "few in a year", "enough more", "few more"],
)
def test_an_indicator_about_vulnerable_people_tells_no_small_count(cast, outcome, fields, values, is_told):
    indicator = make_indicator(outcome, by_group=True, **fields)
    for year, number in zip((2023, 2024), values, strict=True):
        value = make_value(indicator, number, year, by=cast.officer)
        part(value, number, target_group=cast.women)
        make_target(indicator, 77, year)
    row = told(cast, indicator)
    assert row.is_withheld is not is_told
    if is_told:
        assert [number for _year, number, *_rest in numbers(row)[1:3]] == values
        return
    assert {(actual, reported, counted) for _year, actual, reported, counted in numbers(row)} == {(None, None, None)}
    assert (row.parts, row.sheet.total, row.sheet.achieved) == ((), None, None)
    assert row.sheet.years[2].target.number == 77
    with override("en"):
        html = render_html(build_report(cast.jette.partnership, *YEAR, on=LATER), "en")
    assert "one of them counts fewer than 5 vulnerable people" in html


def test_a_rule_that_counts_vulnerable_groups_only_tells_no_small_count(cast, outcome):
    indicator = make_indicator(outcome)
    make_rule(indicator, groups=[cast.women])
    cast.jette.partner.outcome = outcome
    cast.jette.partner.save()
    reach(cast, cast.jette.partner, dt.date(2024, 5, 1), ("women", 1, 3), group=cast.women)
    row = told(cast, indicator)
    assert (row.is_withheld, {counted for *_rest, counted in numbers(row)}) == (True, {None})


@pytest.fixture
def taught(cast, outcome):
    """Two courses for women that activities of the result give, with twenty and with six learners in 2024."""
    courses = []
    for activity, learners in ((cast.jette.home, 20), (cast.jette.partner, 6)):
        course = make_course(cast.jette, target_group=cast.women)
        activity.outcome, activity.course = outcome, course
        activity.save()
        cohort = make_cohort(course, starts_on=dt.date(2024, 2, 1), ends_on=dt.date(2025, 6, 30))
        for _one in range(learners):
            enrol(cohort, make_learner(cast.jette))
        courses.append(course)
    return courses


@pytest.mark.parametrize("fields", [{"what": "learners"}, {"what": "diplomas"}, {"sex": "women"}, {"min_age": 18}])
def test_what_some_learners_of_a_vulnerable_group_came_to_is_not_told_beside_the_table(cast, outcome, taught, fields):
    indicator = make_indicator(outcome, whom="others")
    make_rule(indicator, **({"what": "enrolments", "groups": [cast.women]} | fields))
    assert told(cast, indicator).is_withheld


@pytest.mark.parametrize(
    ("joined", "typed", "expected"), [(2024, None, 26), (2024, 26, 26), (2024, 25, None), (2025, None, 24)]
)
@pytest.mark.usefixtures("taught")
def test_enrolments_are_told_where_they_are_a_sum_of_the_table(cast, outcome, joined, typed, expected):
    """Two who joined in 2025 are no cohort of their own, and so few that the table does not tell them yet."""
    indicator = make_indicator(outcome)
    make_rule(indicator, what="enrolments", groups=[cast.women])
    late = Enrolment.objects.order_by("pk").values_list("pk", flat=True)[:2]
    Enrolment.objects.filter(pk__in=list(late)).update(enrolled_on=dt.date(joined, 3, 1))
    if typed is not None:
        make_value(indicator, typed, 2024, by=cast.officer)
    row = told(cast, indicator)
    assert (row.is_withheld, numbers(row)[2][3]) == (expected is None, expected)
    later = told(cast, indicator, (YEAR[0], dt.date(2025, 12, 31)))
    assert later.is_withheld is (joined == 2025 or expected is None)


def test_enrolments_of_a_course_that_is_not_told_are_told_in_no_sum(cast, outcome, taught):
    indicator = make_indicator(outcome)
    make_rule(indicator, what="enrolments", groups=[cast.women])
    few = Enrolment.objects.filter(cohort__course=taught[1])
    few.exclude(pk__in=list(few.order_by("pk").values_list("pk", flat=True)[:2])).delete()
    assert told(cast, indicator).is_withheld


@pytest.mark.parametrize(("women", "men", "is_told"), [(3, 3, False), (1, 5, False), (3, 4, True), (0, 6, True)])
def test_a_value_of_two_parts_is_told_where_neither_is_near_it(cast, outcome, women, men, is_told):
    indicator = make_indicator(outcome, whom="vulnerable", by_sex=True, adds_parts=True)
    value = make_value(indicator, women + men, by=cast.officer)
    for sex, number in (("women", women), ("men", men)):
        if number:
            part(value, number, sex=sex)
    row = told(cast, indicator)
    assert (row.is_withheld, numbers(row)[2][1]) == (not is_told, women + men if is_told else None)


def test_an_indicator_that_counts_a_small_group_beside_others_is_not_told(cast, outcome):
    indicator = make_indicator(outcome)
    make_rule(indicator)
    cast.jette.partner.outcome = outcome
    cast.jette.partner.save()
    reach(cast, cast.jette.partner, dt.date(2024, 5, 1), ("women", 1, 40), group=cast.youth)
    reach(cast, cast.jette.partner, dt.date(2024, 5, 2), ("women", 1, 3), group=cast.women)
    assert told(cast, indicator).is_withheld
    reach(cast, cast.jette.partner, dt.date(2024, 5, 3), ("women", 1, 4), group=cast.women)
    row = told(cast, indicator)
    assert (row.is_withheld, numbers(row)[2][3]) == (False, 47)


def test_an_edition_of_another_year_keeps_what_it_told_of_a_year(cast, outcome):
    indicator = make_indicator(outcome)
    make_rule(indicator, groups=[cast.women])
    cast.jette.partner.outcome = outcome
    cast.jette.partner.save()
    reach(cast, cast.jette.partner, dt.date(2024, 5, 1), ("women", 1, 8), group=cast.women)
    validated(cast)
    reach(cast, cast.jette.partner, dt.date(2024, 5, 2), ("women", 1, 2), group=cast.women)
    reach(cast, cast.jette.partner, dt.date(2025, 5, 1), ("women", 1, 9), group=cast.women)
    window = (dt.date(2024, 1, 1), dt.date(2025, 12, 31))
    report = build_report(cast.jette.partnership, *window, on=LATER)
    report = as_told_last(report, frozen_of(cast.jette.partnership).settled)
    row = report.attained[0].results[1].indicators[0]
    assert (row.is_kept, [counted for *_rest, counted in numbers(row)[2:4]]) == (True, [8, 9])
    assert report.participants.total == 17


def test_a_correction_is_told_with_its_reason(cast, outcome):
    indicator = make_indicator(outcome, by_sex=True)
    value = make_value(indicator, 14, 2023, by=cast.officer)
    part(value, 14, sex="women")
    correct = {"corrects": value, "recorded_on": dt.date(2024, 3, 10), "language": "en"}
    IndicatorCorrection.objects.create(value=12, reason="Two came twice.", state="validated", **correct)
    IndicatorCorrection.objects.create(value=99, reason="Nobody stands for it.", **correct)
    row = told(cast, indicator)
    (one,) = row.corrections
    assert (one.year, one.was.number, one.became.number) == (2023, 14, 12)
    assert (numbers(row)[1][1], row.parts_before) == (12, (2023,))
    html = render_html(build_report(cast.jette.partnership, *YEAR, on=LATER), "en")
    for sentence in ("14 → 12", "Two came twice.", "The parts of 2023 are those of the value before its correction."):
        assert sentence in html
    assert "Nobody stands for it." not in html


def test_a_snapshot_freezes_the_figures_and_the_next_one_says_what_changed(cast, outcome):
    indicator = make_indicator(outcome, by_sex=True)
    value = make_value(indicator, 10, by=cast.officer)
    women = part(value, 10, sex="women")
    first = validated(cast)
    value.validated_by, value.state = None, "reported"
    value.save()
    value.value = 12
    value.save()
    women.number = 12
    women.save()
    value.validated_by, value.state = cast.officer, "validated"
    value.save()
    second = validated(cast, LATER)
    frozen = [report_of(row).attained[0].results[1].indicators[0] for row in (first, second)]
    assert [numbers(row)[2] for row in frozen] == [(2024, 10, None, None), (2024, 12, None, None)]
    result = str(outcome.title_en)
    assert between(first, second)["Results by outcome"] == [
        (f"Jette – Belfaa 2022–2026 / results / {result} / indicators / {indicator.title_en} / 2024 / Actual",
         "changed", "10", "12"),
        (f"Jette – Belfaa 2022–2026 / results / {result} / indicators / {indicator.title_en} / Women / 2024",
         "changed", "10", "12"),
    ]  # fmt: skip


def test_an_edition_gives_no_few_people_away_beside_the_one_before(cast, outcome):
    indicator = make_indicator(outcome)
    make_rule(indicator, groups=[cast.women])
    cast.jette.partner.outcome = outcome
    cast.jette.partner.save()
    seen = []
    for people in (8, 2, 5):
        reach(cast, cast.jette.partner, dt.date(2024, 5, 1), ("women", 1, people), group=cast.women)
        row = report_of(validated(cast, LATER)).attained[0].results[1].indicators[0]
        seen.append((numbers(row)[2][3], row.is_kept))
    assert seen == [(8, False), (8, True), (15, False)]


def test_what_was_frozen_before_has_no_such_chapter(cast):
    report = loads(FIRST.read_text())
    assert report.attained == ()
    assert 'id="attained"' not in render_html(report, "en")


def test_a_report_with_results_comes_back_equal(cast, outcome):
    indicator = make_indicator(outcome, measure="scale", scale=make_scale())
    make_value(indicator, None, by=cast.officer, level=indicator.scale.levels.first())
    report = build_report(cast.jette.partnership, *YEAR, on=LATER)
    assert loads(dumps(report)) == report
    assert report.attained[0].results[1].indicators[0].sheet.years[2].actual.step.best("en")[1] == "weak"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chapter_can_be_read_back(cast, outcome, language):
    indicator = make_indicator(outcome, adds_periods=True)
    make_value(indicator, 1234, by=cast.officer)
    text = text_of(render_pdf(build_report(cast.jette.partnership, *YEAR, on=LATER), language))
    heads = {"nl": "Resultaten per outcome", "fr": "Résultats par effet", "en": "Results by outcome"}
    assert heads.get(language, "النتائج حسب الأثر") in text
    number = {"nl": "1.234", "fr": "1 234", "en": "1,234", "ar": "1.234"}[language]
    assert text.replace("\u202f", " ").count(number) >= 2


def test_the_number_of_queries_does_not_grow_with_the_results(cast, outcome):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            chains_of(cast.jette.partnership, *YEAR, YEARS)
        return len(captured)

    def fill() -> None:
        indicator = make_indicator(outcome, by_sex=True)
        make_rule(indicator, groups=[cast.youth])
        value = make_value(indicator, 10, by=cast.officer)
        part(value, 10, sex="women")
        correct = {"corrects": value, "recorded_on": dt.date(2025, 3, 10), "language": "en"}
        IndicatorCorrection.objects.create(value=12, reason="Two more.", state="validated", **correct)

    fill()
    few = queries()
    for _number in range(3):
        fill()
    assert queries() == few
    # More than the logframe and the rules: who of vulnerable groups was reached; and twice, which may count them.
    assert few <= 30
