"""Reading many tables as they stood at one moment, whatever others write meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_state() -> Iterator[None]:
    """Let all queries inside see one state of the database, and write nothing.

    PostgreSQL reads each statement's own moment unless it is asked; SQLite gives a transaction one state by itself.
    Inside a transaction that has begun already, the state is that transaction's.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
