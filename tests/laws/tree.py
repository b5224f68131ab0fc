"""The project's own files, as the law tests read them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def own_files(*suffixes: str) -> list[Path]:
    """Return the files that people of this project write: neither vendored nor written by a tool."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [
        ROOT / name
        for name in listed
        if name.endswith(suffixes)
        and (ROOT / name).exists()
        and "/migrations/" not in name
        and not name.startswith("static/vendor/")
        and not name.endswith(".min.js")
    ]


def name_of(path: Path) -> str:
    """Return a file's name from the project's root."""
    return str(path.relative_to(ROOT))
