"""Transfers to the partner: euro out, dirham in, the real rate, and what is asked before they are believed."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from activities.models import Drawdown
from partnerships.models import ProgrammeYear, Transfer
from portal.ground.models import AuditEntry
from tests.cast import make_expense, make_grant, make_transfer
from tests.path_rows import make_received, of_transfer, path_of, said, transfer_form


@pytest.fixture
def officer(cast, client_of):
    return client_of(cast.officer)


@pytest.fixture
def new_transfer(cast):
    return reverse("partnerships:transfer_create", args=[cast.jette.programme.slug])


@pytest.fixture
def received(cast):
    return make_received(cast.jette.programme, cast.federal)


def test_a_transfer_is_written_once_with_its_real_rate(cast, officer, new_transfer, received):
    form = transfer_form(cast.federal, submission_key=str(uuid.uuid4()))
    said_after = []
    for _attempt in range(2):
        page = officer.post(new_transfer, form, follow=True)
        assert page.redirect_chain == [(path_of(cast.jette.programme), 302)]
        said_after += [str(message) for message in page.context["messages"]]
    assert said_after == ["The transfer is saved.", "This was saved already: it was not made twice."]
    transfer = Transfer.objects.get()
    assert (transfer.rate, transfer.bank_costs) == (Decimal("10.850000"), Decimal("12.50"))
    entry = AuditEntry.objects.get(target_type="partnerships.transfer")
    assert (entry.verb, entry.actor, entry.reason) == ("create", cast.officer, "")


def test_no_bank_costs_are_none(cast, officer, new_transfer, received):
    assert officer.post(new_transfer, transfer_form(cast.federal, bank_costs="")).status_code == 302
    assert Transfer.objects.get().bank_costs == Decimal("0.00")


IMPLAUSIBLE = {"received_amount": ["At these amounts one euro brings an implausible number of dirham."]}
BAD = {
    "nothing sent": ({"sent_amount": "0"}, {"sent_amount": ["The amount is more than zero."]}),
    "negative": ({"sent_amount": "-1000"}, {"sent_amount": ["The amount is more than zero."]}),
    "absurd": ({"sent_amount": "1 000 000 000"}, {"sent_amount": ["The amount is less than a hundred million."]}),
    "no number": ({"sent_amount": "nan"}, {"sent_amount": ["Type the amount in digits, for example 1,234.56."]}),
    "infinite": ({"received_amount": "inf"}, {"received_amount": ["Type the amount in digits, for example 1,234.56."]}),
    "a rate of nothing": ({"received_amount": "0"}, {"received_amount": ["The amount is more than zero."]}),
    "amounts that changed places": ({"sent_amount": "10850", "received_amount": "1000"}, IMPLAUSIBLE),
    "a rate of a hundred": ({"received_amount": "100000"}, IMPLAUSIBLE),
    "received before it was sent": (
        {"received_on": "2024-03-31"},
        {"received_on": ["The end lies before the start: check both dates."]},
    ),
    "dirham without a day": (
        {"received_on": ""},
        {"received_on": ["Give the amount and the day of the receipt, or neither."]},
    ),
    "a day without dirham": (
        {"received_amount": ""},
        {"received_on": ["Give the amount and the day of the receipt, or neither."]},
    ),
    "costs above what was sent": (
        {"bank_costs": "1000,01"},
        {"bank_costs": ["Bank costs are not below zero, and not more than what was sent."]},
    ),
    "negative costs": ({"bank_costs": "-1"}, {"bank_costs": ["The amount is too low."]}),
    "tomorrow": (
        {"sent_on": "2100-01-01", "received_on": "", "received_amount": ""},
        {"sent_on": ["This day has not come yet."]},
    ),
}


@pytest.mark.usefixtures("received")
@pytest.mark.parametrize(("typed", "errors"), BAD.values(), ids=BAD)
def test_a_bad_transfer_is_refused_beside_its_field(cast, officer, new_transfer, typed, errors):
    assert said(officer, new_transfer, transfer_form(cast.federal, **typed)) == errors
    assert not Transfer.objects.exists()


def test_the_rate_at_its_edges(cast, officer, new_transfer, received):
    for number, dirham in enumerate(["1000", "99999,99"]):
        form = transfer_form(cast.federal, reference=f"T-{number}", received_amount=dirham)
        assert officer.post(new_transfer, form).status_code == 302, dirham


def test_a_reference_is_used_once(cast, officer, new_transfer, received):
    make_transfer(cast.jette.programme, cast.federal, reference="T-1")
    sentence = "This programme has a transfer of this source with this reference already."
    assert said(officer, new_transfer, transfer_form(cast.federal)) == {"reference": [sentence]}


def test_more_than_was_granted_is_not_sent(cast, officer, new_transfer, received):
    big = {"sent_amount": "100000,01", "received_amount": "1085000"}
    errors = said(officer, new_transfer, transfer_form(cast.federal, **big))
    sentence = "This is more than Federal cooperation granted: 100,000.00\u00a0€ is left to send."
    assert errors == {"sent_amount": [sentence]}


def test_more_than_was_received_needs_a_reason_that_is_kept(cast, officer, new_transfer, received):
    form = transfer_form(cast.federal, sent_amount="50000,01", received_amount="542500")
    sentence = (
        "By that day 50,000.00\u00a0€ of Federal cooperation had been received, and 50,000.01\u00a0€ would be sent."
    )
    assert said(officer, new_transfer, form) == {"reason": [sentence, "Say why it is right all the same."]}
    page = officer.post(new_transfer, form)
    assert '<textarea name="reason"' in page.content.decode(), "it is asked in view"
    assert officer.post(new_transfer, form | {"reason": "The town advances it."}).status_code == 302
    assert AuditEntry.objects.get(target_type="partnerships.transfer").reason == "The town advances it."


def test_what_was_received_up_to_the_cent_is_sent_freely(cast, officer, new_transfer, received):
    make_transfer(cast.jette.programme, cast.federal, sent_amount="20000.00", received_amount="217000.00")
    form = transfer_form(cast.federal, sent_amount="30000,00", received_amount="325500")
    assert officer.post(new_transfer, form).status_code == 302


def test_money_that_came_later_was_not_there(cast, officer, new_transfer, received):
    form = transfer_form(cast.federal, sent_on="2024-02-29", received_on="2024-03-05")
    sentence = "By that day 0.00\u00a0€ of Federal cooperation had been received, and 1,000.00\u00a0€ would be sent."
    assert said(officer, new_transfer, form)["reason"][0] == sentence


def test_a_source_without_a_grant_is_said(cast, officer, new_transfer):
    errors = said(officer, new_transfer, transfer_form(cast.bwi))
    sentences = ["No grant of BWI is known for this programme.", "Say why it is right all the same."]
    assert errors == {"reason": sentences}


def test_own_funds_ask_nobody(cast, officer, new_transfer):
    assert officer.post(new_transfer, transfer_form(cast.own)).status_code == 302


def test_a_transfer_is_noted_as_arrived(cast, officer, received):
    transfer = make_transfer(cast.jette.programme, cast.federal, received_on=None, received_amount=None)
    form = transfer_form(cast.federal, sent_on="2024-02-01", version=1, reason="Advanced")
    assert officer.post(of_transfer(transfer), form).status_code == 302
    transfer.refresh_from_db()
    assert (transfer.rate, transfer.version) == (Decimal("10.850000"), 2)


def test_who_saves_second_sees_both_versions(cast, officer, received):
    transfer = make_transfer(cast.jette.programme, cast.federal, sent_on="2024-04-01", received_on="2024-04-05")
    Transfer.objects.update(reference="Theirs", version=2)
    page = officer.post(of_transfer(transfer), transfer_form(cast.federal, reference="Mine", version=1))
    assert page.status_code == 409
    assert {(item.saved, item.typed) for item in page.context["theirs"]} == {("Theirs", "Mine"), ("0.00", "12.50")}
    text = page.content.decode()
    assert "Theirs" in text
    assert "Mine" in text


def test_the_rate_that_expenses_were_paid_at_stays(cast, officer, client_of):
    make_grant(cast.jette.programme, cast.federal)
    transfer = make_transfer(cast.jette.programme, cast.federal)
    expense = make_expense(cast.jette.partner, source=cast.federal)
    Drawdown.objects.create(expenditure=expense, transfer=transfer, amount="1085.00")
    same = {"sent_on": "2024-02-01", "received_on": "2024-02-05", "version": 1, "reason": "Advanced"}
    sentence = "1,085.00\u00a0MAD of this transfer is spent at its rate: change those expenses first."
    for field, value in [("sent_amount", "1000,01"), ("received_amount", "10850,01"), ("source", cast.own.pk)]:
        form = transfer_form(cast.federal, **same) | {field: value}
        assert said(officer, of_transfer(transfer), form) == {field: [sentence]}
    boss = client_of(cast.administrator)
    gone = reverse("admin:partnerships_transfer_delete", args=[transfer.pk])
    assert boss.post(gone, {"post": "yes"}).status_code == 403
    assert officer.post(of_transfer(transfer), transfer_form(cast.federal, **same)).status_code == 302


def test_a_locked_year_keeps_what_was_sent_in_it(cast, officer, received, new_transfer):
    ProgrammeYear.objects.filter(year=2024).update(state="locked")
    sentence = "The year 2024 is locked: an officer can open it again."
    assert said(officer, new_transfer, transfer_form(cast.federal)) == {"sent_on": [sentence]}
    transfer = make_transfer(cast.jette.programme, cast.federal, received_on=None, received_amount=None)
    late = {"reference": "T-2024-1", "sent_on": "2024-02-01", "bank_costs": "", "version": 1}
    form = transfer_form(cast.federal, received_on="2025-01-02", **late)
    assert officer.post(of_transfer(transfer), form).status_code == 302


def test_the_administration_asks_the_same(cast, client_of, received):
    boss = client_of(cast.administrator)
    page = reverse("admin:partnerships_transfer_add")
    big = {"programme": cast.jette.programme.pk, "sent_amount": "50.000,01", "received_amount": "542.500"}
    form = transfer_form(cast.federal, **big)
    errors = boss.post(page, form).context_data["adminform"].form.errors
    assert errors["reason"][-1] == "Say why it is right all the same."
    refused = boss.post(page, form | {"sent_amount": "100.000,01"}).context_data["adminform"].form.errors
    assert list(refused) == ["sent_amount"]
    early = boss.post(page, form | {"sent_on": "2100-01-01"}).context_data["adminform"].form.errors
    assert early["sent_on"] == ["This day has not come yet."]
    assert boss.post(page, form | {"reason": "Advanced"}).status_code == 302
    assert Transfer.objects.get().sent_amount == Decimal("50000.01")
    assert AuditEntry.objects.get(target_type="partnerships.transfer").reason == "Advanced"


def test_a_stale_page_of_the_administration_replaces_nothing(cast, client_of, received):
    boss = client_of(cast.administrator)
    transfer = make_transfer(cast.jette.programme, cast.federal, version=2)
    page = reverse("admin:partnerships_transfer_change", args=[transfer.pk])
    form = transfer_form(cast.federal, programme=cast.jette.programme.pk, seen_version=1, reference="Mine")
    errors = boss.post(page, form).context_data["adminform"].form.errors
    assert errors["reference"] == ["Stored now: T-2024-1"]


def test_an_officer_of_another_partnership_finds_nothing(cast, client_of, received):
    cast.officer.memberships.filter(partnership=cast.jette.partnership).delete()
    transfer = make_transfer(cast.jette.programme, cast.federal)
    assert client_of(cast.officer).post(of_transfer(transfer), transfer_form(cast.federal)).status_code == 404


def test_the_empty_choice_is_a_word(cast, officer, new_transfer):
    asked = reverse("partnerships:request_create", args=[cast.jette.partnership.slug])
    fields = {
        "source": officer.get(new_transfer).context["form"].fields["source"],
        "programme": officer.get(asked).context["form"].fields["programme"],
        "side": officer.get(asked).context["form"].fields["side"],
    }
    empty = {name: [str(label) for value, label in field.choices if value == ""] for name, field in fields.items()}
    assert empty == {"source": ["Choose…"], "programme": ["none"], "side": ["none"]}
