"""A sheet as a trainer in Berkane fills it in: a phone, Arabic, no account, and a line that breaks."""

import pytest
from django.urls import reverse

from beneficiaries.models import Attendance, Session, SheetLink
from portal.ground.models import AuditEntry
from tests.browser.conftest import SCREENS
from tests.browser.until import until
from tests.conftest import TODAY
from tests.learner_rows import make_session
from tests.trainers.rows import DAY, running

SAVE = {"ar": "حفظ الورقة", "en": "Save the sheet"}


@pytest.fixture
def cohort(cast):
    return running(cast.gillis, 12)


@pytest.fixture
def session(cohort):
    for days in (-6, -1, 3):
        make_session(cohort, held_on=TODAY + days * DAY)
    return make_session(cohort, held_on=TODAY)


@pytest.fixture
def link(cast, cohort):
    return SheetLink.objects.create(cohort=cohort, made_by=cast.coordinator_south)


def marks():
    return dict(Attendance.objects.values_list("enrolment__learner__code", "state"))


def cut_the_line(page):
    """Take the network away, and wait until nothing leaves the phone: the browser says so a moment too early."""
    page.context.set_offline(True)
    until(page, "fetch(location.href).then(() => false, () => true)")


def mark(page, code, state):
    page.get_by_role("group", name=code, exact=True).locator(f"[value={state}]").tap()


@pytest.mark.once
@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.usefixtures("session")
def test_pages_are_in_order(visit, cast, link, screen, language):
    visitor, trainer = visit(cast.officer, screen=screen, language=language), visit(screen=screen, language=language)
    session, coming = (Session.objects.get(held_on=TODAY + days * DAY) for days in (0, 3))
    key = link.key_of_session(session.pk)
    for who, path in [
        (visitor, reverse("beneficiaries:cohort_detail", args=[link.cohort.slug])),
        (visitor, reverse("beneficiaries:attendance_print", args=[session.pk])),
        (trainer, reverse("sheets:list", args=[link.pk, link.key])),
        (trainer, reverse("sheets:sheet", args=[link.pk, link.key, session.pk])),
        (trainer, reverse("sheets:sheet", args=[link.pk, link.key, coming.pk])),
        (trainer, reverse("sheets:paper", args=[session.pk, key])),
    ]:
        who.go(path)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_sheet_is_filled_in_from_the_link_on_a_phone_in_arabic(visit, session, link, javascript):
    visitor = visit(screen="phone", language="ar", javascript=javascript)
    page = visitor.page
    page.goto(visitor.address + reverse("sheets:list", args=[link.pk, link.key]))
    page.locator(".answer-days a").first.tap()
    page.wait_for_url(f"**/{session.pk}/**")
    mark(page, "L-2", "absent")
    mark(page, "L-11", "excused")
    page.get_by_role("button", name=SAVE["ar"]).tap()
    page.wait_for_url("**saved=2**")
    assert page.locator(".answer-done").is_visible()
    found = marks()
    assert (found["L-2"], found["L-11"], list(found.values()).count("present")) == ("absent", "excused", 10)
    if javascript:
        visitor.look()
        assert page.evaluate("[Object.keys(localStorage).length, document.cookie.includes('session')]") == [0, False]
        assert page.evaluate("caches.keys()") == []


def test_marks_outlive_a_line_that_breaks_and_are_saved_once(visit, session, link):
    visitor = visit(screen="phone")
    page = visitor.go(reverse("sheets:sheet", args=[link.pk, link.key, session.pk]))
    cut_the_line(page)
    mark(page, "L-3", "absent")
    page.get_by_role("button", name=SAVE["en"]).tap()
    page.get_by_text("What you marked is kept on this phone").wait_for()
    assert page.get_by_role("group", name="L-3", exact=True).locator("[value=absent]").is_checked()
    # A second thought before the line is back replaces the first.
    mark(page, "L-4", "excused")
    page.get_by_role("button", name=SAVE["en"]).tap()
    page.context.set_offline(False)
    page.wait_for_url("**saved=2**")
    assert (marks()["L-3"], marks()["L-4"]) == ("absent", "excused")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert AuditEntry.objects.filter(verb="link").count() == 1


def test_what_somebody_else_saved_meanwhile_is_shown_beside_what_waited(visit, session, link, client):
    visitor = visit(screen="phone")
    page = visitor.go(reverse("sheets:sheet", args=[link.pk, link.key, session.pk]))
    cut_the_line(page)
    mark(page, "L-3", "absent")
    page.get_by_role("button", name=SAVE["en"]).tap()
    page.get_by_text("What you marked is kept on this phone").wait_for()
    sent = {f"state-{row.pk}": "present" for row in session.cohort.enrolments.all()} | {"version": 1}
    client.post(reverse("sheets:sheet", args=[link.pk, link.key, session.pk]), sent)
    # The trainer closed the page; the list of sheets tells that one was not accepted, and its page says why.
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(visitor.address + reverse("sheets:list", args=[link.pk, link.key]))
    page.get_by_text("was not accepted").wait_for()
    page.locator(".answer-days a").first.tap()
    page.get_by_text("Not saved yet: somebody saved this sheet").wait_for()
    assert page.get_by_role("group", name="L-3", exact=True).locator("[value=absent]").is_checked()
    assert visitor.violations() == []
    page.get_by_role("button", name=SAVE["en"]).tap()
    page.wait_for_url("**saved=3**")
    assert marks()["L-3"] == "absent"
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_link_that_was_withdrawn_meanwhile_says_that_nothing_was_saved(visit, session, link):
    visitor = visit(screen="phone")
    page = visitor.go(reverse("sheets:sheet", args=[link.pk, link.key, session.pk]))
    link.delete()
    page.get_by_role("button", name=SAVE["en"]).tap()
    page.get_by_text("What you marked was not saved.").wait_for()
    assert (marks(), page.evaluate("Object.keys(localStorage).length")) == ({}, 0)


@pytest.mark.once
def test_the_address_is_copied_on_the_page_of_the_cohort(visit, cast, cohort, link):
    visitor = visit(cast.coordinator_south)
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.go(reverse("beneficiaries:cohort_detail", args=[cohort.slug]))
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("button", name="Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"/sheets/{link.pk}/{link.key}/")
