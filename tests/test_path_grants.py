"""Grants and tranches: what officers write down, what is refused, and what is asked a reason for."""

import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from partnerships.models import FundingRule, Grant, ProgrammeYear, Tranche
from portal.ground.models import AuditEntry
from tests.cast import in_all_languages, make_expense, make_grant
from tests.path_rows import grant_form, of_grant, of_tranche, path_of, said, tranche_form


@pytest.fixture
def officer(cast, client_of):
    return client_of(cast.officer)


@pytest.fixture
def new_grant(cast):
    return reverse("partnerships:grant_create", args=[cast.jette.programme.slug])


@pytest.fixture
def grant(cast):
    return make_grant(cast.jette.programme, cast.federal, amount=Decimal("1000.00"))


def rule(source, **fields):
    return FundingRule.objects.create(source=source, slug="a-rule", **in_all_languages(title="The rule."), **fields)


def last_entry(row):
    return AuditEntry.objects.filter(target_type=row._meta.label_lower, target_id=row.pk).order_by("pk").last()


def test_a_grant_is_written_once_and_audited(cast, officer, new_grant):
    form = grant_form(cast.federal, amount="172.500,50", submission_key=str(uuid.uuid4()))
    for sentence in ["The grant is saved.", "This was saved already: it was not made twice."]:
        page = officer.post(new_grant, form, follow=True)
        assert page.redirect_chain == [(path_of(cast.jette.programme), 302)]
        assert [str(message) for message in page.context["messages"]] == [sentence]
    grant = Grant.objects.get()
    assert (grant.programme, grant.amount) == (cast.jette.programme, Decimal("172500.50"))
    entry = last_entry(grant)
    assert (entry.verb, entry.actor, entry.parent_id) == ("create", cast.officer, cast.jette.programme.pk)


ONE_FIELD = {
    "nothing": ({"amount": "0"}, {"amount": ["The amount is more than zero."]}),
    "negative": ({"amount": "-5"}, {"amount": ["The amount is more than zero."]}),
    "absurd": ({"amount": "100000000"}, {"amount": ["The amount is less than a hundred million."]}),
    "no number": ({"amount": "NaN"}, {"amount": ["Type the amount in digits, for example 1,234.56."]}),
    "infinite": ({"amount": "Infinity"}, {"amount": ["Type the amount in digits, for example 1,234.56."]}),
    "huge": ({"amount": "1e99"}, {"amount": ["Type the amount in digits, for example 1,234.56."]}),
    "reversed": (
        {"starts_on": "2024-06-01", "ends_on": "2024-05-31"},
        {"ends_on": ["The end lies before the start: check both dates."]},
    ),
    "after the programme": (
        {"starts_on": "2027-01-01", "ends_on": "2027-12-31"},
        {"starts_on": ["The programme is over by then."]},
    ),
    "before the programme": (
        {"starts_on": "2020-01-01", "ends_on": "2021-12-31"},
        {"ends_on": ["The programme begins after this day."]},
    ),
    "a budget below the grant": (
        {"accepted_budget": "999,99"},
        {"accepted_budget": ["The accepted budget is not less than the grant."]},
    ),
    "tomorrow": ({"granted_on": "2100-01-01"}, {"granted_on": ["This day has not come yet."]}),
    "no day": ({"granted_on": "31/31/2024"}, {"granted_on": ["Enter a valid date."]}),
    "a source that is none": (
        {"source": "9" * 40},
        {"source": ["Select a valid choice. That choice is not one of the available choices."]},
    ),
    "unreadable": (
        {"reference": "a\x07b"},
        {
            "reference": [
                "The text holds characters that cannot be shown. They were marked with ▯: take them out or retype it."
            ]
        },
    ),
}


@pytest.mark.parametrize(("typed", "errors"), ONE_FIELD.values(), ids=ONE_FIELD)
def test_a_bad_grant_is_refused_beside_its_field(cast, officer, new_grant, typed, errors):
    assert said(officer, new_grant, grant_form(cast.federal, **typed)) == errors
    assert not Grant.objects.exists()


