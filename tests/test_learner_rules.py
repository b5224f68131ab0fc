"""What the database and the models refuse about learners, on both engines, and who may read a row about one."""

import datetime as dt
from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from beneficiaries.models import (
    Attendance,
    Coaching,
    Cohort,
    Enrolment,
    ExamResult,
    FollowUp,
    FollowUpOutcome,
    Learner,
    Session,
)
from beneficiaries.models.follow_ups import months_after
from beneficiaries.models.learners import looks_like_a_name
from beneficiaries.resources import CohortResource
from partnerships.models import Membership
from portal.ground.spreadsheets import Sheet
from tests.learner_rows import (
    DAY,
    END,
    START,
    enrol,
    make_cohort,
    make_course,
    make_exam,
    make_learner,
    make_session,
)
from tests.test_admin_writes import address, page_of

BEFORE = START - dt.timedelta(days=1)


@pytest.fixture
def path(cast):
    """A learner in a cohort, a session of it, and an exam of its course."""
    cohort = make_cohort(make_course(cast.jette), programme=cast.jette.programme)
    enrolment = enrol(cohort, make_learner(cast.jette))
    return enrolment, make_session(cohort), make_exam(cohort.course)


@contextmanager
def kept():
    """Ask of what was written what the database asks when it keeps a transaction."""
    with transaction.atomic():
        yield
        connection.check_constraints()


def refused(row, **expected):
    """Assert that a row is refused with one sentence beside one field."""
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    placed = {
        (sentence.code if name == "__all__" else name): str(sentence.messages[0])
        for name, sentences in refusal.value.error_dict.items()
        for sentence in sentences
    }
    assert placed == expected


def attendance(path, **fields):
    enrolment, session, _exam = path
    row = {"session": session, "enrolment": enrolment, "cohort": session.cohort, "state": "present", **fields}
    return Attendance(**row)


def result(path, **fields):
    enrolment, _session, exam = path
    return ExamResult(**({"enrolment": enrolment, "exam": exam, "result": "passed"} | fields))


def learner_of(path, **fields):
    return Learner(partnership=path[0].learner.partnership, code="X-9", **fields)


BAD_ROWS = {
    "a year of birth out of any age": lambda path: learner_of(path, birth_year=1850),
    "a consent that is taken back only": lambda path: learner_of(path, consent_withdrawn_on=DAY),
    "a consent that is taken back first": lambda path: learner_of(path, consented_on=DAY, consent_withdrawn_on=START),
    "the same code, in small letters": lambda path: Learner(partnership=path[0].learner.partnership, code="l-1"),
    "the same enrolment": lambda path: Enrolment(learner=path[0].learner, cohort=path[0].cohort, enrolled_on=START),
    "leaving without a reason": lambda path: Enrolment(
        learner=make_second(path), cohort=path[0].cohort, enrolled_on=START, withdrawn_on=DAY
    ),
    "leaving before enrolling": lambda path: Enrolment(
        learner=make_second(path),
        cohort=path[0].cohort,
        enrolled_on=DAY,
        withdrawn_on=START,
        withdrawal_reason="work",
    ),
    "a cohort that ends first": lambda path: make_unsaved_cohort(path, ends_on=BEFORE),
    "the same name of a cohort": lambda path: make_unsaved_cohort(path, name=path[0].cohort.name),
    "two sessions of a whole day": lambda path: Session(cohort=path[0].cohort, held_on=DAY),
    "a diploma without passing": lambda path: result(path, result="failed", has_diploma=True),
    "a number without a diploma": lambda path: result(path, diploma_number="7"),
    "no months": lambda path: follow_up(path, months=0),
}


def make_second(path):
    return Learner.objects.create(partnership=path[0].learner.partnership, code="L-2")


def make_unsaved_cohort(path, **fields):
    values = {"slug": "other", "course": path[0].cohort.course, "name": "Other", "starts_on": START}
    return type(path[0].cohort)(**(values | fields))


