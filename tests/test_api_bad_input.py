"""What is sent to the API and is no expense: a sentence in JSON, and nothing is written."""

import json

import pytest

from activities.models import Expenditure
from tests.api import CHECK, EXPENSES, Program, paid

NO_JSON = "This is no valid JSON."
NO_OBJECT = "Send one JSON object with the fields of the expense."


@pytest.fixture
def south(cast):
    return Program(cast.coordinator_south)


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ("", 400, NO_JSON),
        ("{", 400, NO_JSON),
        (b"\xff\xfe{}", 400, NO_JSON),
        ('{"amount": NaN}', 400, NO_JSON),
        ('{"amount": -Infinity}', 400, NO_JSON),
        ('{"amount": 1, "amount": 2}', 400, NO_JSON),
        ("[" * 60_000, 400, NO_JSON),
        ('{"a":' * 10_000, 400, NO_JSON),
        ("[]", 400, NO_OBJECT),
        ("null", 400, NO_OBJECT),
        ("7", 400, NO_OBJECT),
        (f'"{"x" * 1_000_000}"', 413, "More than 65536 bytes were sent."),
        ('{"amount": ' + "9" * 60_000 + "}", 422, "Some fields cannot be read."),
    ],
)
def test_what_is_no_json_object_is_refused(cast, south, body, status, sentence):
    for address in (EXPENSES, CHECK):
        response = south.post(address, body)
        assert (response.status_code, response.json()["detail"]) == (status, sentence)
    assert Expenditure.objects.count() == 0


@pytest.mark.parametrize(
    "query", ["partnerships=jette-belfaa", "page=2", "after=0&year=2024", "Partnership=x", "%00x="]
)
def test_a_filter_that_is_not_known_is_named_and_lists_nothing(cast, south, query):
    response = south.client.get(f"{EXPENSES}?{query}", headers=south.headers)
    assert response.status_code == 400
    if "%00" not in query:
        name = query.split("&")[-1].split("=")[0]
        sentence = f"This address takes no parameter “{name}”. It takes: after, partnership."
        assert response.json() == {"detail": sentence}
    row = south.post(EXPENSES, paid(cast.gillis.partner, cast.own)).json()
    assert south.get(f"{EXPENSES}{row['id']}/", year=2024).json()["detail"].endswith("“year”.")
    assert south.post(f"{CHECK}?dry=1", paid(cast.gillis.partner, cast.own)).status_code == 400


AMOUNT = "Write the amount with a point and at most two decimals, for example 1234.56."
KIND = "Give a text or a number."
DAY = "Write the day as 2024-12-31."
LETTERS = "The text holds characters that cannot be shown."
NO_CHOICE = "Select a valid choice. That choice is not one of the available choices."


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"amount": "NaN"}, {"amount": AMOUNT}),
        ({"amount": "Infinity"}, {"amount": AMOUNT}),
        ({"amount": "1e9"}, {"amount": AMOUNT}),
        # With a point as the thousands' mark it would be a thousand times as much.
        ({"amount": "1.234"}, {"amount": AMOUNT}),
        ({"amount": "١٢"}, {"amount": AMOUNT}),
        ({"amount": 12.345}, {"amount": AMOUNT}),
        ({"amount": "1,50"}, {"amount": AMOUNT}),
        ({"amount": -5}, {"amount": "The amount is more than zero."}),
        ({"amount": 0}, {"amount": "The amount is more than zero."}),
        ({"amount": 999_999_999}, {"amount": "The amount is less than a hundred million."}),
        ({"amount": True}, {"amount": KIND}),
        ({"amount": {"a": [1]}}, {"amount": KIND}),
        ({"amount": None}, {"amount": "This field is required."}),
        ({"description": ["x"]}, {"description": KIND}),
        ({"description": "a\0b"}, {"description": LETTERS}),
        ({"description": "\ud800"}, {"description": LETTERS}),
        ({"description": "x" * 201}, {"description": "Ensure this value has at most 200 characters (it has 201)."}),
        ({"source": "nobody"}, {"source": NO_CHOICE}),
        ({"source": "a b"}, {"source": "Give the short name, as the list of expenses shows it."}),
        ({"source": None}, {"source": "This field is required."}),
        ({"heading": "nothing"}, {"heading": NO_CHOICE}),
        ({"spent_on": "14/05/2024"}, {"spent_on": DAY}),
        ({"spent_on": "2024-13-40"}, {"spent_on": "Enter a valid date."}),
        ({"spent_on": None}, {"spent_on": "This field is required."}),
        ({"currency": "USD"}, {"currency": "Select a valid choice. USD is not one of the available choices."}),
        ({"currency": "MAD", "rate": "0"}, {"rate": "Type the rate as a number above zero, for example 10.85."}),
        ({"spent_by": "moon"}, {"spent_by": "Select a valid choice. moon is not one of the available choices."}),
        ({"supplier": "Afous"}, {"voucher_number": "Give the voucher's number or its file."}),
        ({"activity": None}, {"activity": "This field is required."}),
        ({"sum": "5"}, {"sum": "There is no such field."}),
        ({"\ud800" * 3: "5"}, {"???": "There is no such field."}),
        ({"submission_key": "5"}, {"submission_key": "There is no such field."}),
        ({"pk": "1"}, {"pk": "There is no such field."}),
    ],
)
def test_a_bad_value_is_told_under_its_field(cast, south, changes, errors):
    body = paid(cast.gillis.partner, cast.own, **changes)
    expected = {name: [sentence] for name, sentence in errors.items()}
    assert south.errors(body) == south.errors(body, CHECK) == expected
    assert Expenditure.objects.count() == 0


@pytest.mark.parametrize("query", ["after=x", "after=-1", f"after={'9' * 30}"])
def test_a_place_in_the_list_that_is_none(cast, south, query):
    assert south.get(f"{EXPENSES}?{query}").status_code == 400


def test_addresses_of_nothing(cast, south):
    for address in (f"{EXPENSES}0/", f"{EXPENSES}{'9' * 40}/"):
        assert south.get(address).status_code == 404
    assert south.get(EXPENSES, partnership="a b\u0001").status_code == 404


def test_numbers_of_json_are_read_to_the_cent(cast, south):
    body = json.dumps(paid(cast.gillis.partner, cast.own)).replace('"100.00"', "1234.1")
    assert south.post(EXPENSES, body).json()["amount"] == "1234.10"
