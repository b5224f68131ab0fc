"""Confidential notes: sealed in the database, read by those who are named for one side, and nowhere else."""

import datetime as dt
import io
import json
import uuid

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import translation

from beneficiaries.models import ConfidentialNote, Learner
from beneficiaries.services.notes import write_note
from partnerships.models import Membership
from portal.ground import sealing
from portal.ground.models import AuditEntry
from tests.learner_rows import enrol, make_cohort, make_course, make_learner

CANARY = "Zilverreiger 77"
DAY = dt.date(2024, 5, 14)
LIST, CREATE = "/notes/", "/notes/new/"


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def named(cast):
    """The coordinator of Sint-Gillis, named for the notes of the partner's side."""
    row = cast.coordinator_south.memberships.get(partnership=cast.gillis.partnership)
    row.side, row.reads_notes = "partner", True
    row.save()
    return cast.coordinator_south


@pytest.fixture
def note(cast, named):
    return write(cast, named)


def write(cast, actor, **changes):
    values = {"side": "partner", "noted_on": DAY, "text": CANARY, "language": "fr", "on": DAY, "key": uuid.uuid4()}
    return write_note(cast.gillis.partnership, actor=actor, **values | changes)[0]


def filled(cast, **changes):
    home = f"{cast.gillis.partnership.pk}-partner"
    return {
        "submission_key": str(uuid.uuid4()),
        "home": home,
        "noted_on": "2024-05-14",
        "text": CANARY,
        "language": "fr",
    } | changes


@pytest.mark.django_db
def test_the_text_is_sealed_in_the_database(note):
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM beneficiaries_confidentialnote")
        [(stored,)] = cursor.fetchall()
    assert CANARY not in stored
    assert sealing.unseal(stored) == CANARY


@pytest.mark.django_db
def test_who_is_named_reads_it_and_each_reading_is_written_down(cast, named, note, client_of):
    client = client_of(named)
    assert CANARY not in client.get(LIST).content.decode()
    page = client.post(reverse("notes:read", args=[note.pk]))
    assert CANARY in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    entry = AuditEntry.objects.filter(verb="read").get()
    assert (entry.actor, entry.target_type, entry.target_id) == (named, "beneficiaries.confidentialnote", note.pk)
    assert client.get(reverse("notes:read", args=[note.pk])).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["administrator", "officer", "viewer", "coordinator_north", "stranger"])
def test_nobody_else_does(cast, note, client_of, part):
    client = client_of(cast.people[part])
    answers = [client.get(LIST).status_code, client.get(CREATE).status_code]
    answers += [client.post(reverse(f"notes:{name}", args=[note.pk])).status_code for name in ("read", "settle")]
    assert answers == [403, 403, 404, 404]
    assert not AuditEntry.objects.filter(verb="read").exists()


@pytest.mark.django_db
def test_the_other_side_of_the_same_partnership_does_not_either(cast, note, client_of):
    row = cast.officer.memberships.get(partnership=cast.gillis.partnership)
    row.side, row.reads_notes = "home", True
    row.save()
    client = client_of(cast.officer)
    assert client.get(LIST).context["rows"] == []
    assert client.post(reverse("notes:read", args=[note.pk])).status_code == 404


@pytest.mark.django_db
def test_who_is_no_longer_named_reads_no_more(cast, named, note, client_of):
    Membership.objects.filter(user=named).update(ends_on=dt.date(2024, 1, 1))
    assert client_of(named).post(reverse("notes:read", args=[note.pk])).status_code == 404


