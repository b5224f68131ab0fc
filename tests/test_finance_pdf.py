"""The report's tables of money: the cents of the page, read back from the PDF."""

import datetime as dt

import pytest
from django.utils.translation import override

from partnerships.models import FundingRule
from portal.roof.overviews.finance import sheets, tables
from portal.roof.overviews.finance.figures import finance_of
from portal.roof.reports.data import build_report
from portal.roof.reports.finance import finances_during
from portal.roof.reports.render import render_html, render_pdf
from tests.finance_rows import claim_rules, eur, fill_money, plan
from tests.test_finance_pages import address, flat
from tests.test_report_pdf import text_of

pytestmark = pytest.mark.django_db
YEAR = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
ON = dt.date(2025, 1, 10)


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_page_and_pdf_say_the_same_to_the_cent(cast, client_of, language):
    fill_money(cast)
    plan(cast, "1234567.89", description="A second line")
    claim_rules(cast)
    cast.viewer.language = language
    cast.viewer.save()
    page = flat(client_of(cast.viewer).get(address(cast, year="2024")))
    pdf = text_of(render_pdf(build_report(cast.jette.partnership, *YEAR, on=ON), language))
    sums = {"nl": "1.236.068,39 €", "ar": "1.236.068,39 €"}[language]
    amounts = ["590,65 €", "400,00 €", "130,65 €", "60,00 €", "740,75 €", "519,95 €", "1.085,00 MAD", "9.765,00 MAD"]
    for text in (sums, *amounts):
        assert text in page
        assert text in pdf


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_each_figure_by_outcome_source_and_heading_is_in_page_and_pdf(cast, client_of, language):
    fill_money(cast)
    cast.viewer.language = language
    cast.viewer.save()
    page = flat(client_of(cast.viewer).get(address(cast, year="2024")))
    report = build_report(cast.jette.partnership, *YEAR, on=ON)
    pdf = text_of(render_pdf(report, language))
    with override(language):
        table = sheets.by_outcome_and_source(report.finances[0])
        told = [cell.text.replace("\N{NO-BREAK SPACE}", " ") for row in table.rows for cell in row.cells]
        assert len(told) == 6 * len(table.rows) > 0
        assert [text for text in (*told, table.title) if text not in page] == []
    assert [text for text in told if text not in pdf] == []


def test_the_report_of_a_year_shows_that_year_and_the_balance_of_its_last_day(cast):
    fill_money(cast)
    (found,) = finances_during(cast.jette.partnership, *YEAR, on=ON)
    assert found == finance_of(cast.jette.programme, on=YEAR[1], year=2024)
    assert [balance.on for balance in found.balances] == [YEAR[1]]


def test_a_report_on_an_old_year_uses_the_rules_of_that_year(cast):
    fill_money(cast)
    claim_rules(cast)
    FundingRule.objects.filter(kind="balance").update(ends_on=dt.date(2025, 6, 30), ends_precision="day")
    (found,) = finances_during(cast.jette.partnership, *YEAR, on=dt.date(2026, 3, 1))
    assert [balance.percent for balance in found.balances] == [eur("25.00")]


def test_invented_money_marks_the_report(cast):
    assert "DEMONSTRATION" not in render_html(build_report(cast.jette.partnership, *YEAR, on=ON), "en")
    line = plan(cast, "10.00")
    line.is_demonstration = True
    line.save()
    assert "DEMONSTRATION" in render_html(build_report(cast.jette.partnership, *YEAR, on=ON), "en")


def test_a_partnership_without_grants_and_budget_has_no_tables_of_money(cast):
    assert "table-title" not in render_html(build_report(cast.jette.partnership, *YEAR, on=ON), "en")


def test_the_report_looks_up_no_address_of_a_page(cast, monkeypatch):
    fill_money(cast)
    report = build_report(cast.jette.partnership, *YEAR, on=ON)
    monkeypatch.setattr(tables, "reverse", lambda name, **_rest: pytest.fail(f"{name} was looked up"))
    assert "519,95" in render_html(report, "nl")
