"""Every page in every language: no word without a translation, and none of another language but what people wrote."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.addresses import ADDRESSES
from tests.admin_rows import fill
from tests.test_access import Scene
from tests.test_languages import (
    TRANSLATED,
    latin_texts,
    unheard,  # noqa: F401 - a fixture
    visit,
    written_by_people,
)

# They answer a GET, but with a file, a script or a part of a page; the public pages are walked in tests/public_site.py.
NO_PAGES = {
    *("health", "robots", "sitemap", "calendar_feed", "stop_reminders", "answering:worker", "session", "worker"),
    *("manifest", "activities:photo", "activities:photo_thumbnail", "activities:document", "activities:voucher"),
    *("partnerships:value_file", "reports:job_bar"),
}
# It shows the names that components and tokens have in the code.
IN_CODE = {"components"}


def paths(scene: Scene, status: int, role: int) -> Iterator[str]:
    """Give the address of each page that answers a role, by its place in ROLES, with a status."""
    for name, known in ADDRESSES.items():
        opened = known.method == "get" and known.expected[role] == status
        if opened and name not in NO_PAGES | IN_CODE and not name.startswith(("api:", "public:")):
            yield scene.address(name) + (f"?{known.data}" if known.data else "")


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("code", TRANSLATED)
def test_every_page_speaks_one_language(cast, client_of, unheard, code):  # noqa: F811 - the fixture
    scene = Scene(cast, cast.jette, fill(cast, cast.jette, "jette"))
    client = client_of(cast.administrator)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = code
    known = written_by_people()
    wrong: dict[str, set[str]] = {}
    for path in paths(scene, 200, -1):
        page = visit(client, path).content.decode()
        strange = latin_texts(page, known) if code == "ar" else set()
        # The address of a page is written alike in every language.
        wrong[path] = unheard | {text for text in strange if not re.fullmatch(r"(https?://\S+|/\S*)", text)}
        unheard.clear()
        # A screen reader reads the nine dashes of Django's empty choice aloud.
        wrong[path] |= set(re.findall(">(-{9})<", page))
    assert {path: words for path, words in wrong.items() if words} == {}
