"""One worker of a run builds the test database, the others copy it: migrating takes as long as many tests together."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.base.creation import BaseDatabaseCreation


@contextmanager
def shared(folder: Path, blocker: Any) -> Iterator[None]:
    """Let the workers whose runs share the folder build their database once. What is kept goes with its builder."""
    kept = folder / "database"
    build = BaseDatabaseCreation.create_test_db
    built: list[BaseDatabaseCreation] = []

    def create(self: Any, *args: Any, **kwargs: Any) -> str:
        with _locked(folder):
            if kept.exists():
                return _adopt(self, kept)
            name = build(self, *args, **kwargs)
            _keep(self, name, kept)
            built.append(self)
            return name

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseCreation, "create_test_db", create)
        yield
    with _locked(folder), blocker.unblock():
        for creation in built:
            _drop(creation, kept)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "database.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keep(creation: Any, name: str, kept: Path) -> None:
    """Keep a copy beside the database: on SQLite the file itself, on PostgreSQL the name of another database."""
    if creation.connection.vendor == "sqlite":
        with creation.connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(kept)])
        return
    template = f"{name}_{os.getpid()}"
    _copy(creation, name, template)
    kept.write_text(template)


def _adopt(creation: Any, kept: Path) -> str:
    """Copy what is kept under the name of this worker's database, and lead the connection there."""
    connection, name = creation.connection, creation._get_test_db_name()
    if connection.vendor == "sqlite":
        shutil.copyfile(kept, name)
    else:
        _copy(creation, kept.read_text(), name)
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    return name


def _copy(creation: Any, name: str, copy: str) -> None:
    creation.connection.close()
    with creation._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{copy}"')
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')


def _drop(creation: Any, kept: Path) -> None:
    if creation.connection.vendor == "postgresql":
        with creation._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{kept.read_text()}"')
    kept.unlink()
