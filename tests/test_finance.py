"""What each figure of money means, on rows small enough to add up by hand."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from activities.models import BudgetAmendment, BudgetLine, CoFunding
from partnerships.models import FundingRule, Outcome, Programme
from portal.roof.overviews.finance import sheets
from portal.roof.overviews.finance.figures import Finance, finance_of, finances_of, partnership_finance
from portal.roof.overviews.finance.sums import Named, Rule, Sums
from portal.roof.overviews.finance.tables import plain
from portal.roof.overviews.programme import expenditures_during
from portal.roof.reports.scoped_money import finance_of_source
from portal.roof.reports.spending import expenditures_of, money_of
from tests.cast import Cast, in_all_languages, make_expense, make_grant, make_transfer
from tests.finance_rows import claim_rules, draw, eur, fill_money, judge, plan, receive, rule

pytestmark = pytest.mark.django_db
ON = dt.date(2024, 11, 22)


def figures_of(cast: Cast, on: dt.date = ON, year: int | None = None) -> Finance:
    return finance_of(cast.jette.programme, on=on, year=year)


def toward_an_outcome(cast: Cast) -> Outcome:
    """Let the partner's activity work toward an outcome."""
    outcome = Outcome.objects.create(
        slug="o1",
        partnership=cast.jette.partnership,
        programme=cast.jette.programme,
        level="outcome",
        **in_all_languages(title="Young people lead"),
    )
    cast.jette.partner.outcome = outcome
    cast.jette.partner.save()
    return outcome


def source(finance: Finance, slug: str):
    return next(line for line in finance.sources if line.source.slug == slug)


def test_the_year_and_the_years_until_then_add_up(cast):
    fill_money(cast)
    finance = figures_of(cast)
    federal = source(finance, "federal")
    assert finance.year == 2024
    assert federal.series.of(2024) == Sums(eur("1500.50"), eur("590.65"), eur("400.00"), eur("60.00"))
    assert federal.series.until(2024) == Sums(eur("1700.50"), eur("740.75"), eur("400.00"), eur("60.00"))
    assert federal.series.until(2024).waiting == eur("280.75")
    assert federal.series.until(2024).charged == eur("680.75")
    assert federal.series.until(2024).left == eur("1019.75")
    assert source(finance, "own").series.of(2024) == Sums(eur("300.00"), eur("99.99"))
    assert finance.series.until(2024) == Sums(eur("2000.50"), eur("840.74"), eur("400.00"), eur("60.00"))


def test_an_earlier_year_leaves_out_what_came_after(cast):
    fill_money(cast)
    finance = figures_of(cast, year=2023)
    assert finance.series.until(finance.year) == Sums(eur("200.00"), eur("150.10"))
    assert (finance.funds.granted, finance.funds.received, finance.funds.transferred) == (eur(5000), eur(800), eur(0))


def test_money_that_came_and_went_on_is_not_spent(cast):
    fill_money(cast)
    funds = figures_of(cast).funds
    assert (funds.granted, funds.received) == (eur("5000.00"), eur("2000.00"))
    assert (funds.transferred, funds.bank_costs) == (eur("1000.00"), eur("12.50"))
    assert eur("1000.00") not in {figures_of(cast).series.until(2024).spent, figures_of(cast).series.of(2024).spent}


def test_headings_have_two_levels_and_their_subtotals(cast):
    fill_money(cast)
    make_expense(cast.jette.partner, heading=cast.headings["operational"], amount=eur("5.05"))
    operational, management, without = source(figures_of(cast), "federal").headings
    assert operational.heading == Named.of(cast.headings["operational"])
    parts = {(part.heading.slug, part.is_rest): part.series.of(2024).spent for part in operational.parts}
    assert parts == {
        ("federal-investments", False): eur("0.00"),
        ("federal-personnel", False): eur("519.95"),
        ("federal-operational", True): eur("5.05"),
    }
    assert operational.series.of(2024) == Sums(eur("1500.50"), eur("525.00"), eur("400.00"), eur("60.00"))
    assert management.series.until(2024) == Sums(eur("200.00"), eur("150.10"))
    assert without.heading is None
    assert without.series.of(2024).spent == eur("70.70")


def test_a_source_without_headings_is_one_row(cast):
    fill_money(cast)
    assert source(figures_of(cast), "own").headings == ()


def test_an_amended_budget_counts_with_what_holds_now(cast):
    line = plan(cast, "1000.00")
    BudgetAmendment.objects.create(
        line=line, number=1, amount_before=eur(1000), amount_after=eur("1250.00"), reason="More", agreed_on=ON
    )
    line.amount = eur("1250.00")
    line.save()
    assert figures_of(cast).series.of(2024).budget == eur("1250.00")


