"""Administration of partnerships: each module one noun, the access to all of them in `base`."""

from partnerships.admin import actors, funding, partnership, programme, results

__all__ = ["actors", "funding", "partnership", "programme", "results"]
