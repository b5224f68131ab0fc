"""What the measures stand on: Django on an empty database, and processor time that counts the database's too."""

import os
import time
from collections.abc import Callable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def set_the_stage(settings: str = "tests.settings") -> None:
    """Start Django and make the tables in the database of the environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def report(name: str, ratio: float) -> None:
    """Hand a figure to `tests.bench`."""
    print(name, ratio, flush=True)  # noqa: T201 - standard output is where the figures are read


def processor_time(work: Callable[[], object], times: int, server: int | None = None) -> float:
    """Return the seconds of processor time that one call of `work` costs here and in process `server`."""
    work()  # warm: templates, prepared plans, page cache
    return once(lambda: [work() for _ in range(times)], server) / times


def once(work: Callable[[], object], server: int | None = None) -> float:
    """Return the seconds of processor time that `work` costs here and in process `server`, just as it is."""
    here, there = time.process_time(), _spent(server)
    work()
    return time.process_time() - here + _spent(server) - there


def backend() -> int | None:
    """Return the process of PostgreSQL that serves this connection; SQLite works in this one."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def _spent(pid: int | None) -> float:
    if pid is None:
        return 0.0
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except FileNotFoundError:  # a kernel that counts in hundredths of a second only
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
