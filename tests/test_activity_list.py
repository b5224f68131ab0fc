"""The list of activities: who sees what, how it is narrowed, searched, put in order and paged."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity, Status
from partnerships.models import FundingSource, Side
from portal.ground import lists
from tests.cast import in_all_languages, make_entry

URL = "/activities/"
pytestmark = pytest.mark.django_db


def make(bond, title, **fields):
    """Write an activity of a partnership."""
    values = {
        "slug": title.lower().replace(" ", "-"),
        "partnership": bond.partnership,
        "programme": bond.programme,
        "kind": Activity.Kind.WORKSHOP,
        "side": Side.PARTNER,
        "status": Status.PLANNED,
        **in_all_languages(title=title),
        **fields,
    }
    return Activity.objects.create(**values)


def titles(client, query=""):
    """Return the titles that the list shows, in order."""
    response = client.get(f"{URL}{query}")
    assert response.status_code == 200
    return [str(row["title"]) for row in response.context["rows"]]


@pytest.fixture
def three(cast):
    """Three activities of Jette beside the two that the cast has, which go away."""
    Activity.objects.all().delete()
    return [
        make(cast.jette, "Alpha", starts_on=dt.date(2023, 5, 1), starts_precision="day", status=Status.DONE),
        make(
            cast.jette,
            "Beta",
            starts_on=dt.date(2024, 2, 1),
            starts_precision="day",
            ends_on=dt.date(2025, 3, 1),
            ends_precision="day",
            side=Side.HOME,
            programme=None,
        ),
        make(cast.jette, "Gamma", status=Status.IDEA),
    ]


def test_each_part_sees_its_own(cast, client_of):
    jette, gillis = (
        {cast.jette.home.title, cast.jette.partner.title},
        {cast.gillis.home.title, cast.gillis.partner.title},
    )
    expected = {
        "administrator": jette | gillis,
        "officer": jette | gillis,
        "viewer": jette | gillis,
        "coordinator_north": jette,
        "coordinator_south": gillis,
        "stranger": set(),
    }
    for part, user in cast.people.items():
        assert set(titles(client_of(user))) == expected[part], part


def test_a_visitor_is_sent_to_sign_in(client):
    assert client.get(URL).headers["Location"].startswith("/accounts/login/")


def test_only_who_may_write_is_offered_to(cast, client_of):
    for part, offered in [("coordinator_north", True), ("administrator", True), ("viewer", False), ("stranger", False)]:
        page = client_of(cast.people[part]).get(URL).content.decode()
        assert ("/activities/new/" in page) is offered, part


@pytest.mark.parametrize(
    "query, expected",
    [
        ("", ["Beta", "Alpha", "Gamma"]),
        ("?sort=date", ["Alpha", "Beta", "Gamma"]),
        ("?sort=title", ["Alpha", "Beta", "Gamma"]),
        ("?sort=-title", ["Gamma", "Beta", "Alpha"]),
        ("?sort=status", ["Gamma", "Beta", "Alpha"]),
        ("?sort=-status", ["Alpha", "Beta", "Gamma"]),
        ("?sort=nonsense", ["Beta", "Alpha", "Gamma"]),
        ("?status=done", ["Alpha"]),
        ("?side=home", ["Beta"]),
        ("?year=2025", ["Beta", "Alpha"]),
        ("?year=2023", ["Alpha"]),
        ("?q=GAM", ["Gamma"]),
        ("?q=alp+ha", ["Alpha"]),
        ("?q=alpha+beta", []),
        ("?status=done&side=home", []),
    ],
)
def test_narrowed_and_in_order(three, cast, client_of, query, expected):
    assert titles(client_of(cast.coordinator_north), query) == expected


def test_filters_by_links(three, cast, client_of):
    alpha, beta, _gamma = three
    alpha.themes.add(*cast.themes)
    beta.target_groups.add(cast.youth)
    beta.expenditures.create(spent_on=dt.date(2024, 3, 1), description="Hall", source=cast.own, amount="10.00")
    client = client_of(cast.officer)
    for query, expected in [
        (f"theme={cast.themes[0].pk}", ["Alpha"]),
        (f"group={cast.youth.pk}", ["Beta"]),
        (f"funder={cast.own.pk}", ["Beta"]),
        (f"funder={cast.federal.pk}", []),
        (f"programme={cast.jette.programme.pk}", ["Alpha", "Gamma"]),
        (f"programme={cast.gillis.programme.pk}", []),
        (f"partnership={cast.jette.partnership.pk}", ["Beta", "Alpha", "Gamma"]),
        (f"partnership={cast.gillis.partnership.pk}", []),
    ]:
        assert titles(client, f"?{query}") == expected, query


def test_money_of_a_withdrawn_entry_is_nobodys(three, cast, client_of):
    entry = make_entry(three[0], cast.officer, withdrawn_at=dt.datetime(2024, 6, 1, tzinfo=dt.UTC))
    three[0].expenditures.create(
        log_entry=entry, spent_on=dt.date(2024, 5, 14), description="Hall", source=cast.own, amount="10.00"
    )
    assert titles(client_of(cast.officer), f"?funder={cast.own.pk}") == []


def test_the_search_knows_capitals_with_accents_and_every_language(cast, client_of):
    Activity.objects.all().delete()
    make(cast.jette, "School", title_fr="Fête de l'École", title_ar="القرية التضامنية", summary_nl="Über de brug")
    client = client_of(cast.coordinator_north)
    for words in ("école", "ÉCOLE", "fête école", "القرية", "über", "Brug"):
        assert titles(client, f"?q={words}") == ["School"], words
    assert titles(client, "?q=kasteel") == []


def test_a_search_sign_is_no_wildcard(three, cast, client_of):
    client = client_of(cast.coordinator_north)
    assert titles(client, "?q=%25") == titles(client, "?q=_") == titles(client, "?q=%5C") == []


@pytest.mark.parametrize(
    "query",
    [
        "?year=abc",
        "?year=99999999999999999999",
        "?partnership=-1",
        "?theme=1%20OR%201=1",
        "?status=x&side=y&group=z&funder=w&programme=v",
        "?page=abc",
        "?page=-1",
        "?page=0",
        "?page=99999999",
        "?page=" + "9" * 5000,
        "?page=%D9%A1",
        "?q=" + "x" * 5000,
        "?q=%F0%9F%98%80%E2%80%AE%ED%A0%80",
        "?q=" + "a+" * 300,
        "?q=%5Cx00'%22%3B--",
        "?sort=-",
        "?more=",
        "?partnership=1&partnership=2",
    ],
)
def test_hostile_addresses_give_a_page(three, cast, client_of, query):
    assert client_of(cast.officer).get(f"{URL}{query}").status_code == 200


def test_a_nul_is_refused(cast, client_of):
    assert client_of(cast.officer).get(f"{URL}?q=%00").status_code == 400


def test_what_is_left_out_is_said(three, cast, client_of):
    response = client_of(cast.coordinator_north).get(f"{URL}?year=abc&q={'x' * 900}")
    assert len(response.context["query"].remarks) == 2
    assert response.context["query"].search == "x" * 200


def test_another_partnership_is_no_choice(cast, client_of):
    """Asking for a partnership that one may not see answers as for one that does not exist."""
    client = client_of(cast.coordinator_north)
    seen = [client.get(f"{URL}?partnership={pk}") for pk in (cast.gillis.partnership.pk, 10**9)]
    assert seen[0].context["query"].remarks == seen[1].context["query"].remarks
    assert [row["title"] for row in seen[0].context["rows"]] == [row["title"] for row in seen[1].context["rows"]]
    choices = client.get(f"{URL}?more=1").context["query"].filters
    offered = {item.name: [label for _value, label in item.choices] for item in choices}
    assert offered["partnership"] == ["Jette – Belfaa"]
    assert offered["programme"] == ["Jette – Belfaa 2022–2026"]


def test_pages_hold_every_row_once(cast, client_of, monkeypatch):
    Activity.objects.all().delete()
    for number in range(17):
        dated = {"starts_on": dt.date(2024, 1, 1 + number % 5), "starts_precision": "day"} if number % 4 else {}
        make(cast.jette, f"Number {number:02}", **dated)
    client = client_of(cast.coordinator_north)
    whole = titles(client)
    assert len(whole) == 17
    monkeypatch.setattr(lists, "PER_PAGE", 5)
    for cap in (500, 8):  # counted at once, and counted only where a page beyond is asked for
        monkeypatch.setattr(lists, "COUNT_CAP", cap)
        assert [title for page in range(1, 5) for title in titles(client, f"?page={page}")] == whole
        assert titles(client, "?page=99") == whole[15:]
        assert titles(client, "?page=-3") == whole[:5]


def test_a_long_list_says_more_than(cast, client_of, monkeypatch):
    monkeypatch.setattr(lists, "COUNT_CAP", 1)
    monkeypatch.setattr(lists, "PER_PAGE", 1)
    client = client_of(cast.coordinator_north)
    # The first page would lie beyond the cap, so the count is whole.
    assert client.get(URL).context["pages"].count == 2
    monkeypatch.setattr(lists, "COUNT_CAP", 2)
    Activity.objects.create(
        slug="third", partnership=cast.jette.partnership, kind="event", side="home", **in_all_languages(title="Third")
    )
    pages = client.get(URL).context["pages"]
    assert pages.count == 2
    assert not pages.links[-1].url, "the last page is not known"
    assert client.get(f"{URL}?page=2").context["pages"].count == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(cast, client_of, rows):
    Activity.objects.all().delete()
    FundingSource.objects.create(slug="third", kind="other", **in_all_languages(name="Third"))
    for number in range(rows):
        activity = make(cast.jette, f"Number {number}")
        activity.themes.add(*cast.themes)
    client = client_of(cast.officer)
    with CaptureQueriesContext(connection) as usual:
        client.get(URL)
    with CaptureQueriesContext(connection) as more:
        client.get(f"{URL}?more=1")
    assert (len(usual), len(more)) == (7, 9)


def test_texts_are_escaped_and_foreign_ones_marked(cast, client_of):
    Activity.objects.all().delete()
    activity = make(cast.jette, "Village")
    Activity.objects.filter(pk=activity.pk).update(
        title_nl="<b>Dorp</b> & 'feest'", title_fr="", title_en="", title_ar=""
    )
    page = client_of(cast.coordinator_north).get(URL, headers={"accept-language": "en"}).content.decode()
    assert "<b>Dorp" not in page
    assert '<span lang="nl" dir="ltr">&lt;b&gt;Dorp&lt;/b&gt; &amp;' in page
    assert "Nederlands</small>" in page


def test_empty_says_why_and_what_next(cast, client_of):
    Activity.objects.all().delete()
    nothing = client_of(cast.coordinator_north).get(URL).context["empty"]["title"]
    narrow = client_of(cast.coordinator_north).get(f"{URL}?q=zzz").context["empty"]
    nobody = client_of(cast.stranger).get(URL).context["empty"]["title"]
    assert len({nothing, narrow["title"], nobody}) == 3
    assert narrow["action_url"] == URL


def test_the_choices_of_several_filters_keep_their_columns_in_every_process(three, cast, client_of):
    """A union tells columns apart by their places: each part names its list first, in whatever order sets iterate."""
    client = client_of(cast.officer)
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/activities/?more=1").status_code == 200
    union = next(query["sql"] for query in captured if " UNION ALL " in query["sql"])
    assert re.findall(r"SELECT '?(\w+)'? AS", union) == ["outcome", "theme", "group", "funder"]
