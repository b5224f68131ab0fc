"""The land of the map, and the window through which a map looks at it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from portal.roof.atlas.shapes import Box, Point, clipped

FILE = Path(__file__).with_name("land.json")
# Degrees of longitude to a unit of the drawing, at zoom 0: both countries fit in 480 units.
FARTHEST = 0.073
MAX_ZOOM = 11
# Land is drawn a little beyond the frame, so that its cut edge is not seen.
BEYOND = 8


def mercator(latitude: float) -> float:
    """Return how far north of the equator a latitude is drawn, in degrees of longitude (conformal: shapes stay)."""
    return math.degrees(math.log(math.tan(math.radians(45 + latitude / 2))))


def latitude_of(north: float) -> float:
    """Return the latitude that is drawn so far north; the inverse of `mercator`."""
    return math.degrees(2 * math.atan(math.exp(math.radians(north)))) - 90


@dataclass(frozen=True)
class Window:
    """What a map shows: its middle in degrees, how near it is, and its size in units of the drawing."""

    latitude: float
    longitude: float
    zoom: float
    width: int
    height: int

    @property
    def degrees(self) -> float:
        """The degrees of longitude in a unit."""
        return FARTHEST / 2**self.zoom

    def place(self, latitude: float, longitude: float) -> Point:
        """Return where a point of the earth stands in the drawing, from its upper left corner."""
        across = (longitude - self.longitude) / self.degrees + self.width / 2
        down = (mercator(self.latitude) - mercator(latitude)) / self.degrees + self.height / 2
        return across, down

    def holds(self, point: Point) -> bool:
        """Say whether a point of the drawing is in view."""
        return 0 <= point[0] <= self.width and 0 <= point[1] <= self.height

    def moved(self, right: float, up: float) -> Window:
        """Return the window moved by parts of its own size."""
        north = mercator(self.latitude) + up * self.height * self.degrees
        return window(
            latitude_of(north), self.longitude + right * self.width * self.degrees, self.zoom, self.width, self.height
        )

    def nearer(self, steps: int) -> Window:
        """Return the window with the same middle, nearer by some steps, or farther."""
        return window(self.latitude, self.longitude, self.zoom + steps, self.width, self.height)


def window(latitude: float, longitude: float, zoom: float, width: int, height: int) -> Window:
    """Return the window that comes nearest to what is asked and looks at nothing beyond the shipped land."""
    zoom = min(max(zoom, 0), MAX_ZOOM)
    left, bottom, right, top = _land()[0]
    degrees = FARTHEST / 2**zoom
    half_width, half_height = width * degrees / 2, height * degrees / 2
    longitude = min(max(longitude, left + half_width), right - half_width)
    latitude = min(max(latitude, bottom), top)
    north = min(max(mercator(latitude), mercator(bottom) + half_height), mercator(top) - half_height)
    # Rounded to what a person sees, so that there are not endless addresses of the same map.
    places = 2 + round(zoom / 3)
    return Window(round(latitude_of(north), places), round(longitude, places), zoom, width, height)


def fitted(points: list[Point], *, least: float, width: int, height: int) -> Window:
    """Return the nearest window in which all points (latitude, longitude) stand, at least `least` degrees wide."""
    latitudes, longitudes = [point[0] for point in points], [point[1] for point in points]
    across = max(max(longitudes) - min(longitudes), least)
    up = mercator(max(latitudes)) - mercator(min(latitudes))
    # A fifth of the map stays free on every side, for the marks and their labels.
    degrees = max(across / width, up / height) / 0.6
    zoom = math.log2(FARTHEST / degrees)
    middle = latitude_of((mercator(max(latitudes)) + mercator(min(latitudes))) / 2)
    return window(middle, (max(longitudes) + min(longitudes)) / 2, round(zoom, 1), width, height)


@lru_cache(maxsize=256)
def land_in(view: Window) -> str:
    """Return the land that is in view, as the path of an SVG."""
    _box, levels = _land()
    tolerance, rings = levels[0]
    for finer in levels:
        if tolerance <= view.degrees:
            break
        tolerance, rings = finer
    frame = (-BEYOND, -BEYOND, view.width + BEYOND, view.height + BEYOND)
    paths = []
    for box, ring in rings:
        if not _meet(view, box):
            continue
        points = clipped([view.place(latitude, longitude) for longitude, latitude in ring], frame)
        if len(points) > 2:
            paths.append("M" + "L".join(f"{across:.1f},{down:.1f}" for across, down in points) + "z")
    return "".join(paths)


def _meet(view: Window, box: Box) -> bool:
    left, bottom, right, top = box
    (from_x, from_y), (to_x, to_y) = view.place(top, left), view.place(bottom, right)
    return to_x >= 0 and from_x <= view.width and to_y >= 0 and from_y <= view.height


@lru_cache(maxsize=1)
def _land() -> tuple[Box, list[tuple[float, list[tuple[Box, list[Point]]]]]]:
    """Return the box of the shipped land, and for each tolerance its rings in degrees, each with its own box."""
    found = json.loads(FILE.read_text("utf-8"))
    levels = []
    for level in found["levels"]:
        rings = []
        for numbers in level["rings"]:
            longitudes = [number / found["unit"] for number in accumulate(numbers[::2])]
            latitudes = [number / found["unit"] for number in accumulate(numbers[1::2])]
            box = (min(longitudes), min(latitudes), max(longitudes), max(latitudes))
            rings.append((box, list(zip(longitudes, latitudes, strict=True))))
        levels.append((level["tolerance"], rings))
    return tuple(found["box"]), levels
