"""One rulebook: the same expense is answered with the same sentences, whichever way it comes in."""

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.html import strip_tags

from activities.models import Expenditure, Voucher
from activities.services import ExpenseValues, create_expense
from partnerships.models import CostHeading, FundingSource
from tests.api import CHECK, EXPENSES, Program, paid
from tests.cast import Cast, close_year, make_expense, make_grant
from tests.expense_rows import NEW, alone, errors_of, make_rule
from tests.sheet_rows import checked, csv, verdicts

COLUMNS = ["activity", "spent_on", "description", "source", "amount"]
ENDED = {"ends_on": dt.date(2023, 12, 31), "ends_precision": "day"}
LATER = {"starts_on": dt.date(2025, 1, 1), "starts_precision": "day"}
MORE = ["heading", "spent_by", "rule_reason", "voucher_number", "supplier"]


class Case(NamedTuple):
    """Rules and money that are there, what is spent besides 100 euro of own funds on 14 May 2024, what is answered."""

    given: Callable[[Cast], Any]
    spent: dict[str, str]
    said: list[str]


def rule(source: str, kind: str, **fields: Any) -> Callable[[Cast], Any]:
    return lambda cast: make_rule(getattr(cast, source), kind, **fields)


def heading_rule(cast: Cast) -> None:
    make_rule(cast.federal, "headings", headings=[cast.headings["management"]])


def share_rule(cast: Cast) -> None:
    make_grant(cast.gillis.programme, cast.own, amount=Decimal(100), accepted_budget=Decimal(100))
    make_rule(cast.own, "share", percent=Decimal(90))


def overspend_rule(cast: Cast) -> None:
    from activities.models import BudgetLine

    BudgetLine.objects.create(programme=cast.gillis.programme, year=2024, source=cast.own, amount=Decimal(50))
    make_rule(cast.own, "overspend", percent=Decimal(10))


def voucher_paid(cast: Cast) -> None:
    row = make_expense(cast.gillis.partner, source=cast.bwi)
    Voucher.objects.create(expenditure=row, number="F 1", supplier="Afous")


def ended_source(cast: Cast) -> None:
    FundingSource.objects.filter(pk=cast.own.pk).update(**ENDED)


def ended_heading(cast: Cast) -> None:
    CostHeading.objects.filter(pk=cast.headings["audit"].pk).update(**ENDED)


def nothing(cast: Cast) -> None:
    """Leave the cast as it is."""


CENTS = "\N{NO-BREAK SPACE}€"
HEADING = {"source": "federal", "heading": "federal-personnel"}
PAPER = {"voucher_number": "F 1", "supplier": "Afous"}
WHY = "Say why it is paid from this source all the same."
CASES = {
    "nothing against it": Case(nothing, {}, []),
    "side": Case(rule("own", "side", side_allowed="home"), {}, ["The rule."]),
    "recipient": Case(rule("own", "recipient", side_allowed="partner"), {"spent_by": "home"}, ["The rule."]),
    "headings": Case(heading_rule, HEADING, ["The rule."]),
    "window": Case(rule("own", "window", last_day=dt.date(2024, 1, 31)), {}, ["The rule."]),
    "ceiling": Case(rule("own", "ceiling", amount=Decimal(99)), {}, [f"The rule. 99.00{CENTS} is left."]),
    "share": Case(share_rule, {}, [f"The rule. 90.00{CENTS} is left."]),
    "overspend": Case(overspend_rule, {}, [f"The rule. 55.00{CENTS} is left."]),
    "voucher": Case(rule("own", "voucher", amount=Decimal(99)), {}, ["The rule."]),
    "voucher given": Case(rule("own", "voucher", amount=Decimal(99)), PAPER, []),
    "a rule that warns": Case(rule("own", "side", side_allowed="home", effect="warn"), {}, ["The rule.", WHY]),
    "a reason": Case(rule("own", "side", side_allowed="home", effect="warn"), {"rule_reason": "Agreed"}, []),
    "a rule that judges": Case(rule("own", "side", side_allowed="home", effect="judge"), {}, []),
    "a rule of other years": Case(rule("own", "side", side_allowed="home", **LATER), {}, []),
    "the grant is spent": Case(
        lambda cast: make_grant(cast.gillis.programme, cast.own, amount=Decimal(40)),
        {},
        [f"Only 40.00{CENTS} is left of what Own funds granted."],
    ),
    "before the grant": Case(
        lambda cast: make_grant(cast.gillis.programme, cast.own, starts_on=dt.date(2025, 1, 1)),
        {},
        ["This day lies before the grant of Own funds."],
    ),
    "after the programme": Case(
        nothing,
        {"spent_on": "2027-01-01"},
        ["The programme of this activity runs in 2022 – 2026: the date lies outside it."],
    ),
    "the source ended": Case(ended_source, {}, ["Own funds pays only in this time: until 31 December 2023."]),
    "a heading of another source": Case(
        nothing, {"heading": "federal-personnel"}, ["This heading belongs to another funding source."]
    ),
    "a heading with parts": Case(
        nothing, {"source": "federal", "heading": "federal-operational"}, ["Choose one of the parts of this heading."]
    ),
    "a heading of other years": Case(
        ended_heading,
        {"source": "federal", "heading": "federal-audit"},
        ["This heading exists only in this time: until 31 December 2023."],
    ),
    "a voucher twice": Case(voucher_paid, PAPER, ["This voucher is paid already from BWI: no cost is paid twice."]),
    "a locked year": Case(
        lambda cast: close_year(cast.gillis.year(2024), cast.officer),
        {},
        ["The year 2024 is locked: an officer can open it again."],
    ),
}