def test_own_funds_grant_nothing(cast, officer, new_grant):
    errors = said(officer, new_grant, grant_form(cast.own))
    assert errors == {"source": ["Select a valid choice. That choice is not one of the available choices."]}


def test_a_source_that_has_ended_grants_nothing(cast, officer, new_grant):
    cast.federal.ends_on, cast.federal.ends_precision = "2022-12-31", "year"
    cast.federal.save()
    errors = said(officer, new_grant, grant_form(cast.federal))
    assert errors == {"source": ["Federal cooperation pays only in this time: until 2022."]}


def test_a_reference_is_used_once(cast, officer, new_grant, grant):
    sentence = "This programme has a grant of this source with this reference already."
    assert said(officer, new_grant, grant_form(cast.federal, reference="G-2022")) == {"reference": [sentence]}


BROKEN = {
    "ceiling": ({"kind": "ceiling", "amount": "999.99"}, "The rule. (at most 999.99 €)"),
    "share": ({"kind": "share", "percent": "49.99"}, "The rule. (at most 49.99 % of the accepted budget)"),
    "own": ({"kind": "own", "percent": "50.01"}, "The rule. (at least 50.01 % is paid by the municipality)"),
}


@pytest.mark.parametrize(("fields", "sentence"), BROKEN.values(), ids=BROKEN)
def test_a_rule_that_refuses_stops_a_grant(cast, officer, new_grant, fields, sentence):
    rule(cast.federal, effect="refuse", **fields)
    form = grant_form(cast.federal, amount="1000", accepted_budget="2000")
    shown = {"amount": [sentence.replace("\u00a0", " ")]}
    got = said(officer, new_grant, form)
    assert {name: [text.replace("\u00a0", " ") for text in texts] for name, texts in got.items()} == shown


def test_a_rule_at_its_edge_lets_a_grant_pass(cast, officer, new_grant):
    rule(cast.federal, kind="share", percent="50", effect="refuse")
    assert officer.post(new_grant, grant_form(cast.federal, accepted_budget="2000")).status_code == 302


def test_a_rule_that_warns_asks_for_a_reason_and_keeps_it(cast, officer, new_grant):
    rule(cast.federal, kind="ceiling", amount="500", effect="warn")
    errors = said(officer, new_grant, grant_form(cast.federal))
    assert errors == {"reason": ["The rule. (at most 500.00\u00a0€)", "Say why it is right all the same."]}
    form = grant_form(cast.federal, reason="The minister agreed.")
    assert officer.post(new_grant, form).status_code == 302
    grant = Grant.objects.get()
    assert last_entry(grant).reason == "The minister agreed."
    # What the rule does not look at asks for no reason again.
    assert officer.post(of_grant(grant), grant_form(cast.federal, reference="New", version=1)).status_code == 302


def test_the_rules_of_the_day_of_the_decision_count(cast, officer, new_grant):
    rule(cast.federal, kind="ceiling", amount="500", ends_on="2023-11-30", ends_precision="day")
    assert officer.post(new_grant, grant_form(cast.federal)).status_code == 302


def test_who_saves_second_sees_both_versions(cast, officer, grant):
    form = grant_form(cast.federal, reference="Mine", amount="2000", version=1)
    Grant.objects.update(reference="Theirs", version=2)
    page = officer.post(of_grant(grant), form)
    assert page.status_code == 409
    differences = {(item.label, item.saved, item.typed) for item in page.context["theirs"]}
    assert ("Reference of the decision", "Theirs", "Mine") in differences
    assert ("Amount in euro", "1000.00", "2000.00") in differences
    again = officer.post(of_grant(grant), form | {"version": page.context["form"]["version"].value()})
    assert again.status_code == 302
    grant.refresh_from_db()
    assert (grant.reference, grant.version) == ("Mine", 3)


def test_the_same_change_sent_twice_is_made_once(cast, officer, grant):
    form = grant_form(cast.federal, version=1)
    assert [officer.post(of_grant(grant), form).status_code for _attempt in range(2)] == [302, 302]
    grant.refresh_from_db()
    assert grant.version == 2
    assert AuditEntry.objects.filter(verb="update").count() == 1


