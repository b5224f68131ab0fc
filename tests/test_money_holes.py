"""Ways round the rules of money that somebody tried: forms that nobody's page sends, and orders nobody thought of."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from activities.models import Activity, BudgetLine, Expenditure, LogEntry, Voucher
from activities.resources import expense_writing
from activities.resources.expenses import ExpenseSheet
from activities.rules import check_change
from activities.services import judge, restore_entry, withdraw_entry
from partnerships.models import CostHeading, Programme, ProgrammeYear
from portal.ground.sheet_rows import Table
from portal.ground.spreadsheets import Sheet
from tests.cast import in_all_languages, make_entry, make_expense, make_grant
from tests.expense_rows import NEW, alone, errors_of, make_rule
from tests.log_form import correction, expense
from tests.test_admin_writes import address, page_of

DAY = dt.date(2024, 5, 14)
TWICE = "This voucher is paid already from Own funds: no cost is paid twice."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def south(cast, client_of):
    return client_of(cast.coordinator_south)


@pytest.fixture
def boss(cast, client_of):
    return client_of(cast.administrator)


@pytest.fixture
def billed(cast):
    row = make_expense(cast.gillis.partner)
    Voucher.objects.create(expenditure=row, number="F-1")
    return row


def reject(cast, row):
    return judge(row, decision="rejected", actor=cast.officer, on=DAY, seen="", reason="Not eligible.")


def correct(client, row, **changes):
    fields = {"direction": "back", "amount": "100", "spent_on": "2024-06-01", "description": "Once more"}
    data = {"submission_key": str(uuid.uuid4()), **fields, **changes}
    return client.post(f"/activities/expenses/{row.pk}/correct/", data)


def said(error):
    return error.value.message_dict if hasattr(error.value, "error_dict") else error.value.messages


def above_the_form(response):
    return [sentence for found in response.context["form"].errors.values() for sentence in found]


# --- an expense on a page of its own


def test_a_new_expense_cannot_be_taken_away(cast, south):
    response = south.post(NEW, alone(cast.gillis.partner, cast.own, remove="on", amount=""))
    assert (response.status_code, list(errors_of(response))) == (200, ["expense-0-amount"])
    assert south.post(NEW, alone(cast.gillis.partner, cast.own, remove="on")).status_code == 302
    assert Expenditure.objects.count() == 1


def test_a_form_that_names_another_row_hides_no_voucher(cast, south, billed):
    sent = alone(cast.gillis.partner, cast.federal, voucher_number="F-1", pk=billed.pk)
    [sentence] = errors_of(south.post(NEW, sent))["expense-0-voucher_number"]
    assert sentence.startswith(TWICE)
    assert Expenditure.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("9999-12-31", "This date is too far away: check the year."),
        ("2101-01-01", "This date is too far away: check the year."),
        ("1989-12-31", "This date is too long ago: check the year."),
    ],
)
def test_a_year_that_is_a_slip_of_the_hand(cast, south, day, sentence):
    Activity.objects.update(programme=None)
    response = south.post(NEW, alone(cast.gillis.partner, cast.own, spent_on=day))
    assert errors_of(response)["expense-0-spent_on"] == [sentence]


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2021-12-31", "This day lies before the grant of Federal cooperation."),
        ("2027-01-01", "On this day no grant of Federal cooperation pays any more."),
    ],
)
def test_a_grant_pays_nothing_on_a_day_without_a_programme(cast, south, day, sentence):
    make_grant(cast.gillis.programme, cast.federal, ends_on=dt.date(2027, 6, 30))
    Activity.objects.update(programme=None)
    response = south.post(NEW, alone(cast.gillis.partner, cast.federal, spent_on=day))
    assert errors_of(response)["expense-0-spent_on"] == [sentence]


# --- the log


def test_one_row_twice_in_a_form_spends_nothing_twice(cast, south):
    make_grant(cast.gillis.programme, cast.federal, amount=Decimal(1000))
    entry = make_entry(cast.gillis.partner, cast.coordinator_south)
    row = make_expense(cast.gillis.partner, log_entry=entry, source=cast.federal, amount=Decimal(1000))
    rows = expense(cast.federal, 0, pk=row.pk, amount="0,01") | expense(cast.federal, 1, pk=row.pk, amount="1999,99")
    counts = {"expense-TOTAL_FORMS": "2", "expense-INITIAL_FORMS": "2"}
    response = south.post(f"/activities/log/{entry.pk}/edit/", correction(cast, entry, **rows, **counts))
    assert errors_of(response)["expense-1-description"] == ["This row stands here twice: take one of them out."]
    row.refresh_from_db()
    assert row.amount == 1000


def test_money_is_held_before_the_years(cast):
    entry = make_entry(cast.gillis.partner, cast.coordinator_south)
    make_expense(cast.gillis.partner, log_entry=entry)
    withdraw_entry(entry, actor=cast.coordinator_south, reason="Twice")
    activity = Activity.objects.get(pk=cast.gillis.partner.pk)
    activity.side = "home"

    def change():
        with transaction.atomic():
            check_change(activity)

    for write in (lambda: restore_entry(entry, actor=cast.coordinator_south), change):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            write()
        asked = [query["sql"] for query in queries]
        held = 'SELECT "partnerships_partnership"."id"'
        money = next(place for place, sql in enumerate(asked) if held in sql)
        years = next(place for place, sql in enumerate(asked) if 'FROM "partnerships_programmeyear"' in sql)
        assert money < years


# --- corrections


def test_what_is_paid_on_top_is_not_paid_twice(cast, south, billed):
    other = make_expense(cast.gillis.partner, source=cast.federal)
    response = correct(south, other, direction="more", voucher_number="F-1")
    assert response.status_code == 200
    assert response.context["form"].errors["voucher_number"][0].startswith(TWICE)
    assert correct(south, billed, direction="more", voucher_number="F-1").status_code == 302
    assert correct(south, billed, direction="more", voucher_number="F-1").status_code == 302


def test_no_more_comes_back_than_a_funder_paid(cast, south):
    row = make_expense(cast.gillis.partner)
    reject(cast, make_expense(cast.gillis.partner, amount=Decimal(50), corrects=row))
    response = correct(south, row, amount="150")
    sentence = "More than was paid cannot come back: 100.00\N{NO-BREAK SPACE}€ is left."
    assert response.context["form"].errors == {"amount": [sentence]}
    assert correct(south, row).status_code == 302


def test_what_came_back_is_not_rejected_away(cast):
    row = make_expense(cast.gillis.partner)
    more = make_expense(cast.gillis.partner, amount=Decimal(50), corrects=row)
    make_expense(cast.gillis.partner, amount=Decimal(-120), corrects=row)
    with pytest.raises(ValidationError) as error:
        reject(cast, more)
    assert said(error) == ["More than the rest of it came back already: remove that refund first."]


# --- an activity, a heading


def test_an_activity_with_money_stays_in_its_partnership(cast):
    activity = cast.gillis.partner
    make_expense(activity)
    activity.partnership, activity.programme = cast.jette.partnership, cast.jette.programme
    with pytest.raises(ValidationError) as error, transaction.atomic():
        check_change(activity)
    sentence = "Money is planned for this activity or spent on it: it stays in its partnership."
    assert said(error) == {"partnership": [sentence]}


def test_an_activity_stays_in_the_years_of_its_money(cast):
    activity = cast.gillis.partner
    make_expense(activity)
    activity.programme = Programme.objects.create(
        slug="earlier", partnership=cast.gillis.partnership, state="closed",
        starts_on=dt.date(2017, 1, 1), ends_on=dt.date(2021, 12, 31), **in_all_languages(name="Earlier"),
    )  # fmt: skip
    with pytest.raises(ValidationError) as error, transaction.atomic():
        check_change(activity)
    sentence = "Money was spent on this activity outside the years of the programme (2017\N{NO-BREAK SPACE}– 2021)."
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in said(error)["programme"]] == [
        sentence.replace("\N{NO-BREAK SPACE}", " ")
    ]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"starts_on": "2024-06-01"}, "starts_on", "Money was spent on 14 May 2024 already."),
        ({"ends_on": "2024-05-13"}, "ends_on", "Money was spent on 14 May 2024 already."),
        ({"ends_on": "2024-12-31"}, "ends_on", "The budget has a line of 2025."),
        ({"partnership": "jette"}, "partnership", "A programme with money stays in its partnership."),
    ],
)
def test_a_programme_keeps_the_days_of_its_money(cast, boss, changes, field, sentence):
    programme = cast.gillis.programme
    make_expense(cast.gillis.partner)
    BudgetLine.objects.create(programme=programme, year=2025, source=cast.own, amount=Decimal(10))
    Programme.objects.filter(partnership=cast.jette.partnership).update(
        starts_on=dt.date(2010, 1, 1), ends_on=dt.date(2011, 1, 1)
    )
    if "partnership" in changes:
        changes = {"partnership": cast.jette.partnership.pk}
    response = boss.post(address(Programme, "change", programme.pk), page_of(boss, Programme, programme.pk) | changes)
    assert response.status_code == 200
    assert {name: list(found) for name, found in response.context_data["adminform"].form.errors.items()} == {
        field: [sentence]
    }
    wider = page_of(boss, Programme, programme.pk) | {"ends_on": "2027-12-31"}
    assert boss.post(address(Programme, "change", programme.pk), wider).status_code == 302


def test_a_heading_stays_with_its_funder(cast, boss):
    heading = cast.headings["personnel"]
    data = page_of(boss, CostHeading, heading.pk) | {"source": cast.bwi.pk, "parent": ""}
    boss.post(address(CostHeading, "change", heading.pk), data)
    heading.refresh_from_db()
    assert heading.source == cast.federal


# --- the administration


def strike_out(boss, entry):
    typed = {"expenditures-0-amount": "rubbish", "expenditures-0-DELETE": "on"}
    return boss.post(address(LogEntry, "change", entry.pk), page_of(boss, LogEntry, entry.pk) | typed)


def refusals(response):
    [formset] = [
        part.formset for part in response.context_data["inline_admin_formsets"] if "expend" in part.formset.prefix
    ]
    return list(formset.non_form_errors())


@pytest.mark.parametrize("decision", ["justified", "rejected"])
def test_a_judged_row_is_not_struck_out_under_a_mistyped_amount(cast, boss, decision):
    entry = make_entry(cast.jette.partner, cast.coordinator_north)
    row = make_expense(cast.jette.partner, log_entry=entry, heading=cast.headings["personnel"])
    judge(row, decision=decision, actor=cast.officer, on=DAY, seen="", reason="Because")
    sentences = {
        "justified": "This expense is justified: correct it by a row of its own.",
        "rejected": "This expense is rejected: an officer can take that back first.",
    }
    assert refusals(strike_out(boss, entry)) == [sentences[decision]]
    assert Expenditure.objects.get() == row


def test_a_row_of_a_locked_year_is_not_struck_out_in_an_open_entry(cast, boss):
    entry = make_entry(cast.jette.partner, cast.coordinator_north)
    make_expense(cast.jette.partner, log_entry=entry, spent_on=dt.date(2023, 12, 30))
    ProgrammeYear.objects.filter(year=2023).update(state=ProgrammeYear.State.LOCKED)
    assert refusals(strike_out(boss, entry)) == ["The year 2023 is locked: an officer can open it again."]
    assert Expenditure.objects.count() == 1


def test_a_refund_is_not_deleted_past_the_funder(cast, boss):
    row = make_expense(cast.jette.partner)
    refund = make_expense(cast.jette.partner, amount=Decimal(-50), corrects=row)
    assert boss.post(address(Expenditure, "delete", refund.pk), {"post": "yes"}).status_code == 403
    assert boss.post(address(Expenditure, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert Expenditure.objects.count() == 2


def test_a_later_rule_keeps_no_voucher_out(cast, boss):
    voucher = Voucher.objects.create(expenditure=make_expense(cast.jette.partner, source=cast.bwi), number="F-1")
    make_rule(cast.bwi, "side", side_allowed="home")
    data = page_of(boss, Voucher, voucher.pk) | {"supplier": "Print shop"}
    assert boss.post(address(Voucher, "change", voucher.pk), data).status_code == 302
    voucher.refresh_from_db()
    assert voucher.supplier == "Print shop"


# --- a spreadsheet

COLUMNS = ["number", "activity", "spent_on", "description", "source", "amount", "voucher_number", "supplier"]


def bring_in(cast, row, amount, supplier=None):
    """Send a sheet that says something else of one expenditure; return what is said of the row."""
    cells = [row.pk, row.activity.slug, row.spent_on, row.description, row.source.slug, amount, "F-1", supplier]
    sheet = Sheet(COLUMNS, [(2, cells)])
    with transaction.atomic():
        engine = ExpenseSheet(cast.gillis.partnership, hold=True)
        outcome = engine.judge(Table(sheet, COLUMNS, engine.fields))
        if not outcome.count("refused"):
            expense_writing.write(outcome.plans, actor=cast.officer, source="expenses.csv")
    return [sentence for verdict in outcome.verdicts for _column, sentence in verdict.reasons]


def test_a_sheet_changes_nothing_that_is_rejected(cast, billed):
    reject(cast, billed)
    assert bring_in(cast, billed, 55) == ["This expense is rejected: an officer can take that back first."]


def test_a_sheet_changes_no_voucher_of_what_is_justified(cast, billed):
    judge(billed, decision="justified", actor=cast.officer, on=DAY, seen="")
    sentence = "This expense is justified: correct it by a row of its own."
    assert bring_in(cast, billed, 100, "Another shop") == [sentence]
    assert bring_in(cast, billed, 100) == []


def test_a_sheet_changes_neither_a_correction_nor_what_it_corrects(cast, billed):
    refund = make_expense(cast.gillis.partner, amount=Decimal(-80), corrects=billed)
    assert bring_in(cast, billed, 55) == ["A row of its own corrects this expense: correct that row instead."]
    assert bring_in(cast, refund, 20) == ["A correction is removed, not changed."]
