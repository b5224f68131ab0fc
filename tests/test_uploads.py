"""Files are checked by content, size and pixels; photos keep nothing but their pixels."""

import io
import os
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageFile, PngImagePlugin

from activities.models import LogEntry, Photo
from portal.ground.uploads import MAX_FILE_BYTES, accept_document, accept_photo, stage, staged
from tests.log_form import PDF, filled, picture

LOG = "/activities/log/"
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EOF\n"
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff;<script>alert(1)</script>"


def png_bomb(width: int, height: int) -> bytes:
    """Return a small PNG whose header promises very many pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("photo.jpg", EPS, "invalid"),
        ("photo.gif", GIF, "invalid"),
        ("photo.jpg", GIF, "invalid"),
        ("photo.png", png_bomb(13_000, 13_000), "pixels"),
        ("photo.jpg", b"", "empty"),
        ("photo.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "invalid"),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 50, "invalid"),
        ("photo.jpg", b"x" * (MAX_FILE_BYTES + 1), "size"),
    ],
    ids=["eps", "gif", "gif-named-jpg", "pixel-bomb", "empty", "svg", "broken", "too-large"],
)
def test_what_is_no_photo_is_refused(name, content, code):
    with pytest.raises(ValidationError) as refusal:
        accept_photo(SimpleUploadedFile(name, content, content_type="image/jpeg"))
    assert refusal.value.code == code


def test_a_cut_photo_is_refused(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as it is once a report was made
    whole = picture(size=(1000, 1000)).read()
    with pytest.raises(ValidationError):
        accept_photo(SimpleUploadedFile("cut.jpg", whole[: len(whole) // 2]))


def metadata_carriers():
    exif = Image.Exif()
    exif[0x010E] = "CANARY"
    exif.get_ifd(0x8825)[2] = (34.0, 55.0, 0.0)
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "CANARY")
    text.add_text("XML:com.adobe.xmp", "<x>CANARY</x>")
    return {
        "jpeg": picture(exif=exif, comment=b"CANARY", xmp=b"<x:xmpmeta>CANARY</x:xmpmeta>"),
        "png": picture("PNG", pnginfo=text, exif=exif),
        "webp": picture("WEBP", exif=exif, xmp=b"<x:xmpmeta>CANARY</x:xmpmeta>"),
    }


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_nothing_but_pixels_is_kept(kind):
    upload = metadata_carriers()[kind]
    assert b"CANARY" in upload.read()
    accepted = accept_photo(upload)
    for content in (accepted.content, accepted.thumbnail):
        assert b"CANARY" not in content
        with Image.open(io.BytesIO(content)) as image:
            assert (image.format, dict(image.getexif()), image.info.get("comment")) == ("JPEG", {}, None)


def test_a_photo_is_brought_to_size_and_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    accepted = accept_photo(picture(size=(4000, 3000), exif=exif))
    assert (accepted.width, accepted.height) == (1200, 1600)
    with Image.open(io.BytesIO(accepted.thumbnail)) as small:
        assert small.size == (360, 480)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "I;16", "LA"])
def test_every_kind_of_png_is_a_photo(mode):
    buffer = io.BytesIO()
    Image.new(mode, (60, 40)).save(buffer, "PNG")
    accepted = accept_photo(SimpleUploadedFile("photo.png", buffer.getvalue()))
    assert (accepted.width, accepted.height, accepted.content_type) == (60, 40, "image/jpeg")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\me\\hall.jpg", "hall.jpg"),
        ("a\u202egpj.exe.jpg", "a▯gpj.exe.jpg"),
        ("x" * 300 + ".jpg", "x" * 146 + ".jpg"),
    ],
)
def test_a_name_is_its_last_part(name, kept):
    upload = picture()
    upload._name = name
    assert accept_photo(upload).original_name == kept


def test_a_document_is_a_pdf_or_a_picture():
    assert accept_document(SimpleUploadedFile("a.pdf", PDF)).content_type == "application/pdf"
    assert accept_document(picture()).content_type == "image/jpeg"
    for content in (EPS, b"%PDF-1.4 cut", b"MZ\x90", b"PK\x03\x04"):
        with pytest.raises(ValidationError):
            accept_document(SimpleUploadedFile("a.pdf", content))


def test_a_photo_of_100_mb_is_refused_beside_its_field(cast, client_of):
    south = client_of(cast.coordinator_south)
    south.cookies["django_language"] = "en"
    huge = SimpleUploadedFile("huge.jpg", b"\xff" * (100 * 1024 * 1024), content_type="image/jpeg")
    data = filled(cast.gillis.partner, cast.coordinator_south, text="Kept.", **{"photo-0-file": huge})
    response = south.post(LOG, data)
    page = response.context["page"]
    assert page.photos[0].errors == {"file": ["This file is larger than 15 MB. Choose a smaller one."]}
    assert page.form["text"].value() == "Kept."
    assert (LogEntry.objects.count(), Photo.objects.count()) == (0, 0)


def test_what_was_left_staged_is_cleared_after_a_day(settings):
    first = stage(accept_photo(picture()), owner_id=1)
    (kept,) = default_storage.listdir("staged")[1]
    path = default_storage.path(f"staged/{kept}")
    assert staged(first, owner_id=1).name == "photo.jpg"
    assert staged(first, owner_id=2) is None
    os.utime(path, (0, 0))
    stage(accept_photo(picture()), owner_id=1)
    assert staged(first, owner_id=1) is None
    assert kept not in default_storage.listdir("staged")[1]
