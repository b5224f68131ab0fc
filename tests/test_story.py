"""The biography on a partnership's page: what led to what, in links, and each part of it for itself."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Product
from partnerships.models import Gain, Milestone, ObservedOutcome, Phase
from portal.ground.audit import record
from tests.cast import in_all_languages

pytestmark = pytest.mark.django_db
PAGE = "/partnerships/sint-gillis-berkane/"


@pytest.fixture
def bond(cast):
    """A visit in 2010 that led to a department, which led to a change; a phase with its product; and a gain."""
    of = {"partnership": cast.gillis.partnership}
    day = {"precision": "year"}
    visit = Milestone.objects.create(
        slug="visit",
        kind="study_visit",
        happened_on=dt.date(2010, 1, 1),
        **day,
        **of,
        **in_all_languages(title="Visit"),
    )
    department = Milestone.objects.create(
        slug="department", kind="institution", came_from=visit, **of, **in_all_languages(title="Department")
    )
    ObservedOutcome.objects.create(
        slug="seen", actor="administration", came_from=department, **of, **in_all_languages(title="Trust")
    )
    ObservedOutcome.objects.create(slug="loose", actor="family", **of, **in_all_languages(title="Loose"))
    phase = Phase.objects.create(slug="phase", number=1, **of, **in_all_languages(title="Analysis"))
    Product.objects.create(slug="plan", kind="plan", phase=phase, **of, **in_all_languages(title="Plan"))
    Gain.objects.create(
        slug="gain", gained_by="home", gained_on=dt.date(2012, 1, 1), **day, **of, **in_all_languages(title="Film")
    )
    return cast.gillis


@pytest.fixture
def reader(cast, client_of):
    """Somebody who reads the page."""
    return client_of(cast.viewer)


def story(client, query=""):
    return client.get(PAGE + query).context["story"]


def titles(moments):
    return [(moment.title, moment.depth) for moment in moments]


def test_what_has_no_day_follows_what_led_to_it(bond, cast, client_of):
    told = story(client_of(cast.viewer))
    assert titles(told.moments) == [
        ("Visit", 0),
        ("Department", 1),
        ("Trust", 2),
        ("Film", 0),
        (str(bond.programme), 0),
    ]
    # A phase without a day stands apart with its product; a change that says nothing of when stands elsewhere.
    assert titles(told.undated) == [("Analysis", 0), ("Plan", 1)]


def test_each_end_of_a_connection_leads_to_the_other(bond, cast, client_of):
    page = client_of(cast.viewer).get(PAGE)
    visit, department, trust, *_others = page.context["story"].moments
    assert [(label, str(title), url) for label, title, url in department.ways] == [
        ("Came from", "Visit", f"#{visit.anchor}"),
        ("Led to", "Trust", f"#{trust.anchor}"),
    ]
    text = page.content.decode()
    assert all(text.count(f'id="{moment.anchor}"') == 1 for moment in (visit, department, trust))
    records = {moment.title: moment.href for moment in page.context["story"].moments}
    assert records[str(bond.programme)] == f"/partnerships/programmes/{bond.programme.slug}/"
    assert f'id="{records["Film"][1:]}"' in text


WHOLE = ["Visit", "Department", "Trust", "Film", "programme"]


@pytest.mark.parametrize(
    ("asked", "part", "expected"),
    [
        ("events", "What happened", ["Visit", "Department"]),
        ("results", "What came of it", ["Trust", "Film"]),
        ("plan", "Programmes and phases", ["programme"]),
        ("nonsense", "Everything", WHOLE),
        ("%F0%9F%98%80" * 300, "Everything", WHOLE),
        # Nothing of its life is known, so it is no part to choose.
        ("life", "Everything", WHOLE),
    ],
)
def test_a_part_of_it_is_shown_for_itself(bond, reader, asked, part, expected):
    told = story(reader, f"?show={asked}")
    names = {str(bond.programme): "programme"}
    assert [names.get(moment.title, moment.title) for moment in told.moments] == expected
    assert [label for label, _url, is_current in told.ways if is_current] == [part]


def test_from_a_part_the_links_lead_to_the_whole(bond, cast, client_of):
    trust, _film = story(client_of(cast.viewer), "?show=results").moments
    assert [url[:12] for _label, _title, url in trust.ways] == ["?#milestone-"]


def test_two_that_led_to_each_other_are_told_once_each(bond, cast, client_of):
    Milestone.objects.filter(slug="visit").update(
        came_from=Milestone.objects.get(slug="department"), happened_on=None, precision=""
    )
    told = story(client_of(cast.viewer))
    assert sorted(moment.title for moment in told.undated if moment.topic == "events") == ["Department", "Visit"]


def test_the_page_asks_as_often_for_a_long_life_as_for_a_short_one(bond, cast, client_of):
    reader, asked = client_of(cast.viewer), []
    reader.get(PAGE)
    first = Milestone.objects.get(slug="visit")
    for turn in range(2):
        for number in range(1 + 8 * turn):
            named = {"slug": f"{turn}-{number}", "partnership": bond.partnership, "came_from": first}
            Milestone.objects.create(kind="other", **named, **in_all_languages(title="One"))
            Gain.objects.create(gained_by="partner", **named, **in_all_languages(title="One"))
        with CaptureQueriesContext(connection) as captured:
            reader.get(PAGE)
        asked.append(len(captured))
    assert asked[0] == asked[1]


def test_who_changed_what_is_shown_where_an_officer_asks_for_it(bond, cast, client_of):
    record(bond.partnership, actor=cast.officer, verb="update", changes={"is_public": [False, True]})
    officer = client_of(cast.officer)
    assert 'href="?history=1"' in officer.get(PAGE).content.decode()
    asked = f"{PAGE}?history=1"
    assert len(officer.get(asked).context["lines"]) == 1
    assert "lines" not in client_of(cast.viewer).get(asked).context
    assert "lines" not in officer.get(PAGE).context
