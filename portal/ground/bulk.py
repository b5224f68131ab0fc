"""Many rows at once: written in one statement, with the keys known before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def insert(model: type[models.Model], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows, given as {attribute name: value} with the same names in each, and return their keys in order.

    A column that is not named takes the default of its field. Checks nothing: the database's constraints hold, and
    raise IntegrityError. Costs two queries for any number of rows: PostgreSQL's COPY, SQLite's executemany, where
    bulk_create asks one query for each fifty rows there. Call it inside a transaction.
    """
    if not rows:
        return []
    keys = _next_keys(model, len(rows))
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = [keys, *(_column(field, rows) for field in fields)]
    names = [str(field.column) for field in [model._meta.pk, *fields] if field]
    _write(model._meta.db_table, names, zip(*columns, strict=True))
    return keys


def update(model: type[models.Model], names: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """Write these columns of rows, given as {"pk": key, attribute name: value}, in one query."""
    if not rows:
        return
    quote = connection.ops.quote_name
    fields = [next(field for field in model._meta.concrete_fields if field.attname == name) for name in names]
    columns = [*(_column(field, rows) for field in fields), [row["pk"] for row in rows]]
    places = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    key = quote(_key(model))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(model._meta.db_table)} SET {places} WHERE {key} = %s",  # noqa: S608 - names of our own
            list(zip(*columns, strict=True)),
        )


def _key(model: type[models.Model]) -> str:
    return str(model._meta.pk.column) if model._meta.pk else ""


def _next_keys(model: type[models.Model], count: int) -> list[int]:
    """Return keys that no row has or will get: the sequence moves on, or SQLite's one writer holds them all."""
    table, key = model._meta.db_table, _key(model)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                # The name is looked up once, not for each key.
                "WITH keys AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name)"
                " SELECT nextval(name) FROM keys, generate_series(1, %s)",
                [connection.ops.quote_name(table), key, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
        return list(range(last + 1, last + 1 + count))


def _column(field: models.Field, rows: Sequence[dict[str, Any]]) -> list[Any]:
    """Return the values of a column as the database takes them; equal ones are made ready once."""
    name = field.attname
    if name not in rows[0]:
        empty = (
            field.pre_save(field.model(), add=True) if getattr(field, "auto_now_add", False) else field.get_default()
        )
        return [field.get_db_prep_save(empty, connection)] * len(rows)
    if isinstance(field, models.JSONField):
        return [field.get_db_prep_save(row[name], connection) for row in rows]
    values = [row[name] for row in rows]
    ready = {value: field.get_db_prep_save(value, connection) for value in set(values)}
    return [ready[value] for value in values]


def _write(table: str, names: list[str], rows: Iterable[tuple]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, names))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quote(table)} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(names))
        cursor.executemany(
            f"INSERT INTO {quote(table)} ({columns}) VALUES ({places})",  # noqa: S608 - names of our own tables
            list(rows),
        )
