"""Looking for a word in everything that the portal keeps: each column of each table, sessions, caches and files."""

import base64
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection


def places_of(word: str) -> list[str]:
    """Return where a word stands: `table.column`, a session, a kept page or a file; capitals make no difference."""
    return [*_in_tables(word), *_in_sessions(word), *_in_cache(word), *_in_files(word)]


def _in_tables(word: str) -> list[str]:
    found, quote = [], connection.ops.quote_name
    escaped = word.encode("unicode_escape").decode("ascii")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            # Django's own description of a table reads SQLite's constraints by their commas, and fails on some.
            cursor.execute(f"SELECT * FROM {quote(table)} WHERE 1 = 0")
            for column in [row[0] for row in cursor.description]:
                text = f"LOWER(CAST({quote(column)} AS TEXT))"
                query = f"SELECT COUNT(*) FROM {quote(table)} WHERE {text} LIKE %s OR {text} LIKE %s"
                cursor.execute(query, [f"%{word.lower()}%", f"%{escaped.lower()}%"])
                if cursor.fetchone()[0]:
                    found.append(f"{table}.{column}")
    return found


def _in_sessions(word: str) -> list[str]:
    return [f"session {row.pk}" for row in Session.objects.all() if word.lower() in str(row.get_decoded()).lower()]


def _in_cache(word: str) -> list[str]:
    table = connection.ops.quote_name("portal_cache")
    with connection.cursor() as cursor:
        if "portal_cache" not in connection.introspection.table_names(cursor):
            return []
        cursor.execute(f"SELECT cache_key, value FROM {table}")
        kept = cursor.fetchall()
    return [key for key, value in kept if word.lower().encode() in base64.b64decode(value).lower()]


def _in_files(word: str) -> list[str]:
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return [str(path) for path in files if word.lower().encode() in path.read_bytes().lower() + path.name.encode()]
