"""What a report says: sums, counts, and what it keeps inside the portal."""

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity
from beneficiaries.models import Sex
from beneficiaries.parts import Slice
from partnerships.models import Side
from portal.ground.disclosure import smallest_told
from portal.roof.reports.counts import Participants, participants_of, whole_years
from portal.roof.reports.data import build_report
from portal.roof.reports.people import Cell, may_be_counted, sums_told, tell_people
from portal.roof.reports.sections import Report
from tests.cast import Cast, in_all_languages, make_entry
from tests.report_rows import YEAR, count, fill, photograph, spend

pytestmark = pytest.mark.django_db


def report_of(cast: Cast, window: tuple[dt.date, dt.date] = YEAR) -> Report:
    return build_report(cast.jette.partnership, *window, on=dt.date(2025, 1, 15))


def test_sums_are_exact_and_agree_with_their_parts(cast):
    fill(cast)
    money = report_of(cast).money
    assert money.total == Decimal("100.30")
    assert money.total == sum(expense.amount for expense in money.expenses)
    assert money.total == sum(source.amount for source in money.sources)
    assert money.total == sum(activity.total for side in money.sides for activity in side.activities)
    assert {side.side: side.total for side in money.sides} == {
        Side.HOME: Decimal("0.30"),
        Side.PARTNER: Decimal("100.00"),
    }
    for column, source in enumerate(money.sources):
        assert source.amount == sum(side.by_source[column] for side in money.sides)


def test_another_currency_keeps_its_amount_and_rate(cast):
    fill(cast)
    money = report_of(cast).money
    paid = next(expense for expense in money.expenses if expense.currency == "MAD")
    assert (paid.original_amount, paid.rate, paid.vouchers, paid.has_file) == (
        Decimal("1085.00"),
        Decimal("10.85"),
        ("F-17",),
        True,
    )
    assert dict(money.sources[0].originals) == {"MAD": Decimal("1085.00")}
    assert money.without_file == 2


def test_participants_by_group_sex_and_age(cast):
    fill(cast)
    participants = report_of(cast).participants
    youth = participants.groups[0]
    assert [(row.sex, row.by_age, row.total) for row in youth.rows] == [
        (Sex.WOMEN, (12, 0, 0), 12),
        (Sex.MEN, (0, 3, 0), 3),
    ]
    assert participants.bands == tuple((band.min_age, band.max_age) for band in cast.age_bands[1:3])
    assert participants.total == 15


def test_what_was_withdrawn_is_nowhere(cast):
    fill(cast)
    assert "Withdrawn" not in repr(report_of(cast))


def test_photos_without_consent_and_of_hidden_places_stay_inside(cast):
    fill(cast)
    assert [picture.caption.best("en")[1] for picture in report_of(cast).pictures] == ["Drawings on the wall"]


def test_a_confidential_place_is_told_by_its_municipality(cast):
    fill(cast)
    report = report_of(cast)
    reception = next(item for item in report.activities if item.title.best("en")[1] == "First reception")
    assert not reception.place
    assert reception.town.best("en")[1] == "Belfaa"
    assert "Nightingale" not in repr(report)


@pytest.mark.usefixtures("settled")
def test_a_small_vulnerable_group_is_left_out_of_every_sum(cast):
    fill(cast)
    participants = report_of(cast).participants
    women = next(group for group in participants.groups if group.is_vulnerable)
    assert women.is_withheld
    assert women.rows == ()
    assert participants.withheld
    assert sum(row.total for row in participants.all_groups) == participants.total == 15


def test_an_entry_names_a_vulnerable_group_without_a_number(cast):
    entry = fill(cast)
    count(entry, cast.women, cast.age_bands[2], 40)
    reached = next(item for item in report_of(cast).activities if item.pk == entry.activity_id).entries[0].counts
    assert [(group.group.best("en")[1], group.count) for group in reached] == [
        ("Young people", 15),
        ("Women who are victims of violence", None),
    ]


