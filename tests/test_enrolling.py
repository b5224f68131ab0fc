"""Codes are pasted, learners come of them, and no name slips in."""

import datetime as dt

import pytest
from django.urls import reverse

from beneficiaries.models import Enrolment, Learner
from portal.ground.models import AuditEntry
from tests.learner_rows import START, enrol, make_cohort, make_course, make_learner
from tests.test_admin_writes import address, page_of


@pytest.fixture
def cohort(cast):
    return make_cohort(make_course(cast.gillis))


@pytest.fixture
def paste(cast, client_of, cohort):
    """A function that sends the form and returns the answer."""
    client = client_of(cast.coordinator_south)

    def send(codes, **fields):
        data = {"codes": codes, "enrolled_on": START.isoformat(), **fields}
        return client.post(reverse("beneficiaries:enrol", args=[cohort.slug]), data)

    return send


def errors(page):
    assert page.status_code == 200
    return {name: list(map(str, texts)) for name, texts in page.context["form"].errors.items()}


def test_codes_become_learners_with_what_stands_behind_them(cast, paste, cohort):
    make_learner(cast.gillis, code="A 3")
    answer = paste("a-1; 1998; women\nA-2\t2001\tvrouw\n\na  3, A-4;;M", commitments_on=START.isoformat())
    assert answer.status_code == 302
    rows = Enrolment.objects.filter(cohort=cohort).order_by("learner__code")
    assert [(row.learner.code, row.learner.birth_year, row.learner.sex) for row in rows] == [
        ("A 3", 2000, "women"),
        ("A-1", 1998, "women"),
        ("A-2", 2001, "women"),
        ("A-4", None, "men"),
    ]
    assert {(row.enrolled_on, row.commitments_on) for row in rows} == {(START, START)}
    made = AuditEntry.objects.filter(verb="create", actor=cast.coordinator_south)
    assert made.filter(target_type="beneficiaries.learner").count() == 3
    assert made.filter(target_type="beneficiaries.enrolment", parent_id=cohort.pk).count() == 4


def test_a_name_in_a_code_field_is_asked_about_and_kept_nowhere_until_then(paste):
    page = paste("Fatima Zahra\nA-1")
    assert errors(page) == {
        "codes": [
            (
                "“FATIMA ZAHRA” may be a name, or a number by which somebody is known elsewhere. "
                "A code must not tell who somebody is."
            )
        ],
        "is_checked": ["Mend it, or tick this if it is right."],
    }
    assert "Fatima Zahra" in page.content.decode()
    assert not Learner.objects.exists()
    assert not AuditEntry.objects.filter(target_text__icontains="fatima").exists()
    assert paste("Fatima Zahra\nA-1", is_checked="on").status_code == 302


SEMICOLONS = "Put a semicolon between the code, the year of birth and the sex: B-014; 1998; women"
BAD = {
    "the same code twice": ("A-1\na-1", "These codes stand there twice: A-1."),
    "a code that is enrolled": ("L-1", "Enrolled in this cohort already: L-1. Take them out of the list."),
    "an age of more than 120": (
        "A-1; 1890",
        "A-1: An age lies between 0 and 120 years: check the year of birth.",
    ),
    "an age below nought": ("A-1; 2030", "A-1: An age lies between 0 and 120 years: check the year of birth."),
    "a year that is none": ("A-1; 98", "“A-1; 98”: “98” is no year of birth."),
    "a sex that is none": ("A-1;; cat", "“A-1;; cat”: “cat” is not one of: "),
    "a name behind a code": (
        "A-1; 1998; women; Fatima",
        "“A-1; 1998; women; Fatima”: Behind a code stand its year of birth and its sex, and no more.",
    ),
    "blanks for semicolons": ("B26-01 1990 v", f"“B26-01 1990 V”: {SEMICOLONS}"),
    "a blank before the year": ("B26-01 1990;; v", f"“B26-01 1990”: {SEMICOLONS}"),
    "a blank before the sex": ("B26-01 femme", f"“B26-01 FEMME”: {SEMICOLONS}"),
    "a blank behind a known code": ("L-1 b", f"“L-1 B”: {SEMICOLONS}"),
    "a code that is too long": ("A" * 20 + "1", "A code has at most 20 characters."),
    "a code of other signs": ("<b>1</b>", "A code is made of letters, digits, hyphens, points and strokes."),
    "nobody": (" , \n", "Write one code at least."),
    "too many": ("\n".join(f"A-{n}" for n in range(301)), "These are more than 300 codes."),
    "a megabyte": ("A-1\n" * 250_000, "This text is longer than 20000 characters"),
    "a NUL": ("A-1\x00", "The text holds characters that cannot be shown."),
}


@pytest.mark.parametrize(("codes", "sentence"), BAD.values(), ids=BAD)
def test_bad_codes_are_refused_with_a_sentence_and_nobody_is_enrolled(cast, paste, cohort, codes, sentence):
    enrol(cohort, make_learner(cast.gillis))
    told = errors(paste(codes))
    assert list(told) == ["codes"]
    assert sentence in told["codes"][0]
    assert Enrolment.objects.count() == Learner.objects.count() == 1


