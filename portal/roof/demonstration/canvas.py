# ruff: noqa: PLR0917 - measures and colours read best in the order in which one draws
"""A sheet to draw on: flat shapes and faceless people, in the measures of the finished picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1600, 1067
# Drawn at twice the size and brought down, so that edges come out soft.
FINE = 2
# So many rows share a tone: less than the eye tells apart.
BAND = 6

Colour = tuple[int, ...]
Point = tuple[float, float]

SKINS: list[Colour] = [(241, 203, 167), (224, 172, 128), (198, 140, 98), (160, 104, 70), (122, 76, 52)]
HAIRS: list[Colour] = [(48, 36, 32), (72, 50, 38), (30, 28, 34), (104, 72, 48), (150, 146, 142)]


@dataclass(frozen=True)
class Mood:
    """The colours of an hour of the day: what stands at the back, what lies below, and what people wear."""

    sky: Colour
    haze: Colour
    wall: Colour
    shade: Colour
    floor: Colour
    wood: Colour
    green: Colour
    accent: Colour
    second: Colour
    dark: Colour
    light: Colour
    cloths: tuple[Colour, ...]


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """Return a colour between two; `share` is how much of the other is in it."""
    return tuple(round(a + (b - a) * share) for a, b in zip(one[:3], other[:3], strict=True))


def sheer(colour: Colour, alpha: int) -> Colour:
    """Return the colour as a glaze: what lies below shines through."""
    return (*colour[:3], alpha)


class Canvas:
    """A picture in the making."""

    def __init__(self, top: Colour, bottom: Colour) -> None:
        self.image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE))
        # Mixing a glaze with what lies below takes several times as long as covering it.
        self._opaque, self._glaze = ImageDraw.Draw(self.image), ImageDraw.Draw(self.image, "RGBA")
        self.fade(0, 0, WIDTH, HEIGHT, (top, bottom))

    def _pen(self, colour: Colour) -> ImageDraw.ImageDraw:
        return self._opaque if len(colour) == 3 else self._glaze

    def finished(self) -> Image.Image:
        """Return the picture in its final size."""
        return self.image.reduce(FINE)

    def fade(self, x: float, y: float, right: float, bottom: float, colours: Sequence[Colour]) -> None:
        """Fill a rectangle with a change from the first colour, above, to the second."""
        left, top, right, bottom = (round(value * FINE) for value in (x, y, right, bottom))
        for row in range(top, bottom, BAND):
            tone = blend(colours[0], colours[1], (row - top) / (bottom - top))
            self._opaque.rectangle((left, row, right - 1, min(row + BAND, bottom) - 1), fill=tone)

    def box(self, x: float, y: float, right: float, bottom: float, colour: Colour, round_by: float = 0) -> None:
        """Draw a rectangle, with rounded corners where asked."""
        if right <= x or bottom <= y:
            return
        radius = min(round_by, (right - x) / 2, (bottom - y) / 2) * FINE
        self._pen(colour).rounded_rectangle((x * FINE, y * FINE, right * FINE, bottom * FINE), radius, fill=colour)

    def oval(self, x: float, y: float, across: float, down: float, colour: Colour) -> None:
        """Draw an ellipse round a centre; `across` and `down` are its half measures."""
        corners = ((x - across) * FINE, (y - down) * FINE, (x + across) * FINE, (y + down) * FINE)
        self._pen(colour).ellipse(corners, fill=colour)

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """Draw a filled polygon."""
        self._pen(colour).polygon([(x * FINE, y * FINE) for x, y in points], fill=colour)

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """Draw a line with round ends and bends."""
        scaled = [(x * FINE, y * FINE) for x, y in points]
        self._pen(colour).line(scaled, fill=colour, width=round(width * FINE), joint="curve")
        if len(colour) == 3:
            for x, y in (points[0], points[-1]):
                self.oval(x, y, width / 2, width / 2, colour)

    def shadow(self, x: float, y: float, across: float, *, alpha: int = 32) -> None:
        """Draw the soft shadow of something that stands on the ground."""
        for step in (1.15, 0.9, 0.65):
            self.oval(x, y, across * step, across * step * 0.2, (20, 24, 40, alpha // 2))

    def hill(self, base: float, height: float, colour: Colour, phase: float) -> None:
        """Draw a rolling line of hills over the whole width."""
        tops = [
            (x, base - height * (0.55 + 0.3 * math.sin(x / 290 + phase) + 0.15 * math.sin(x / 117 + 2 * phase)))
            for x in range(-40, WIDTH + 80, 40)
        ]
        self.shape([(-40, HEIGHT), *tops, (WIDTH + 80, HEIGHT)], colour)

    def tree(self, x: float, ground: float, size: float, mood: Mood, fruit: Colour | None = None) -> None:
        """Draw a round tree; with `fruit`, an orange tree."""
        self.shadow(x, ground, size * 0.7)
        self.box(x - size * 0.07, ground - size * 0.8, x + size * 0.07, ground, blend(mood.wood, mood.dark, 0.35))
        for dx, dy, part, share in ((-0.3, 0.95, 0.42, 0.18), (0.3, 1.0, 0.42, 0.1), (0, 1.3, 0.5, 0.0)):
            leaf = blend(mood.green, mood.dark, share)
            self.oval(x + dx * size, ground - dy * size, part * size, part * size * 0.92, leaf)
        self.oval(x - size * 0.12, ground - size * 1.45, size * 0.24, size * 0.18, sheer(mood.light, 34))
        for dx, dy in ((-0.4, 0.9), (-0.1, 1.1), (0.25, 0.95), (0.1, 1.5), (0.42, 1.1), (-0.25, 1.35)):
            if fruit:
                self.oval(x + dx * size, ground - dy * size, size * 0.055, size * 0.055, fruit)


class People:
    """Draws people in the clothes of a mood: no face, no name, nobody in particular."""

    def __init__(self, canvas: Canvas, mood: Mood, rng: Random) -> None:
        self.canvas, self.mood, self.rng = canvas, mood, rng

    def _head(self, x: float, y: float, r: float, skin: Colour, *, scarf: bool, seen_from: str) -> None:
        canvas, hair, cloth = self.canvas, self.rng.choice(HAIRS), self.rng.choice(self.mood.cloths)
        if scarf:
            canvas.oval(x, y + r * 0.9, r * 1.15, r * 0.75, blend(cloth, self.mood.dark, 0.12))
            canvas.oval(x, y, r * 1.14, r * 1.26, cloth)
        else:
            canvas.box(x - r * 0.34, y + r * 0.5, x + r * 0.34, y + r * 1.5, blend(skin, (60, 30, 20), 0.16), r * 0.2)
            canvas.oval(x, y - r * 0.14, r * 1.06, r * 1.1, hair)
            if self.rng.random() < 0.4:
                canvas.box(x - r * 1.04, y - r * 0.2, x + r * 1.04, y + r * 1.25, hair, r * 0.5)
        if seen_from == "front":
            turn = self.rng.uniform(-0.12, 0.12) * r
            canvas.oval(x + turn, y + r * 0.16, r * 0.8, r * (0.86 if scarf else 0.9), skin)
        elif seen_from == "back" and scarf:
            canvas.oval(x, y + r * 0.35, r * 0.75, r * 0.8, blend(cloth, self.mood.dark, 0.08))

    def bust(self, x: float, base: float, r: float, *, seen_from: str = "front", scarf: bool | None = None) -> None:
        """Draw somebody from the waist up; `base` is where the table or the chair hides the rest."""
        canvas, cloth = self.canvas, self.rng.choice(self.mood.cloths)
        scarf = self.rng.random() < 0.35 if scarf is None else scarf
        canvas.box(x - r * 1.75, base - r * 3.0, x + r * 1.75, base + r * 0.8, cloth, r * 1.25)
        canvas.box(
            x - r * 1.75, base - r * 1.7, x - r * 1.25, base + r * 0.8, blend(cloth, self.mood.dark, 0.14), r * 0.3
        )
        canvas.box(
            x + r * 1.25, base - r * 1.7, x + r * 1.75, base + r * 0.8, blend(cloth, self.mood.dark, 0.14), r * 0.3
        )
        self._head(x, base - r * 3.9, r, self.rng.choice(SKINS), scarf=scarf, seen_from=seen_from)

    def standing(self, x: float, ground: float, r: float, *, seen_from: str = "front", reach: float = 0) -> None:
        """Draw somebody standing; `reach` is how far, and to which side, an arm is held out."""
        canvas, rng, mood = self.canvas, self.rng, self.mood
        cloth, below = rng.choice(mood.cloths), rng.choice(mood.cloths)
        skin, scarf, gown = rng.choice(SKINS), rng.random() < 0.35, rng.random() < 0.45
        top = ground - r * 8.2
        canvas.shadow(x, ground, r * 1.9)
        if gown:
            skirt = [
                (x - r * 1.1, top + r * 2),
                (x + r * 1.1, top + r * 2),
                (x + r * 1.7, ground),
                (x - r * 1.7, ground),
            ]
            canvas.shape(skirt, cloth)
        else:
            for side in (-0.62, 0.62):
                canvas.box(
                    x + (side - 0.5) * r,
                    top + r * 4,
                    x + (side + 0.5) * r,
                    ground,
                    blend(below, mood.dark, 0.4),
                    r * 0.3,
                )
        canvas.box(x - r * 1.45, top, x + r * 1.45, top + r * 4.6, cloth, r * 1.05)
        sleeve = blend(cloth, mood.dark, 0.14)
        for side in (-1, 1):
            out = reach if reach * side > 0 else 0
            hand = (x + side * r * 1.5 + out * r, top + r * (2.4 if out else 4.2))
            canvas.line([(x + side * r * 1.2, top + r * 0.9), hand], sleeve, r * 0.62)
            canvas.oval(*hand, r * 0.3, r * 0.3, skin)
        self._head(x, top - r * 0.95, r, skin, scarf=scarf, seen_from=seen_from)

    def row(self, xs: Sequence[float], base: float, r: float, *, seen_from: str = "front") -> None:
        """Draw people side by side from the waist up, none quite like the next."""
        for x in xs:
            size = r * self.rng.uniform(0.93, 1.07)
            self.bust(
                x + self.rng.uniform(-r, r) * 0.25, base + self.rng.uniform(-0.3, 0.3) * r, size, seen_from=seen_from
            )
