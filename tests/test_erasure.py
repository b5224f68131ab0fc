"""Who asks to be forgotten is found nowhere any more, and what was counted stays counted."""

import datetime as dt
import io
import json
import uuid

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from beneficiaries.funnel import paths_of
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
from beneficiaries.paths import STAGES
from beneficiaries.services import Newcomer, create_row, enrol, save_sheet
from beneficiaries.services.notes import write_note
from partnerships.models import Membership
from portal.ground import audit
from portal.ground.letters import write_letter
from portal.ground.models import AccessToken, AuditEntry, User
from portal.roof.models import Erasure
from portal.roof.privacy.accounts import erase_account
from portal.roof.privacy.erasing import forget_account, forget_learner
from tests.cast import make_entry
from tests.everywhere import places_of
from tests.learner_rows import make_cohort, make_course, make_exam, make_session

pytestmark = pytest.mark.django_db
CODE, OTHER = "ZQ-77", "ZQ-771"
START = dt.date(2025, 9, 15)
NAME, MAIL, SIGN_IN = "Wilhelmina Zwartbeer", "zwartbeer@example.org", "w.zwartbeer"


@pytest.fixture
def path(cast):
    """A learner whose path was written as people write it, beside another whose code begins with the same."""
    actor, cohort = cast.coordinator_north, make_cohort(make_course(cast.jette))
    people = [Newcomer(CODE, 1991, "women"), Newcomer(OTHER, 1992, "women")]
    enrol(cohort, people, enrolled_on=START, commitments_on=START, actor=actor, key=uuid.uuid4())
    mine, theirs = Enrolment.objects.order_by("learner__code")
    Learner.objects.filter(pk=mine.learner_id).update(consented_on=START)
    for number in range(3):
        session = make_session(cohort, held_on=dt.date(2025, 10, 1) + dt.timedelta(days=number))
        session.cohort = cohort
        save_sheet(session, {mine.pk: "present", theirs.pk: "absent"}, actor=actor, version=1)
    exam = make_exam(cohort.course)
    result = {"result": "passed", "has_diploma": True, "diploma_on": exam.held_on, "diploma_number": "D-4711-Z"}
    ExamResult.objects.create(exam=exam, enrolment=mine, **result)
    outcome = FollowUpOutcome.objects.create(slug="employed", name="Employed")
    mine = Enrolment.objects.select_related("learner", "cohort__course").get(pk=mine.pk)
    asked = {"months": 6, "asked_on": dt.date(2026, 10, 1), "outcome": outcome}
    create_row(FollowUp(enrolment=mine), asked, actor=actor, key=uuid.uuid4())
    talk = {"held_on": dt.date(2025, 11, 1), "topic": "plan"}
    create_row(Coaching(enrolment=mine), talk, actor=actor, key=uuid.uuid4())
    Membership.objects.filter(user=actor, partnership=cast.jette.partnership).update(side="partner", reads_notes=True)
    note = {"side": "partner", "noted_on": START, "text": CODE, "language": "fr", "on": timezone.localdate()}
    write_note(cast.jette.partnership, actor=actor, key=uuid.uuid4(), learner=mine.learner, **note)
    return mine


def counts(enrolment) -> list[int]:
    paths = paths_of(enrolment.cohort.course, true_figures=True)
    return [paths.count(stage.holds) for stage in STAGES]


def test_the_look_finds_a_learner_before(path):
    assert {place.split(".")[0] for place in places_of(CODE)} >= {"beneficiaries_learner", "portal_auditentry"}
    assert len(places_of("D-4711-Z")) == 1


def test_a_learner_who_was_forgotten_is_found_nowhere(cast, path):
    audit.record(cast.jette.partnership, actor=cast.officer, verb="import", reason=f"{CODE} was typed wrongly")
    before = counts(path)
    assert before == [2, 1, 1, 1, 1]
    row = forget_learner(path.learner, actor=cast.officer, on=timezone.localdate())
    assert [place for place in places_of(CODE) if not _is_of_the_other(place)] == []
    assert places_of("D-4711-Z") == []
    assert counts(path) == before
    assert Learner.objects.filter(code=OTHER, birth_year=1992).count() == 1
    assert (row.kind, row.cause, row.records, row.erased_by) == ("learners", "request", 1, cast.officer)


def _is_of_the_other(place: str) -> bool:
    """Say whether a code only begins there that goes on."""
    table, column = place.split(".")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        texts = [str(value) for (value,) in cursor.fetchall()]
    return not any(CODE in text.replace(OTHER, "") for text in texts)


