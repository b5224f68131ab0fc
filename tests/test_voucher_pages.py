"""Asking for a voucher list: who may, what is shown by itself, what is refused, and what comes back."""

import datetime as dt
import io
import re
from decimal import Decimal
from urllib.parse import quote

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from activities.models import Expenditure, Voucher
from portal.ground.models import AuditEntry
from portal.roof.reports import vouchers_archive, vouchers_document, vouchers_views
from portal.roof.reports.render import ReportUnavailableError
from tests.voucher_rows import ASKED, body_of, export_url, fill, list_of, page_url, paper, spend, unpacked

pytestmark = pytest.mark.django_db
XLSX = {**ASKED, "kind": "xlsx", "language": "en"}
ZIP = {**ASKED, "kind": "zip", "language": "en"}
HOSTILE = ["../../etc/passwd", "C:\\con.exe", "a\x01b\u202egpj.exe", "=1+1", "فاتورة", ".", " ", "x" * 50]


@pytest.mark.parametrize("part", ["administrator", "officer", "viewer", "coordinator_north"])
def test_any_member_may_look_and_take_along(cast, client_of, part):
    fill(cast)
    client = client_of(cast.people[part])
    assert client.get(page_url(), ASKED).status_code == 200
    assert client.post(export_url(), XLSX).status_code == 200


@pytest.mark.parametrize("part", ["stranger", "coordinator_south"])
def test_who_is_no_member_finds_nothing(cast, client_of, part):
    client = client_of(cast.people[part])
    assert client.get(page_url(), ASKED).status_code == 404
    assert client.post(export_url(), XLSX).status_code == 404
    assert not AuditEntry.objects.exists()


def test_who_is_not_signed_in_is_asked_to(cast, client):
    assert client.get(page_url()).status_code == 302
    assert client.post(export_url(), XLSX).status_code == 302


def test_taking_along_is_a_post_and_is_audited_and_a_look_is_not(cast, client_of):
    client = client_of(cast.viewer)
    assert client.get(export_url(), XLSX).status_code == 405
    client.get(page_url(), ASKED)
    assert not AuditEntry.objects.exists()
    client.post(export_url(), ZIP)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor, entry.target_id) == ("export", cast.viewer, cast.jette.partnership.pk)
    assert entry.changes["kind"] == [None, "zip"]
    assert entry.changes["source"] == [None, "federal"]


@pytest.mark.parametrize(
    ("today", "window"),
    [
        (dt.date(2024, 7, 1), ["2024-01-01", "2024-12-31"]),
        (dt.date(2030, 1, 1), ["2026-01-01", "2026-12-31"]),
        (dt.date(2020, 1, 1), ["2022-03-01", "2022-12-31"]),
    ],
)
def test_by_itself_the_main_source_and_the_programme_year_that_runs(cast, client_of, monkeypatch, today, window):
    programme = cast.jette.programme
    programme.starts_on = dt.date(2022, 3, 1)
    programme.save()
    monkeypatch.setattr(vouchers_views.timezone, "localdate", lambda: today)
    form = client_of(cast.administrator).get(page_url()).context["form"]
    assert [form[name].value() for name in ("source", "starts_on", "ends_on")] == ["federal", *window]


def test_sources_that_pay_nothing_here_are_not_offered(cast, client_of):
    spend(cast, "1.00", (1, 1), source=cast.own)
    form = client_of(cast.viewer).get(page_url()).context["form"]
    assert [source.slug for source in form.fields["source"].queryset] == ["federal", "own"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_on": "2024-12-31", "ends_on": "2024-01-01"}, "ends_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"starts_on": "-4712-01-01"}, "starts_on"),
        ({"ends_on": "99999-12-31"}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"starts_on": "yesterday"}, "starts_on"),
        ({"starts_on": ""}, "starts_on"),
        ({"source": "bwi"}, "source"),
        ({"source": "nobody"}, "source"),
        ({"source": ""}, "source"),
    ],
)
def test_what_cannot_be_asked_gets_a_sentence_beside_its_field(cast, client_of, wrong, field):
    client = client_of(cast.viewer)
    for answer in (client.get(page_url(), ASKED | wrong), client.post(export_url(), XLSX | wrong)):
        assert answer.status_code == 200
        form = answer.context["form"]
        assert list(form.errors) == [field]
        assert form[field].value() == wrong[field]
        assert str(form.errors[field][0]) in answer.content.decode().replace("&#x27;", "'")
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("name", ["source", "starts_on", "page"])
def test_a_nul_is_no_accident(cast, client_of, name):
    assert client_of(cast.viewer).get(page_url(), ASKED | {name: "a\0b"}).status_code in {200, 400}
    assert client_of(cast.viewer).post(export_url(), XLSX | {name: "a\0b"}).status_code in {200, 400}


