"""Enrolments, results and follow-ups go out and come in by code, seen before they are written, all rows or none."""

import datetime as dt

import pytest
from django.urls import reverse

from beneficiaries.models import Enrolment, ExamResult, FollowUp, FollowUpOutcome
from portal.ground.models import AuditEntry
from tests.cast import in_all_languages
from tests.indicator_rows import lock
from tests.learner_rows import enrol, make_cohort, make_course, make_exam, make_learner
from tests.test_import import confirm, csv, faults, send

pytestmark = pytest.mark.django_db
ENROLMENTS, RESULTS, FOLLOW_UPS = (
    f"admin:beneficiaries_{name}_import" for name in ("enrolment", "examresult", "followup")
)
LEARNERS = "admin:beneficiaries_learner_import"
AFTERWARDS = dt.date(2026, 10, 5)


@pytest.fixture
def officer(cast, client_of):
    """Sign in the officer of Jette, who works in the administration."""
    cast.officer.memberships.exclude(partnership=cast.jette.partnership).delete()
    cast.officer.is_staff = True
    cast.officer.save()
    client = client_of(cast.officer)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def cohort(cast):
    return make_cohort(make_course(cast.jette))


@pytest.fixture
def joined(cast, cohort):
    return enrol(cohort, make_learner(cast.jette, code="B-1"))


@pytest.fixture
def exam(cohort):
    return make_exam(cohort.course)


@pytest.fixture
def work():
    return FollowUpOutcome.objects.create(slug="employed", **in_all_languages(name="employed"))


def written(client, name, content):
    preview = send(client, name, content)
    assert faults(preview) == []
    assert confirm(client, name, preview).status_code == 302


def out(client, name) -> bytes:
    return client.post(reverse(name.replace("_import", "_export")), {"kind": "csv"}).content


def test_learners_join_by_their_codes(cast, officer, cohort):
    make_learner(cast.jette, code="B-1")
    head = ["cohort", "code", "enrolled_on", "commitments_on"]
    content = csv(head, [cohort.slug, "b-1", "15/09/2025", "2025-09-16"])
    preview = send(officer, ENROLMENTS, content)
    assert (faults(preview), Enrolment.objects.count()) == ([], 0)
    confirm(officer, ENROLMENTS, preview)
    row = Enrolment.objects.get()
    assert (row.learner.code, row.cohort, row.commitments_on) == ("B-1", cohort, dt.date(2025, 9, 16))
    assert AuditEntry.objects.about(row).get().verb == "import"
    assert send(officer, ENROLMENTS, content).context_data["outcome"].unchanged == 1
    left = csv(
        ["cohort", "code", "withdrawn_on", "withdrawal_reason"], [cohort.slug, "B-1", "2026-01-05", "found work"]
    )
    written(officer, ENROLMENTS, left)
    row.refresh_from_db()
    assert (row.withdrawn_on, row.withdrawal_reason, row.version) == (dt.date(2026, 1, 5), "work", 2)
    again = send(officer, ENROLMENTS, out(officer, ENROLMENTS))
    assert (faults(again), again.context_data["outcome"].unchanged) == ([], 1)


def test_results_and_diplomas_come_in_for_a_cohort(officer, cohort, joined, exam):
    head = ["exam", "cohort", "code", "result", "has_diploma", "diploma_number"]
    written(officer, RESULTS, csv(head, [exam.slug, cohort.slug, "B-1", "passed", "yes", "17/2026"]))
    row = ExamResult.objects.get()
    assert (row.enrolment, row.result, row.has_diploma, row.diploma_number) == (joined, "passed", True, "17/2026")
    again = send(officer, RESULTS, out(officer, RESULTS))
    assert (faults(again), again.context_data["outcome"].unchanged) == ([], 1)


def test_follow_ups_come_in_and_go_out(officer, cohort, joined, work):
    head = ["cohort", "code", "months", "asked_on", "outcome"]
    written(officer, FOLLOW_UPS, csv(head, [cohort.slug, "B-1", 6, AFTERWARDS.isoformat(), "employed"]))
    row = FollowUp.objects.get()
    assert (row.enrolment, row.months, row.outcome) == (joined, 6, work)
    again = send(officer, FOLLOW_UPS, out(officer, FOLLOW_UPS))
    assert (faults(again), again.context_data["outcome"].unchanged) == ([], 1)


