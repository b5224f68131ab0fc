"""Finding: each word in the texts of a row, else words that are like it in its title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import F, Q, QuerySet

from portal.ground.folding import Folded, Likeness, fold
from portal.ground.lists import MAX_WORDS
from portal.ground.models import User
from portal.ground.wording import Wording
from portal.roof.overviews.search.kinds import KINDS, Kind, words_of

SHOWN = 6
# As many are looked at for the best of them.
READ = 40
# How like a word must be: half of its groups of three letters, roughly one wrong letter in six.
ENOUGH = 0.4
AROUND = 90


@dataclass(frozen=True)
class Piece:
    """A part of a text; `is_hit` where it is a word that was searched for."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True)
class Found:
    """A record that was found, with a piece of its text around the first word."""

    title: Wording
    url: str
    note: str
    pieces: Sequence[Piece]
    lang: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind. `has_more` says that the best alone are shown, `is_like` that no word was exact."""

    key: str
    label: str
    found: Sequence[Found]
    has_more: bool = False
    is_like: bool = False


def search(user: User, text: str, *, only: str = "") -> list[Group]:
    """Return what a person may see that holds each word of a text, in any of its languages, the best first.

    Where nothing holds them, what is like them is returned. `only` names one kind, which is then shown whole, up to
    READ. Two queries a kind at most, however much there is.
    """
    words = [word for word in dict.fromkeys(fold(text).split()) if word][:MAX_WORDS]
    if not words:
        return []
    kinds = [kind for kind in KINDS if only in {"", kind.key}]
    limit = READ if only else SHOWN
    exact = [_group(kind, _exact(kind, user, words), words, limit) for kind in kinds]
    if found := [group for group in exact if group.found]:
        return found
    like = [_group(kind, _like(kind, user, words), words, limit, is_like=True) for kind in kinds if kind.title_columns]
    return [group for group in like if group.found]


def _exact(kind: Kind, user: User, words: Sequence[str]) -> QuerySet:
    rows = kind.rows(user).annotate(told=Folded(*kind.title_columns, *kind.text_columns))
    return rows.filter(reduce(and_, (Q(told__contains=word) for word in words))).order_by("-pk")


def _like(kind: Kind, user: User, words: Sequence[str]) -> QuerySet:
    rows = kind.rows(user).annotate(told=Folded(*kind.title_columns))
    likenesses = {f"like_{number}": Likeness(word, F("told")) for number, word in enumerate(words)}
    enough = {f"{name}__gte": ENOUGH for name in likenesses}
    return rows.annotate(**likenesses).filter(**enough).order_by(*(f"-{name}" for name in likenesses), "-pk")


def _group(kind: Kind, rows: QuerySet, words: Sequence[str], limit: int, *, is_like: bool = False) -> Group:
    read = list(rows[: READ + 1])
    # What has the words in its title comes first; the sort keeps the order of the rest.
    best = read if is_like else sorted(read[:READ], key=lambda row: not _holds(fold(str(kind.title(row))), words))
    found = [_found(kind, row, words) for row in best[:limit]]
    return Group(kind.key, str(kind.label), found, has_more=len(read) > limit, is_like=is_like)


def _holds(folded: str, words: Sequence[str]) -> bool:
    return all(word in folded for word in words)


def _found(kind: Kind, row: Any, words: Sequence[str]) -> Found:
    text = words_of(kind, row)
    return Found(kind.title(row), kind.url(row), kind.note(row), pieces_of(text.text, words), text.lang)


def pieces_of(text: str, words: Sequence[str]) -> list[Piece]:
    """Return the part of a text around the first of some folded words, with each of the words marked in it."""
    text = " ".join(text.split())
    letters, folded = _folded_with_places(text)
    first = min((place for word in words if (place := folded.find(word)) >= 0), default=0)
    at = letters[first] if letters else 0
    start = text.rfind(" ", 0, max(at - AROUND, 0)) + 1 if at > AROUND else 0
    end = at + 2 * AROUND
    end = len(text) if end >= len(text) else (text.rfind(" ", start, end) if " " in text[start:end] else end)
    pieces = _marked(text[start:end], words)
    return [*([Piece("… ")] if start else []), *pieces, *([Piece(" …")] if end < len(text) else [])]


def _folded_with_places(text: str) -> tuple[list[int], str]:
    """Return the folded text, and for each of its letters the place of the letter that it comes from."""
    places, folded = [], []
    for number, letter in enumerate(text):
        plain = fold(letter)
        places += [number] * len(plain)
        folded.append(plain)
    return places, "".join(folded)


def _marked(text: str, words: Sequence[str]) -> list[Piece]:
    places, folded = _folded_with_places(text)
    hits = [False] * len(text)
    for word in words:
        start = folded.find(word)
        while start >= 0:
            stop = start + len(word)
            for place in range(places[start], places[stop - 1] + 1):
                hits[place] = True
            start = folded.find(word, stop)
    pieces: list[Piece] = []
    for letter, is_hit in zip(text, hits, strict=True):
        if pieces and pieces[-1].is_hit == is_hit:
            pieces[-1] = Piece(pieces[-1].text + letter, is_hit)
        else:
            pieces.append(Piece(letter, is_hit))
    return pieces
