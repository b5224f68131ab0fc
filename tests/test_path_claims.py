"""A claim is measured against what is not spent yet of the earlier tranches, wherever it is recorded (art. 32)."""

import datetime as dt
from decimal import Decimal

import pytest

from partnerships.models import FundingRule, Tranche
from tests.cast import make_expense, make_grant
from tests.expense_rows import make_rule
from tests.path_rows import of_tranche, said, tranche_form
from tests.test_admin_writes import address
from tests.test_path_grants import last_entry

UNSPENT = (
    "The rule. On 20 January 2024 500.00\N{NO-BREAK SPACE}€ was not spent yet, "
    "and 499.99\N{NO-BREAK SPACE}€ may be left."
)
CLAIM = {"received_amount": "", "received_on": ""}


@pytest.fixture
def officer(cast, client_of):
    return client_of(cast.officer)


@pytest.fixture
def boss(cast, client_of):
    return client_of(cast.administrator)


@pytest.fixture
def grant(cast):
    """A grant with 1 000 euro received, half of which is spent before the next claim, and a cent just after it."""
    grant = make_grant(cast.jette.programme, cast.federal)
    days = {"claimed_on": dt.date(2023, 1, 20), "received_on": dt.date(2023, 3, 1)}
    Tranche.objects.create(grant=grant, year=2023, claimed_amount=1000, received_amount=1000, **days)
    spent = {"source": cast.federal, "spent_on": dt.date(2024, 1, 20)}
    make_expense(cast.jette.partner, amount=Decimal("500.00"), **spent)
    make_expense(cast.jette.partner, amount=Decimal("300.00"), decision="rejected", decision_reason="No.", **spent)
    make_expense(cast.jette.partner, amount=Decimal("0.01"), source=cast.federal, spent_on=dt.date(2024, 1, 21))
    return grant


def balance(cast, **fields):
    return make_rule(cast.federal, "balance", percent=Decimal(25), first_percent=Decimal(50), **fields)


def typed(grant, **fields):
    return tranche_form(grant=grant.pk, year=2024, **(CLAIM | fields))


def in_admin(boss, data):
    response = boss.post(address(Tranche, "add"), data)
    return {name: list(found) for name, found in response.context_data["adminform"].form.errors.items()}


def test_a_rule_that_refuses_stops_the_claim_on_its_page_and_in_the_administration(cast, officer, boss, grant):
    balance(cast, effect="refuse")
    assert said(officer, of_tranche(grant, 2024), tranche_form(**CLAIM)) == {"claimed_on": [UNSPENT]}
    assert in_admin(boss, typed(grant)) == {"claimed_on": [UNSPENT]}
    assert Tranche.objects.count() == 1
    a_day_later = tranche_form(claimed_on="2024-01-21", **CLAIM)
    assert officer.post(of_tranche(grant, 2024), a_day_later).status_code == 302


def test_a_rule_that_warns_keeps_the_reason(cast, officer, boss, grant):
    balance(cast, effect="warn")
    asked = {"reason": [UNSPENT, "Say why it is right all the same."]}
    assert said(officer, of_tranche(grant, 2024), tranche_form(**CLAIM)) == asked
    assert in_admin(boss, typed(grant)) == asked
    assert boss.post(address(Tranche, "add"), typed(grant, reason="Agreed by letter.")).status_code == 302
    assert last_entry(Tranche.objects.get(year=2024)).reason == "Agreed by letter."


def test_the_second_claim_has_the_smaller_share(cast, officer, grant):
    days = {"claimed_on": dt.date(2022, 1, 20), "received_on": dt.date(2022, 3, 1)}
    Tranche.objects.create(grant=grant, year=2022, claimed_amount=1, received_amount=1, **days)
    balance(cast, effect="refuse")
    shown = said(officer, of_tranche(grant, 2024), tranche_form(**CLAIM))["claimed_on"]
    assert shown == [UNSPENT.replace("500.00", "501.00").replace("499.99", "249.99")]


def test_the_first_claim_has_nothing_to_be_measured_against(cast, officer, grant):
    balance(cast, effect="refuse")
    Tranche.objects.all().delete()
    assert officer.post(of_tranche(grant, 2024), tranche_form(**CLAIM)).status_code == 302


def test_the_rule_of_the_day_of_the_claim_counts(cast, officer, grant):
    balance(cast, effect="refuse", starts_on=dt.date(2024, 2, 1), starts_precision="day")
    assert officer.post(of_tranche(grant, 2024), tranche_form(**CLAIM)).status_code == 302


def test_a_claim_that_was_made_takes_its_receipt_whatever_came_after(cast, officer, grant):
    rule = balance(cast, effect="warn")
    assert officer.post(of_tranche(grant, 2024), tranche_form(reason="Agreed.", **CLAIM)).status_code == 302
    FundingRule.objects.filter(pk=rule.pk).update(effect="refuse")
    assert officer.post(of_tranche(grant, 2024), tranche_form(version=1)).status_code == 302
    assert Tranche.objects.get(year=2024).received_amount == Decimal("300.00")
