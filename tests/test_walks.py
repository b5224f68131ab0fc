"""How far learners came, told year by year: no year that is locked gives a few of them back beside those before."""

import pytest

from beneficiaries.paths import STAGES
from beneficiaries.walks import Walk, told_of

pytestmark = pytest.mark.once
FIRST = 2024


def walks(number: int, *, joined: int = FIRST, attended: int | None = None, cohort: int = 1, heard=()) -> list[Walk]:
    """Return learners of a cohort that began in 2024, who did the same; `heard`: year, months, key of the answer."""
    return [Walk(FIRST, cohort, joined, attended, None, None, heard)] * number


def steps(learners: list[Walk], until: int, cohort: int | None = None) -> list[int | None]:
    """Return what is told once the years until one are settled: enrolled, attended, heard of."""
    paths = told_of(learners, range(2022, until + 1)).of(cohort=cohort)
    return [paths.count(STAGES[place].holds) for place in (0, 1, 4)]


@pytest.mark.parametrize(
    ("late", "expected", "is_kept"),
    [(0, [12, 0, 0], False), (1, [12, None, None], True), (4, [12, None, None], True), (5, [17, 0, 0], False)],
)
def test_a_few_who_join_in_a_later_year_are_not_told_apart(late, expected, is_kept):
    learners = [*walks(12), *walks(late, joined=2025)]
    assert steps(learners, 2024) == [12, 0, 0]
    assert steps(learners, 2025) == expected
    assert told_of(learners, range(2022, 2026)).kept == ({FIRST} if is_kept else set())


@pytest.mark.parametrize(("number", "expected"), [(5, [None, 0, 0]), (6, [6, 0, 0])])
def test_five_of_whom_a_hidden_figure_may_tell_more_are_not_told(number, expected):
    assert steps(walks(number), 2024) == expected


def test_five_beside_others_are_told():
    learners = [*walks(12, attended=FIRST), *walks(5)]
    assert steps(learners, 2024) == [17, 12, 0]


@pytest.mark.parametrize(("further", "expected"), [(1, 0), (4, 0), (5, 5), (8, 8), (9, 0), (12, 12)])
def test_a_few_who_come_further_or_do_not_are_not_told_apart(further, expected):
    """Of twelve: neither who attended in the year after, nor who still did not."""
    learners = [*walks(further, attended=2025), *walks(12 - further)]
    assert steps(learners, 2024) == [12, 0, 0]
    told = steps(learners, 2025)
    # Where few did not, all may be told in one sum, of whom nobody tells how many attended.
    assert told[0] == 12
    assert told[1] in {expected, None}


def test_what_came_in_two_years_is_told_once_it_is_enough_together():
    learners = [*walks(12), *walks(3, joined=2025), *walks(3, joined=2026)]
    assert [steps(learners, until)[0] for until in (2024, 2025, 2026)] == [12, 12, 18]


def test_one_cohort_must_not_move_a_little_beside_the_others():
    learners = [*walks(12), *walks(12, cohort=2), *walks(3, joined=2025), *walks(3, joined=2025, cohort=2)]
    assert steps(learners, 2025, cohort=2)[0] == 12
    assert steps(learners, 2025)[0] == 24


def test_the_last_answer_counts_until_the_year():
    learners = walks(12, heard=((2025, 6, 1), (2026, 12, 2)))
    assert [walk.until(year).outcome for walk, year in zip(learners[:1] * 3, (2024, 2025, 2026), strict=True)] == [
        None,
        1,
        2,
    ]
    assert [steps(learners, until)[2] for until in (2024, 2025, 2026)] == [0, 12, 12]


def test_nothing_that_is_not_settled_is_told():
    assert steps(walks(12), 2023) == [0, 0, 0]
    assert told_of([], range(2022, 2027)).cells == {}
