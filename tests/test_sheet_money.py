"""Dirham, rates, warnings and co-paid vouchers in a municipality's spreadsheet; and its budget lines."""

import datetime as dt
from decimal import Decimal

import pytest

from activities.models import BudgetAmendment, BudgetLine, Drawdown, Expenditure
from partnerships.models import FundingRule, Programme, ProgrammeYear
from portal.ground.models import AuditEntry
from tests.cast import in_all_languages, make_grant, make_transfer
from tests.sheet_rows import checked, confirm, counts, csv, verdicts, xlsx

HEADINGS = ["Activité", "Date", "Libellé", "Bailleur", "Montant en DH", "Montant EUR", "Taux"]
BUDGET = ["Jaar", "Bron", "Rubriek", "Omschrijving", "Bedrag", "Reden"]


@pytest.fixture
def officer(cast, client_of):
    return client_of(cast.officer)


def line(cast, dirham="", euro="", rate="", *more, text="Peinture"):
    return [cast.jette.partner.slug, "1/3/2024", text, "federal", dirham, euro, rate, *more]


def refused(client, row):
    return [(number, *pair) for number, state, pairs in verdicts(client, row) for pair in pairs if state == "refused"]


def test_dirham_take_the_rate_of_the_transfers_first_in_first_out(cast, officer):
    make_transfer(cast.jette.programme, cast.federal)
    late = make_transfer(
        cast.jette.programme,
        cast.federal,
        reference="T-2",
        sent_on=dt.date(2024, 2, 10),
        received_on=dt.date(2024, 2, 12),
        received_amount=Decimal("11000.00"),
    )
    rows = [line(cast, "10.000,00", text="a"), line(cast, "2 000 DH", text="b"), line(cast, "5 000", text="c")]
    content = csv(HEADINGS, *rows)
    row = confirm(officer, checked(officer, content, cast.jette.partnership))
    assert (row.state, counts(row)) == ("done", (3, 0, 0, 0))
    first, second, third = Expenditure.objects.order_by("pk")
    assert (first.original_amount, first.original_currency, first.rate) == (
        Decimal("10000.00"),
        "MAD",
        Decimal("10.85"),
    )
    assert first.amount == Decimal("921.66")
    assert list(second.drawdowns.order_by("pk").values_list("amount", flat=True)) == [
        Decimal("850.00"),
        Decimal("1150.00"),
    ]
    assert third.rate == late.rate
    again = checked(officer, content, cast.jette.partnership)
    assert counts(again) == (0, 0, 3, 0)
    more = checked(officer, csv(HEADINGS, line(cast, "9999", text="d")), cast.jette.partnership)
    assert refused(officer, more) == [
        (2, "Taux", "Not so many dirham have arrived by transfer: give the rate at which they were bought.")
    ]


def test_an_expense_that_moves_to_another_programme_draws_on_its_transfers(cast, officer):
    activity, programme = cast.jette.partner, cast.jette.programme
    activity.programme = None
    activity.save()
    Programme.objects.create(
        slug="jette-belfaa-2017-2021",
        partnership=cast.jette.partnership,
        state="closed",
        starts_on=dt.date(2017, 1, 1),
        ends_on=dt.date(2021, 12, 31),
        **in_all_languages(name="2017–2021"),
    )
    make_transfer(programme, cast.federal)
    confirm(officer, checked(officer, csv(HEADINGS, line(cast, "1 085,00")), cast.jette.partnership))
    paid = Expenditure.objects.get()
    assert [part.transfer.programme for part in paid.drawdowns.all()] == [programme]
    moved = [paid.pk, activity.slug, "1/3/2021", "Peinture", "federal", "1 085,00", "", ""]
    row = checked(officer, csv(["Id", *HEADINGS], moved), cast.jette.partnership)
    assert refused(officer, row) == [
        (2, "Taux", "Not so many dirham have arrived by transfer: give the rate at which they were bought.")
    ]


