"""Queries that are compiled once: a page that asks many small ones spends more time on their SQL than on their rows."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import update_wrapper
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, QuerySet
from django.db.models.sql.compiler import SQLCompiler


class compiled_once:  # noqa: N801 - a decorator
    """Make a function that returns a query set of its named values return the list of its rows, compiled once.

    What it does with the values is done once for all of them, so it must hand them on to lookups and not look into
    them. How many a list holds is part of the SQL, which is kept for each length; where a value is None or an empty
    list, Django compiles as ever. `rows` is the function itself, for who goes on from the query set.
    """

    def __init__(self, rows: Callable[..., QuerySet]):
        update_wrapper(self, rows)
        self.rows = rows
        self._statements: dict[tuple[Any, ...], _Statement] = {}

    def __call__(self, **values: Any) -> list[Any]:
        """Return the rows."""
        values = {name: list(value) if isinstance(value, _MANY) else value for name, value in values.items()}
        if any(value is None or value == [] for value in values.values()):
            return list(self.rows(**values))
        # Not the proxy, which finds this thread's connection anew at each of some hundred looks.
        connection = connections[DEFAULT_DB_ALIAS]
        lengths = {name: len(value) if isinstance(value, list) else None for name, value in values.items()}
        shape = (connection.vendor, *lengths.items())
        statement = self._statements.get(shape)
        if statement is None:
            given = {name: _Given(name, length) for name, length in lengths.items()}
            statement = self._statements[shape] = _Statement(self.rows(**given), connection)
        return statement.ask(values, connection)


_MANY = (list, tuple, set, frozenset)


class _Place(NamedTuple):
    """Where a value goes among the parameters; `item` is its place in a list, None outside one."""

    name: str
    item: int | None


class _Given(Expression):
    """Stands for a value, or for a list of so many, until the query is asked."""

    def __init__(self, name: str, length: int | None):
        super().__init__()
        self.name, self.length = name, length

    def as_sql(self, _compiler: SQLCompiler, _connection: Any) -> tuple[str, Any]:
        """Return a placeholder for each value, and where it comes from."""
        items = [None] if self.length is None else range(self.length)
        return ", ".join(["%s"] * len(items)), [_Place(self.name, item) for item in items]


class _Statement:
    """The SQL of a query set, and how Django makes its rows of what the database answers."""

    def __init__(self, rows: QuerySet, connection: Any):
        self.iterable: Any = rows._iterable_class  # noqa: SLF001 - Django's own way from an answer to rows
        self.compiler = rows.query.get_compiler(connection=connection)
        self.sql, self.params = self.compiler.as_sql()
        # Each thread has a connection of its own, and none is kept open for what another thread asks.
        self.compiler.connection = None

    def ask(self, values: dict[str, Any], connection: Any) -> list[Any]:
        """Return the rows for these values."""
        adapt = connection.ops.adapt_unknown_value
        params = tuple(
            adapt(values[of.name] if of.item is None else values[of.name][of.item]) if isinstance(of, _Place) else of
            for of in self.params
        )
        compiler = copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_kwargs: (self.sql, params)
        query = SimpleNamespace(get_compiler=lambda *_args, **_kwargs: compiler)
        return list(self.iterable(SimpleNamespace(query=query, db=connection.alias, _known_related_objects={})))
