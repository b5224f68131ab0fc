"""`python -m tests.bench` prints NAME RATIO LIMIT ok|short for each measure; ONLY=NAME for one of them."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.browser.chromium import CHROMIUM, NO_CHROMIUM


@dataclass(frozen=True)
class Group:
    """Measures of one module that share their preparation, and the highest ratio that is good enough."""

    module: str
    limits: dict[str, float]
    engines: tuple[str, ...] = ("sqlite",)
    in_a_browser: bool = False
    reads_pdf: bool = False

    def names(self, engine: str) -> dict[str, str]:
        """Return {measure: the name under which it is printed}."""
        tail = f"_{engine}" if len(self.engines) > 1 else ""
        return {name: f"{name}{tail}" for name in self.limits}


GROUPS = [
    Group("lists", {"activity_list_page1": 0.3, "activity_list_page1900": 2.0}, ("sqlite", "postgresql")),
    Group(
        "server",
        {"log_form_cold": 1.0, "log_form_warm": 1.0, "save_entry": 1.0, "save_entry_memory": 1.0},
        in_a_browser=True,
    ),
    # A public page from memory is at least twenty times as fast as a list page.
    Group("public", {"public_page": 0.05}, ("sqlite", "postgresql")),
    # With an empty cache below 60 kB, and shown after one round trip behind the page's own.
    Group("public_weight", {"public_weight": 1.0, "public_rounds": 1.0}, in_a_browser=True),
    Group(
        "report",
        {
            "report_fresh": 0.9,
            "report_warm": 0.9,
            "report_html": 0.1,
            "report_render": 1.1,
            "report_tagged": 1.15,
            "report_size": 1.0,
            "council_warm": 0.45,
            "second_language": 0.9,
            "programme_time": 5.2,
            "programme_memory": 1.0,
        },
    ),
    # At most half of what Akvo RSR's report of as many updates takes.
    Group("akvo", {"akvo_time": 0.5, "akvo_memory": 0.5}, reads_pdf=True),
    Group(
        "imports",
        {"import_peer": 1.0, "import_bare": 3.0, "import_again": 0.25, "import_queries": 1.0, "import_memory": 1.0},
        ("sqlite", "postgresql"),
    ),
    Group("finance", {"programme_money": 1.5}, ("postgresql",)),
    Group(
        "logframe",
        {
            "logframe": 1.5,
            "logframe_queries": 1.0,
            "readiness": 1.5,
            "readiness_queries": 1.0,
            # After a write only what it may have changed is found anew; before one, all is answered from memory.
            "readiness_written": 1.5,
            "logframe_again": 1.5,
            "readiness_again": 1.5,
        },
        ("sqlite", "postgresql"),
    ),
    Group("disclosure", {"disclosure": 1.0}),
    Group("attendance", {"attendance_queries": 1.0, "attendance_link_queries": 1.0}),
]


@contextmanager
def environment(engine: str) -> Iterator[dict[str, str]]:
    """Yield the environment of a measure: an empty database and a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        database = postgres.cluster() if engine == "postgresql" else nullcontext(f"sqlite:///{folder}/bench.sqlite3")
        with database as url:
            own = {"DATABASE_URL": url, "PORTAL_DATA_DIR": folder, "PORTAL_ENVIRONMENT": "demonstration"}
            yield {**os.environ, **own}


def measure(group: Group, engine: str) -> dict[str, float]:
    """Run the module of a group and return {measure: ratio}."""
    with environment(engine) as variables:
        done = subprocess.run(
            [sys.executable, "-m", f"tests.bench.{group.module}"],
            env=variables,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    return {name: float(ratio) for name, ratio in (line.split() for line in done.stdout.splitlines())}


def _missing(group: Group, engine: str) -> str:
    """Return what this machine lacks to take the measures of a group; empty where it lacks nothing."""
    if engine == "postgresql" and postgres.binaries() is None:
        return postgres.MISSING
    if group.reads_pdf and shutil.which("pdftotext") is None:
        return "pdftotext of poppler-utils is missing, so that no value can be looked up in a report"
    return NO_CHROMIUM if group.in_a_browser and CHROMIUM is None else ""


def main() -> int:
    """Print every measure and return 1 where one is short of its limit or could not be taken."""
    only = os.environ.get("ONLY")
    verdicts = []
    for group in GROUPS:
        for engine in group.engines:
            wanted = {name: shown for name, shown in group.names(engine).items() if only in {None, "", shown}}
            if not wanted:
                continue
            missing = _missing(group, engine)
            if missing:
                sys.stdout.write(f"# {', '.join(wanted.values())}: {missing}\n")
                continue
            ratios = measure(group, engine)
            for name, shown in wanted.items():
                good = name in ratios and ratios[name] <= group.limits[name]
                verdicts.append(good)
                ratio = f"{ratios[name]:.3f}" if name in ratios else "-"
                sys.stdout.write(f"{shown} {ratio} {group.limits[name]:g} {'ok' if good else 'short'}\n")
                sys.stdout.flush()
    return 0 if verdicts and all(verdicts) else 1


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[2])
    sys.exit(main())
