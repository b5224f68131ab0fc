"""A learner who was erased is gone for every page and every writer, and so is the code in other people's texts."""

import datetime as dt
import uuid

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import (
    Attendance,
    Coaching,
    ConfidentialNote,
    Enrolment,
    ExamResult,
    FollowUp,
    FollowUpOutcome,
    Learner,
)
from beneficiaries.models.learners import ERASED
from beneficiaries.services import ResultInput, create_row, save_results
from portal.ground import audit, carry
from portal.ground.models import AuditEntry
from portal.roof.privacy.erasing import forget_learner
from tests.cast import make_entry
from tests.learner_rows import END, enrol, make_cohort, make_course, make_exam, make_learner, make_session
from tests.test_import import csv, faults, send

pytestmark = pytest.mark.django_db
CODE = "ZQ-77"
ASKED = dt.date(2026, 10, 1)


@pytest.fixture
def joined(cast) -> Enrolment:
    """A learner who finished a cohort, and answered once."""
    cohort = make_cohort(make_course(cast.jette))
    row = enrol(cohort, make_learner(cast.jette, code=CODE))
    outcome = FollowUpOutcome.objects.create(slug="employed", name="Employed")
    FollowUp.objects.create(enrolment=row, months=6, asked_on=ASKED, outcome=outcome, consented_on=END)
    return row


def forget(cast, joined) -> Learner:
    forget_learner(joined.learner, actor=cast.officer, on=timezone.localdate())
    return Learner.objects.get(pk=joined.learner_id)


def test_no_page_of_somebody_who_was_erased_opens_or_takes_anything(cast, joined, client_of):
    answer = joined.follow_ups.get()
    addresses = [
        reverse(f"beneficiaries:{name}", args=[pk])
        for name, pk in [
            ("learner_detail", joined.learner_id),
            ("learner_edit", joined.learner_id),
            ("enrolment_edit", joined.pk),
            ("follow_up_create", joined.pk),
            ("coaching_create", joined.pk),
            ("follow_up_edit", answer.pk),
            ("follow_up_withdraw", answer.pk),
        ]
    ]
    client = client_of(cast.officer)
    assert {client.get(address).status_code for address in addresses} == {200}
    forget(cast, joined)
    talk = {"held_on": "2026-01-05", "topic": "plan", "submission_key": str(uuid.uuid4())}
    for address in addresses:
        assert client.get(address).status_code == 404, address
    for address in addresses[1:]:
        assert client.post(address, talk).status_code == 404, address
    assert (Coaching.objects.count(), FollowUp.objects.count()) == (0, 1)


def test_who_had_the_form_open_is_told_so(cast, joined):
    """The page was answered before the learner was erased; the writing comes after it."""
    talk = Coaching(enrolment=Enrolment.objects.select_related("learner").get(pk=joined.pk))
    forget(cast, joined)
    values = {"held_on": dt.date(2026, 1, 5), "topic": "plan"}
    with pytest.raises(ValidationError) as refused:
        create_row(talk, values, actor=cast.coordinator_north, key=uuid.uuid4())
    assert refused.value.error_dict["__all__"][0].message == ERASED


def test_nothing_at_all_is_written_about_somebody_who_was_erased(cast, joined):
    session, exam = make_session(joined.cohort), make_exam(joined.cohort.course)
    learner = forget(cast, joined)
    enrolment = Enrolment.objects.get(pk=joined.pk)
    home = cast.jette.partnership
    other = make_cohort(joined.cohort.course)
    rows = [
        learner,
        Enrolment(cohort=other, learner=learner, enrolled_on=other.starts_on),
        Attendance(session=session, enrolment=enrolment, state="present"),
        ExamResult(exam=exam, enrolment=enrolment, result="passed"),
        FollowUp(enrolment=enrolment, months=12, asked_on=ASKED),
        Coaching(enrolment=enrolment, held_on=dt.date(2026, 1, 5)),
        ConfidentialNote(partnership=home, side="partner", learner=learner, noted_on=ASKED, author=cast.officer),
    ]
    for row in rows:
        with pytest.raises(ValidationError) as refused:
            row.clean()
        assert refused.value.message == ERASED
    assert not save_results(exam, joined.cohort, {joined.pk: ResultInput("passed")}, actor=cast.coordinator_north)
    assert ExamResult.objects.count() == 0


def test_the_administration_neither_shows_nor_offers_somebody_who_was_erased(cast, joined, client_of):
    client = client_of(cast.administrator)
    other = enrol(joined.cohort, make_learner(cast.jette))
    learner, answer = forget(cast, joined), joined.follow_ups.get()
    rows = [("learner", learner.pk), ("enrolment", joined.pk), ("followup", answer.pk)]
    for name, pk in rows:
        assert client.get(reverse(f"admin:beneficiaries_{name}_change", args=[pk])).status_code == 302
        assert learner.code not in client.get(reverse(f"admin:beneficiaries_{name}_changelist")).content.decode()
    page = client.get(reverse("admin:beneficiaries_cohort_change", args=[joined.cohort_id])).content.decode()
    links = [reverse("admin:beneficiaries_enrolment_change", args=[row.pk]) in page for row in (joined, other)]
    assert (learner.code in page, links) == (False, [False, True])