def follow_up(path, **fields):
    outcome = FollowUpOutcome.objects.get_or_create(slug="employed", name_nl="heeft werk")[0]
    days = {"asked_on": dt.date(2026, 10, 1), "consented_on": START}
    values = {"enrolment": path[0], "months": 6, "outcome": outcome, **days}
    return FollowUp(**(values | fields))


@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS)
def test_the_database_refuses_and_the_form_says_it_in_words(path, row):
    bad = row(path)
    with pytest.raises(ValidationError) as refusal:
        bad.full_clean()
    assert "violated" not in " ".join(refusal.value.messages)
    with pytest.raises(IntegrityError), transaction.atomic():
        bad.save()


TWICE = {"attendance": attendance, "result": result, "follow-up": follow_up}


@pytest.mark.parametrize("make", TWICE.values(), ids=TWICE)
def test_nothing_is_told_twice(path, make):
    make(path).save()
    with pytest.raises(ValidationError), transaction.atomic():
        make(path).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        make(path).save()


class TestAttendanceOfSomebodyElse:
    """Who is not enrolled in the cohort of a session stands on no sheet of it, whoever writes."""

    @pytest.fixture
    def stranger(self, path):
        return enrol(make_cohort(path[0].cohort.course), make_second(path))

    def test_the_form_says_so(self, path, stranger):
        refused(
            attendance(path, enrolment=stranger),
            enrolment="Deze cursist is niet ingeschreven in de lesgroep van deze les.",
        )

    @pytest.mark.parametrize("side", ["session", "enrolment"])
    def test_the_database_refuses_whichever_cohort_the_row_names(self, path, stranger, side):
        cohort = path[1].cohort if side == "session" else stranger.cohort
        with pytest.raises(IntegrityError), kept():
            attendance(path, enrolment=stranger, cohort=cohort).save()

    def test_neither_side_moves_away_later(self, path, stranger):
        attendance(path).save()
        for row in path[:2]:
            with pytest.raises(IntegrityError), kept():
                type(row).objects.filter(pk=row.pk).update(cohort=stranger.cohort)


def test_attendance_lies_within_the_enrolment(path):
    enrolment, _session, _exam = path
    enrolment.enrolled_on = dt.date(2025, 11, 3)
    refused(attendance(path), enrolment="Deze cursist was die dag niet ingeschreven.")
    attendance(path).save()
    refused(enrolment, enrolled_on="Deze cursist was voor die dag aanwezig.")
    enrolment.enrolled_on, enrolment.withdrawn_on, enrolment.withdrawal_reason = START, START, "work"
    refused(enrolment, withdrawn_on="Deze cursist was na die dag aanwezig.")


def test_a_session_lies_within_its_cohort(path):
    cohort = path[0].cohort
    span = "15 september 2025 – 31 maart 2026"
    refused(Session(cohort=cohort, held_on=BEFORE), held_on=f"De lesgroep loopt {span}: deze dag valt daarbuiten.")
    cohort.starts_on = DAY + dt.timedelta(days=1)
    refused(cohort, starts_on="Een les van deze lesgroep valt buiten deze dagen.")


def test_an_exam_comes_after_the_enrolment_from_either_side(path):
    enrolment, _session, exam = path
    exam.held_on = BEFORE
    refused(result(path), enrolment="Dit examen vond plaats voor de cursist zich inschreef.")
    result(path).save()
    refused(exam, held_on="Dit examen vond plaats voor de cursist zich inschreef.")
    enrolment.enrolled_on = dt.date(2026, 3, 21)
    refused(enrolment, enrolled_on="Deze cursist legde voor die dag een examen af.")


def test_an_exam_is_of_the_course_or_of_the_whole_that_it_is_part_of(cast, path):
    cohort = path[0].cohort
    whole = make_course(cast.jette)
    refused(result(path, exam=make_exam(whole)), enrolment="Dit examen hoort bij een andere cursus.")
    cohort.course.part_of = whole
    cohort.course.save()
    result(path, exam=make_exam(whole)).full_clean()


def test_an_exam_without_a_day_has_no_results(path):
    exam = path[2]
    exam.held_on, exam.precision = None, ""
    refused(result(path), exam="Zeg eerst wanneer het examen plaatsvond.")


