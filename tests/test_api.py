"""The API: expenses listed, shown, asked about and written with a token, by the rules of the browser's form."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from activities.models import Drawdown, Expenditure, Voucher
from portal.ground.models import AccessToken, AuditEntry, Submission
from portal.roof.api.views import PER_PAGE
from portal.settings import ACCOUNT_RATE_LIMITS
from tests.api import CHECK, EXPENSES, Program, paid, token_for
from tests.cast import close_year, make_expense, make_grant, make_transfer
from tests.expense_rows import SAY_WHY, make_rule

FEDERAL = "Federal money pays only for work in Morocco."

WRITTEN = {
    "partnership": "sint-gillis-berkane",
    "spent_on": "2024-05-14",
    "description": "Bus",
    "source": "federal",
    "heading": "federal-personnel",
    "spent_by": "partner",
    "amount": "200.00",
    "original_amount": "2170.00",
    "original_currency": "MAD",
    "rate": "10.850000",
    "rule_reason": "",
    "decision": "open",
    "decision_reason": "",
    "corrects": None,
    "vouchers": [{"number": "F 7", "dated_on": "2024-05-13", "supplier": "Afous", "total": None, "has_file": False}],
    "is_demonstration": False,
}


@pytest.fixture
def south(cast):
    return Program(cast.coordinator_south)


@pytest.fixture
def north(cast):
    return Program(cast.coordinator_north)


def test_an_expense_is_written_like_in_the_browser(cast, south):
    make_transfer(cast.gillis.programme, cast.federal)
    fields = {
        "amount": "2170.00",
        "currency": "MAD",
        "heading": "federal-personnel",
        "voucher_number": "F 7",
        "supplier": "Afous",
        "voucher_date": "2024-05-13",
        "spent_by": "partner",
    }
    response = south.post(EXPENSES, paid(cast.gillis.partner, cast.federal, **fields))
    row = Expenditure.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"{EXPENSES}{row.pk}/"
    assert (
        response.json() == {"id": row.pk, "url": f"{EXPENSES}{row.pk}/", "activity": cast.gillis.partner.slug} | WRITTEN
    )
    assert Drawdown.objects.get().amount == Decimal("2170.00")
    entry = AuditEntry.objects.about(row).get()
    assert (entry.verb, entry.actor) == ("create", cast.coordinator_south)
    assert south.get(response["Location"]).json() == response.json()


def test_sent_twice_is_once(cast, south):
    body = paid(cast.gillis.partner, cast.own)
    first, second = (south.post(EXPENSES, body, key="order 7") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Expenditure.objects.count() == 1


def test_sent_twice_is_once_after_the_money_ran_out(cast, south):
    make_grant(cast.gillis.programme, cast.own, amount=Decimal(100))
    body = paid(cast.gillis.partner, cast.own)
    assert [south.post(EXPENSES, body, key="k").status_code for _ in range(2)] == [201, 200]
    assert south.errors(body) == {"amount": ["Only 0.00\N{NO-BREAK SPACE}€ is left of what Own funds granted."]}


def test_a_key_belongs_to_one_expense_and_to_one_person(cast, south):
    south.post(EXPENSES, paid(cast.gillis.partner, cast.own), key="k")
    again = south.post(EXPENSES, paid(cast.gillis.partner, cast.own, amount="7"), key="k")
    number = Expenditure.objects.get().pk
    assert again.status_code == 409
    assert again.json() == {"detail": f"This key wrote another expense, number {number}: take a new key."}
    other = Program(cast.officer).post(EXPENSES, paid(cast.gillis.partner, cast.own, amount="7"), key="k")
    assert (other.status_code, Expenditure.objects.count()) == (201, 2)


@pytest.mark.parametrize(
    "other",
    [
        {"voucher_number": "B-2"},
        {"voucher_total": "130.00"},
        {"voucher_date": "2024-03-02"},
        {"supplier": "Another shop"},
        {"spent_by": "home"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_key_that_is_sent_with_another_paper_is_a_mistake(cast, south, other):
    paper = {"voucher_number": "B-1", "voucher_total": "120.00", "voucher_date": "2024-03-01", "supplier": "A shop"}
    body = paid(cast.gillis.partner, cast.own, spent_by="partner", **paper)
    assert [south.post(EXPENSES, body, key="k").status_code for _ in range(2)] == [201, 200]
    assert south.post(EXPENSES, body | other, key="k").status_code == 409
    assert Expenditure.objects.count() == 1


def test_a_key_whose_expense_was_removed_makes_no_second_one(cast, south):
    body = paid(cast.gillis.partner, cast.own)
    south.post(EXPENSES, body, key="k")
    Expenditure.objects.all().delete()
    again = south.post(EXPENSES, body, key="k")
    assert again.status_code == 422
    assert again.json()["errors"] == {"__all__": ["What came of this form was removed meanwhile: begin a new one."]}
    assert Expenditure.objects.count() == 0


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (
            None,
            "Send a header Idempotency-Key, a text of your own for each expense: sent twice is then once.",
        ),
        ("x" * 101, "The header Idempotency-Key holds at most 100 characters."),
    ],
)
def test_a_creation_needs_a_key(cast, south, key, sentence):
    response = south.post(EXPENSES, paid(cast.gillis.partner, cast.own), key=key)
    assert (response.status_code, response.json()) == (400, {"detail": sentence})
    assert Expenditure.objects.count() == 0


def test_the_check_says_why_not_and_who_would_pay_and_writes_nothing(cast, north):
    audited = AuditEntry.objects.count()
    response = north.post(CHECK, paid(cast.jette.home, cast.federal), key=None)
    assert (response.status_code, response.json()) == (
        200,
        {
            "allowed": False,
            "amount": "100.00",
            "rate": None,
            "reasons": [{"field": "source", "sentence": FEDERAL}],
            "warnings": [],
            "before_it_is_justified": [],
            "sources": [{"source": "bwi", "name": "BWI"}, {"source": "own", "name": "Own funds"}],
        },
    )
    assert (Expenditure.objects.count(), Submission.objects.count()) == (0, 0)
    assert AuditEntry.objects.count() == audited


def test_the_check_tells_warnings_and_what_only_the_judgement_lacks(cast, south):
    make_rule(cast.own, "window", last_day=dt.date(2024, 1, 31), effect="warn", title="Before February.")
    make_rule(cast.own, "voucher", amount=Decimal(50), effect="judge", title="A voucher above 50 euro.")
    asked = south.post(CHECK, paid(cast.gillis.partner, cast.own)).json()
    assert (asked["allowed"], asked["reasons"], asked["warnings"], asked["before_it_is_justified"]) == (
        False,
        [{"field": "rule_reason", "sentence": SAY_WHY}],
        [{"field": "spent_on", "sentence": "Before February."}],
        [{"field": "voucher_number", "sentence": "A voucher above 50 euro."}],
    )
    reasoned = south.post(CHECK, paid(cast.gillis.partner, cast.own, rule_reason="The fair was late")).json()
    assert (reasoned["allowed"], reasoned["reasons"], len(reasoned["warnings"])) == (True, [], 1)


def test_the_check_prices_dirham_and_says_where_none_arrived(cast, south):
    body = paid(cast.gillis.partner, cast.federal, currency="MAD", amount="1085")
    missing = south.post(CHECK, body).json()
    assert (missing["allowed"], missing["amount"], [reason["field"] for reason in missing["reasons"]]) == (
        *(False, None),
        ["rate"],
    )
    make_transfer(cast.gillis.programme, cast.federal)
    priced = south.post(CHECK, body).json()
    assert (priced["allowed"], priced["amount"], priced["rate"]) == (True, "100.00", "10.850000")


def test_a_locked_year_is_told_and_kept(cast, south):
    close_year(cast.gillis.year(2024), cast.officer)
    body = paid(cast.gillis.partner, cast.own)
    locked = "The year 2024 is locked: an officer can open it again."
    assert south.post(CHECK, body).json()["reasons"] == [{"field": "spent_on", "sentence": locked}]
    assert south.errors(body) == {"spent_on": [locked]}


@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
def test_the_answer_is_in_the_language_asked_for(cast, language):
    program = Program(cast.coordinator_north, language=language)
    response = program.post(EXPENSES, paid(cast.jette.home, cast.own, amount="-5"))
    with translation.override(language):
        expected = translation.gettext("The amount is more than zero.")
    assert response["Content-Language"] == language
    assert response.json()["errors"] == {"amount": [expected]}


def test_without_a_language_it_is_the_one_of_the_account(cast):
    program = Program(cast.coordinator_north)
    del program.headers["Accept-Language"]
    type(cast.coordinator_north).objects.filter(pk=cast.coordinator_north.pk).update(language="fr")
    assert program.get(f"{EXPENSES}999/")["Content-Language"] == "fr"


def test_the_list_is_paged_by_number_and_shows_the_own_partnerships_alone(cast, south):
    rows = [make_expense(cast.gillis.partner) for _ in range(PER_PAGE + 1)]
    make_expense(cast.jette.home)
    first = south.get(EXPENSES, partnership="sint-gillis-berkane").json()
    assert [row["id"] for row in first["expenses"]] == [row.pk for row in rows[:PER_PAGE]]
    assert first["next"] == f"{EXPENSES}?partnership=sint-gillis-berkane&after={rows[PER_PAGE - 1].pk}"
    second = south.get(first["next"]).json()
    assert ([row["id"] for row in second["expenses"]], second["next"]) == ([rows[-1].pk], None)
    everything = south.get(f"{EXPENSES}?after={rows[0].pk}").json()
    assert {row["partnership"] for row in everything["expenses"]} == {"sint-gillis-berkane"}


def test_the_list_costs_the_same_for_few_rows_and_for_more(cast, south):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert south.get(EXPENSES, partnership="sint-gillis-berkane").status_code == 200
        return len(captured)

    Voucher.objects.create(expenditure=make_expense(cast.gillis.partner), number="1")
    queries()
    few = queries()
    for number in range(20):
        row = make_expense(cast.gillis.partner, heading=cast.headings["personnel"])
        Voucher.objects.create(expenditure=row, number=str(number))
    assert queries() == few


def test_who_sees_and_who_writes(cast, south):
    row = make_expense(cast.jette.home)
    viewer = Program(cast.viewer)
    assert south.get(EXPENSES, partnership="jette-belfaa").status_code == 404
    assert south.get(f"{EXPENSES}{row.pk}/").json() == {"detail": "There is nothing at this address that you may see."}
    assert south.post(EXPENSES, paid(cast.jette.home, cast.own)).status_code == 404
    assert viewer.get(f"{EXPENSES}{row.pk}/").status_code == 200
    for address in (EXPENSES, CHECK):
        refused = viewer.post(address, paid(cast.jette.home, cast.own))
        reason = "You may read this partnership. Only its coordinators and officers may change it."
        assert (refused.status_code, refused.json()) == (403, {"detail": reason})
    assert Expenditure.objects.count() == 1


def test_a_token_to_read_asks_and_does_not_write(cast):
    reader = Program(cast.coordinator_south, scope="read")
    body = paid(cast.gillis.partner, cast.own)
    assert reader.get(EXPENSES).status_code == 200
    assert reader.post(CHECK, body).json()["allowed"] is True
    refused = reader.post(EXPENSES, body)
    assert (refused.status_code, refused.json()) == (403, {"detail": "This token may only read."})


def test_a_browsers_session_opens_nothing(cast, client_of):
    response = client_of(cast.administrator).get(EXPENSES)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Bearer realm="portal"')


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer nonsense", "Basic eDp5", "Bearer portal_é", f"Bearer portal_{'x' * 9000}"]
)
def test_a_wrong_token_opens_nothing(cast, client, header):
    response = client.get(EXPENSES, headers={"Authorization": header})
    assert (response.status_code, list(response.json())) == (401, ["detail"])


def test_a_token_ends_with_its_withdrawal_and_with_its_owner(cast):
    programs = [Program(cast.coordinator_south), Program(cast.coordinator_north)]
    AccessToken.objects.filter(user=cast.coordinator_south).update(withdrawn_at="2026-11-01T00:00:00Z")
    cast.coordinator_north.is_active = False
    cast.coordinator_north.save()
    told = {"detail": "This token does not exist, or it was withdrawn."}
    for program in programs:
        response = program.get(EXPENSES)
        assert (response.status_code, response.json()) == (401, told)


def test_who_still_lacks_the_second_factor_is_not_let_in_by_a_token(cast):
    cast.administrator.is_demonstration = False
    cast.administrator.save()
    assert Program(cast.administrator).get(EXPENSES).status_code == 401
    cast.administrator.is_demonstration = True
    cast.administrator.save()
    assert Program(cast.administrator).get(EXPENSES).status_code == 200


def test_wrong_tokens_are_counted_and_right_ones_go_on(settings, cast, south):
    settings.ACCOUNT_RATE_LIMITS = ACCOUNT_RATE_LIMITS
    cache.clear()
    answers = [Client().post(CHECK, headers={"Authorization": "Bearer portal_x"}).status_code for _ in range(12)]
    assert answers == [*[401] * 10, 429, 429]
    assert Client().get(EXPENSES, headers={"Authorization": "Bearer portal_x"}).status_code == 429
    assert south.get(EXPENSES).status_code == 200
    cache.clear()


def test_the_day_of_the_last_use_is_kept(cast, south):
    south.get(EXPENSES)
    assert AccessToken.objects.get().last_used_on == dt.date(2026, 11, 22)


def test_no_answer_is_kept_on_its_way(cast, south):
    wrong = Client().get(EXPENSES, headers={"Authorization": "Bearer portal_x"})
    answers = [south.get(EXPENSES), south.get(f"{EXPENSES}9/"), south.post(EXPENSES, "{"), wrong]
    assert {answer["Cache-Control"] for answer in answers} == {"no-store"}


def test_another_method_is_refused(cast, south):
    response = south.client.delete(EXPENSES, headers=south.headers)
    assert (response.status_code, response["Allow"]) == (405, "GET, POST")
    assert response.json() == {"detail": "This address does not take this method."}
    assert south.client.head(EXPENSES, headers=south.headers).status_code == 200


def test_the_header_may_name_the_token_in_capitals(cast):
    secret = token_for(cast.viewer)
    assert Client().get(EXPENSES, headers={"Authorization": f"BEARER {secret}"}).status_code == 200
