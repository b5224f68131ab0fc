"""The database itself keeps the path of the money in order, and two people at once do not outrun it."""

import datetime as dt
import threading
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from partnerships.models import FundingRequest, FundingRule, Grant, Tranche, Transfer
from partnerships.services import create_grant, grant_request, save_tranche
from tests.cast import make_grant, make_transfer
from tests.path_rows import make_request

DAY, EARLIER = dt.date(2024, 5, 14), dt.date(2024, 5, 13)


def grant(cast, **fields):
    values = {"reference": "G", "granted_on": DAY, "starts_on": DAY, "ends_on": DAY, "amount": Decimal(10)}
    return Grant(programme=cast.jette.programme, source=cast.federal, **(values | fields))


def tranche(cast, **fields):
    known = Grant.objects.filter(programme=cast.jette.programme).first() or make_grant(
        cast.jette.programme, cast.federal
    )
    values = {"claimed_amount": Decimal(5), "claimed_on": DAY, "received_amount": Decimal(5), "received_on": DAY}
    return Tranche(grant=known, **({"year": 2024} | values | fields))


def transfer(cast, **fields):
    values = {"reference": "T", "sent_on": DAY, "sent_amount": Decimal(10), "bank_costs": Decimal(0)}
    return Transfer(programme=cast.jette.programme, source=cast.federal, **(values | fields))


def request(cast, **fields):
    values = {"slug": "r", "purpose_nl": "x", "state": "sought", "source": cast.bwi}
    return FundingRequest(partnership=cast.jette.partnership, **(values | fields))


def rule(cast, **fields):
    return FundingRule(source=cast.bwi, slug="r", title_nl="x", **fields)


BAD_ROWS = {
    "a grant of nothing": lambda cast: grant(cast, amount=Decimal(0)),
    "a negative grant": lambda cast: grant(cast, amount=Decimal(-1)),
    "an accepted budget of nothing": lambda cast: grant(cast, accepted_budget=Decimal(0)),
    "an accepted budget below the grant": lambda cast: grant(cast, accepted_budget=Decimal("9.99")),
    "a grant that ends first": lambda cast: grant(cast, ends_on=EARLIER),
    "a tranche of another age": lambda cast: tranche(cast, year=1822),
    "a claim of nothing": lambda cast: tranche(cast, claimed_amount=Decimal(0)),
    "a receipt below zero": lambda cast: tranche(cast, received_amount=Decimal(-1)),
    "a claim without its day": lambda cast: tranche(cast, claimed_on=None),
    "a receipt without its amount": lambda cast: tranche(cast, received_amount=None),
    "a receipt before its claim": lambda cast: tranche(cast, received_on=EARLIER),
    "a receipt without a claim": lambda cast: tranche(cast, claimed_on=None, claimed_amount=None),
    "a transfer of nothing": lambda cast: transfer(cast, sent_amount=Decimal(0)),
    "negative bank costs": lambda cast: transfer(cast, bank_costs=Decimal(-1)),
    "bank costs above the transfer": lambda cast: transfer(cast, bank_costs=Decimal("10.01")),
    "no dirham arrived": lambda cast: transfer(cast, received_on=DAY, received_amount=Decimal(0)),
    "dirham without a day": lambda cast: transfer(cast, received_amount=Decimal(108)),
    "arrived before it was sent": lambda cast: transfer(cast, received_on=EARLIER, received_amount=Decimal(108)),
    "refused without a reason": lambda cast: request(cast, state="refused"),
    "decided before it was submitted": lambda cast: request(cast, submitted_on=DAY, decided_on=EARLIER),
    "a ceiling without an amount": lambda cast: rule(cast, kind="ceiling"),
    "a ceiling of nothing": lambda cast: rule(cast, kind="ceiling", amount=Decimal(0)),
    "a share of more than all": lambda cast: rule(cast, kind="share", percent=Decimal("100.01")),
    "a side that is not named": lambda cast: rule(cast, kind="side"),
    "a window without a day": lambda cast: rule(cast, kind="window"),
    "a window that ends first": lambda cast: rule(cast, kind="window", first_day=DAY, last_day=EARLIER),
    "a deadline without a day": lambda cast: rule(cast, kind="deadline", deadline_for="moral", month=4),
    "a deadline in a thirteenth month": lambda cast: rule(cast, kind="deadline", deadline_for="moral", month=13, day=1),
}


@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS)
def test_the_database_refuses(cast, row):
    bad = row(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        bad.save()


@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS)
def test_the_form_says_it_first_and_in_words(cast, row):
    bad = row(cast)
    with pytest.raises(ValidationError) as refused:
        bad.full_clean(exclude=[field.name for field in bad._meta.fields if field.name[-3:] in {"_fr", "_en", "_ar"}])
    assert "violated" not in " ".join(refused.value.messages)


@pytest.mark.parametrize("make", [make_grant, make_transfer])
def test_a_reference_is_used_once_for_a_source(cast, make):
    make(cast.jette.programme, cast.federal, reference="once")
    make(cast.jette.programme, cast.bwi, reference="once")
    with pytest.raises(IntegrityError), transaction.atomic():
        make(cast.jette.programme, cast.federal, reference="once")


def together(*jobs):
    """Run jobs at the same time; return for each "written" or the fields that it was refused at, in order."""
    outcomes, start = [], threading.Barrier(len(jobs))

    def run(job):
        start.wait()
        try:
            job()
            outcomes.append("written")
        except ValidationError as error:
            outcomes.append(", ".join(sorted(error.message_dict)))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_claims_at_once_for_the_last_money_one_is_refused(cast):
    small = make_grant(cast.jette.programme, cast.federal, amount=Decimal("1000.00"))

    def claim(year):
        values = {"claimed_amount": Decimal("600.00"), "claimed_on": DAY, "received_amount": None, "received_on": None}
        return lambda: save_tranche(small, year, values, actor=cast.officer, version=0)

    assert together(claim(2024), claim(2025)) == ["claimed_amount", "written"]
    assert Tranche.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_request_granted_twice_at_once_has_one_grant(cast):
    asked = make_request(cast.jette.partnership, cast.bwi, state="submitted", submitted_on=EARLIER)
    values = {"reference": "G", "granted_on": DAY, "starts_on": DAY, "ends_on": DAY, "amount": Decimal(10)}
    values |= {"programme": cast.jette.programme, "accepted_budget": None}

    def answer():
        grant_request(FundingRequest.objects.get(pk=asked.pk), values, actor=cast.officer)

    assert together(answer, answer) == ["written", "written"]
    assert Grant.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_five_times_at_once_makes_one_grant(cast):
    values = {"programme": cast.jette.programme, "source": cast.federal, "reference": "G", "granted_on": DAY}
    values |= {"starts_on": DAY, "ends_on": DAY, "amount": Decimal(10), "accepted_budget": None}
    key = uuid.uuid4()
    assert together(*[lambda: create_grant(values, actor=cast.officer, key=key)] * 5) == ["written"] * 5
    assert Grant.objects.count() == 1
