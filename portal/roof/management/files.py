"""What the commands that write a file have in common: whose it is, and that it is whole or not there."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from django.core.management.base import CommandError

from partnerships.models import Partnership


def partnership_named(slug: str) -> Partnership:
    """Return a partnership by its short name; raises CommandError with those that there are."""
    partnership = Partnership.objects.filter(slug=slug).first()
    if partnership is None:
        names = ", ".join(Partnership.objects.values_list("slug", flat=True)) or "none yet"
        message = f"There is no partnership named {slug}; there are: {names}."
        raise CommandError(message)
    return partnership


def target_of(output: str) -> Path:
    """Return the file to write, or say now, and not after a minute of work, that it cannot be written."""
    target = Path(output)
    if target.is_dir() or not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
        message = f"The file {output} cannot be written: check that its folder exists and is yours."
        raise CommandError(message)
    return target


def write(target: Path, content: bytes) -> None:
    """Put a file in its place when it is complete; raises CommandError where the disk refuses it."""
    part = target.with_name(f".{target.name[:100]}.{uuid.uuid4().hex}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        message = f"The file {target} cannot be written: {error.strerror}."
        raise CommandError(message) from error
