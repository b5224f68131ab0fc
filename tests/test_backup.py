"""The database copies itself as the README says, by a program that knows nothing of Django."""

import sqlite3
from contextlib import closing

import pytest
from django.conf import settings
from django.db import connection

from tests.admin_rows import fill

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="pg_dump copies PostgreSQL."),
]
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"


def test_the_line_of_the_readme_copies_every_row(cast, tmp_path):
    assert "\"VACUUM INTO '/backup/portal.sqlite3'\"" in (settings.BASE_DIR / "README.md").read_text()
    fill(cast, cast.jette, "jette")
    used, copy = tmp_path / "used.sqlite3", tmp_path / "copy.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(used)])
    with closing(sqlite3.connect(used)) as plain:
        plain.execute("VACUUM INTO ?", [str(copy)])
    assert rows_of(copy) == rows_of(used)
    assert all(number for name, number in rows_of(copy).items() if name.startswith("partnerships_indicatorvalue"))


def rows_of(path):
    """Return {table: how many rows}."""
    with closing(sqlite3.connect(path)) as plain:
        names = [name for (name,) in plain.execute(TABLES)]
        return {name: plain.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