def test_a_typed_rate_is_kept_and_draws_nothing(cast, officer):
    rows = [line(cast, "1 085,00", "", "10,85", text="a"), line(cast, 1085, 100, text="b")]
    row = confirm(officer, checked(officer, xlsx(HEADINGS, *rows), cast.jette.partnership))
    assert row.state == "done", verdicts(officer, row)
    assert list(Expenditure.objects.values_list("amount", "rate")) == [(Decimal("100.00"), Decimal("10.85"))] * 2
    assert not Drawdown.objects.exists()


def test_money_that_contradicts_itself(cast, officer):
    rows = [
        line(cast, "1085", "99", "10,85", text="a"),
        line(cast, "1085", "", "0", text="b"),
        line(cast, "5", "5000", text="c"),
        line(cast, "5 EUR", text="d"),
        line(cast, text="e"),
    ]
    row = checked(officer, csv(HEADINGS, *rows), cast.jette.partnership)
    assert [(number, column) for number, column, _sentence in refused(officer, row)] == [
        (2, "Montant EUR"),
        (3, "Taux"),
        (4, "Taux"),
        (5, "Montant en DH"),
        (6, "Montant EUR"),
    ]


def test_the_currency_may_stand_in_a_column_of_its_own(cast, officer):
    headings = ["Activiteit", "Datum", "Omschrijving", "Bron", "Bedrag", "Munt", "Koers"]
    rows = [
        [cast.jette.partner.slug, "1/3/2024", "a", "own", "1085", "MAD", "10,85"],
        [cast.jette.partner.slug, "1/3/2024", "b", "own", "1085", "eur", ""],
        [cast.jette.partner.slug, "1/3/2024", "c", "own", "1085", "USD", ""],
        [cast.jette.partner.slug, "1/3/2024", "d", "own", "1085 €", "MAD", ""],
    ]
    row = checked(officer, csv(headings, *rows), cast.jette.partnership)
    assert [(number, column) for number, column, _sentence in refused(officer, row)] == [(4, "Munt"), (5, "Munt")]
    row = confirm(officer, checked(officer, csv(headings, *rows[:2]), cast.jette.partnership))
    assert list(Expenditure.objects.order_by("pk").values_list("amount", "original_currency")) == [
        (Decimal("100.00"), "MAD"),
        (Decimal("1085.00"), ""),
    ]


def test_a_warning_needs_its_reason(cast, officer):
    FundingRule.objects.create(
        slug="own-voucher",
        source=cast.own,
        kind="voucher",
        amount=100,
        effect="warn",
        **in_all_languages(title="A voucher above 100 euro."),
    )
    headings = ["Activiteit", "Datum", "Omschrijving", "Bron", "Bedrag", "Reden", "Factuur"]
    common = [cast.jette.partner.slug, "1/3/2024"]
    rows = [
        [*common, "a", "own", "150", "", ""],
        [*common, "b", "own", "150", "The shop gives none.", ""],
        [*common, "c", "own", "150", "", "F-1"],
        [*common, "d", "own", "50", "", ""],
    ]
    row = checked(officer, csv(headings, *rows), cast.jette.partnership)
    assert [state for _number, state, _pairs in verdicts(officer, row)] == ["refused", "new", "new", "new"]
    told = refused(officer, row)
    assert [column for _number, column, _sentence in told] == ["Factuur", "Reden"]
    assert "A voucher above 100 euro." in told[0][2]
    assert confirm(officer, checked(officer, csv(headings, *rows[1:]), cast.jette.partnership)).state == "done"
    assert Expenditure.objects.get(description="b").rule_reason == "The shop gives none."


def test_rows_of_one_file_share_what_is_left(cast, officer):
    make_grant(cast.jette.programme, cast.own, amount=100)
    headings = ["Activiteit", "Datum", "Omschrijving", "Bron", "Bedrag"]
    rows = [[cast.jette.partner.slug, "1/3/2024", text, "own", "60"] for text in "ab"]
    row = checked(officer, csv(headings, *rows), cast.jette.partnership)
    assert [state for _number, state, _pairs in verdicts(officer, row)] == ["new", "refused"]
    assert refused(officer, row)[0][1] == "Bedrag"


