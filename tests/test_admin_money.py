"""Budgets, expenditures and vouchers in the administration keep the rules that the pages of the portal keep."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activities.models import (
    BudgetAmendment,
    BudgetLine,
    CoFunding,
    Drawdown,
    Expenditure,
    LogEntry,
    SheetColumn,
    Voucher,
)
from partnerships.models import ProgrammeYear
from tests.cast import make_entry, make_expense, make_grant, make_transfer
from tests.expense_rows import make_rule
from tests.test_admin_writes import address, last, page_of

JUSTIFIED = "This expense is justified: correct it by a row of its own."
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def boss(cast, client_of):
    return client_of(cast.administrator)


@pytest.fixture
def entry(cast):
    return make_entry(cast.jette.partner, cast.coordinator_north)


def line_of(cast, **fields):
    heading = fields.pop("heading", cast.headings["personnel"])
    values = {"programme": cast.jette.programme, "year": 2024, "source": cast.federal, "amount": Decimal("1000.00")}
    return BudgetLine.objects.create(heading=heading, **(values | fields))


def typed_line(cast, **changes):
    data = {"programme": cast.jette.programme.pk, "year": 2024, "source": cast.federal.pk, "amount": "1.000,00"}
    none = {"amendments-TOTAL_FORMS": 0, "amendments-INITIAL_FORMS": 0}
    return data | none | {"heading": cast.headings["personnel"].pk} | changes


def typed_expense(cast, **changes):
    data = {"activity": cast.jette.partner.pk, "spent_on": "2024-03-01", "description": "Stage", "amount": "100"}
    none = {"vouchers-TOTAL_FORMS": 0, "vouchers-INITIAL_FORMS": 0}
    return data | none | {"source": cast.federal.pk} | changes


def errors(response):
    assert response.status_code == 200
    return {name: list(found) for name, found in response.context_data["adminform"].form.errors.items()}


def lock(year=2024):
    ProgrammeYear.objects.filter(year=year).update(state=ProgrammeYear.State.LOCKED)


# --- budget lines


def test_a_budget_line_is_written_and_then_keeps_its_amount(cast, boss):
    assert boss.post(address(BudgetLine, "add"), typed_line(cast)).status_code == 302
    line = BudgetLine.objects.get()
    assert (line.amount, last(line).verb, last(line).parent_id) == (
        Decimal("1000.00"),
        "create",
        cast.jette.programme.pk,
    )
    page = boss.get(address(BudgetLine, "change", line.pk))
    assert f'href="/activities/budget/lines/{line.pk}/amend/"' in page.content.decode()
    data = page_of(boss, BudgetLine, line.pk) | typed_line(cast, amount="5", year=2025, description="Trainers")
    assert boss.post(address(BudgetLine, "change", line.pk), data).status_code == 302
    line.refresh_from_db()
    assert (line.amount, line.year, line.description, line.version) == (Decimal("1000.00"), 2024, "Trainers", 2)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"year": 2031}, "year", "The programme runs in 2022 – 2026."),
        ({"source": "bwi"}, "heading", "This heading belongs to another funding source."),
        ({"amount": "-1", "description": "Another"}, "amount", "The amount is too low."),
        (
            {},
            "description",
            "This budget line is there already: amend it, or say what sets this one apart.",
        ),
    ],
)
def test_a_budget_line_that_cannot_be(cast, boss, changes, field, sentence):
    line_of(cast)
    changes = changes | ({"source": cast.bwi.pk} if "source" in changes else {})
    assert errors(boss.post(address(BudgetLine, "add"), typed_line(cast, **changes))) == {field: [sentence]}
    assert BudgetLine.objects.count() == 1


def test_a_description_that_makes_two_lines_one_is_refused(cast, boss):
    line_of(cast, description="Trainers")
    other = line_of(cast)
    data = page_of(boss, BudgetLine, other.pk) | {"description": "trainers"}
    sentence = "This budget line is there already: amend it, or say what sets this one apart."
    assert errors(boss.post(address(BudgetLine, "change", other.pk), data)) == {"description": [sentence]}


def test_a_budget_of_a_locked_year_is_closed(cast, boss):
    line = line_of(cast)
    lock()
    sentence = "The year 2024 is locked: an officer can open it again."
    typed = typed_line(cast, description="Another")
    assert errors(boss.post(address(BudgetLine, "add"), typed)) == {"year": [sentence]}
    assert boss.post(address(BudgetLine, "change", line.pk), typed).status_code == 403
    assert boss.post(address(BudgetLine, "delete", line.pk), {"post": "yes"}).status_code == 403


def test_what_the_portal_writes_itself_is_only_shown(cast, boss):
    line = line_of(cast)
    of = {"amount_before": 1, "amount_after": 2, "reason": "More", "agreed_on": dt.date(2024, 5, 3)}
    amendment = BudgetAmendment.objects.create(line=line, number=1, **of)
    transfer = make_transfer(cast.jette.programme, cast.federal)
    drawdown = Drawdown.objects.create(expenditure=make_expense(cast.jette.partner), transfer=transfer, amount=5)
    for row in [amendment, drawdown]:
        assert boss.get(address(type(row), "change", row.pk)).status_code == 200
        assert boss.get(address(type(row), "add")).status_code == 403
        assert boss.post(address(type(row), "change", row.pk), {}).status_code == 403
        assert boss.post(address(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403
    assert "More" in boss.get(address(BudgetLine, "change", line.pk)).content.decode()
    boss.post(address(BudgetLine, "delete", line.pk), {"post": "yes"})
    assert BudgetLine.objects.filter(pk=line.pk).exists()


def test_shares_come_to_the_whole_at_most(cast, boss):
    CoFunding.objects.create(activity=cast.jette.partner, source=cast.own, share=Decimal(60))
    data = {"activity": cast.jette.partner.pk, "source": cast.bwi.pk, "share": "40.01"}
    sentence = "The shares of this activity come to more than 100 per cent."
    assert errors(boss.post(address(CoFunding, "add"), data)) == {"share": [sentence]}
    assert boss.post(address(CoFunding, "add"), data | {"share": "40"}).status_code == 302
    assert last(CoFunding.objects.get(source=cast.bwi)).parent_id == cast.jette.partner.pk


def test_a_column_that_was_understood_wrongly_is_taken_away(cast, boss):
    row = SheetColumn.objects.create(partnership=cast.jette.partnership, kind="expenses", heading="Bedrag")
    assert boss.post(address(SheetColumn, "delete", row.pk), {"post": "yes"}).status_code == 302
    assert not SheetColumn.objects.exists()


# --- expenditures


def test_what_is_judged_is_shown_and_not_changed(cast, boss):
    row = make_expense(cast.jette.partner, decision="justified", decided_by=cast.officer)
    page = boss.get(address(Expenditure, "change", row.pk)).content.decode()
    assert JUSTIFIED in page
    assert boss.post(address(Expenditure, "change", row.pk), typed_expense(cast)).status_code == 403
    assert boss.post(address(Expenditure, "delete", row.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    boss.post(address(Expenditure, "changelist"), chosen)
    assert Expenditure.objects.get() == row


@pytest.mark.parametrize("amount", ["-5", "0", "100000000", "NaN"])
def test_an_amount_that_cannot_be_is_refused(cast, boss, amount):
    response = boss.post(address(Expenditure, "add"), typed_expense(cast, amount=amount, source=cast.own.pk))
    assert list(errors(response)) == ["amount"]


def test_a_heading_of_another_funder_is_refused(cast, boss):
    data = typed_expense(cast, source=cast.own.pk, heading=cast.headings["personnel"].pk)
    response = boss.post(address(Expenditure, "add"), data)
    assert errors(response) == {"heading": ["This heading belongs to another funding source."]}


def test_a_later_rule_refuses_no_older_row(cast, boss):
    row = make_expense(cast.jette.partner, source=cast.federal)
    make_rule(cast.federal, "ceiling", amount=Decimal(50))
    data = page_of(boss, Expenditure, row.pk)
    assert boss.post(address(Expenditure, "change", row.pk), data).status_code == 302
    response = boss.post(address(Expenditure, "change", row.pk), data | {"amount": "100.01"})
    assert errors(response) == {"amount": ["The rule. 50.00\N{NO-BREAK SPACE}€ is left."]}


def test_a_warning_asks_for_a_reason_and_keeps_it(cast, boss):
    make_rule(cast.federal, "ceiling", amount=Decimal(50), effect="warn")
    response = boss.post(address(Expenditure, "add"), typed_expense(cast))
    assert errors(response) == {
        "amount": ["The rule. 50.00\N{NO-BREAK SPACE}€ is left."],
        "rule_reason": ["Say why it is paid from this source all the same."],
    }
    typed = typed_expense(cast, rule_reason="Agreed by letter.")
    assert boss.post(address(Expenditure, "add"), typed).status_code == 302
    assert Expenditure.objects.get().rule_reason == "Agreed by letter."


def test_a_new_expenditure_comes_with_the_voucher_that_its_rule_asks_for(cast, boss):
    make_rule(cast.federal, "voucher", amount=Decimal(50))
    typed = typed_expense(cast)
    assert errors(boss.post(address(Expenditure, "add"), typed)) == {"__all__": ["The rule."]}
    voucher = {"vouchers-TOTAL_FORMS": 1, "vouchers-0-number": "F-12", "vouchers-0-supplier": "Afous"}
    assert boss.post(address(Expenditure, "add"), typed | voucher).status_code == 302
    assert Voucher.objects.get().number == "F-12"


def test_what_draws_on_transfers_keeps_its_amount(cast, boss, entry):
    row = make_expense(
        cast.jette.partner,
        source=cast.federal,
        log_entry=entry,
        original_amount=Decimal("1085.00"),
        original_currency="MAD",
        rate=Decimal("10.85"),
    )
    transfer = make_transfer(cast.jette.programme, cast.federal)
    Drawdown.objects.create(expenditure=row, transfer=transfer, amount=Decimal("1085.00"))
    data = page_of(boss, Expenditure, row.pk) | {"amount": "5", "rate": "1", "description": "Bus"}
    assert boss.post(address(Expenditure, "change", row.pk), data).status_code == 302
    data = page_of(boss, LogEntry, entry.pk) | {
        "expenditures-0-original_amount": "2170",
        "expenditures-0-amount": "200",
    }
    response = boss.post(address(LogEntry, "change", entry.pk), data)
    assert _of_rows(response) == ["It draws on transfers: change the amount where the expense was entered."]
    row.refresh_from_db()
    assert (row.amount, row.rate, row.description) == (Decimal("100.00"), Decimal("10.85"), "Bus")


def _of_rows(response):
    """Return every sentence about the expenditures on the page of an entry."""
    assert response.status_code == 200
    formset = next(
        part.formset for part in response.context_data["inline_admin_formsets"] if part.formset.model is Expenditure
    )
    rows = [sentence for form in formset.forms for found in form.errors.values() for sentence in found]
    return [*rows, *formset.non_form_errors()]


# --- the money of one log entry


def test_rows_of_one_entry_spend_one_after_the_other(cast, boss, entry):
    make_grant(cast.jette.programme, cast.federal, amount=Decimal(150))
    row = {"spent_on": "2024-05-14", "description": "Hall", "source": cast.federal.pk, "amount": "100"}
    rows = {f"expenditures-{number}-{name}": value for number in (0, 1) for name, value in row.items()}
    data = page_of(boss, LogEntry, entry.pk) | rows | {"expenditures-TOTAL_FORMS": 2}
    response = boss.post(address(LogEntry, "change", entry.pk), data)
    sentence = "Only 50.00\N{NO-BREAK SPACE}€ is left of what Federal cooperation granted."
    assert (_of_rows(response), Expenditure.objects.count()) == ([sentence], 0)
    data["expenditures-1-amount"] = "50"
    assert boss.post(address(LogEntry, "change", entry.pk), data).status_code == 302
    assert sorted(Expenditure.objects.values_list("amount", flat=True)) == [Decimal(50), Decimal(100)]


def test_a_row_of_a_locked_year_does_not_come_in_with_its_entry(cast, boss, entry):
    lock(2023)
    row = {"spent_on": "2023-12-31", "description": "Hall", "source": cast.own.pk, "amount": "100"}
    rows = {f"expenditures-0-{name}": value for name, value in row.items()}
    data = page_of(boss, LogEntry, entry.pk) | rows | {"expenditures-TOTAL_FORMS": 1}
    response = boss.post(address(LogEntry, "change", entry.pk), data)
    assert _of_rows(response) == ["The year 2023 is locked: an officer can open it again."]


@pytest.mark.parametrize(
    "changes",
    [{"expenditures-0-amount": "5"}, {"expenditures-0-DELETE": "on"}],
    ids=["changed", "taken away"],
)
def test_what_is_judged_stays_in_its_entry(cast, boss, entry, changes):
    row = make_expense(cast.jette.partner, log_entry=entry, decision="justified")
    data = page_of(boss, LogEntry, entry.pk)
    assert boss.post(address(LogEntry, "change", entry.pk), data | {"text": "They met."}).status_code == 302
    data = page_of(boss, LogEntry, entry.pk)
    assert _of_rows(boss.post(address(LogEntry, "change", entry.pk), data | changes)) == [JUSTIFIED]
    row.refresh_from_db()
    assert row.amount == Decimal("100.00")


def test_an_entry_with_judged_money_is_not_moved(cast, boss, entry):
    make_expense(cast.jette.partner, log_entry=entry, decision="justified")
    data = page_of(boss, LogEntry, entry.pk) | {"activity": cast.jette.home.pk}
    assert errors(boss.post(address(LogEntry, "change", entry.pk), data)) == {"activity": [JUSTIFIED]}


# --- vouchers


def test_a_voucher_needs_a_number_or_a_file(cast, boss):
    data = {"expenditure": make_expense(cast.jette.partner).pk, "number": ""}
    sentence = "Give the voucher's number or its file."
    assert errors(boss.post(address(Voucher, "add"), data)) == {"number": [sentence]}
    known = {"number": "F-12", "dated_on": "2024-05-02", "supplier": "Afous", "total": "1.000,00"}
    assert boss.post(address(Voucher, "add"), data | known).status_code == 302
    row = Voucher.objects.get()
    assert (row.number, row.dated_on, row.supplier, row.total, bool(row.file)) == (
        "F-12",
        dt.date(2024, 5, 2),
        "Afous",
        Decimal("1000.00"),
        False,
    )
    page = boss.get(address(Voucher, "change", row.pk)).content.decode()
    assert f"/activities/vouchers/{row.pk}/" not in page
    scan = {"file": SimpleUploadedFile("f.pdf", PDF)}
    assert boss.post(address(Voucher, "change", row.pk), data | known | scan).status_code == 302
    assert Voucher.objects.get().original_name == "f.pdf"


def test_a_voucher_is_not_paid_twice(cast, boss):
    paid = make_expense(cast.jette.partner, source=cast.own, amount=Decimal(600))
    Voucher.objects.create(expenditure=paid, number="F-12", supplier="Afous")
    other = make_expense(cast.jette.partner, source=cast.federal, amount=Decimal(400))
    data = {"expenditure": other.pk, "number": "f-12", "supplier": "AFOUS"}
    [sentence] = errors(boss.post(address(Voucher, "add"), data))["number"]
    assert sentence == (
        "This voucher is paid already from Own funds: no cost is paid twice. "
        f'<a href="/activities/expenses/{paid.pk}/">See it.</a>'
    )
    assert boss.post(address(Voucher, "add"), data | {"total": "1000"}).status_code == 302


def test_a_voucher_of_a_judged_expenditure_is_closed(cast, boss):
    row = make_expense(cast.jette.partner, decision="justified")
    voucher = Voucher.objects.create(expenditure=row, number="F-12")
    assert errors(boss.post(address(Voucher, "add"), {"expenditure": row.pk, "number": "2"})) == {
        "expenditure": [JUSTIFIED]
    }
    assert JUSTIFIED in boss.get(address(Voucher, "change", voucher.pk)).content.decode()
    assert boss.post(address(Voucher, "change", voucher.pk), {}).status_code == 403
    assert boss.post(address(Voucher, "delete", voucher.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("key", ["NaN", "a\0b", "1e9", "-1", "9" * 30, "\u202e1", "x" * 1000])
def test_a_forged_number_of_a_row_is_no_choice(cast, boss, key):
    wrong = "Select a valid choice. That choice is not one of the available choices."
    wrong = "Null characters are not allowed." if "\0" in key else wrong
    for field in ("activity", "source", "log_entry"):
        answer = boss.post(address(Expenditure, "add"), typed_expense(cast, **{field: key}))
        assert errors(answer)[field] == [wrong]
        assert answer.rendered_content
    assert not Expenditure.objects.exists()
