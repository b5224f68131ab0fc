"""Dirham come from the transfers that arrived: first in, first out, unless somebody chooses; to the cent."""

from decimal import Decimal

import pytest

from activities.models import Drawdown, Expenditure, LogEntry
from tests.cast import make_transfer
from tests.expense_rows import LOG, errors_of, log
from tests.log_form import correction, expense, filled

NOT_ARRIVED = "Not so many dirham have arrived by transfer: give the rate at which they were bought."


@pytest.fixture
def south(cast, client_of):
    return client_of(cast.coordinator_south)


@pytest.fixture
def transfers(cast):
    """Two transfers: 1 000 euro at 10,85 in February, and 500 euro at 11 in April."""
    second = {"reference": "T-2024-2", "sent_on": "2024-04-01", "received_on": "2024-04-03"}
    programme = cast.gillis.programme
    return [
        make_transfer(programme, cast.federal),
        make_transfer(programme, cast.federal, sent_amount=500, received_amount=5500, **second),
    ]


def drawn(row: Expenditure) -> list[tuple[str, Decimal]]:
    return [(part.transfer.reference, part.amount) for part in row.drawdowns.order_by("transfer")]


def spend(client, cast, amount: str, **changes):
    response = log(client, cast, cast.federal, amount=amount, currency="MAD", **changes)
    assert response.status_code == 302, errors_of(response)
    return Expenditure.objects.latest("pk")


def test_the_oldest_transfer_gives_the_rate(cast, south, transfers):
    row = spend(south, cast, "1.085,00")
    assert (row.amount, row.original_amount, row.rate) == (Decimal("100.00"), Decimal("1085.00"), Decimal("10.85"))
    assert drawn(row) == [("T-2024-1", Decimal("1085.00"))]


def test_an_expense_over_two_transfers_is_split_and_rounded_once(cast, south, transfers):
    spend(south, cast, "10.000,00")
    row = spend(south, cast, "1.000,00", description="Chairs", text="x")
    # 850 / 10,85 + 150 / 11 = 78,3410 + 13,6363…
    assert (row.amount, row.rate) == (Decimal("91.98"), Decimal("10.872239"))
    assert drawn(row) == [("T-2024-1", Decimal("850.00")), ("T-2024-2", Decimal("150.00"))]


def test_a_chosen_transfer_goes_first(cast, south, transfers):
    row = spend(south, cast, "6.000,00", transfer=transfers[1].pk)
    assert drawn(row) == [("T-2024-1", Decimal("500.00")), ("T-2024-2", Decimal("5500.00"))]


def test_a_typed_rate_stays_and_draws_nothing(cast, south, transfers):
    row = spend(south, cast, "1.000,00", rate="10")
    assert (row.amount, row.rate, drawn(row)) == (Decimal("100.00"), Decimal(10), [])


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"amount": "16.350,01"}, {"rate": NOT_ARRIVED}),
        ({"source": "own"}, {"rate": NOT_ARRIVED}),
        (
            {"transfer": "999999"},
            {"transfer": "Select a valid choice. That choice is not one of the available choices."},
        ),
        ({"currency": "EUR", "transfer": "second"}, {"transfer": "Only dirham come from a transfer."}),
        ({"rate": "10", "transfer": "second"}, {"rate": "Leave the rate empty: the transfer has its own."}),
        (
            {"source": "bwi", "transfer": "second"},
            {"transfer": "No money of this source and this programme came by this transfer."},
        ),
    ],
)
def test_dirham_that_cannot_be_priced(cast, south, transfers, changes, errors):
    known = {"own": cast.own.pk, "bwi": cast.bwi.pk, "second": transfers[1].pk}
    changes = {name: known.get(value, value) for name, value in changes.items()}
    response = log(south, cast, cast.federal, **({"currency": "MAD"} | changes))
    assert errors_of(response) == {f"expense-0-{name}": [sentence] for name, sentence in errors.items()}
    assert (LogEntry.objects.count(), Drawdown.objects.count()) == (0, 0)


