"""How many statements the database was asked."""

from collections.abc import Iterable, Mapping

from django.db import connection


def statements(queries: Iterable[Mapping[str, str]]) -> int:
    """Return their number, on both engines alike: those that PostgreSQL takes in one go are parted by semicolons."""
    return sum(1 + each["sql"].count(";\n") for each in queries)


# PostgreSQL is asked for the scores that are there in one go with the criteria, also where nothing is to be scored.
ASKED_ALONG = int(connection.vendor == "postgresql")
