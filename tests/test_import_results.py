"""Results, targets and actual values from spreadsheets: the same rules as on their pages, all rows or none."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from beneficiaries.models import IndicatorPart
from partnerships.models import IndicatorTarget, IndicatorValue, Outcome
from portal.ground.models import AuditEntry
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
from tests.test_import import confirm, csv, faults, send

OUTCOMES = "admin:partnerships_outcome_import"
INDICATORS = "admin:partnerships_indicator_import"
TARGETS = "admin:partnerships_indicatortarget_import"
VALUES = "admin:partnerships_indicatorvalue_import"
LEVELS = "An output leads to an outcome, and an outcome to an impact."
VALIDATED = "This value is validated: an officer can take that back first."


@pytest.fixture
def officer(cast, client_of):
    """Sign in the officer of Jette, who works in the administration."""
    cast.officer.memberships.exclude(partnership=cast.jette.partnership).delete()
    cast.officer.is_staff = True
    cast.officer.save()
    return client_of(cast.officer)


@pytest.fixture
def indicator(cast):
    return make_indicator(make_result(cast.jette), by_sex=True, by_age=True, adds_parts=True)


def written(client, name, content):
    """Bring a sheet in and return what the preview warned of."""
    preview = send(client, name, content)
    assert faults(preview) == []
    assert confirm(client, name, preview).status_code == 302
    return [(warning.row, warning.reason) for warning in preview.context_data["warnings"]]


@pytest.mark.django_db
def test_a_chain_comes_in_with_the_results_that_it_names_above(cast, officer):
    head = ["slug", "partnership", "programme", "level", "number", "parent", "title_nl"]
    programme = cast.jette.programme.slug
    content = csv(
        head,
        ["goal", "jette-belfaa", programme, "impact", "1", "", "Doel"],
        ["change", "jette-belfaa", programme, "outcome", "1", "goal", "Verandering"],
    )
    written(officer, OUTCOMES, content)
    assert Outcome.objects.get(slug="change").parent.slug == "goal"
    again = send(officer, OUTCOMES, content)
    assert (again.context_data["outcome"].unchanged, again.context_data["changes"]) == (2, [])


@pytest.mark.django_db
def test_a_circle_in_a_sheet_is_refused_and_nothing_is_written(cast, officer):
    above = make_result(cast.jette, "outcome")
    below = make_result(cast.jette, "output", above)
    itself = send(officer, OUTCOMES, csv(["slug", "parent"], [above.slug, above.slug]))
    assert faults(itself) == [(2, "Leads to", LEVELS)]
    # The rows change places: what leads to a result would be what it leads to.
    content = csv(["slug", "level", "parent"], [above.slug, "output", below.slug], [below.slug, "outcome", above.slug])
    assert faults(send(officer, OUTCOMES, content)) == [(2, "Leads to", LEVELS), (3, "Leads to", LEVELS)]
    above.refresh_from_db()
    below.refresh_from_db()
    assert (above.level, above.parent, below.level, below.parent) == ("outcome", None, "output", above)


@pytest.mark.django_db
def test_targets_come_in_and_one_below_the_baseline_warns(cast, officer, indicator):
    indicator.baseline = Decimal(20)
    indicator.save()
    content = csv(["indicator", "year", "value"], [indicator.slug, 2024, "12,5"], [indicator.slug, 2025, "40"])
    assert written(officer, TARGETS, content) == [
        (2, "The target lies below the baseline, although a higher value is better.")
    ]
    assert list(IndicatorTarget.objects.values_list("year", "value")) == [(2024, Decimal("12.5")), (2025, Decimal(40))]
    entry = AuditEntry.objects.filter(target_type="partnerships.indicatortarget").earliest("pk")
    assert (entry.verb, entry.reason.endswith(" – sheet.csv")) == ("import", True)
    assert send(officer, TARGETS, content).context_data["outcome"].unchanged == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([2031, "5"], ("Year", "The programme runs in 2022 – 2026: this lies outside it.")),
        ([2023, "5"], ("Year", "The year 2023 is locked: an officer can open it again.")),
        ([2024, "many"], ("Target", "Type the number in digits, for example 1,234.56.")),
        ([2024, ""], ("Target", "Give a number, or a step of the scale where the indicator has one.")),
        (["", "5"], ("Year", "This column tells the record from others.")),
    ],
)
def test_a_target_that_may_not_be_is_named(cast, officer, indicator, cells, told):
    lock(cast.jette, 2023)
    response = send(officer, TARGETS, csv(["indicator", "year", "value"], [indicator.slug, *cells]))
    assert faults(response) == [(2, *told)]
    assert IndicatorTarget.objects.count() == 0


@pytest.mark.django_db
def test_a_step_is_read_from_the_scale_of_the_indicator(cast, officer):
    indicator = make_indicator(make_result(cast.jette), measure="scale", scale=make_scale())
    head = ["indicator", "year", "level"]
    response = send(officer, TARGETS, csv(head, [indicator.slug, 2024, 9]))
    assert faults(response) == [(2, "Target on the scale", "This step is not on the scale of the indicator.")]
    written(officer, TARGETS, csv(head, [indicator.slug, 2024, 3]))
    assert IndicatorTarget.objects.get().level.label == "good"


@pytest.mark.django_db
def test_the_target_of_another_partnership_is_as_if_it_were_not_there(cast, officer):
    indicator = make_indicator(make_result(cast.gillis))
    make_target(indicator, 5)
    response = send(officer, TARGETS, csv(["indicator", "year", "value"], [indicator.slug, 2024, 7]))
    assert faults(response) == [(2, "Indicator", f"There is no indicator with the short name “{indicator.slug}”.")]


@pytest.mark.django_db
def test_values_come_in_with_their_parts(cast, officer, indicator):
    band = cast.age_bands[1].slug
    head = ["indicator", "starts_on", "ends_on", "value", "parts", "source"]
    cells = [indicator.slug, "01/01/2024", "31/12/2024", "21", f"women / {band}: 12; hommes / {band}: 9", "Register"]
    written(officer, VALUES, csv(head, cells))
    value = IndicatorValue.objects.get()
    assert (value.value, value.state, value.author, value.source) == (21, "reported", cast.officer, "Register")
    assert sorted(value.parts.values_list("sex", "age_band__slug", "number")) == [("men", band, 9), ("women", band, 12)]
    written(officer, VALUES, csv(["indicator", "starts_on", "parts"], [*cells[:2], "women: 21"]))
    assert list(value.parts.values_list("sex", "age_band", "number")) == [("women", None, 21)]
    export = officer.post(reverse(VALUES.replace("_import", "_export")), {"kind": "csv"}).content
    again = send(officer, VALUES, export)
    assert (faults(again), again.context_data["outcome"].unchanged) == ([], 1)


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["parts", "rule", "log", "course"])
def test_values_that_count_vulnerable_people_stay_in_the_portal(cast, officer, indicator, how):
    people = make_indicator(make_result(cast.jette), by_group=True)
    value = make_value(people, 30)
    make_value(indicator, 21)
    if how == "parts":
        IndicatorPart.objects.create(value=value, number=9, target_group=cast.women)
    elif how == "course":
        make_rule(people, what="enrolments", groups=[cast.women])
    else:
        make_rule(people, groups=[cast.women] if how == "rule" else [])
    if how == "log":
        cast.jette.partner.outcome = people.outcome
        cast.jette.partner.save()
        reach(cast, cast.jette.partner, dt.date(2024, 5, 1), ("women", 1, 9), group=cast.women)
    address = reverse(VALUES.replace("_import", "_export"))
    page = officer.get(address).content.decode()
    assert "1 row is not in the file." in page
    assert "Values that count people of vulnerable groups do not leave the portal one by one" in page
    content = officer.post(address, {"kind": "csv"}).content.decode("utf-8-sig")
    assert [indicator.slug in content, people.slug in content] == [True, False]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["2024-01-01", "2024-12-31", "21", "women: 12; men: 8"], ("Parts", "add up to 20, but the value is 21.")),
        (["2024-01-01", "2024-12-31", "21", "women"], ("Parts", "“women” is no part: write it as")),
        (["2024-01-01", "2024-12-31", "21", "* / *: 21"], ("Parts", "“* / *: 21” is no part: write it as")),
        (["2024-01-01", "2024-12-31", "2", "women: 1; women: 1"], ("Parts", "“women” is told already.")),
        (["2024-01-01", "2024-12-31", "2", "* / * / youth: 2"], ("Parts", "is not told by target group.")),
        (["2024-01-01", "2024-12-31", "2", "women / 7: 2"], ("Parts", "There is no age band with the short name “7”.")),
        (["2024-06-01", "2025-05-31", "2", ""], ("Up to and including", "A period lies within one calendar year.")),
        (["2023-01-01", "2023-12-31", "2", ""], ("From", "The year 2023 is locked: an officer can open it again.")),
        (["2029-01-01", "2029-12-31", "2", ""], ("From", "The programme runs in 2022 – 2026: this lies outside it.")),
    ],
)
def test_a_value_that_may_not_be_is_named(cast, officer, indicator, cells, told):
    lock(cast.jette, 2023)
    head = ["indicator", "starts_on", "ends_on", "value", "parts"]
    [(row, column, reason)] = faults(send(officer, VALUES, csv(head, [indicator.slug, *cells])))
    assert (row, column, told[1] in reason) == (2, told[0], True), reason
    assert (IndicatorValue.objects.count(), IndicatorPart.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_validated_value_stays(cast, officer, indicator):
    make_value(indicator, 5, by=cast.officer)
    content = csv(["indicator", "starts_on", "comment"], [indicator.slug, "2024-01-01", "Late thought"])
    assert faults(send(officer, VALUES, content)) == [(2, "", VALIDATED)]


@pytest.mark.django_db
def test_a_percentage_above_100_is_refused(cast, officer):
    indicator = make_indicator(make_result(cast.jette), measure="percentage")
    head = ["indicator", "starts_on", "ends_on", "value"]
    response = send(officer, VALUES, csv(head, [indicator.slug, dt.date(2024, 1, 1), dt.date(2024, 12, 31), "101"]))
    assert faults(response) == [(2, "Actual value", "A percentage lies between 0 and 100.")]


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["outcome", "measure", "accumulation", "whom"])
def test_an_empty_cell_of_a_stored_indicator_is_named(officer, indicator, column):
    make_value(indicator, 5)
    name = {"outcome": "Result", "measure": "Measure", "accumulation": "Counted", "whom": "Whom it counts"}[column]
    for cell in ("", "\u202e"):
        told = faults(send(officer, INDICATORS, csv(["slug", column], [indicator.slug, cell])))
        assert [(row, heading) for row, heading, _reason in told] == [(2, name)]
