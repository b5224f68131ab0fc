"""From how many people on a count is told is set once, for everything that leaves the portal."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import override

from beneficiaries.services.answers import Given
from beneficiaries.small_figures import small_figures
from beneficiaries.tallies import results_of
from portal.ground.disclosure import smallest_told, tell
from portal.roof.reports.data import build_report
from portal.roof.reports.render import render_html
from tests.conftest import TODAY
from tests.form_rows import choice, fill_in, make_whole
from tests.indicator_rows import make_indicator, make_result, make_value
from tests.report_rows import YEAR
from tests.snapshot_rows import LATER
from tests.test_accounts import settings_of

CLOSED = TODAY + dt.timedelta(days=1)


@pytest.fixture(params=[5, 10])
def smallest(request, settings):
    settings.SMALLEST_COUNT = request.param
    return request.param


@pytest.mark.once
def test_a_table_is_told_from_that_many_people_on(smallest):
    for count in (smallest - 1, smallest):
        told = tell({("women",): count}, is_at_risk=lambda _key: True).sums
        assert told == {("women",): count if count == smallest else None, (None,): count if count == smallest else None}


@pytest.mark.django_db
@pytest.mark.usefixtures("settled")
def test_a_report_says_from_how_many_on(cast, smallest):
    make_value(make_indicator(make_result(cast.jette), whom="vulnerable"), Decimal(7), 2024, by=cast.officer)
    report = build_report(cast.jette.partnership, *YEAR, on=LATER)
    (row,) = (row for result in report.attained[0].results for row in result.indicators)
    assert row.is_withheld is (smallest == 10)
    with override("en"):
        page = render_html(report, "en")
    assert ("counts fewer than 10 vulnerable people" in page) is (smallest == 10)


@pytest.mark.django_db
def test_the_results_of_a_form_are_told_from_that_many_on(cast, smallest):
    """Seven answered in the morning and eight in the evening."""
    form, asked = make_whole(cast.gillis, closes_on=TODAY)
    for number in range(15):
        when = choice(asked["choice"], "Morning" if number < 7 else "Evening")
        answers = [Given(asked["scale"].pk, number=Decimal(5)), Given(asked["choice"].pk, choice=when)]
        fill_in(form, *answers, actor=cast.coordinator_south)
    told = results_of(form, true_figures=False, on=CLOSED)
    assert [bar.count for bar in told.tallies[1].bars] == ([7, 8] if smallest == 5 else [None, None])
    assert small_figures([form], {"text": "Seven"}, on=CLOSED) == ({} if smallest == 5 else {"text": ["Seven"]})


@pytest.mark.once
@pytest.mark.parametrize(("text", "is_taken"), [("3", True), ("12", True), ("2", False), ("0", False), ("few", False)])
def test_a_number_below_three_or_no_number_is_refused(text, is_taken):
    made = settings_of(PORTAL_SMALLEST_COUNT=text)
    assert (made.returncode == 0) is is_taken
    assert ("PORTAL_SMALLEST_COUNT is a whole number of at least 3" in made.stderr) is not is_taken


@pytest.mark.once
def test_five_is_what_nobody_set():
    assert smallest_told() == 5
