"""Shapes on a plane: a ring cut to a box, and a line with fewer points."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]
Box = tuple[float, float, float, float]


def clipped(ring: Sequence[Point], box: Box) -> list[Point]:
    """Return the part of a ring that lies in a box (left, bottom, right, top), after Sutherland and Hodgman."""
    left, bottom, right, top = box
    points = list(ring)
    for axis, limit, sign in ((0, left, 1), (0, right, -1), (1, bottom, 1), (1, top, -1)):
        points = _cut(points, axis, limit, sign)
    return points


def _cut(points: list[Point], axis: int, limit: float, sign: int) -> list[Point]:
    """Return a ring without what lies beyond a line across one of the two axes."""
    kept: list[Point] = []
    for before, here in zip([*points[-1:], *points[:-1]], points, strict=True):
        was_in, is_in = sign * before[axis] >= sign * limit, sign * here[axis] >= sign * limit
        if was_in != is_in:
            part = (limit - before[axis]) / (here[axis] - before[axis])
            crossing = [before[0] + part * (here[0] - before[0]), before[1] + part * (here[1] - before[1])]
            crossing[axis] = limit
            kept.append((crossing[0], crossing[1]))
        if is_in:
            kept.append(here)
    return kept


def simplified(line: Sequence[Point], tolerance: float) -> list[Point]:
    """Return a line without the points that lie within `tolerance` of what is left, after Douglas and Peucker."""
    kept = {0, len(line) - 1}
    parts = [(0, len(line) - 1)]
    while parts:
        first, last = parts.pop()
        farthest, distance = first, 0.0
        for number in range(first + 1, last):
            apart = _distance(line[number], line[first], line[last])
            if apart > distance:
                farthest, distance = number, apart
        if distance > tolerance:
            kept.add(farthest)
            parts += [(first, farthest), (farthest, last)]
    return [line[number] for number in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """Return how far a point lies from the stretch between two others."""
    across, up = end[0] - start[0], end[1] - start[1]
    length = across * across + up * up
    part = ((point[0] - start[0]) * across + (point[1] - start[1]) * up) / length if length else 0.0
    part = min(max(part, 0.0), 1.0)
    return math.hypot(point[0] - start[0] - part * across, point[1] - start[1] - part * up)