@pytest.mark.django_db
def test_a_note_is_written_once(cast, named, client_of):
    learner = Learner.objects.create(partnership=cast.gillis.partnership, code="B-12")
    client, data = client_of(named), filled(cast, learner="B-12")
    assert [client.post(CREATE, data).status_code for _time in range(2)] == [302, 302]
    kept = ConfidentialNote.objects.get()
    assert (kept.learner, kept.author, kept.side, kept.noted_on) == (learner, named, "partner", DAY)
    client.post(reverse("notes:settle", args=[kept.pk]))
    client.post(reverse("notes:settle", args=[kept.pk]))
    assert client.get(LIST).context["rows"][0]["is_settled"]
    assert AuditEntry.objects.filter(verb="transition").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"noted_on": "2099-01-01"}, "noted_on"),
        ({"noted_on": "soon"}, "noted_on"),
        ({"home": "1-home"}, "home"),
        ({"learner": "A-1"}, "learner"),
        ({"cohort": "99999"}, "cohort"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_text_stays(cast, named, client_of, wrong, field):
    Learner.objects.create(partnership=cast.jette.partnership, code="A-1")
    page = client_of(named).post(CREATE, filled(cast, **wrong))
    assert page.status_code == 200
    assert field in page.context["form"].errors
    # What cannot be read is shown as such.
    assert page.context["form"]["text"].value() == (wrong.get("text") or CANARY).replace("\0", "▯")
    assert not ConfidentialNote.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "Deze cursist is niet ingeschreven in die lesgroep"),
        ("fr", "Cet apprenant n’est pas inscrit dans cette promotion"),
        ("ar", "هذا المتعلم غير مسجل في ذلك الفوج"),
    ],
)
def test_a_note_about_a_cohort_is_about_a_learner_of_it(cast, named, client_of, language, said):
    mine, other = (make_cohort(make_course(cast.gillis)) for _ in range(2))
    learner = enrol(mine, make_learner(cast.gillis, code="G-7")).learner
    client = client_of(named)
    client.cookies["django_language"] = language
    page = client.post(CREATE, filled(cast, cohort=other.pk, learner="G-7"))
    assert list(page.context["form"].errors) == ["learner"]
    assert page.context["form"].errors["learner"][0].startswith(said)
    assert page.context["form"]["text"].value() == CANARY
    with pytest.raises(ValidationError) as refused:
        write(cast, named, cohort=other, learner=learner)
    assert list(refused.value.error_dict) == ["learner"]
    assert client.post(CREATE, filled(cast, cohort=mine.pk, learner="G-7")).status_code == 302
    assert client.post(CREATE, filled(cast, learner="G-7")).status_code == 302


@pytest.mark.django_db
def test_a_server_without_a_key_takes_no_note(cast, named, client_of, settings):
    settings.NOTE_KEYS = []
    page = client_of(named).post(CREATE, filled(cast), headers={"accept-language": "en"})
    assert page.context["form"].non_field_errors() == [
        "This server has no key for confidential notes: its administrator can give it one."
    ]
    assert not ConfidentialNote.objects.exists()
    assert client_of(named).get(LIST).context["create_url"] == ""


@pytest.mark.django_db
def test_keys_are_rotated_by_a_command(note, settings):
    old, new = settings.NOTE_KEYS[0], Fernet.generate_key().decode()
    settings.NOTE_KEYS = [new, old]
    out = io.StringIO()
    call_command("rotate_note_keys", stdout=out)
    assert out.getvalue() == "1 notes are sealed with the first key.\n"
    settings.NOTE_KEYS = [new]
    note.refresh_from_db()
    assert sealing.unseal(note.sealed) == CANARY
    settings.NOTE_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("rotate_note_keys")
    with pytest.raises(sealing.SealingError):
        sealing.unseal(note.sealed)


@pytest.mark.django_db
def test_a_note_whose_key_is_gone_says_so(named, note, client_of, settings):
    settings.NOTE_KEYS = [Fernet.generate_key().decode()]
    page = client_of(named).post(reverse("notes:read", args=[note.pk]))
    assert page.status_code == 200
    assert page.context["error"]
    assert not AuditEntry.objects.filter(verb="read").exists()


@pytest.mark.django_db
def test_its_words_are_in_no_trail_no_log_and_no_session(cast, named, client_of, caplog):
    client = client_of(named)
    client.post(CREATE, filled(cast))
    client.logout()
    client.post(CREATE, filled(cast))
    note = ConfidentialNote.objects.get()
    trail = json.dumps(list(AuditEntry.objects.values_list("changes", "target_text", "reason")))
    boss = client_of(cast.administrator)
    pages = [
        boss.get(reverse(f"admin:beneficiaries_confidentialnote_{page}", args=args)).content.decode()
        for page, args in [("changelist", []), ("change", [note.pk]), ("history", [note.pk])]
    ]
    kept = json.dumps([dict(client.session), dict(boss.session)], default=str)
    dumped = serializers.serialize("json", ConfidentialNote.objects.all())
    for told in [trail, *pages, kept, dumped, caplog.text]:
        assert CANARY not in told
    assert note.sealed not in trail + "".join(pages)


@pytest.mark.django_db
def test_who_reads_notes_has_a_side(cast):
    row = cast.viewer.memberships.first()
    row.side, row.reads_notes = "", True
    with pytest.raises(Exception, match="belongs to a side"):
        row.full_clean()
