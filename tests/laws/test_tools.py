"""Style, types, imports and templates: each tool is one test, set up in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.laws.tree import ROOT

pytestmark = pytest.mark.once
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("ruff check --no-cache .", id="ruff"),
        pytest.param("ruff format --no-cache --check .", id="ruff-format"),
        pytest.param("lint-imports --no-cache", id="import-linter"),
        pytest.param("djlint --lint --quiet templates", id="djlint"),
        pytest.param("mypy", id="mypy"),
    ],
)
def test_tool_is_content(command: str):
    program, *arguments = command.split()
    done = subprocess.run([str(BIN / program), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-6000:]}{done.stderr[-2000:]}"
