"""The archive edition of a frozen report: PDF/A-3a, the same bytes each time, with its data and tables inside."""

import csv
import hashlib
import io
import subprocess
import sys
from typing import NamedTuple

import openpyxl
import pikepdf
import pikepdf.pdfa
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse

from activities.models import Photo, Voucher
from portal.ground.models import AuditEntry
from portal.roof.models import ReportForm, ReportJob, ReportSection, Snapshot
from portal.roof.reports import archive
from portal.roof.reports.render import ReportUnavailableError
from portal.roof.reports.services import ARCHIVE, make_snapshot_report
from portal.roof.reports.withdrawals import data_of
from tests.cast import Cast
from tests.report_rows import SECRET, fill, spend, taken
from tests.snapshot_rows import validated
from tests.test_report_pdf import text_of

pytestmark = pytest.mark.django_db
SLUG = "jette-belfaa"
# What pikepdf's validator has against the archive, and why each of them stands.
REASONED = {
    # It knows level B, of which A is a superset: the tags that A adds are asserted below.
    ("violation", "ISO_19005_3:6.6.4-3"),
    # WeasyPrint writes a list of patterns and one of shadings into each document; both are empty, asserted below.
    ("unsupported", "pikepdf:schema-Resources"),
}


def archive_of(row: Snapshot, language: str = "nl", **asked: object) -> bytes:
    return make_snapshot_report(row, language=language, kind=ARCHIVE, **asked).content


class File(NamedTuple):
    relationship: str
    kind: str
    title: str
    created: str
    content: bytes


def files_in(pdf: bytes) -> dict[str, File]:
    """Return the attachments, each listed both by its name and as associated with the document."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names = document.Root.Names.EmbeddedFiles.Names
        specs = {str(names[place]): names[place + 1] for place in range(0, len(names), 2)}
        assert sorted(specs) == list(specs)
        assert {item.objgen for item in document.Root.AF} == {spec.objgen for spec in specs.values()}
        found = {}
        for name, spec in specs.items():
            stream = spec.EF.F
            assert str(spec.UF) == name
            assert str(stream.Params.CreationDate) == str(stream.Params.ModDate)
            found[name] = File(
                str(spec.AFRelationship),
                str(stream.Subtype),
                str(spec.Desc),
                str(stream.Params.CreationDate),
                stream.read_bytes(),
            )
    return found


def lines_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.once
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_it_is_pdf_a_3a_without_a_violation(cast, language):
    fill(cast)
    pdf = archive_of(validated(cast), language, vouchers=True)
    report = pikepdf.pdfa.validate_written(io.BytesIO(pdf), "3b")
    assert {(found.kind, found.rule) for found in report.findings} <= REASONED, report.summary()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        # The objects are sound: what `qpdf --check` says.
        assert document.check_pdf_syntax() == []
        metadata = document.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert document.Root.MarkInfo.Marked
        assert document.Root.StructTreeRoot.K
        assert str(document.Root.Lang) == language
        resources = [page.Resources for page in document.pages]
        assert not any(list(part.get(name, {})) for part in resources for name in ("/Pattern", "/Shading"))


@pytest.mark.once
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_it_says_what_the_report_for_people_says(cast, language):
    fill(cast)
    row = validated(cast)
    delivered = make_snapshot_report(row, language=language).content
    assert text_of(archive_of(row, language)) == text_of(delivered)


def test_it_carries_its_data_and_tables(cast):
    fill(cast)
    row = validated(cast)
    files = files_in(archive_of(row))
    assert {name: (file.relationship, file.kind) for name, file in files.items() if not name.startswith("table-")} == {
        "contents.csv": ("/Supplement", "/text/csv"),
        "data.json": ("/Source", "/application/json"),
        "tables.xlsx": ("/Data", "/application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    }
    assert {file.created for file in files.values()} == {"D:20250115000000Z"}
    # The data are those that the register seals.
    assert hashlib.sha256(files["data.json"].content).hexdigest() == row.sha256
    book = openpyxl.load_workbook(io.BytesIO(files["tables.xlsx"].content))
    tables = [file.title for name, file in files.items() if name.startswith("table-")]
    assert len(tables) == len(book.sheetnames)
    assert [title[:31] for title in tables] == book.sheetnames
    [amounts] = [file for file in files.values() if file.title == "Lijst van bewijsstukken"]
    head, *rows = lines_of(amounts.content)
    assert sorted(line[head.index("Bedrag in euro")] for line in rows) == ["0,10", "0,20", "100,00"]
    told = {line[0]: line[3] for line in lines_of(files["contents.csv"].content)[1:]}
    assert told == {
        name: hashlib.sha256(file.content).hexdigest() for name, file in files.items() if name != "contents.csv"
    }


def test_the_files_of_the_vouchers_come_along_when_chosen(cast):
    fill(cast)
    hidden = spend(
        cast.jette.partnership.activities.get(slug="reception"), "7.00", cast.own, description="Rent of the house"
    )
    Voucher.objects.create(expenditure=hidden, number="RENT", file=ContentFile(b"%PDF-rent", "r.pdf"))
    paper = spend(cast.jette.home, "3.00", cast.own)
    Voucher.objects.create(expenditure=paper, number="P-9")
    row = validated(cast)
    Voucher.objects.create(expenditure=paper, number="LATE", file=ContentFile(b"%PDF-late", "l.pdf"))
    assert not [name for name in files_in(archive_of(row)) if name.startswith("voucher-")]
    files = files_in(archive_of(row, vouchers=True))
    [found] = [file for name, file in files.items() if name.startswith("voucher-")]
    assert (found.content, found.relationship, found.title) == (b"%PDF-", "/Supplement", "Bewijsstuk F-17")
    # One without a file is told as such; those of a hidden place and those that came later are not of this report.
    missing = [line for line in lines_of(files["contents.csv"].content) if not line[0]]
    assert missing == [["", "Bewijsstuk P-9", "nog niet gescand", ""]]


def test_too_many_vouchers_are_refused_in_words(cast, monkeypatch):
    fill(cast)
    Voucher.objects.update(size=2)
    row = validated(cast)
    monkeypatch.setattr(archive, "MAX_VOUCHER_BYTES", 1)
    with pytest.raises(ReportUnavailableError, match="more than 0 MB"):
        archive_of(row, "en", vouchers=True)


def test_another_process_makes_the_same_bytes(cast, tmp_path):
    fill(cast)
    row = validated(cast)
    frozen = tmp_path / "told.json"
    frozen.write_text(row.data)
    once = archive_of(row)
    assert archive_of(row) == once
    script = f"""