@pytest.mark.parametrize("number", ["0", "-1", "99999", "9" * 30, "x", "²", ""])
def test_a_page_that_is_not_there_is_the_nearest(cast, client_of, number):
    fill(cast)
    shown = client_of(cast.viewer).get(page_url(), ASKED | {"page": number})
    assert shown.context["part"].number == 1


@pytest.mark.parametrize("wrong", [{"kind": "exe"}, {"kind": ""}, {"language": "de"}, {"part": "0"}, {"part": "x"}])
def test_a_form_that_does_not_exist_gets_a_sentence(cast, client_of, wrong):
    fill(cast)
    answer = client_of(cast.viewer).post(export_url(), XLSX | wrong)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/html")
    assert "message-error" in answer.content.decode()
    assert not AuditEntry.objects.exists()


def test_a_server_without_pdf_says_so_on_the_page(cast, client_of, monkeypatch):
    def fail(_html: str) -> bytes:
        raise ReportUnavailableError("No PDF today.")

    monkeypatch.setattr(vouchers_document, "pdf_of", fail)
    answer = client_of(cast.viewer).post(export_url(), XLSX | {"kind": "pdf"})
    assert "No PDF today." in answer.content.decode()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("asked", "plain", "own"),
    [
        (XLSX, "vouchers-jette-belfaa-federal-2024.xlsx", "vouchers-jette-belfaa-federal-2024.xlsx"),
        (
            ZIP | {"language": "fr", "starts_on": "2023-01-01"},
            "pieces-justificatives-jette-belfaa-federal-2023-2024.zip",
            "pieces-justificatives-jette-belfaa-federal-2023-2024.zip",
        ),
        (
            XLSX | {"language": "ar", "ends_on": "2024-06-30"},
            "wathaiq-al-ithbat-jette-belfaa-federal-2024-01-01-2024-06-30.xlsx",
            f"{quote('وثائق-الإثبات')}-jette-belfaa-federal-2024-01-01-2024-06-30.xlsx",
        ),
    ],
)
def test_the_file_has_a_name_in_ascii_and_in_its_own_letters(cast, client_of, asked, plain, own):
    answer = client_of(cast.viewer).post(export_url(), asked)
    assert answer["Content-Disposition"] == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{own}"
    assert answer["Cache-Control"] == "private, no-store"
    body_of(answer)


def test_a_voucher_whose_file_is_gone_is_told_as_missing(cast, client_of):
    rows = fill(cast)
    default_storage.delete(Voucher.objects.get(expenditure=rows["early"]).file.name)
    Voucher.objects.filter(expenditure=rows["rejected"]).update(file="../../outside.pdf")
    client = client_of(cast.viewer)
    assert "file not found" in client.get(page_url(), ASKED).content.decode()
    files = unpacked(body_of(client.post(export_url(), ZIP)))
    assert sorted(files) == ["missing.txt", "vouchers-jette-belfaa-federal-2024.xlsx"]
    lines = [line for line in files["missing.txt"].decode("utf-8-sig").splitlines() if "file not found" in line]
    assert [line.split(".")[0] for line in lines] == ["3", "6"]
    assert client.post(export_url(), XLSX | {"kind": "pdf"}).status_code == 200


def test_a_file_that_goes_while_the_archive_is_made_is_told_too(cast, client_of):
    rows = fill(cast)
    answer = client_of(cast.viewer).post(export_url(), ZIP)
    default_storage.delete(Voucher.objects.get(expenditure=rows["early"]).file.name)
    files = unpacked(body_of(answer))
    assert "0003_F-10_Atelier-Belfaa.pdf" not in files
    assert "F-10 Atelier Belfaa | file not found" in files["missing.txt"].decode()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_in_the_archive_leads_out_of_it(cast, client_of, text):
    expense = spend(cast, "1.00", (1, 1))
    for number in (text, text):
        paper(expense, number, supplier=text)
    names = set(unpacked(body_of(client_of(cast.viewer).post(export_url(), ZIP))))
    files = sorted(name for name in names if name.endswith(".pdf"))
    assert len(files) == 2
    assert all(re.fullmatch(r"0001(-2)?(_[A-Za-z0-9][A-Za-z0-9.-]{0,39}){0,2}\.pdf", name) for name in files), files
    assert client_of(cast.viewer).post(export_url(), XLSX | {"kind": "pdf"}).content.startswith(b"%PDF-")


