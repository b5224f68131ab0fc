"""What a rendering may read: our own print files and the photos of the report. Nothing else has an address."""

from __future__ import annotations

import io
import logging
import math
import re
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from PIL import Image
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

STATIC = "portal:static/"
PHOTO = "portal:photo/"
PRINT_FILE = re.compile(r"print/[a-z-]+\.css|vendor/[a-z-]+/ttf/[A-Za-z-]+\.ttf")
# Two columns of 80 mm at 200 dots per inch; a photo is stored larger than any printer shows.
PHOTO_PIXELS = 640
log = logging.getLogger(__name__)


class ReportFetcher(URLFetcher):
    """Serve `portal:` addresses from this server and refuse the network and the file system."""

    def __init__(self, photos: dict[int, str]) -> None:
        """Take the photos that may be read: number of the photo to name of its file."""
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self._photos = photos

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return what an address of ours stands for; raise ValueError for any other that is not data."""
        if url.startswith(STATIC):
            return URLFetcherResponse(url, print_file(url.removeprefix(STATIC)), {"Content-Type": _kind(url)})
        if url.startswith(PHOTO):
            name = self._photos.get(int(url.removeprefix(PHOTO)))
            if name is None:
                message = f"Not a photo of this report: {url}"
                raise ValueError(message)
            return URLFetcherResponse(url, _at_print_size(name), {"Content-Type": "image/jpeg"})
        return super().fetch(url, headers)


def is_readable(name: str) -> bool:
    """Say whether a photo's file is there and is an image, so that a missing one can be shown as missing."""
    try:
        with default_storage.open(name) as file, Image.open(file, formats=["JPEG", "PNG", "WEBP"]) as image:
            return image.width > 0
    except (OSError, ValueError, Image.DecompressionBombError):
        log.warning("The file of a photo is missing or unreadable: %s", name)
        return False


def print_file(name: str) -> bytes:
    """Return a file for print. Raises ValueError for any other name, and FatalURLFetchingError where it is missing."""
    if not PRINT_FILE.fullmatch(name):
        message = f"Not a file for print: {name}"
        raise ValueError(message)
    path = finders.find(name)
    if path is None:
        # Without its style or fonts the document is not one to send, so that the rendering ends here.
        message = f"A file for print is missing: {name}"
        raise FatalURLFetchingError(message)
    return Path(path).read_bytes()


def _kind(url: str) -> str:
    return "text/css" if url.endswith(".css") else "font/ttf"


@lru_cache(maxsize=200)
def _at_print_size(name: str) -> bytes:
    """Return a photo as it is printed; a name never stands for another photo, and no language draws it otherwise."""
    with default_storage.open(name) as file, Image.open(file, formats=["JPEG", "PNG", "WEBP"]) as image:
        ratio = PHOTO_PIXELS / max(image.size)
        # Read no larger than needed: in a square the short side would ask for four times as many pixels.
        image.draft("RGB", (math.ceil(image.width * ratio), math.ceil(image.height * ratio)))
        small = image if image.mode == "RGB" else image.convert("RGB")
        small.thumbnail((PHOTO_PIXELS, PHOTO_PIXELS), reducing_gap=2)
        out = io.BytesIO()
        small.save(out, "JPEG", quality=82)
        return out.getvalue()
