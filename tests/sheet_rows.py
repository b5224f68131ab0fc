"""Spreadsheets as municipalities have them, and the way that they take through the portal."""

import csv as csv_module
import io
import re

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from activities.models import SheetImport

HEADINGS = ["Activiteit", "Datum", "Omschrijving", "Bron", "Bedrag"]


def csv(*rows, delimiter=";", encoding="utf-8"):
    """Return a CSV file."""
    buffer = io.StringIO()
    csv_module.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue().encode(encoding)


def xlsx(*rows):
    """Return an XLSX file."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def send(client, content, partnership, *, kind="expenses", name="uitgaven.csv"):
    """Send a file and return the answer."""
    page = client.get(reverse("activities:import")).content.decode()
    key = re.search(r'name="submission_key" value="([^"]+)"', page)[1]
    fields = {"partnership": partnership.pk, "kind": kind, "submission_key": key}
    fields["file"] = SimpleUploadedFile(name, content)
    return client.post(reverse("activities:import"), fields)


def checked(client, content, partnership, *, kind="expenses", columns=None):
    """Send a file, take over the columns that the portal proposes, or these, and return the import."""
    answer = send(client, content, partnership, kind=kind)
    assert answer.status_code == 302, answer.content.decode()
    row = SheetImport.objects.latest("pk")
    if row.state == "mapping":
        chosen = columns or row.columns
        answer = client.post(answer["Location"], {f"column-{place}": name for place, name in enumerate(chosen)})
        assert answer.status_code == 302, answer.content.decode()
        row.refresh_from_db()
    return row


def url(row):
    """Return the address of an import."""
    return reverse("activities:import_detail", args=[row.pk])


def confirm(client, row):
    """Confirm what the preview showed and return the import."""
    client.post(url(row), {"confirm": "1", "seen": row.fingerprint})
    row.refresh_from_db()
    return row


def verdicts(client, row):
    """Return [(row, verdict, [(column, sentence)])] of the preview."""
    from activities.resources.jobs import verdicts_of

    return [(number, state, [tuple(pair) for pair in reasons]) for number, state, _record, reasons in verdicts_of(row)]


def counts(row):
    """Return (new, changed, unchanged, refused)."""
    return row.new, row.changed, row.unchanged, row.refused
