"""Every kind of rule, with each effect, at the edge that a coordinator touches: the log form."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from activities.models import BudgetLine, Expenditure, LogEntry, Voucher
from activities.services import judge
from partnerships.models import FundingSource
from tests.cast import Cast, make_expense, make_grant
from tests.expense_rows import SAY_WHY, errors_of, log, make_rule
from tests.log_form import expense, filled

OTHERS = "These sources would pay it: BWI, Own funds."


@pytest.fixture
def south(cast, client_of):
    return client_of(cast.coordinator_south)


@dataclass(frozen=True)
class Case:
    """A rule, an expense from federal money that breaks it, and the sentence beside its field."""

    rule: Callable[[Cast], dict[str, Any]]
    name: str
    sentences: tuple[str, ...] = ("The rule.",)
    changes: Callable[[Cast], dict[str, Any]] = field(default=lambda _cast: {})
    before: Callable[[Cast], Any] = field(default=lambda _cast: None)


def spend(cast: Cast, amount: str, **fields: Any) -> Expenditure:
    return make_expense(cast.gillis.partner, source=cast.federal, amount=Decimal(amount), **fields)


def accept_budget(cast: Cast, amount: str) -> Any:
    return make_grant(cast.gillis.programme, cast.federal, amount=Decimal(100), accepted_budget=Decimal(amount))


def plan(cast: Cast, amount: str) -> BudgetLine:
    of = {"programme": cast.gillis.programme, "source": cast.federal, "heading": cast.headings["operational"]}
    return BudgetLine.objects.create(year=2024, amount=Decimal(amount), **of)


CASES = {
    "recipient": Case(
        lambda _cast: {"kind": "recipient", "side_allowed": "partner"},
        "source",
        ("The rule.", OTHERS),
        lambda _cast: {"spent_by": "home"},
    ),
    "headings": Case(
        lambda cast: {"kind": "headings", "headings": [cast.headings["operational"]]},
        "heading",
        changes=lambda cast: {"heading": cast.headings["audit"].pk},
    ),
    "window that begins": Case(lambda _cast: {"kind": "window", "first_day": "2024-06-01"}, "spent_on"),
    "window that ends": Case(lambda _cast: {"kind": "window", "last_day": "2024-05-13"}, "spent_on"),
    "ceiling of the project": Case(
        lambda _cast: {"kind": "ceiling", "amount": 150},
        "amount",
        ("The rule. 49.99\N{NO-BREAK SPACE}€ is left.",),
        before=lambda cast: spend(cast, "100.01"),
    ),
    "ceiling of a heading": Case(
        lambda cast: {"kind": "ceiling", "amount": 150, "heading": cast.headings["operational"]},
        "amount",
        ("The rule. 90.00\N{NO-BREAK SPACE}€ is left.",),
        lambda cast: {"heading": cast.headings["personnel"].pk},
        lambda cast: spend(cast, "60", heading=cast.headings["investments"]),
    ),
    "share of the accepted budget": Case(
        lambda _cast: {"kind": "share", "percent": 40},
        "amount",
        ("The rule. 80.00\N{NO-BREAK SPACE}€ is left.",),
        before=lambda cast: accept_budget(cast, "200"),
    ),
    "spending above the budget": Case(
        lambda _cast: {"kind": "overspend", "percent": 10},
        "amount",
        ("The rule. 99.00\N{NO-BREAK SPACE}€ is left.",),
        lambda cast: {"heading": cast.headings["personnel"].pk},
        lambda cast: plan(cast, "90"),
    ),
    "voucher": Case(lambda _cast: {"kind": "voucher", "amount": 99}, "voucher_number"),
}


def prepared(cast: Cast, case: Case, effect: str) -> dict[str, Any]:
    """Write the rule and what stands before the expense, and return the expense."""
    case.before(cast)
    make_rule(cast.federal, effect=effect, **case.rule(cast))
    return case.changes(cast)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_that_refuses(cast, south, case):
    response = log(south, cast, cast.federal, **prepared(cast, case, "refuse"))
    assert errors_of(response) == {f"expense-0-{case.name}": list(case.sentences)}
    assert LogEntry.objects.count() == 0


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_that_warns_asks_for_a_reason_and_keeps_it(cast, south, case):
    changes = prepared(cast, case, "warn")
    response = log(south, cast, cast.federal, **changes)
    assert errors_of(response) == {
        f"expense-0-{case.name}": list(case.sentences),
        "expense-0-rule_reason": [SAY_WHY],
    }
    response = log(south, cast, cast.federal, **changes, rule_reason="The funder agreed by letter.")
    assert response.status_code == 302
    assert LogEntry.objects.get().expenditures.get().rule_reason == "The funder agreed by letter."


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule_that_only_judges_lets_it_in_and_stops_the_officer(cast, south, client_of, case):
    changes = {"heading": cast.headings["investments"].pk} | prepared(cast, case, "judge")
    assert log(south, cast, cast.federal, **changes).status_code == 302
    spent = LogEntry.objects.get().expenditures.get()
    told = client_of(cast.officer).post(f"/activities/expenses/{spent.pk}/judge/", {"decision": "justified"})
    sentences = told.context["form"].non_field_errors()
    assert [sentence for sentence in sentences if "The rule." in sentence] == [case.sentences[0]]
    spent.refresh_from_db()
    assert spent.decision == ""


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_without_the_rule_it_is_paid(cast, south, case):
    """Each of the cases is refused for the rule alone."""
    case.before(cast)
    assert log(south, cast, cast.federal, **case.changes(cast)).status_code == 302


@pytest.mark.parametrize(("amount", "answer"), [("100,00", 302), ("100,01", 200)], ids=["the last cent", "a cent more"])
def test_the_last_cent_of_a_grant(cast, south, amount, answer):
    make_grant(cast.gillis.programme, cast.federal, amount=Decimal(250))
    spend(cast, "150")
    response = log(south, cast, cast.federal, amount=amount)
    assert response.status_code == answer
    if answer == 200:
        sentence = "Only 100.00\N{NO-BREAK SPACE}€ is left of what Federal cooperation granted."
        assert errors_of(response) == {"expense-0-amount": [sentence]}


@pytest.mark.parametrize(
    ("window", "sentence"),
    [
        (("2024-05-15", "2026-12-31"), "This day lies before the grant of Federal cooperation."),
        (("2022-01-01", "2024-05-13"), "On this day no grant of Federal cooperation pays any more."),
    ],
)
def test_outside_the_days_of_the_grant(cast, south, window, sentence):
    make_grant(cast.gillis.programme, cast.federal, starts_on=window[0], ends_on=window[1])
    assert errors_of(log(south, cast, cast.federal)) == {"expense-0-spent_on": [sentence]}


def test_after_the_programme(cast, south):
    response = log(south, cast, cast.federal, spent_on="2027-01-01")
    sentence = "The programme of this activity runs in 2022 – 2026: the date lies outside it."
    assert errors_of(response) == {"expense-0-spent_on": [sentence]}


def test_outside_the_period_of_the_source(cast, south):
    FundingSource.objects.filter(pk=cast.federal.pk).update(ends_on="2023-12-31", ends_precision="year")
    response = log(south, cast, cast.federal)
    sentence = "Federal cooperation pays only in this time: until 2023."
    assert errors_of(response) == {"expense-0-source": [sentence, OTHERS]}


@pytest.mark.parametrize(
    ("source", "heading", "sentence"),
    [
        ("own", "personnel", "This heading belongs to another funding source."),
        ("federal", "operational", "Choose one of the parts of this heading."),
    ],
)
def test_a_heading_that_does_not_fit(cast, south, source, heading, sentence):
    response = log(south, cast, getattr(cast, source), heading=cast.headings[heading].pk)
    assert errors_of(response) == {"expense-0-heading": [sentence]}


def test_a_heading_of_other_years(cast, south):
    heading = cast.headings["personnel"]
    heading.starts_on, heading.starts_precision = "2025-01-01", "year"
    heading.save()
    response = log(south, cast, cast.federal, heading=heading.pk)
    assert [sentence[:39] for sentence in errors_of(response)["expense-0-heading"]] == [
        "This heading exists only in this time: "
    ]


@pytest.mark.parametrize(("day", "answer"), [("2023-05-14", 200), ("2024-05-14", 302)])
def test_a_year_keeps_its_own_rules(cast, south, day, answer):
    """What was forbidden until 2023 is allowed from 2024 on; an expense of the old year still meets the old rule."""
    make_rule(cast.federal, "voucher", amount=50, ends_on="2023-12-31", ends_precision="year")
    make_rule(cast.federal, "voucher", amount=500, starts_on="2024-01-01", starts_precision="year")
    assert log(south, cast, cast.federal, spent_on=day).status_code == answer


def test_rows_of_one_form_are_charged_one_after_the_other(cast, south):
    make_grant(cast.gillis.programme, cast.federal, amount=Decimal(150))
    rows = {**expense(cast.federal, 0), **expense(cast.federal, 1, description="Meals"), "expense-TOTAL_FORMS": "2"}
    response = south.post("/activities/log/", filled(cast.gillis.partner, cast.coordinator_south, **rows))
    sentence = "Only 50.00\N{NO-BREAK SPACE}€ is left of what Federal cooperation granted."
    assert errors_of(response) == {"expense-1-amount": [sentence]}
    assert Expenditure.objects.count() == 0


def paid_already(cast: Cast, source: FundingSource, **voucher: Any) -> Expenditure:
    paid = make_expense(cast.gillis.partner, source=source)
    Voucher.objects.create(expenditure=paid, number="A-7", supplier="Afous", **voucher)
    return paid


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("federal", "This voucher number is used already for another expense."),
        ("own", "This voucher is paid already from Own funds: no cost is paid twice."),
    ],
)
def test_a_voucher_is_paid_once(cast, south, source, sentence):
    paid = paid_already(cast, getattr(cast, source))
    response = log(south, cast, cast.federal, voucher_number="a-7 ", supplier="AFOUS")
    link = f'{sentence} <a href="/activities/expenses/{paid.pk}/">See it.</a>'
    assert errors_of(response) == {"expense-0-voucher_number": [link.replace("'", "&#x27;")]}
    assert link in response.content.decode()


@pytest.mark.parametrize(("total", "answer"), [("200,00", 302), ("199,99", 200)])
def test_a_voucher_may_be_shared_up_to_its_total(cast, south, total, answer):
    paid_already(cast, cast.own)
    response = log(south, cast, cast.federal, voucher_number="A-7", supplier="Afous", voucher_total=total)
    assert response.status_code == answer
    if answer == 200:
        sentence = "Together with what is paid on this voucher already this comes to more than its total."
        assert [text.partition(" <a")[0] for text in errors_of(response)["expense-0-voucher_number"]] == [sentence]


def test_what_a_funder_rejected_is_free_again(cast, south):
    make_grant(cast.gillis.programme, cast.federal, amount=Decimal(100))
    spent = spend(cast, "100")
    assert log(south, cast, cast.federal).status_code == 200
    judge(spent, decision="rejected", actor=cast.officer, on=spent.spent_on, seen="", reason="Not eligible.")
    assert log(south, cast, cast.federal).status_code == 302
