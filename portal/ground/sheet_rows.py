"""The rows of somebody's own spreadsheet under our names: what each column means, and what becomes of each row.

Made for ten thousand rows: a cell is read once for each distinct content, and a row is a tuple, not a form.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.ground.columns import NOT_A_DAY, Day, as_text
from portal.ground.forms import check_readable
from portal.ground.spreadsheets import Sheet

Report = Callable[[int, int], None]
NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"


@dataclass(frozen=True)
class Field:
    """What a column may mean: our name and its label, how a cell is read, and how people head such a column."""

    name: str
    label: str | Promise
    read: Callable[[Any], Any]
    known_as: str = ""
    required: bool = False
    help_text: str | Promise = ""
    # Whether one value may stand for the whole sheet, where no column of it holds this.
    for_all: bool = False


class Verdict(NamedTuple):
    """What becomes of a row: its number in the spreadsheet, new | changed | unchanged | refused, the record, and why.

    `reasons` are (heading of the column, sentence) pairs.
    """

    row: int
    state: str
    record: str
    reasons: list[tuple[str, str]]


@dataclass
class Outcome:
    """What becomes of all rows. The fingerprint is the same only for the same changes of the same records."""

    verdicts: list[Verdict] = field(default_factory=list)
    plans: list[Any] = field(default_factory=list)

    def count(self, state: str) -> int:
        """Return how many rows have this verdict."""
        return sum(verdict.state == state for verdict in self.verdicts)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each verdict."""
        counted = Counter(verdict.state for verdict in self.verdicts)
        return {state: counted[state] for state in (NEW, CHANGED, UNCHANGED, REFUSED)}

    @property
    def fingerprint(self) -> str:
        """A short text that tells these verdicts and plans from others."""
        told = [repr((verdict.row, verdict.state, verdict.reasons)) for verdict in self.verdicts]
        return hashlib.sha256("\n".join([*told, *map(repr, self.plans)]).encode()).hexdigest()


class Table:
    """A sheet whose columns have our names; `columns` holds one for each column of the sheet, "" to leave it out.

    `constants` are {name: text}: what every row says, as if a column of the sheet said it.
    """

    def __init__(
        self, sheet: Sheet, columns: Sequence[str], fields: Iterable[Field], constants: Mapping[str, str] | None = None
    ) -> None:
        constants = constants or {}
        self.numbers = [number for number, _cells in sheet.rows]
        self.faults: dict[int, list[tuple[str, str]]] = {}
        self.headings: dict[str, str] = {}
        self._values: dict[str, list[Any]] = {}
        for one in fields:
            if one.name in columns:
                place = columns.index(one.name)
                self.headings[one.name] = sheet.headings[place] or str(one.label)
                self._values[one.name] = self._read(one, [cells[place] for _number, cells in sheet.rows])
            else:
                self.headings[one.name] = str(one.label)
                if one.for_all and one.name in constants:
                    self._values[one.name] = self._read(one, [constants[one.name]] * len(sheet.rows))

    def __len__(self) -> int:
        return len(self.numbers)

    def has(self, name: str) -> bool:
        """Say whether a column of the sheet has this meaning."""
        return name in self._values

    def column(self, name: str) -> list[Any]:
        """Return the values of a column; None in each row where there is no such column."""
        return self._values.get(name) or [None] * len(self.numbers)

    def fault(self, index: int, name: str, sentence: str) -> None:
        """Note why a row cannot come in."""
        self.faults.setdefault(index, []).append((self.headings[name], sentence))

    def is_faulty(self, index: int, *names: str) -> bool:
        """Say whether a cell of a row cannot come in."""
        headings = {self.headings[name] for name in names}
        return any(heading in headings for heading, _sentence in self.faults.get(index, ()))

    def _read(self, one: Field, cells: list[Any]) -> list[Any]:
        known: dict[Any, tuple[Any, str]] = {}
        values = []
        for index, cell in enumerate(cells):
            # True is equal to 1, and yet another cell.
            key = cell if type(cell) is not bool else str(cell)
            if key not in known:
                known[key] = _clean(one, cell)
            value, sentence = known[key]
            values.append(value)
            if sentence:
                self.fault(index, one.name, sentence)
        return values


def _clean(one: Field, cell: Any) -> tuple[Any, str]:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None, _("This is missing.") if one.required else ""
    try:
        return one.read(cell), ""
    except ValidationError as error:
        return None, " ".join(error.messages)


def line(limit: int) -> Callable[[Any], str]:
    """Return what reads a text of one line and at most `limit` characters."""

    def read(cell: Any) -> str:
        text = " ".join(as_text(cell).split())
        check_readable(text)
        if len(text) > limit:
            sentence = _("This text is longer than %(limit_value)s characters; put the rest in a document.")
            raise ValidationError(sentence % {"limit_value": limit})
        return text

    return read


def day(cell: Any) -> dt.date:
    """Return the day in a cell; a time of day beside it does not count, nor do words."""
    if isinstance(cell, str):
        cell = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$", "", cell.strip())
        cell = re.sub(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2})$", r"\1/\2/20\3", cell.translate(_LATIN_DIGITS))
    value = Day().read(cell)
    if value is None:
        raise ValidationError(NOT_A_DAY % {"value": as_text(cell)})
    return value


_LATIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


def plain(text: str) -> str:
    """Return a heading or a name without what people spell one way and another: case, accents, marks, spaces."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"\w+", bare))


def guess(headings: Sequence[str], fields: Sequence[Field], labels: Callable[[Field], Iterable[str]]) -> list[str]:
    """Return the field that each column most likely holds, "" where nothing speaks for one; each field once."""
    names = {name: one.name for one in reversed(fields) for name in _names(one, labels)}
    guessed = [names.get(plain(heading), "") for heading in headings]
    for place, heading in enumerate(headings):
        # "Montant en DH" holds "montant en dh" whole; the longest name that the heading holds counts.
        held = [name for name in names if len(name) > 3 and f" {name} " in f" {plain(heading)} "]
        if not guessed[place] and held:
            best = names[max(held, key=len)]
            guessed[place] = "" if best in guessed else best
    return [name if name not in guessed[:place] else "" for place, name in enumerate(guessed)]


def _names(one: Field, labels: Callable[[Field], Iterable[str]]) -> set[str]:
    return {plain(name) for name in [one.name, *labels(one), *one.known_as.split("|")] if plain(name)}
