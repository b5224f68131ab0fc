"""What every test finds: the cast, clients, clean files, one day, no network, and a database that can be emptied."""

import datetime as dt
import gc
import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.core.cache import caches
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from django.utils import timezone, translation

from portal.ground.models import User
from tests import postgres, shared_database
from tests.cast import Cast, settle

# The files that take longest, about half of the run: begun first, they leave no worker alone at the end.
LONGEST = [
    "tests/browser/test_every_page.py",
    "tests/test_access.py",
    "tests/test_demonstration.py",
    "tests/test_valid_html.py",
    "tests/test_admin_pages.py",
    "tests/browser/test_public.py",
    "tests/browser/test_learning.py",
    "tests/browser/test_answering.py",
    "tests/test_languages.py",
    "tests/test_published_everywhere.py",
    "tests/browser/test_admin.py",
    "tests/browser/test_log_form.py",
    "tests/browser/test_waiting.py",
    "tests/browser/test_sheet_links.py",
]

# The day on which every test takes place: inside the programmes of the cast, whenever the suite runs.
TODAY = dt.date(2026, 11, 22)

# Python's own thresholds look for garbage so often that a quarter of the run would go into it.
gc.set_threshold(100_000, 20, 20)

# A busy machine is slow, not wrong.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")


def pytest_report_header() -> str:
    """Name the engine of this run in its first lines."""
    from django.conf import settings

    return f"database engine: {settings.DATABASES['default']['ENGINE'].rpartition('.')[-1]}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.location[0], len(places)))


def pytest_collection_finish() -> None:
    """Keep what all tests share, their own code first, out of the search for garbage."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Remove the run's folder: a worker of xdist ends without the farewell that would do it."""
    from django.conf import settings

    shutil.rmtree(settings.SCRATCH, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines when nothing was proven on PostgreSQL."""
    if not os.environ.get("DATABASE_URL") and postgres.binaries() is None:
        terminalreporter.write_line(postgres.MISSING, yellow=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
) -> Iterator[None]:
    """Let the workers of a run share one building of the database."""
    if not hasattr(request.config, "workerinput"):
        yield
        return
    with shared_database.shared(tmp_path_factory.getbasetemp().parent, django_db_blocker):
        yield


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: tuple[str, int] | str) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = str(address[0])
            if host != "localhost" and not ipaddress.ip_address(host.partition("%")[0]).is_loopback:
                message = f"A test tried to reach {host}: tests stay on this machine."
                raise RuntimeError(message)
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True, scope="session")
def _one_day() -> Iterator[None]:
    """Let it be the same day in every test, at midnight and in the next year too; the clock runs on."""
    localdate = timezone.localdate

    def today(value: dt.datetime | None = None, timezone: dt.tzinfo | None = None) -> dt.date:
        return TODAY if value is None else localdate(value, timezone)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "localdate", today)
        yield


@pytest.fixture(autouse=True, scope="session")
def _flush_lifts_triggers() -> Iterator[None]:
    """Let Django empty the tables after a transactional test although the audit trail refuses it."""
    execute = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        lift, restore = _trigger_sql()
        execute(self, [*lift, *sql_list, *restore])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
        yield


def _trigger_sql() -> tuple[list[str], list[str]]:
    """Return the statements that take every trigger away and those that bring it back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
            tables = [row[0] for row in cursor.fetchall()]
            return (
                [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables],
                [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables],
            )
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        return [f'DROP TRIGGER "{name}"' for name, _sql in triggers], [sql for _name, sql in triggers]


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path: Path) -> Iterator[None]:
    """Give each test its own folder for uploads, and the default language."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with translation.override(settings.LANGUAGE_CODE):
        yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture
def cast(db):
    """The people, the two partnerships and the reference rows of tests/cast.py."""
    from tests.cast import assemble

    return assemble()


@pytest.fixture
def settled(cast: Cast) -> None:
    """Lock the years of Jette – Belfaa, so that what the test writes of vulnerable people in them may be told."""
    settle(cast.jette)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A function that returns a client signed in as the given user."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def kept_in_memory(settings, monkeypatch) -> Iterator[None]:
    """Keep public pages and overviews in memory, as the portal does when it serves."""
    # PostgreSQL tells of writes in all databases of the server: those of tests that run beside these are none here.
    monkeypatch.setattr("portal.roof.freshness.LAST_ENTRY_AND_QUIET", "SELECT max(id), true FROM portal_auditentry")
    names, backend = ("public", "overviews"), "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = settings.CACHES | {name: {"BACKEND": backend, "LOCATION": f"{name}-under-test"} for name in names}
    for name in names:
        caches[name].clear()
    yield
    for name in names:
        caches[name].clear()
