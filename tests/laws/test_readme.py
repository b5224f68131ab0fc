"""README.md names all that an administrator may set or run."""

import re

import pytest
from django.core.management import get_commands

from tests.laws.tree import ROOT, own_files

pytestmark = pytest.mark.once
README = (ROOT / "README.md").read_text() if (ROOT / "README.md").exists() else ""


def named(word: str) -> bool:
    """Say whether the README holds the word as code."""
    return (
        re.search(rf"`[^`\n]*\b{re.escape(word)}\b[^`\n]*`|^\s+.*\b{re.escape(word)}\b", README, re.MULTILINE)
        is not None
    )


def test_every_variable():
    sources = "".join(path.read_text() for path in own_files(".py") if "tests" not in path.parts)
    variables = set(re.findall(r"""environ(?:\.get)?[(\[]\s*"([A-Z_]+)\"""", sources)) | {"DATABASE_URL"}
    assert "SECRET_KEY" in variables
    assert not {name for name in variables if not named(name)}


def test_every_command():
    commands = {name for name, app in get_commands().items() if app.startswith("portal")}
    assert "prepare" in commands
    assert not {name for name in commands if not named(name)}


def test_every_target():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {"run", "test"} <= set(targets)
    assert not {name for name in targets if not named(f"make {name}")}


def test_every_variable_stands_in_the_example():
    table = set(re.findall(r"^\| `([A-Z_]+)`", README, re.MULTILINE))
    assert table == set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