NOBODY = "No learner of this partnership has the code “B-9”."
JOIN = ["cohort", "code", "enrolled_on"]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (["B-9", "2025-09-15"], ("Code", NOBODY)),
        (["", "2025-09-15"], ("Code", "This column tells the record from others.")),
        (["OLD", "2025-09-15"], ("Enrolled on", "An age lies between 0 and 120 years: check the year of birth.")),
        (["B-2", "2026-04-01"], ("Enrolled on", "The cohort ended on 31 March 2026: nobody enrols after that.")),
        (["B-2", "soon"], ("Enrolled on", "“soon” is not a date: write it as 31/12/2024 or 2024-12-31.")),
    ],
)
def test_who_cannot_join_is_named_and_nobody_joins(cast, officer, cohort, cells, fault):
    for code in ("B-2", "B-3"):
        make_learner(cast.jette, code=code)
    make_learner(cast.jette, code="OLD", birth_year=1900)
    response = send(officer, ENROLMENTS, csv(JOIN, [cohort.slug, "B-3", "2025-09-15"], [cohort.slug, *cells]))
    assert faults(response) == [(3, *fault)]
    assert not Enrolment.objects.exists()


def test_a_cell_for_a_code_holds_the_code_alone(cast, officer):
    make_learner(cast.jette, code="B-1")
    home = cast.jette.partnership.slug
    rows = [[home, code, "women"] for code in ("B-2 1990", "B-1 left", "B 2", "B-1")]
    sheet = csv(["partnership", "code", "sex"], *rows)
    told = "Here stands the code alone: year of birth and sex have fields of their own."
    assert faults(send(officer, LEARNERS, sheet)) == [(2, "Code", told), (3, "Code", told)]


def test_the_same_code_twice_in_a_sheet_is_refused(cast, officer, cohort):
    make_learner(cast.jette, code="B-2")
    rows = [[cohort.slug, code, "2025-09-15"] for code in ("B-2", "b-2")]
    assert faults(send(officer, ENROLMENTS, csv(JOIN, *rows))) == [(3, "", "Row 2 holds the same record already.")]


def test_an_exam_before_the_enrolment_and_one_who_is_not_enrolled_are_named(cast, officer, cohort, joined, exam):
    make_learner(cast.jette, code="B-2")
    exam.held_on = dt.date(2025, 9, 1)
    exam.save()
    head = ["exam", "cohort", "code", "result"]
    sheet = csv(head, [exam.slug, cohort.slug, "B-1", "passed"], [exam.slug, cohort.slug, "B-2", "passed"])
    found = faults(send(officer, RESULTS, sheet))
    assert [(row, reason) for row, _column, reason in found if row == 2] == [
        (2, "This exam was held before the learner enrolled.")
    ]
    assert (3, "Code", "B-2 is not enrolled in this cohort.") in found
    assert not ExamResult.objects.exists()


def test_nobody_is_asked_who_did_not_agree(officer, cohort, joined, work):
    joined.learner.consented_on = None
    joined.learner.save()
    head = ["cohort", "code", "months", "asked_on", "outcome"]
    found = faults(send(officer, FOLLOW_UPS, csv(head, [cohort.slug, "B-1", 6, AFTERWARDS.isoformat(), "employed"])))
    assert found == [(2, "Asked on", "This learner did not agree to be followed, or took the agreement back.")]


def test_a_locked_year_takes_no_rows(cast, officer, cohort, joined, exam):
    lock(cast.jette, 2026)
    head = ["exam", "cohort", "code", "result"]
    found = faults(send(officer, RESULTS, csv(head, [exam.slug, cohort.slug, "B-1", "passed"])))
    assert found == [(2, "Exam", "The year 2026 is locked: an officer can open it again.")]


def test_rows_of_another_partnership_are_as_if_they_were_not_there(cast, officer, cohort):
    foreign = make_cohort(make_course(cast.gillis))
    make_learner(cast.gillis, code="G-1")
    rows = [[foreign.slug, "G-1", "2025-09-15"], [cohort.slug, "G-1", "2025-09-15"]]
    found = faults(send(officer, ENROLMENTS, csv(JOIN, *rows)))
    sentences = {(row, reason) for row, _column, reason in found}
    assert (2, f"There is no cohort with the short name “{foreign.slug}”.") in sentences
    assert (3, "No learner of this partnership has the code “G-1”.") in sentences
    enrol(foreign, foreign.course.partnership.learners.get())
    assert b"G-1" not in out(officer, ENROLMENTS)


def test_only_who_works_with_learners_takes_them_out(cast, client_of, joined):
    cast.viewer.is_staff = True
    cast.viewer.save()
    for name in (ENROLMENTS, RESULTS, FOLLOW_UPS):
        response = client_of(cast.viewer).post(reverse(name.replace("_import", "_export")), {"kind": "csv"})
        assert (response.status_code, b"B-1" in response.content) == (200, False)
