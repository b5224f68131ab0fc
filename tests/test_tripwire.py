"""What must not be found is in nothing that the portal gives out: canary words are planted, and looked for."""

import datetime as dt
import io
import json
import logging
import uuid
import zipfile

import pikepdf
import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, Showing
from beneficiaries.models import Answer, Cohort, Course
from beneficiaries.services.notes import write_note
from partnerships.models import Place
from portal.ground.models import AuditEntry, User
from portal.roof.models import ReportJob
from portal.roof.reminders import send_reminders
from portal.roof.reports.data import build_report
from portal.roof.reports.frozen import dumps
from tests import admin_rows
from tests.addresses import ADDRESSES
from tests.public_site import LANGUAGES, every_address, photo_of, published, released
from tests.report_rows import SECRET, YEAR, fill, taken
from tests.test_access import ROOMS, Scene
from tests.test_report_pdf import text_of

pytestmark = pytest.mark.django_db
# The name of a house, and what a note and the own words in a form say. Nothing else that is planted holds them.
HOUSE, WORDS = "Zilverreigerhuis", "Kwartelvangst"
SLUG = "jette-belfaa"
# What who is named opens on purpose.
OPENED = {"notes:create", "notes:read", "notes:settle", "forms:words", "suggestions:take_up"}


def told(content: bytes) -> str:
    """Return all that a file tells: its text, its parts, its metadata, and its attachments with what these tell."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(told(archive.read(name)) for name in archive.namelist())
    if content.startswith(b"%PDF-"):
        with pikepdf.open(io.BytesIO(content)) as document:
            rest = [str(document.docinfo), str(document.open_metadata()), *map(str, document.attachments)]
            inside = [told(spec.get_file().read_bytes()) for spec in document.attachments.values()]
        return "\n".join([text_of(content), *rest, *inside])
    return content.decode("utf-8", "replace")


def hide(place: Place) -> None:
    """Make a place one that must not be found, under a name that gives it away."""
    names = {f"name_{code}": HOUSE for code in ("nl", "fr", "en", "ar")}
    rest = {"address": "", "district": "", "latitude": None, "longitude": None, "is_confidential": True}
    Place.objects.filter(pk=place.pk).update(**names, name=HOUSE, **rest)


@pytest.fixture
def planted(cast) -> Scene:
    """Every place is hidden, everything happens there, and a note is written about it."""
    scene = Scene(cast, cast.jette, admin_rows.fill(cast, cast.jette, "jette"))
    for name in ("a.pdf", "small.jpg"):
        default_storage.save(name, ContentFile(b"x"))
    for place in Place.objects.all():
        hide(place)
    place = Place.objects.first()
    for model in (Activity, Course, Cohort, Showing):
        model.objects.update(place=place)
    writer = scene.person("coordinator")
    writer.memberships.filter(partnership=scene.bond.partnership).update(side="partner", reads_notes=True)
    note = {"side": "partner", "noted_on": YEAR[0], "text": WORDS, "language": "nl", "on": timezone.localdate()}
    write_note(scene.bond.partnership, actor=writer, key=uuid.uuid4(), **note)
    Answer.objects.exclude(text="").update(text=WORDS)
    return scene


def test_the_wire_is_alive(planted):
    """Were the places not hidden, the very same look would find them."""
    Place.objects.update(is_confidential=False)
    page = planted.client("viewer").get(planted.address("activities:detail"))
    assert HOUSE in told(page.getvalue())


@pytest.mark.parametrize("role", ["viewer", "coordinator", "officer"])
def test_no_page_tells_it(planted, role, caplog):
    caplog.set_level(logging.DEBUG)
    client, found = planted.client(role), []
    for name, known in ADDRESSES.items():
        if not name.startswith((*ROOMS, "dashboard")) or name in OPENED:
            continue
        address = planted.address(name) + (f"?{known.data}" if known.data else "")
        page = getattr(client, known.method)(address)
        if any(word in told(page.getvalue()) for word in (HOUSE, WORDS)):
            found.append(name)
    assert found == []
    assert not any(word in caplog.text for word in (HOUSE, WORDS))


@pytest.mark.parametrize(
    "name", ["activities_activity", "activities_expenditure", "partnerships_organisation", "beneficiaries_cohort"]
)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_no_spreadsheet_of_the_administration_tells_it(planted, name, kind):
    page = planted.client("administrator").post(reverse(f"admin:{name}_export"), {"kind": kind})
    assert page.status_code == 200
    assert HOUSE not in told(page.getvalue())


def test_no_trail_tells_what_a_note_says(planted):
    trail = json.dumps(list(AuditEntry.objects.values_list("changes", "target_text", "reason")))
    assert WORDS not in trail


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "docx"])
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_no_file_of_a_report_tells_it(cast, client_of, kind, language):
    fill(cast)
    for place in Place.objects.all():
        hide(place)
    assert Activity.objects.filter(place__is_confidential=True).exists()
    asked = {"starts_on": "2024-01-01", "ends_on": "2024-12-31", "language": language, "kind": kind}
    text = told(taken(client_of(cast.officer), f"/reports/{SLUG}/export/", asked).getvalue())
    assert ReportJob.objects.get().state == "done"
    assert not any(word in text for word in (HOUSE, SECRET))


def test_no_frozen_report_holds_it(cast):
    fill(cast)
    for place in Place.objects.all():
        hide(place)
    data = dumps(build_report(cast.jette.partnership, *YEAR, on=dt.date(2025, 1, 15)))
    assert not any(word in data for word in (HOUSE, SECRET))


def test_no_public_page_feed_nor_file_tells_it(planted, client):
    """Not even where somebody released a text about the house, with a photo of it."""
    activity = planted.bond.partner
    shown = released(activity, planted.cast, photos=[])
    shown.photos.add(photo_of(activity, planted.cast))
    shown.seals = {str(photo.pk): photo.sha256 for photo in shown.photos.all()}
    shown.save()
    published(planted.cast, 2022)
    addresses = [address for language in LANGUAGES for address in every_address(language)]
    assert f"/ar/jette-belfaa/activities/{shown.slug}/" in addresses
    answers = {address: client.get(address) for address in addresses}
    found = [name for name, page in answers.items() if any(word in told(page.getvalue()) for word in (HOUSE, WORDS))]
    assert found == []
    pictures = {page.status_code for address, page in answers.items() if address.endswith(".jpg")}
    assert pictures == {404}


def test_no_mail_tells_it(planted):
    User.objects.update(email="somebody@example.org", reminder_days=1)
    send_reminders(timezone.now(), on=timezone.localdate())
    assert mail.outbox
    assert not any(word in f"{letter.subject}\n{letter.body}" for letter in mail.outbox for word in (HOUSE, WORDS))
