"""A request for money: sought, submitted, then granted or refused; and the page that shows the whole path."""

import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.models import FundingRequest, Grant, PartnershipFunding, Tranche
from portal.ground.models import AuditEntry
from tests.cast import make_grant, make_transfer, settle
from tests.path_rows import grant_form, make_received, make_request, path_of, said
from tests.test_admin_writes import address, page_of
from tests.test_import import csv, faults, send


@pytest.fixture
def officer(cast, client_of):
    return client_of(cast.officer)


@pytest.fixture
def new_request(cast):
    return reverse("partnerships:request_create", args=[cast.jette.partnership.slug])


@pytest.fixture
def request_(cast):
    return make_request(cast.jette.partnership, cast.bwi)


@pytest.fixture
def submitted(cast):
    return make_request(cast.jette.partnership, cast.bwi, state="submitted", submitted_on="2023-09-01")


def move(request):
    return reverse("partnerships:request_move", args=[request.pk])


def answer_form(cast, **fields):
    form = grant_form(cast.bwi, programme=cast.jette.programme.pk, to="granted")
    del form["source"]
    return form | fields


def request_form(source, /, **fields):
    return {"source": source.pk, "purpose_en": "A workshop", "amount": "5 000"} | fields


def test_a_request_is_written_once_and_audited(cast, officer, new_request):
    form = request_form(cast.bwi, submission_key=str(uuid.uuid4()))
    for _attempt in range(2):
        assert officer.post(new_request, form).url == path_of(cast.jette.programme)
    request = FundingRequest.objects.get()
    assert (request.state, request.amount, request.purpose_en) == ("sought", Decimal(5000), "A workshop")
    entry = AuditEntry.objects.get(target_type="partnerships.fundingrequest")
    assert (entry.verb, entry.parent_id) == ("create", cast.jette.partnership.pk)


BAD = {
    "no purpose": (
        {"purpose_en": " "},
        {"purpose_en": ["Say in at least one language what the money is for."]},
    ),
    "nothing": ({"amount": "0,00"}, {"amount": ["The amount is more than zero."]}),
    "negative": ({"amount": "-1"}, {"amount": ["The amount is more than zero."]}),
    "no number": ({"amount": "∞"}, {"amount": ["Type the amount in digits, for example 1,234.56."]}),
    "no source": ({"source": ""}, {"source": ["This field is required."]}),
}


@pytest.mark.parametrize(("typed", "errors"), BAD.values(), ids=BAD)
def test_a_bad_request_is_refused_beside_its_field(cast, officer, new_request, typed, errors):
    assert said(officer, new_request, request_form(cast.bwi) | typed) == errors
    assert not FundingRequest.objects.exists()


def test_a_programme_of_another_partnership_is_no_choice(cast, officer, new_request):
    errors = said(officer, new_request, request_form(cast.bwi, programme=cast.gillis.programme.pk))
    assert errors == {"programme": ["Select a valid choice. That choice is not one of the available choices."]}


def test_sought_then_submitted(officer, request_):
    form = {"on": "2024-02-01", "amount": "4.500,50", "to": "submitted"}
    assert [officer.post(move(request_), form).status_code for _attempt in range(2)] == [302, 302]
    request_.refresh_from_db()
    assert (request_.state, str(request_.submitted_on), request_.amount) == (
        "submitted",
        "2024-02-01",
        Decimal("4500.50"),
    )
    assert (str(request_.state_on), request_.precision) == ("2024-02-01", "day")
    assert AuditEntry.objects.filter(verb="transition").count() == 1


def test_a_step_needs_its_facts(officer, request_):
    assert said(officer, move(request_), {"to": "submitted"}) == {
        "on": ["This field is required."],
        "amount": ["This field is required."],
    }
    errors = said(officer, move(request_), {"to": "submitted", "on": "2100-01-01", "amount": "1"})
    assert errors == {"on": ["This day has not come yet."]}


def test_granted_with_its_grant_in_one_step(cast, officer, submitted):
    form = answer_form(cast)
    assert [officer.post(move(submitted), form).url for _attempt in range(2)] == [path_of(cast.jette.programme)] * 2
    submitted.refresh_from_db()
    grant = Grant.objects.get()
    assert (submitted.state, submitted.programme, str(submitted.decided_on)) == (
        "granted",
        cast.jette.programme,
        "2023-12-01",
    )
    assert (grant.request, grant.source, grant.amount) == (submitted, cast.bwi, Decimal(1000))
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {"transition", "create"}


def test_where_the_grant_is_refused_the_request_waits(cast, officer, submitted):
    errors = said(officer, move(submitted), answer_form(cast, starts_on="2024-06-01", ends_on="2024-05-31"))
    assert errors == {"ends_on": ["The end lies before the start: check both dates."]}
    errors = said(officer, move(submitted), answer_form(cast, granted_on="2023-08-31"))
    assert errors == {"granted_on": ["The end lies before the start: check both dates."]}
    submitted.refresh_from_db()
    assert submitted.state == "submitted"
    assert not Grant.objects.exists()
    assert not AuditEntry.objects.exists()


