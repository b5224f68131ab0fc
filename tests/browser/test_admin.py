"""The administration in a real browser: nothing that the content-security policy forbids, and usable by everybody."""

import pytest

from activities.models import Activity, Expenditure, LogEntry
from tests.admin_rows import fill

# Django's own markup: the head of a column without a name, and the box of an autocomplete while it is empty.
DJANGOS_OWN = ("empty-table-header", "aria-input-field-name")
# A select that Django's script has not turned into a search box yet; those of a blank row stay as they are.
PLAIN_AUTOCOMPLETE = "select.admin-autocomplete:not(.select2-hidden-accessible, [name*=__prefix__])"


def look(visitor, path):
    page = visitor.page
    answer = page.goto(visitor.address + path)
    assert answer.ok, path
    page.locator(PLAIN_AUTOCOMPLETE).first.wait_for(state="detached")
    assert visitor.complaints == [], path
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
    assert [line for line in visitor.violations() if not line.startswith(DJANGOS_OWN)] == [], path
    # axe-core tries an inline style of its own, which the policy refuses as it should.
    visitor.complaints.clear()
    return page


@pytest.mark.once
@pytest.mark.parametrize(("language", "screen"), [("en", "desktop"), ("ar", "phone")])
def test_pages_are_in_order(visit, cast, language, screen):
    made = fill(cast, cast.jette, "north")
    visitor = visit(cast.administrator, language=language, screen=screen)
    activity = f"activities/activity/{cast.jette.partner.pk}"
    pages = ["", "activities/activity/", f"{activity}/change/", f"{activity}/history/", f"{activity}/delete/"]
    pages += ["activities/activity/import/", "activities/activity/export/", "portal/user/add/", "portal/auditentry/"]
    pages += [
        f"activities/logentry/{made[LogEntry].pk}/change/",
        f"activities/expenditure/{made[Expenditure].pk}/change/",
    ]
    for page in pages:
        look(visitor, f"/admin/{page}")


def test_an_autocomplete_finds_and_the_form_saves(visit, cast):
    visitor = visit(cast.administrator)
    page = look(visitor, f"/admin/activities/activity/{cast.jette.home.pk}/change/")
    page.locator(".field-part_of .select2-selection").click()
    page.locator(".select2-search__field").last.fill("Training")
    page.locator(".select2-results__option", has_text="Training of young people, jette-belfaa").click()
    page.locator("[name=_save]").click()
    page.wait_for_url("**/admin/activities/activity/")
    assert Activity.objects.get(pk=cast.jette.home.pk).part_of == cast.jette.partner
    assert visitor.complaints == []


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_a_sheet_comes_in_over_its_preview(visit, cast, javascript):
    visitor = visit(cast.administrator, javascript=javascript)
    page = visitor.page
    page.goto(f"{visitor.address}/admin/activities/activity/import/")
    content = f"slug;title_nl\n{cast.jette.home.slug};Dorp\n".encode()
    page.locator("[name=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Show what would change").click()
    assert page.locator("ins").inner_text() == "Dorp"
    assert Activity.objects.get(pk=cast.jette.home.pk).title_nl != "Dorp"
    if javascript:
        assert visitor.complaints == []
        assert visitor.violations() == []
        visitor.complaints.clear()
    page.get_by_role("button", name="Write these changes").click()
    page.wait_for_url("**/admin/activities/activity/")
    assert Activity.objects.get(pk=cast.jette.home.pk).title_nl == "Dorp"
    assert visitor.complaints == []
