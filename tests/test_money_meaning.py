"""What was told to a funder keeps its meaning: side, heading, the programme of a refund, and one paper paid once."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from activities.models import Activity, Expenditure, Voucher
from partnerships.models import CostHeading, ProgrammeYear
from tests.cast import make_entry, make_expense
from tests.expense_rows import NEW, SAY_WHY, alone, errors_of
from tests.sheet_rows import HEADINGS, checked, confirm, counts, csv, verdicts
from tests.test_admin_money import errors
from tests.test_admin_writes import address, page_of
from tests.test_expense_corrections import send

ALIKE = "A voucher with this number, day and amount is there already, and only one of the two names its supplier."
TOLD = "Costs are justified under this heading, or locked with their year: end it and add its successor."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def boss(cast, client_of):
    return client_of(cast.administrator)


@pytest.fixture
def south(cast, client_of):
    return client_of(cast.coordinator_south)


# --- the side of an activity


def test_an_activity_keeps_the_side_for_which_its_expenses_are_justified(cast, boss):
    row = make_expense(cast.gillis.partner, decision="justified")
    sentence = "Expenses of this activity are justified for this side: an officer can take that back first."
    data = page_of(boss, Activity, cast.gillis.partner.pk) | {"side": "home"}
    assert errors(boss.post(address(Activity, "change", cast.gillis.partner.pk), data)) == {"side": [sentence]}
    Expenditure.objects.filter(pk=row.pk).update(decision="")
    assert boss.post(address(Activity, "change", cast.gillis.partner.pk), data).status_code == 302
    row.refresh_from_db()
    assert row.spender == "home"


def test_a_withdrawn_entry_keeps_no_side(cast, boss):
    entry = make_entry(cast.gillis.partner, cast.officer, withdrawn_at=dt.datetime(2024, 6, 1, tzinfo=dt.UTC))
    make_expense(cast.gillis.partner, decision="justified", log_entry=entry)
    data = page_of(boss, Activity, cast.gillis.partner.pk) | {"side": "home"}
    assert boss.post(address(Activity, "change", cast.gillis.partner.pk), data).status_code == 302


# --- a cost heading


def lock(_row):
    ProgrammeYear.objects.filter(year=2024).update(state=ProgrammeYear.State.LOCKED)


def justify(row):
    Expenditure.objects.filter(pk=row.pk).update(decision="justified")


@pytest.mark.parametrize("tell", [justify, lock])
def test_a_heading_keeps_its_nature_once_costs_are_told_under_it(cast, boss, tell):
    row = make_expense(cast.gillis.partner, heading=cast.headings["personnel"])
    tell(row)
    heading = cast.headings["personnel"]
    data = page_of(boss, CostHeading, heading.pk)
    for change, field in [({"nature": "management"}, "nature"), ({"parent": cast.headings["management"].pk}, "parent")]:
        assert errors(boss.post(address(CostHeading, "change", heading.pk), data | change)) == {field: [TOLD]}
    undirect = {name: value for name, value in data.items() if name != "is_direct"}
    assert errors(boss.post(address(CostHeading, "change", heading.pk), undirect)) == {"is_direct": [TOLD]}
    renamed = data | {"name_en": "Staff"}
    assert boss.post(address(CostHeading, "change", heading.pk), renamed).status_code == 302


def test_the_whole_keeps_its_nature_for_what_is_told_under_its_part(cast, boss):
    justify(make_expense(cast.gillis.partner, heading=cast.headings["personnel"]))
    whole = cast.headings["operational"]
    data = page_of(boss, CostHeading, whole.pk) | {"nature": "management"}
    assert errors(boss.post(address(CostHeading, "change", whole.pk), data)) == {"nature": [TOLD]}


def test_a_heading_that_nothing_is_told_under_changes(cast, boss):
    make_expense(cast.gillis.partner, heading=cast.headings["personnel"])
    heading = cast.headings["personnel"]
    data = page_of(boss, CostHeading, heading.pk) | {"nature": "management"}
    assert boss.post(address(CostHeading, "change", heading.pk), data).status_code == 302


def test_a_heading_keeps_the_days_that_were_told_under_it(cast, boss):
    justify(make_expense(cast.gillis.partner, heading=cast.headings["personnel"]))
    heading = cast.headings["personnel"]
    data = page_of(boss, CostHeading, heading.pk)
    sentence = ["An expense of 14 May 2024 is told under it."]
    early = data | {"ends_on": "2024-05-13", "ends_precision": "day"}
    assert errors(boss.post(address(CostHeading, "change", heading.pk), early)) == {"ends_on": sentence}
    late = data | {"starts_on": "2024-05-15", "starts_precision": "day"}
    assert errors(boss.post(address(CostHeading, "change", heading.pk), late)) == {"starts_on": sentence}
    fits = data | {"ends_on": "2024-05-14", "ends_precision": "day"}
    assert boss.post(address(CostHeading, "change", heading.pk), fits).status_code == 302


# --- a refund outside the programme that paid


@pytest.fixture
def free(cast):
    """Return an activity that names no programme."""
    Activity.objects.filter(pk=cast.gillis.partner.pk).update(programme=None)
    return Activity.objects.get(pk=cast.gillis.partner.pk)


def test_a_refund_lies_in_the_programme_that_paid(south, free):
    paid = make_expense(free)
    sentence = "This was paid in the programme of 2022 – 2026: outside it the refund would lessen nothing."
    response = send(south, paid, spent_on="2027-02-01")
    assert response.context["form"].errors == {"spent_on": [sentence]}
    assert not paid.corrections.exists()
    assert send(south, paid, spent_on="2026-12-31").status_code == 302


def test_a_refund_of_what_no_programme_paid_lessens_none(south, free):
    paid = make_expense(free, spent_on=dt.date(2021, 12, 30))
    sentence = "This was paid while no programme ran: on this day the refund would lessen another’s costs."
    assert send(south, paid, spent_on="2022-01-01").context["form"].errors == {"spent_on": [sentence]}
    assert send(south, paid, spent_on="2021-12-31").status_code == 302


# --- one paper, with its supplier and without


@pytest.fixture
def billed(cast):
    row = make_expense(cast.gillis.partner)
    Voucher.objects.create(expenditure=row, number="F-1", supplier="Afous")
    return row


def test_the_form_warns_of_a_paper_without_its_supplier(cast, south, billed):
    def typed(**changes):
        return alone(cast.gillis.partner, cast.own, voucher_number="f-1", **changes)

    assert errors_of(south.post(NEW, typed())) == {
        "expense-0-voucher_number": [f'{ALIKE} <a href="/activities/expenses/{billed.pk}/">See it.</a>'],
        "expense-0-rule_reason": [SAY_WHY],
    }
    for other in [{"amount": "99"}, {"spent_on": "2024-05-15"}, {"rule_reason": "Two buses on one day."}]:
        assert south.post(NEW, typed(**other)).status_code == 302
        Expenditure.objects.exclude(pk=billed.pk).delete()
    twice = "This voucher number is used already for another expense."
    shown = errors_of(south.post(NEW, typed(supplier="AFOUS", amount="98")))["expense-0-voucher_number"]
    assert shown[0].startswith(twice)


def test_the_form_warns_of_a_paper_whose_twin_has_no_supplier(cast, south):
    Voucher.objects.create(expenditure=make_expense(cast.gillis.partner), number="F-1")
    response = south.post(NEW, alone(cast.gillis.partner, cast.own, voucher_number="F-1", supplier="Afous"))
    assert list(errors_of(response)) == ["expense-0-voucher_number", "expense-0-rule_reason"]


def test_the_administration_warns_too(cast, boss, billed):
    other = make_expense(cast.gillis.partner)
    data = {"expenditure": other.pk, "number": "F-1"}
    assert errors(boss.post(address(Voucher, "add"), data))["number"][0].startswith(ALIKE)
    Expenditure.objects.filter(pk=other.pk).update(rule_reason="Two buses on one day.")
    assert boss.post(address(Voucher, "add"), data).status_code == 302


def test_a_sheet_warns_too_of_what_is_stored_and_of_its_own_rows(cast, client_of, billed):
    south = client_of(cast.coordinator_south)
    slug = cast.gillis.partner.slug
    rows = [
        [slug, "14/5/2024", "Bus", "own", "100", "F-1", "", ""],
        [slug, "15/5/2024", "Room", "own", "20", "F-2", "Afous", ""],
        [slug, "15/5/2024", "Rooms", "own", "20", "F-2", "", ""],
        [slug, "15/5/2024", "Hall", "own", "30", "F-3", "Afous", ""],
        [slug, "15/5/2024", "Halls", "own", "30", "F-3", "", "Two halls."],
    ]
    headings = [*HEADINGS, "Factuur", "Leverancier", "Reden"]
    row = checked(south, csv(headings, *rows), cast.gillis.partnership)
    assert counts(row) == (3, 0, 0, 2)
    found = [(number, state, pairs) for number, state, pairs in verdicts(south, row) if pairs]
    assert found == [
        (2, "refused", [("Factuur", ALIKE), ("Reden", SAY_WHY)]),
        (4, "refused", [("Factuur", ALIKE), ("Reden", SAY_WHY)]),
    ]


def test_what_is_paid_on_top_may_stand_on_the_paper_of_the_first(cast, south, billed):
    response = send(south, billed, direction="more", amount="100", voucher_number="F-1")
    assert response.status_code == 302
    assert billed.corrections.get().amount == Decimal("100.00")


def test_the_same_sheet_again_is_still_unchanged(cast, client_of):
    south = client_of(cast.coordinator_south)
    content = csv([*HEADINGS, "Factuur"], [cast.gillis.partner.slug, "14/5/2024", "Bus", "own", "100", "F-1"])
    confirm(south, checked(south, content, cast.gillis.partnership))
    Voucher.objects.update(supplier="Afous")
    assert counts(checked(south, content, cast.gillis.partnership)) == (0, 0, 1, 0)