def test_refused_for_a_reason(officer, submitted):
    form = {"on": "2023-12-01", "to": "refused"}
    assert said(officer, f"{move(submitted)}?to=refused", form) == {"note": ["This field is required."]}
    for _attempt in range(2):
        assert officer.post(move(submitted), form | {"note": "No money left."}).status_code == 302
    submitted.refresh_from_db()
    assert (submitted.state, submitted.decision_note) == ("refused", "No money left.")
    assert AuditEntry.objects.get().reason == "No money left."


def test_no_step_is_left_out(cast, officer, request_):
    for form in [answer_form(cast), {"on": "2024-01-01", "note": "No", "to": "refused"}]:
        assert officer.post(move(request_), form).status_code == 200
    request_.refresh_from_db()
    assert request_.state == "sought"


def test_a_locked_year_keeps_what_a_funder_answered_in_it(cast, officer, client_of, submitted):
    settle(cast.jette, 2023)
    locked = ["The year 2023 is locked: an officer can open it again."]
    refusal = {"to": "refused", "on": "2023-12-01", "note": "No money left."}
    assert said(officer, f"{move(submitted)}?to=refused", refusal) == {"on": locked}
    boss = client_of(cast.administrator)
    data = page_of(boss, FundingRequest, submitted.pk)
    page = boss.post(address(FundingRequest, "change", submitted.pk), data | {"submitted_on": "2024-01-02"})
    assert page.context_data["adminform"].form.errors == {"submitted_on": locked}
    sheet = csv(["slug", "amount"], [submitted.slug, "7"])
    assert [
        reason for *_place, reason in faults(send(boss, "admin:partnerships_fundingrequest_import", sheet))
    ] == locked
    gone = boss.post(address(FundingRequest, "delete", submitted.pk), {"post": "yes"})
    assert (gone.status_code, gone.context["exception"]) == (
        403,
        "This record is dated in a locked year: an officer can open the year again.",
    )
    purpose = data | {"purpose_nl": "Een atelier"}
    assert boss.post(address(FundingRequest, "change", submitted.pk), purpose).status_code == 302
    edit = reverse("partnerships:request_edit", args=[submitted.pk])
    assert said(officer, edit, request_form(cast.bwi, amount="7", version=2)) == {"__all__": locked}
    moved = data | {"seen_version": 2, "partnership": cast.gillis.partnership.pk}
    page = boss.post(address(FundingRequest, "change", submitted.pk), moved)
    assert page.context_data["adminform"].form.errors == {"submitted_on": locked}
    # The answer of an open year is written down.
    assert officer.post(f"{move(submitted)}?to=refused", refusal | {"on": "2024-01-10"}).status_code == 302


def test_a_decided_request_takes_no_further_step(cast, officer, submitted):
    FundingRequest.objects.update(state="refused", decision_note="No money left.")
    edit = reverse("partnerships:request_edit", args=[submitted.pk])
    for at, form in [(move(submitted), answer_form(cast)), (edit, request_form(cast.bwi))]:
        page = officer.post(at, form, follow=True)
        assert [str(message) for message in page.context["messages"]] == [
            "This request is “refused”: there is no next step."
        ]
    assert not Grant.objects.exists()


def test_who_saves_second_sees_both_versions(cast, officer, request_):
    FundingRequest.objects.update(purpose_en="Theirs", version=2)
    edit = reverse("partnerships:request_edit", args=[request_.pk])
    page = officer.post(edit, request_form(cast.bwi, purpose_en="Mine", version=1))
    assert page.status_code == 409
    assert ("Theirs", "Mine") in {(item.saved, item.typed) for item in page.context["theirs"]}


def test_the_administration_keeps_what_a_grant_answers(cast, client_of, submitted):
    make_grant(cast.jette.programme, cast.bwi, request=submitted)
    boss = client_of(cast.administrator)
    page = reverse("admin:partnerships_fundingrequest_change", args=[submitted.pk])
    form = {
        "slug": submitted.slug,
        "partnership": cast.jette.partnership.pk,
        "source": cast.bwi.pk,
        "purpose_nl": "Een atelier",
        "state": "submitted",
        "seen_version": 1,
    }
    errors = boss.post(page, form).context_data["adminform"].form.errors
    assert errors["state"] == ["A grant answers this request: it stays granted."]
    form |= {"state": "granted", "programme": cast.gillis.programme.pk}
    errors = boss.post(page, form).context_data["adminform"].form.errors
    sentence = "“Sint-Gillis – Berkane 2022–2026” belongs to another partnership."
    assert sentence in errors["programme"]


