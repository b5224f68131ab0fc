"""Until when the past of a partnership stands: which years are settled."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.models import Programme, ProgrammeYear
from partnerships.settled import settled_by_partnership, settled_years
from tests.cast import in_all_languages, settle

pytestmark = pytest.mark.django_db

EDGES = {
    "nothing is locked": ({}, {}, set()),
    "all of one": ({2022: 2023}, {2022: [2022, 2023]}, {2022, 2023}),
    "until the first that is open": ({2022: 2025}, {2022: [2022, 2024, 2025]}, {2022}),
    "the first is open": ({2022: 2024}, {2022: [2023, 2024]}, set()),
    "years between two programmes": (
        {2015: 2016, 2020: 2021},
        {2015: [2015, 2016], 2020: [2020]},
        {2015, 2016, 2020},
    ),
    "an earlier programme stopped half-way": ({2015: 2016, 2020: 2021}, {2015: [2015], 2020: [2020]}, {2015}),
    "an earlier programme of which nothing is kept": ({2015: 2016, 2020: 2021}, {2020: [2020]}, {2020}),
    "a later programme": ({2015: 2016, 2017: 2018}, {2015: [2015, 2016]}, {2015, 2016}),
}


@pytest.mark.parametrize(("programmes", "locked", "expected"), EDGES.values(), ids=EDGES)
def test_a_year_is_settled_once_it_is_locked_and_those_before_it(cast, programmes, locked, expected):
    home = cast.jette.partnership
    ProgrammeYear.objects.filter(programme__partnership=home).delete()
    Programme.objects.filter(partnership=home).exclude(pk=cast.jette.programme.pk).delete()
    Programme.objects.filter(pk=cast.jette.programme.pk).update(starts_on="1990-01-01", ends_on="1990-12-31")
    for first, last in programmes.items():
        row = plan(home, dt.date(first, 1, 1), dt.date(last, 12, 31))
        open_years(row, range(first, last + 1), locked.get(first, []))
    settle(cast.gillis)
    assert settled_years(home.pk) == expected
    assert settled_years(home.pk, freezing=2030) == expected | {2030}


def test_a_year_of_two_programmes_is_settled_once_both_locked_it(cast):
    home = cast.jette.partnership
    ProgrammeYear.objects.filter(programme__partnership=home).delete()
    Programme.objects.filter(pk=cast.jette.programme.pk).update(starts_on="2022-01-01", ends_on="2024-06-30")
    open_years(cast.jette.programme, range(2022, 2025), range(2022, 2025))
    later = plan(home, dt.date(2024, 7, 1), dt.date(2025, 12, 31))
    open_years(later, (2024, 2025), ())
    assert settled_years(home.pk) == {2022, 2023}
    later.years.update(state="locked")
    assert settled_years(home.pk) == {2022, 2023, 2024, 2025}


def test_a_year_that_nobody_opened_holds_up_those_after_it(cast):
    settle(cast.jette)
    cast.jette.year(2023).delete()
    assert settled_years(cast.jette.partnership.pk) == {2022}


def test_all_partnerships_are_asked_in_one_query(cast):
    homes = [cast.jette.partnership.pk, cast.gillis.partnership.pk]
    settle(cast.gillis, 2022)
    with CaptureQueriesContext(connection) as captured:
        assert settled_by_partnership(homes) == {homes[0]: set(), homes[1]: {2022}}
    assert len(captured) == 1


def plan(home, starts_on: dt.date, ends_on: dt.date) -> Programme:
    slug = f"from-{starts_on.year}"
    days = {"starts_on": starts_on, "ends_on": ends_on, "state": Programme.State.RUNNING}
    return Programme.objects.create(slug=slug, partnership=home, **days, **in_all_languages(name=slug))


def open_years(programme: Programme, years, locked) -> None:
    ProgrammeYear.objects.bulk_create(
        ProgrammeYear(programme=programme, year=year, state="locked" if year in locked else "open") for year in years
    )
