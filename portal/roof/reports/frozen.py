"""A report as canonical JSON, and back: the form in which it is frozen.

The type hints of the dataclasses say how each value is written and read, so that a section that is added later
needs nothing here. The same report always makes the same bytes: keys are sorted, nothing is indented, UTF-8.

A field that is added to a dataclass later has a default, else what was frozen before can no longer be read
(tests/test_frozen.py keeps one), and is written only where it holds anything (IF_ANY), else that text would be
another one. A field that is taken away or changes its meaning needs another FORMAT, and here a step that turns the
older form into the new one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _

from portal.roof.reports.sections import Report

FORMAT = 1


class FrozenReportError(Exception):
    """What was frozen cannot be read; the message says why, for people."""


def dumps(report: Report) -> str:
    """Return a report as canonical JSON. Raises TypeError for a value that has no form of its own in it."""
    held = {"format": FORMAT, "report": written(report)}
    return json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def loads(text: str) -> Report:
    """Return the report that `dumps` wrote. Raises FrozenReportError."""
    try:
        held = json.loads(text)
    except ValueError as error:
        raise FrozenReportError(_("The data of this report are damaged.")) from error
    number = held.get("format") if isinstance(held, dict) else None
    if number != FORMAT:
        sentence = _("The data of this report have the form %(number)s; this portal reads the form %(known)s.")
        raise FrozenReportError(sentence % {"number": number, "known": FORMAT})
    try:
        return reader_of(Report)(held["report"])
    except (AttributeError, KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise FrozenReportError(_("The data of this report are damaged.")) from error


def written(value: Any) -> Any:
    """Return a value as JSON can hold it. Raises TypeError for any other kind of value."""
    if is_dataclass(value) and not isinstance(value, type):
        told = {item: getattr(value, item.name) for item in fields(value)}
        return {item.name: written(part) for item, part in told.items() if part or not item.metadata.get("if_any")}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.date):  # a moment is a date too
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): written(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [written(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    message = f"A report cannot be frozen with a {type(value).__name__} in it."
    raise TypeError(message)


@cache
def reader_of(hint: Any) -> Callable[[Any], Any]:
    """Return what reads a value of a type. Raises TypeError for a type that this module cannot write."""
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda value: _instance(hint, value)
    if get_origin(hint) in {Union, UnionType}:
        return _optional(hint)
    if get_origin(hint) is tuple:
        return _tuple(get_args(hint))
    if get_origin(hint) is not None and issubclass(get_origin(hint), Mapping):
        key, item = (reader_of(part) for part in get_args(hint))
        return lambda value: {key(name): item(held) for name, held in value.items()}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if hint in _PLAIN:
        return _PLAIN[hint]
    message = f"A report cannot be read with {hint} in it."
    raise TypeError(message)


@cache
def hints_of(kind: Any) -> Mapping[str, Any]:
    """Return the type of each field of a dataclass."""
    hints = get_type_hints(kind)
    return {item.name: hints[item.name] for item in fields(kind)}


def _instance(kind: Any, value: Mapping[str, Any]) -> Any:
    hints = hints_of(kind)
    unknown = value.keys() - hints.keys()
    if unknown:
        message = f"{kind.__name__} has no {', '.join(sorted(unknown))}."
        raise ValueError(message)
    found = {name: reader_of(hint)(value[name]) for name, hint in hints.items() if name in value}
    for item in fields(kind):
        if item.name not in found and item.default is MISSING and item.default_factory is MISSING:
            raise KeyError(item.name)
    return kind(**found)


def _optional(hint: Any) -> Callable[[Any], Any]:
    others = [part for part in get_args(hint) if part is not NoneType]
    if len(others) != 1:
        message = f"A report cannot be read with {hint} in it: nothing tells which of them is meant."
        raise TypeError(message)
    read = reader_of(others[0])
    return lambda value: None if value is None else read(value)


def _tuple(parts: tuple[Any, ...]) -> Callable[[Any], Any]:
    if parts[1:] == (Ellipsis,):
        read = reader_of(parts[0])
        return lambda value: tuple(read(item) for item in value)
    readers = [reader_of(part) for part in parts]
    return lambda value: tuple(read(item) for read, item in zip(readers, value, strict=True))


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            message = f"{value!r} is no {kind.__name__}."
            raise TypeError(message)
        return value

    return read


def _number(value: str | int) -> int:
    # The keys of an object are text, whatever they were.
    return int(value)


_PLAIN: dict[Any, Callable[[Any], Any]] = {
    str: _exactly(str),
    bool: _exactly(bool),
    int: _number,
    Decimal: Decimal,
    dt.date: dt.date.fromisoformat,
    dt.datetime: dt.datetime.fromisoformat,
}
