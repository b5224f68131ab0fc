"""What was kept as long as was agreed is erased, the counts stay, and a register says how much went and why."""

import datetime as dt
import io
import uuid

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from activities.models import Photo
from beneficiaries.models import Answer, AnswerSheet, Coaching, ConfidentialNote, FollowUp, FollowUpOutcome, Learner
from partnerships.models import Membership
from portal.ground import audit
from portal.ground.models import AuditEntry, Letter, Submission, User
from portal.roof.data_classes import CONFIDENTIAL, NONE, PERSONAL, SPECIAL, class_of, fields_of
from portal.roof.management.commands.work import do_chores
from portal.roof.models import Erasure, RetentionRule
from portal.roof.models.retention import Kind
from portal.roof.privacy.erasing import WAYS, erase_expired, expired
from portal.roof.privacy.periods import FATE, OF_ITSELF, PROPOSALS, propose
from tests.cast import make_entry
from tests.form_rows import make_whole
from tests.learner_rows import enrol, make_cohort, make_course, make_learner

pytestmark = pytest.mark.django_db
TODAY = dt.date(2030, 6, 15)
# The course ends at the end of March 2026; what was asked last, in April of the next year.
ASKED = dt.date(2027, 4, 2)


def decide(kind: str, **columns) -> RetentionRule:
    """Let a period be applied, as an administrator who decided it does."""
    propose()
    RetentionRule.objects.filter(kind=kind).update(is_on=True, decided_on=TODAY, **columns)
    return RetentionRule.objects.get(kind=kind)


def register() -> list[tuple]:
    """Return what the register says, the oldest first."""
    return list(Erasure.objects.order_by("pk").values_list("kind", "cause", "months", "records", "erased_by"))


@pytest.fixture
def path(cast):
    """A learner whose course ended in 2026 and who was last asked in 2027."""
    outcome = FollowUpOutcome.objects.create(slug="employed", name="Employed")
    row = enrol(make_cohort(make_course(cast.jette)), make_learner(cast.jette, code="JB-77"))
    FollowUp.objects.create(enrolment=row, months=12, asked_on=ASKED, consented_on=ASKED, outcome=outcome)
    return row


def test_every_kind_has_a_proposal_and_a_way():
    assert set(PROPOSALS) == set(WAYS) == set(Kind)
    assert {proposal.data_class for proposal in PROPOSALS.values()} == {PERSONAL, SPECIAL, CONFIDENTIAL}


def test_what_is_proposed_is_no_decision_and_stays_changeable():
    assert propose() == len(Kind)
    on = set(RetentionRule.objects.filter(is_on=True).values_list("kind", flat=True))
    assert on == {"reports", "letters", "keys"}
    RetentionRule.objects.filter(kind="letters").update(months=3)
    assert propose() == 0
    assert RetentionRule.objects.get(kind="letters").months == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        RetentionRule.objects.filter(kind="learners").update(is_on=True)


def test_each_model_with_special_or_confidential_data_has_a_fate():
    """A place that must not be found is kept without a place; the rest is the record of the work."""
    record = {
        "activities.LogEntry",
        "activities.Participation",
        "beneficiaries.IndicatorPart",
        "partnerships.Place",
        "activities.Photo",
    }
    lacking = {
        model._meta.label
        for model in apps.get_models()
        if {class_of(field) for field in fields_of(model)} & {SPECIAL, CONFIDENTIAL}
        and model._meta.label not in FATE
        and model._meta.label not in record
    }
    assert lacking == set()
    assert set(FATE) <= {model._meta.label for model in apps.get_models()}
    assert set(FATE.values()) == {*map(str, Kind), OF_ITSELF}
    harmless = {
        label for label in FATE if {class_of(field) for field in fields_of(apps.get_model(label))} <= {NONE, None}
    }
    assert harmless == set()


@pytest.mark.parametrize(("day", "count"), [(dt.date(2030, 4, 2), 0), (dt.date(2030, 4, 3), 1)])
def test_a_learner_is_kept_until_the_period_after_the_last_word_is_over(path, day, count):
    assert expired(decide("learners", months=36), day).count() == count


def test_a_learner_whose_cohort_has_no_end_stays(path):
    path.cohort.ends_on = None
    path.cohort.save()
    assert expired(decide("learners", months=36), TODAY).count() == 0


def test_nothing_of_people_goes_before_it_was_decided(path):
    propose()
    assert erase_expired(TODAY) == []
    assert Learner.objects.get().code == "JB-77"


def test_the_register_says_how_much_of_what_and_never_whom(path):
    decide("learners", months=36)
    erase_expired(TODAY)
    assert register() == [("learners", "period", 36, 1, None)]
    assert "JB-77" not in str(list(Erasure.objects.values()))
    assert erase_expired(TODAY) == []
    row = Erasure.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Erasure.objects.update(records=0)


def test_notes_that_were_dealt_with_go_and_open_ones_stay(cast):
    days = {"partnership": cast.jette.partnership, "side": "partner", "noted_on": dt.date(2024, 1, 1)}
    note = {**days, "sealed": "x", "language": "fr", "author": cast.officer}
    stays = ConfidentialNote.objects.create(**note)
    ConfidentialNote.objects.create(**note, settled_on=dt.date(2024, 2, 1))
    decide("notes")
    erase_expired(TODAY)
    assert list(ConfidentialNote.objects.all()) == [stays]
    assert register() == [("notes", "period", 24, 1, None)]