def cell(year: int, sex: str, band: int, indicators: tuple[int, ...] = ()) -> Cell:
    return Cell(year, 1, indicators, sex, band)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({("women", 1): 6, ("men", 2): 5}, {("women-1",): 6, ("men-2",): 5}),
        ({("women", 1): 6, ("women", 2): 2}, {("women-1", "women-2"): 8}),
        ({("women", 1): 6, ("men", 1): 2}, {("men-1", "women-1"): 8}),
        ({("women", 1): 3, ("men", 2): 4}, {("men-2", "women-1"): 7}),
        # Each of the two is one at least: of the women one would know that they are one to four.
        ({("women", 1): 3, ("men", 2): 2}, {}),
        ({("women", 1): 4}, {}),
    ],
    ids=["all", "ages together", "sexes together", "only the sum", "not even the sum", "nothing"],
)
def test_small_counts_are_told_together(cells, expected):
    told = tell_people({cell(2024, *of): number for of, number in cells.items()})
    sums = {tuple(f"{sex}-{band}" for *_of, sex, band in places): number for places, number in sums_told(told)}
    assert sums == expected


def test_a_year_that_is_too_small_takes_no_other_year_along():
    told = tell_people({cell(2023, "women", 1): 90, cell(2024, "women", 1): 4})
    assert [number for _places, number in sums_told(told)] == [90]


def test_an_indicator_that_would_give_a_few_people_away_is_not_told():
    everybody = Slice()
    few = tell_people({cell(2024, "women", 1): 3, cell(2024, "women", 1, (7,)): 17})
    assert [number for _places, number in sums_told(few)] == [20]
    assert not may_be_counted(few, 7, [2024], everybody)
    enough = tell_people({cell(2024, "women", 1): 5, cell(2024, "women", 1, (7,)): 17, cell(2024, "men", 1, (7,)): 2})
    assert may_be_counted(enough, 7, [2023, 2024], everybody)
    assert not may_be_counted(enough, 7, [2024], Slice(sex="women"))
    assert [number for _places, number in sums_told(enough)] == [24]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "years"),
    [
        ("2024-01-01", "2024-12-31", [2024]),
        ("2023-01-02", "2025-12-31", [2024, 2025]),
        ("2023-01-01", "2025-12-30", [2023, 2024]),
        ("2018-12-01", "2019-11-30", []),
        ("2024-03-01", "2024-04-01", []),
    ],
)
def test_whole_years_of_a_window(starts_on, ends_on, years):
    assert list(whole_years(dt.date.fromisoformat(starts_on), dt.date.fromisoformat(ends_on))) == years


@pytest.mark.usefixtures("settled")
def test_a_cut_year_names_a_vulnerable_group_and_leaves_it_out_of_sums(cast):
    entry = fill(cast)
    count(entry, cast.women, cast.age_bands[2], 40)
    whole, cut = report_of(cast).participants, report_of(cast, (YEAR[0], dt.date(2024, 12, 30))).participants
    assert [group.total for group in whole.groups] == [15, 44]
    assert (whole.total, whole.cut) == (59, False)
    women = cut.groups[1]
    assert (women.rows, women.is_withheld, women.is_cut) == ((), True, True)
    assert (cut.total, cut.cut, cut.withheld) == (15, True, False)


def _cells(participants: Participants, *, sexes: bool, bands: bool) -> Counter:
    """Return what is told by sex and band, or by one of them; None stands for what is not told."""
    counts: Counter = Counter()
    for row in participants.all_groups:
        for band, people in zip((*participants.bands, None), row.by_age, strict=True):
            if people:
                counts[row.sex if sexes else "all", band if bands else "all"] += people
    return counts


def _differences(outer: Participants, inner: Participants) -> Iterator[int]:
    """Yield how much more the wider window tells: in all, by sex, by age and by both, as far as both tell it."""
    for sexes, bands in itertools.product((False, True), repeat=2):
        more, less = (_cells(told_of, sexes=sexes, bands=bands) for told_of in (outer, inner))
        if not any(None in key for key in (*more, *less)):
            yield from (more[key] - less[key] for key in (*more, *less))