import django, hashlib, pathlib; django.setup()
from portal.roof.reports.book import write_book
from portal.roof.reports.manuscript import write_manuscript
from portal.roof.reports.frozen import loads
told = loads(pathlib.Path({str(frozen)!r}).read_text())
print([hashlib.sha256(write(told, "nl")).hexdigest() for write in (write_book, write_manuscript)])
"""
    environment = {"DJANGO_SETTINGS_MODULE": "portal.settings", "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**environment, "PYTHONPATH": str(settings.BASE_DIR)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    here = [make_snapshot_report(row, language="nl", kind=kind).content for kind in ("xlsx", "docx")]
    assert done.stdout.strip() == str([hashlib.sha256(content).hexdigest() for content in here])
    assert files_in(once)["tables.xlsx"].content == here[0]


def _public(cast: Cast) -> ReportForm:
    form = ReportForm.objects.create(slug="open", name_en="For everybody", scope="public")
    for position, kind in enumerate(("partnership", "key_figures", "activities", "pictures")):
        ReportSection.objects.create(form=form, kind=kind, position=position)
    return form


def test_what_an_edition_keeps_is_not_attached_either(cast):
    fill(cast)
    _public(cast)
    row = validated(cast)
    inside = ["Twelve young people drew their street", "Room and material", "F-17"]
    whole, public = (files_in(archive_of(row, "en", edition=of, vouchers=True)) for of in ("", "open"))
    assert all(word.encode() in whole["data.json"].content for word in inside)
    assert not [name for name in public if name.startswith("voucher-")]
    for name, file in public.items():
        text = file.content.decode() if not name.endswith("xlsx") else _text_of_book(file.content)
        assert [word for word in inside if word in text] == [], name
    for name, file in [*whole.items(), *public.items()]:
        text = _text_of_book(file.content) if name.endswith("xlsx") else file.content.decode("latin-1")
        assert [word for word in (SECRET, "A face without consent", "Withdrawn") if word in text] == [], name


def _text_of_book(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return " ".join(str(value) for sheet in book for row in sheet.values for value in row)


def test_a_photo_whose_consent_was_taken_back_leaves_the_data_too(cast):
    fill(cast)
    row = validated(cast)
    assert "Drawings on the wall" in files_in(archive_of(row))["data.json"].content.decode()
    Photo.objects.filter(caption="Drawings on the wall").update(consent="missing")
    pdf = archive_of(row, "en")
    files = files_in(pdf)
    # The cover and the register name the SHA-256 of what is left.
    assert hashlib.sha256(files["data.json"].content).hexdigest() == data_of(row)[1]
    assert data_of(row)[1] in text_of(pdf).replace(" ", "")
    assert "Drawings on the wall" not in files["data.json"].content.decode()
    assert files["data.json"].title == "The frozen data, as far as this edition may tell them"


def test_demonstration_stands_in_the_name_of_each_file(cast):
    entry = fill(cast)
    entry.is_demonstration = True
    entry.save()
    assert {name.startswith("demonstration-") for name in files_in(archive_of(validated(cast)))} == {True}


def test_an_officer_takes_it_along_from_the_register(cast, client_of):
    fill(cast)
    row = validated(cast)
    address = reverse("reports:snapshot_export", args=[SLUG, row.pk])
    asked = {"language": "nl", "kind": "archive", "vouchers": "on"}
    answer = taken(client_of(cast.officer), address, asked)
    assert answer["Content-Type"] == "application/pdf"
    assert 'filename="jaarverslag-jette-belfaa-2024-1-archive.pdf"' in answer["Content-Disposition"]
    content = answer.getvalue()
    assert [name for name in files_in(content) if name.startswith("voucher-")]
    job = ReportJob.objects.get()
    assert (job.sha256, job.asked["vouchers"]) == (hashlib.sha256(content).hexdigest(), True)
    assert AuditEntry.objects.filter(verb="export", changes__kind=[None, "archive"]).count() == 1
    # Where nothing carries vouchers along they change nothing.
    client_of(cast.officer).post(address, {"language": "nl", "kind": "pdf", "vouchers": "on"})
    assert "vouchers" not in ReportJob.objects.exclude(pk=job.pk).get().asked


def test_others_neither_ask_for_it_nor_download_it(cast, client_of):
    fill(cast)
    row = validated(cast)
    address = reverse("reports:snapshot_export", args=[SLUG, row.pk])
    asked = {"language": "nl", "kind": "archive"}
    client_of(cast.officer).post(address, asked)
    job = ReportJob.objects.get()
    for person in (cast.viewer, cast.coordinator_north):
        client = client_of(person)
        assert client.post(address, asked).status_code == 403
        assert client.post(reverse("reports:job_download", args=[SLUG, job.pk])).status_code == 403
        page = client.get(reverse("reports:register", args=[SLUG]))
        assert b'value="archive"' not in page.content
        assert [made["download_url"] for made in page.context["made"]] == [""]
        shown = client.get(reverse("reports:job", args=[SLUG, job.pk])).content.decode()
        assert reverse("reports:job_download", args=[SLUG, job.pk]) not in shown
    page = client_of(cast.officer).get(reverse("reports:register", args=[SLUG]))
    assert b'value="archive"' in page.content
    assert [made["kind"] for made in page.context["made"]] == ["PDF/A"]


def test_only_a_frozen_report_is_archived(cast, client_of):
    asked = {"starts_on": "2024-01-01", "ends_on": "2024-12-31", "language": "nl", "kind": "archive"}
    page = client_of(cast.officer).post(f"/reports/{SLUG}/export/", asked)
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["kind"])
    assert not ReportJob.objects.exists()
