"""Codes that a phone's camera reads."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(url: str) -> SafeString:
    """Return a QR code as a shape that takes the size of its place; the module writes nothing but numbers into it."""
    drawn = segno.make(url, error="m").svg_inline(omitsize=True, border=2, dark="#000", light="#fff")
    return mark_safe(drawn)  # noqa: S308 - its only text is the numbers of a path
