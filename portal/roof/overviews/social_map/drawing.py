"""The maps themselves: land, marks and names, as numbers and texts that a template turns into SVG."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.ground.numbers import format_number
from portal.ground.wording import listed
from portal.roof.atlas.land import MAX_ZOOM, Window, fitted, land_in, window
from portal.roof.atlas.shapes import Point
from portal.roof.overviews.social_map.entries import Entry, Town

SIZE, INSET = (480, 480), (360, 270)
# Marks nearer to each other than this would cover each other; it is also the smallest thing a finger hits.
APART = 34
# Municipalities nearer than this, in degrees, share an inset.
NEIGHBOURS = 1.0
# An inset with one point still shows enough around it to be recognised.
LEAST_DEGREES, LEAST_OF_SEVERAL = 0.6, 0.012
# From here on each municipality is named by itself.
TOWNS_FROM = 5
LABEL_BELOW = 27
OVERVIEW = (41.0, -3.0, 0.0)
KM_PER_DEGREE = 111.32


@dataclass(frozen=True)
class Mark:
    """A point of the map: one entry with its number, or several with their count. It leads to them."""

    x: float
    y: float
    text: str
    label: str
    url: str
    kind: str
    side: str
    is_cluster: bool

    @property
    def is_way(self) -> bool:
        """Whether it leads to a nearer look, not into the directory."""
        return not self.url.startswith("#")


@dataclass(frozen=True)
class Label:
    """A name on the map."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Drawing:
    """One map. Shown by map/drawing.html."""

    title: str
    view: Window
    land: str
    marks: list[Mark]
    labels: list[Label]
    bar: float
    bar_text: str
    key: str = ""
    url: str = ""

    @property
    def bar_middle(self) -> float:
        """Where the text of the bar stands."""
        return round(self.bar / 2, 1)


Ways = Callable[[Window], str]


def view_url(query: dict[str, str], view: Window | None) -> str:
    """Return the address of the map with the same filters, looking through `view`; None is the whole map."""
    looked = {"lat": view.latitude, "lon": view.longitude, "zoom": round(view.zoom, 1)} if view else {}
    return f"?{urlencode({**query, **looked})}#map"


def overview() -> Window:
    """Return the window that shows both countries."""
    return window(*OVERVIEW, *SIZE)


def areas_of(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Return the entries with a point in groups of municipalities that lie near each other, from north to south."""
    areas: list[list[Entry]] = []
    placed = [entry for entry in entries if entry.point]
    for entry in sorted(placed, key=lambda one: (-(one.point or (0, 0))[0], one.key)):
        near = [area for area in areas if any(_near(entry, other) for other in area)]
        joined = [other for area in near for other in area]
        areas = [area for area in areas if area not in near] + [[*joined, entry]]
    return areas


def inset_of(area: list[Entry], numbers: dict[str, int], ways: Ways) -> Drawing:
    """Return the map of one area, as near as its marks allow."""
    points = list(dict.fromkeys(entry.point for entry in area if entry.point))
    least = LEAST_OF_SEVERAL if len(points) > 1 else LEAST_DEGREES
    view = fitted(points, least=least, width=INSET[0], height=INSET[1])
    nearer = fitted(points, least=least, width=SIZE[0], height=SIZE[1])
    inset = drawn(area, view, numbers, ways, title=_towns(area))
    return replace(inset, url=ways(nearer), key=f"area-{area[0].key}")


def drawn(entries: Iterable[Entry], view: Window, numbers: dict[str, int], ways: Ways, *, title: str) -> Drawing:
    """Return a map of what is in view; `numbers` are those of the entries in the directory."""
    seen = [(view.place(*entry.point), entry) for entry in entries if entry.point]
    seen = [(point, entry) for point, entry in seen if view.holds(point)]
    marks = [_mark(point, group, view, numbers, ways) for point, group in _clusters(seen)]
    bar, bar_text = _scale(view)
    return Drawing(title, view, land_in(view), marks, _labels(seen, view), bar, bar_text)


def _near(one: Entry, other: Entry) -> bool:
    if not one.point or not other.point:
        return False
    return math.dist(one.point, other.point) < NEIGHBOURS


def _clusters(seen: list[tuple[Point, Entry]]) -> list[tuple[Point, list[Entry]]]:
    """Return where marks stand and what each stands for: what would cover a mark is part of it."""
    clusters: list[tuple[Point, list[Entry]]] = []
    for point, entry in seen:
        group = next((group for other, group in clusters if math.dist(point, other) < APART), None)
        if group is None:
            clusters.append((point, [entry]))
        else:
            group.append(entry)
    return clusters


def _mark(point: Point, group: list[Entry], view: Window, numbers: dict[str, int], ways: Ways) -> Mark:
    across, down = round(point[0], 1), round(point[1], 1)
    [*others, first] = reversed(group)
    if not others:
        number = format_number(numbers[first.key])
        label = f"{number}. {listed([first.name, first.town.name if first.town else ''])}"
        return Mark(across, down, number, label, f"#{first.key}", first.kind, first.side, is_cluster=False)
    count = ngettext("%(count)s entry", "%(count)s entries", len(group)) % {"count": format_number(len(group))}
    return Mark(
        across,
        down,
        format_number(len(group)),
        f"{_towns(group)}: {count}",
        _way_into(group, view, ways),
        "cluster",
        first.side,
        is_cluster=True,
    )


def _way_into(group: list[Entry], view: Window, ways: Ways) -> str:
    """Return the address of a map that tells the marks apart; what stands on one point is told apart in the list."""
    points = list(dict.fromkeys(entry.point for entry in group if entry.point))
    if len(points) > 1 and view.zoom < MAX_ZOOM:
        closer = fitted(points, least=LEAST_OF_SEVERAL, width=SIZE[0], height=SIZE[1])
        if closer.zoom > view.zoom:
            return ways(closer)
    town = group[0].town
    return f"#town-{town.slug}" if town else f"#{group[0].key}"


def _labels(seen: list[tuple[Point, Entry]], view: Window) -> list[Label]:
    """Return the names of the municipalities in view; from afar those that lie together have one label."""
    places: dict[Town, Point] = {}
    for _point, entry in seen:
        if entry.town and entry.town.point:
            places.setdefault(entry.town, view.place(*entry.town.point))
    labels: list[tuple[Point, list[Town]]] = []
    for town, point in places.items():
        apart = APART if view.zoom >= TOWNS_FROM else 2 * APART
        near = next((towns for other, towns in labels if math.dist(point, other) < apart), None)
        if near is None:
            labels.append((point, [town]))
        else:
            near.append(town)
    return [
        Label(round(point[0], 1), round(point[1] + LABEL_BELOW, 1), listed(town.name for town in towns))
        for point, towns in labels
    ]


def _scale(view: Window) -> tuple[float, str]:
    """Return the length of the bar of scale in units of the drawing, and the kilometres that it stands for."""
    to_unit = view.degrees * KM_PER_DEGREE * math.cos(math.radians(view.latitude))
    most = to_unit * view.width / 4
    step = 10 ** math.floor(math.log10(most))
    length = max(step * factor for factor in (1, 2, 5) if step * factor <= most)
    text = f"{format_number(length)} km" if length >= 1 else f"{format_number(round(length * 1000))} m"
    return round(length / to_unit, 1), text


def _towns(entries: Iterable[Entry]) -> str:
    """Return the names of the municipalities of some entries."""
    names = dict.fromkeys(str(entry.town.name) for entry in entries if entry.town)
    return listed(names) or str(capfirst(_("place")))
