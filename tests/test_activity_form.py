"""A coordinator makes an activity, changes it and moves it from status to status."""

import datetime as dt
import uuid

import pytest

from activities.models import Activity, Status
from partnerships.models import HostEvent, Municipality, Organisation, PartnershipMunicipality, Place
from portal.ground.carry import author_token
from portal.ground.models import AuditEntry
from tests.cast import in_all_languages

NEW = "/activities/new/"


def filled(cast, **changes):
    """Return a form in order for a new activity of Sint-Gillis – Berkane."""
    return {
        "submission_key": str(uuid.uuid4()),
        "author": author_token(cast.coordinator_south),
        "partnership": cast.gillis.partnership.pk,
        "programme": cast.gillis.programme.pk,
        "title_fr": "Atelier de couture",
        "summary_fr": "Un atelier pour vingt femmes.",
        "kind": "workshop",
        "side": "partner",
        "status": "planned",
        "starts_on": "2024-03-01",
        "ends_on": "",
        "themes": [cast.themes[1].pk],
        "target_groups": [cast.women.pk],
    } | changes


@pytest.fixture
def south(cast, client_of):
    client = client_of(cast.coordinator_south)
    client.cookies["django_language"] = "en"
    return client


def test_make_one(cast, south):
    response = south.post(NEW, filled(cast))
    activity = Activity.objects.get(title_fr="Atelier de couture")
    assert (response.status_code, response.url) == (302, f"/activities/{activity.pk}/")
    assert (activity.status, activity.side, activity.kind) == ("planned", "partner", "workshop")
    assert (activity.starts_on, activity.starts_precision, activity.ends_on, activity.ends_precision) == (
        dt.date(2024, 3, 1),
        "day",
        None,
        "",
    )
    assert list(activity.themes.all()) == [cast.themes[1]]
    assert list(activity.target_groups.all()) == [cast.women]
    assert AuditEntry.objects.get(verb="create").target_id == activity.pk


def test_sending_twice_makes_one(cast, south):
    data = filled(cast)
    before = Activity.objects.count()
    assert south.post(NEW, data).url == south.post(NEW, data).url
    assert Activity.objects.count() == before + 1


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title_fr": ""}, "title_en", "Give the activity a title in at least one language."),
        ({"kind": "party"}, "kind", "Select a valid choice. party is not one of the available choices."),
        ({"side": ""}, "side", "This field is required."),
        ({"ends_on": "2024-02-01"}, "ends_on", "The end lies before the start: check both dates."),
        ({"starts_on": "2021-12-31"}, "starts_on", "The programme runs in 2022 – 2026: the date lies outside it."),
        ({"partnership": ""}, "partnership", "This field is required."),
        (
            {"summary_fr": "a\0b"},
            "summary_fr",
            "The text holds characters that cannot be shown. They were marked with ▯: take them out or retype it.",
        ),
        ({"themes": ["x"]}, "themes", "“x” is not a valid value."),
    ],
)
def test_bad_input_is_named_beside_its_field(cast, south, changes, field, sentence):
    before = Activity.objects.count()
    response = south.post(NEW, filled(cast, **changes))
    assert response.context["form"].errors == {field: [sentence]}
    assert Activity.objects.count() == before


def test_the_form_stands_in_panels_and_says_that_a_title_is_needed(south):
    page = south.get(NEW)
    form = page.context["form"]
    assert page.content.decode().count('class="panel"') == 3
    assert form["title_en"].help_text == "Needed in at least one language."


@pytest.mark.parametrize("field", ["partnership", "programme", "part_of"])
def test_another_partnerships_records_are_no_choice(cast, south, field):
    foreign = {"partnership": cast.jette.partnership, "programme": cast.jette.programme, "part_of": cast.jette.home}
    response = south.post(NEW, filled(cast, **{field: foreign[field].pk}))
    assert field in response.context["form"].errors


def test_what_only_another_partnership_has_is_not_offered(cast, south, client_of):
    towns = {side.partnership.slug: side.municipality for side in PartnershipMunicipality.objects.all()}
    towns["nobody"] = Municipality.objects.create(slug="rabat", country="MA", **in_all_languages(name="Rabat"))
    made = [
        (
            Place.objects.create(slug=f"p-{name}", name=name, municipality=town),
            HostEvent.objects.create(slug=f"e-{name}", name=name, municipality=town),
            Organisation.objects.create(slug=f"o-{name}", name=name, kind="other", municipality=town),
        )
        for name, town in towns.items()
    ]
    fields = south.get(NEW).context["form"].fields
    offered = [
        {row.name for row in fields[name].queryset} & {row.name for row in column}
        for name, column in zip(["place", "host_event", "organisations"], zip(*made, strict=True), strict=True)
    ]
    assert offered == [{"sint-gillis-berkane", "nobody"}] * 3
    # Who has a role in the partnership belongs to it wherever it is; what is named already stays named.
    place, event, organisation = made[list(towns).index("jette-belfaa")]
    organisation.roles.create(partnership=cast.gillis.partnership, role="partner")
    cast.gillis.partner.place, cast.gillis.partner.host_event = place, event
    cast.gillis.partner.save()
    fields = south.get(f"/activities/{cast.gillis.partner.pk}/edit/").context["form"].fields
    kept = [row in fields[name].queryset for name, row in [("place", place), ("host_event", event)]]
    assert [*kept, organisation in fields["organisations"].queryset] == [True, True, True]


