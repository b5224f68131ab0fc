"""What is asked together answers as if each were asked where it is called; PostgreSQL takes it in one go."""

from contextlib import suppress

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.models import Expenditure
from partnerships.models import ProgrammeYear
from portal.ground.compiled import asked_together, compiled_once
from portal.ground.plain import plain
from portal.roof.overviews.readiness import Kind
from tests.cast import make_expense
from tests.test_gaps_in_memory import bond  # noqa: F401 - a year of which every kind of gap is there

pytestmark = pytest.mark.django_db
AT_ONCE = connection.vendor == "postgresql"


@compiled_once
def years(*, numbers):
    """Years by their number."""
    return plain(ProgrammeYear).filter(year__in=numbers).order_by("pk")


@compiled_once
def described(*, text):
    """Expenses by a part of their description, and one by a sign that the driver reads too."""
    named = plain(Expenditure).filter(Q(description__contains=text) | Q(description="100 %"))
    return named.order_by("pk").values_list("description", flat=True)


@compiled_once
def every_number():
    """What is asked without a value."""
    return plain(ProgrammeYear).order_by("year").values_list("year", flat=True).distinct()


def test_each_answer_is_the_one_of_its_question(cast, django_assert_num_queries):
    for description in ("100 %", "50 % of 2; all", "Other"):
        make_expense(cast.jette.partner, description=description)
    expected = [list(years.rows(numbers=[2024])), ["100 %", "50 % of 2; all"], list(every_number.rows())]
    questions = [years.of({"numbers": [2024]}), described.of({"text": "% of 2;"}), every_number.of({})]
    with django_assert_num_queries(1 if AT_ONCE else 3), asked_together(questions):
        assert [years(numbers=[2024]), described(text="% of 2;"), every_number()] == expected


def test_an_answer_is_given_once_and_to_its_own_values_alone(cast, django_assert_num_queries):
    with asked_together([years.of({"numbers": [2024]}), every_number.of({})]):
        with django_assert_num_queries(1):
            assert [row.year for row in years(numbers=[2025])] == [2025, 2025]
        first = years(numbers=[2024])
        ProgrammeYear.objects.filter(year=2024).update(year=2090)
        assert [row.year for row in first] == [2024, 2024]
        assert years(numbers=[2024]) == []
    assert every_number() == list(every_number.rows())


@pytest.mark.parametrize("error", [None, KeyError])
def test_nothing_is_answered_behind_the_block_also_where_it_broke_off(cast, error):
    with suppress(KeyError), asked_together([years.of({"numbers": [2024]}), every_number.of({})]):
        if error:
            raise error
    ProgrammeYear.objects.filter(year=2024).update(year=2090)
    assert years(numbers=[2024]) == []


def test_a_question_that_django_compiles_as_ever_is_asked_where_it_is_called(cast):
    assert years.of({"numbers": []}) is None
    with asked_together([None, years.of({"numbers": []}), every_number.of({})]):
        assert (years(numbers=[]), every_number()) == ([], list(every_number.rows()))


@pytest.mark.skipif(not AT_ONCE, reason="SQLite takes one statement at a time")
def test_a_board_is_asked_for_in_one_go(bond, cast, client):  # noqa: F811
    """Who is signed in; what they may read of which year; and what was written last, with the board."""
    client.force_login(cast.officer)
    address = reverse("partnerships:year_readiness", args=[bond.programme.slug, 2024])
    with CaptureQueriesContext(connection) as seen:
        page = client.get(address)
    assert {group.kind for group in page.context["board"].groups} == set(Kind)
    tables = [["django_session"], ["portal_user"], ["membership", "programmeyear"], ["auditentry", "activities_photo"]]
    asked = [each["sql"] for each in seen]
    assert [[name in sql for name in names] for sql, names in zip(asked, tables, strict=True)] == [
        [True] * len(names) for names in tables
    ]
