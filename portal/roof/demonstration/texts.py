"""The texts and figures of the demonstration, as they stand under `fixtures/demonstration/`."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

FOLDER = settings.BASE_DIR / "fixtures" / "demonstration"


def read(name: str) -> Any:
    """Return the content of one file, named without its ending."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def activities() -> list[dict[str, Any]]:
    """Return the invented activities of both partnerships."""
    return [row for path in sorted(FOLDER.glob("activities_*.json")) for row in read(path.stem)]


def entries() -> list[dict[str, Any]]:
    """Return the invented log entries in the order in which they were written."""
    rows = [row for path in sorted(FOLDER.glob("log_*.json")) for row in read(path.stem)]
    return sorted(rows, key=lambda row: row["starts_on"])


def money() -> list[dict[str, Any]]:
    """Return the invented money of each programme."""
    return [read(path.stem) for path in sorted(FOLDER.glob("money_*.json"))]


def trails() -> list[dict[str, Any]]:
    """Return the invented findings, decisions, lessons, risks and delays of each partnership."""
    return [read(path.stem) for path in sorted(FOLDER.glob("trails_*.json"))]


def results() -> list[dict[str, Any]]:
    """Return the invented results and indicators of each programme."""
    return [read(path.stem) for path in sorted(FOLDER.glob("results_*.json"))]


def learners() -> list[dict[str, Any]]:
    """Return the invented cohorts of each partnership, each learner a code."""
    return [read(path.stem) for path in sorted(FOLDER.glob("learners_*.json"))]


def forms() -> list[dict[str, Any]]:
    """Return the invented evaluation forms and suggestions of each partnership."""
    return [read(path.stem) for path in sorted(FOLDER.glob("forms_*.json"))]
