"""The pages of courses and learners, and the attendance sheet as a trainer fills it in on a phone."""

import pytest

from beneficiaries import models as people
from tests.admin_rows import fill
from tests.browser.conftest import SCREENS
from tests.learner_rows import enrol, make_cohort, make_course, make_learner, make_session


@pytest.fixture
def paths(cast):
    """The pages, with something on each."""
    rows = fill(cast, cast.jette, "jette")
    course, cohort, exam = (rows[model].slug for model in (people.Course, people.Cohort, people.Exam))
    session, learner, joined = (rows[model].pk for model in (people.Session, people.Learner, people.Enrolment))
    return [
        "/learning/",
        "/learning/years/",
        "/learning/follow-ups/",
        f"/learning/follow-ups/{rows[people.FollowUp].pk}/edit/",
        f"/learning/courses/{course}/",
        f"/learning/courses/{course}/cohorts/new/",
        f"/learning/courses/{course}/exams/new/",
        f"/learning/exams/{exam}/edit/",
        f"/learning/exams/{exam}/results/{cohort}/",
        f"/learning/cohorts/{cohort}/",
        f"/learning/cohorts/{cohort}/edit/",
        f"/learning/cohorts/{cohort}/enrol/",
        f"/learning/cohorts/{cohort}/sessions/new/",
        f"/learning/sessions/{session}/",
        f"/learning/sessions/{session}/print/",
        f"/learning/learners/{learner}/",
        f"/learning/learners/{learner}/edit/",
        f"/learning/enrolments/{joined}/edit/",
        f"/learning/enrolments/{joined}/follow-ups/new/",
        f"/learning/enrolments/{joined}/coaching/new/",
    ]


@pytest.mark.once
@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize("screen", SCREENS)
def test_pages_are_in_order(visit, cast, paths, screen, language):
    visitor = visit(cast.officer, screen=screen, language=language)
    wrong = []
    for path in paths:
        try:
            visitor.go(path)
        except AssertionError as error:
            wrong.append(f"{path}: {error}")
            visitor.complaints.clear()
    assert not wrong


@pytest.mark.parametrize("javascript", [True, False])
def test_a_sheet_is_one_tap_for_each_who_did_not_come(visit, cast, javascript):
    cohort = make_cohort(make_course(cast.gillis))
    for _ in range(12):
        enrol(cohort, make_learner(cast.gillis))
    session = make_session(cohort)
    visitor = visit(cast.coordinator_south, screen="phone", javascript=javascript)
    page = visitor.page
    page.goto(f"{visitor.address}/learning/sessions/{session.pk}/")
    page.get_by_role("group", name="L-2", exact=True).get_by_role("radio", name="Absent").tap()
    page.get_by_role("group", name="L-11").get_by_role("radio", name="Excused").tap()
    page.get_by_role("button", name="Save the sheet").tap()
    page.wait_for_url("**/learning/cohorts/**")
    assert page.get_by_text("The sheet is saved.").is_visible()
    marks = dict(people.Attendance.objects.values_list("enrolment__learner__code", "state"))
    others = {code for code, state in marks.items() if state == "present"}
    assert (marks["L-2"], marks["L-11"], len(others)) == ("absent", "excused", 10)


def test_a_sheet_is_filled_in_by_keyboard(visit, cast):
    cohort = make_cohort(make_course(cast.gillis))
    enrol(cohort, make_learner(cast.gillis))
    session = make_session(cohort)
    visitor = visit(cast.coordinator_south)
    page = visitor.go(f"/learning/sessions/{session.pk}/")
    page.get_by_role("radio", name="Attended").focus()
    page.keyboard.press("ArrowRight")
    visitor.look()
    page.keyboard.press("Enter")
    page.wait_for_url("**/learning/cohorts/**")
    assert people.Attendance.objects.get().state == "absent"


def test_a_sheet_is_printed_by_one_button(visit, cast):
    session = make_session(make_cohort(make_course(cast.gillis)))
    page = visit(cast.coordinator_south).go(f"/learning/sessions/{session.pk}/print/")
    page.evaluate("() => { window.print = () => { document.title = 'printed'; }; }")
    page.get_by_role("button", name="Print").click()
    assert page.title() == "printed"