@pytest.mark.parametrize(("born", "fits"), [(1904, False), (1905, True), (2025, True), (2026, False)])
def test_an_age_lies_between_0_and_120_on_the_day_of_enrolment(path, born, fits):
    enrolment = path[0]
    enrolment.learner.birth_year = born
    for row in (enrolment, enrolment.learner):
        if fits:
            row.full_clean()
        else:
            with pytest.raises(ValidationError, match="Een leeftijd ligt tussen 0 en 120 jaar"):
                row.full_clean()


def test_nobody_is_asked_without_an_agreement_that_holds(path):
    learner = path[0].learner
    follow_up(path).full_clean()
    sentence = "Deze cursist stemde niet in met opvolging, of trok de toestemming in."
    learner.consent_withdrawn_on = dt.date(2026, 10, 1)
    refused(follow_up(path), asked_on=sentence)
    learner.consented_on = learner.consent_withdrawn_on = None
    refused(follow_up(path), asked_on=sentence)


def test_nobody_is_asked_before_the_course_is_over(path):
    sentence = "De opvolging begint wanneer de cursist klaar of gestopt is."
    refused(follow_up(path, asked_on=END - dt.timedelta(days=1)), asked_on=sentence)


def test_a_talk_comes_after_the_enrolment(path):
    refused(Coaching(enrolment=path[0], held_on=BEFORE), held_on="Deze dag valt voor de inschrijving.")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2026-03-31", 6, "2026-09-30"), ("2025-08-31", 6, "2026-02-28"), ("2026-03-31", 24, "2028-03-31")],
)
def test_months_later(day, months, later):
    assert months_after(dt.date.fromisoformat(day), months).isoformat() == later


@pytest.mark.parametrize(("born", "minor"), [(2008, True), (2007, False), (None, False)])
def test_who_may_be_under_age_is_a_minor(born, minor):
    learner = Learner(code="L-1", birth_year=born)
    assert learner.is_minor(dt.date(2026, 1, 1)) is minor
    assert learner.lacks_guardian(dt.date(2026, 1, 1)) is minor
    learner.guardian_consented_on = DAY
    assert learner.lacks_guardian(dt.date(2026, 1, 1)) is False


def test_no_field_of_the_path_holds_a_name():
    names = {field.name for field in Learner._meta.get_fields() if not field.auto_created}
    assert names == {
        *("partnership", "code", "birth_year", "sex", "version", "is_demonstration"),
        *("consented_on", "consent_withdrawn_on", "guardian_consented_on", "erased_on"),
    }


@pytest.mark.parametrize(
    ("code", "like"),
    [
        ("FATIMA", True),
        ("FATIMA ZAHRA", True),
        ("FATIMA1", True),
        ("1-FATIMA", True),
        ("فاطمة1", True),
        ("ف-12", False),
        ("A7", False),
        ("BEL-014", False),
        ("BRK014", False),
        ("AB1", False),
        ("ALI1", True),
        ("ALI-1", False),
        ("1-ALI2", True),
        ("علي1", True),
        ("1234567", False),
        ("0612345678", True),
        ("85.07.30-033.28", True),
        ("B85073003328", False),
    ],
)
def test_which_codes_may_be_a_name_or_a_number_by_which_somebody_is_known(code, like):
    assert looks_like_a_name(code) is like


class TestWhoReads:
    @pytest.mark.parametrize(
        ("part", "sees"), [("officer", 1), ("coordinator_north", 1), ("coordinator_south", 0), ("viewer", 0)]
    )
    def test_who_works_with_learners_sees_them_and_a_viewer_does_not(self, cast, path, part, sees):
        attendance(path).save()
        user = cast.people[part]
        found = [model.objects.visible_to(user).count() for model in (Learner, Enrolment, Attendance)]
        assert found == [sees] * 3

    def test_a_role_that_ended_shows_nothing(self, cast, path):
        Membership.objects.filter(user=cast.officer).update(ends_on=dt.date(2025, 1, 1))
        assert not Learner.objects.visible_to(cast.officer).exists()


