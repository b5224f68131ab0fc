"""The report as a page of the portal, to read and to print where no PDF can be made: the very HTML of the PDF."""

from __future__ import annotations

import re

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.urls import reverse

from portal.roof.reports.editing import FormSheet
from portal.roof.reports.editions import Edition
from portal.roof.reports.render import render_html
from portal.roof.reports.sections import Report

# As the template writes it; in what people wrote each quotation mark is an entity.
_PHOTO = re.compile(r'src="portal:photo/(?P<number>\d+)"')


def write_page(report: Report, language: str, edition: Edition | None = None, form: FormSheet | None = None) -> bytes:
    """Return the report as an HTML page in a language (see `render_html`).

    Its photos are those of the portal, which asks again who may see each of them.
    """
    left_out = edition.unpublishable if edition else frozenset()
    readable = {row.pk for row in report.pictures if row.pk not in left_out and _is_there(row.file)}
    html = render_html(
        report, language, readable=frozenset(readable), edition=edition, form=form, template="report/page.html"
    )
    return _PHOTO.sub(lambda found: f'src="{reverse("activities:photo", args=[found["number"]])}"', html).encode()


def _is_there(file: str) -> bool:
    try:
        return default_storage.exists(file)
    except (SuspiciousFileOperation, ValueError):
        return False