def _source(cast: Cast, spent: dict[str, str]) -> FundingSource:
    return getattr(cast, spent.get("source", "own"))


def _heading(spent: dict[str, str]) -> CostHeading | None:
    return CostHeading.objects.filter(slug=spent.get("heading", "")).first()


def _plain(sentences: list) -> list[str]:
    """Return what is said against it: not where to look, nor who else would pay."""
    told = [unescape(strip_tags(str(sentence))).removesuffix(" See it.") for sentence in sentences]
    return sorted(line for line in told if not line.startswith(("These sources would", "No other source would")))


def by_form(cast, client_of, spent):
    heading = _heading(spent)
    fields = {**spent, "heading": heading.pk if heading else ""}
    fields.pop("source", None)
    answer = client_of(cast.officer).post(NEW, alone(cast.gillis.partner, _source(cast, spent), **fields))
    return [] if answer.status_code == 302 else [line for lines in errors_of(answer).values() for line in lines]


def by_admin(cast, client_of, spent):
    heading = _heading(spent)
    data = {
        "activity": cast.gillis.partner.pk,
        "spent_on": spent.get("spent_on", "2024-05-14"),
        "description": "Bus",
        "source": _source(cast, spent).pk,
        "heading": heading.pk if heading else "",
        "spent_by": spent.get("spent_by", ""),
        "rule_reason": spent.get("rule_reason", ""),
        "amount": "100",
        "vouchers-TOTAL_FORMS": "1",
        "vouchers-INITIAL_FORMS": "0",
        "vouchers-0-number": spent.get("voucher_number", ""),
        "vouchers-0-supplier": spent.get("supplier", ""),
    }
    answer = client_of(cast.administrator).post(reverse("admin:activities_expenditure_add"), data)
    if answer.status_code == 302:
        return []
    return [line for lines in answer.context_data["adminform"].form.errors.values() for line in lines]


def by_import(cast, client_of, spent):
    usual = {"activity": cast.gillis.partner.slug, "spent_on": "2024-05-14", "description": "Bus", "source": "own"}
    cells = usual | {"amount": "100"} | spent
    names = COLUMNS + [name for name in MORE if name in spent]
    officer = client_of(cast.officer)
    row = checked(officer, csv(names, [cells[name] for name in names]), cast.gillis.partnership, columns=names)
    [(_number, state, reasons)] = verdicts(officer, row)
    return [sentence for _column, sentence in reasons] if state == "refused" else []


def by_api(cast, client_of, spent):
    answer = Program(cast.officer).post(EXPENSES, paid(cast.gillis.partner, _source(cast, spent), **_short(spent)))
    return [line for lines in answer.json().get("errors", {}).values() for line in lines]


def by_check_of_the_api(cast, client_of, spent):
    answer = Program(cast.officer).post(CHECK, paid(cast.gillis.partner, _source(cast, spent), **_short(spent))).json()
    told = [] if answer["allowed"] else [*answer["reasons"], *answer["warnings"]]
    return [reason["sentence"] for reason in told]


def by_service(cast, client_of, spent):
    values = ExpenseValues(
        spent_on=dt.date.fromisoformat(spent.get("spent_on", "2024-05-14")),
        description="Bus",
        source=_source(cast, spent),
        amount=Decimal(100),
        heading=_heading(spent),
        **{name: spent[name] for name in ("spent_by", "rule_reason", "voucher_number", "supplier") if name in spent},
    )
    try:
        create_expense(cast.gillis.partner, values, actor=cast.officer, key=uuid.uuid4())
    except ValidationError as error:
        return error.messages
    return []


def _short(spent: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in spent.items() if name != "source"}


WAYS = [by_form, by_admin, by_import, by_api, by_check_of_the_api, by_service]


@pytest.mark.parametrize("name", CASES)
def test_every_way_in_answers_the_same(cast, client_of, name):
    case = CASES[name]
    case.given(cast)
    before, written = Expenditure.objects.count(), {}
    answers = {}
    for way in WAYS:
        with transaction.atomic():
            answers[way.__name__] = _plain(way(cast, client_of, case.spent))
            written[way.__name__] = Expenditure.objects.count() - before
            transaction.set_rollback(True)
    assert answers == dict.fromkeys(answers, sorted(case.said))
    # The sheet waits for its confirmation, and the check is a question.
    silent = {"by_import", "by_check_of_the_api"}
    assert written == {way: int(not case.said and way not in silent) for way in written}