def test_one_voucher_is_paid_once(cast, officer):
    headings = ["Activiteit", "Datum", "Omschrijving", "Bron", "Bedrag", "Factuur", "Leverancier", "Totaal factuur"]
    common = [cast.jette.partner.slug, "1/3/2024"]
    rows = [
        [*common, "a", "own", "60", "F-1", "Shop", ""],
        [*common, "b", "bwi", "40", "F-1", "Shop", ""],
        [*common, "c", "own", "60", "F-2", "Shop", "100"],
        [*common, "d", "bwi", "40", "F-2", "Shop", "100"],
        [*common, "e", "own", "5", "", "Shop", ""],
    ]
    row = checked(officer, csv(headings, *rows), cast.jette.partnership)
    assert [state for _number, state, _pairs in verdicts(officer, row)] == ["new", "refused", "new", "new", "refused"]
    assert {column for _number, column, _sentence in refused(officer, row)} == {"Factuur"}


def budget_sheet(cast, *rows):
    return csv(BUDGET, *rows)


def test_budget_lines_come_in_once_and_change_with_a_reason(cast, officer):
    make_grant(cast.jette.programme, cast.federal)
    rows = [
        ["2024", "federal", "federal-investments", "", "10.000,00", ""],
        ["2024", "federal", "federal-personnel", "", "0", ""],
        ["2025", "own", "", "Feest", "500", ""],
    ]
    row = checked(officer, budget_sheet(cast, *rows), cast.jette.partnership, kind="budget")
    assert counts(row) == (3, 0, 0, 0), verdicts(officer, row)
    assert confirm(officer, row).state == "done"
    assert list(BudgetLine.objects.order_by("pk").values_list("year", "amount")) == [
        (2024, Decimal("10000.00")),
        (2024, Decimal("0.00")),
        (2025, Decimal("500.00")),
    ]
    assert counts(checked(officer, budget_sheet(cast, *rows), cast.jette.partnership, kind="budget")) == (0, 0, 3, 0)
    rows[0][4], rows[2][4], rows[2][5] = "12.000", "600", "More guests"
    row = checked(officer, budget_sheet(cast, *rows), cast.jette.partnership, kind="budget")
    assert [(number, column) for number, column, _sentence in refused(officer, row)] == [(2, "Reden")]
    row = confirm(officer, checked(officer, budget_sheet(cast, rows[2]), cast.jette.partnership, kind="budget"))
    assert (row.state, counts(row)) == ("done", (0, 1, 0, 0))
    amendment = BudgetAmendment.objects.get()
    assert (amendment.number, amendment.amount_before, amendment.amount_after, amendment.reason) == (
        1,
        Decimal("500.00"),
        Decimal("600.00"),
        "More guests",
    )
    line = amendment.line
    assert (line.amount, line.version) == (Decimal("600.00"), 2)
    entry = AuditEntry.objects.filter(target_type="activities.budgetline", target_id=line.pk).latest("pk")
    assert entry.changes == {"amount": ["500.00", "600.00"]}


def test_budget_lines_that_cannot_come_in(cast, officer):
    ProgrammeYear.objects.filter(year=2023).update(state="locked")
    rows = [
        ["2031", "federal", "", "", "1", ""],
        ["2023", "federal", "", "", "1", ""],
        ["2024", "own", "federal-personnel", "", "1", ""],
        ["2024", "federal", "", "a", "-1", ""],
        ["2024", "federal", "", "b", "1", ""],
        ["2024", "federal", "", "B", "2", ""],
    ]
    row = checked(officer, budget_sheet(cast, *rows), cast.jette.partnership, kind="budget")
    assert [(number, column) for number, column, _sentence in refused(officer, row)] == [
        (2, "Jaar"),
        (3, "Jaar"),
        (4, "Rubriek"),
        (5, "Bedrag"),
        (7, "Omschrijving"),
    ]
    assert not BudgetLine.objects.exists()
