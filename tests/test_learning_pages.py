"""How far learners came: the funnel, the results, what came after; and what of it a viewer reads."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import Attendance, Coaching, ExamResult, FollowUp, FollowUpOutcome, Learner
from tests.cast import in_all_languages, settle
from tests.learner_rows import (
    END,
    START,
    enrol,
    make_cohort,
    make_course,
    make_exam,
    make_learner,
    make_session,
)

LATER = dt.date(2026, 10, 5)


@pytest.fixture
def course(cast):
    return make_course(cast.gillis)


@pytest.fixture
def work():
    return FollowUpOutcome.objects.create(slug="employed", **in_all_languages(name="employed"))


def walk(cast, cohort, *far):
    """Enrol a learner for each of `far`, who comes so far: 1 enrolled, 2 attended, 3 sat, 4 diploma, 5 heard of."""
    session = make_session(cohort, held_on=cohort.starts_on)
    exam = make_exam(cohort.course, held_on=cohort.ends_on)
    outcome = FollowUpOutcome.objects.get(slug="employed")
    for steps in far:
        enrolment = enrol(cohort, make_learner(cast.gillis))
        state = "present" if steps > 1 else "absent"
        Attendance.objects.create(cohort=cohort, session=session, enrolment=enrolment, state=state)
        if steps > 2:
            passed = {"result": "passed", "has_diploma": True} if steps > 3 else {"result": "failed"}
            ExamResult.objects.create(exam=exam, enrolment=enrolment, **passed)
        if steps > 4:
            FollowUp.objects.create(enrolment=enrolment, months=6, asked_on=LATER, consented_on=LATER, outcome=outcome)


def funnel(page):
    return [bar["value_text"] for bar in page.context["chart"]["bars"]]


@pytest.fixture
def read(cast, client_of):
    """A function that opens a page as somebody of the cast."""

    def opened(part, name, *args):
        return client_of(cast.people[part]).get(reverse(f"beneficiaries:{name}", args=args))

    return opened


class TestTheFunnel:
    @pytest.fixture(autouse=True)
    def _three_cohorts(self, cast, course, work):
        self.first = make_cohort(course)
        walk(cast, self.first, *[5] * 5, 4, 4, 3, 2, 2, 1)
        next_year = {"starts_on": dt.date(2026, 4, 1), "ends_on": dt.date(2026, 9, 30)}
        walk(cast, make_cohort(course, **next_year), *[2] * 6)
        walk(cast, make_cohort(course, **next_year), 4, 2)

    def test_who_works_with_learners_reads_true_figures(self, course, read):
        page = read("coordinator_south", "cohort_detail", self.first.slug)
        assert funnel(page) == ["11 (100 %)", "10 (91 %)", "8 (73 %)", "7 (64 %)", "5 (45 %)"]
        assert [bar["value_text"] for bar in page.context["outcomes"]["bars"]] == ["5"]
        page = read("officer", "detail", course.slug)
        cells = [[cell["text"] for cell in row["cells"]] for row in page.context["year_rows"]]
        assert cells == [["2026", "8", "8", "1", "1", "0"], ["2025", "11", "10", "8", "7", "5"]]

    def test_a_viewer_reads_nothing_that_points_at_somebody(self, cast, course, read):
        settle(cast.gillis)
        page = read("viewer", "detail", course.slug)
        cells = [[cell["text"] for cell in row["cells"]] for row in page.context["year_rows"]]
        told = {text for row in cells for text in row[1:]}
        assert not told & {"1", "2", "3", "4"}
        assert cells[1][1] == "11"
        small = read("viewer", "cohort_detail", course.cohorts.order_by("pk").last().slug)
        assert funnel(small) == ["not shown"] * 4 + ["0"]

    def test_every_year_and_course_stands_in_one_table(self, cast, course, read):
        other = make_course(cast.gillis, **in_all_languages(title="Sewing"))
        walk(cast, make_cohort(other), 2)
        hidden = make_course(cast.jette)
        walk(cast, make_cohort(hidden), 2)
        settle(cast.gillis)

        def table(part):
            rows = read(part, "years").context["rows"]
            return [[str(cell["text"] if isinstance(cell, dict) else cell) for cell in row["cells"]] for row in rows]

        assert table("coordinator_south") == [
            ["2026", "Course 1", "8", "8", "1", "1", "0"],
            ["2025", "Course 1", "11", "10", "8", "7", "5"],
            ["2025", "Sewing", "1", "1", "0", "0", "0"],
        ]
        assert table("viewer")[-1] == ["2025", "Sewing", "not shown", "not shown", "0", "0", "0"]

    def test_a_viewer_reads_no_code(self, cast, course, read):
        codes = list(Learner.objects.values_list("code", flat=True))
        for name, slug in [("detail", course.slug), ("cohort_detail", self.first.slug)]:
            html = read("viewer", name, slug).content.decode()
            assert [code for code in codes if f">{code}<" in html] == []


def test_the_last_thing_heard_counts(cast, course, work, read):
    walk(cast, cohort := make_cohort(course), 5)
    looking = FollowUpOutcome.objects.create(slug="looking", position=1, **in_all_languages(name="looking"))
    enrolment = cohort.enrolments.get()
    FollowUp.objects.create(enrolment=enrolment, months=7, asked_on=LATER, consented_on=LATER, outcome=looking)
    page = read("officer", "cohort_detail", cohort.slug)
    assert [(str(bar["label"]), bar["value_text"]) for bar in page.context["outcomes"]["bars"]] == [("looking", "1")]


@pytest.mark.parametrize("name", ["list", "years", "detail", "cohort_detail", "follow_up_list"])
def test_the_number_of_queries_does_not_grow(cast, client_of, course, work, name):
    client = client_of(cast.officer)
    walk(cast, cohort := make_cohort(course), 1, 5)
    args = {"detail": [course.slug], "cohort_detail": [cohort.slug]}.get(name, [])
    address = reverse(f"beneficiaries:{name}", args=args)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    queries()
    few = queries()
    for _ in range(3):
        walk(cast, make_cohort(course), 1, 2, 3, 4, 5)
    make_session(cohort)
    for _ in range(5):
        enrol(cohort, make_learner(cast.gillis))
    assert queries() == few


class TestResults:
    @pytest.fixture(autouse=True)
    def _exam(self, cast, client_of, course):
        cohort = make_cohort(course)
        self.rows = [enrol(cohort, make_learner(cast.gillis)) for _ in range(2)]
        self.exam = make_exam(course)
        self.address = reverse("beneficiaries:results_edit", args=[self.exam.slug, cohort.slug])
        self.client = client_of(cast.coordinator_south)

    def send(self, *results, **fields):
        data = {}
        for row, result in zip(self.rows, results, strict=False):
            data |= {f"{name}_{row.pk}": value for name, value in result.items()}
        return self.client.post(self.address, data | fields)

    def stored(self):
        rows = ExamResult.objects.order_by("enrolment__learner__code")
        return list(rows.values_list("result", "has_diploma", "diploma_number"))

    def test_a_cohort_is_entered_at_once_and_only_once(self):
        passed = {"result": "passed", "has_diploma": "on", "diploma_on": "2026-05-04", "diploma_number": "7"}
        for _ in range(2):
            assert self.send(passed, {"result": "absent"}).status_code == 302
        assert self.stored() == [("passed", True, "7"), ("absent", False, "")]

    def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_written(self):
        page = self.send({"result": "failed", "has_diploma": "on"}, {"result": "passed", "diploma_number": "7"})
        first, second = (row.pk for row in self.rows)
        assert {name: list(texts) for name, texts in page.context["form"].errors.items()} == {
            f"has_diploma_{first}": ["Only who passed has a diploma."],
            f"diploma_on_{second}": ["A date or a number belongs to a diploma."],
        }
        assert self.stored() == []

    def test_a_diploma_without_a_result_is_refused(self):
        page = self.send({"has_diploma": "on"})
        assert list(page.context["form"].errors) == [f"result_{self.rows[0].pk}"]

    def test_an_exam_before_the_enrolment_is_refused(self):
        self.rows[0].enrolled_on = dt.date(2026, 3, 25)
        self.rows[0].save()
        page = self.send({"result": "passed"})
        assert [list(texts) for texts in page.context["form"].errors.values()] == [
            ["This exam was held before the learner enrolled."]
        ]

    def test_who_saves_second_sees_both(self):
        self.send({"result": "passed"})
        page = self.send({"result": "failed", "version": 0})
        assert page.status_code == 409
        assert [(row.label, row.saved, row.typed) for row in page.context["theirs"]] == [("L-1", "passed", "failed")]
        version = page.context["form"][f"version_{self.rows[0].pk}"].value()
        assert self.send({"result": "failed", "version": version}).status_code == 302
        assert self.stored() == [("failed", False, "")]

    def test_a_result_is_taken_back(self):
        self.send({"result": "passed"})
        assert self.send({"result": "", "version": 1}).status_code == 302
        assert self.stored() == []

    def test_a_locked_year_keeps_its_results(self, cast):
        cast.gillis.programme.years.filter(year=2026).update(state="locked")
        page = self.send({"result": "passed"})
        assert page.context["form"].non_field_errors() == ["The year 2026 is locked: an officer can open it again."]

    def test_the_exam_of_another_course_is_not_found(self, cast):
        other = make_exam(make_course(cast.gillis))
        cohort = self.rows[0].cohort
        address = reverse("beneficiaries:results_edit", args=[other.slug, cohort.slug])
        assert self.client.get(address).status_code == 404


class TestFollowUps:
    @pytest.fixture(autouse=True)
    def _finished(self, cast, client_of, course, work):
        self.row = enrol(make_cohort(course), make_learner(cast.gillis))
        self.client = client_of(cast.coordinator_south)

    def due(self):
        page = self.client.get(reverse("beneficiaries:follow_up_list"))
        return [(row["cells"][0], row["cells"][2], row["cells"][3]) for row in page.context["rows"]]

    def learner(self, **fields):
        Learner.objects.filter(pk=self.row.learner_id).update(**fields)

    def test_who_finished_half_a_year_ago_is_asked(self, work):
        assert self.due() == [("L-1", "6", "30 September 2026")]
        address = reverse("beneficiaries:follow_up_create", args=[self.row.pk])
        page = self.client.get(f"{address}?months=6")
        assert page.context["form"].initial["months"] == 6
        sent = {"months": 6, "asked_on": "2026-10-05", "outcome": work.pk}
        assert self.client.post(address, sent).status_code == 302
        assert self.due() == []

    def test_of_several_intervals_the_last_is_asked(self, monkeypatch):
        monkeypatch.setattr(timezone, "localdate", lambda *_args: dt.date(2027, 6, 1))
        assert self.due() == [("L-1", "12", "31 March 2027")]

    @pytest.mark.parametrize(
        "fields", [{"consented_on": None}, {"consent_withdrawn_on": START}, {"consented_on": dt.date(2027, 1, 1)}]
    )
    def test_nobody_is_asked_without_agreement(self, work, fields):
        self.learner(**fields)
        assert self.due() == []
        sent = {"months": 6, "asked_on": "2026-10-05", "outcome": work.pk}
        page = self.client.post(reverse("beneficiaries:follow_up_create", args=[self.row.pk]), sent)
        assert list(page.context["form"].errors["asked_on"]) == [
            "This learner did not agree to be followed, or took the agreement back."
        ]

    def test_who_left_is_not_asked(self):
        self.row.withdrawn_on, self.row.withdrawal_reason = END, "moved"
        self.row.save()
        assert self.due() == []

    def test_other_partnerships_ask_their_own(self, cast, client_of):
        page = client_of(cast.coordinator_north).get(reverse("beneficiaries:follow_up_list"))
        assert page.context["rows"] == []

    @pytest.mark.parametrize("months", ["0", "241", "x", "9" * 30, ""])
    def test_other_months_are_refused_with_a_sentence(self, work, months):
        address = reverse("beneficiaries:follow_up_create", args=[self.row.pk])
        assert self.client.get(f"{address}?months={months}").status_code == 200
        sent = {"months": months, "asked_on": "2026-10-05", "outcome": work.pk}
        page = self.client.post(address, sent)
        assert (page.status_code, list(page.context["form"].errors)) == (200, ["months"])

    def test_a_talk_is_written_down_once(self):
        address = reverse("beneficiaries:coaching_create", args=[self.row.pk])
        for _ in range(2):
            page = self.client.post(address, {"held_on": "2026-10-05", "topic": "plan"})
        assert list(page.context["form"].errors["held_on"]) == ["This talk is written down already."]
        assert Coaching.objects.count() == 1

    def test_a_minor_without_a_guardian_is_marked(self):
        self.learner(birth_year=2009)
        page = self.client.get(reverse("beneficiaries:learner_detail", args=[self.row.learner_id]))
        sentence = "This learner may be under age, and no guardian's consent is noted."
        assert sentence in page.content.decode()
        self.learner(guardian_consented_on=START)
        page = self.client.get(reverse("beneficiaries:learner_detail", args=[self.row.learner_id]))
        assert sentence not in page.content.decode()


def test_the_forms_of_one_learner_keep_what_was_typed(cast, client_of, course):
    client = client_of(cast.coordinator_south)
    row = enrol(make_cohort(course), make_learner(cast.gillis))
    address = reverse("beneficiaries:learner_edit", args=[row.learner_id])
    page = client.post(address, {"code": "Khadija", "sex": "women", "birth_year": "2000", "version": 1})
    assert set(page.context["form"].errors) == {"code", "is_checked"}
    assert "Khadija" in page.content.decode()
    page = client.post(address, {"code": "L-9", "sex": "women", "birth_year": "2030", "version": 1})
    assert list(page.context["form"].errors) == ["birth_year"]
    for empty in ({"code": " ", "sex": "women", "birth_year": "2001", "version": 1}, {"code": ""}):
        page = client.post(address, empty)
        assert (page.status_code, "code" in page.context["form"].errors) == (200, True)
    assert client.post(address, {"code": "l-9", "sex": "women", "birth_year": "2001", "version": 1}).status_code == 302
    assert (Learner.objects.get().code, Learner.objects.get().birth_year) == ("L-9", 2001)
    page = client.post(address, {"code": "l-8", "sex": "women", "birth_year": "2001", "version": 1})
    assert page.status_code == 409
