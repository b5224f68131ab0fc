"""Texts as people search for them: without capitals, accents, Arabic vowel signs and the shapes of one letter.

PostgreSQL folds with its unaccent extension and measures likeness with pg_trgm; SQLite is taught both by this module
(`teach`), so that one search serves the two.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db.models import CharField, FloatField, Func, Value
from django.db.models.expressions import Combinable

# Writers of Arabic type one letter for several: alef with and without hamza, ya with and without dots, ta marbuta.
_SHAPES = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ؤ": "و", "ئ": "ي", "ة": "ه", "ـ": None})
# As PostgreSQL's translate() takes them: what has no partner at the end is left out, here the vowel signs.
_FROM, _TO = "أإآٱىؤئةـ" + "".join(map(chr, range(0x64B, 0x653))), "اااايويه"
_GRAM = 3


def fold(text: str | None) -> str:
    """Return a text as it is compared."""
    apart = unicodedata.normalize("NFKD", (text or "").translate(_SHAPES))
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def _fold_all(*texts: str | None) -> str:
    return fold(" ".join(text for text in texts if text))


def likeness(word: str, text: str) -> float:
    """Return how like a folded word the likest word of a folded text is, from 0 to 1, as pg_trgm would."""
    wanted = _grams(word)
    return max((_shared(wanted, _grams(part)) for part in text.split()), default=0.0)


def _grams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[start : start + _GRAM] for start in range(len(padded) - _GRAM + 1)}


def _shared(some: set[str], others: set[str]) -> float:
    return len(some & others) / len(some | others)


def teach(sender: Any, connection: Any, **_kwargs: Any) -> None:
    """Teach SQLite, whenever a connection to it opens, what PostgreSQL's extensions know."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("portal_fold", -1, _fold_all, deterministic=True)
        connection.connection.create_function("portal_likeness", 2, likeness, deterministic=True)


class Folded(Func):
    """Some texts, folded by the database and put behind each other."""

    function = "portal_fold"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Fold with lower(), unaccent() and translate()."""
        template = f"translate(lower(unaccent(concat_ws(' ', %(expressions)s))), '{_FROM}', '{_TO}')"
        return super().as_sql(compiler, connection, template=template, **context)


class Likeness(Func):
    """How like a folded word the likest word of a folded text is, from 0 to 1."""

    function = "portal_likeness"
    output_field = FloatField()

    def __init__(self, word: str, text: Combinable) -> None:
        super().__init__(Value(word), text)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Measure with strict_word_similarity()."""
        return super().as_sql(compiler, connection, function="strict_word_similarity", **context)
