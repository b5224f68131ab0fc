"""Typing an expense shows at once why a source does not pay it, and which would."""

import pytest

from activities.models import Expenditure
from tests.browser.conftest import SCREENS
from tests.browser.test_log_form import fill, open_part, save
from tests.expense_rows import make_rule


def choose(page, source, row: int = 0, amount: str = "100") -> None:
    """Type an expense, its source last."""
    page.locator(f"[name=expense-{row}-description]").fill("Bus")
    page.locator(f"[name=expense-{row}-amount]").fill(amount)
    page.locator(f"[name=expense-{row}-source]").select_option(str(source.pk))


def shown(page) -> list[str]:
    """Return the sentences under the expense, once there are some."""
    page.locator(".verdict p").first.wait_for()
    return [text.strip() for text in page.locator(".verdict p").all_inner_texts()]


@pytest.mark.parametrize("screen", SCREENS)
def test_federal_money_in_jette_is_told_at_once(visit, cast, screen):
    visitor = visit(cast.coordinator_north, screen=screen)
    page = visitor.go(f"/activities/log/?activity={cast.jette.home.pk}")
    open_part(page, "expense-0-amount")
    fill(page, "Neighbours met.")
    choose(page, cast.federal)
    assert shown(page) == [
        "Federal money pays only for work in Morocco.",
        "These sources would pay it: BWI, Own funds.",
    ]
    visitor.look()
    headings = page.locator("[name=expense-0-heading] option:not([hidden])").all_inner_texts()
    assert headings == ["Choose…", "Investments", "Personnel", "Audit"]
    choose(page, cast.bwi)
    page.get_by_text("The rules of BWI allow this.").wait_for()
    save(page)
    page.wait_for_url("**/#entry-*")
    assert Expenditure.objects.get().source == cast.bwi


def test_a_warning_opens_the_field_for_the_reason(visit, cast):
    make_rule(cast.own, "voucher", amount=10, effect="warn")
    visitor = visit(cast.coordinator_north, screen="phone")
    page = visitor.go(f"/activities/expenses/new/?activity={cast.jette.home.pk}")
    reason = page.locator("[name=expense-0-rule_reason]")
    assert not reason.is_visible()
    choose(page, cast.own)
    reason.wait_for()
    assert shown(page)[0] == "The rule."
    reason.fill("A market without receipts.")
    save(page)
    page.wait_for_url("**/activities/expenses/*/")
    assert Expenditure.objects.get().rule_reason == "A market without receipts."


def test_without_javascript_the_same_is_told_on_saving(visit, cast):
    visitor = visit(cast.coordinator_north, javascript=False)
    page = visitor.page
    page.goto(f"{visitor.address}/activities/expenses/new/?activity={cast.jette.home.pk}")
    choose(page, cast.federal)
    save(page)
    summary = page.locator(".error-summary").inner_text()
    assert "Federal money pays only for work in Morocco." in summary
    assert "These sources would pay it: BWI, Own funds." in summary


def test_a_change_during_a_check_is_checked_after_it(visit, cast):
    visitor = visit(cast.coordinator_north)
    page = visitor.go(f"/activities/log/?activity={cast.jette.home.pk}")
    open_part(page, "expense-0-amount")
    fill(page, "Neighbours met.")
    choose(page, cast.federal)
    shown(page)
    source = page.locator("[name=expense-0-source]")

    def change_meanwhile(route):
        mark = "document.addEventListener('htmx:trigger', () => document.body.classList.add('triggered'), {once: true})"
        page.evaluate(mark)
        source.select_option(str(cast.bwi.pk))
        page.locator("body.triggered").wait_for()
        route.continue_()

    page.route("**/expenses/check/**", change_meanwhile, times=1)
    source.select_option(str(cast.own.pk))
    page.get_by_text("The rules of BWI allow this.").wait_for()
    visitor.look()


@pytest.mark.once
def test_a_verdict_does_not_push_the_button_away_from_under_the_finger(visit, cast):
    visitor = visit(cast.coordinator_north)
    page = visitor.go(f"/activities/log/?activity={cast.jette.home.pk}")
    open_part(page, "expense-0-amount")
    fill(page, "Neighbours met.")

    def answer(route):
        page.locator(".form-actions button[type=submit]").hover()
        page.mouse.down()
        route.continue_()

    page.route("**/expenses/check/**", answer, times=1)
    with page.expect_response("**/expenses/check/**"):
        choose(page, cast.federal)
    page.locator(".htmx-request, .htmx-settling, .htmx-swapping").first.wait_for(state="detached")
    page.mouse.up()
    page.locator(".error-summary").wait_for()
