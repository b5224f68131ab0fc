"""A sheet of the spreadsheet of a report, and how it writes words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language

from portal.roof.reports.words import Words, printable

Row = Sequence[Any]


@dataclass(frozen=True)
class Sheet:
    """One table: its title, the headings of its columns, and its rows of text, numbers, amounts and days."""

    title: str
    headings: Row
    rows: Sequence[Row]


def text_of(words: Words) -> str:
    """Return a text in the active language; one in another language says in which, and is never left out."""
    language, text = words.best(get_language())
    return f"{printable(text)} [{language}]" if language and language != get_language() else printable(text)


def name_of(choice: Any) -> str:
    """Return what a choice is called, as a cell of its own; nothing for none."""
    return capfirst(str(choice.label)) if choice else ""