def test_a_grant_is_not_lowered_below_what_is_spent(cast, officer, grant):
    make_expense(cast.jette.partner, source=cast.federal, amount=Decimal("600.00"))
    whole = {"starts_on": "2022-01-01", "ends_on": "2026-12-31", "version": 1}
    errors = said(officer, of_grant(grant), grant_form(cast.federal, amount="599,99", **whole))
    sentence = "600.00\u00a0€ of Federal cooperation is spent already: the grant is not less than that."
    assert errors == {"amount": [sentence]}
    assert officer.post(of_grant(grant), grant_form(cast.federal, amount="600", **whole)).status_code == 302


def test_a_grant_keeps_the_days_that_it_paid(cast, officer, grant):
    make_expense(cast.jette.partner, source=cast.federal)
    for span, field in [(("2024-05-15", "2026-12-31"), "starts_on"), (("2022-01-01", "2024-05-13"), "ends_on")]:
        form = grant_form(cast.federal, starts_on=span[0], ends_on=span[1], version=1)
        assert said(officer, of_grant(grant), form) == {field: ["It pays an expense of 14 May 2024 already."]}
    form = grant_form(cast.bwi, starts_on="2022-01-01", ends_on="2026-12-31", version=1)
    sentence = "100.00\u00a0€ of Federal cooperation is spent already: the grant is not less than that."
    assert said(officer, of_grant(grant), form) == {"source": [sentence]}


def test_a_grant_that_paid_is_not_deleted(cast, client_of, grant):
    boss = client_of(cast.administrator)
    page = reverse("admin:partnerships_grant_delete", args=[grant.pk])
    expense = make_expense(cast.jette.partner, source=cast.federal)
    assert boss.post(page, {"post": "yes"}).status_code == 403
    expense.delete()
    assert boss.post(page, {"post": "yes"}).status_code == 302
    assert not Grant.objects.exists()


def test_a_locked_year_keeps_its_grant(cast, officer, new_grant):
    ProgrammeYear.objects.filter(year=2022).update(state="locked")
    errors = said(officer, new_grant, grant_form(cast.federal, granted_on="2022-03-01"))
    assert errors == {"granted_on": ["The year 2022 is locked: an officer can open it again."]}


def test_a_tranche_is_claimed_and_then_received(cast, officer, grant):
    claim = tranche_form(received_amount="", received_on="", version=0)
    assert officer.get(of_tranche(grant, 2024)).status_code == 200
    assert not Tranche.objects.exists(), "looking writes nothing"
    assert [officer.post(of_tranche(grant, 2024), claim).status_code for _attempt in range(2)] == [302, 302]
    tranche = Tranche.objects.get()
    assert (tranche.claimed_amount, tranche.received_amount, tranche.version) == (Decimal(300), None, 1)
    assert officer.post(of_tranche(grant, 2024), tranche_form(version=1)).status_code == 302
    tranche.refresh_from_db()
    assert (tranche.received_amount, tranche.version) == (Decimal(300), 2)
    assert last_entry(tranche).parent_id == grant.pk


BAD_TRANCHES = {
    "received before it was claimed": (
        {"received_on": "2024-01-19"},
        {"received_on": ["A tranche is claimed before it is received: check both dates."]},
    ),
    "received and never claimed": (
        {"claimed_amount": "", "claimed_on": ""},
        {"received_on": ["A tranche is claimed before it is received: check both dates."]},
    ),
    "an amount without its day": (
        {"claimed_on": "", "received_amount": "", "received_on": ""},
        {"claimed_on": ["Give the amount and the day of the claim, or neither."]},
    ),
    "a day without its amount": (
        {"received_amount": ""},
        {"received_on": ["Give the amount and the day of the receipt, or neither."]},
    ),
    "more than the grant": (
        {"claimed_amount": "1000,01"},
        {"claimed_amount": ["This is more than the grant: 1,000.00\u00a0€ is left of it."]},
    ),
    "more received than the grant": (
        {"claimed_amount": "1000", "received_amount": "1000,01"},
        {"received_amount": ["This is more than the grant: 1,000.00\u00a0€ is left of it."]},
    ),
    "negative": ({"claimed_amount": "-1"}, {"claimed_amount": ["The amount is more than zero."]}),
    "tomorrow": (
        {"received_on": "2100-01-01"},
        {"received_on": ["This day has not come yet."]},
    ),
}


