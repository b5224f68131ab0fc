"""Logging what happened, as a coordinator does it: on a phone, in Arabic, and on a machine without JavaScript."""

import datetime as dt

import pytest

from activities.forms.participants import cell_name
from activities.models import LogEntry
from tests.browser.conftest import SCREENS
from tests.log_form import picture

TEXT = "التقى اثنا عشر شابا وخططوا لفيلمهم."


def fill(page, text: str) -> None:
    """Type the least that an entry needs."""
    page.locator("[name=starts_on]").fill("2024-05-14")
    page.locator("[name=text]").fill(text)


def unfold(part) -> None:
    """Open a part of the form that is closed."""
    if part.get_attribute("open") is None:
        part.locator("summary").first.click()


def open_part(page, field: str) -> None:
    """Unfold the parts of the form that hold a field, from the outside in, as a person would."""
    for part in page.locator("details", has=page.locator(f"[name='{field}']")).all():
        unfold(part)


def save(page) -> None:
    """Press the button at the end of the form."""
    page.locator(".form-actions button[type=submit]").click()


@pytest.mark.once
@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
@pytest.mark.parametrize("screen", SCREENS)
def test_the_form_is_in_order_with_every_part_open(visit, cast, screen, language):
    visitor = visit(cast.coordinator_north, screen=screen, language=language)
    page = visitor.go(f"/activities/log/?activity={cast.jette.home.pk}")
    for part in page.locator("details.form-part").all():
        unfold(part)
    visitor.look()


def test_an_entry_is_logged_on_a_phone_in_arabic(visit, cast):
    visitor = visit(cast.coordinator_north, screen="phone", language="ar")
    page = visitor.go(f"/activities/log/?activity={cast.jette.home.pk}")
    fill(page, TEXT)
    women, men = (cell_name(cast.youth.pk, sex, cast.age_bands[1].pk) for sex in ("women", "men"))
    open_part(page, women)
    page.locator(f"[name='{women}']").fill("7")
    page.locator(f"[name='{men}']").fill("5")
    total = page.locator("details.form-part > summary > output[data-sum='']")
    assert total.inner_text() == "12"
    columns = page.locator(f"table:has([name='{women}']) output[data-sum=column]").all_inner_texts()
    assert columns == ["7", "5", "0"]
    open_part(page, "photo-0-file")
    photo = picture()
    page.locator("[name='photo-0-file']").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo.read()}
    )
    page.locator("[name='photo-0-consent']").select_option("nobody")
    visitor.look()
    save(page)
    page.wait_for_url(f"**/activities/{cast.jette.home.pk}/#entry-*")
    visitor.look()
    entry = LogEntry.objects.get()
    assert (entry.text, entry.language, entry.starts_on) == (TEXT, "ar", dt.date(2024, 5, 14))
    assert sum(row.count for row in entry.participations.all()) == 12
    assert entry.photos.get().consent == "nobody"


def test_a_row_is_added_without_leaving_the_page(visit, cast):
    visitor = visit(cast.coordinator_north, screen="phone")
    page = visitor.go(f"/activities/log/?activity={cast.jette.home.pk}")
    fill(page, "Two buses.")
    open_part(page, "expense-0-amount")
    page.locator("button[name=add][value=expense]").click()
    page.locator("[name='expense-1-amount']").wait_for()
    for row, amount in enumerate(["100,00", "1.234,56"]):
        page.locator(f"[name='expense-{row}-description']").fill(f"Bus {row}")
        page.locator(f"[name='expense-{row}-amount']").fill(amount)
        page.locator(f"[name='expense-{row}-source']").select_option(str(cast.own.pk))
    visitor.look()
    save(page)
    page.wait_for_url("**/#entry-*")
    assert {str(row.amount) for row in LogEntry.objects.get().expenditures.all()} == {"100.00", "1234.56"}


def test_a_row_that_arrives_does_not_take_the_letters_typed_elsewhere(visit, cast):
    visitor = visit(cast.coordinator_north)
    page = visitor.go(f"/activities/log/?activity={cast.jette.home.pk}")
    open_part(page, "expense-0-amount")
    description = page.locator("[name='expense-0-description']")

    def answer(route):
        description.press_sequentially("Bus ")
        route.continue_()

    page.route("**/log/row/expense/**", answer, times=1)
    page.locator("button[name=add][value=expense]").click()
    page.get_by_text("A row was added.").wait_for()
    page.keyboard.type("to Jette")
    assert description.input_value() == "Bus to Jette"
    page.locator("button[name=add][value=expense]").click()
    page.locator("[name='expense-2-description']:focus").wait_for()


def test_all_of_it_works_without_javascript(visit, cast):
    visitor = visit(cast.coordinator_north, javascript=False)
    page = visitor.page
    page.goto(f"{visitor.address}/activities/log/?activity={cast.jette.home.pk}")
    fill(page, "No script was needed.")
    open_part(page, "expense-0-amount")
    page.locator("button[name=add][value=expense]").click()
    page.locator("[name='expense-1-amount']").wait_for()
    assert page.locator("[name=text]").input_value() == "No script was needed."
    page.locator("[name='expense-0-amount']").fill("12 euro")
    save(page)
    assert page.locator("[name='expense-0-amount']").input_value() == "12 euro"
    page.locator("[name='expense-0-description']").fill("Paint")
    page.locator("[name='expense-0-amount']").fill("12,50")
    page.locator("[name='expense-0-source']").select_option(str(cast.own.pk))
    save(page)
    page.wait_for_url("**/#entry-*")
    assert LogEntry.objects.get().expenditures.get().description == "Paint"


def test_what_is_wrong_stands_beside_its_field(visit, cast):
    visitor = visit(cast.coordinator_north, screen="phone", language="fr")
    page = visitor.go(f"/activities/log/?activity={cast.jette.home.pk}")
    fill(page, "Le texte reste.")
    page.locator("[name=ends_on]").fill("2024-05-13")
    save(page)
    page.locator(".error-summary").wait_for()
    assert page.locator("[name=text]").input_value() == "Le texte reste."
    assert page.locator("[name=ends_on]").get_attribute("aria-invalid") == "true"
    visitor.look()
    assert not LogEntry.objects.exists()


def test_unsaved_text_survives_a_closed_tab_and_not_a_sign_out(visit, cast):
    visitor = visit(cast.coordinator_north)
    visitor.page.clock.install()
    page, form = visitor.page, f"{visitor.address}/activities/log/?activity={cast.jette.home.pk}"
    page.goto(form)
    idle = page.context.new_page()
    idle.goto(form)
    page.locator("[name=text]").press_sequentially("Half a sentence")
    page.clock.run_for(1000)
    page.close()
    # Nobody typed in this tab: what it holds takes nothing away.
    idle.goto(visitor.address + "/activities/")
    idle.goto(form)
    assert idle.locator("[name=text]").input_value() == "Half a sentence"
    idle.locator("details.account summary").click()
    idle.get_by_role("button", name="Sign out").click()
    idle.wait_for_url("**/en/")
    assert idle.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('kept:'))") == []
