"""What is worked out once answers as if it were worked out each time: compiled queries, and addresses of pages."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import CharField, QuerySet, Value
from django.urls import reverse, set_script_prefix
from django.utils import translation

from activities.models import Expenditure
from partnerships.access import partnership_choices
from partnerships.models import Indicator, Membership, Partnership, ProgrammeYear
from portal.ground.addresses import address_of
from portal.ground.compiled import compiled_once
from portal.ground.plain import plain
from portal.roof.overviews.readiness import board_of, my_gaps
from portal.roof.overviews.results.chain import logframe_of
from tests.cast import make_expense
from tests.indicator_rows import make_indicator, make_rule, make_scale, make_target
from tests.test_gaps_in_memory import bond  # noqa: F401 - a year of which every kind of gap is there

pytestmark = pytest.mark.django_db
LATER = dt.date(2090, 1, 1)


@compiled_once
def spent(*, activities, first, last, rejected):
    """What was spent, with values of each type that the engines keep differently."""
    rows = plain(Expenditure).filter(activity__in=activities, spent_on__range=(first, last))
    return (
        rows.exclude(decision=rejected)
        .order_by("pk")
        .values_list("pk", "spent_on", "amount", "source", "log_entry__withdrawn_at")
    )


@compiled_once
def own_years(*, slug, years):
    """Years with what they hang on."""
    named = plain(ProgrammeYear).filter(programme__slug=slug, year__in=years)
    return named.select_related("programme__partnership").order_by("year")


@compiled_once
def either(*, first, second):
    """Two lists in one."""
    rows = plain(Membership).order_by()
    parts = [rows.filter(user=user).values_list(Value("user", CharField()), "pk") for user in (first, second)]
    return parts[0].union(parts[1], all=True).order_by("pk")


def told(rows):
    """Rows in a form that compares all their columns; objects of Django are equal with their key alone."""
    return [
        {name: value for name, value in vars(row).items() if name != "_state"} if hasattr(row, "pk") else row
        for row in rows
    ]


def same(query, **values):
    """Ask a compiled query and Django's own, and return what both answer."""
    found = query(**values)
    assert told(found) == told(query.rows(**values))
    return found


def test_values_of_every_type_come_back_as_django_reads_them(cast):
    day = dt.date(2024, 5, 14)
    first = make_expense(cast.jette.partner, amount=Decimal("12.50"), spent_on=day)
    make_expense(cast.jette.home, amount=Decimal(7), spent_on=day)
    window = {"first": day, "last": day, "rejected": "rejected"}
    found = same(spent, activities=[cast.jette.partner.pk], **window)
    assert found == [(first.pk, day, Decimal("12.50"), first.source_id, None)]


def test_the_same_sql_answers_for_other_values(cast):
    for month in (3, 4, 5):
        make_expense(cast.jette.partner, spent_on=dt.date(2024, month, 1))
    make_expense(cast.jette.home, spent_on=dt.date(2024, 4, 1))
    partner, home = cast.jette.partner.pk, cast.jette.home.pk
    whole = {"first": dt.date(2024, 1, 1), "last": dt.date(2024, 12, 31), "rejected": "rejected"}
    numbers = [
        len(same(spent, activities=asked, **(whole | other)))
        for asked in ([partner], [home], {partner, home})
        for other in ({}, {"last": dt.date(2024, 4, 1)}, {"first": dt.date(2025, 1, 1), "last": LATER})
    ]
    assert numbers == [3, 2, 0, 1, 1, 0, 4, 3, 0]


def test_nothing_and_none_are_asked_as_django_asks_them(cast):
    make_expense(cast.jette.partner, spent_on=dt.date(2024, 5, 14))
    whole = {"first": dt.date(2024, 1, 1), "last": LATER}
    assert same(spent, activities=[], rejected="rejected", **whole) == []
    assert len(same(spent, activities=[cast.jette.partner.pk], rejected=None, **whole)) == 1


def test_rows_bring_along_what_they_hang_on(cast, django_assert_num_queries):
    slug = cast.jette.programme.slug
    same(own_years, slug=slug, years=[2024])
    with django_assert_num_queries(1):
        found = own_years(slug=slug, years=[2024, 2025])
        assert [(row.year, row.programme, row.programme.partnership) for row in found] == [
            (year, cast.jette.programme, cast.jette.partnership) for year in (2024, 2025)
        ]


def test_a_union_is_compiled_whole(cast):
    for pair in ((cast.officer, cast.viewer), (cast.viewer, cast.officer), (cast.stranger, cast.officer)):
        same(either, first=pair[0].pk, second=pair[1].pk)


def test_a_query_is_made_once_for_each_length_of_its_lists(cast):
    made = []

    @compiled_once
    def years(*, numbers) -> QuerySet:
        made.append(numbers)
        return plain(ProgrammeYear).filter(year__in=numbers).values_list("year").distinct().order_by("year")

    assert [years(numbers=asked) for asked in ([2024], [2025], [2024, 2025], [2025, 2024], [2024])] == [
        *([(2024,)], [(2025,)]),
        *([(2024,), (2025,)], [(2024,), (2025,)]),
        [(2024,)],
    ]
    assert len(made) == 2