def test_the_transfer_that_arrives_later_changes_no_earlier_expense(cast, south, transfers):
    row = spend(south, cast, "1.085,00")
    entry = row.log_entry
    page = south.get(f"{LOG}{entry.pk}/edit/")
    shown = page.context["page"].expenses[0]
    assert shown["rate"].value() is None
    assert "100.00\N{NO-BREAK SPACE}€, at 10.85: from T-2024-1 (01/02/2024)." in page.content.decode()
    make_transfer(
        cast.gillis.programme, cast.federal, reference="T-0", sent_on="2024-01-01", received_on="2024-01-02",
        sent_amount=100, received_amount=1000,
    )  # fmt: skip
    rows = {**expense(cast.federal, pk=row.pk, amount="1.085,00", currency="MAD", description="Small bus")}
    rows |= {"expense-INITIAL_FORMS": "1"}
    assert south.post(f"{LOG}{entry.pk}/edit/", correction(cast, entry, **rows)).status_code == 302
    row.refresh_from_db()
    assert (row.description, row.amount, row.rate) == ("Small bus", Decimal("100.00"), Decimal("10.85"))
    assert drawn(row) == [("T-2024-1", Decimal("1085.00"))]


def test_another_amount_is_drawn_anew_and_a_removed_row_gives_back(cast, south, transfers):
    row = spend(south, cast, "1.085,00")
    entry = row.log_entry
    fields = {"pk": row.pk, "currency": "MAD"}
    rows = {**expense(cast.federal, amount="10.860,00", **fields), "expense-INITIAL_FORMS": "1"}
    assert south.post(f"{LOG}{entry.pk}/edit/", correction(cast, entry, **rows)).status_code == 302
    assert drawn(row) == [("T-2024-1", Decimal("10850.00")), ("T-2024-2", Decimal("10.00"))]
    entry.refresh_from_db()
    rows |= {"expense-0-remove": "on"}
    assert south.post(f"{LOG}{entry.pk}/edit/", correction(cast, entry, **rows)).status_code == 302
    assert Drawdown.objects.count() == 0


def test_a_kept_row_does_not_lend_its_dirham_to_a_new_one(cast, south, transfers):
    row = spend(south, cast, "16.000,00")
    entry = row.log_entry
    rows = {
        **expense(cast.federal, 0, pk=row.pk, amount="16.000,00", currency="MAD"),
        **expense(cast.federal, 1, amount="351,00", currency="MAD", description="Meals"),
        "expense-TOTAL_FORMS": "2",
        "expense-INITIAL_FORMS": "1",
    }
    response = south.post(f"{LOG}{entry.pk}/edit/", correction(cast, entry, **rows))
    assert errors_of(response) == {"expense-1-rate": [NOT_ARRIVED]}


def test_two_rows_of_one_form_share_the_purse(cast, south, transfers):
    rows = {
        **expense(cast.federal, 0, amount="10.850,00", currency="MAD"),
        **expense(cast.federal, 1, amount="5.500,00", currency="MAD", description="Meals"),
        "expense-TOTAL_FORMS": "2",
    }
    assert south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, **rows)).status_code == 302
    spent = Expenditure.objects.order_by("pk")
    assert [(row.amount, drawn(row)) for row in spent] == [
        (Decimal("1000.00"), [("T-2024-1", Decimal("10850.00"))]),
        (Decimal("500.00"), [("T-2024-2", Decimal("5500.00"))]),
    ]


def test_a_withdrawn_entry_gives_its_dirham_back_and_returns_only_while_they_are_there(cast, south, transfers):
    entry = spend(south, cast, "16.000,00").log_entry
    assert south.post(f"{LOG}{entry.pk}/withdraw/", {"reason": "Typed twice"}).status_code == 302
    spend(south, cast, "16.000,00", description="Bus again", text="y")
    response = south.post(f"{LOG}{entry.pk}/restore/", follow=True)
    refused = "The dirham of T-2024-1 (01/02/2024) are spent on something else meanwhile: correct the entry's money."
    assert [str(message) for message in response.context["messages"]][-1] == refused
    assert LogEntry.objects.get(pk=entry.pk).withdrawn_at is not None


def test_an_entry_does_not_come_back_with_a_voucher_that_was_paid_meanwhile(cast, south, transfers):
    entry = spend(south, cast, "100,00", voucher_number="F-7").log_entry
    south.post(f"{LOG}{entry.pk}/withdraw/", {"reason": "Typed twice"})
    spend(south, cast, "200,00", voucher_number="F-7", description="Meals", text="y")
    response = south.post(f"{LOG}{entry.pk}/restore/", follow=True)
    refused = "This voucher number is used already for another expense."
    assert [str(message) for message in response.context["messages"]][-1] == refused
