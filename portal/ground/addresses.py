"""Addresses of pages, each found once."""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def address_of(name: str, *args: object) -> str:
    """Return the address that `reverse` finds. Finding one anew takes as long as reading the row that it leads to."""
    return _found(get_script_prefix(), name, args)


@lru_cache(maxsize=4096)
def _found(_prefix: str, name: str, args: tuple[object, ...]) -> str:
    return reverse(name, args=args)
