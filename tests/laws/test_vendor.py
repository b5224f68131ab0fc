"""What we ship of others is named, licensed and untouched."""

import hashlib
import json

import pytest

from tests.laws.tree import ROOT

pytestmark = pytest.mark.once
MANIFESTS = [ROOT / "static/vendor/manifest.json", ROOT / "tests/browser/vendor/manifest.json"]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_vendored_files_are_those_of_the_manifest(manifest):
    rows = json.loads(manifest.read_text())["files"]
    assert all(row["name"] and row["version"] and row["licence"] for row in rows)
    listed = {row["path"]: row["sha256"] for row in rows}
    present = {
        str(path.relative_to(manifest.parent)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in manifest.parent.rglob("*")
        if path.is_file() and path != manifest
    }
    assert present == listed
