"""Numbers of the tables and figures of a document, in the order in which they are written out."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Numbered:
    """A table or a figure: where it stands, its number in words, and its title as HTML."""

    anchor: str
    label: str
    title: SafeString


@dataclass
class Numbering:
    """What was numbered until now; the lists behind the contents are made of it once all chapters are written."""

    tables: list[Numbered] = field(default_factory=list)
    figures: list[Numbered] = field(default_factory=list)

    def add(self, kind: str, title: SafeString) -> Numbered:
        """Return the next table or figure. Raises KeyError for another kind."""
        labels = {"table": _("Table %(number)s"), "figure": _("Figure %(number)s")}
        found = {"table": self.tables, "figure": self.figures}[kind]
        number = len(found) + 1
        found.append(Numbered(f"{kind}-{number}", labels[kind] % {"number": number}, title))
        return found[-1]
