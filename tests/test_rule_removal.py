"""A rule that was asked, or that held in a year whose report is frozen, is not deleted; nor is a budget line."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse

from activities.eligibility import Claim
from activities.eligibility.papers import PaidVouchers
from activities.models import BudgetLine, Expenditure
from partnerships.models import CostHeading, FundingRule, FundingSource
from portal.roof.models import Snapshot
from tests.cast import make_expense
from tests.expense_rows import make_rule

ASKED = "It was asked about an expense of 14 May 2024: end it on a day, and add its successor."
REPORTED = "It held in 2024, whose report is frozen: end it on a day, and add its successor."


@pytest.fixture
def boss(cast, client_of):
    return client_of(cast.administrator)


def address(row, page):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def delete(boss, row):
    """Send the button that deletes a record; returns the answer."""
    return boss.post(address(row, "delete"), {"post": "yes"})


def dated_rule(source, kind, span, **fields):
    return make_rule(source, kind, **span, **{name.replace("_on", "_precision"): "day" for name in span}, **fields)


def freeze(bond, year, officer):
    return Snapshot.objects.create(
        year=bond.year(year), number=1, data="{}", sha256="0", taken_on=dt.date(year + 1, 4, 15), taken_by=officer
    )


def test_a_rule_that_was_asked_stays_and_says_why(cast, boss):
    row = make_rule(cast.own, "voucher", amount=Decimal(50))
    make_expense(cast.gillis.partner)
    answer = delete(boss, row)
    assert answer.status_code == 403
    assert ASKED in answer.content.decode()
    page = boss.get(address(row, "change"))
    assert [(one.level_tag, one.message) for one in page.context["messages"]] == [("warning", ASKED)]
    assert FundingRule.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("span", "stays"),
    [
        ({"starts_on": dt.date(2024, 5, 14)}, True),
        ({"starts_on": dt.date(2024, 5, 15)}, False),
        ({"ends_on": dt.date(2024, 5, 14)}, True),
        ({"ends_on": dt.date(2024, 5, 13)}, False),
    ],
)
def test_the_days_of_a_rule_count(cast, boss, span, stays):
    row = dated_rule(cast.own, "voucher", span, amount=Decimal(50))
    make_expense(cast.gillis.partner)
    delete(boss, row)
    assert FundingRule.objects.filter(pk=row.pk).exists() == stays


@pytest.mark.parametrize(
    ("source", "span", "stays"),
    [
        ("federal", {}, True),
        ("federal", {"ends_on": dt.date(2024, 1, 1)}, True),
        ("federal", {"ends_on": dt.date(2023, 12, 31)}, False),
        ("federal", {"starts_on": dt.date(2025, 1, 1)}, False),
        # No partnership with a frozen report has anything from this source.
        ("bwi", {}, False),
    ],
)
def test_a_rule_of_a_frozen_report_stays(cast, boss, source, span, stays):
    freeze(cast.jette, 2024, cast.officer)
    row = dated_rule(getattr(cast, source), "note", span)
    answer = delete(boss, row)
    assert FundingRule.objects.filter(pk=row.pk).exists() == stays
    assert (REPORTED in answer.content.decode()) == stays


def test_a_rule_that_nobody_asked_goes(cast, boss):
    row = make_rule(cast.own, "voucher", amount=Decimal(50))
    make_expense(cast.gillis.partner, source=cast.bwi)
    assert delete(boss, row).status_code == 302
    assert not FundingRule.objects.filter(pk=row.pk).exists()


def test_many_rules_at_once_are_asked_too(cast, boss):
    row = make_rule(cast.own, "voucher", amount=Decimal(50))
    make_expense(cast.gillis.partner)
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    boss.post(reverse("admin:partnerships_fundingrule_changelist"), chosen)
    assert FundingRule.objects.filter(pk=row.pk).exists()


def test_neither_its_funder_nor_its_heading_takes_it_along(cast, boss):
    source = FundingSource.objects.create(slug="third", kind="other", name_en="Third")
    heading = CostHeading.objects.create(slug="third-travel", source=source, name_en="Travel", nature="operational")
    row = make_rule(source, "ceiling", amount=Decimal(50), heading=heading)
    delete(boss, heading)
    assert CostHeading.objects.filter(pk=heading.pk).exists()
    make_expense(cast.gillis.partner, source=source)
    assert delete(boss, source).status_code == 403
    Expenditure.objects.all().delete()
    assert delete(boss, row).status_code == 302
    assert delete(boss, heading).status_code == 302


def test_a_budget_line_stays_with_its_first_version(cast, boss):
    line = BudgetLine.objects.create(programme=cast.jette.programme, year=2024, source=cast.own, amount=Decimal(50))
    sentence = "A budget line stays: amend it to zero, and say why."
    answer = delete(boss, line)
    assert answer.status_code == 403
    assert sentence in answer.content.decode()
    chosen = {"action": "delete_selected", "_selected_action": [line.pk], "post": "yes"}
    boss.post(reverse("admin:activities_budgetline_changelist"), chosen)
    assert BudgetLine.objects.filter(pk=line.pk).exists()


class Untouchable(list):
    """A list that nobody looks through."""

    def __iter__(self):
        raise AssertionError("The rows of other vouchers are not looked at.")


def test_a_row_is_dropped_without_looking_at_the_others(cast):
    """A sheet drops its rows one by one: looking at all the others each time took the square of their number."""
    claim = Claim.of(make_expense(cast.gillis.partner))
    paid = PaidVouchers()
    for number in (1, 2):
        paid.add(replace(claim, expenditure_id=number, voucher_number=f"F {number}"))
    [one, other] = paid.by_key.values()
    paid.by_key = {1: one, 2: Untouchable(other)}
    paid.drop({1})
    assert (one, len(other)) == ([], 1)
