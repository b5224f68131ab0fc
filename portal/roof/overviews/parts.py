"""The parts that the pages of the roof are built of, and how a row of each kind is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.text import capfirst

from activities.badges import Badge
from portal.ground.chains import Stop
from portal.ground.wording import NOTHING, Wording


@dataclass(frozen=True)
class Item:
    """One record in a section: its title, a note in small print, its text, and lines of label and text.

    `stops` tell what led to it and what followed; `anchor` is its place on the page; `actions` are
    (label, address, icon) of what the reader may do with it, and `parts` are (title, address) of its parts to change.
    """

    title: Wording
    note: str = ""
    text: Wording = NOTHING
    url: str = ""
    side: str = ""
    badge: Badge | None = None
    lines: Sequence[tuple[str, Wording]] = ()
    stops: Sequence[Stop] = ()
    anchor: str = ""
    actions: Sequence[tuple[str, str, str]] = ()
    parts: Sequence[tuple[Wording, str]] = ()


@dataclass(frozen=True)
class Group:
    """Some records under one heading; the heading may be empty."""

    heading: str
    items: Sequence[Item]


@dataclass(frozen=True)
class Section:
    """A part of a page. `key` is its anchor."""

    key: str
    heading: str
    groups: Sequence[Group]

    @property
    def url(self) -> str:
        """The address of the section on its page."""
        return f"#{self.key}"

    @property
    def label(self) -> str:
        """The name of the section in the page's navigation."""
        return self.heading


def section(key: str, heading: str, items: Iterable[Item]) -> Section:
    """Return a section without headings of its own."""
    return Section(key, heading, [Group("", list(items))])


def grouped(key: str, heading: str, enum: type[TextChoices], items: Iterable[tuple[str, Item]]) -> Section:
    """Return a section with a heading for each value of `enum` that occurs, in the order of the values."""
    items = list(items)
    groups = [Group(capfirst(label), [item for of, item in items if of == value]) for value, label in enum.choices]
    return Section(key, heading, [group for group in groups if group.items])


def filled(sections: Iterable[Section]) -> list[Section]:
    """Return the sections that hold something."""
    return [item for item in sections if any(group.items for group in item.groups)]


def lines(*pairs: tuple[str, Wording]) -> list[tuple[str, Wording]]:
    """Return the pairs of label and text that have a text."""
    return [(label, wording) for label, wording in pairs if wording]