def test_the_administration_refuses_with_a_reason_only(cast, client_of, submitted):
    page = reverse("admin:partnerships_fundingrequest_change", args=[submitted.pk])
    form = {"slug": "a", "partnership": cast.jette.partnership.pk, "source": cast.bwi.pk, "purpose_nl": "Een atelier"}
    answered = client_of(cast.administrator).post(page, form | {"state": "refused", "seen_version": 1})
    errors = answered.context_data["adminform"].form.errors
    assert errors["decision_note"] == ["Say why the request is refused."]


def test_a_refusal_before_the_request_is_refused(officer, submitted):
    form = {"on": "2023-08-31", "note": "No money left.", "to": "refused"}
    assert said(officer, move(submitted), form) == {"on": ["The end lies before the start: check both dates."]}


def steps_of(page):
    """Return the rungs of each source as (label, amount, note) with plain spaces."""
    plain = str.maketrans({"\u00a0": " ", "\u2066": "", "\u2069": ""})
    return {
        path.slug: [
            tuple(text.translate(plain) for text in (step.label, step.amount, step.note)) for step in path.steps
        ]
        for path in page.context["paths"]
    }


def test_the_path_shows_each_rung_with_what_is_missing(cast, officer):
    tranche = make_received(cast.jette.programme, cast.federal)
    Tranche.objects.create(grant=tranche.grant, year=2025, claimed_amount="10000", claimed_on="2025-01-20")
    make_transfer(cast.jette.programme, cast.federal, bank_costs="12.50")
    waiting = {"received_on": None, "received_amount": None, "sent_amount": "500.50"}
    make_transfer(cast.jette.programme, cast.federal, reference="T-2", **waiting)
    make_request(cast.jette.partnership, cast.bwi, state="submitted", submitted_on="2023-09-01")
    page = officer.get(path_of(cast.jette.programme))
    assert steps_of(page) == {
        "federal": [
            ("Asked", "0.00 €", ""),
            ("Granted", "100,000.00 €", ""),
            ("Claimed", "60,000.00 €", "40,000.00 € still to claim"),
            ("Received", "50,000.00 €", "10,000.00 € claimed and not yet here"),
            ("Sent to the partner", "1,500.50 €", "48,499.50 € not sent on, bank costs on top: 12.50 €"),
            (
                "Arrived at the partner",
                "10,850.00 MAD",
                "real rate of all of it: 1 € = 10.85 MAD, 1 transfer is still on its way",
            ),
        ],
        "bwi": [("Asked", "5,000.00 €", "5,000.00 € not decided yet"), ("Granted", "0.00 €", "")],
    }


def test_every_member_reads_and_only_officers_are_offered_to_write(cast, client_of):
    make_received(cast.jette.programme, cast.federal)
    offers = {}
    for part in ["viewer", "coordinator_north", "officer"]:
        text = client_of(cast.people[part]).get(path_of(cast.jette.programme)).content.decode()
        assert "50,000.00\u00a0€" in text
        offers[part] = [word in text for word in ("/transfers/new/", "/grants/", "/requests/new/")]
    assert offers == {"viewer": [False] * 3, "coordinator_north": [False] * 3, "officer": [True] * 3}


def test_a_source_of_which_nothing_is_known_says_so(cast, officer):
    PartnershipFunding.objects.create(partnership=cast.jette.partnership, source=cast.own, purpose="top_up")
    page = officer.get(path_of(cast.jette.programme))
    assert [path.is_empty for path in page.context["paths"]] == [True, True]
    assert page.content.decode().count("Nothing is known of this source’s money for the programme yet.") == 2


def test_a_request_that_names_no_programme_stands_with_the_last_one(cast, officer, request_):
    earlier = cast.jette.programme
    later = type(earlier).objects.create(
        slug="later", partnership=cast.jette.partnership, name_nl="Later", starts_on="2027-01-01", ends_on="2031-12-31"
    )

    def shown(programme):
        page = officer.get(path_of(programme))
        return [len(path.requests["rows"]) for path in page.context["paths"] if path.slug == "bwi"]

    assert (shown(earlier), shown(later)) == ([], [1])
    FundingRequest.objects.update(programme=earlier)
    assert (shown(earlier), shown(later)) == ([1], [])


def test_the_page_costs_the_same_for_few_rows_and_for_more(cast, officer):
    address = path_of(cast.jette.programme)
    tranche = make_received(cast.jette.programme, cast.federal)
    make_request(cast.jette.partnership, cast.bwi)
    make_transfer(cast.jette.programme, cast.federal)
    officer.get(address)
    counts = []
    for number in range(2):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert officer.get(address).status_code == 200
        counts.append(len(captured))
        for extra in range(3):
            name = f"{number}-{extra}"
            grant = make_grant(cast.jette.programme, cast.bwi, reference=name)
            Tranche.objects.create(grant=grant, year=2023)
            make_request(cast.jette.partnership, cast.own, slug=name)
            make_transfer(cast.jette.programme, cast.own, reference=name)
    assert counts[0] == counts[1]
    assert tranche.pk