def test_what_leads_to_a_person_goes_and_what_is_counted_stays(cast, path):
    forget_learner(path.learner, actor=cast.officer, on=timezone.localdate())
    learner = Learner.objects.get(pk=path.learner_id)
    assert (learner.birth_year, learner.consented_on, learner.sex) == (None, None, "women")
    assert (Coaching.objects.count(), ConfidentialNote.objects.count()) == (0, 0)
    assert Attendance.objects.filter(enrolment=path).count() == 1
    assert list(FollowUp.objects.filter(enrolment=path).values_list("months", "consented_on")) == [(6, None)]
    path.refresh_from_db()
    assert (path.commitments_on, path.enrolled_on) == (None, START)


def test_the_trail_still_says_who_did_what_and_when(cast, path):
    [entry] = AuditEntry.objects.filter(target_type="beneficiaries.learner", target_id=path.learner_id, verb="create")
    forget_learner(path.learner, actor=cast.officer, on=timezone.localdate())
    held = AuditEntry.objects.get(pk=entry.pk)
    assert (held.actor, held.verb, held.at, held.target_id) == (entry.actor, "create", entry.at, path.learner_id)
    assert (held.target_text, held.changes) == ("", {})
    last = AuditEntry.objects.filter(target_type="beneficiaries.learner", target_id=path.learner_id).first()
    assert (last.verb, last.actor) == ("erase", cast.officer)


def test_an_entry_can_be_emptied_and_nothing_else(cast):
    entry = audit.record(cast.jette.partnership, actor=cast.officer, verb="update", changes={"a": [1, 2]}, reason="So")
    now, rows = timezone.now(), AuditEntry.objects.filter(pk=entry.pk)
    emptied = {"target_text": "", "changes": {}, "reason": "", "emptied_at": now}
    others = {
        "at": now,
        "actor": cast.viewer.pk,
        "verb": "read",
        "target_type": "x",
        "target_id": 99_999,
        "parent_type": "x",
        "parent_id": 99_999,
    }
    columns = {field.name for field in AuditEntry._meta.concrete_fields}
    assert columns == {"id", *others, *emptied}
    wrong = [{**emptied, name: value} for name, value in others.items()]
    wrong += [
        {**emptied, name: value} for name, value in [("reason", "Lie"), ("changes", {"a": 1}), ("emptied_at", None)]
    ]
    for values in [*wrong, {"reason": ""}, {"emptied_at": now}]:
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)
    assert rows.update(**emptied) == 1
    for values in [emptied, {"emptied_at": None}, {"reason": "Back"}]:
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)


def test_only_an_officer_forgets_a_learner_and_once(cast, path, client_of):
    address = reverse("privacy:learner_erase", args=[path.learner_id])
    with pytest.raises(PermissionDenied):
        forget_learner(path.learner, actor=cast.coordinator_north, on=timezone.localdate())
    client = client_of(cast.officer)
    wrong = client.post(address, {"name": OTHER})
    assert (wrong.status_code, Erasure.objects.count()) == (200, 0)
    assert f'value="{OTHER}"' in wrong.content.decode()
    for _twice in range(2):
        assert client.post(address, {"name": f" {CODE.lower()} "}).status_code == 302
    assert Erasure.objects.count() == 1
    assert AuditEntry.objects.filter(verb="erase").count() == 1
    assert client.get(reverse("beneficiaries:learner_detail", args=[path.learner_id])).status_code == 404
    cohort = client.get(reverse("beneficiaries:cohort_detail", args=[path.cohort.slug])).content.decode()
    assert Learner.objects.get(pk=path.learner_id).code not in cohort
    assert OTHER in cohort


def test_a_learner_takes_along_all_that_is_held(cast, path, client_of):
    client = client_of(cast.officer)
    page = client.get(reverse("privacy:learner", args=[path.learner_id])).content.decode()
    file = client.post(reverse("privacy:learner_export", args=[path.learner_id]))
    data = json.loads(file.content)
    assert file["Content-Disposition"] == f'attachment; filename="learner-{path.learner_id}.json"'
    [learner] = data["learner"]
    assert (learner["code"], learner["birth_year"], learner["consented_on"]) == (CODE, 1991, "2025-09-15")
    assert [len(data[name]) for name in ("enrolment", "attendance")] == [1, 3]
    assert all(word in page for word in (CODE, "1991", "D-4711-Z"))
    assert "sealed" not in file.content.decode()
    assert AuditEntry.objects.filter(verb="export", target_id=path.learner_id, actor=cast.officer).count() == 1