def test_no_two_windows_give_a_small_count_of_vulnerable_people(cast):
    reached = {"2023-06-01": 6, "2023-12-31": 2, "2024-01-01": 1, "2024-01-02": 2, "2024-07-01": 5, "2024-12-31": 1}
    for number, (day, people) in enumerate({**reached, "2025-01-01": 2}.items()):
        entry = make_entry(cast.jette.partner, cast.coordinator_south, starts_on=dt.date.fromisoformat(day))
        count(entry, cast.women, cast.age_bands[1 + number % 2], people, "men" if number % 3 else "women")
    edges = ["2023-01-01", "2023-06-02", *reached, "2024-12-30", "2025-01-01", "2025-12-31"]
    windows = list(itertools.combinations_with_replacement(sorted(map(dt.date.fromisoformat, edges)), 2))
    told_of = {window: participants_of(cast.jette.partnership, *window, range(2023, 2026)) for window in windows}
    assert {part.total for part in told_of.values()} == {0, 8, 9, 17}
    for outer, inner in itertools.permutations(windows, 2):
        if outer[0] <= inner[0] and inner[1] <= outer[1]:
            for people in _differences(told_of[outer], told_of[inner]):
                # A window that tells less, for one of its years may not be told, is a whole year's count below.
                assert people == 0 or abs(people) >= smallest_told(), (outer, inner)


def test_entries_and_money_of_another_year_or_partnership_are_not_told(cast):
    fill(cast)
    make_entry(cast.jette.partner, cast.coordinator_south, starts_on=dt.date(2023, 12, 31), text="Other year")
    make_entry(cast.gillis.partner, cast.coordinator_south, text="Other partnership")
    spend(cast.gillis.partner, "7.00", cast.federal, description="Other partnership")
    assert "Other" not in repr(report_of(cast))


def test_an_entry_over_new_year_is_told_once(cast):
    make_entry(
        cast.jette.partner,
        cast.coordinator_south,
        starts_on=dt.date(2023, 12, 30),
        ends_on=dt.date(2024, 1, 2),
        text="Over New Year",
    )
    assert "Over New Year" not in repr(report_of(cast))
    assert "Over New Year" in repr(report_of(cast, (dt.date(2023, 1, 1), dt.date(2023, 12, 31))))


def test_no_year_claims_an_activity_without_dates(cast):
    kept = {"partnership": cast.jette.partnership, "kind": "study", "side": "partner"}
    Activity.objects.create(slug="done", status="done", **kept, **in_all_languages(title="Undated"))
    Activity.objects.create(slug="study", status="under_study", **kept, **in_all_languages(title="Playground"))
    report = report_of(cast)
    assert [item.title.best("en")[1] for item in report.undated] == ["Undated"]
    assert [item.title.best("en")[1] for item in report.outlook] == ["Playground"]
    assert len(report.activities) == 2


def test_demonstration_is_known_from_any_row(cast):
    entry = fill(cast)
    assert not report_of(cast).is_demonstration
    entry.is_demonstration = True
    entry.save()
    assert report_of(cast).is_demonstration


def test_the_number_of_queries_does_not_grow(cast):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            report_of(cast)
        return len(captured)

    fill(cast)
    few = queries()
    for number in range(3):
        activity = Activity.objects.create(
            slug=f"more-{number}",
            partnership=cast.jette.partnership,
            kind="event",
            side="home",
            status="done",
            starts_on=dt.date(2024, 2, 1),
            starts_precision="day",
            **in_all_languages(title=f"More {number}"),
        )
        activity.themes.add(*cast.themes)
        entry = make_entry(activity, cast.coordinator_north)
        count(entry, cast.youth, cast.age_bands[1], 9)
        spend(activity, "5.00", cast.own, entry=entry)
        photograph(entry, "given", "")
    assert queries() == few
    # Who of vulnerable groups was reached is asked for the table and for the indicators, with all that counts them.
    assert few <= 64


def test_windows_read_as_years_where_they_are_years(cast):
    assert str(report_of(cast).window) == "2024"
    assert str(report_of(cast, (dt.date(2018, 1, 1), dt.date(2024, 12, 31))).window) == "2018 – 2024"
