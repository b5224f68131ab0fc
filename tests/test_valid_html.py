"""Every page is valid HTML: the Nu HTML checker finds no error, in a language of either direction of writing."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.addresses import ADDRESSES
from tests.admin_rows import fill
from tests.cast import Cast
from tests.every_page import NO_PAGES, pages
from tests.test_access import Scene

# Where the jar of the npm package vnu-jar lies; .ci/run fetches it.
JAR = Path(os.environ.get("NU_JAR", "vnu.jar"))
JAVA = shutil.which("java")
pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.skipif(JAVA is None, reason="The checker needs Java: install default-jre-headless."),
    pytest.mark.skipif(not JAR.is_file(), reason="NU_JAR names no vnu.jar: npm install vnu-jar, as .ci/run does."),
]


def addresses(scene: Scene, language: str) -> Iterator[tuple[str, str]]:
    """Give (who, path) of every page: all in both languages, what viewers see instead and the administration once."""
    yield from pages(scene, language)
    if language != "nl":
        return
    for name, known in ADDRESSES.items():
        if known.method == "get" and name not in NO_PAGES and known.expected[3] == 200:
            yield "viewer", scene.address(name) + (f"?{known.data}" if known.data else "")
    yield "administrator", reverse("admin:index")
    for model in admin.site._registry:
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        yield "administrator", reverse(f"{start}changelist")
        yield "administrator", reverse(f"{start}add")
        if model in scene.rows:
            yield "administrator", reverse(f"{start}change", args=[scene.rows[model].pk])


def write(folder: Path, scene: Scene, cast: Cast, language: str) -> dict[str, str]:
    """Write every page into the folder; return {name of the file: who read which address}."""
    clients = {who: Client() for who in ("nobody", "viewer", "administrator")}
    for who, client in clients.items():
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        if who != "nobody":
            client.force_login(cast.people[who])
    written = {}
    for number, (who, path) in enumerate(addresses(scene, language)):
        answer = clients[who].get(path)
        if "text/html" in answer.headers["Content-Type"]:
            name = f"{language}-{number}.html"
            (folder / name).write_bytes(answer.content)
            written[name] = f"{who} {path} in {language}"
    return written


def test_no_page_has_an_error(cast, tmp_path):
    scene = Scene(cast, cast.jette, fill(cast, cast.jette, "jette"))
    written = write(tmp_path, scene, cast, "nl") | write(tmp_path, scene, cast, "ar")
    assert len(written) > 600
    command = [JAVA, "-jar", JAR, "--errors-only", "--format", "json", *sorted(tmp_path.glob("*.html"))]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900).stderr
    found = json.loads(said)["messages"]
    told = {f"{written[Path(one['url']).name]}: {one['message']} {one.get('extract', '')}" for one in found}
    assert not told, "\n".join(sorted(told))
