"""Records that several people change: who saved second sees both versions and chooses."""

from __future__ import annotations

from dataclasses import dataclass


class StaleVersion(Exception):  # noqa: N818 - it is a situation that people resolve, not an error
    """Somebody else changed the record since the form was opened; `current` is the record as it stands now."""

    def __init__(self, current):
        super().__init__(str(current))
        self.current = current


@dataclass(frozen=True)
class Difference:
    """A field in which what is saved is not what was typed. Shown by components/versions.html."""

    label: str
    saved: str
    typed: str