def test_lists_of_many_lengths_share_a_few_queries(cast):
    made = []

    @compiled_once
    def years(*, numbers) -> QuerySet:
        made.append(numbers)
        return plain(ProgrammeYear).filter(year__in=numbers).values_list("year", flat=True).distinct().order_by("year")

    every = years.rows(numbers=range(1990, 2090))
    for length in range(1, 101):
        asked = list(range(1990, 1990 + length))
        assert years(numbers=asked) == [year for year in every if year in asked]
    assert len(made) == 1 + len([1, 2, 4, 8, 16, 32, 64, 128])


def test_no_connection_is_kept_for_another_thread(cast):
    here = connections[DEFAULT_DB_ALIAS]
    same(own_years, slug=cast.jette.programme.slug, years=[2024])
    for statement in own_years._statements.values():
        held = {statement.compiler.connection, *_connections_of(statement.converters)}
        assert here not in held
        assert all(connection.connection is None for connection in held)


def _connections_of(converters):
    """Return the connections of the functions that make Python's values."""
    return [
        function.__self__.connection
        for functions, _column in converters.values()
        for function in functions
        if hasattr(getattr(function, "__self__", None), "connection")
    ]


@pytest.fixture
def asked_twice(monkeypatch):
    """Have every compiled query asked of Django too; return the names of those that were."""
    names, of = [], compiled_once.of

    def checked(self, values):
        asked = of(self, values)
        if asked is not None:
            found, wanted = (sorted(map(str, told(rows))) for rows in (asked.answer(), self.rows(**values)))
            assert found == wanted, self.rows.__name__
            names.append(self.rows.__name__)
        return asked

    monkeypatch.setattr(compiled_once, "of", checked)
    return names


def test_what_a_board_is_made_of_is_what_django_answers(cast, bond, asked_twice, client):  # noqa: F811
    with translation.override("en"):
        for row in bond.programme.years.order_by("year"):
            board_of(row, cast.officer, on=LATER)
        for user in (cast.officer, cast.coordinator_north, cast.stranger):
            my_gaps(user, on=LATER)
    client.force_login(cast.officer)
    assert client.get(reverse("partnerships:year_readiness", args=[bond.programme.slug, 2024])).status_code == 200
    asked = {
        "silent",
        "unasked",
        "unproved",
        "values_between",
        "indicators_of",
        "scorable",
        "given_scores",
        "deadline_rules",
        "_members",
    }
    assert asked | {"_headings", "_sections", "_funders", "outcomes_in", "memberships_of"} <= set(asked_twice)
    assert {"_years_named", "_own_named", "_sessions", "_accounts"} <= set(asked_twice)


def test_what_a_logframe_is_made_of_is_what_django_answers(cast, bond, asked_twice, client):  # noqa: F811
    indicator = Indicator.objects.order_by("pk").first()
    make_target(indicator, 100, 2024)
    make_rule(indicator)
    make_indicator(indicator.outcome, measure="scale", scale=make_scale("steps"))
    figures = [year for row in logframe_of(bond.programme).flat() for one in row.indicators for year in one.years]
    assert {"_results", "_indicators", "_targets", "_values", "_corrections", "_newest"} <= set(asked_twice)
    assert {"_rules", "_tree", "_bands", "_groups", "_themes", "_steps"} <= set(asked_twice)
    client.force_login(cast.officer)
    assert client.get(reverse("partnerships:logframe", args=[bond.programme.slug])).status_code == 200
    assert "_programmes_named" in asked_twice
    assert any(year.target for year in figures)
    assert any(year.actual or year.reported for year in figures)


def test_everybody_chooses_among_their_own_partnerships_and_an_administrator_among_all(cast, rf):
    def chosen(user):
        request = rf.get("/")
        request.user = user
        return [int(pk) for pk, _name in partnership_choices(request)]

    everything = [row.pk for row in Partnership.objects.order_by("slug")]
    assert chosen(cast.administrator) == everything
    for user in (cast.officer, cast.viewer, cast.stranger):
        own = set(Partnership.objects.visible_to(user).values_list("pk", flat=True))
        assert chosen(user) == [pk for pk in everything if pk in own]


def test_an_address_is_the_one_that_django_finds():
    for name, *args in (["dashboard"], ["activities:log_edit", 7], ["activities:log_edit", 8], ["search"]):
        assert [address_of(name, *args) for _again in range(2)] == [reverse(name, args=args)] * 2


def test_an_address_follows_where_the_portal_is_served():
    plain_one = address_of("search")
    set_script_prefix("/portal/")
    try:
        assert address_of("search") == "/portal" + plain_one
    finally:
        set_script_prefix("/")
    assert address_of("search") == plain_one
