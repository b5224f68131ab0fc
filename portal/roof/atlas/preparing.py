"""How the land that the map is drawn on is prepared, once: from Natural Earth to one compact file.

The source is the file `land-10m.json` of the npm package `world-atlas` 2.0.2: Natural Earth 4.1 at 1:10 000 000, in the
public domain, as TopoJSON. It holds land and no borders, which are disputed. To prepare it again:

    python manage.py prepare_land land-10m.json
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from portal.roof.atlas.shapes import Point, clipped, simplified

# Western Europe and the north-west of Africa, with room around both for a map that is moved.
BOX = (-24.0, 22.0, 18.0, 58.0)
# Degrees by which a shore may lie beside its place, for maps from far to near.
TOLERANCES = (0.06, 0.015, 0.005)
# Parts of a degree in which points are kept: about ten metres.
UNIT = 10_000
SMALLEST_RING = 4


def prepare(source: Path) -> str:
    """Return the shipped file of a TopoJSON file of land; raises KeyError or ValueError where it is something else."""
    rings = [ring for ring in (clipped(ring, BOX) for ring in _rings(json.loads(source.read_text("utf-8")))) if ring]
    levels = []
    for tolerance in TOLERANCES:
        kept = [simplified([*ring, ring[0]], tolerance)[:-1] for ring in rings]
        levels.append({"tolerance": tolerance, "rings": [_packed(ring) for ring in kept if len(ring) >= SMALLEST_RING]})
    return json.dumps({"unit": UNIT, "box": BOX, "levels": levels}, separators=(",", ":")) + "\n"


def _rings(atlas: dict[str, Any]) -> Iterable[list[Point]]:
    """Return the rings of all land, in degrees; holes, which are lakes and the Caspian Sea, are rings too."""
    (scale_x, scale_y), (left, bottom) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = []
    for arc in atlas["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + left, y * scale_y + bottom))
        arcs.append(points)
    for shape in atlas["objects"]["land"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for polygon in polygons:
            for ring in polygon:
                # An arc with a negative number is walked backwards; each begins where the one before it ended.
                yield [point for one in ring for point in (arcs[one] if one >= 0 else arcs[~one][::-1])[1:]]


def _packed(ring: list[Point]) -> list[int]:
    """Return a ring as whole numbers: the first point, and from each point the steps to the next."""
    numbers: list[int] = []
    before = (0, 0)
    for lon, lat in ring:
        here = (round(lon * UNIT), round(lat * UNIT))
        numbers += [here[0] - before[0], here[1] - before[1]]
        before = here
    return numbers
