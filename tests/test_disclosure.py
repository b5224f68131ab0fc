"""No small count of people at risk comes back from what is told of a table, whatever is put together."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from portal.ground.disclosure import ALL, Told, smallest_told, tell

pytestmark = pytest.mark.once


def everybody(_key):
    return True


def nobody(_key):
    return False


def test_what_is_large_enough_is_told_as_it_is():
    told = tell({("women", "15-18"): 12, ("men", "15-18"): 5}, is_at_risk=everybody)
    assert told.sums == {
        ("women", "15-18"): 12,
        ("men", "15-18"): 5,
        ("women", ALL): 12,
        ("men", ALL): 5,
        (ALL, "15-18"): 17,
        (ALL, ALL): 17,
    }


def test_a_small_cell_is_told_with_another_of_its_row():
    cells = {("women", "15-18"): 3, ("women", "19-24"): 9, ("women", "25-55"): 20, ("men", "15-18"): 8}
    told = tell(cells, is_at_risk=everybody)
    assert told.sums[("women", "15-18")] is None
    assert told.sums[("women", "19-24")] is None
    assert (told.sums[("women", "25-55")], told.sums[("women", ALL)]) == (20, 32)
    # The column would give the small cell back.
    assert told.sums[(ALL, "15-18")] is None
    assert told.sums[(ALL, ALL)] == 40


def test_a_row_that_is_small_as_a_whole_is_told_with_another():
    cells = {("victims", "women"): 2, ("victims", "men"): 1, ("youth", "women"): 30, ("youth", "men"): 6}
    told = tell(cells, is_at_risk=lambda key: key[0] == "victims")
    assert [told.sums[key] for key in [("victims", ALL), ("youth", ALL), ("youth", "women")]] == [None, None, 30]
    assert told.sums[(ALL, ALL)] == 39


def test_groups_that_nobody_is_found_through_are_told_to_the_last_person():
    assert tell({("youth", "women"): 1}, is_at_risk=nobody).sums[("youth", "women")] == 1


def test_where_all_of_it_is_small_nothing_is_told():
    told = tell({("victims", "women"): 4}, is_at_risk=everybody)
    assert set(told.sums.values()) == {None}
    assert told.total(everybody) is None


def test_years_are_told_one_by_one():
    cells = {(2023, "victims"): 3, (2024, "victims"): 50}
    told = tell(cells, is_at_risk=everybody, apart=1)
    assert (told.sums[(2023, "victims")], told.sums[(2024, "victims")], told.sums[(ALL, "victims")]) == (None, 50, None)
    alone = tell({(2024, "victims"): 50}, is_at_risk=everybody, apart=1)
    assert alone.sums[(2024, "victims")] == told.sums[(2024, "victims")]


def test_any_question_about_a_table_is_answered_from_whole_parts():
    cells = {("a", 1): 3, ("a", 2): 9, ("b", 1): 7}
    told = tell(cells, is_at_risk=everybody)
    assert told.total(lambda key: key[0] == "a") == 12
    assert told.total(lambda key: key[1] == 1) is None
    assert told.total(lambda key: key[0] == "nobody") == 0


def test_nought_is_told_and_is_no_cover():
    told = tell({("a", 1): 0, ("a", 2): 3, ("b", 1): 20, ("b", 2): 0}, is_at_risk=everybody)
    assert ("a", 1) not in told.sums
    assert told.sums[("a", 2)] is None
    assert told.sums[(ALL, ALL)] == 23


SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=4)


@st.composite
def tables(draw):
    keys = list(product(*(range(size) for size in draw(SIZES))))
    counts = draw(st.lists(st.integers(0, 14), min_size=len(keys), max_size=len(keys)))
    at_risk = draw(st.sets(st.sampled_from(sorted({key[0] for key in keys})), min_size=1))
    return {key: count for key, count in zip(keys, counts, strict=True) if count}, at_risk


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(0, 1))
def test_nobody_who_solves_all_that_is_told_comes_near_a_hidden_cell(table, apart):
    cells, at_risk = table
    told = tell(cells, is_at_risk=lambda key: key[0] in at_risk, apart=apart)
    truth = Counter()
    for key, count in cells.items():
        for margin in product(*((value, ALL) for value in key)):
            truth[margin] += count
    assert {key: count for key, count in told.sums.items() if count is not None}.items() <= truth.items()
    assert set(told.sums) == set(truth)
    assert all(told.sums[key] is None for key, count in cells.items() if key[0] in at_risk and count < smallest_told())
    for low, high in _ranges(cells, told):
        assert high - low >= smallest_told()


def _ranges(cells: dict, told: Told):
    """Yield between which numbers a reader can place each hidden cell, who knows that it is not nought."""
    keys = list(cells)
    hidden = [place for place, key in enumerate(keys) if told.sums[key] is None]
    rows = [(margin, count) for margin, count in told.sums.items() if count is not None]
    equations = np.array([[_is_in(key, margin) for key in keys] for margin, _count in rows] or [[0] * len(keys)], float)
    sums = np.array([count for _margin, count in rows] or [0], float)
    for place in hidden:
        aim = np.zeros(len(keys))
        aim[place] = 1
        low, high = (linprog(sign * aim, A_eq=equations, b_eq=sums, bounds=(1, None)) for sign in (1, -1))
        # What no equation holds may be as many as one likes (status 3: unbounded).
        yield round(low.fun, 6), float("inf") if high.status == 3 else round(-high.fun, 6)


def _is_in(key: tuple, margin: tuple) -> bool:
    return all(wanted is ALL or value == wanted for value, wanted in zip(key, margin, strict=True))
