"""Every page that a reader visits, looked at on a desktop and a phone, read from the left and from the right."""

import pytest

from activities.models import BudgetLine, Expenditure, LogEntry
from partnerships.models import Call, FundingRequest, Grant, Organisation, Phase
from tests.admin_rows import fill
from tests.browser.conftest import SCREENS


def money_paths(programme: str, activity: int, line: int) -> list[str]:
    """Return the pages that answer what is left, what is planned and who pays."""
    return [
        "/partnerships/money/",
        "/partnerships/money/jette-belfaa/",
        f"/partnerships/money/programmes/{programme}/",
        f"/activities/budget/{programme}/?year=2024",
        f"/activities/budget/{programme}/new/",
        f"/activities/budget/lines/{line}/",
        f"/activities/budget/lines/{line}/amend/",
        f"/activities/{activity}/co-funding/",
        "/activities/import/",
        "/reports/jette-belfaa/vouchers/?source=federal&starts_on=2024-01-01&ends_on=2024-12-31",
    ]


# The pages on which something is looked for, by its day or by its words.
FINDING = [
    "/calendar/?month=2024-05",
    "/calendar/?month=2024-05&view=agenda",
    "/calendar/feeds/",
    "/search/?q=canary",
    "/search/?q=nothing-is-called-this",
]


def plan_paths(rows: dict) -> list[str]:
    """Return the pages on which the plan is written down."""
    return [
        "/partnerships/jette-belfaa/phases/new/",
        f"/partnerships/phases/{rows[Phase].pk}/deliverables/new/",
        "/partnerships/jette-belfaa/posts/new/",
        f"/partnerships/calls/{rows[Call].pk}/edit/",
        f"/partnerships/calls/{rows[Call].pk}/initiatives/new/",
    ]


@pytest.fixture
def paths(cast):
    """The pages, with something on each."""
    rows = fill(cast, cast.jette, "jette")
    programme, activity = cast.jette.programme.slug, cast.jette.partner.pk
    return [
        "/",
        "/partnerships/",
        "/partnerships/jette-belfaa/",
        f"/partnerships/programmes/{programme}/",
        f"/partnerships/programmes/{programme}/2024/",
        f"/partnerships/programmes/{programme}/path/",
        f"/partnerships/programmes/{programme}/transfers/new/",
        f"/partnerships/grants/{rows[Grant].pk}/edit/",
        f"/partnerships/grants/{rows[Grant].pk}/tranches/2024/",
        f"/partnerships/requests/{rows[FundingRequest].pk}/edit/",
        f"/partnerships/requests/{rows[FundingRequest].pk}/move/",
        *money_paths(programme, activity, rows[BudgetLine].pk),
        "/partnerships/organisations/",
        "/partnerships/map/",
        f"/partnerships/organisations/{rows[Organisation].slug}/",
        "/activities/",
        "/activities/?status=ongoing&side=partner",
        "/activities/?q=nothing-is-called-this",
        f"/activities/{activity}/",
        f"/activities/{activity}/edit/",
        "/activities/new/",
        f"/activities/log/{rows[LogEntry].pk}/edit/",
        f"/activities/log/{rows[LogEntry].pk}/withdraw/",
        "/activities/expenses/?more=1",
        "/activities/expenses/new/",
        f"/activities/expenses/{rows[Expenditure].pk}/",
        f"/activities/expenses/{rows[Expenditure].pk}/correct/",
        "/reports/jette-belfaa/",
        *plan_paths(rows),
        *FINDING,
        "/accounts/password/change/",
        "/accounts/email/",
        "/accounts/2fa/",
    ]


@pytest.mark.once
@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize("screen", SCREENS)
def test_pages_are_in_order(visit, cast, paths, screen, language):
    # Each direction and each screen meets the dark theme once.
    dark = (screen == "phone") != (language == "ar")
    visitor = visit(cast.officer, screen=screen, language=language, dark=dark)
    wrong = []
    for path in paths:
        try:
            visitor.go(path)
        except AssertionError as error:
            wrong.append(f"{path}: {error}")
            visitor.complaints.clear()
    assert not wrong


@pytest.mark.once
def test_refusals_are_in_order(visit, cast):
    visitor = visit(cast.viewer, screen="phone")
    for path, status in [("/nowhere/", 404), (f"/activities/{cast.jette.home.pk}/edit/", 403)]:
        answer = visitor.page.goto(visitor.address + path)
        assert answer.status == status
        visitor.look()


@pytest.mark.parametrize("screen", SCREENS)
def test_the_search_box_is_a_key_away(visit, cast, screen):
    page = visit(cast.officer, screen=screen).go("/activities/")
    page.keyboard.press("Control+k")
    page.keyboard.type("training")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=training")
