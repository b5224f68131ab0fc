"""A refund or a correction is a row of its own; dirham go back to the transfers that they came from."""

import uuid
from decimal import Decimal

import pytest

from activities.models import Expenditure
from activities.services import judge
from activities.services.drawdowns import Purse
from portal.ground.models import AuditEntry
from tests.cast import close_year, make_entry, make_expense, make_grant, make_transfer
from tests.expense_rows import errors_of, log, make_rule
from tests.log_form import correction, expense


@pytest.fixture
def south(cast, client_of):
    return client_of(cast.coordinator_south)


@pytest.fixture
def paid(cast):
    row = make_expense(cast.gillis.partner, heading=cast.headings["personnel"])
    judge(row, decision="justified", actor=cast.officer, on=row.spent_on, seen="")
    return row


def send(client, row, **changes):
    fields = {"direction": "back", "amount": "30", "spent_on": "2024-06-01", "description": "Unused tickets"}
    data = {"submission_key": str(uuid.uuid4()), **fields, **changes}
    return client.post(f"/activities/expenses/{row.pk}/correct/", data)


def test_a_refund_is_a_row_of_its_own(cast, south, paid):
    response = send(south, paid)
    refund = paid.corrections.get()
    assert (response.status_code, response.url) == (302, f"/activities/expenses/{refund.pk}/")
    assert (refund.amount, refund.source, refund.heading, refund.activity) == (
        Decimal("-30.00"), cast.federal, paid.heading, paid.activity,
    )  # fmt: skip
    paid.refresh_from_db()
    assert (paid.amount, paid.decision) == (Decimal("100.00"), "justified")
    assert AuditEntry.objects.get(verb="create").target_id == refund.pk
    page = south.get(f"/activities/expenses/{paid.pk}/")
    assert page.context["together"] == "70.00\N{NO-BREAK SPACE}€"


def test_sent_twice_it_is_made_once(south, paid):
    key = str(uuid.uuid4())
    assert send(south, paid, submission_key=key).status_code == 302
    assert send(south, paid, submission_key=key).status_code == 302
    assert paid.corrections.count() == 1


def test_never_more_back_than_was_paid(south, paid):
    send(south, paid)
    response = send(south, paid, amount="70,01")
    sentence = "More than was paid cannot come back: 70.00\N{NO-BREAK SPACE}€ is left."
    assert response.context["form"].errors == {"amount": [sentence]}
    assert send(south, paid, amount="70").status_code == 302
    assert sum(Expenditure.objects.values_list("amount", flat=True)) == 0


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"spent_on": "2024-05-13"}, "spent_on", "Money comes back after it was paid: check the date."),
        (
            {"spent_on": "2027-01-01"},
            "spent_on",
            "The programme of this activity runs in 2022 – 2026: the date lies outside it.",
        ),
        ({"amount": "0"}, "amount", "The amount is more than zero."),
        ({"amount": "-5"}, "amount", "The amount is more than zero."),
        ({"amount": "NaN"}, "amount", "Type the amount in digits, for example 1,234.56."),
        ({"description": " "}, "description", "This field is required."),
        ({"direction": "up"}, "direction", "Select a valid choice. up is not one of the available choices."),
    ],
)
def test_bad_input(south, paid, changes, field, sentence):
    response = send(south, paid, **changes)
    assert (response.status_code, response.context["form"].errors) == (200, {field: [sentence]})
    assert paid.corrections.count() == 0


def test_a_refund_asks_no_funder_and_is_no_correction_of_a_locked_year(cast, south, paid):
    make_rule(cast.federal, "window", last_day="2024-05-20")
    make_grant(cast.gillis.programme, cast.federal, ends_on="2024-05-31")
    assert send(south, paid).status_code == 302
    close_year(cast.gillis.year(2024), cast.officer)
    response = send(south, paid)
    sentence = "The year 2024 is locked: an officer can open it again."
    assert response.context["form"].errors == {"spent_on": [sentence]}
    assert send(south, paid, spent_on="2025-01-15").status_code == 302


def test_what_is_paid_on_top_asks_the_funder(cast, south, paid):
    make_grant(cast.gillis.programme, cast.federal, amount=Decimal(120))
    response = send(south, paid, direction="more")
    sentence = "Only 20.00\N{NO-BREAK SPACE}€ is left of what Federal cooperation granted."
    assert response.context["form"].errors == {"amount": [sentence]}
    assert send(south, paid, direction="more", amount="20").status_code == 302
    assert paid.corrections.get().amount == Decimal("20.00")


def test_money_that_came_back_can_be_spent_again(cast, south, paid):
    make_grant(cast.gillis.programme, cast.federal, amount=Decimal(100))
    assert log(south, cast, cast.federal, amount="30").status_code == 200
    send(south, paid)
    assert log(south, cast, cast.federal, amount="30").status_code == 302


@pytest.mark.parametrize("case", ["correction", "rejected", "withdrawn"])
def test_what_is_not_corrected(cast, south, case):
    row = make_expense(cast.gillis.partner, log_entry=make_entry(cast.gillis.partner, cast.coordinator_south))
    if case == "correction":
        row = make_expense(cast.gillis.partner, corrects=row, amount=Decimal(-1))
    elif case == "rejected":
        judge(row, decision="rejected", actor=cast.officer, on=row.spent_on, seen="", reason="No.")
    else:
        row.log_entry.withdrawn_at = "2024-06-01T00:00:00Z"
        row.log_entry.save()
    before = Expenditure.objects.count()
    sentences = {
        "correction": "This is a correction itself: correct the first expense.",
        "rejected": "This expense is rejected: an officer can take that back first.",
        "withdrawn": "The log entry of this expense is withdrawn.",
    }
    assert send(south, row).context["form"].non_field_errors() == [sentences[case]]
    assert Expenditure.objects.count() == before


