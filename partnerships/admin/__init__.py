"""Administration of partnerships: each module one noun, the access to all of them in `base`."""

from partnerships.admin import (
    actors,
    codes,
    continuity,
    funding,
    grants,
    indicators,
    partnership,
    programme,
    reporting,
    results,
    rules,
    trails,
)

__all__ = [
    "actors",
    "codes",
    "continuity",
    "funding",
    "grants",
    "indicators",
    "partnership",
    "programme",
    "reporting",
    "results",
    "rules",
    "trails",
]
