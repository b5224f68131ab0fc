"""The report as a page of the portal: what the PDF says, to whom the PDF is given, where no PDF can be made."""

import builtins
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from activities.models import Photo
from portal.ground.models import AuditEntry
from portal.roof.models import ReportForm, ReportJob, ReportSection
from portal.roof.reports.render import can_draw, render_html
from portal.roof.reports.withdrawals import edition_of, shown_of
from tests.report_rows import SECRET, fill
from tests.snapshot_rows import validated

pytestmark = pytest.mark.django_db
SLUG = "jette-belfaa"
WINDOW = {"starts_on": "2024-01-01", "ends_on": "2024-12-31", "language": "nl"}
PAGE = f"/reports/{SLUG}/page/"


def words_of(html: str) -> list[str]:
    """Return the words of a report from its cover on, which is the same in the PDF and on the page."""
    return strip_tags(html[html.index('<header class="cover">') :]).split()


@pytest.fixture
def without_pango(monkeypatch):
    """A machine on which loading WeasyPrint ends as it does where Pango is missing."""
    load = builtins.__import__

    def fail(name, *rest):
        # What uses the library may be loaded by an earlier test, and would not ask for it again.
        if name.startswith("weasyprint") or any("typesetter" in (names or ()) for names in rest[2:3]):
            message = "cannot load library 'libpango-1.0-0'"
            raise OSError(message)
        return load(name, *rest)

    can_draw.cache_clear()
    monkeypatch.setattr(builtins, "__import__", fail)
    yield
    can_draw.cache_clear()


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_it_says_what_the_pdf_says(cast, client_of, language):
    fill(cast)
    row = validated(cast)
    answer = client_of(cast.viewer).get(reverse("reports:snapshot_page", args=[SLUG, row.pk]), {"language": language})
    html = answer.content.decode()
    shown = shown_of(row)
    assert words_of(html) == words_of(render_html(shown.report, language, edition=edition_of(row, shown)))
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
    assert "private" in answer["Cache-Control"]


def test_everything_on_it_comes_from_this_portal(cast, client_of):
    fill(cast)
    html = client_of(cast.viewer).get(PAGE, WINDOW).content.decode()
    assert "portal:" not in html
    photo = Photo.objects.get(caption="Drawings on the wall")
    assert re.findall(r'<img src="([^"]*)"', html) == [reverse("activities:photo", args=[photo.pk])]
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]*)"', html)
    assert [sheet.startswith("/static/print/") for sheet in sheets] == [True] * 3
    assert not re.search(r"<script|<style| style=", html)


def test_nothing_that_must_stay_inside_is_on_it(cast, client_of):
    fill(cast)
    form = ReportForm.objects.create(slug="open", name_en="For everybody", scope="public")
    for position, kind in enumerate(("partnership", "key_figures", "activities", "pictures")):
        ReportSection.objects.create(form=form, kind=kind, position=position)
    client = client_of(cast.viewer)
    whole = client.get(PAGE, WINDOW).content.decode()
    for secret in (SECRET, "Withdrawn", "A face without consent", "The front of the hidden house"):
        assert secret not in whole
    assert "Twelve young people drew" in whole
    assert "Twelve young people drew" not in client.get(PAGE, {**WINDOW, "edition": "open"}).content.decode()


def test_a_validated_year_is_told_as_it_was_frozen(cast, client_of):
    entry = fill(cast)
    row = validated(cast)
    entry.text = "Fourteen young people drew their street."
    entry.save()
    client = client_of(cast.viewer)
    assert row.sha256 in client.get(PAGE, WINDOW).content.decode()
    draft = client.get(PAGE, {**WINDOW, "draft": "on"}).content.decode()
    assert ("Fourteen" in draft, row.sha256 in draft) == (True, False)


def test_looking_at_it_writes_nothing(cast, client_of):
    fill(cast)
    client, before = client_of(cast.viewer), AuditEntry.objects.count()
    assert client.get(PAGE, WINDOW).status_code == 200
    assert (AuditEntry.objects.count(), ReportJob.objects.count()) == (before, 0)


def test_who_chooses_the_page_is_led_to_it(cast, client_of):
    row = validated(cast)
    client = client_of(cast.viewer)
    answer = client.post(f"/reports/{SLUG}/export/", {**WINDOW, "kind": "page"}, follow=True)
    [(address, status)] = answer.redirect_chain
    assert (urlsplit(address).path, dict(parse_qsl(urlsplit(address).query)), status) == (
        PAGE,
        {**WINDOW, "kind": "page"},
        302,
    )
    assert b"<!DOCTYPE html>" in answer.content
    frozen = client.post(
        reverse("reports:snapshot_export", args=[SLUG, row.pk]), {"language": "fr", "kind": "page"}, follow=True
    )
    assert row.sha256 in frozen.content.decode()
    assert not ReportJob.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"language": "xx"}, {"ends_on": "2023-01-01"}, {"edition": "none"}, {"starts_on": "soon"}]
)
def test_what_cannot_be_asked_for_is_said_beside_it(cast, client_of, wrong):
    ReportForm.objects.create(slug="open", name_en="For everybody")
    page = client_of(cast.viewer).get(PAGE, {**WINDOW, **wrong})
    assert (page.status_code, list(page.context["form"].errors)) == (200, list(wrong))
    row = validated(cast)
    register = client_of(cast.viewer).get(reverse("reports:snapshot_page", args=[SLUG, row.pk]), {"language": "xx"})
    assert register.context["error"]


@pytest.mark.usefixtures("without_pango")
def test_without_pango_it_is_offered_instead_of_the_pdf(cast, client_of):
    row = validated(cast)
    client = client_of(cast.viewer)
    client.cookies["django_language"] = "en"
    page = client.get(f"/reports/{SLUG}/")
    sentence = "This server cannot make a PDF: the library Pango is missing."
    assert sentence in page.content.decode()
    kinds = page.context["form"].fields["kind"]
    assert ([value for value, _label in kinds.choices], kinds.initial) == (["page", "xlsx", "docx"], "page")
    refused = client.post(f"/reports/{SLUG}/export/", {**WINDOW, "kind": "pdf"})
    assert sentence in refused.context["form"].errors["kind"][0]
    assert client.post(f"/reports/{SLUG}/export/", WINDOW)["Location"].startswith(PAGE)
    register = client.get(reverse("reports:register", args=[SLUG])).content.decode()
    assert (sentence in register, ">PDF<" in register, 'value="page"' in register) == (True, False, True)
    shown = client.get(reverse("reports:snapshot_page", args=[SLUG, row.pk]), {"language": "en"})
    assert row.sha256 in shown.content.decode()