def test_a_corrected_row_is_not_changed_any_more(cast, south):
    entry = make_entry(cast.gillis.partner, cast.coordinator_south)
    row = make_expense(cast.gillis.partner, log_entry=entry)
    send(south, row)
    sent = expense(cast.own, pk=row.pk, description=row.description, amount="50") | {"expense-INITIAL_FORMS": "1"}
    response = south.post(f"/activities/log/{entry.pk}/edit/", correction(cast, entry, **sent))
    sentence = "A row of its own corrects this expense: correct that row instead."
    assert errors_of(response) == {"expense-0-description": [sentence]}
    removed = correction(cast, entry, **sent | {"expense-0-remove": "on"})
    assert errors_of(south.post(f"/activities/log/{entry.pk}/edit/", removed)) == {"expense-0-description": [sentence]}


def drawn(row):
    return [(part.transfer.reference, part.amount) for part in row.drawdowns.order_by("transfer")]


def test_dirham_go_back_where_they_came_from(cast, south):
    """11 000 dirham were drawn from two transfers; what was drawn last goes back first, and all of it in the end."""
    second = {"reference": "T-2", "sent_on": "2024-04-01", "received_on": "2024-04-03"}
    programme = cast.gillis.programme
    make_transfer(programme, cast.federal)
    make_transfer(programme, cast.federal, sent_amount=500, received_amount=5500, **second)
    log(south, cast, cast.federal, amount="11.000", currency="MAD")
    row = Expenditure.objects.get()
    assert (row.amount, drawn(row)) == (Decimal("1013.64"), [("T-2024-1", Decimal(10850)), ("T-2", Decimal(150))])
    assert send(south, row, amount="250").status_code == 302
    refund = row.corrections.get()
    # 150 / 11 + 100 / 10,85 = 13,6363… + 9,2165…
    assert (refund.amount, refund.original_amount) == (Decimal("-22.85"), Decimal("-250.00"))
    assert drawn(refund) == [("T-2024-1", Decimal(-100)), ("T-2", Decimal(-150))]
    left = Purse.load(programme, cast.federal.pk).left
    assert sorted(left.values()) == [Decimal(100), Decimal(5500)]
    assert send(south, row, amount="10.750,01").status_code == 200
    assert send(south, row, amount="10.750").status_code == 302
    assert sum(Expenditure.objects.values_list("amount", flat=True)) == 0
    assert sum(Purse.load(programme, cast.federal.pk).left.values()) == Decimal(16350)


def test_dirham_at_a_typed_rate_come_back_at_it(cast, south):
    log(south, cast, cast.federal, amount="1.000", currency="MAD", rate="10")
    row = Expenditure.objects.get()
    assert send(south, row, amount="333,33").status_code == 302
    assert send(south, row, amount="666,67").status_code == 302
    assert [part.amount for part in row.corrections.order_by("pk")] == [Decimal("-33.33"), Decimal("-66.67")]


@pytest.mark.parametrize(("person", "answer"), [("stranger", 404), ("coordinator_north", 404), ("viewer", 403)])
def test_who_may_not_correct(cast, client_of, paid, person, answer):
    assert send(client_of(getattr(cast, person)), paid).status_code == answer
    assert paid.corrections.count() == 0


def test_a_refund_by_mistake_is_taken_away(cast, south, paid):
    send(south, paid)
    refund = paid.corrections.get()
    assert south.get(f"/activities/expenses/{refund.pk}/remove/").status_code == 200
    response = south.post(f"/activities/expenses/{refund.pk}/remove/")
    assert (response.status_code, response.url) == (302, f"/activities/expenses/{paid.pk}/")
    assert Expenditure.objects.get() == paid
    assert AuditEntry.objects.get(verb="delete").target_id == refund.pk


def test_a_refund_that_was_spent_again_stays(cast, south, paid):
    make_grant(cast.gillis.programme, cast.federal, amount=Decimal(100))
    send(south, paid)
    refund = paid.corrections.get()
    log(south, cast, cast.federal, amount="20")
    response = south.post(f"/activities/expenses/{refund.pk}/remove/")
    sentence = "Only 10.00\N{NO-BREAK SPACE}€ is left of what Federal cooperation granted."
    assert response.context["form"].non_field_errors() == [sentence]
    judge(refund, decision="justified", actor=cast.officer, on=paid.spent_on, seen="")
    response = south.post(f"/activities/expenses/{refund.pk}/remove/")
    sentence = "This expense is justified: correct it by a row of its own."
    assert response.context["form"].non_field_errors() == [sentence]


def test_dirham_that_were_spent_again_stay_spent(cast, south):
    make_transfer(cast.gillis.programme, cast.federal)
    log(south, cast, cast.federal, amount="10.850", currency="MAD")
    row = Expenditure.objects.get()
    send(south, row, amount="1.000")
    log(south, cast, cast.federal, amount="500", currency="MAD", text="Another day.")
    response = south.post(f"/activities/expenses/{row.corrections.get().pk}/remove/")
    assert response.context["form"].non_field_errors() == ["The dirham that came back are spent already."]