def test_costs_by_nature(cast):
    fill_money(cast)
    natures = {line.nature: line.series.until(2024).spent for line in figures_of(cast).natures}
    assert natures == {"operational": eur("519.95"), "management": eur("150.10"), "": eur("170.69")}


def test_operational_costs_by_outcome(cast):
    fill_money(cast)
    outcome = toward_an_outcome(cast)
    lines = {line.pk: line for line in figures_of(cast).outcomes}
    assert lines[outcome.pk].operational.of(2024).spent == eur("519.95")
    assert lines[outcome.pk].series.until(2024).spent == eur("740.75")
    assert lines[None].series.until(2024).spent == eur("99.99")


def test_budget_and_costs_of_an_outcome_by_source_and_heading(cast):
    fill_money(cast)
    outcome = toward_an_outcome(cast)
    BudgetLine.objects.filter(heading=cast.headings["personnel"]).update(outcome=outcome)
    finance = figures_of(cast)
    with override("en"):
        table = sheets.by_outcome_and_source(finance)
        one = sheets.by_outcome_and_source(finance_of_source(finance, "own"))
    told = [(row.level, plain(row.label), [str(cell.value) for cell in row.cells]) for row in table.rows]
    assert told == [
        ("outcome", "Young people lead", ["1000.00", "590.65", "400.00", "1000.00", "740.75", "400.00"]),
        ("source", "Federal cooperation", ["1000.00", "590.65", "400.00", "1000.00", "740.75", "400.00"]),
        ("heading", "Operational", ["1000.00", "519.95", "400.00", "1000.00", "519.95", "400.00"]),
        ("part", "Personnel", ["1000.00", "519.95", "400.00", "1000.00", "519.95", "400.00"]),
        ("heading", "Management", ["0.00", "0.00", "0.00", "0.00", "150.10", "0.00"]),
        ("part", "Audit", ["0.00", "0.00", "0.00", "0.00", "150.10", "0.00"]),
        ("heading", "Without a heading", ["0.00", "70.70", "0.00", "0.00", "70.70", "0.00"]),
        ("outcome", "Without an outcome", ["800.50", "99.99", "0.00", "1000.50", "99.99", "0.00"]),
        ("source", "Federal cooperation", ["500.50", "0.00", "0.00", "700.50", "0.00", "0.00"]),
        ("heading", "Operational", ["500.50", "0.00", "0.00", "500.50", "0.00", "0.00"]),
        ("part", "Investments", ["500.50", "0.00", "0.00", "500.50", "0.00", "0.00"]),
        ("heading", "Management", ["0.00", "0.00", "0.00", "200.00", "0.00", "0.00"]),
        ("part", "Audit", ["0.00", "0.00", "0.00", "200.00", "0.00", "0.00"]),
        ("source", "Own funds", ["300.00", "99.99", "0.00", "300.00", "99.99", "0.00"]),
        ("total", "Total", ["1800.50", "690.64", "400.00", "2000.50", "840.74", "400.00"]),
    ]
    assert [(row.level, plain(row.label)) for row in one.rows] == [
        ("outcome", "Without an outcome"),
        ("source", "Own funds"),
        ("total", "Total"),
    ]
    assert [cell.value for cell in table.rows[-1].cells] == [
        getattr(sums, name)
        for sums in (finance.series.of(2024), finance.series.until(2024))
        for name in ("budget", "spent", "justified")
    ]


def test_own_contribution_and_co_funding(cast):
    fill_money(cast)
    demand = rule(cast, "own", percent=eur(10))
    make_expense(cast.jette.partner, amount=eur("340.00"))
    for of, share in ((cast.federal, "60"), (cast.own, "40")):
        CoFunding.objects.create(activity=cast.jette.partner, source=of, share=eur(share))
    finance = figures_of(cast)
    assert (finance.own.charged, finance.own.of_all, finance.own.share) == (eur("439.99"), eur("1120.74"), eur("39.3"))
    assert finance.own.demands == (Rule.of(demand),)
    shares = {line.source.slug: (line.agreed, line.charged, line.actual) for line in finance.co_funding}
    assert shares == {"federal": (eur(60), eur("680.75"), eur("66.7")), "own": (eur(40), eur("340.00"), eur("33.3"))}