@pytest.fixture
def person(cast, client_of):
    """Somebody who signed in, wrote, was written to, and holds keys."""
    names = dict(zip(["first_name", "last_name"], NAME.split(), strict=True))
    user = User.objects.create_user(SIGN_IN, MAIL, "a-long-password", **names)
    role = Membership.objects.create(
        user=user, partnership=cast.jette.partnership, role="coordinator", starts_on=dt.date(2024, 1, 1)
    )
    for row in (user, role):
        audit.record(row, actor=cast.administrator, verb="create", changes=audit.snapshot(row))
    audit.record(cast.jette.partnership, actor=user, verb="update", reason=f"{NAME} asked for it")
    EmailAddress.objects.create(user=user, email=MAIL, verified=True, primary=True)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    AccessToken.objects.create(user=user, label=f"Books of {NAME}", secret_sha256="f" * 64)
    write_letter(user, key="a", subject=NAME, text=f"Dear {NAME}")
    make_entry(cast.jette.home, user)
    client = client_of(user)
    session = client.session
    session["kept"] = f"A draft of {NAME}"
    session.save()
    default_storage.save("note.txt", ContentFile(b"somebody else"))
    return user


def test_somebody_who_was_forgotten_is_found_nowhere(cast, person):
    assert {place.split(".")[0] for place in places_of("zwartbeer")} >= {
        "portal_user",
        "portal_auditentry",
        "portal_letter",
    }
    row = forget_account(person, actor=cast.administrator, on=timezone.localdate())
    assert [word for word in (NAME, "Zwartbeer", MAIL, SIGN_IN) if places_of(word)] == []
    held = User.objects.get(pk=person.pk)
    assert (held.is_active, held.has_usable_password(), held.erased_on) == (False, False, timezone.localdate())
    assert (row.kind, row.cause, row.records) == ("accounts", "request", 1)
    assert not held.memberships.active(timezone.localdate() + dt.timedelta(days=1)).exists()


def test_what_an_account_did_is_still_of_one_account(cast, person, client_of):
    forget_account(person, actor=cast.administrator, on=timezone.localdate())
    entry = cast.jette.home.log_entries.get(author=person)
    page = client_of(cast.officer).get(reverse("activities:detail", args=[cast.jette.home.pk])).content.decode()
    assert entry.text in page
    assert AuditEntry.objects.filter(actor=person, verb="update").count() == 1


def test_who_may_forget_an_account(cast, person, client_of):
    on = timezone.localdate()
    for actor in (cast.officer, cast.coordinator_north):
        with pytest.raises(PermissionDenied):
            erase_account(person, actor=actor, on=on)
    with pytest.raises(PermissionDenied):
        erase_account(cast.administrator, actor=cast.administrator, on=on)
    with pytest.raises(ValidationError):
        erase_account(cast.administrator, actor=None, on=on)
    client, address = client_of(cast.administrator), reverse("privacy:account_erase", args=[person.pk])
    assert client.post(address, {"name": "somebody"}).status_code == 200
    for _twice in range(2):
        assert client.post(address, {"name": SIGN_IN}).status_code == 302
    assert Erasure.objects.count() == 1


def test_texts_that_name_somebody_are_counted_before_the_account_goes(cast, person, client_of):
    entry = make_entry(cast.jette.home, cast.officer, text=f"{NAME} led the evening.")
    page = client_of(cast.administrator).get(reverse("privacy:account_erase", args=[person.pk]))
    assert [(mention.kind, mention.count) for mention in page.context["mentions"]] == [("Log entries", 1)]
    assert (
        f'<a href="{reverse("activities:detail", args=[cast.jette.home.pk])}#entry-{entry.pk}">'
        in page.content.decode()
    )


def test_everybody_takes_along_what_is_held_on_oneself(cast, person, client_of):
    client = client_of(person)
    page = client.get(reverse("privacy:own")).content.decode()
    file = client.post(reverse("privacy:own_export")).content.decode()
    assert all(word in page and word in file for word in (SIGN_IN, MAIL, f"Dear {NAME}"))
    for secret in (person.password, "f" * 64, "secret"):
        assert secret not in file
    assert AuditEntry.objects.filter(verb="export", actor=person, target_id=person.pk).count() == 1


def test_a_command_prints_and_forgets(cast, path):
    said, done = io.StringIO(), io.StringIO()
    name = f"{cast.jette.partnership.slug}/{CODE.lower()}"
    call_command("person_data", name, stdout=said)
    assert json.loads(said.getvalue())["learner"][0]["code"] == CODE
    call_command("person_data", name, erase=True, stdout=done)
    assert done.getvalue() == "It is erased; the register of erasures has it.\n"
    with pytest.raises(CommandError, match="Nobody is known by that name"):
        call_command("person_data", name, erase=True)
    with pytest.raises(CommandError, match="last administrator"):
        call_command("person_data", cast.administrator.username, erase=True)
