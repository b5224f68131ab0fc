"""The social and cultural map: who does what, for whom, where and when - and nothing that must not be found."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activities.models import Activity, ActivityOrganisation, Product, Showing, Theme
from beneficiaries.models import Course
from partnerships.models import (
    Membership,
    Municipality,
    Organisation,
    OrganisationRole,
    Partnership,
    Place,
    Role,
)
from partnerships.services import locate_place
from portal.ground.models import AuditEntry
from portal.roof.atlas.land import MAX_ZOOM, fitted, land_in, latitude_of, mercator, window
from portal.roof.atlas.preparing import prepare
from portal.roof.reference import load
from tests.cast import in_all_languages
from tests.public_site import released

pytestmark = pytest.mark.django_db
MAP = "/partnerships/map/"
SECRET = "Refuge of the harbour"


def organisation(slug, town="berkane", **fields):
    names = in_all_languages(name=fields.pop("name", f"Organisation {slug}"))
    home = Municipality.objects.get(slug=town) if town else None
    return Organisation.objects.create(slug=slug, kind="association", municipality=home, **names, **fields)


def place(slug, town="berkane", **fields):
    names = in_all_languages(name=fields.pop("name", f"Place {slug}"))
    return Place.objects.create(slug=slug, municipality=Municipality.objects.get(slug=town), **names, **fields)


def role(of, bond, name="manager", **fields):
    return OrganisationRole.objects.create(
        organisation=of, partnership=bond.partnership, role=name, side="partner", **fields
    )


def span(first, last):
    return {
        "starts_on": dt.date(first, 1, 1),
        "starts_precision": "year",
        "ends_on": dt.date(last, 12, 31),
        "ends_precision": "year",
    }


@pytest.fixture
def town(cast):
    """Both Moroccan municipalities stand on the map."""
    Municipality.objects.filter(slug="berkane").update(latitude="34.92", longitude="-2.32")
    Municipality.objects.filter(slug="belfaa").update(latitude="30.031", longitude="-9.554")
    Municipality.objects.filter(slug="jette").update(latitude="50.873", longitude="4.334")
    return cast


def shown(client, query="", path=MAP):
    """Return the names in the directory, by heading."""
    page = client.get(path + query)
    assert page.status_code == 200, query
    return {group.heading: [str(line.entry.name) for line in group.lines] for group in page.context["map"].groups}


def names(client, query="", path=MAP):
    return sorted(name for group in shown(client, query, path).values() for name in group)


def test_each_filter_is_met_by_what_is_done(town, client_of):
    hall, centre = place("hall"), organisation("centre")
    theme, other = Theme.objects.order_by("pk")[:2]
    Activity.objects.filter(pk=town.gillis.partner.pk).update(place=hall, status="ongoing")
    town.gillis.partner.themes.set([theme])
    town.gillis.partner.target_groups.set([town.women])
    role(centre, town.gillis, "examiner")
    reader = client_of(town.officer)
    assert names(reader) == ["Organisation centre", "Place hall"]
    berkane = Municipality.objects.get(slug="berkane").pk
    expected = {
        f"?theme={theme.pk}": ["Place hall"],
        f"?group={town.women.pk}": ["Place hall"],
        "?role=examiner": ["Organisation centre"],
        "?role=host": ["Place hall"],
        "?kind=organisation": ["Organisation centre"],
        "?kind=place": ["Place hall"],
        f"?municipality={berkane}": ["Organisation centre", "Place hall"],
        f"?partnership={town.gillis.partnership.pk}": ["Organisation centre", "Place hall"],
        "?q=HALL+berk": ["Place hall"],
        "?q=nothing": [],
        f"?role=examiner&theme={theme.pk}": [],
        # No entry has the other theme, so it is no choice: it is left out, and said.
        f"?theme={other.pk}": ["Organisation centre", "Place hall"],
    }
    assert {query: names(reader, query) for query in expected} == expected


def test_a_year_tells_who_did_what_then_and_keeps_apart_what_has_no_date(town, client_of):
    for slug, fields in {"then": span(2014, 2017), "later": span(2018, 2020), "sometime": {}}.items():
        role(organisation(slug), town.gillis, "teacher", **fields)
    role(organisation("since"), town.gillis, "funder", starts_on=dt.date(2015, 1, 1), starts_precision="year")
    reader = client_of(town.officer)
    assert shown(reader, "?year=2016") == {
        "Berkane": ["Organisation since", "Organisation then"],
        "Perhaps also in 2016: when is not known": ["Organisation sometime"],
    }
    assert names(reader, "?year=2016&role=funder") == ["Organisation since"]
    assert names(reader, "?year=2019&role=teacher") == ["Organisation later", "Organisation sometime"]


def test_what_is_only_thought_of_was_done_by_nobody(town, client_of):
    Activity.objects.filter(pk=town.gillis.partner.pk).update(status="idea")
    ActivityOrganisation.objects.create(activity=town.gillis.partner, organisation=organisation("centre"), role="host")
    reader = client_of(town.officer)
    assert names(reader, "?role=host") == names(reader) == ["Organisation centre"]
    assert reader.get(f"{MAP}?role=host").context["query"].remarks != []


def hidden_scene(town):
    """Return a partnership in which a place must not be found, and all that could tell where it is."""
    secret = place("secret", name=SECRET, is_confidential=True)
    activity = town.gillis.partner
    Activity.objects.filter(pk=activity.pk).update(place=secret, status="ongoing")
    theme = Theme.objects.order_by("pk")[0]
    activity.themes.set([theme])
    for slug, part in {"receives": "host", "house": "benefits", "helper": "partner"}.items():
        one = organisation(slug, is_public=True)
        role(one, town.gillis)
        ActivityOrganisation.objects.create(activity=activity, organisation=one, role=part)
    role(organisation("seated", place=secret), town.gillis)
    Course.objects.create(
        partnership=town.gillis.partnership,
        slug="course",
        kind="workshop",
        place=secret,
        run_by=Organisation.objects.get(slug="helper"),
        target_group=town.women,
        **in_all_languages(title="Course at the refuge"),
    )
    return theme


@pytest.mark.parametrize("person", ["officer", "administrator"])
def test_what_must_not_be_found_is_nowhere_not_even_as_a_number(town, client_of, person):
    theme = hidden_scene(town)
    page = client_of(getattr(town, person)).get(MAP)
    text = page.content.decode()
    assert names(client_of(getattr(town, person))) == ["Organisation helper"]
    found = [word for word in (SECRET, "receives", "house", "seated", "at the refuge") if word in text]
    assert found == []
    # The theme and the group of what happens there are no choices either, and nothing is counted twice.
    choices = {one.name: [value for value, _label in one.choices] for one in page.context["query"].filters}
    assert str(theme.pk) not in choices["theme"]
    assert str(town.women.pk) not in choices["group"]
    assert page.context["map"].summary == "1 entry"


def test_everybody_finds_only_what_was_marked_and_released(town):
    hidden_scene(town)
    hall, shut = place("hall", is_public=True), place("shut")
    role(organisation("open", is_public=True), town.gillis)
    role(organisation("inside"), town.gillis)
    other = town.gillis.home
    theme = Theme.objects.order_by("pk")[1]
    other.themes.set([theme])
    Activity.objects.filter(pk=other.pk).update(place=hall, status="ongoing", **in_all_languages(title="Within"))
    town.gillis.partnership.is_public = True
    town.gillis.partnership.save()
    visitor = Client()
    assert names(visitor, path="/en/map/") == ["Organisation helper", "Organisation open", "Place hall"]
    text = visitor.get("/en/map/").content.decode()
    assert [word for word in (SECRET, "Within", str(shut), "inside") if word in text] == []
    # A theme counts for everybody once the activity is told to everybody.
    assert visitor.get(f"/en/map/?theme={theme.pk}").context["map"].query.remarks != []
    released(other, town, **in_all_languages(title="Told to all"))
    assert names(visitor, f"?theme={theme.pk}", path="/en/map/") == ["Place hall"]
    assert "Told to all" in visitor.get("/en/map/").content.decode()
    town.gillis.partnership.is_public = False
    town.gillis.partnership.save()
    assert names(visitor, path="/en/map/") == []


def test_a_reader_sees_nothing_of_another_partnership(town, client_of):
    role(organisation("theirs"), town.gillis)
    role(organisation("ours", "belfaa"), town.jette)
    place("elsewhere")
    assert names(client_of(town.coordinator_north)) == ["Organisation ours"]
    assert names(client_of(town.stranger)) == []


def test_a_place_that_must_not_be_found_cannot_be_made_public(town):
    with pytest.raises(IntegrityError), transaction.atomic():
        place("secret", is_confidential=True, is_public=True)
    secret = place("secret", is_confidential=True)
    with pytest.raises(ValidationError) as refused:
        organisation("house", place=secret, is_public=True).full_clean()
    assert list(refused.value.message_dict) == ["is_public"]
    with pytest.raises(ValidationError):
        locate_place(secret, latitude=Decimal("34.9"), longitude=Decimal("-2.3"), actor=town.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Municipality.objects.filter(slug="jette").update(longitude=None)


def test_a_place_is_located_once_and_remembered(town):
    hall = place("hall")
    for _turn in range(2):
        hall = locate_place(hall, latitude=Decimal("34.9"), longitude=Decimal("-2.3"), actor=town.officer)
    [entry] = AuditEntry.objects.about(hall)
    assert (entry.changes["latitude"], entry.actor) == ([None, "34.90000"], town.officer)


def test_marks_lead_to_what_they_stand_for(town, client_of):
    for slug in ("one", "two"):
        role(organisation(slug), town.gillis)
    far = place("far", latitude="34.95", longitude="-2.32")
    role(organisation("nowhere", town=None), town.gillis)
    reader = client_of(town.officer)
    main = reader.get(MAP).context["map"].main
    assert [(mark.text, mark.is_way, mark.label) for mark in main.marks] == [("3", True, "Berkane: 3 entries")]
    nearer = reader.get(MAP + main.marks[0].url).context["map"].main
    marks = {mark.label: mark.url for mark in nearer.marks}
    # What stands on one point is told apart in the directory, which has the place by its number.
    assert marks == {"Berkane: 2 entries": "#town-berkane", "3. Place far, Berkane": f"#p{far.pk}"}
    text = reader.get(MAP).content.decode()
    assert all(f'id="{url[1:]}"' in text for url in marks.values())
    assert shown(reader)["Where it works is not known here"] == ["Organisation nowhere"]


def test_a_map_without_coordinates_is_a_directory(cast, client_of):
    role(organisation("centre"), cast.gillis)
    page = client_of(cast.officer).get(MAP)
    assert (page.status_code, page.context["map"].main.marks, page.context["map"].insets) == (200, [], [])
    assert names(client_of(cast.officer)) == ["Organisation centre"]


BAD = [
    "?lat=1e9&lon=nan&zoom=inf",
    "?lat=99&lon=999&zoom=9999",
    "?lat=-99&lon=-999&zoom=-5",
    "?lat=34.9",
    "?lat=%20&lon=٣&zoom=１",
    f"?lat={'9' * 5000}&lon=1&zoom=1",
    "?year=0&theme=x&group=-1&role=%3Cscript%3E&kind=1&municipality=99999999999999999999&partnership=%27",
    "?q=%25_%27%22%5C" + "x" * 5000,
    "?year=99999999999&lat=&lon=&zoom=",
]


@pytest.mark.parametrize("query", BAD)
def test_whatever_is_asked_is_answered(town, client_of, query):
    role(organisation("centre"), town.gillis)
    town.gillis.partnership.is_public = True
    town.gillis.partnership.save()
    assert client_of(town.officer).get(MAP + query).status_code == 200
    assert Client().get("/ar/map/" + query).status_code == 200


def test_a_look_at_nowhere_is_said(town, client_of):
    role(organisation("centre"), town.gillis)
    reader = client_of(town.officer)
    sentence = "The map cannot look there: this is the whole of it."
    assert sentence in reader.get(f"{MAP}?lat=34.9&lon=x&zoom=1").content.decode()
    assert sentence not in reader.get(f"{MAP}?lat=34.9&lon=-2.3&zoom=99").content.decode()
    assert reader.get(f"{MAP}?lat=34.9&lon=-2.3&zoom=99").context["map"].main.view.zoom == MAX_ZOOM


def test_the_ways_over_the_map_keep_the_filters(town, client_of):
    role(organisation("centre"), town.gillis)
    page = client_of(town.officer).get(f"{MAP}?role=manager")
    controls = {way.key: way.url for way in page.context["map"].controls}
    assert set(controls) == {"in", "west", "north", "south", "east"}
    assert all("role=manager" in url for url in controls.values())
    nearer = client_of(town.officer).get(MAP + controls["in"]).context["map"]
    assert (nearer.main.view.zoom, {way.key for way in nearer.controls}) == (1, {*controls, "out", "whole"})


def test_the_map_asks_the_database_as_often_for_many_as_for_few(town, client_of):
    def rows(count, start):
        for number in range(start, start + count):
            one, spot = organisation(f"o{number}"), place(f"p{number}")
            role(one, town.gillis)
            activity = Activity.objects.create(
                slug=f"a{number}",
                partnership=town.gillis.partnership,
                kind="training",
                side="partner",
                status="ongoing",
                place=spot,
                **in_all_languages(title="A"),
            )
            activity.themes.set(Theme.objects.all()[:2])
            ActivityOrganisation.objects.create(activity=activity, organisation=one, role="host")
            work = Product.objects.create(
                slug=f"w{number}", partnership=town.gillis.partnership, kind="film", **in_all_languages(title="W")
            )
            Showing.objects.create(product=work, side="home", venue=one)

    reader, asked = client_of(town.officer), []
    reader.get(MAP)
    for count, start in ((1, 0), (8, 1)):
        rows(count, start)
        with CaptureQueriesContext(connection) as captured:
            page = reader.get(MAP)
        asked.append(len(captured))
    assert asked[0] == asked[1]
    assert page.context["map"].summary == "18 entries"


def test_a_long_list_is_cut_and_says_so(town, client_of, monkeypatch):
    monkeypatch.setattr("portal.roof.overviews.social_map.page.MOST", 2)
    for slug in "abc":
        role(organisation(slug), town.gillis)
    page = client_of(town.officer).get(MAP)
    assert names(client_of(town.officer)) == ["Organisation a", "Organisation b"]
    assert "Only the first 2 are shown: choose fewer." in page.content.decode()


def test_hostile_names_stay_text(town, client_of):
    role(organisation("x", name='"><script>alert(1)</script>', website="javascript:alert(1)"), town.gillis)
    text = client_of(town.officer).get(MAP).content.decode()
    assert "<script>alert" not in text
    assert "javascript:" not in text


def test_the_public_map_is_in_the_sitemap_and_has_one_address(town):
    assert "/ar/map/" in Client().get("/sitemap.xml").content.decode()
    text = Client().get("/nl/map/?lat=34.9&lon=-2.3&zoom=3&role=host").content.decode()
    assert re.search(r'rel="canonical" href="[^"?]*/nl/map/"', text)


def test_the_house_for_women_is_not_on_the_map_of_the_reference_data(client_of, django_user_model):
    load()
    reader = django_user_model.objects.create_user("reader")
    for partnership in Partnership.objects.all():
        Membership.objects.create(user=reader, partnership=partnership, role=Role.VIEWER, starts_on=dt.date(2020, 1, 1))
    for page in (client_of(reader).get(MAP), Client().get("/en/map/")):
        text = page.content.decode()
        listed = [str(line.entry.name) for group in page.context["map"].groups for line in group.lines]
        assert "Entraide Nationale" in text
        assert [name for name in listed if "House for women" in name or "Huis" in name or "Confidential" in name] == []
        assert {line.entry.is_exact for group in page.context["map"].groups for line in group.lines} == {False}


@pytest.mark.once
def test_the_land_is_drawn_where_it_is():
    view = window(41, -3, 0, 480, 480)
    across, down = view.place(50.85, 4.35)
    assert (round(across), round(down)) == (341, 45)
    assert round(latitude_of(mercator(34.92)), 6) == 34.92
    assert len(land_in(view)) < 15_000
    # Berkane lies on land, with the sea in the north of its inset; nothing but the sea lies off Portugal.
    assert land_in(fitted([(34.92, -2.32)], least=0.6, width=360, height=270)).startswith("M")
    assert land_in(window(40, -18, 6, 480, 480)) == ""


@pytest.mark.once
def test_the_land_is_prepared_from_a_file_of_arcs(tmp_path):
    source = tmp_path / "land.json"
    source.write_text(
        '{"transform": {"scale": [1, 1], "translate": [-10, 30]},'
        '"arcs": [[[0, 0], [10, 0], [0, 10]], [[0, 0], [0, 10], [10, 0]]],'
        '"objects": {"land": {"geometries": [{"type": "Polygon", "arcs": [[0, -2]]}]}}}'
    )
    assert '"rings":[[0,300000,0,100000,-100000,0,0,-100000]' in prepare(source)
