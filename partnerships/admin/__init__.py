"""Administration of partnerships: each module one noun, the access to all of them in `base`."""

from partnerships.admin import actors, funding, grants, partnership, programme, results, rules

__all__ = ["actors", "funding", "grants", "partnership", "programme", "results", "rules"]
