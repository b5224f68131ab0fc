"""Which figures in the text of a record may point at a person, as rooms above know.

What people answered and who took part is counted by rooms above, which this one must not import. So they add their
watchers when Django starts (see guards.py for the like), and every form in which such a text is written asks them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Protocol

from partnerships.models import Decision, DecisionStep, Finding, IndicatorCorrection, NarrativeSection

Watched = Finding | Decision | DecisionStep | NarrativeSection | IndicatorCorrection


class Watcher(Protocol):
    """Returns, of the texts about to be saved by their field, the figures that somebody could be recognised by.

    `findings` are those that led to the record; a finding is its own.
    """

    def __call__(
        self, row: Watched, findings: Collection[Finding], texts: Mapping[str, str], on: dt.date
    ) -> dict[str, list[str]]: ...


_WATCHERS: list[Watcher] = []


def add_watcher(watcher: Watcher) -> None:
    """Ask `watcher` from now on about the texts of findings, decisions, what followed, a year and corrections."""
    if watcher not in _WATCHERS:
        _WATCHERS.append(watcher)


def pointing_figures(
    row: Watched, findings: Collection[Finding], texts: Mapping[str, str], *, on: dt.date
) -> dict[str, list[str]]:
    """Return the figures that may point at somebody, by the field of their text; a text without any is left out."""
    found: dict[str, list[str]] = {}
    for watcher in _WATCHERS:
        for name, figures in watcher(row, findings, texts, on).items():
            found[name] = [*found.get(name, []), *figures]
    return found
