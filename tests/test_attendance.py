"""The attendance sheet: one minute on a phone, one request, and nobody's marks lost."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from beneficiaries.models import Attendance, Session
from beneficiaries.services.erasing import erase_learner
from portal.ground.history import describe
from portal.ground.models import AuditEntry
from tests.learner_rows import DAY, START, enrol, make_cohort, make_course, make_learner, make_session
from tests.test_money_races import at_once

ADDRESS = "beneficiaries:attendance"


@pytest.fixture
def session(cast):
    """A session of a cohort of three learners, L-1 to L-3."""
    cohort = make_cohort(make_course(cast.gillis))
    for _ in range(3):
        enrol(cohort, make_learner(cast.gillis))
    return make_session(cohort)


@pytest.fixture
def trainer(cast, client_of):
    return client_of(cast.coordinator_south)


def sheet(session, *states, version=None):
    """Return the fields of a sheet; the last state stands for all who are left."""
    joined = session.cohort.enrolments.order_by("learner__code")
    marks = [*states, *[states[-1]] * joined.count()]
    return {f"state-{row.pk}": state for row, state in zip(joined, marks, strict=False)} | {
        "version": session.version if version is None else version
    }


def send(client, session, data):
    return client.post(reverse(ADDRESS, args=[session.pk]), data)


def stored(session):
    rows = Attendance.objects.filter(session=session).order_by("enrolment__learner__code")
    return list(rows.values_list("state", flat=True))


def test_everybody_attended_unless_the_trainer_says_otherwise(trainer, session):
    page = trainer.get(reverse(ADDRESS, args=[session.pk]))
    assert [(line["code"], line["chosen"]) for line in page.context["lines"]] == [
        ("L-1", "present"),
        ("L-2", "present"),
        ("L-3", "present"),
    ]
    assert page.content.decode().count(" checked") == 3
    assert send(trainer, session, sheet(session, "present", "absent", "excused")).status_code == 302
    assert stored(session) == ["present", "absent", "excused"]
    [entry] = AuditEntry.objects.filter(target_type="beneficiaries.session", verb="update")
    assert entry.changes["attendances"] == [
        [{"text": f"L-{number}", "field": "beneficiaries.Attendance.state", "value": state} for number, state in of]
        for of in (
            [(1, ""), (2, ""), (3, "")],
            [(1, "present"), (2, "absent"), (3, "excused")],
        )
    ]
    for language, words in {
        "en": "L-1: attended; L-2: absent; L-3: excused",
        "nl": "L-1: aanwezig; L-2: afwezig; L-3: verontschuldigd",
    }.items():
        with translation.override(language):
            [change] = describe([entry])[0].changes
        assert (change.old, change.new) == ("L-1: –; L-2: –; L-3: –", words)


def test_thirty_learners_are_saved_with_twelve_queries(cast, trainer):
    cohort = make_cohort(make_course(cast.gillis))
    for _ in range(30):
        enrol(cohort, make_learner(cast.gillis))
    session = make_session(cohort)
    for states in (["present"], ["absent", "present"]):
        session.refresh_from_db()
        data = sheet(session, *states)
        with CaptureQueriesContext(connection) as asked:
            assert send(trainer, session, data).status_code == 302
        assert len(asked) <= 12, "\n".join(query["sql"][:120] for query in asked)
    assert stored(session).count("absent") == 1


def test_sent_twice_it_is_written_once(trainer, session):
    for _ in range(2):
        assert send(trainer, session, sheet(session, "present")).status_code == 302
    session.refresh_from_db()
    assert (Attendance.objects.count(), session.version) == (3, 2)
    assert AuditEntry.objects.filter(target_type="beneficiaries.session").count() == 1


def test_who_saves_second_sees_both(cast, client_of, trainer, session):
    seen = session.version
    send(trainer, session, sheet(session, "present"))
    page = send(client_of(cast.officer), session, sheet(session, "absent", "present", version=seen))
    assert page.status_code == 409
    assert [(row.label, row.saved, row.typed) for row in page.context["theirs"]] == [("L-1", "attended", "absent")]
    assert page.context["lines"][0]["chosen"] == "absent"
    assert stored(session) == ["present"] * 3
    again = {name: value for name, value in sheet(session, "absent", "present").items() if name != "version"}
    again["version"] = page.context["form"]["version"].value()
    assert send(client_of(cast.officer), session, again).status_code == 302
    assert stored(session) == ["absent", "present", "present"]


NOT_ENROLLED = "This learner is not enrolled in the cohort of this session."
CHOOSE = "Choose for each learner: attended, absent or excused."


@pytest.fixture
def stranger(cast, session):
    """Somebody in another cohort of the same course."""
    return enrol(make_cohort(session.cohort.course), make_learner(cast.gillis)).pk


REFUSED = {
    "somebody who is not enrolled": (lambda good, stranger: good | {f"state-{stranger}": "present"}, NOT_ENROLLED),
    "a number of nobody": (lambda good, _stranger: good | {"state-999999999": "present"}, NOT_ENROLLED),
    "a state that does not exist": (lambda good, stranger: good | {f"state-{stranger}": "asleep"}, CHOOSE),
    "nothing": (lambda _good, _stranger: {"version": 1}, CHOOSE),
}


@pytest.mark.parametrize(("spoil", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_sheet_that_does_not_fit_is_refused(trainer, session, stranger, spoil, sentence):
    page = send(trainer, session, spoil(sheet(session, "present"), stranger))
    assert page.status_code == 200
    assert page.context["form"].non_field_errors() == [sentence]
    assert not Attendance.objects.exists()


def test_the_marks_of_a_refused_sheet_are_kept(trainer, session, stranger):
    page = send(trainer, session, sheet(session, "excused", "present") | {f"state-{stranger}": "present"})
    assert [line["chosen"] for line in page.context["lines"]] == ["excused", "present", "present"]


@pytest.mark.parametrize("version", ["", "x", "9" * 40, "-1"])
def test_a_forged_version_is_no_crash(trainer, session, version):
    send(trainer, session, sheet(session, "present"))
    assert send(trainer, session, sheet(session, "absent") | {"version": version}).status_code in {200, 409}
    assert stored(session) == ["present"] * 3


def test_only_who_is_enrolled_on_the_day_stands_on_the_sheet(cast, trainer, session):
    enrolments = list(session.cohort.enrolments.order_by("learner__code"))
    enrolments[0].enrolled_on = DAY + dt.timedelta(days=1)
    enrolments[1].withdrawn_on, enrolments[1].withdrawal_reason = START, "work"
    for row in enrolments:
        row.save()
    page = trainer.get(reverse(ADDRESS, args=[session.pk]))
    assert [line["code"] for line in page.context["lines"]] == ["L-3"]


def test_a_locked_year_keeps_its_sheets(cast, trainer, session):
    cast.gillis.programme.years.filter(year=DAY.year).update(state="locked")
    page = send(trainer, session, sheet(session, "absent"))
    assert page.context["form"].non_field_errors() == ["The year 2025 is locked: an officer can open it again."]
    assert not Attendance.objects.exists()


def test_whose_session_ended_signs_in_and_finds_the_marks(cast, client, session):
    """The sheet that was filled in while nobody was signed in any more is shown again to its writer alone."""
    page = client.get(reverse(ADDRESS, args=[session.pk]))
    assert page.status_code == 302
    client.force_login(cast.coordinator_south)
    author = client.get(reverse(ADDRESS, args=[session.pk])).context["form"]["author"].value()
    client.logout()
    send(client, session, sheet(session, "absent", "present") | {"author": author})
    data = {"login": "coordinator_south", "password": "the-cast-knows-this-one"}
    client.post(reverse("account_login") + "?next=" + reverse(ADDRESS, args=[session.pk]), data)
    page = client.get(reverse(ADDRESS, args=[session.pk]))
    assert [line["chosen"] for line in page.context["lines"]] == ["absent", "present", "present"]


def test_the_paper_sheet_has_a_code_that_opens_the_sheet(cast, trainer, session, settings):
    settings.PORTAL_URL = "https://portal.example"
    page = trainer.get(reverse("beneficiaries:attendance_print", args=[session.pk]))
    assert page.context["url"] == f"https://portal.example/learning/sessions/{session.pk}/"
    html = page.content.decode()
    assert "<svg" in page.context["code"]
    assert "style=" not in page.context["code"]
    assert all(f"<bdi>L-{number}</bdi>" in html for number in (1, 2, 3))


class TestAtOnce:
    pytestmark = pytest.mark.django_db(transaction=True)

    def test_two_equal_sheets_make_one(self, cast, client_of, session):
        clients = [client_of(cast.coordinator_south), client_of(cast.officer)]
        data = sheet(session, "present", "absent")
        answers = at_once(*(lambda one=one: send(one, session, data).status_code for one in clients))
        assert set(answers) == {302}
        assert (stored(session), Session.objects.get().version) == (["present", "absent", "absent"], 2)

    def test_who_is_being_erased_is_on_no_sheet_that_is_saved_meanwhile(self, cast, client_of, session):
        """The one waits for the other: else the code would stand in the trail of the session again."""
        learner = session.cohort.enrolments.order_by("learner__code")[0].learner
        client, data, begun = client_of(cast.coordinator_south), sheet(session, "absent"), threading.Event()
        client.cookies["django_language"] = "en"

        def erase():
            with transaction.atomic():
                erase_learner(learner, actor=cast.officer, on=DAY)
                begun.set()
                time.sleep(1)
            return "erased"

        def save():
            begun.wait(timeout=60)
            return NOT_ENROLLED in send(client, session, data).content.decode()

        answers = at_once(erase, save)
        assert answers == ["erased", True]
        assert stored(session) == []
        assert not AuditEntry.objects.filter(changes__icontains=learner.code).exists()


@pytest.mark.parametrize("how", ["change", "add", "delete"])
def test_a_trainer_with_an_open_sheet_is_shown_what_the_administration_changed(cast, client_of, trainer, session, how):
    first, *others = session.cohort.enrolments.order_by("learner__code")
    told = {"cohort": session.cohort, "session": session, "state": "present"}
    for enrolment in others if how == "add" else [first, *others]:
        Attendance.objects.create(enrolment=enrolment, **told)
    boss = client_of(cast.administrator)
    row = Attendance.objects.filter(enrolment=first).first()
    data = {"session": session.pk, "enrolment": first.pk, "state": "excused"}
    address = reverse(f"admin:beneficiaries_attendance_{how}", args=[row.pk] if row else [])
    assert boss.post(address, {"post": "yes"} if how == "delete" else data).status_code == 302
    response = send(trainer, session, sheet(session, "absent"))
    assert response.status_code == 409
    assert "L-1" in [one.label for one in response.context["theirs"]]
