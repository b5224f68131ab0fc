"""One rule, every way in: the log, a page of its own, the administration, a spreadsheet, a service. And bad input."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from activities.eligibility import eligible
from activities.models import Expenditure
from activities.resources import ExpenditureResource
from activities.services import ExpenseValues, create_expense
from portal.ground.spreadsheets import Sheet
from tests.api import Program, paid
from tests.cast import make_expense
from tests.expense_rows import NEW, alone, errors_of, log

REFUSED = "Federal money pays only for work in Morocco."
OTHERS = "These sources would pay it: BWI, Own funds."


def through_log(cast, client_of):
    response = log(client_of(cast.coordinator_north), cast, cast.federal, cast.jette.home)
    return errors_of(response)["expense-0-source"]


def through_page(cast, client_of):
    response = client_of(cast.coordinator_north).post(NEW, alone(cast.jette.home, cast.federal))
    return errors_of(response)["expense-0-source"]


def through_admin(cast, client_of):
    data = {
        "activity": cast.jette.home.pk,
        "spent_on": "2024-05-14",
        "description": "Bus",
        "source": cast.federal.pk,
        "amount": "100",
        "vouchers-TOTAL_FORMS": "0",
        "vouchers-INITIAL_FORMS": "0",
    }
    response = client_of(cast.administrator).post(reverse("admin:activities_expenditure_add"), data)
    return list(response.context_data["adminform"].form.errors["source"])


def through_spreadsheet(cast, client_of):
    headings = ["activity", "spent_on", "description", "source", "amount"]
    row = [cast.jette.home.slug, "2024-05-14", "Bus", "federal", 100]
    outcome = ExpenditureResource(actor=cast.administrator).bring_in(Sheet(headings, [(2, row)]))
    return [fault.reason for fault in outcome.faults]


def values(cast, **changes):
    fields = {"spent_on": dt.date(2024, 5, 14), "description": "Bus", "source": cast.federal, "amount": Decimal(100)}
    return ExpenseValues(**(fields | changes))


def through_api(cast, client_of):
    return Program(cast.coordinator_north).errors(paid(cast.jette.home, cast.federal))["source"]


def through_service(cast, client_of):
    with pytest.raises(ValidationError) as caught:
        create_expense(cast.jette.home, values(cast), actor=cast.coordinator_north, key=uuid.uuid4())
    return caught.value.message_dict["expense-0-source"]


def through_question(cast, client_of):
    row = Expenditure(activity=cast.jette.home, spent_on=dt.date(2024, 5, 14), source=cast.federal, amount=Decimal(1))
    allowed, reasons = eligible(row)
    assert not allowed
    return [reason.sentence for reason in reasons]


WAYS = [through_log, through_page, through_admin, through_spreadsheet, through_api, through_service, through_question]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_in_asks_the_rules(cast, client_of, way):
    assert way(cast, client_of)[0] == REFUSED
    assert Expenditure.objects.count() == 0


@pytest.mark.parametrize("way", [through_log, through_page, through_api])
def test_a_form_names_the_sources_that_would_pay(cast, client_of, way):
    assert way(cast, client_of) == [REFUSED, OTHERS]


def test_a_service_asks_who_writes(cast):
    for person in (cast.stranger, cast.viewer, cast.coordinator_south):
        with pytest.raises(PermissionDenied):
            create_expense(cast.jette.home, values(cast, source=cast.own), actor=person, key=uuid.uuid4())


MONEY = "Type the amount in digits, for example 1,234.56."
RATE = "Type the rate as a number above zero, for example 10.85."
ARRIVED = "Not so many dirham have arrived by transfer: give the rate at which they were bought."
LONG = "Ensure this value has at most {limit} characters (it has 1000000)."
UNREADABLE = "The text holds characters that cannot be shown. They were marked with ▯: take them out or retype it."


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"amount": "-5"}, {"amount": "The amount is more than zero."}),
        ({"amount": "0"}, {"amount": "The amount is more than zero."}),
        ({"amount": "999999999"}, {"amount": "The amount is less than a hundred million."}),
        ({"amount": "NaN"}, {"amount": MONEY}),
        ({"amount": "Infinity"}, {"amount": MONEY}),
        ({"amount": "1e999"}, {"amount": MONEY}),
        ({"currency": "MAD"}, {"rate": ARRIVED}),
        ({"currency": "MAD", "rate": "0"}, {"rate": RATE}),
        ({"currency": "MAD", "rate": "NaN"}, {"rate": RATE}),
        ({"currency": "USD"}, {"currency": "Select a valid choice. USD is not one of the available choices."}),
        ({"description": "a\0b"}, {"description": UNREADABLE}),
        ({"supplier": "a\0b"}, {"supplier": UNREADABLE, "voucher_number": None}),
        ({"description": "x" * 1_000_000}, {"description": LONG.format(limit=200)}),
        ({"rule_reason": "x" * 1_000_000}, {"rule_reason": LONG.format(limit=250)}),
        ({"voucher_number": "x" * 1_000_000}, {"voucher_number": LONG.format(limit=50)}),
        ({"heading": "x"}, {"heading": "Select a valid choice. That choice is not one of the available choices."}),
        ({"spent_by": "moon"}, {"spent_by": "Select a valid choice. moon is not one of the available choices."}),
        ({"spent_on": "1024-05-14"}, {"spent_on": "This date is too long ago: check the year."}),
        ({"spent_on": "31/12"}, {"spent_on": "Enter a valid date."}),
        ({"voucher_date": "0001-01-01"}, {"voucher_date": "This date is too long ago: check the year."}),
        ({"voucher_total": "-1", "voucher_number": "1"}, {"voucher_total": "The amount is more than zero."}),
        ({"supplier": "Afous"}, {"voucher_number": "Give the voucher's number or its file."}),
    ],
)  # fmt: skip
def test_bad_input_is_told_beside_its_field(cast, client_of, changes, errors):
    response = client_of(cast.coordinator_south).post(NEW, alone(cast.gillis.partner, cast.federal, **changes))
    assert response.status_code == 200
    expected = {f"expense-0-{name}": [sentence] for name, sentence in errors.items() if sentence}
    assert errors_of(response) == expected
    assert Expenditure.objects.count() == 0


def test_a_number_no_database_holds(cast, client_of):
    south = client_of(cast.coordinator_south)
    huge = "9" * 30
    data = alone(cast.gillis.partner, cast.federal, heading=huge, transfer=huge, pk=huge)
    assert south.post(NEW, data | {"activity": huge, "expense-0-source": huge}).status_code == 200
    row = make_expense(cast.gillis.partner)
    for address in (NEW, f"/activities/expenses/{row.pk}/edit/", f"/activities/expenses/{row.pk}/correct/"):
        assert south.post(address, {"expense-0-amount": huge, "amount": huge}).status_code == 200