def test_no_spreadsheet_brings_somebody_back_by_the_code_that_is_left(cast, joined, client_of):
    learner = forget(cast, joined)
    # What is left of a code has no letter in one case of many.
    learner.code = "0-1234567890123456"
    learner.save()
    row = [make_cohort(joined.cohort.course).slug, learner.code, "2025-10-01"]
    page = send(
        client_of(cast.administrator),
        "admin:beneficiaries_enrolment_import",
        csv(["cohort", "code", "enrolled_on"], row),
    )
    assert "has the code" in str(faults(page))
    assert Enrolment.objects.count() == 1


def keep_text(cast, author, text: str) -> Session:
    """Keep a text of somebody whose session ended, as the page does."""
    data = QueryDict(mutable=True)
    data.update({"author": carry.author_token(author), "text": text})
    store = SessionStore()
    store["carried"] = {"path": "/activities/log/new/", "text": data.urlencode()}
    store.save()
    return Session.objects.get(pk=store.session_key)


def kept_text(row: Session) -> str:
    return QueryDict(Session.objects.get(pk=row.pk).get_decoded()["carried"]["text"])["text"]


def test_the_code_goes_out_of_texts_that_a_session_keeps(cast, joined):
    ours = keep_text(cast, cast.coordinator_north, f"{CODE.lower()} came late, {CODE}1 did not")
    theirs = keep_text(cast, cast.stranger, f"{CODE} of another partnership")
    forget(cast, joined)
    assert kept_text(ours) == f"[…] came late, {CODE}1 did not"
    assert kept_text(theirs) == f"{CODE} of another partnership"


def test_the_code_goes_out_of_the_trail_of_every_record_of_the_partnership(cast, joined):
    entries = [
        audit.record(row, actor=cast.officer, verb="update", changes={"text": ["", f"{CODE} came"]}, reason=reason)
        for row, reason in [
            (make_entry(cast.jette.home, cast.officer), ""),
            (cast.jette.partnership.municipalities.first(), ""),
            (cast.gillis.home, ""),
        ]
    ]
    entries.append(audit.record(cast.jette.home, actor=cast.officer, verb="update", reason=f"Not {CODE}1"))
    make_learner(cast.gillis, code=CODE)
    forget(cast, joined)
    emptied = [AuditEntry.objects.get(pk=entry.pk).emptied_at is not None for entry in entries]
    assert emptied == [True, False, False, False]


@pytest.mark.parametrize("code", ["2025", "ROSE", "A1"])
def test_a_code_that_is_a_mere_number_or_word_is_not_looked_for(cast, joined, client_of, code):
    Learner.objects.filter(pk=joined.learner_id).update(code=code)
    entry = audit.record(cast.jette.home, actor=cast.officer, verb="update", changes={"text": ["", f"{code} came"]})
    kept = keep_text(cast, cast.coordinator_north, f"{code} people")
    make_entry(cast.jette.home, cast.officer, text=f"{code} people came.")
    page = client_of(cast.officer).get(reverse("privacy:learner_erase", args=[joined.learner_id]))
    assert page.context["mentions"] == []
    assert "This code is a mere number or word" in page.content.decode()
    forget(cast, joined)
    assert AuditEntry.objects.get(pk=entry.pk).emptied_at is None
    assert kept_text(kept) == f"{code} people"


def test_texts_that_name_the_code_are_shown_with_their_places_before_the_learner_goes(cast, joined, client_of):
    entry = make_entry(cast.jette.home, cast.officer, text=f"We spoke with {CODE}.")
    make_entry(cast.jette.home, cast.officer, text=f"We spoke with {CODE}1.")
    make_entry(cast.gillis.home, cast.officer, text=f"We spoke with {CODE}.")
    type(joined.cohort).objects.filter(pk=joined.cohort_id).update(timetable=f"Mondays, {CODE} Tuesdays")
    page = client_of(cast.officer).get(reverse("privacy:learner_erase", args=[joined.learner_id]))
    told = [(one.kind, one.count, [place.url for place in one.places]) for one in page.context["mentions"]]
    assert told == [
        ("Cohorts", 1, [reverse("beneficiaries:cohort_detail", args=[joined.cohort.slug])]),
        ("Log entries", 1, [f"{reverse('activities:detail', args=[cast.jette.home.pk])}#entry-{entry.pk}"]),
    ]
    assert f'<a href="{told[1][2][0]}">' in page.content.decode()