def test_each_expenditure_belongs_to_the_programme_of_its_day(cast):
    fill_money(cast)
    old = Programme.objects.create(
        slug="jette-belfaa-2017-2021",
        partnership=cast.jette.partnership,
        state="closed",
        starts_on=dt.date(2017, 1, 1),
        ends_on=dt.date(2021, 12, 31),
        **in_all_languages(name="2017–2021"),
    )
    make_expense(cast.jette.home, spent_on=dt.date(2021, 12, 31), amount=eur("10.01"))
    make_expense(cast.jette.home, spent_on=dt.date(2016, 12, 31), amount=eur("1.00"))
    make_expense(cast.jette.home, spent_on=dt.date(2027, 1, 1), amount=eur("2.00"))
    found = partnership_finance(cast.jette.partnership, on=ON)
    assert {part.programme: part.series.until(2100).spent for part in found.programmes} == {
        Named.of(old): eur("10.01"),
        Named.of(cast.jette.programme): eur("840.74"),
    }
    assert found.between.until(2100).spent == eur("3.00")
    assert found.whole.series.until(2100).spent == eur("853.75")
    both = finances_of([old, cast.jette.programme], on=ON)
    assert [finance.series for finance in both] == [part.series for part in reversed(found.programmes)]
    assert both[1] == finance_of(cast.jette.programme, on=ON)


def test_the_other_sums_of_the_portal_agree(cast):
    fill_money(cast)
    finance = figures_of(cast)
    year = money_of(expenditures_of(cast.jette.partnership, dt.date(2024, 1, 1), dt.date(2024, 12, 31)))
    assert year.total == finance.series.of(2024).spent
    assert {row.slug: row.amount for row in year.sources} == {
        line.source.slug: line.series.of(2024).spent for line in finance.sources
    }
    assert sum(row.amount for row in expenditures_during(cast.jette.programme)) == finance.series.until(2026).spent


def test_what_cannot_be_justified_yet_and_why(cast):
    fill_money(cast)
    rule(cast, "voucher", amount=eur("99.99"))
    gaps = {gap.key: (gap.count, gap.amount) for gap in figures_of(cast).gaps}
    assert gaps == {
        "waiting": (5, eur("380.74")),
        "heading": (1, eur("70.70")),
        "voucher": (2, eur("250.10")),
        "rejected": (1, eur("60.00")),
    }


def test_a_voucher_rule_asks_for_the_days_on_which_it_holds(cast):
    fill_money(cast)
    rule(cast, "voucher", amount=eur("99.99"), starts_on=dt.date(2024, 1, 1), starts_precision="day")
    assert [gap.count for gap in figures_of(cast).gaps if gap.key == "voucher"] == [1]


def test_dirham_and_euro_meet_in_a_line_for_rounding(cast):
    first = make_transfer(cast.jette.programme, cast.federal, sent_amount=eur("100.00"), received_amount=eur("1083.33"))
    for _number in range(3):
        draw(cast, "0.09", "1.00", only=(first, "1.00"))
    (line,) = figures_of(cast).transfers
    assert (line.spent, line.left, line.rate) == (eur("3.00"), eur("1080.33"), eur("10.833300"))
    assert (line.spent_euro, line.left_euro, line.rounding) == (eur("0.27"), eur("99.72"), eur("0.01"))
    assert line.spent_euro + line.left_euro + line.rounding == line.sent


def test_an_expense_from_two_transfers_is_split_to_the_cent(cast):
    first = make_transfer(cast.jette.programme, cast.federal, sent_amount=eur("100.00"), received_amount=eur("1000.00"))
    second = make_transfer(
        cast.jette.programme, cast.federal, reference="T-2", sent_amount=eur("100.00"), received_amount=eur("1100.00")
    )
    draw(cast, "95.46", "1000.00", first=(first, "500.00"), second=(second, "500.00"))
    one, two = figures_of(cast).transfers
    assert (one.spent, two.spent) == (eur("500.00"), eur("500.00"))
    assert (one.spent_euro, two.spent_euro) == (eur("50.00"), eur("45.46"))


def test_money_under_way_has_no_rate_and_is_left_whole(cast):
    make_transfer(cast.jette.programme, cast.federal, received_on=None, received_amount=None)
    (line,) = figures_of(cast).transfers
    assert (line.rate, line.left_euro, line.rounding) == (None, eur("1000.00"), eur("0.00"))


