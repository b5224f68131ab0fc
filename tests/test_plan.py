"""Phases with deliverables, posts, and calls with initiatives: written in the browser, kept by locked years."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from partnerships.models import Call, Deliverable, Organisation, OrganisationRole, Phase, Post, SubGrant
from portal.ground.models import AuditEntry
from portal.roof.overviews import continuity
from tests.cast import in_all_languages
from tests.record_forms import sender


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def bond(cast):
    return cast.jette.partnership


@pytest.fixture
def send(cast, client_of):
    """A function that sends a form as the coordinator, and returns its errors or None."""
    return sender(client_of(cast.coordinator_north), cast.coordinator_north)


def test_a_phase_gets_its_deliverables_and_is_told_with_them(send, bond):
    form = send.client.get(reverse("partnerships:phase_create", args=[bond.slug])).context["form"]
    assert form.initial["number"] == 1
    assert send("phase_create", bond.slug, title_en="Prepare", number=1, starts_on="2024-01-01") is None
    phase = Phase.objects.get()
    assert (phase.starts_precision, phase.version) == ("day", 1)
    for title in ("A plan", "A map"):
        assert send("deliverable_create", phase.pk, title_en=title, due_on="2024-06-30") is None
    plan, second = Deliverable.objects.order_by("number")
    assert (plan.number, second.number) == (1, 2)
    done = {"title_en": "A plan", "is_delivered": "on", "delivered_on": "2024-05-14", "version": 1}
    assert send("deliverable_edit", plan.pk, **done) is None
    item = continuity.phases_of(bond, None, may_write=True).groups[0].items[0]
    assert [(label, str(title)) for label, title in item.lines] == [
        ("Delivered, 14 May 2024", "A plan"),
        ("Due on 30 June 2024", "A map"),
    ]
    assert [url for _title, url in item.parts] == [
        f"/partnerships/deliverables/{row.pk}/edit/" for row in (plan, second)
    ]
    verbs = AuditEntry.objects.about(phase).values_list("target_type", "verb")
    assert sorted(verbs) == [
        ("partnerships.deliverable", "create"),
        ("partnerships.deliverable", "create"),
        ("partnerships.deliverable", "update"),
        ("partnerships.phase", "create"),
    ]


def test_a_second_phase_is_offered_the_next_number_and_may_not_take_a_used_one(send, bond):
    Phase.objects.create(slug="p", partnership=bond, number=4, **in_all_languages(title="One"))
    form = send.client.get(reverse("partnerships:phase_create", args=[bond.slug])).context["form"]
    assert form.initial["number"] == 5
    refused = send("phase_create", bond.slug, title_en="Two", number=4)
    assert refused == {"number": ["Another phase of this partnership has this number."]}
    assert list(send("phase_create", bond.slug, title_en="Two", number=10**9)) == ["number"]
    assert list(send("call_create", bond.slug, title_en="Call", submitted=2**31)) == ["submitted"]


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"delivered_on": "2024-05-14"}, {"delivered_on": ["Only what is delivered has a day of delivery."]}),
        ({"is_delivered": "on", "delivered_on": "2090-01-01"}, {"delivered_on": ["This day has not come yet."]}),
        ({"title_en": ""}, {"title_en": ["Write this in at least one language."]}),
    ],
)
def test_a_deliverable_is_refused_beside_its_field(send, bond, fields, errors):
    phase = Phase.objects.create(slug="p", partnership=bond, number=1, **in_all_languages(title="One"))
    assert send("deliverable_create", phase.pk, **({"title_en": "A plan"} | fields)) == errors
    assert not Deliverable.objects.exists()


def test_a_locked_year_keeps_what_was_delivered_in_it(send, bond, cast):
    phase = Phase.objects.create(slug="p", partnership=bond, number=1, **in_all_languages(title="One"))
    cast.jette.programme.years.filter(year=2024).update(state="locked")
    done = {"title_en": "A plan", "is_delivered": "on", "delivered_on": "2024-05-14"}
    sentence = "The year 2024 is locked: an officer can open it again."
    assert send("deliverable_create", phase.pk, **done) == {"delivered_on": [sentence]}


def test_a_post_says_who_takes_it_over_and_that_day_may_be_to_come(send, bond):
    own = Organisation.objects.create(slug="own", kind="ngo", **in_all_languages(name="House"))
    OrganisationRole.objects.create(organisation=own, partnership=bond, role="funds", side="partner")
    other = Organisation.objects.create(slug="other", kind="ngo", **in_all_languages(name="Else"))
    post = {"title_en": "Trainer", "side": "partner", "starts_on": "2024-01-01", "ends_on": "2026-12-31"}
    assert list(send("post_create", bond.slug, **post, taken_over_by=other.pk)) == ["taken_over_by"]
    taken = {"taken_over_by": own.pk, "taken_over_on": "2090-01-01", "precision": "year"}
    assert send("post_create", bond.slug, **post, **taken) is None
    row = Post.objects.get()
    assert (row.ends_on, row.taken_over_by, row.date_text) == (dt.date(2026, 12, 31), own, "2090")
    refused = send("post_edit", row.pk, **(post | taken | {"ends_on": "2023-01-01"}), version=1)
    assert refused == {"ends_on": ["The end lies before the start: check both dates."]}


def test_a_call_tells_what_came_in_and_its_initiatives_are_chosen(send, bond):
    call = {"title_en": "Initiatives", "submitted": "17"}
    assert send("call_create", bond.slug, **call, chosen="18") == {
        "chosen": ["No more initiatives are chosen than were submitted."]
    }
    assert send("call_create", bond.slug, **call, chosen="6") is None
    row = Call.objects.get()
    assert send("sub_grant_create", row.pk, title_en="Garden", state="submitted", amount="zero")["amount"]
    assert send("sub_grant_create", row.pk, title_en="Garden", state="submitted", amount="1 234,50") is None
    garden = SubGrant.objects.get()
    assert send("sub_grant_edit", garden.pk, title_en="Garden", state="chosen", amount="1234.5", version=1) is None
    item = continuity.calls_of(bond, None, may_write=False).groups[0].items[0]
    assert [(label, str(title)) for label, title in item.lines] == [
        ("Chosen", "<bdi>Garden</bdi> · <bdi>1,234.50\u00a0€</bdi>")
    ]
    assert (item.actions, item.parts) == ((), ())


def test_a_form_sent_twice_makes_one_call(send, bond):
    key = "5f4c1c1e-0f0a-4d2b-9a58-0d6a3c3b7c11"
    for _time in range(2):
        assert send("call_create", bond.slug, title_en="Initiatives", submission_key=key) is None
    assert Call.objects.count() == 1


def test_whoever_saved_meanwhile_is_shown_beside_what_was_typed(send, bond):
    call = Call.objects.create(slug="c", partnership=bond, version=2, **in_all_languages(title="Theirs"))
    page = send.client.post(
        reverse("partnerships:call_edit", args=[call.pk]), {"title_en": "Mine", "version": 1, "author": "x"}
    )
    assert page.status_code == 409
    assert ("Theirs", "Mine") in [(item.saved, item.typed) for item in page.context["theirs"]]