class TestTheAdministration:
    def test_a_name_in_a_code_is_asked_about_first(self, cast, client_of):
        boss = client_of(cast.administrator)
        data = page_of(boss, Learner) | {"partnership": cast.jette.partnership.pk, "code": "fatima zahra"}
        page = boss.post(address(Learner, "add"), data)
        errors = page.context_data["adminform"].form.errors
        assert list(errors["code"]) == [
            (
                "“FATIMA ZAHRA” may be a name, or a number by which somebody is known elsewhere. "
                "A code must not tell who somebody is."
            )
        ]
        assert not Learner.objects.exists()
        assert boss.post(address(Learner, "add"), data | {"is_checked": "on"}).status_code == 302
        assert Learner.objects.get().code == "FATIMA ZAHRA"

    def test_an_age_is_held_against_today(self, cast, client_of):
        boss = client_of(cast.administrator)
        data = page_of(boss, Learner) | {"partnership": cast.jette.partnership.pk, "code": "A 1", "birth_year": 2030}
        errors = boss.post(address(Learner, "add"), data).context_data["adminform"].form.errors
        assert list(errors) == ["birth_year"]

    def test_learners_leave_and_come_as_codes(self, cast, client_of, path):
        boss = client_of(cast.administrator)
        sent = boss.post(reverse("admin:beneficiaries_learner_export"), {"kind": "csv"}).content.decode("utf-8-sig")
        assert sent.splitlines()[1].split(";")[:3] == ["jette-belfaa", "L-1", "2000"]

    def test_a_locked_year_keeps_what_is_dated_in_it(self, cast, client_of, path):
        boss = client_of(cast.administrator)
        session, data = path[1], page_of(boss, Session, path[1].pk)
        cast.jette.programme.years.filter(year=2025).update(state="locked")
        assert boss.post(address(Session, "change", session.pk), data | {"starts_at": "10:00"}).status_code == 403
        new = {"cohort": session.cohort_id, "held_on": "2025-10-07"}
        errors = boss.post(address(Session, "add"), new).context_data["adminform"].form.errors
        assert errors == {"held_on": ["The year 2025 is locked: an officer can open it again."]}
        enrolment = path[0]
        data = page_of(boss, Enrolment, enrolment.pk) | {"withdrawn_on": "2026-02-02", "withdrawal_reason": "work"}
        assert boss.post(address(Enrolment, "change", enrolment.pk), data).status_code == 302

    def test_who_joined_in_a_locked_year_stays_told_as_one_of_that_cohort(self, cast, client_of, path):
        """Two looks, before and after the move, would tell the one who moved."""
        boss, enrolment = client_of(cast.administrator), path[0]
        other = make_cohort(enrolment.cohort.course)
        of_enrolment, of_cohort = page_of(boss, Enrolment, enrolment.pk), page_of(boss, Cohort, enrolment.cohort_id)
        cast.jette.programme.years.filter(year=2025).update(state="locked")
        sentence = ["The year 2025 is locked: an officer can open it again."]
        answer = boss.post(address(Enrolment, "change", enrolment.pk), of_enrolment | {"cohort": other.pk})
        assert answer.context_data["adminform"].form.errors == {"enrolled_on": sentence}
        for change in ({"starts_on": "2024-09-01"}, {"course": make_course(cast.jette).pk}, {"programme": ""}):
            answer = boss.post(address(Cohort, "change", enrolment.cohort_id), of_cohort | change)
            assert answer.context_data["adminform"].form.errors == {"starts_on": sentence}, change
        sheet = Sheet(["slug", "starts_on"], [(2, [enrolment.cohort.slug, "2024-09-01"])])
        [fault] = CohortResource(actor=cast.administrator).bring_in(sheet).faults
        assert (fault.column, fault.reason) == ("Starts on", *sentence)
        seats = boss.post(address(Cohort, "change", enrolment.cohort_id), of_cohort | {"seats": "12"})
        assert seats.status_code == 302
