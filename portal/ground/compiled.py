"""Queries that are compiled once: a page that asks many small ones spends more time on their SQL than on their rows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import update_wrapper
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.sql.compiler import SQLCompiler


class compiled_once:  # noqa: N801 - a decorator
    """Make a function that returns a query set of its named values return the list of its rows, compiled once.

    What it does with the values is done once for all of them, so it must hand them on to lookups and not look into
    them. A list is for `in` alone: how many it holds is part of the SQL, so its last value is repeated up to the next
    power of two, and the SQL of a few lengths is kept. Where a value is None or an empty list, Django compiles as
    ever. `rows` is the function itself, for who goes on from the query set.
    """

    def __init__(self, rows: Callable[..., QuerySet]):
        update_wrapper(self, rows)
        self.rows = rows
        self.names = tuple(inspect.signature(rows).parameters)
        self._statements: dict[tuple[Any, ...], _Statement] = {}

    def __call__(self, **values: Any) -> list[Any]:
        """Return the rows."""
        asked = self.of(values)
        if asked is None:
            return list(self.rows(**values))
        return asked.answer()

    def of(self, values: Mapping[str, Any]) -> Asked | None:
        """Return the question for these values; None where Django compiles as ever."""
        filled = {name: _filled(value) if isinstance(value, _MANY) else value for name, value in values.items()}
        if any(value is None or value == [] for value in filled.values()):
            return None
        # Not the proxy, which finds this thread's connection anew at each of some hundred looks.
        connection = connections[DEFAULT_DB_ALIAS]
        lengths = {name: len(value) if isinstance(value, list) else None for name, value in filled.items()}
        shape = (connection.vendor, *lengths.items())
        statement = self._statements.get(shape)
        if statement is None:
            given = {name: _Given(name, length) for name, length in lengths.items()}
            statement = self._statements[shape] = _Statement(self.rows(**given), connection)
        return Asked(statement, statement.filled(filled, connection), connection)


class Statement(Protocol):
    """What is asked, and how rows are made of what the database answers."""

    @property
    def sql(self) -> str:
        """The question."""

    def made_of(self, found: list[Any]) -> list[Any]:
        """Return the rows."""


class Asked(NamedTuple):
    """A statement with its values, for one connection."""

    statement: Statement
    params: tuple[Any, ...]
    connection: Any

    @property
    def key(self) -> tuple[Statement, tuple[Any, ...]]:
        """What tells it from other questions."""
        return self.statement, self.params

    def answer(self) -> list[Any]:
        """Return the rows, from what was asked together or else from the database."""
        answers = _answered.get()
        answer = answers.pop(self.key, None) if answers else None
        if answer is not None:
            return answer
        with self.connection.cursor() as cursor:
            cursor.execute(self.statement.sql, self.params)
            return self.statement.made_of(cursor.fetchall())


# What was asked together and not yet called for.
_answered: ContextVar[dict[Any, list[Any]] | None] = ContextVar("answered", default=None)


@contextmanager
def asked_together(questions: Iterable[Asked | None]) -> Iterator[None]:
    """Ask several questions in one go, in their order; who asks one of them in this block has its answer.

    A database on another machine takes longer over the way than over a small query, and one beside it as long. Each
    answer is given once, so that what is called again is asked again. SQLite takes one statement at a time, and has
    no way to go: there each is asked where it is called.
    """
    several = {asked.key: asked for asked in questions if asked}
    connection = connections[DEFAULT_DB_ALIAS]
    # Where the server fills in the values, it takes one statement at a time.
    is_filled_here = not getattr(connection.features, "uses_server_side_binding", False)
    if len(several) < 2 or connection.vendor != "postgresql" or not is_filled_here:
        yield
        return
    sql = ";\n".join(asked.statement.sql for asked in several.values())
    answers = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, tuple(chain.from_iterable(asked.params for asked in several.values())))
        for key, asked in several.items():
            answers[key] = asked.statement.made_of(cursor.fetchall())
            cursor.nextset()
    before = _answered.set(answers)
    try:
        yield
    finally:
        _answered.reset(before)


_MANY = (list, tuple, set, frozenset)


def _filled(values: Iterable[Any]) -> list[Any]:
    """Return the values, the last one as often as their number needs to be a power of two."""
    filled = list(values)
    wanted = 1 << (len(filled) - 1).bit_length()
    return filled + filled[-1:] * (wanted - len(filled))


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
    """The SQL of a query set, and how rows are made of what the database answers."""

    def __init__(self, rows: QuerySet, connection: Any):
        self.compiler = rows.query.get_compiler(connection=connection)
        self.sql, self.params = self.compiler.as_sql()
        # Each thread has a connection of its own, and none is kept open for what another thread asks: what makes
        # Python's values of the database's gets one that never opens.
        self.compiler.connection = connection.copy()
        self.converters = self.compiler.get_converters([column for column, *_sql in self.compiler.select])
        self.row_of = _MAKERS[rows._iterable_class](self.compiler)  # noqa: SLF001 - it tells what the rows are

    def filled(self, values: dict[str, Any], connection: Any) -> tuple[Any, ...]:
        """Return the parameters for these values."""
        adapt = connection.ops.adapt_unknown_value
        return tuple(
            adapt(values[of.name] if of.item is None else values[of.name][of.item]) if isinstance(of, _Place) else of
            for of in self.params
        )

    def made_of(self, found: list[Any]) -> list[Any]:
        """Return the rows as Django makes them of what the database answers."""
        if self.converters:
            found = self.compiler.apply_converters(found, self.converters)
        return list(map(self.row_of, found))


def _tuples(compiler: SQLCompiler) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Return what makes a tuple of an answer, which may have more columns for its order."""
    width = len(compiler.select)
    return (lambda answer: tuple(answer[:width])) if compiler.has_extra_select else tuple


def _single_values(_compiler: SQLCompiler) -> Callable[[Sequence[Any]], Any]:
    return itemgetter(0)


def _objects(compiler: SQLCompiler) -> Callable[[Sequence[Any]], Model]:
    """Return what makes an object of an answer as Django's ModelIterable does: with annotations and related rows."""
    named = list(compiler.annotation_col_map.items())
    of_class: Any = compiler.klass_info
    model, places = of_class["model"], of_class["select_fields"]
    own = slice(places[0], places[-1] + 1)
    names = [column.target.attname for column, *_sql in compiler.select[own]]
    # The stubs tell of the next Django, which asks for one more.
    others = get_related_populators(of_class, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]

    def made(answer: Sequence[Any]) -> Model:
        row: Model = model.from_db(DEFAULT_DB_ALIAS, names, answer[own])
        for other in others:
            other.populate(answer, row)
        for name, place in named:
            setattr(row, name, answer[place])
        return row

    return made


_MAKERS: dict[type, Callable[[SQLCompiler], Callable[[Sequence[Any]], Any]]] = {
    ModelIterable: _objects,
    ValuesListIterable: _tuples,
    FlatValuesListIterable: _single_values,
}
