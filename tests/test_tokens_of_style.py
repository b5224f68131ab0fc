"""The tokens of style: every colour has a name in one file, and can be read in light, in the dark and on paper."""

import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.once
STYLES = Path(settings.BASE_DIR) / "static" / "css"
# What people read (4.5), and what tells one thing from another, as lines and marks do (3.0; WCAG 2.2, 1.4.3, 1.4.11).
TEXTS = [
    *((ink, ground) for ink in ("ink", "ink-soft") for ground in ("paper", "surface", "sunken")),
    *((ink, ground) for ink in ("accent", "accent-strong") for ground in ("paper", "surface", "accent-soft")),
    *((tone, f"{tone}-soft") for tone in ("positive", "warning", "negative", "info")),
    *((tone, "surface") for tone in ("positive", "warning", "negative", "info")),
    *(("ink", f"{tone}-soft") for tone in ("positive", "warning", "negative", "info", "home", "partner")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-bar", "bar"),
    ("on-bar-soft", "bar"),
    ("on-bar", "bar-line"),
]
SHAPES = [
    *((shape, ground) for shape in ("line-strong", "home", "partner", "focus") for ground in ("paper", "surface")),
    ("mark-home", "bar"),
    ("mark-partner", "bar"),
    ("white", "ticked"),
]


def themes() -> dict[str, dict[str, str]]:
    """Return the colours of each theme; one that says nothing of a colour has that of the light one."""
    text = (STYLES / "tokens.css").read_text(encoding="utf-8")
    _start, *blocks = re.split(r"\n(?=:root \{|@media )", text)
    found: dict[str, dict[str, str]] = {"light": {}, "dark": {}, "print": {}}
    for block in blocks:
        name = "dark" if "scheme: dark)" in block[:60] else "print" if block.startswith("@media print") else "light"
        found[name] |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    return {name: found["light"] | colours for name, colours in found.items()}


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, by the formula of WCAG 2."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_what_is_read_stands_out(theme):
    colours = themes()[theme]
    weak = {
        f"{one} on {other}": round(contrast(colours[one], colours[other]), 2)
        for least, pairs in [(4.5, TEXTS), (3.0, SHAPES)]
        for one, other in pairs
        if contrast(colours[one], colours[other]) < least
    }
    assert weak == {}


def test_the_contrast_is_that_of_the_guideline():
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


def test_no_other_file_names_a_colour():
    # The administration is Django's own; what it lacks falls back to a colour of Django's.
    files = sorted(path for path in STYLES.glob("*.css") if path.name not in {"tokens.css", "admin.css"})
    named = {
        path.name: found
        for path in files
        if (found := re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(", re.sub(r"url\([^)]*\)", "", path.read_text())))
    }
    assert named == {}
