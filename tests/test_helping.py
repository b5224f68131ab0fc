"""Help, the guides, and the accessibility statement."""

import re

import pytest
from django.conf import settings
from django.urls import resolve, reverse
from django.utils import translation

from portal.roof.overviews.guides import GUIDES

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CODES = [code for code, _name in settings.LANGUAGES]


def test_ones_own_guide_stands_first(cast, client_of):
    first = {
        name: client_of(user).get("/help/").context["guides"][0]["guide"].key
        for name, user in cast.people.items()
        if name != "stranger"
    }
    assert first == {
        "administrator": "administrator",
        "officer": "officer",
        "viewer": "viewer",
        "coordinator_north": "coordinator",
        "coordinator_south": "coordinator",
    }


def test_help_is_on_every_page_and_on_the_overview(cast, client_of):
    page = client_of(cast.viewer).get("/partnerships/").content.decode()
    assert page.count('href="/help/"') == 2, "in the menu and at the foot"
    assert 'href="/help/"' in client_of(cast.viewer).get("/").content.decode().partition("start-choices")[2]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.key)
@pytest.mark.parametrize("code", CODES)
def test_a_guide_says_each_of_its_chapters_in_the_readers_language(cast, client_of, guide, code):
    client = client_of(cast.officer)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = code
    page = client.get(f"/help/{guide.key}/").content.decode()
    assert page.count('<li class="panel">') == len(guide.chapters)
    assert settings.PORTAL_URL in page
    assert "Jette – Belfaa" in page
    with translation.override("en"):
        texts = [str(chapter.text) for chapter in guide.chapters]
    assert all((text[:40] in page) is (code == "en") for text in texts)


def test_each_chapter_leads_to_a_page():
    paths = {chapter.path.partition("?")[0] for guide in GUIDES for chapter in guide.chapters if chapter.path}
    assert {path for path in paths if resolve(path) is None} == set()


@pytest.mark.parametrize("who", ["viewer", "coordinator_south", "officer", "administrator"])
def test_a_guide_leads_its_reader_to_no_page_that_is_refused(cast, client_of, who):
    client = client_of(cast.people[who])
    led = {
        path
        for guide in GUIDES
        for path in re.findall(r'guide-path"><a href="([^"]*)"', client.get(f"/help/{guide.key}/").content.decode())
    }
    assert led
    assert {path: code for path in led if (code := client.get(path, follow=True).status_code) != 200} == {}
    assert ("/activities/log/" in led) is (who != "viewer")


def test_a_guide_that_there_is_not(cast, client_of):
    for part in ("nobody", "stranger", "x" * 300):
        assert client_of(cast.viewer).get(f"/help/{part}/").status_code == 404


@pytest.mark.parametrize("code", CODES)
def test_the_accessibility_statement_is_public_and_named_at_the_foot_of_every_page(cast, client, client_of, code):
    address = reverse("public:accessibility", args=[code])
    page = client.get(address)
    assert (page.status_code, page.cookies) == (200, {})
    assert f'<html lang="{code}"' in page.content.decode()
    assert f'href="{address}"' in client.get(f"/{code}/").content.decode()
    reader = client_of(cast.viewer)
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = code
    for path in ("/", "/nowhere/", "/activities/"):
        assert f'href="{address}"' in reader.get(path).content.decode(), path
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = code
    assert f'href="{address}"' in client.get("/accounts/login/").content.decode()


def test_the_statement_names_whom_to_write_to(client, db, settings):
    address = reverse("public:accessibility", args=["en"])
    assert "international department of your municipality" in client.get(address).content.decode()
    settings.PORTAL_CONTACT = "access@jette.example"
    assert 'href="mailto:access@jette.example"' in client.get(address).content.decode()


def test_the_statement_stands_in_the_map_of_the_site(client, db):
    page = client.get("/sitemap.xml").content.decode()
    assert all(f"{reverse('public:accessibility', args=[code])}" in page for code in CODES)
