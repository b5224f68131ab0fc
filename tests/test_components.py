"""What a tag writes for pages with many rows is what its component writes."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from portal.ground.templatetags.components import badge_html, wording_html
from portal.ground.wording import Wording


@pytest.mark.parametrize("wording", [Wording("a < b"), Wording("ب", "ar"), Wording("un", "fr"), Wording("")])
@pytest.mark.parametrize("quiet", [False, True])
def test_the_tag_writes_a_wording_as_the_component_does(wording, quiet):
    component = render_to_string("components/wording.html", {"wording": wording, "quiet": quiet})
    assert wording_html(wording, quiet=quiet) == component


@pytest.mark.parametrize("icon", ["", "person"])
def test_the_tag_writes_a_status_as_the_component_does(icon):
    component = render_to_string("components/status_badge.html", {"label": "a < b", "tone": "info", "icon": icon})
    assert badge_html("a < b", "info", icon) == component.strip()


def test_a_message_takes_no_address_from_the_page_around_it():
    """A page's own `url` reaches what it includes; without words for it, it would be a link that says nothing."""
    drawn = render_to_string("components/message.html", {"text": "It failed.", "tone": "error", "url": "/here/"})
    assert "<a" not in drawn
    drawn = render_to_string("components/message.html", {"text": "Left", "url": "/here/", "url_label": "See"})
    assert '<a href="/here/">See</a>' in drawn


# Frames of whole pages, which other pages show: the one of errors and the one of forms. And the map, which is drawn
# from records: two pages show it, and tests of its own look at them.
FRAMES = {"bare", "form_page", "map", "map_directory", "map_drawing"}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_of_components_shows_each_of_them(cast, client_of, language):
    client = client_of(cast.viewer)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get("/components/")
    drawn = {template.name for template in answer.templates}
    folder = Path(settings.BASE_DIR) / "templates" / "components"
    lacking = {path.stem for path in folder.glob("*.html") if f"components/{path.name}" not in drawn}
    assert lacking == FRAMES


@pytest.mark.django_db
def test_the_page_of_components_shows_each_token_and_each_tone(cast, client_of):
    page = client_of(cast.viewer).get("/components/").content.decode()
    tokens = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text()
    for name in set(re.findall(r"--([a-z-]+): #", tokens)):
        assert f'fill="var(--{name})"' in page, name
    for name in set(re.findall(r"--((?:space|text|heading)-[a-z0-9]+):", tokens)):
        assert f"size-{name}" in page, name
    for tone in ("neutral", "info", "positive", "warning", "negative"):
        assert f"badge-status tone-{tone}" in page, tone
    for tone in ("info", "success", "warning", "error"):
        assert f"message-{tone}" in page, tone
