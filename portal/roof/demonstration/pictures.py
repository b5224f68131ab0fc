"""Photos of things that never happened: drawn, so that they show nobody."""

from __future__ import annotations

import io
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.ground.uploads import AcceptedFile, accept_photo
from portal.roof.demonstration import outdoors, rooms
from portal.roof.demonstration.moods import MOODS

SCENES = {**rooms.SCENES, **outdoors.SCENES}


def photo(scene: str, number: int) -> AcceptedFile:
    """Draw a scene and take it in as an uploaded photo; another number is another picture, always the same one."""
    rng = Random(number)  # noqa: S311 - it chooses colours
    image = SCENES[scene](MOODS[number % len(MOODS)], rng).finished()
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=93)
    return accept_photo(SimpleUploadedFile(f"{scene}-{number:03}.jpg", buffer.getvalue(), "image/jpeg"))
