"""Each answer afterwards was agreed to on a day; what is taken back leaves pages, counts and later reports."""

import datetime as dt
import importlib

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from beneficiaries.due import follow_ups_due
from beneficiaries.funnel import paths_of
from beneficiaries.models import FollowUp, FollowUpOutcome, Learner
from beneficiaries.services.erasing import erase_learner
from beneficiaries.services.withdrawing import withdraw_follow_up
from portal.ground.models import AuditEntry
from portal.roof.reports.learners import learners_of
from tests.cast import YEARS
from tests.learner_rows import START, enrol, make_cohort, make_course, make_learner

pytestmark = pytest.mark.django_db
ASKED = dt.date(2026, 10, 1)


@pytest.fixture
def answers(cast):
    """Twelve women of one cohort who all answered that they found work."""
    cohort = make_cohort(make_course(cast.jette))
    outcome = FollowUpOutcome.objects.create(slug="employed", name="Employed")
    joined = [enrol(cohort, make_learner(cast.jette)) for _number in range(12)]
    rows = [FollowUp(enrolment=row, months=6, asked_on=ASKED, outcome=outcome) for row in joined]
    for row in rows:
        row.full_clean()
        row.save()
    return rows


def heard(row) -> int:
    return paths_of(row.enrolment.cohort.course, true_figures=True).count(lambda reached: reached.outcome is not None)


def reported(cast) -> list:
    sheets, _invented = learners_of(cast.jette.partnership, dt.date(2025, 1, 1), dt.date(2026, 12, 31), YEARS)
    return [year.heard for sheet in sheets for year in sheet.years]


def test_an_answer_was_agreed_to_when_being_followed_was_unless_it_says_otherwise(answers):
    row = answers[0]
    assert row.consented_on == START
    row.consented_on = dt.date(2026, 9, 30)
    row.full_clean()
    row.consented_on = dt.date(2026, 10, 2)
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert list(refused.value.message_dict) == ["consented_on"]


def test_an_answer_that_is_taken_back_counts_no_more(cast, answers):
    assert (heard(answers[0]), reported(cast)) == (12, [12])
    on = timezone.localdate()
    for row in answers[:6]:
        assert [withdraw_follow_up(row, actor=cast.officer, on=on) for _twice in range(2)] == [True, False]
    row = FollowUp.objects.get(pk=answers[0].pk)
    assert (row.outcome, row.consent_withdrawn_on) == (None, on)
    assert (heard(row), reported(cast)) == (6, [6])
    assert AuditEntry.objects.filter(verb="withdraw", actor=cast.officer).count() == 6


def test_who_no_longer_wants_to_be_followed_counts_no_more_nor_after_erasure(cast, answers):
    learner = answers[0].enrolment.learner
    learner.consent_withdrawn_on = timezone.localdate()
    learner.save()
    assert heard(answers[0]) == 11
    erase_learner(learner, actor=None, on=timezone.localdate())
    assert heard(answers[0]) == 11


def test_the_database_keeps_no_answer_that_was_taken_back(answers):
    for columns in ({"consent_withdrawn_on": ASKED}, {"outcome": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FollowUp.objects.filter(pk=answers[0].pk).update(**columns)


def test_an_answer_that_is_told_was_agreed_to_on_a_day_unless_its_learner_was_erased(cast, answers):
    rows = FollowUp.objects.filter(pk=answers[0].pk)
    for columns in ({"consented_on": None}, {"is_erased": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**columns)
    erase_learner(answers[0].enrolment.learner, actor=None, on=timezone.localdate())
    assert rows.values_list("is_erased", "consented_on").get() == (True, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(consented_on=ASKED)


def test_who_was_erased_before_answers_knew_it_loses_the_day_too(answers):
    migration = importlib.import_module("beneficiaries.migrations.0013_follow_up_day")
    gone = {"erased_on": ASKED, "birth_year": None, "consented_on": None, "guardian_consented_on": None}
    Learner.objects.filter(pk=answers[0].enrolment.learner_id).update(**gone)
    migration.say_the_day(apps, None)
    told = FollowUp.objects.order_by("pk").values_list("is_erased", "consented_on")
    assert list(told[:2]) == [(True, None), (False, START)]


def test_a_coordinator_takes_it_back_on_the_page_and_nobody_changes_it_again(cast, answers, client_of):
    row, client = answers[0], client_of(cast.coordinator_north)
    page = reverse("beneficiaries:learner_detail", args=[row.enrolment.learner_id])
    assert "Employed" in client.get(page).content.decode()
    address = reverse("beneficiaries:follow_up_withdraw", args=[row.pk])
    assert client.get(address).status_code == 200
    for _twice in range(2):
        assert client.post(address).url == page
    assert "Employed" not in client.get(page).content.decode()
    assert client.get(reverse("beneficiaries:follow_up_edit", args=[row.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        withdraw_follow_up(answers[1], actor=cast.viewer, on=timezone.localdate())


def test_no_spreadsheet_takes_it_along(cast, answers, client_of):
    client = client_of(cast.administrator)
    withdraw_follow_up(answers[0], actor=cast.officer, on=timezone.localdate())
    erase_learner(answers[1].enrolment.learner, actor=None, on=timezone.localdate())
    learner = answers[2].enrolment.learner
    learner.consent_withdrawn_on = timezone.localdate()
    learner.save()
    lines = {}
    for name in ("followup", "enrolment", "learner"):
        page = client.post(reverse(f"admin:beneficiaries_{name}_export"), {"kind": "csv"})
        lines[name] = len(page.getvalue().decode().strip().splitlines()) - 1
    assert lines == {"followup": 9, "enrolment": 11, "learner": 11}


@pytest.mark.parametrize(("guardian", "may"), [(None, False), (dt.date(2026, 10, 2), False), (START, True)])
def test_a_minor_is_asked_once_a_guardian_agreed(cast, answers, guardian, may):
    """Until the end of the year in which somebody turns eighteen; the consent is a date and nothing else."""
    learner = make_learner(cast.jette, birth_year=2008, guardian_consented_on=guardian)
    joined = enrol(answers[0].enrolment.cohort, learner)
    row = FollowUp(enrolment=joined, months=6, asked_on=ASKED, outcome=answers[0].outcome)
    due = [one.enrolment for one in follow_ups_due(cast.officer, ASKED)]
    assert (learner.may_be_followed(ASKED), joined in due) == (may, may)
    if may:
        row.full_clean()
        return
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert list(refused.value.message_dict) == ["asked_on"]
