"""Work without a network: what is written then waits on the device, and is saved once when there is a network."""

import io

import pytest
from django.conf import settings
from django.http import HttpResponse
from PIL import Image
from playwright.sync_api import Page, expect

from activities.forms.participants import cell_name
from activities.models import LogEntry
from beneficiaries.models import Attendance
from tests.browser.breaking_line import breaking_line
from tests.browser.until import until
from tests.learner_rows import enrol, make_cohort, make_course, make_learner, make_session

pytestmark = pytest.mark.once
LOG = "/activities/log/"
# What is in the store of the browser: the state of each entry, whoever wrote it.
STATES = """() => new Promise((resolve) => {
  const opened = indexedDB.open("waiting", 1);
  opened.onsuccess = () => {
    const asked = opened.result.transaction("entries").objectStore("entries").getAll();
    asked.onsuccess = () => resolve(asked.result.map((entry) => entry.state));
  };
})"""


def photo(name: str, side: int = 800) -> dict:
    """Return a photo as a file that is chosen, with enough grain to weigh something."""
    buffer = io.BytesIO()
    Image.effect_noise((side, side // 2), 90).convert("RGB").save(buffer, "JPEG", quality=90)
    return {"name": name, "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def keep(page: Page, url: str) -> None:
    """Keep a page for work without a network, as its button does."""
    page.goto(url)
    page.get_by_role("button", name="Keep this page for work without a network").click()
    page.get_by_text("This page is ready for work without a network.").wait_for()


def write(page: Page, cast, text: str) -> None:
    """Fill in the least that an entry needs."""
    page.locator("[name=activity]").select_option(str(cast.jette.home.pk))
    page.locator("[name=starts_on]").fill("2024-05-14")
    page.locator("[name=text]").fill(text)


def save(page: Page) -> None:
    page.locator(".form-actions button[type=submit]").click()


def test_an_entry_with_photos_is_written_without_a_network_and_saved_once(visit, cast):
    visitor = visit(cast.coordinator_north, screen="phone")
    page, log = visitor.page, visitor.address + LOG
    keep(page, log)
    page.context.set_offline(True)
    page.goto(log)
    page.get_by_text("This page was kept on this device").wait_for()
    write(page, cast, "Written on the bus.")
    page.locator("details", has=page.locator("[name='photo-0-file']")).locator("summary").click()
    page.locator("[name='photo-0-file']").set_input_files(photo("large.jpg", 3200))
    page.locator("button[name=add][value=photo]").click()
    page.locator("[name='photo-1-file']").set_input_files(photo("small.jpg"))
    # Both are chosen, and the large one was made smaller.
    page.locator(".chosen-files").nth(1).wait_for()
    until(page, "document.querySelector('[name=photo-0-file]').files[0].size < 2_000_000")
    save(page)
    page.get_by_text("There is no network. What you wrote is kept on this device").wait_for()
    page.goto(visitor.address + "/partnerships/")
    page.get_by_text("Written on the bus.").wait_for()
    visitor.complaints.clear()  # of the network that is not there
    visitor.look()
    other = page.context.new_page()
    other.goto(log)
    assert not LogEntry.objects.exists()
    page.context.set_offline(False)
    page.get_by_role("link", name="See it").wait_for()
    entry = LogEntry.objects.get()
    assert (entry.text, entry.author, entry.photos.count()) == ("Written on the bus.", cast.coordinator_north, 2)
    assert page.evaluate(STATES) == ["saved"]
    page.get_by_role("link", name="See it").click()
    page.wait_for_url(f"**/activities/{cast.jette.home.pk}/#entry-{entry.pk}")


def test_what_is_refused_waits_until_it_is_mended(visit, cast):
    visitor = visit(cast.coordinator_north, screen="phone")
    page, log = visitor.page, visitor.address + LOG
    keep(page, log)
    page.context.set_offline(True)
    page.goto(log)
    write(page, cast, "A year too early.")
    page.locator("[name=starts_on]").fill("2019-05-14")
    page.locator("details", has=page.locator("[name='photo-0-file']")).locator("summary").click()
    page.locator("[name='photo-0-file']").set_input_files(photo("kept.jpg"))
    save(page)
    page.get_by_role("link", name="See what waits").wait_for()
    page.context.set_offline(False)
    page.get_by_text("Something that waits on this device was not accepted.").wait_for()
    visitor.go("/offline/")
    page.get_by_text("the date lies outside it").wait_for()
    page.get_by_role("link", name="Open").first.click()
    page.get_by_text("the date lies outside it").wait_for()
    assert page.locator("[name=text]").input_value() == "A year too early."
    page.locator("[name=starts_on]").fill("2024-05-14")
    save(page)
    page.wait_for_url("**/#entry-*")
    assert (LogEntry.objects.get().photos.count(), page.evaluate(STATES)) == (1, [])


def test_what_is_open_again_is_not_sent_as_it_was_before(visit, cast):
    visitor = visit(cast.coordinator_north, screen="phone")
    page, log = visitor.page, visitor.address + LOG
    keep(page, log)
    page.context.set_offline(True)
    page.goto(log)
    write(page, cast, "Nineteen came.")
    save(page)
    page.get_by_role("link", name="See what waits").click()
    page.get_by_role("link", name="Open").first.click()
    expect(page.locator("[name=text]")).to_have_value("Nineteen came.")
    page.locator("[name=text]").fill("Twenty came.")
    page.context.set_offline(False)
    # Another page would send what waits.
    other = page.context.new_page()
    with other.expect_response("**/offline/session/"):
        other.goto(visitor.address + "/partnerships/")
    other.get_by_text("Something that you wrote waits on this device").wait_for()
    assert not LogEntry.objects.exists()
    save(page)
    page.wait_for_url("**/#entry-*")
    page.get_by_text("The entry is saved.").wait_for()
    assert (LogEntry.objects.get().text, page.evaluate(STATES)) == ("Twenty came.", [])


def test_what_is_asked_about_waits_until_it_is_confirmed(visit, cast):
    """Two women of a vulnerable group were counted, and the text tells it: asked once, there where it waits."""
    visitor = visit(cast.coordinator_north, screen="phone", language="ar")
    page, log = visitor.page, visitor.address + LOG
    page.goto(log)
    page.locator("[data-waiting-keep]").click()
    page.locator("[data-waiting-ready]").wait_for()
    page.context.set_offline(True)
    page.goto(log)
    write(page, cast, "جاءت امرأتان.")
    cell = page.locator(f"[name='{cell_name(cast.women.pk, 'women', cast.age_bands[1].pk)}']")
    page.locator("details", has=cell).first.locator("summary").first.click()
    page.locator("details", has=cell).last.evaluate("part => { part.open = true }")
    cell.fill("2")
    save(page)
    page.locator("[data-waiting-note] a").wait_for()
    page.context.set_offline(False)
    page.locator(".waiting-note a").wait_for()
    visitor.go("/offline/")
    page.get_by_text("فئة هشة: امرأتان. لا يذكر أي تقرير").wait_for()
    page.locator("#device a[href*='#waiting-']").click()
    expect(page.locator("[name=text]")).not_to_have_value("")
    save(page)
    page.locator("#id_points_at_nobody[type=checkbox]").check()
    visitor.look()
    save(page)
    page.wait_for_url("**/#entry-*")
    assert (LogEntry.objects.get().text, page.evaluate(STATES)) == ("جاءت امرأتان.", [])


def test_a_sheet_that_somebody_saved_meanwhile_is_shown_and_not_overwritten(visit, cast, client_of):
    session = make_session(make_cohort(make_course(cast.gillis)))
    enrolment = enrol(session.cohort, make_learner(cast.gillis))
    visitor = visit(cast.coordinator_south, screen="phone", language="ar")
    page, sheet = visitor.page, f"/learning/sessions/{session.pk}/"
    page.goto(visitor.address + sheet)
    page.locator("[data-waiting-keep]").click()
    page.locator("[data-waiting-ready]").wait_for()
    page.context.set_offline(True)
    page.goto(visitor.address + sheet)
    page.locator("[value=absent]").check()
    save(page)
    page.locator("[data-waiting-note] a").wait_for()
    client_of(cast.officer).post(sheet, {f"state-{enrolment.pk}": "excused", "version": session.version})
    page.context.set_offline(False)
    page.locator(".waiting-note a").wait_for()
    assert Attendance.objects.get().state == "excused"
    visitor.go("/offline/")
    page.locator("#device a[href*='#waiting-']").click()
    expect(page.locator("[value=absent]")).to_be_checked()
    save(page)
    page.locator(".versions").first.wait_for()
    visitor.look()
    assert (Attendance.objects.get().state, page.locator("[value=absent]").is_checked()) == ("excused", True)
    save(page)
    page.wait_for_url("**/learning/cohorts/**")
    assert (Attendance.objects.get().state, page.evaluate(STATES)) == ("absent", [])


def test_who_signs_in_next_neither_sees_nor_sends_what_waits(visit, cast, client_of):
    visitor = visit(cast.coordinator_north)
    page, context, log = visitor.page, visitor.page.context, visitor.address + LOG

    def become(user):
        context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        if user:
            key = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": visitor.address}])

    keep(page, log)
    become(None)
    write(page, cast, "Her session ended.")
    save(page)
    page.get_by_text("You are not signed in any more.").wait_for()
    become(cast.officer)
    page.goto(visitor.address + "/offline/")
    page.get_by_text("Nothing waits").wait_for()
    page.get_by_text("Nothing is ready yet").wait_for()
    assert (page.evaluate(STATES), LogEntry.objects.count()) == (["waiting"], 0)
    become(cast.coordinator_north)
    page.goto(visitor.address + "/")
    page.get_by_text("What waited on this device is saved").wait_for()
    assert LogEntry.objects.get().author == cast.coordinator_north
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/en/")
    assert page.evaluate(STATES) == []
    assert [name for name in page.evaluate("caches.keys()") if name.startswith("pages")] == []


def test_a_device_without_room_says_so_and_the_page_keeps_all(visit, cast):
    visitor = visit(cast.coordinator_north)
    page = visitor.go(LOG)
    write(page, cast, "No room.")
    tools = page.context.new_cdp_session(page)
    tools.send("Storage.overrideQuotaForOrigin", {"origin": visitor.address, "quotaSize": 1})
    page.context.set_offline(True)
    save(page)
    page.get_by_text("this device has no room to keep what you wrote").wait_for()
    assert page.locator("[name=text]").input_value() == "No room."
    page.context.set_offline(False)
    save(page)
    page.wait_for_url("**/#entry-*")
    assert LogEntry.objects.get().text == "No room."


def test_a_line_that_breaks_half_way_saves_nothing_half_and_all_once(visit, cast, live_server):
    with breaking_line(live_server.thread.port) as line:
        visitor = visit(cast.coordinator_north)
        page = visitor.page
        page.goto(line.address + LOG)
        write(page, cast, "Half-way.")
        page.locator("details", has=page.locator("[name='photo-0-file']")).locator("summary").click()
        page.locator("[name='photo-0-file']").set_input_files(photo("photo.jpg"))
        page.locator(".chosen-files").wait_for()
        line.breaks_after = 60_000
        save(page)
        page.get_by_role("link", name="See what waits").wait_for()
        assert (line.broken > 0, LogEntry.objects.count()) == (True, 0)
        line.breaks_after = 0
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.get_by_text("What waited on this device is saved").wait_for()
        assert LogEntry.objects.get().photos.count() == 1


def test_a_worker_of_an_old_version_makes_room_and_what_waits_stays(visit, cast, monkeypatch):
    old = b"self.addEventListener('fetch', (event) => event.respondWith(new Response('old')));"
    answer = HttpResponse(old, content_type="text/javascript")
    monkeypatch.setattr("portal.roof.views.offline.worker_script", lambda: answer)
    visitor = visit(cast.coordinator_north)
    page = visitor.go(LOG)
    page.evaluate("navigator.serviceWorker.ready")
    write(page, cast, "Kept by the old one.")
    page.context.set_offline(True)
    save(page)
    page.get_by_role("link", name="See what waits").wait_for()
    monkeypatch.undo()
    page.context.set_offline(False)
    page.evaluate("navigator.serviceWorker.ready.then((one) => one.update())")
    until(page, "fetch('/offline/session/').then((answer) => answer.text()).then((text) => text !== 'old')")
    page.goto(visitor.address + "/")
    until(page, f"({STATES})().then((states) => states[0] === 'saved')")
    assert LogEntry.objects.get().text == "Kept by the old one."