@pytest.mark.parametrize("title", ["\u200b", "\u2066\u2069", " \u3164 \u2800"])
def test_a_title_of_which_nothing_shows_is_no_title(cast, south, title):
    response = south.post(NEW, filled(cast, title_fr=title))
    assert response.context["form"].errors == {"title_en": ["Give the activity a title in at least one language."]}


def test_an_officer_of_both_cannot_mix_them(cast, client_of):
    officer = client_of(cast.officer)
    officer.cookies["django_language"] = "en"
    response = officer.post(NEW, filled(cast, programme=cast.jette.programme.pk))
    assert response.context["form"].errors == {"programme": ["This belongs to another partnership."]}


def test_a_change_whose_answer_was_lost_is_sent_again_without_a_conflict(cast, south):
    activity = cast.gillis.partner
    address = f"/activities/{activity.pk}/edit/"
    data = filled(cast, version=1, title_fr="Formation", starts_on="2022-03-01", starts_precision="day")
    assert [south.post(address, data).status_code for _time in range(2)] == [302, 302]
    activity.refresh_from_db()
    assert (activity.title_fr, activity.version) == ("Formation", 2)
    assert AuditEntry.objects.filter(verb="update").count() == 1


def test_change_one_and_be_told_of_another_editor(cast, south, client_of):
    activity = cast.gillis.partner
    address = f"/activities/{activity.pk}/edit/"
    data = filled(cast, version=1, title_fr="Formation", starts_on="2022-03-01")
    assert client_of(cast.officer).post(address, data | {"title_nl": "Vorming"}).status_code == 302
    activity.refresh_from_db()
    assert (activity.title_fr, activity.title_nl, activity.version) == ("Formation", "Vorming", 2)
    assert AuditEntry.objects.get(verb="update").changes["title_nl"] == [
        "Training of young people, sint-gillis-berkane",
        "Vorming",
    ]
    mine = south.post(address, data | {"title_nl": "Opleiding"})
    form = mine.context["form"]
    assert mine.status_code == 409
    assert form.non_field_errors() == [
        "Somebody saved another version meanwhile: “Vorming”. Compare, then save again to keep yours."
    ]
    assert (form["title_nl"].value(), form["version"].value()) == ("Opleiding", 2)
    assert south.post(address, data | {"title_nl": "Opleiding", "version": 2}).status_code == 302


def test_statuses_move_as_they_may(cast, south):
    activity = cast.gillis.partner
    address = f"/activities/{activity.pk}/status/"
    refused = south.post(address, {"status": "idea", "version": 1})
    assert refused.context["form"].errors == {
        "status": ["An activity with this status cannot take that step: choose one of these."]
    }
    unexplained = south.post(address, {"status": "delayed", "version": 1})
    assert unexplained.context["form"].errors == {"note": ["Say why: it stands in the annual report."]}
    delayed = {"status": "delayed", "note": "The hall is not ready.", "version": 1}
    assert south.post(address, delayed).status_code == 302
    assert south.post(address, delayed).status_code == 200
    activity.refresh_from_db()
    assert (activity.status, activity.status_note, activity.version) == ("delayed", "The hall is not ready.", 2)
    assert AuditEntry.objects.filter(verb="transition").count() == 1


@pytest.mark.parametrize("status", list(Status))
def test_each_status_leads_only_where_it_may(status):
    expected = {
        "idea": ["under_study", "planned", "cancelled"],
        "under_study": ["idea", "planned", "cancelled"],
        "planned": ["ongoing", "delayed", "done", "cancelled"],
        "ongoing": ["delayed", "done", "cancelled"],
        "delayed": ["planned", "ongoing", "done", "cancelled"],
        "done": ["ongoing"],
        "cancelled": ["idea", "planned"],
    }
    assert status.next == expected[status]


@pytest.mark.parametrize(
    ("part", "make", "change"),
    [
        ("stranger", 403, 404),
        ("viewer", 403, 403),
        ("coordinator_north", 200, 404),
        ("coordinator_south", 200, 200),
        ("officer", 200, 200),
        ("administrator", 200, 200),
    ],
)
def test_the_ladder(cast, client_of, part, make, change):
    client = client_of(cast.people[part])
    assert client.get(NEW).status_code == make
    for page in ("edit", "status"):
        assert client.get(f"/activities/{cast.gillis.partner.pk}/{page}/").status_code == change
