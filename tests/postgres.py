"""A PostgreSQL that lives as long as one command: `python -m tests.postgres COMMAND…`.

The command finds its DATABASE_URL in the environment. Nothing is left behind, also after an interruption.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.parse import quote

MISSING = (
    "PostgreSQL was not found (no initdb on PATH or under /usr/lib/postgresql): "
    "this run proves SQLite only. Install PostgreSQL to prove both engines."
)
# A cluster that nobody keeps needs no safety against a power cut.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses= -c timezone=UTC"


def binaries() -> Path | None:
    """Return the folder that holds initdb and pg_ctl, or None."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


@contextmanager
def cluster() -> Iterator[str]:
    """Start a fresh cluster and yield its address; stop and remove it at the end."""
    folder = binaries()
    if folder is None:
        raise FileNotFoundError(MISSING)
    home = Path(tempfile.mkdtemp(prefix="portal-pg-", dir="/tmp"))
    # PostgreSQL refuses to run as root.
    owner = "nobody" if os.geteuid() == 0 else None
    if owner:
        os.chown(home, pwd.getpwnam(owner).pw_uid, -1)
    data, log = home / "data", home / "log"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(folder / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=home,
            user=owner,
            extra_groups=[] if owner else None,
        )

    try:
        run("initdb", "-D", str(data), "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run("pg_ctl", "-D", str(data), "-l", str(log), "-w", "-o", f"{FAST} -k {home}", "start")
        try:
            run("createdb", "-h", str(home), "-U", "portal", "portal")
            yield f"postgres://portal@{quote(str(home), safe='')}/portal"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _stop(signum: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signum)


def main(command: list[str]) -> int:
    """Run the command beside a fresh cluster and return its exit code; do nothing without PostgreSQL."""
    if binaries() is None:
        return 0
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    with cluster() as url:
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
        try:
            return child.wait()
        except BaseException:
            # What the command started must end before its database does.
            child.terminate()
            child.wait()
            raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