@pytest.mark.parametrize(("typed", "errors"), BAD_TRANCHES.values(), ids=BAD_TRANCHES)
def test_a_bad_tranche_is_refused_beside_its_field(officer, grant, typed, errors):
    assert said(officer, of_tranche(grant, 2024), tranche_form(**typed)) == errors
    assert not Tranche.objects.exists()


def test_all_tranches_together_stay_within_the_grant(officer, grant):
    Tranche.objects.create(grant=grant, year=2023, claimed_amount="800", claimed_on="2023-01-20")
    errors = said(officer, of_tranche(grant, 2024), tranche_form(received_amount="", received_on=""))
    assert errors == {"claimed_amount": ["This is more than the grant: 200.00\u00a0€ is left of it."]}


def test_a_year_outside_the_grant_has_no_tranche(officer, grant):
    for year in [2021, 2027, 0, 10**30]:
        address = f"/partnerships/grants/{grant.pk}/tranches/{year}/"
        assert officer.post(address, tranche_form()).status_code == 404, year


def test_a_grant_keeps_room_for_its_tranches(cast, officer, grant):
    Tranche.objects.create(grant=grant, year=2023, claimed_amount="800", claimed_on="2023-01-20")
    wide = {"starts_on": "2022-01-01", "ends_on": "2026-12-31", "version": 1}
    errors = said(officer, of_grant(grant), grant_form(cast.federal, amount="799,99", **wide))
    assert errors == {"amount": ["The tranches come to more than this: 800.00\u00a0€."]}
    errors = said(officer, of_grant(grant), grant_form(cast.federal, version=1))
    assert errors == {"starts_on": ["The grant has a tranche of 2023."]}


CLAIMS = {"kind": "deadline", "deadline_for": "claim", "month": 1, "day": 15}


def test_a_claim_waits_for_its_day_where_the_rule_refuses(cast, officer, grant):
    rule(cast.federal, effect="refuse", **CLAIMS)
    claim = {"received_amount": "", "received_on": ""}
    errors = said(officer, of_tranche(grant, 2024), tranche_form(claimed_on="2024-01-14", **claim))
    assert errors == {"claimed_on": ["The rule. A claim for 2024 can be made from 15 January 2024."]}
    form = tranche_form(claimed_on="2024-01-15", **claim)
    assert officer.post(of_tranche(grant, 2024), form).status_code == 302


def test_an_early_claim_needs_a_reason_where_the_rule_warns(cast, officer, grant):
    rule(cast.federal, effect="warn", **CLAIMS)
    form = tranche_form(claimed_on="2024-01-14", received_amount="", received_on="")
    errors = said(officer, of_tranche(grant, 2024), form)
    assert errors["reason"][-1] == "Say why it is right all the same."
    reason = {"reason": "Agreed by phone."}
    assert officer.post(of_tranche(grant, 2024), form | reason).status_code == 302
    assert last_entry(Tranche.objects.get()).reason == "Agreed by phone."


def test_a_locked_year_keeps_its_claim_and_takes_a_later_receipt(officer, grant):
    Tranche.objects.create(grant=grant, year=2024, claimed_amount="300", claimed_on="2024-01-20")
    ProgrammeYear.objects.filter(year=2024).update(state="locked")
    form = tranche_form(claimed_amount="301", received_on="2025-01-02", version=1)
    errors = said(officer, of_tranche(grant, 2024), form)
    assert errors == {"claimed_on": ["The year 2024 is locked: an officer can open it again."]}
    form = tranche_form(received_on="2025-01-02", version=1)
    assert officer.post(of_tranche(grant, 2024), form).status_code == 302


def test_two_tranches_of_a_year_do_not_fit_the_database(grant):
    Tranche.objects.create(grant=grant, year=2024)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tranche.objects.create(grant=grant, year=2024)
