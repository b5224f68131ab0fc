"""What led to what: the stops of a trail, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.ground.wording import NOTHING, Wording


@dataclass(frozen=True)
class Stop:
    """One stop of a trail: what kind of thing it is, when, and what is said of it. Shown by components/chain.html.

    `is_turn` marks the one on which the trail turns; `links` are further records as (name, address).
    """

    label: str
    date: str = ""
    title: Wording = NOTHING
    text: Wording = NOTHING
    url: str = ""
    links: Sequence[tuple[Wording, str]] = ()
    edit_url: str = ""
    is_turn: bool = False