@pytest.mark.parametrize(
    ("tranches", "spent", "allowed", "to_spend"),
    [
        ([(2023, "1000.00")], "500.00", "499.99", "0.01"),
        ([(2023, "1000.00")], "500.01", "499.99", "0.00"),
        ([(2023, "1000.00"), (2024, "1000.10")], "1000.00", "250.02", "750.08"),
        ([(2023, "1000.00"), (2024, "1000.10")], "1750.08", "250.02", "0.00"),
    ],
    ids=["first at its half", "first below its half", "later far above", "later at the largest allowed"],
)
def test_the_balance_beside_the_funders_share(cast, tranches, spent, allowed, to_spend):
    claim_rules(cast)
    for year, amount in tranches:
        receive(cast, amount, year)
    make_expense(cast.jette.partner, heading=cast.headings["personnel"], amount=eur(spent))
    judge(make_expense(cast.jette.partner, heading=cast.headings["personnel"], amount=eur("99.00")), "rejected")
    (balance,) = figures_of(cast).balances
    assert balance.unspent == sum(eur(amount) for _year, amount in tranches) - eur(spent)
    assert (balance.allowed, balance.to_spend) == (eur(allowed), eur(to_spend))
    assert balance.claim_on == (dt.date(2025, 1, 15) if len(tranches) == 2 else dt.date(2024, 1, 15))


def test_money_of_later_days_is_neither_received_nor_spent_yet(cast):
    receive(cast, "1000.00", 2023)
    receive(cast, "500.00", 2024, received_on=dt.date(2024, 12, 1))
    make_expense(cast.jette.partner, source=cast.federal, spent_on=dt.date(2024, 11, 23))
    (balance,) = figures_of(cast).balances
    assert (balance.received, balance.charged) == (eur("1000.00"), eur("0.00"))


@pytest.mark.parametrize(
    ("on", "alarming"),
    [(dt.date(2024, 11, 15), False), (dt.date(2024, 11, 16), True), (dt.date(2025, 1, 14), True)],
)
def test_the_alarm_sounds_days_before_the_claim(cast, on, alarming):
    claim_rules(cast, warn_days=60)
    receive(cast, "1000.00", 2024)
    (balance,) = figures_of(cast, on=on).balances
    assert balance.claim_on == dt.date(2025, 1, 15)
    assert balance.is_alarming is alarming


def test_an_unclaimed_tranche_may_be_claimed_since_its_day(cast):
    claim_rules(cast)
    receive(cast, "1000.00", 2024)
    (balance,) = figures_of(cast, on=dt.date(2025, 3, 1)).balances
    assert (balance.claim_on, balance.is_alarming) == (dt.date(2025, 1, 15), True)
    receive(cast, "1000.00", 2025, received_amount=None, received_on=None)
    (balance,) = figures_of(cast, on=dt.date(2025, 3, 1)).balances
    assert balance.claim_on == dt.date(2026, 1, 15)


def test_no_claim_follows_the_last_year(cast):
    claim_rules(cast)
    receive(cast, "1000.00", 2026)
    (balance,) = figures_of(cast, on=dt.date(2026, 11, 22)).balances
    assert (balance.claim_on, balance.is_alarming) == (None, False)


def test_a_report_goes_by_the_rule_of_its_year(cast):
    make_grant(cast.jette.programme, cast.federal)
    last = {"ends_on": dt.date(2023, 12, 31), "ends_precision": "day"}
    rule(cast, "deadline", deadline_for="financial", month=6, day=30, **last)
    rule(
        cast,
        "deadline",
        deadline_for="financial",
        month=5,
        day=31,
        starts_on=dt.date(2024, 1, 1),
        starts_precision="day",
    )
    days = {on: [(due.year, due.due_on) for due in figures_of(cast, on=on).due_dates] for on in _dates()}
    assert days == {
        dt.date(2024, 2, 1): [(2023, dt.date(2024, 6, 30))],
        dt.date(2024, 7, 1): [(2024, dt.date(2025, 5, 31))],
        dt.date(2027, 6, 1): [],
    }


def _dates() -> list[dt.date]:
    return [dt.date(2024, 2, 1), dt.date(2024, 7, 1), dt.date(2027, 6, 1)]


def test_a_rule_without_a_date_raises_no_alarm(cast):
    FundingRule.objects.filter(kind="deadline").delete()
    rule(cast, "balance", percent=eur(25))
    receive(cast, "1000.00", 2024)
    (balance,) = figures_of(cast).balances
    assert (balance.to_spend, balance.claim_on, balance.is_alarming) == (eur("750.01"), None, False)


def test_queries_do_not_grow_with_the_rows(cast):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            partnership_finance(cast.jette.partnership, on=ON)
        return len(captured)

    fill_money(cast)
    before = queries()
    for number in range(5):
        transfer = make_transfer(cast.jette.programme, cast.federal, reference=f"T-{number}")
        draw(cast, "10.00", "108.50", only=(transfer, "108.50"))
        plan(cast, "10.00", description=f"Line {number}")
    assert queries() == before
