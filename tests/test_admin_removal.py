"""What other figures hang on is not deleted in the administration, alone or with many, and the sentence says why."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.admin import site
from django.core.exceptions import PermissionDenied

from activities.admin.money import ExpenditureAdmin
from activities.models import Drawdown, Expenditure
from partnerships.admin.grants import TrancheAdmin
from partnerships.models import FundingRequest, Grant, ProgrammeYear, Tranche, Transfer
from portal.ground.models import AuditEntry
from tests.cast import make_expense, make_grant, make_transfer
from tests.path_rows import make_request
from tests.test_admin_writes import address, page_of

DAY = dt.date(2024, 3, 1)
LOCKED = "This record is dated in a locked year: an officer can open the year again."
RECEIVED = "This tranche is claimed or received: it stays. Where that is a mistake, empty its amounts."


@pytest.fixture
def boss(cast, client_of):
    return client_of(cast.administrator)


@pytest.fixture
def grant(cast):
    return make_grant(cast.jette.programme, cast.federal)


def tranche_of(grant, **fields):
    claim = {"claimed_amount": Decimal(300), "claimed_on": dt.date(2024, 1, 20)}
    return Tranche.objects.create(grant=grant, year=2024, **claim, **fields)


def claimed(_cast, grant):
    return tranche_of(grant)


def arrived(cast, _grant):
    return make_transfer(cast.jette.programme, cast.federal)


def correction(cast, _grant):
    return make_expense(cast.jette.partner, corrects=make_expense(cast.jette.partner), amount=Decimal(-5))


def received(_cast, grant):
    return tranche_of(grant, received_amount=Decimal(300), received_on=DAY)


def drawn(cast, _grant):
    transfer = make_transfer(cast.jette.programme, cast.federal)
    expense = make_expense(cast.jette.partner, source=cast.federal)
    Drawdown.objects.create(expenditure=expense, transfer=transfer, amount=Decimal("1085.00"))
    return transfer


def sent(cast, grant):
    make_transfer(cast.jette.programme, cast.federal)
    return grant


def granted(cast, _grant):
    return make_request(cast.jette.partnership, cast.federal, state="granted")


def answering(cast, grant):
    grant.request = granted(cast, grant)
    grant.save()
    return grant


def judged(cast, _grant):
    return make_expense(cast.jette.partner, source=cast.federal, decision="justified")


def of_a_locked_year(cast, _grant):
    row = make_expense(cast.jette.partner)
    ProgrammeYear.objects.filter(year=2024).update(state=ProgrammeYear.State.LOCKED)
    return row


SENT = "1,000.00\xa0€ of Federal cooperation is sent to the partner already: the grant is not less than that."
STAYING = {
    "a received tranche": (received, RECEIVED),
    "a claimed tranche": (claimed, RECEIVED),
    "a transfer that is drawn on": (
        drawn,
        "1,085.00\N{NO-BREAK SPACE}MAD of this transfer is spent at its rate: change those expenses first.",
    ),
    "a transfer that arrived": (
        arrived,
        "The partner received this transfer: it stays. Where that is a mistake, empty the receipt first.",
    ),
    "a grant with a tranche": (
        lambda cast, grant: received(cast, grant).grant,
        "The grant has a tranche of 2024.",
    ),
    "a grant that was sent on": (sent, SENT),
    "a granted request": (granted, "This request is granted: it stays."),
    "the answer to a request": (answering, "This grant answers the request “A workshop”: it stays."),
    "a judged expense": (judged, "This expense is justified: correct it by a row of its own."),
    "an expense of a locked year": (of_a_locked_year, LOCKED),
    "an expense that draws on transfers": (
        lambda cast, grant: drawn(cast, grant).drawdowns.get().expenditure,
        "It draws on transfers: remove it where the expense was entered.",
    ),
    "a correction": (correction, "A correction is removed on its own page."),
}


@pytest.mark.parametrize(("make", "sentence"), STAYING.values(), ids=STAYING)
def test_it_stays_with_the_sentence_that_says_why(cast, boss, grant, make, sentence):
    row = make(cast, grant)
    alone = boss.post(address(type(row), "delete", row.pk), {"post": "yes"})
    assert (alone.status_code, alone.context["exception"]) == (403, sentence)
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    many = boss.post(address(type(row), "changelist"), chosen)
    assert (many.status_code, many.context["protected"][0]) == (200, f"{row}: {sentence}")
    page = boss.get(address(type(row), "change", row.pk))
    assert sentence in [str(message) for message in page.context["messages"]]
    assert type(row).objects.filter(pk=row.pk).exists()
    assert not AuditEntry.objects.filter(verb="delete").exists()


def test_none_of_many_goes_where_one_stays(cast, boss, grant):
    rows = [received(cast, grant), Tranche.objects.create(grant=grant, year=2025)]
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    boss.post(address(Tranche, "changelist"), chosen)
    assert Tranche.objects.count() == 2


def test_a_mistake_is_emptied_and_then_deleted(cast, boss, grant):
    row = received(cast, grant)
    empty = dict.fromkeys(["claimed_amount", "claimed_on", "received_amount", "received_on"])
    Tranche.objects.filter(pk=row.pk).update(**empty)
    assert boss.post(address(Tranche, "delete", row.pk), {"post": "yes"}).status_code == 302
    for again in [make_transfer(cast.jette.programme, cast.federal, received_on=None, received_amount=None), grant]:
        assert boss.post(address(type(again), "delete", again.pk), {"post": "yes"}).status_code == 302
    assert [model.objects.count() for model in (Tranche, Transfer, Grant)] == [0, 0, 0]


def test_a_request_that_nobody_granted_goes(cast, boss):
    row = make_request(cast.jette.partnership, cast.federal)
    assert boss.post(address(FundingRequest, "delete", row.pk), {"post": "yes"}).status_code == 302
    assert not FundingRequest.objects.exists()


@pytest.mark.parametrize(("model", "page"), [(Tranche, TrancheAdmin), (Expenditure, ExpenditureAdmin)])
def test_what_happens_between_the_question_and_the_deletion_counts(cast, rf, grant, model, page):
    row = tranche_of(grant) if model is Tranche else make_expense(cast.jette.partner)
    stale = model.objects.get(pk=row.pk)
    if model is Tranche:
        stale.claimed_amount = None
    else:
        Expenditure.objects.filter(pk=row.pk).update(decision="justified")
    request = rf.post("/")
    request.user = cast.administrator
    with pytest.raises(PermissionDenied):
        page(model, site).delete_model(request, stale)
    assert model.objects.filter(pk=row.pk).exists()


def test_a_grant_is_not_lowered_below_what_was_sent(cast, boss, grant):
    make_transfer(cast.jette.programme, cast.federal)
    data = page_of(boss, Grant, grant.pk)
    response = boss.post(address(Grant, "change", grant.pk), data | {"amount": "999,99"})
    assert list(response.context["adminform"].form.errors["amount"]) == [SENT]
    assert boss.post(address(Grant, "change", grant.pk), data | {"amount": "1000"}).status_code == 302
