"""What a tag writes for pages with many rows is what its component writes."""

import pytest
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