def test_no_text_leaves_as_a_formula(cast, client_of):
    expense = spend(cast, "1.00", (1, 1), description="=1+1")
    paper(expense, "=2+2", supplier="@SUM(A1)")
    book = openpyxl.load_workbook(io.BytesIO(client_of(cast.viewer).post(export_url(), XLSX).content))
    cells = [cell for line in book.active.iter_rows() for cell in line if str(cell.value).startswith(("=", "@"))]
    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s"), ("=2+2", "s"), ("@SUM(A1)", "s")]


def test_the_kind_of_file_is_what_it_was_accepted_as(cast):
    expense = spend(cast, "1.00", (1, 1))
    for number, kind, name in [("1", "image/jpeg", "a.exe"), ("2", "", "b.PDF"), ("3", "", "c.exe")]:
        Voucher.objects.filter(pk=paper(expense, number).pk).update(
            content_type=kind, file=default_storage.save(name, ContentFile(b"x"))
        )
    assert [item.name for item in list_of(cast).rows[0].papers] == ["0001_1.jpg", "0001-2_2.pdf", "0001-3_3"]


def test_an_archive_that_is_too_large_is_refused_with_a_sentence(cast, client_of, monkeypatch):
    fill(cast)
    monkeypatch.setattr(vouchers_archive, "MAX_BYTES", 20)
    answer = client_of(cast.viewer).post(export_url(), ZIP)
    assert "choose a shorter period" in answer.content.decode()
    assert not AuditEntry.objects.exists()


def test_the_archive_is_sent_piece_by_piece(cast, client_of):
    expense = spend(cast, "1.00", (1, 1))
    for number in range(3):
        paper(expense, str(number), content=b"x" * 1_000_000)
    answer = client_of(cast.viewer).post(export_url(), ZIP, headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "identity"
    pieces = [len(piece) for piece in answer.streaming_content]
    assert sum(pieces) > 3_000_000
    assert max(pieces) < 2 * vouchers_archive.CHUNK


def test_a_long_list_is_shown_in_pages_and_offers_its_pdf_in_parts(cast, client_of, monkeypatch):
    monkeypatch.setattr(vouchers_views, "ROWS_ON_PAGE", 2)
    monkeypatch.setattr(vouchers_views, "parts_of", lambda _found: 3)
    fill(cast)
    page = client_of(cast.viewer).get(page_url(), ASKED | {"page": "2"})
    text = page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "Trainer in March" in text
    assert "Stamps" not in text
    assert "Brought forward" in text
    assert "10.10 €" in text
    assert "110.20 €" in text
    assert "3 to 4 of 6" in text
    assert "PDF, part 3" in text


def test_a_programme_year_leads_to_its_vouchers_and_each_row_to_its_expenditure(cast, client_of):
    rows = fill(cast)
    client = client_of(cast.viewer)
    year = client.get(reverse("partnerships:year_detail", args=[cast.jette.programme.slug, 2024])).content.decode()
    address = f"{page_url()}?starts_on=2024-01-01&amp;ends_on=2024-12-31"
    money = client.get(reverse("partnerships:programme_money", args=[cast.jette.programme.slug]), {"year": 2024})
    assert address in year
    assert address in money.content.decode()
    listed = client.get(address.replace("&amp;", "&")).content.decode()
    for row in rows.values():
        link = reverse("activities:expense_detail", args=[row.pk])
        assert link in listed
        assert client.get(link).status_code == 200


def test_the_rows_of_a_list_are_not_changed_by_looking(cast, client_of):
    fill(cast)
    before = list(Expenditure.objects.order_by("pk").values())
    client = client_of(cast.viewer)
    client.get(page_url(), ASKED)
    client.post(export_url(), ZIP)
    assert list(Expenditure.objects.order_by("pk").values()) == before
    assert sum((row["amount"] for row in before), Decimal(0)) == list_of(cast).spent
    assert timezone.localdate() >= list_of(cast).made_on
