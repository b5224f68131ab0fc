"""A trainer without an account fills in the attendance sheets by a link: sheets of these days, codes alone, audited."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from beneficiaries.models import Attendance, SheetLink
from beneficiaries.services.erasing import erase_learner
from beneficiaries.services.sheet_links import Door, LinkGone, open_door, save_by_link
from partnerships.models import ProgrammeYear
from portal.ground.history import describe
from portal.ground.models import AuditEntry
from tests.conftest import TODAY
from tests.learner_rows import make_session
from tests.test_money_races import at_once
from tests.trainers.rows import DAY, address, list_of, make, marks, on_paper, running, stored, told

pytestmark = pytest.mark.django_db


class TestTheSheets:
    def test_today_stands_first_then_what_nobody_filled_in_the_oldest_first(self, link, cohort, session):
        days = {days: make_session(cohort, held_on=TODAY + days * DAY) for days in (-15, -14, -8, -3, -1, 2, 7, 8)}
        for done in (-8, -1):
            Client().post(address(link, days[done]), marks(days[done], "present", "absent"))
        page = Client().get(list_of(link))
        shown = {name: [row["day"] for row in page.context[name]] for name in ("today", "blank", "filled", "coming")}
        assert shown == {
            "today": [TODAY],
            "blank": [TODAY - 14 * DAY, TODAY - 3 * DAY],
            "filled": [TODAY - DAY, TODAY - 8 * DAY],
            "coming": [TODAY + 2 * DAY, TODAY + 7 * DAY],
        }
        assert page.context["filled"][0]["told"] == "1 attended, 2 absent, 0 excused"
        assert [row["url"] for row in page.context["coming"]] == ["", ""]
        headings = re.findall("<h2>(.*?)</h2>", told(page))
        assert headings == ["Today", "Not filled in yet", "Filled in already", "Coming"]

    @pytest.mark.parametrize(
        ("days", "said"),
        [(1, "This sheet opens on its day, 23 November 2026."), (-15, "This sheet was open until 21 November 2026.")],
    )
    def test_a_sheet_of_another_day_is_not_open(self, link, cohort, days, said):
        other = make_session(cohort, held_on=TODAY + days * DAY)
        for where in (address(link, other), on_paper(link, other)):
            page = Client().get(where)
            assert said in told(page)
            assert "L-1" not in told(page)
            sent = Client().post(where, marks(other, "present"))
            assert (sent.status_code, said in told(sent), "was not saved" in told(sent)) == (409, True, True)
        assert not Attendance.objects.exists()

    def test_it_tells_codes_alone(self, link, session):
        for where in (address(link, session), on_paper(link, session)):
            html = told(Client().get(where))
            assert re.findall(r"<bdi>(L-\d)</bdi>", html) == ["L-1", "L-2", "L-3"]
            assert not any(word in html for word in ("1977", "woman", "women", "commitment"))

    def test_who_was_erased_stands_on_none(self, cast, link, session):
        learner = session.cohort.enrolments.order_by("learner__code")[0].learner
        erase_learner(learner, actor=cast.officer, on=TODAY)
        html = told(Client().get(address(link, session)))
        assert re.findall(r"<bdi>(L-\d)</bdi>", html) == ["L-2", "L-3"]

    @pytest.mark.parametrize("where", [address, on_paper])
    def test_it_is_saved_once_and_the_trail_says_by_the_link(self, coordinator, link, session, where):
        sent = marks(session, "present", "absent", "excused")
        for _time in range(2):
            page = Client().post(where(link, session), sent)
            assert page.status_code == 302
            page = Client().get(page["Location"])
            assert "The sheet is saved." in told(page)
        session.refresh_from_db()
        assert (stored(session), session.version) == (["present", "absent", "excused"], 2)
        [entry] = AuditEntry.objects.filter(target_type="beneficiaries.session")
        assert (entry.actor, entry.verb, entry.parent_id) == (None, "link", session.cohort_id)
        with translation.override("en"):
            assert describe([entry])[0].changes[0].new == "L-1: attended; L-2: absent; L-3: excused"
        said = {
            "nl": ("wie de link had", "bewaard via de link"),
            "fr": ("qui avait le lien", "enregistré par le lien"),
            "en": ("whoever had the link", "saved by link"),
            "ar": ("من كان لديه الرابط", "حُفظ عبر الرابط"),
        }
        for language, words in said.items():
            with translation.override(language):
                [line] = describe([entry])
            assert (line.actor, line.verb) == words
        sheet = reverse("beneficiaries:attendance", args=[session.pk])
        assert "Last saved by the link for trainers, on " in told(coordinator.get(sheet))
        coordinator.post(sheet, marks(session, "present"))
        assert "Last saved by the link" not in told(coordinator.get(sheet))

    def test_that_it_is_saved_is_said_of_the_sheet_as_it_was_saved_alone(self, link, session):
        done = Client().post(address(link, session), marks(session, "present"))["Location"]
        session.refresh_from_db()
        Client().post(address(link, session), marks(session, "absent"))
        assert "The sheet is saved." not in told(Client().get(done))

    def test_an_entry_that_is_emptied_still_says_by_the_link(self, cast, link, session):
        Client().post(address(link, session), marks(session, "absent", "present"))
        erase_learner(session.cohort.enrolments.order_by("learner__code")[0].learner, actor=cast.officer, on=TODAY)
        entry = AuditEntry.objects.get(verb="link")
        with translation.override("nl"):
            assert (entry.changes, describe([entry])[0].actor) == ({}, "wie de link had")

    def test_thirty_learners_are_saved_with_twelve_queries(self, cast, coordinator, settings):
        settings.ACCOUNT_RATE_LIMITS = {"sheet_link": "40/10m/ip"}
        cohort = running(cast.gillis, 30)
        make(coordinator, cohort)
        link, session = SheetLink.objects.get(), make_session(cohort, held_on=TODAY)
        for states in (["present"], ["absent", "present"]):
            session.refresh_from_db()
            data = marks(session, *states)
            with CaptureQueriesContext(connection) as asked:
                assert Client().post(address(link, session), data).status_code == 302
            assert len(asked) <= 12, "\n".join(query["sql"][:120] for query in asked)
        assert stored(session).count("absent") == 1
        html = told(Client().get(address(link, session)))
        assert len(html.encode()) < 30_000

    def test_who_saves_second_sees_both(self, coordinator, link, session):
        seen = session.version
        coordinator.post(reverse("beneficiaries:attendance", args=[session.pk]), marks(session, "present"))
        page = Client().post(address(link, session), marks(session, "absent", "present", version=seen))
        assert page.status_code == 409
        assert [(row.label, row.saved, row.typed) for row in page.context["theirs"]] == [("L-1", "attended", "absent")]
        assert page.context["lines"][0]["chosen"] == "absent"
        assert stored(session) == ["present"] * 3
        again = marks(session, "absent", "present") | {"version": page.context["form"]["version"].value()}
        assert Client().post(address(link, session), again).status_code == 302
        assert stored(session) == ["absent", "present", "present"]

    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (lambda _good: {"version": 1}, "Choose for each learner"),
            (lambda good: good | {"state-999999999": "present"}, "not enrolled in the cohort"),
            (lambda good: {**good, next(iter(good)): "asleep"}, "Choose for each learner"),
            (lambda good: {**good, next(iter(good)): "\0"}, "Choose for each learner"),
            (lambda good: good | {"version": "\0"}, "Enter a whole number."),
            (lambda good: good | {"submission_key": "x"}, "Enter a valid UUID."),
        ],
    )
    def test_what_does_not_fit_is_said_and_the_marks_are_kept(self, link, session, spoil, said):
        page = Client().post(address(link, session), spoil(marks(session, "present", "excused", "absent")))
        assert (page.status_code, said in told(page), Attendance.objects.count()) == (200, True, 0)
        if len(spoil({"a": 1, "b": 2})) > 1:
            assert [line["chosen"] for line in page.context["lines"]][1:] == ["excused", "absent"]

    @pytest.mark.parametrize("version", ["", "x", "9" * 40, "-1"])
    def test_a_forged_version_is_no_crash(self, link, session, version):
        Client().post(address(link, session), marks(session, "present"))
        page = Client().post(address(link, session), marks(session, "absent") | {"version": version})
        assert page.status_code in {200, 409}
        assert stored(session) == ["present"] * 3

    def test_a_locked_year_is_closed(self, cast, link, session):
        ProgrammeYear.objects.filter(programme=cast.gillis.programme, year=TODAY.year).update(state="locked")
        page = Client().get(list_of(link))
        assert page.context["today"] == []
        assert "The year of this sheet is closed." in told(Client().get(address(link, session)))
        page = Client().post(address(link, session), marks(session, "present"))
        assert (page.status_code, Attendance.objects.count()) == (409, 0)

    def test_who_is_signed_in_opens_it_as_everybody(self, coordinator, link, session):
        coordinator.post(address(link, session), marks(session, "present"))
        assert AuditEntry.objects.get(verb="link").actor is None


class TestAtOnce:
    pytestmark = pytest.mark.django_db(transaction=True)

    def test_two_links_made_at_once_leave_one_standing(self, cast, client_of):
        cohort = running(cast.gillis)
        clients = [client_of(cast.coordinator_south), client_of(cast.officer)]
        assert at_once(*(lambda one=one: make(one, cohort).status_code for one in clients)) == [302, 302]
        assert (SheetLink.objects.count(), SheetLink.objects.standing().count()) == (2, 1)

    def test_a_new_link_and_a_sheet_saved_at_once_do_not_wait_for_each_other_for_ever(self, cast, client_of):
        cohort = running(cast.gillis)
        session = make_session(cohort, held_on=TODAY)
        client = client_of(cast.coordinator_south)
        make(client, cohort)
        link = SheetLink.objects.get()
        where, data = address(link, session), marks(session, "present")
        made, saved = at_once(lambda: make(client, cohort).status_code, lambda: Client().post(where, data).status_code)
        assert made == 302
        assert (saved, len(stored(session))) in {(302, 3), (410, 0)}

    def test_two_equal_sheets_make_one(self, cast, client_of):
        cohort = running(cast.gillis)
        session = make_session(cohort, held_on=TODAY)
        make(client_of(cast.coordinator_south), cohort)
        where, data = address(SheetLink.objects.get(), session), marks(session, "present", "absent")
        answers = at_once(*(lambda: Client().post(where, data).status_code for _time in range(2)))
        assert answers == [302, 302]
        session.refresh_from_db()
        assert (stored(session), session.version) == (["present", "absent", "absent"], 2)


def test_the_service_refuses_by_itself_what_the_pages_do_not_offer(cast, link, session):
    far = make_session(running(cast.jette), held_on=TODAY)
    states = {row.pk: "present" for row in far.cohort.enrolments.all()}
    with pytest.raises(type(session).DoesNotExist):
        save_by_link(Door(link.key, link=link.pk), far.pk, states, version=1, on=TODAY)
    with pytest.raises(LinkGone):
        open_door(Door("", link=link.pk), TODAY)
    with pytest.raises(ValidationError):
        save_by_link(Door(link.key, link=link.pk), session.pk, states, version=1, on=TODAY)
