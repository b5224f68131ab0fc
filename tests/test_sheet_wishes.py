"""What a sheet says of all its rows, the transfer that a row names, and rows that correct or refund."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from activities.models import Drawdown, Expenditure, SheetImport
from tests.cast import make_expense, make_transfer
from tests.sheet_rows import checked, confirm, counts, csv, send, url, verdicts

FEW = ["Activiteit", "Datum", "Omschrijving", "Bedrag"]
FIX = ["Activiteit", "Datum", "Omschrijving", "Bron", "Bedrag", "Corrects number"]
CHOSEN = ["Activité", "Date", "Libellé", "Bailleur", "Montant en DH", "Taux", "Transfert"]
COLUMNS = ["activity", "spent_on", "description", "amount"]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def officer(cast, client_of):
    return client_of(cast.officer)


def refused(client, row):
    return [(number, *pair) for number, state, pairs in verdicts(client, row) for pair in pairs if state == "refused"]


# --- the same for the whole sheet


def choose(client, row, columns=COLUMNS, **constants):
    data = {f"column-{place}": name for place, name in enumerate(columns)}
    answer = client.post(url(row), data | {f"constant-{name}": text for name, text in constants.items()})
    row.refresh_from_db()
    return answer


def sent(client, cast, *rows, headings=FEW):
    assert send(client, csv(headings, *rows), cast.jette.partnership).status_code == 302
    return SheetImport.objects.latest("pk")


def line(cast, text="Bus", day="1/3/2024"):
    return [cast.jette.partner.slug, day, text, "100"]


def test_what_no_column_holds_is_said_once_for_all_rows(cast, officer):
    row = sent(officer, cast, line(cast), line(cast, "Room"))
    assert row.state == "mapping"
    answer = choose(officer, row)
    assert list(answer.context["form"].non_field_errors()) == ["Choose the column that holds “Paid from”."]
    assert choose(officer, row, source="own funds", heading="").status_code == 302
    assert (row.state, counts(row), row.constants) == ("ready", (2, 0, 0, 0), {"source": "own funds"})
    assert "Paid from: <bdi>own funds</bdi>" in officer.get(url(row)).content.decode()
    assert confirm(officer, row).state == "done"
    assert set(Expenditure.objects.values_list("source", flat=True)) == {cast.own.pk}


def test_the_currency_of_the_whole_sheet(cast, officer):
    make_transfer(cast.jette.programme, cast.federal)
    row = sent(officer, cast, [cast.jette.partner.slug, "1/3/2024", "Bus", "1.085"])
    choose(officer, row, source="federal", currency="DH")
    confirm(officer, row)
    paid = Expenditure.objects.get()
    assert (paid.amount, paid.original_amount, paid.original_currency) == (Decimal(100), Decimal(1085), "MAD")


@pytest.mark.parametrize(
    ("constants", "field", "sentence"),
    [
        ({"source": "nobody"}, "constant-source", "There is no funding source “nobody”."),
        ({"source": "own", "currency": "DKK"}, "constant-currency", None),
        (
            {"source": "own", "activity": "x"},
            "__all__",
            "A column holds “Activity” already: leave it out, or the value for the whole sheet.",
        ),
    ],
)
def test_a_value_that_cannot_be_is_refused_beside_its_field(cast, officer, constants, field, sentence):
    row = sent(officer, cast, line(cast))
    errors = choose(officer, row, **constants).context["form"].errors
    assert list(errors) == [field]
    assert sentence is None or list(errors[field]) == [sentence]
    assert row.state == "mapping"


def test_it_is_remembered_for_the_same_headings_and_asked_for_others(cast, officer):
    row = sent(officer, cast, line(cast))
    choose(officer, row, source="own")
    confirm(officer, row)
    again = sent(officer, cast, line(cast))
    assert (again.state, counts(again), again.constants) == ("ready", (0, 0, 1, 0), {"source": "own"})
    other = sent(officer, cast, line(cast)[::-1], headings=FEW[::-1])
    assert (other.state, other.constants) == ("mapping", {}), "nobody knows whether the same holds for this one"


# --- the transfer that pays


def test_a_row_names_the_transfer_that_pays_it(cast, officer):
    make_transfer(cast.jette.programme, cast.federal)
    late = make_transfer(
        cast.jette.programme, cast.federal, reference="T-2", sent_on=dt.date(2024, 2, 10),
        received_on=dt.date(2024, 2, 12), received_amount=Decimal("11000.00"),
    )  # fmt: skip
    rows = [[cast.jette.partner.slug, "1/3/2024", text, "federal", "1.100", "", "t-2"] for text in "ab"]
    content = csv(CHOSEN, *rows)
    row = confirm(officer, checked(officer, content, cast.jette.partnership))
    assert (row.state, counts(row)) == ("done", (2, 0, 0, 0))
    assert set(Drawdown.objects.values_list("transfer", flat=True)) == {late.pk}
    assert set(Expenditure.objects.values_list("amount", flat=True)) == {Decimal(100)}
    assert counts(checked(officer, content, cast.jette.partnership)) == (0, 0, 2, 0)


def test_a_transfer_that_cannot_pay(cast, officer):
    make_transfer(cast.jette.programme, cast.federal)
    slug = cast.jette.partner.slug
    rows = [
        [slug, "1/3/2024", "a", "federal", "100", "", "T-9"],
        [slug, "1/3/2024", "b", "federal", "100", "10,85", "T-2024-1"],
        [slug, "1/3/2024", "c", "own", "100", "", "T-2024-1"],
    ]
    row = checked(officer, csv(CHOSEN, *rows), cast.jette.partnership)
    sentence = "No money of this source and this programme came by this transfer."
    assert refused(officer, row) == [
        (2, "Transfert", sentence),
        (3, "Taux", "Leave the rate empty: the transfer has its own."),
        (4, "Transfert", sentence),
    ]


# --- corrections and refunds


@pytest.fixture
def paid(cast):
    return make_expense(cast.jette.partner, heading=cast.headings["personnel"], decision="justified")


def back(cast, paid, amount="-30", **changes):
    cells = {
        "activity": cast.jette.partner.slug,
        "day": "1/6/2024",
        "text": "Unused tickets",
        "source": "federal",
        "amount": amount,
        "corrects": paid.pk,
    }
    return list((cells | changes).values())


def test_a_refund_comes_in_as_a_row_of_its_own(cast, officer, paid):
    content = csv(FIX, back(cast, paid))
    row = confirm(officer, checked(officer, content, cast.jette.partnership))
    assert (row.state, counts(row)) == ("done", (1, 0, 0, 0))
    refund = paid.corrections.get()
    assert (refund.amount, refund.heading, refund.decision) == (Decimal(-30), paid.heading, "")
    assert counts(checked(officer, content, cast.jette.partnership)) == (0, 0, 1, 0)


def test_what_is_paid_on_top_comes_in_too(cast, officer, paid):
    confirm(officer, checked(officer, csv(FIX, back(cast, paid, "20")), cast.jette.partnership))
    assert paid.corrections.get().amount == Decimal(20)


def test_dirham_go_back_to_the_transfer_that_they_came_from(cast, officer):
    transfer = make_transfer(cast.jette.programme, cast.federal)
    row = make_expense(
        cast.jette.partner, source=cast.federal, original_amount=Decimal(1085), original_currency="MAD",
        rate=Decimal("10.85"),
    )  # fmt: skip
    Drawdown.objects.create(expenditure=row, transfer=transfer, amount=Decimal(1085))
    confirm(officer, checked(officer, csv(FIX, back(cast, row, "-108,50 DH")), cast.jette.partnership))
    refund = row.corrections.get()
    assert (refund.amount, refund.original_amount, refund.drawdowns.get().amount) == (
        Decimal(-10),
        Decimal("-108.50"),
        Decimal("-108.50"),
    )


def test_a_correction_that_cannot_be(cast, officer, paid):
    refund = make_expense(cast.jette.partner, heading=paid.heading, corrects=paid, amount=Decimal(-5))
    gone = make_expense(cast.jette.partner, heading=paid.heading, decision="rejected", decision_reason="No.")
    abroad = make_expense(cast.gillis.partner)
    twice = make_expense(cast.jette.partner, heading=paid.heading)
    cases = {
        "too much": back(cast, paid, "-95,01"),
        "too early": back(cast, twice, day="13/5/2024"),
        "once more": back(cast, twice, text="More"),
        "no such": back(cast, paid, corrects=99999999),
        "elsewhere": back(cast, abroad),
        "of a correction": back(cast, refund),
        "of what is rejected": back(cast, gone),
        "another source": back(cast, paid, source="own"),
        "other money": back(cast, paid, "-3 DH"),
        "nothing": back(cast, paid, corrects=""),
    }
    rows = [row if row[2] != "Unused tickets" else [*row[:2], name, *row[3:]] for name, row in cases.items()]
    found = refused(officer, checked(officer, csv(FIX, *rows), cast.jette.partnership))
    names = list(cases)
    assert {(names[number - 2], column, sentence) for number, column, sentence in found} == {
        ("too much", "Bedrag", "More than was paid cannot come back: 95.00\N{NO-BREAK SPACE}€ is left."),
        ("too early", "Datum", "Money comes back after it was paid: check the date."),
        ("once more", "Corrects number", "Row 3 corrects the same expense: bring this one in afterwards."),
        ("no such", "Corrects number", "There is no expense with the number 99999999."),
        ("elsewhere", "Corrects number", f"There is no expense with the number {abroad.pk}."),
        ("of a correction", "Corrects number", "This is a correction itself: correct the first expense."),
        (
            "of what is rejected",
            "Corrects number",
            "This expense is rejected: an officer can take that back first.",
        ),
        ("another source", "Bron", "A correction keeps the source of what it corrects."),
        ("other money", "Bedrag", "Give the amount in the currency of what it corrects."),
        ("nothing", "Bedrag", "Give an amount of more than zero and less than a hundred million."),
    }
    assert Expenditure.objects.count() == 5
