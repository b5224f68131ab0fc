"""The pages of activities, partnerships, programmes, years and organisations, and the first page."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import Document, Participation, Photo, Voucher
from activities.services import move_activity
from partnerships.models import (
    Appointment,
    Milestone,
    Organisation,
    OrganisationAlias,
    OrganisationRole,
    PartnershipPeriod,
    Place,
)
from portal.ground.models import User
from tests.cast import in_all_languages, make_entry
from tests.statements import ASKED_ALONG, statements

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def logged(cast):
    """A log entry of Jette with people, money, files and a text in Arabic."""
    return log(cast, 1)


def log(cast, number):
    """Write a full log entry about the work in Morocco."""
    entry = make_entry(
        cast.jette.partner,
        cast.coordinator_north,
        language="ar",
        text=f"اجتمع الشباب {number}",
        difficulties="لا",
        starts_on=dt.date(2024, 5, number),
    )
    for group, sex, count in [(cast.youth, "women", 7), (cast.youth, "men", 5), (cast.women, "women", 3)]:
        Participation.objects.create(
            log_entry=entry, target_group=group, sex=sex, age_band=cast.age_bands[1], count=count
        )
    hall = entry.expenditures.create(
        activity=entry.activity, spent_on=entry.starts_on, description="Hall", source=cast.federal, amount="100.10"
    )
    entry.expenditures.create(
        activity=entry.activity,
        spent_on=entry.starts_on,
        description="Bus",
        source=cast.own,
        amount="92.47",
        original_amount="1000.00",
        original_currency="MAD",
        rate="10.814000",
    )
    Voucher.objects.create(expenditure=hall, file="v.pdf", original_name="v.pdf", number="F-1", size=2048)
    Document.objects.create(log_entry=entry, file="d.pdf", original_name="d.pdf", title="Programme", size=2048)
    Photo.objects.create(log_entry=entry, file="p.jpg", thumbnail="t.jpg", caption="Two in a room", width=4, height=3)
    return entry


def addresses(cast):
    """Return every page that belongs to Jette alone."""
    programme = cast.jette.programme
    return [
        f"/activities/{cast.jette.partner.pk}/",
        "/partnerships/jette-belfaa/",
        f"/partnerships/programmes/{programme.slug}/",
        f"/partnerships/programmes/{programme.slug}/2024/",
    ]


def test_the_ladder(cast, client_of, logged):
    seen = {"administrator", "officer", "viewer", "coordinator_north"}
    for part, user in cast.people.items():
        client = client_of(user)
        for url in addresses(cast):
            assert client.get(url).status_code == (200 if part in seen else 404), (part, url)
        for url in ("/", "/partnerships/", "/partnerships/organisations/", "/activities/"):
            assert client.get(url).status_code == 200, (part, url)


def test_a_visitor_is_sent_to_sign_in(cast, client):
    for url in ["/partnerships/", "/partnerships/organisations/", *addresses(cast)]:
        assert client.get(url).headers["Location"].startswith("/accounts/login/"), url


def test_pages_are_read_only(cast, client_of):
    for url in ["/", "/partnerships/", *addresses(cast)]:
        assert client_of(cast.officer).post(url).status_code == 405, url


def test_pages_that_are_not_there(cast, client_of):
    client = client_of(cast.administrator)
    for url in (
        "/activities/999999999999/",
        "/activities/99999999999999999999999999/",
        "/partnerships/nowhere/",
        "/partnerships/programmes/nowhere/",
        f"/partnerships/programmes/{cast.jette.programme.slug}/1850/",
        f"/partnerships/programmes/{cast.jette.programme.slug}/99999999999999999999/",
        "/partnerships/organisations/nowhere/",
    ):
        assert client.get(url).status_code == 404, url


def test_an_activity_with_its_log(cast, client_of, logged):
    response = client_of(cast.coordinator_north).get(f"/activities/{cast.jette.partner.pk}/", headers=ENGLISH)
    found, page = response.context["log"], response.content.decode()
    assert found.people == 15
    assert [(str(crowd.group), crowd.count) for crowd in found.crowds] == [
        ("Young people", 12),
        ("Women who are victims of violence", 3),
    ]
    assert found.spent.replace("\xa0", " ") in {"192.57 €", "€ 192.57"}
    assert [source for source, _amount in found.by_source] == ["Federal cooperation", "Own funds"]
    entry = found.entries[0]
    assert entry.crowds[0].detail == "women, 15–24: 7; men, 15–24: 5"
    assert (entry.text.lang, entry.text.direction) == ("ar", "rtl")
    assert '<div class="prose" lang="ar" dir="rtl">اجتمع الشباب 1</div>' in page
    assert [len(expense.vouchers) for expense in entry.expenses] == [1, 0]
    assert "MAD" in entry.expenses[1].original
    assert entry.documents[0].name == "Programme"
    assert f"/activities/photos/{entry.pictures[0].url.split('/')[-2]}/thumbnail/" in page
    assert entry.pictures[0].credit, "a photo without consent says so"


def test_who_may_write_sees_buttons_status_and_history(cast, client_of, logged):
    move_activity(cast.jette.partner, actor=cast.officer, to="delayed", note="No room yet.", version=1)
    for part, may in [("administrator", True), ("officer", True), ("coordinator_north", True), ("viewer", False)]:
        response = client_of(cast.people[part]).get(f"/activities/{cast.jette.partner.pk}/")
        page = response.content.decode()
        assert (f"/activities/{cast.jette.partner.pk}/edit/" in page) is may, part
        assert (f"/activities/log/?activity={cast.jette.partner.pk}" in page) is may, part
        assert (f"/activities/log/{logged.pk}/edit/" in page) is may, part
        offered = [step["value"] for step in response.context["next"]]
        assert offered == (["planned", "ongoing", "done", "cancelled"] if may else []), part
        assert bool(response.context["lines"]) is may, part
        assert "No room yet." in page


def test_a_withdrawn_entry_counts_in_nothing_and_shows_to_writers_only(cast, client_of, logged):
    other = log(cast, 2)
    other.withdrawn_at = timezone.now()
    other.save()
    # A viewer is not told of the three women of a vulnerable group.
    for part, entries, people in [("viewer", 1, 12), ("coordinator_north", 2, 15), ("officer", 2, 15)]:
        found = client_of(cast.people[part]).get(f"/activities/{cast.jette.partner.pk}/").context["log"]
        assert (len(found.entries), found.people) == (entries, people), part
        assert [bool(entry.withdrawn) for entry in found.entries] == [True, False][2 - entries :], part


def test_a_confidential_place_shows_its_municipality_only(cast, client_of, logged):
    town = cast.jette.partnership.municipalities.get(slug="belfaa")
    house = Place.objects.create(
        slug="house", municipality=town, is_confidential=True, **in_all_languages(name="House at the well")
    )
    cast.jette.partner.place = house
    cast.jette.partner.save()
    response = client_of(cast.administrator).get(f"/activities/{cast.jette.partner.pk}/", headers=ENGLISH)
    assert "House at the well" not in response.content.decode()
    assert "Belfaa" in [fact["value"] for fact in response.context["facts"] if fact["term"] == "Place"]


def test_the_timeline_tells_the_interruption_and_what_came_of_what(cast, client_of):
    partnership = cast.gillis.partnership
    PartnershipPeriod.objects.create(
        partnership=partnership, number=1, state="active", starts_on=dt.date(2007, 1, 1), starts_precision="year"
    )
    PartnershipPeriod.objects.create(
        partnership=partnership,
        number=2,
        state="interrupted",
        months=24,
        ends_on=dt.date(2010, 12, 31),
        ends_precision="year",
    )
    make = {"partnership": partnership, "precision": "year"}
    Milestone.objects.create(
        slug="start", kind="start", happened_on=dt.date(2007, 1, 1), **make, **in_all_languages(title="Begun")
    )
    resumed = Milestone.objects.create(
        slug="again", kind="resumption", happened_on=dt.date(2010, 1, 1), **make, **in_all_languages(title="Resumed")
    )
    Milestone.objects.create(
        slug="found", kind="finding", partnership=partnership, came_from=resumed, **in_all_languages(title="Found")
    )
    Milestone.objects.create(
        slug="visit", kind="study_visit", partnership=partnership, **in_all_languages(title="Visit")
    )
    response = client_of(cast.viewer).get("/partnerships/sint-gillis-berkane/", headers=ENGLISH)
    timeline = response.context["story"].moments
    assert [(moment.date_text, moment.title, moment.kind) for moment in timeline][:4] == [
        ("2007", "Begun", "milestone"),
        ("until 2010", "Interrupted", "interruption"),
        ("2010", "Resumed", "milestone"),
        ("", "Found", "event"),
    ]
    assert timeline[1].text == "It lasted 2 years; the exact days are not known."
    assert timeline[3].source == "Came from: Resumed"
    assert [moment.title for moment in response.context["story"].undated] == ["Visit"]
    assert "timeline-interruption" in response.content.decode()


def test_each_part_of_a_line_keeps_its_own_direction(cast, client_of):
    partnership = cast.gillis.partnership
    town = partnership.sides.get(side="partner").municipality
    person = "Nadia <b>Moumni</b>"
    Appointment.objects.create(partnership=partnership, municipality=town, function="coordinator", person=person)
    reader = client_of(cast.coordinator_south)
    User.objects.filter(pk=cast.coordinator_south.pk).update(language="ar")
    text = reader.get(f"/partnerships/{partnership.slug}/").content.decode()
    line = "<dd><bdi>Nadia &lt;b&gt;Moumni&lt;/b&gt;</bdi> · <bdi>منسق(ة)</bdi> · <bdi>Berkane</bdi></dd>"
    assert line in text, text[text.find("Nadia") - 80 :][:300]


def test_history_of_a_partnership_is_for_officers(cast, client_of):
    for part, shown in [("officer", True), ("administrator", True), ("coordinator_north", False), ("viewer", False)]:
        client = client_of(cast.people[part])
        page = client.get("/partnerships/jette-belfaa/", headers=ENGLISH).content.decode()
        assert ("Who changed what" in page) is shown, part
        asked = client.get("/partnerships/jette-belfaa/?history=1", headers=ENGLISH).content.decode()
        assert ('class="history"' in asked) is shown, part


def test_a_programme_counts_by_status_and_side(cast, client_of, logged):
    response = client_of(cast.viewer).get(f"/partnerships/programmes/{cast.jette.programme.slug}/", headers=ENGLISH)
    rows = [(row.badge.label, [count for count, _url in row.counts]) for row in response.context["statuses"]]
    assert rows == [("ongoing", [1, 1])]
    assert [bar["label"] for bar in response.context["chart"]["bars"]] == ["Federal cooperation", "Own funds"]
    assert "192.57" in response.context["spent"]
    spent = {year.label: "192.57" in year.spent for year in response.context["years"]}
    assert spent == {"2022": False, "2023": False, "2024": True, "2025": False, "2026": False}


def test_a_year_in_figures(cast, client_of, logged):
    log(cast, 2)
    other = make_entry(cast.jette.partner, cast.officer, starts_on=dt.date(2025, 5, 1))
    Participation.objects.create(
        log_entry=other, target_group=cast.youth, sex="men", age_band=cast.age_bands[0], count=50
    )
    url = f"/partnerships/programmes/{cast.jette.programme.slug}/2024/"
    figures = client_of(cast.coordinator_north).get(url, headers=ENGLISH).context["figures"]
    assert (figures.people, figures.entries, figures.without_voucher) == (30, 2, 2)
    assert "385.14" in figures.spent
    by_title = {str(row.title): (row.entries, row.people) for row in figures.activities}
    assert by_title == {
        "Village of solidarity, jette-belfaa": (0, 0),
        "Training of young people, jette-belfaa": (2, 30),
    }
    assert [(str(group), count) for group, count in figures.by_group] == [
        ("Young people", 24),
        ("Women who are victims of violence", 6),
    ]


@pytest.fixture
def organisation(cast):
    """An organisation of Jette, also written otherwise."""
    town = cast.jette.partnership.municipalities.get(slug="jette")
    row = Organisation.objects.create(
        slug="oranger", kind="association", municipality=town, **in_all_languages(name="AMO l'Oranger")
    )
    OrganisationAlias.objects.create(organisation=row, name="L'Oanger")
    OrganisationRole.objects.create(organisation=row, partnership=cast.jette.partnership, role="partner", side="home")
    return row


def test_organisations_are_those_of_ones_partnerships(cast, client_of, organisation):
    cast.gillis.home.organisation_roles.create(organisation=organisation, role="host")
    cast.jette.home.organisation_roles.create(organisation=organisation, role="partner")
    expected = {
        "administrator": (1, 2),
        "officer": (1, 2),
        "viewer": (1, 2),
        "coordinator_north": (1, 1),
        "coordinator_south": (0, 1),
    }
    for part, (roles, activities) in expected.items():
        response = client_of(cast.people[part]).get("/partnerships/organisations/oranger/")
        counts = len(response.context["roles"]), len(response.context["activities"])
        assert counts == (roles, activities), part
    assert client_of(cast.stranger).get("/partnerships/organisations/oranger/").status_code == 404
    assert not client_of(cast.stranger).get("/partnerships/organisations/").context["rows"]


@pytest.mark.parametrize(
    "query, found",
    [
        ("", 1),
        ("?q=oanger", 1),
        ("?q=l'ORANGER", 1),
        ("?q=nobody", 0),
        ("?role=partner", 1),
        ("?role=funder", 0),
        ("?role=xyz", 1),
        ("?municipality=abc", 1),
        ("?page=77&partnership=-5&q=" + "y" * 5000, 0),
    ],
)
def test_organisations_are_found(cast, client_of, organisation, query, found):
    response = client_of(cast.officer).get(f"/partnerships/organisations/{query}")
    assert response.status_code == 200
    assert len(response.context["rows"]) == found


def test_organisations_by_partnership_and_municipality(cast, client_of, organisation):
    client = client_of(cast.officer)
    for name, row, found in [
        ("partnership", cast.jette.partnership, 1),
        ("partnership", cast.gillis.partnership, 0),
        ("municipality", organisation.municipality, 1),
    ]:
        response = client.get(f"/partnerships/organisations/?{name}={row.pk}")
        assert len(response.context["rows"]) == found, name
        assert not response.context["query"].remarks, name


def test_the_first_page_is_ones_own(cast, client_of, logged):
    make_entry(cast.gillis.partner, cast.coordinator_south, starts_on=timezone.localdate())
    expected = {  # partnerships, may log, activities that wait, bills without a voucher, news of others
        "administrator": (2, True, 3, 1, 2),
        "officer": (2, True, 3, 1, 2),
        "viewer": (2, False, 0, 0, 2),
        "coordinator_north": (1, True, 2, 1, 0),
        "coordinator_south": (1, True, 1, 0, 0),
        "stranger": (0, False, 0, 0, 0),
    }
    for part, row in expected.items():
        context = client_of(cast.people[part]).get("/").context
        waiting = context["quiet"].count, len(context["bills"]), context["news"].count
        assert (len(context["mine"]), context["may_log"], *waiting) == row, part


def test_who_has_no_partnership_is_told_so(cast, client_of):
    page = client_of(cast.stranger).get("/", headers=ENGLISH).content.decode()
    assert "You are not a member of a partnership yet." in page


def test_no_shared_cache_keeps_a_page_of_somebody(cast, client_of):
    for url in ("/", "/learning/", "/activities/expenses/", "/nowhere/"):
        assert client_of(cast.officer).get(url).headers["Cache-Control"] == "private, no-cache", url


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(cast, client_of, organisation, rows):
    partnership = cast.jette.partnership
    for number in range(1, rows + 1):
        log(cast, number)
        texts = in_all_languages(title=f"Number {number}")
        Milestone.objects.create(slug=f"m{number}", kind="other", partnership=partnership, **texts)
        partnership.decisions.create(slug=f"d{number}", **texts).consulted.add(organisation)
        partnership.courses.create(slug=f"c{number}", kind="workshop", run_by=organisation, **texts)
        product = partnership.products.create(slug=f"p{number}", kind="film", activity=cast.jette.partner, **texts)
        product.showings.create(side="home", venue=organisation)
        extra = Organisation.objects.create(slug=f"o{number}", kind="ngo", **in_all_languages(name=f"Number {number}"))
        for row in (organisation, extra):
            OrganisationRole.objects.get_or_create(
                organisation=row, partnership=partnership, role="host", defaults={"side": "home"}
            )
        cast.jette.partner.organisation_roles.create(organisation=extra, role="partner")
    client = client_of(cast.officer)
    counted = {}
    for url in ["/", "/partnerships/", "/partnerships/organisations/", *addresses(cast)]:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counted[url] = statements(queries)
    assert list(counted.values()) == [52 + ASKED_ALONG, 7, 9, 25, 46, 24, 25]
