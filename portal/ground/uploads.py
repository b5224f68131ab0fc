"""Receiving files: what is too large, too many pixels or not what it says is refused with a sentence.

Photos are always re-encoded into a new image, so that no position, name or script in them survives.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import math
import uuid
from dataclasses import dataclass
from pathlib import PurePath

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFile, ImageOps

from portal.ground.forms import mark_unreadable

MAX_FILE_BYTES = 15 * 1024 * 1024
PHOTO_SIDE = 1600
THUMBNAIL_SIDE = 480
# A JPEG is decoded at a fraction of its size; the others need all their pixels in memory at once.
MAX_PIXELS = {"JPEG": 60_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
STAGED_FOR_SECONDS = 24 * 3600

TOO_LARGE = _("This file is larger than %(limit)s MB. Choose a smaller one.")
EMPTY = _("This file is empty.")
NOT_A_PHOTO = _("This is not a photo that can be read: choose a JPEG, PNG or WebP file.")
NOT_A_DOCUMENT = _("This file cannot be read: choose a PDF, JPEG, PNG or WebP file.")
TOO_MANY_PIXELS = _("This photo has too many pixels: make it smaller first, at most %(limit)s megapixels.")


class TooLargeFile(SimpleUploadedFile):
    """Stands for a file of which nothing was kept because it passed `MAX_FILE_BYTES`."""


class LimitedUploadHandler(FileUploadHandler):
    """Stop keeping a file once it passes `MAX_FILE_BYTES`; the rest of the form arrives as usual."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        return None if self.received > MAX_FILE_BYTES else raw_data

    def file_complete(self, file_size):
        if self.received <= MAX_FILE_BYTES:
            return None
        return TooLargeFile(self.file_name or "", b"-", content_type=self.content_type or "")


@dataclass(frozen=True)
class AcceptedFile:
    """A file that passed: its bytes as they will be stored, and what is known of it."""

    original_name: str
    suffix: str
    content_type: str
    content: bytes
    thumbnail: bytes = b""
    width: int = 0
    height: int = 0

    @property
    def sha256(self) -> str:
        """The SHA-256 of the stored bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    def columns(self) -> dict:
        """Return the values of a StoredFile's columns, the file included."""
        return {
            "file": ContentFile(self.content, name=f"file{self.suffix}"),
            "original_name": self.original_name,
            "content_type": self.content_type,
            "size": len(self.content),
            "sha256": self.sha256,
        }


def accept_photo(upload: UploadedFile, *, refusal=NOT_A_PHOTO) -> AcceptedFile:
    """Return the photo re-encoded as JPEG of at most 1600 pixels a side, with a thumbnail. Raises ValidationError."""
    _check_size(upload)
    # WeasyPrint lets cut pictures pass, for all of the process in which a report was made.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        upload.seek(0)
        with Image.open(upload, formats=list(MAX_PIXELS)) as image:
            limit = MAX_PIXELS[str(image.format)]
            plain = _plain_image(image) if image.width * image.height <= limit else None
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        raise ValidationError(refusal, code="invalid") from None
    if plain is None:
        raise ValidationError(TOO_MANY_PIXELS, code="pixels", params={"limit": limit // 1_000_000})
    small = plain.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return AcceptedFile(
        original_name=_safe_name(upload.name),
        suffix=".jpg",
        content_type="image/jpeg",
        content=_as_jpeg(plain),
        thumbnail=_as_jpeg(small),
        width=plain.width,
        height=plain.height,
    )


def accept_document(upload: UploadedFile) -> AcceptedFile:
    """Return a PDF as it is, or a picture as `accept_photo` does. Raises ValidationError."""
    _check_size(upload)
    upload.seek(0)
    start = upload.read(64)
    if not start.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return accept_photo(upload, refusal=NOT_A_DOCUMENT)
    upload.seek(0)
    content = upload.read()
    if b"%%EOF" not in content[-2048:]:
        raise ValidationError(NOT_A_DOCUMENT, code="invalid")
    return AcceptedFile(_safe_name(upload.name), ".pdf", "application/pdf", content)


def stage(accepted: AcceptedFile, *, owner_id: int) -> str:
    """Keep a file of a form that is not yet in order; returns the token that brings it back to its owner.

    What others left behind longer than a day ago is cleared away on the occasion.
    """
    _clear_staged()
    name = default_storage.save(f"staged/{uuid.uuid4().hex}{accepted.suffix}", ContentFile(accepted.content))
    return signing.dumps([name, accepted.original_name], salt=f"staged-{owner_id}")


def staged(token: str, *, owner_id: int) -> UploadedFile | None:
    """Return the file that `stage` kept under the token, or None where it is gone or somebody else's."""
    try:
        name, original_name = signing.loads(token, salt=f"staged-{owner_id}", max_age=STAGED_FOR_SECONDS)
        with default_storage.open(name) as kept:
            return SimpleUploadedFile(original_name, kept.read())
    except (signing.BadSignature, OSError, ValueError):
        return None


def _clear_staged() -> None:
    limit = timezone.now() - dt.timedelta(seconds=STAGED_FOR_SECONDS)
    if not default_storage.exists("staged"):
        return
    for name in default_storage.listdir("staged")[1]:
        path = f"staged/{name}"
        try:
            if default_storage.get_modified_time(path) < limit:
                default_storage.delete(path)
        except FileNotFoundError:
            continue  # another process cleared it first


def _check_size(upload: UploadedFile) -> None:
    if isinstance(upload, TooLargeFile) or (upload.size or 0) > MAX_FILE_BYTES:
        raise ValidationError(TOO_LARGE, code="size", params={"limit": MAX_FILE_BYTES // 1024 // 1024})
    if not upload.size:
        raise ValidationError(EMPTY, code="empty")


def _plain_image(image: Image.Image) -> Image.Image:
    """Return the pixels alone, upright, on white, at most `PHOTO_SIDE` a side."""
    # A JPEG can be decoded at a half or a quarter of its size: a fraction of the memory and of the time.
    share = min(1, PHOTO_SIDE / max(image.size))
    image.draft("RGB", (math.ceil(image.width * share), math.ceil(image.height * share)))
    orientation = image.getexif().get(0x0112, 1)
    see_through = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    layer = image.convert("RGBA" if see_through else "RGB")
    layer.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
    plain = Image.new("RGB", layer.size, "white")
    plain.paste(layer, mask=layer.getchannel("A") if see_through else None)
    plain.getexif()[0x0112] = orientation
    upright = ImageOps.exif_transpose(plain)
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    return bare


def _as_jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82, optimize=True)
    return buffer.getvalue()


def _safe_name(name: str | None) -> str:
    """Return the last part of a file's name, readable and of at most 150 characters."""
    return mark_unreadable(PurePath((name or "").replace("\\", "/")).name)[-150:]
