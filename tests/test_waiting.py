"""What the portal answers to scripts that send what was written without a network, and what browsers keep of it."""

import pytest
from django.urls import reverse

from activities.models import LogEntry
from beneficiaries.models import Attendance
from tests.learner_rows import enrol, make_cohort, make_course, make_learner, make_session
from tests.log_form import filled

LOG = "/activities/log/"
NOW, LATER = {"X-Waiting": "now"}, {"X-Waiting": "later"}


def test_a_script_hears_where_an_entry_was_saved_and_saves_it_once(cast, client_of):
    client, data = client_of(cast.coordinator_north), filled(cast.jette.home, cast.coordinator_north)
    first, again = (client.post(LOG, data, headers=LATER) for _ in range(2))
    entry = LogEntry.objects.get()
    home = f"/activities/{cast.jette.home.pk}/#entry-{entry.pk}"
    assert first.json() == {"url": home, "said": ["The entry is saved."]}
    assert again.json() == {"url": home, "said": ["This entry was saved already: it was not made twice."]}


@pytest.mark.parametrize("when, is_told", [(NOW, True), (LATER, False)])
def test_who_waits_before_the_page_is_told_on_the_next_one_and_nobody_else(cast, client_of, when, is_told):
    client = client_of(cast.coordinator_north)
    client.post(LOG, filled(cast.jette.home, cast.coordinator_north), headers=when)
    page = client.get("/activities/").content.decode()
    assert ("The entry is saved." in page, 'name="kept-saved"' in page) == (is_told, is_told)


def test_a_script_is_told_that_nobody_is_signed_in(cast, client):
    answer = client.post(LOG, filled(cast.jette.home, cast.coordinator_north), headers=LATER)
    assert (answer.status_code, answer.json(), LogEntry.objects.count()) == (401, {}, 0)
    assert "carried" not in client.session


def test_what_is_refused_comes_back_as_the_form_that_people_see(cast, client_of):
    data = filled(cast.jette.home, cast.coordinator_north, text="")
    client = client_of(cast.coordinator_north)
    answer, page = client.post(LOG, data, headers=LATER), client.post(LOG, data)
    assert [answer.status_code, answer.headers["Content-Type"]] == [200, page.headers["Content-Type"]]
    assert "error-summary" in answer.content.decode()


def test_a_sheet_of_another_version_is_refused_with_both(cast, client_of):
    session = make_session(make_cohort(make_course(cast.gillis)))
    row = enrol(session.cohort, make_learner(cast.gillis))
    sheet, version = f"/learning/sessions/{session.pk}/", session.version
    client = client_of(cast.coordinator_south)
    answers = [
        client.post(sheet, {f"state-{row.pk}": state, "version": version}, headers=LATER)
        for state in ("excused", "absent", "excused")
    ]
    assert [answer.status_code for answer in answers] == [200, 409, 200]
    assert answers[2].json()["said"] == ["This was saved already: it was not made twice."]
    assert Attendance.objects.get().state == "excused"


def test_the_page_that_browsers_keep_names_nobody(cast, client_of, client):
    own, strange = client_of(cast.officer).get("/offline/"), client.get("/offline/")
    page = own.content.decode()
    assert 'data-user=""' in page
    assert not [name for name in (str(cast.officer), str(cast.jette.partnership)) if name in page]
    assert [answer.context["user"].is_authenticated for answer in (own, strange)] == [False, False]


def test_a_script_learns_who_is_signed_in_and_with_which_token_to_send(cast, client_of, client):
    answer = client_of(cast.officer).get("/offline/session/")
    assert (answer.json()["user"], len(answer.json()["token"])) == (str(cast.officer.pk), 64)
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get("/offline/session/").json() == {"user": "", "token": ""}


@pytest.mark.parametrize("language, direction", [("nl", "ltr"), ("fr", "ltr"), ("en", "ltr"), ("ar", "rtl")])
def test_the_portal_can_be_installed_in_the_language_of_its_reader(client, language, direction):
    answer = client.get(reverse("manifest", args=[language]))
    told = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert [told["lang"], told["dir"], told["start_url"]] == [language, direction, "/"]
    assert [(icon["sizes"], icon["purpose"]) for icon in told["icons"]] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
