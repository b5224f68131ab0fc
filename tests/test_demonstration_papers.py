"""The pictures and papers of the demonstration: made by the portal, told apart, and true about what they are."""

import io

import pytest
from PIL import Image

from portal.roof.demonstration import entries, pictures, texts


@pytest.mark.once
def test_pictures_differ_and_tell_nothing():
    seen = set()
    for number, scene in enumerate([*pictures.SCENES, *pictures.SCENES]):
        accepted = pictures.photo(scene, number)
        with Image.open(io.BytesIO(accepted.content)) as image:
            assert image.size == (1600, 1067)
            assert not image.getexif()
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        seen.add(accepted.sha256)
    assert len(seen) == 2 * len(pictures.SCENES)
    assert pictures.photo("map", 7).sha256 == pictures.photo("map", 7).sha256


@pytest.mark.once
def test_each_picture_of_the_log_has_a_scene():
    asked = {picture["scene"] for row in texts.entries() for picture in row.get("photos", [])}
    assert asked == set(pictures.SCENES)


@pytest.mark.once
def test_papers_say_what_they_are():
    import pikepdf

    accepted = entries.paper("JB-2024-001", "Voucher (JB)", ["Date: 2024-05-01", "Amount: 100.00 MAD"])
    with pikepdf.open(io.BytesIO(accepted.content)) as document:
        assert len(document.pages) == 1
        drawn = document.pages[0].Contents.read_bytes()
    assert b"DEMONSTRATION" in drawn
    assert rb"Voucher \(JB\)" in drawn
