"""The two-way ledger: what each side gained, written by coordinators, and told to everybody only where it is marked."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from partnerships.models import Gain, Milestone, Partnership
from portal.ground.models import AuditEntry
from tests.cast import in_all_languages

pytestmark = pytest.mark.django_db
PAGE = "/partnerships/jette-belfaa/"


def gain(bond, side="home", title="A film was shown", **fields):
    texts = in_all_languages(title=title, origin=fields.pop("origin", "The young people’s project"))
    slug = f"gain-{Gain.objects.count()}"
    return Gain.objects.create(slug=slug, partnership=bond.partnership, gained_by=side, **texts, **fields)


def ledger(client):
    """Return {heading: titles} of the ledger on the partnership's page; nothing where it has none."""
    sections = {section.key: section for section in client.get(PAGE).context["sections"]}
    groups = sections["ledger"].groups if "ledger" in sections else []
    return {str(group.heading): [str(item.title) for item in group.items] for group in groups}


def test_both_sides_stand_beside_each_other_and_an_empty_one_says_so(cast, client_of):
    assert ledger(client_of(cast.viewer)) == {}
    gain(cast.jette)
    assert ledger(client_of(cast.viewer)) == {
        "Jette": ["A film was shown"],
        "Belfaa": ["Nothing is written down here yet."],
    }
    gain(cast.jette, "partner", "A department")
    assert ledger(client_of(cast.viewer))["Belfaa"] == ["A department"]


def test_a_coordinator_writes_what_was_gained_and_what_led_to_it(cast, client_of):
    visit = Milestone.objects.create(
        slug="visit", kind="study_visit", partnership=cast.jette.partnership, **in_all_languages(title="The visit")
    )
    form = {
        "title_en": "A new desk",
        "origin_en": "A visit",
        "gained_by": "partner",
        "came_from": visit.pk,
        "gained_on": "2025-05-01",
        "precision": "year",
        "version": 0,
        "is_public": "on",
    }
    writer = client_of(cast.coordinator_north)
    answer = writer.post(reverse("partnerships:gain_create", args=["jette-belfaa"]), form)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}#ledger")
    row = Gain.objects.get()
    assert (row.title_en, row.origin_en, row.came_from, row.date_text) == ("A new desk", "A visit", visit, "2025")
    # What everybody reads is not a coordinator's to say.
    assert row.is_public is False
    assert AuditEntry.objects.about(row).count() == 1
    [item] = [
        item for part in writer.get(PAGE).context["sections"] if part.key == "ledger" for item in part.groups[1].items
    ]
    assert [(str(label), str(text)) for label, text in item.lines] == [
        ("What led to it", "A visit"),
        ("Came from", "The visit"),
    ]


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("0001-01-01", "This date is too long ago: check the year."),
        ("9999-12-31", "This date is too far away: check the year."),
    ],
)
def test_a_day_that_a_slip_of_the_hand_wrote_is_refused_and_the_text_kept(cast, client_of, day, sentence):
    form = {"title_en": "A new desk", "gained_by": "partner", "gained_on": day, "precision": "day", "version": 0}
    writer = client_of(cast.coordinator_north)
    writer.cookies["django_language"] = "en"
    answer = writer.post(reverse("partnerships:gain_create", args=["jette-belfaa"]), form)
    asked = answer.context["form"]
    assert asked.errors["gained_on"] == [sentence]
    assert (asked["title_en"].value(), asked["gained_on"].value()) == ("A new desk", day)
    assert not Gain.objects.exists()


def test_everybody_reads_what_is_marked_and_nothing_else(cast):
    Partnership.objects.update(is_public=True)
    gain(cast.jette, title="For all", is_public=True)
    gain(cast.jette, title="For the partners")
    text = Client().get("/en/jette-belfaa/").content.decode()
    assert "For all" in text
    assert "What each side gained" in text
    assert "For the partners" not in text
    Gain.objects.update(is_public=False)
    assert "What each side gained" not in Client().get("/en/jette-belfaa/").content.decode()


def test_a_gain_of_a_locked_year_stays_as_it_is(cast, client_of):
    row = gain(cast.jette, gained_on=dt.date(2023, 5, 1), precision="year")
    cast.jette.programme.years.filter(year=2023).update(state="locked")
    form = {"title_en": "Another", "gained_by": "home", "gained_on": "2023-05-01", "precision": "year", "version": 1}
    answer = client_of(cast.coordinator_north).post(reverse("partnerships:gain_edit", args=[row.pk]), form)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["gained_on"]
    row.refresh_from_db()
    assert row.title_en == "A film was shown"