def test_nobody_enrols_after_the_end_or_in_the_future(paste):
    assert errors(paste("A-1", enrolled_on="2026-04-01")) == {
        "enrolled_on": ["A-1: The cohort ended on 31 March 2026: nobody enrols after that."]
    }
    assert errors(paste("A-1", enrolled_on="2027-01-01")) == {"enrolled_on": ["This day has not come yet."]}


def test_a_locked_year_takes_nobody_in(cast, paste):
    cast.gillis.programme.years.filter(year=2025).update(state="locked")
    assert errors(paste("A-1")) == {"enrolled_on": ["The year 2025 is locked: an officer can open it again."]}
    assert not Learner.objects.exists()


def test_sent_twice_it_enrols_once(paste):
    key = "0b0e0d8e-6a55-4a0e-9a0f-2007201020ff"
    for _ in range(2):
        assert paste("A-1\nA-2", submission_key=key).status_code == 302
    assert Enrolment.objects.count() == 2


def test_thirty_cost_as_many_queries_as_three(cast, client_of, cohort, django_assert_max_num_queries):
    client = client_of(cast.coordinator_south)
    data = {"codes": "\n".join(f"A-{number}" for number in range(30)), "enrolled_on": START.isoformat()}
    with django_assert_max_num_queries(45):
        assert client.post(reverse("beneficiaries:enrol", args=[cohort.slug]), data).status_code == 302


SESSIONS = {
    "one": ({"held_on": "2025-10-06"}, ["2025-10-06"]),
    "weekly": ({"held_on": "2025-10-06", "until": "2025-10-20"}, ["2025-10-06", "2025-10-13", "2025-10-20"]),
    "on two weekdays": (
        {"held_on": "2025-10-06", "until": "2025-10-14", "weekdays": ["0", "3"]},
        ["2025-10-06", "2025-10-09", "2025-10-13"],
    ),
}


@pytest.fixture
def plan(cast, client_of, cohort):
    """A function that adds sessions."""
    client = client_of(cast.coordinator_south)
    return lambda data: client.post(reverse("beneficiaries:session_create", args=[cohort.slug]), data)


@pytest.mark.parametrize(("data", "days"), SESSIONS.values(), ids=SESSIONS)
def test_sessions_are_added_at_once(plan, cohort, data, days):
    assert plan(data | {"starts_at": "14:00"}).status_code == 302
    assert [day.isoformat() for day in cohort.sessions.values_list("held_on", flat=True)] == days
    assert set(cohort.sessions.values_list("starts_at", flat=True)) == {dt.time(14)}


BAD_SESSIONS = {
    "outside the cohort": (
        {"held_on": "2026-03-30", "until": "2026-04-13"},
        "held_on",
        "The cohort runs in 15 September 2025 – 31 March 2026: this day lies outside it.",
    ),
    "backwards": (
        {"held_on": "2025-10-06", "until": "2025-10-01"},
        "until",
        "The end lies before the start: check both dates.",
    ),
    "for ever": (
        {"held_on": "2025-10-06", "until": "2100-12-31"},
        "until",
        "These are more than 200 sessions: take a shorter time.",
    ),
    "on no day": (
        {"held_on": "2025-10-06", "until": "2025-10-08", "weekdays": ["4"]},
        "weekdays",
        "None of these days lies between the two dates.",
    ),
    "twice": ({"held_on": "2025-10-07"}, "held_on", "The cohort has a session on that day at that time already."),
}


@pytest.mark.parametrize(("data", "field", "sentence"), BAD_SESSIONS.values(), ids=BAD_SESSIONS)
def test_sessions_that_cannot_be_are_refused(plan, cohort, data, field, sentence):
    plan({"held_on": "2025-10-07"})
    assert errors(plan(data)) == {field: [sentence]}
    assert cohort.sessions.count() == 1


def test_a_line_without_semicolons_stays_as_it_was_typed(paste):
    assert "B26-01 1990 v</textarea>" in paste("B26-01 1990 v", is_checked="on").content.decode()


def test_a_code_may_hold_a_blank(cast, paste):
    make_learner(cast.gillis, code="B26-01 1990")
    make_learner(cast.jette, code="C")
    assert paste("A 3\nB 2026\nb26-01 1990\nC 12").status_code == 302
    codes = Learner.objects.filter(partnership=cast.gillis.partnership).order_by("code")
    assert list(codes.values_list("code", flat=True)) == ["A 3", "B 2026", "B26-01 1990", "C 12"]


def test_a_learner_s_form_refuses_more_than_a_code_too(cast, client_of):
    row = make_learner(cast.gillis, code="A-1")
    said = ["Here stands the code alone: year of birth and sex have fields of their own."]
    client = client_of(cast.coordinator_south)
    data = {"code": "A-1 1990", "sex": "women", "version": row.version, "is_checked": "on"}
    assert errors(client.post(reverse("beneficiaries:learner_edit", args=[row.pk]), data)) == {"code": said}
    boss = client_of(cast.administrator)
    new = page_of(boss, Learner) | {"partnership": cast.gillis.partnership.pk, "code": "A-2 1990"}
    assert boss.post(address(Learner, "add"), new).context_data["adminform"].form.errors == {"code": said}
