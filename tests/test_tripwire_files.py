"""The tripwire in files that leave for good: IATI, the archive edition, photos, spreadsheets, and in mails and logs."""

import datetime as dt
import io
import json
import logging

import pytest
from allauth.account.adapter import get_adapter
from django.contrib import admin
from django.core import mail
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from activities.models import Activity, Document, LogEntry, Photo
from partnerships.models import Municipality, Place, ProgrammeCode, ReportingCode
from portal.ground.admin.exchange import ExchangeMixin
from portal.ground.models import Letter
from portal.roof.models import ReportForm, ReportJob, ReportSection
from portal.roof.reminders import send_reminders
from portal.roof.reports.services import ARCHIVE, make_snapshot_report
from tests.addresses import ADDRESSES, WRITES
from tests.canaries import found_in, plant
from tests.cast import in_all_languages
from tests.log_form import filled, picture
from tests.public_site import open_pages, published, released
from tests.report_rows import SECRET, fill, taken
from tests.snapshot_rows import validated
from tests.test_access import Scene
from tests.test_report_archive import files_in
from tests.test_tripwire import HOUSE, OPENED, WORDS, hide, told
from tests.test_tripwire import planted as planted_house  # noqa: F401 - a fixture
from tests.test_tripwire_fields import planted, scene  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
# Ways of carrying text that are no pixels; each has a word of its own, to tell which one let it through.
CARRIERS = ["ZQEXIF", "ZQGPSAREA", "ZQCOMMENT", "ZQXMP", "ZQMAKERNOTE"]
EXCHANGED = sorted(
    f"{model._meta.app_label}_{model._meta.model_name}"
    for model, shown in admin.site._registry.items()
    if isinstance(shown, ExchangeMixin)
)


def give_iati(scene: Scene) -> None:  # noqa: F811
    """Give the partnership all that IATI asks: public pages, an identifier, a sector and a released text."""
    open_pages(scene.cast)
    Municipality.objects.filter(slug="jette").update(iati_identifier="BE-BCE_KBO-0123456789")
    code = ReportingCode.objects.create(kind="sector", code="16010", **in_all_languages(name="Social protection"))
    for programme in scene.bond.partnership.programmes.all():
        ProgrammeCode.objects.create(programme=programme, code=code)
    released(scene.bond.partner, scene.cast)


def test_no_iati_file_tells_it(scene, tmp_path):  # noqa: F811
    """Neither that of the page nor that of the command."""
    give_iati(scene)
    Activity.objects.update(place=Place.objects.first())
    columns, target, home = plant(), tmp_path / "a.xml", scene.bond.partnership.slug
    call_command("export_iati", home, "--output", str(target), stdout=io.StringIO())
    answer = scene.client("officer").post(reverse("reports:iati_export", args=[home]))
    for text in (told(target.read_bytes()), told(answer.getvalue())):
        assert "<iati-activity " in text
        assert "They asked their neighbours." in text
        assert (found_in(text, columns), HOUSE in text) == ([], False)


def test_the_look_reads_what_is_attached_to_a_pdf(cast):
    """A word of the data alone is found through the archive, and one of a table that is zipped."""
    fill(cast)
    pdf = make_snapshot_report(validated(cast), language="en", kind=ARCHIVE).content
    files = files_in(pdf)
    assert {name.rsplit(".")[-1] for name in files} >= {"json", "xlsx", "csv"}
    text = told(pdf)
    assert files["data.json"].content.decode() in text
    assert "<sheetData>" in text


@pytest.mark.parametrize("edition", ["", "open"])
def test_no_archive_tells_it_in_its_pages_data_or_tables(scene, edition):  # noqa: F811
    form = ReportForm.objects.create(slug="open", scope="public", **in_all_languages(name="For everybody"))
    for position, kind in enumerate(("partnership", "key_figures", "activities", "learners", "pictures")):
        ReportSection.objects.create(form=form, kind=kind, position=position)
    fill(scene.cast)
    for place in Place.objects.all():
        hide(place)
    # The scene's own frozen report of 2024 is one that nobody can read.
    LogEntry.objects.update(starts_on="2022-05-14", ends_on="2022-05-14")
    columns = plant()
    row = validated(scene.cast, dt.date(2023, 1, 15), 2022)
    pdf = make_snapshot_report(row, language="nl", kind=ARCHIVE, edition=edition).content
    text = told(pdf)
    assert ("Twelve young people drew their street" in text) == (edition == "")
    assert (found_in(text, columns), HOUSE in text, SECRET in text) == ([], False, False)


def carrier() -> bytes:
    """Return a JPEG that says where it was taken in every way that a JPEG can."""
    exif = Image.Exif()
    exif[0x010E] = "ZQEXIF"
    exif.get_ifd(0x8769)[0x927C] = b"ZQMAKERNOTE"
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 55.0, 12.0), 3: "W", 4: (2.0, 19.0, 7.0), 0x1C: b"ZQGPSAREA"})
    return picture(exif=exif, comment=b"ZQCOMMENT", xmp=b"<x:xmpmeta>ZQXMP</x:xmpmeta>").read()