def test_own_words_go_and_what_was_ticked_stays(cast):
    form, asked = make_whole(cast.jette, opens_on=dt.date(2025, 1, 1), closes_on=dt.date(2025, 1, 31))
    sheet = AnswerSheet.objects.create(form=form, key=uuid.uuid4(), language="fr", received_on=dt.date(2025, 1, 5))
    Answer.objects.create(sheet=sheet, question=asked["number"], number=20)
    Answer.objects.create(sheet=sheet, question=asked["text"], text="My brother")
    decide("words")
    assert expired(RetentionRule.objects.get(kind="words"), dt.date(2025, 2, 1)).count() == 0
    erase_expired(TODAY)
    assert [answer.number for answer in sheet.answers.all()] == [20]
    assert register() == [("words", "period", 24, 1, None)]


def test_a_photo_that_nobody_was_asked_about_goes_with_its_files(cast):
    entry = make_entry(cast.jette.home, cast.coordinator_north)
    shared = {"log_entry": entry, "caption": "Two friends"}
    photos = [Photo(**shared), Photo(consent="given", consented_on=entry.starts_on, **shared)]
    for photo in photos:
        photo.file.save("a.jpg", ContentFile(b"x"))
    decide("photos")
    erase_expired(timezone.localdate() + dt.timedelta(days=800))
    unasked, asked = Photo.objects.order_by("pk")
    assert (unasked.caption, unasked.file.name, asked.caption) == ("", "", "Two friends")
    assert register() == [("photos", "period", 12, 1, None)]


def test_who_has_left_is_forgotten_and_who_works_here_is_not(cast):
    left = User.objects.create(username="gone.person", first_name="Gone", last_name="Person", email="gone@example.org")
    User.objects.update(last_login=None, date_joined=timezone.now() - dt.timedelta(days=3000))
    day = timezone.localdate()
    Membership.objects.create(
        user=left,
        partnership=cast.jette.partnership,
        role="viewer",
        starts_on=dt.date(2020, 1, 1),
        ends_on=dt.date(2021, 1, 1),
    )
    Membership.objects.create(
        user=cast.stranger, partnership=cast.jette.partnership, role="viewer", starts_on=dt.date(2020, 1, 1)
    )
    decide("accounts")
    erase_expired(day)
    assert list(User.objects.filter(erased_on=day)) == [left]
    assert register() == [("accounts", "period", 24, 1, None)]


def test_mails_and_keys_go_by_themselves(cast):
    Letter.objects.create(key="a", recipient=cast.viewer, subject="Look", text="Here")
    Submission.objects.create(key="4b0c0f0e-0b51-4f4e-8f6c-9a7f0a9f7a11", user=cast.viewer)
    erase_expired(timezone.localdate() + dt.timedelta(days=200))
    assert (Letter.objects.count(), Submission.objects.count()) == (0, 1)
    erase_expired(timezone.localdate() + dt.timedelta(days=400))
    assert Submission.objects.count() == 0
    assert register() == [("letters", "period", 6, 1, None), ("keys", "period", 12, 1, None)]


def test_old_entries_of_the_trail_are_emptied_and_stay(cast):
    entry = audit.record(cast.jette.partnership, actor=cast.officer, verb="update", changes={"a": [1, 2]}, reason="So")
    decide("trail")
    erase_expired(timezone.localdate() + dt.timedelta(days=3700))
    held = AuditEntry.objects.get(pk=entry.pk)
    assert (held.target_text, held.changes, held.reason) == ("", {}, "")
    assert (held.actor, held.verb, held.target_id, held.at) == (
        cast.officer,
        "update",
        cast.jette.partnership.pk,
        entry.at,
    )


def test_the_background_does_it_once_a_day(path, monkeypatch):
    decide("learners", months=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)
    do_chores()
    do_chores()
    assert register() == [("learners", "period", 1, 1, None)]


def test_a_command_counts_first_and_then_erases(path):
    decide("learners", months=1)
    counted, done = io.StringIO(), io.StringIO()
    call_command("erase_expired", dry_run=True, stdout=counted)
    lines = counted.getvalue().splitlines()
    assert lines[-1] == "0 would be erased; nothing was."
    assert "mails of the portal (kept for 6 months): 0" in lines
    assert sum("nobody decided this period yet" in line for line in lines) == 6
    assert (Learner.objects.get().code, Erasure.objects.count()) == ("JB-77", 0)
    FollowUp.objects.all().delete()
    Coaching.objects.all().delete()
    call_command("erase_expired", stdout=done)
    assert done.getvalue().splitlines()[-1] == f"{len(register())} erased; the register of erasures has it."


def test_the_command_ends_with_a_sentence_where_the_database_refuses(monkeypatch):
    def refused(_on):
        raise DatabaseError

    monkeypatch.setattr("portal.roof.management.commands.erase_expired.erase_expired", refused)
    with pytest.raises(CommandError, match="Nothing more was erased"):
        call_command("erase_expired")


def test_an_administrator_decides_a_period_in_the_administration(cast, client_of):
    propose()
    rule = RetentionRule.objects.get(kind="notes")
    address = reverse("admin:roof_retentionrule_change", args=[rule.pk])
    client = client_of(cast.administrator)
    said = {"months": "18", "is_on": "on", "basis": "", "decided_on": "", "seen_version": "1"}
    refused = client.post(address, said)
    assert "nothing of people is erased before" in refused.content.decode()
    client.post(address, {**said, "decided_on": "2026-11-28"})
    rule.refresh_from_db()
    assert (rule.months, rule.is_on, rule.decided_on) == (18, True, dt.date(2026, 11, 28))
    assert AuditEntry.objects.about(rule).filter(actor=cast.administrator, verb="update").count() == 1
    assert client.get(reverse("admin:roof_erasure_changelist")).status_code == 200