def test_a_photo_that_is_sent_keeps_its_pixels_and_nothing_that_tells_where(cast, client_of):
    """As a photo and as a document, in the stored files and in what is sent of them."""
    content = carrier()
    assert [word for word in CARRIERS if word.encode() not in content] == []
    sent = filled(cast.jette.home, cast.coordinator_north)
    files = {kind: picture(name=f"{kind}.jpg") for kind in ("photo", "document")}
    for kind, file in files.items():
        file.file = io.BytesIO(content)
        file.size = len(content)
        sent |= {f"{kind}-0-file": file}
    sent |= {"photo-0-consent": "nobody", "document-0-title": "A list"}
    client = client_of(cast.coordinator_north)
    assert client.post(reverse("activities:log_create"), sent).status_code == 302
    photo, document = Photo.objects.get(), Document.objects.get()
    stored = [default_storage.open(name).read() for name in (photo.file.name, photo.thumbnail.name, document.file.name)]
    addresses = [reverse(f"activities:{name}", args=[photo.pk]) for name in ("photo", "photo_thumbnail")]
    addresses.append(reverse("activities:document", args=[document.pk]))
    stored += [client.get(address).getvalue() for address in addresses]
    assert len(stored) == 6
    for kept in stored:
        assert [word for word in CARRIERS if word.encode() in kept] == []
        with Image.open(io.BytesIO(kept)) as image:
            assert (image.format, dict(image.getexif()), set(image.info) - JFIF) == ("JPEG", {}, set())


# What the head of every JPEG says: the shape of its pixels.
JFIF = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "progressive", "progression"}


def test_no_spreadsheet_of_the_administration_tells_it(planted_house):  # noqa: F811
    """Not even an administrator takes the name of the house along, nor what a note or somebody's own words say."""
    client, found = planted_house.client("administrator"), []
    for name in EXCHANGED:
        for kind in ("xlsx", "csv"):
            page = client.post(reverse(f"admin:{name}_export"), {"kind": kind})
            assert page.status_code == 200
            found += [(name, kind, word) for word in (HOUSE, WORDS) if word in told(page.getvalue())]
    assert found == []


@pytest.mark.parametrize("role", ["viewer", "stranger"])
def test_who_only_looks_on_takes_nobody_along(scene, planted, role):  # noqa: F811
    person = scene.person(role)
    person.is_staff = True
    person.save()
    client = scene.client(role)
    pages = {name: client.post(reverse(f"admin:{name}_export"), {"kind": "csv"}) for name in EXCHANGED}
    assert {page.status_code for page in pages.values()} == {200}
    assert {
        name: told_of for name, page in pages.items() if (told_of := found_in(told(page.getvalue()), planted))
    } == {}


def test_no_letter_of_any_kind_tells_it(scene, planted, caplog):  # noqa: F811
    """Reminders, that a report is ready, a new password and what happened to an account."""
    caplog.set_level(logging.DEBUG)
    viewer = scene.person("viewer")
    mail.outbox.clear()
    send_reminders(timezone.now(), on=timezone.localdate())
    asked = {"starts_on": "2024-01-01", "ends_on": "2025-12-31", "language": "nl", "kind": "xlsx"}
    taken(scene.client("viewer"), reverse("reports:export", args=[scene.bond.partnership.slug]), asked)
    assert ReportJob.objects.latest("pk").state == "done"
    assert Letter.objects.filter(key__startswith="report-", recipient=viewer).exists()
    own = {word: column for column, word in planted.items() if column.startswith(("portal.User.", "account."))}
    Client().post(reverse("account_reset_password"), {"email": viewer.email})
    get_adapter().send_notification_mail("account/email/password_changed", viewer)
    told_of = [f"{letter.subject}\n{letter.body}\n{json.dumps(letter.extra_headers)}" for letter in mail.outbox]
    kinds = {letter.subject for letter in mail.outbox}
    assert len(kinds) >= 3
    # A person's own name and address may stand in a letter to that person.
    others = {column: word for column, word in planted.items() if word not in own}
    assert [columns for text in told_of if (columns := found_in(text, others))] == []
    assert found_in(caplog.text, others) == []


def test_no_line_of_the_log_tells_what_is_read_or_written(planted_house, caplog):  # noqa: F811
    """Whoever works with notes, learners and own words: what is shown, sent and refused is in no line at any level."""
    caplog.set_level(logging.DEBUG)
    codes = plant()
    client, answered = planted_house.client("coordinator"), 0
    for name in ADDRESSES:
        if not name.startswith(("beneficiaries", "notes", "forms", "suggestions", "privacy", "partnerships:place")):
            continue
        address = planted_house.address(name)
        answered += client.get(address).status_code == 200
        if name in WRITES:
            client.post(address, planted_house.body("coordinator", name))
            client.post(address, {"text": WORDS, "code": WORDS, "codes": WORDS, "noted_on": WORDS, "name": WORDS})
    assert answered > 20
    assert set(ADDRESSES) >= OPENED
    assert [word for word in (HOUSE, WORDS) if word in caplog.text] == []
    assert found_in(caplog.text, codes) == []


def test_a_public_report_in_the_register_tells_it_neither(scene, planted, client):  # noqa: F811
    """The page of every published report, beside its file."""
    open_pages(scene.cast)
    published(scene.cast, 2022)
    page = client.get(f"/nl/{scene.bond.partnership.slug}/")
    assert (page.status_code, found_in(told(page.getvalue()), planted)) == (200, [])
