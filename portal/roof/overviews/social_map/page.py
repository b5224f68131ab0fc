"""The page of the map: what is shown, the maps of it, the ways over them, and the directory."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.ground.dates import format_date
from portal.ground.lists import ListQuery
from portal.ground.numbers import format_number
from portal.ground.wording import NOTHING, Wording
from portal.roof.atlas.land import Window, window
from portal.roof.overviews.social_map.choosing import asked, chosen_of
from portal.roof.overviews.social_map.drawing import (
    SIZE,
    Drawing,
    areas_of,
    drawn,
    inset_of,
    overview,
    view_url,
)
from portal.roof.overviews.social_map.entries import Entry, Tie, entries_of
from portal.roof.overviews.social_map.scopes import Scope

# What a page can hold and a person can read; who wants the rest narrows the list.
MOST = 300
# Activities of one entry that the directory names.
MOST_TIES = 6
# The part of a map by which one step moves it.
STEP = 0.5
_NUMBER = re.compile(r"-?\d{1,4}(\.\d{1,8})?", re.ASCII)


@dataclass(frozen=True)
class Control:
    """A way to look elsewhere: nearer, farther, beside, at everything."""

    key: str
    label: str
    icon: str
    url: str


@dataclass(frozen=True)
class Line:
    """An entry of the directory: its number on the map, if it has one, what it is, and what it does."""

    number: str
    entry: Entry
    roles: list[tuple[str, str]]
    work: list[tuple[Wording, str, str]]
    more: str
    themes: list[Wording]
    groups: list[Wording]


@dataclass(frozen=True)
class Group:
    """The entries of one municipality, or those of which something is not known."""

    key: str
    heading: str
    lines: list[Line]


@dataclass(frozen=True)
class MapPage:
    """All that the page shows. `narrowed` tells by what it was narrowed, for a directory on paper."""

    query: ListQuery
    remarks: list[str]
    main: Drawing
    controls: list[Control]
    insets: list[Drawing]
    groups: list[Group]
    summary: str
    narrowed: str
    clear_url: str
    filter_query: str
    date_text: str


def map_page(scope: Scope, params: QueryDict, *, on: dt.date) -> MapPage:
    """Return the page of a map as its address asks for it. Nothing that an address holds is an error."""
    gathered = entries_of(scope)
    query = asked(params, gathered, scope.partnerships, this_year=on.year)
    met, undated = chosen_of(gathered, query)
    remarks = list(query.remarks)
    count = len(met) + len(undated)
    if count > MOST:
        remarks.append(_("Only the first %(limit)s are shown: choose fewer.") % {"limit": MOST})
        met, undated = met[:MOST], undated[: max(MOST - len(met), 0)]
    met = sorted(met, key=_order)
    numbers = {entry.key: number for number, entry in enumerate((one for one in met if one.point), start=1)}
    filters = {name: value for name, value in {"q": query.search, **query.chosen}.items() if value}
    view, is_understood = _view(params)
    if not is_understood:
        remarks.append(_("The map cannot look there: this is the whole of it."))

    def ways(to: Window) -> str:
        return view_url(filters, to)

    main = drawn(met, view or overview(), numbers, ways, title=_("Map of the organisations and places"))
    return MapPage(
        query=query,
        remarks=remarks,
        main=main,
        controls=_controls(main.view, filters),
        insets=[inset_of(area, numbers, ways) for area in areas_of(met)],
        groups=_groups(met, undated, numbers, query),
        summary=ngettext("%(count)s entry", "%(count)s entries", count) % {"count": format_number(count)},
        narrowed=_narrowed(query),
        clear_url="?",
        filter_query=urlencode(filters),
        date_text=format_date(on),
    )


def _narrowed(query: ListQuery) -> str:
    """Return by what the list is narrowed, in words."""
    chosen = [f"{one.label}: {dict(one.choices)[one.value]}" for one in query.filters if one.value]
    return " · ".join([*chosen, *([f"“{query.search}”"] if query.search else [])])


def _order(entry: Entry) -> tuple[bool, str, str, str]:
    """Return by what the directory is ordered: the Belgian side first, municipality by municipality."""
    town = entry.town
    return town is None, entry.side, str(town.name) if town else "", entry.name.text.casefold()


def _view(params: QueryDict) -> tuple[Window | None, bool]:
    """Return the window that an address names, if it names one, and whether it could be understood."""
    texts = [params.get(name, "") for name in ("lat", "lon", "zoom")]
    if not any(texts):
        return None, True
    if not all(_NUMBER.fullmatch(text) for text in texts):
        return None, False
    latitude, longitude, zoom = map(float, texts)
    return window(latitude, longitude, zoom, *SIZE), True


def _controls(view: Window, filters: dict[str, str]) -> list[Control]:
    """Return the ways over the map; one that would change nothing is left out."""
    steps = [
        ("in", _("Nearer"), "plus-lg", view.nearer(1)),
        ("out", _("Farther"), "dash-lg", view.nearer(-1)),
        ("west", _("To the west"), "arrow-left", view.moved(-STEP, 0)),
        ("north", _("To the north"), "arrow-up", view.moved(0, STEP)),
        ("south", _("To the south"), "arrow-down", view.moved(0, -STEP)),
        ("east", _("To the east"), "arrow-right", view.moved(STEP, 0)),
    ]
    controls = [Control(key, label, icon, view_url(filters, to)) for key, label, icon, to in steps if to != view]
    whole = Control("whole", _("The whole map"), "globe2", view_url(filters, None))
    return controls if view == overview() else [*controls, whole]


def _groups(met: list[Entry], undated: list[Entry], numbers: dict[str, int], query: ListQuery) -> list[Group]:
    """Return the directory: by municipality, then what has none that is known, then what has no date that is known."""
    towns: dict[str, list[Entry]] = {}
    names = {"": _("Where it works is not known here")}
    for entry in met:
        key = entry.town.slug if entry.town else ""
        names.setdefault(key, str(entry.town.name) if entry.town else "")
        towns.setdefault(key, []).append(entry)
    groups = [
        Group(f"town-{key}" if key else "nowhere", names[key], [_line(entry, numbers) for entry in entries])
        for key, entries in towns.items()
    ]
    if undated:
        heading = _("Perhaps also in %(year)s: when is not known") % {"year": query.chosen["year"]}
        groups.append(Group("undated", heading, [_line(entry, numbers) for entry in undated]))
    return groups


def _line(entry: Entry, numbers: dict[str, int]) -> Line:
    roles: dict[str, dict[str, None]] = {}
    for tie in entry.ties:
        # A place needs no word for it that something happens there, nor a role for what its activity says.
        if not tie.title:
            roles.setdefault(tie.role_label, {}).setdefault(tie.span_text)
    work = [_work(tie, entry) for tie in entry.ties if tie.title]
    left = len(work) - MOST_TIES
    more = ngettext("and %(count)s more", "and %(count)s more", left) % {"count": format_number(left)}
    return Line(
        number=format_number(numbers.get(entry.key)),
        entry=entry,
        roles=[(role, ", ".join(span for span in spans if span)) for role, spans in roles.items()],
        work=work[:MOST_TIES],
        more=more if left > 0 else "",
        themes=_names(named for tie in entry.ties for named in tie.themes),
        groups=_names(named for tie in entry.ties for named in tie.groups),
    )


def _work(tie: Tie, entry: Entry) -> tuple[Wording, str, str]:
    """Return an activity of an entry: title, address, and as what and when it was there."""
    role = "" if entry.kind == "place" else tie.role_label
    return tie.title or NOTHING, tie.url, " · ".join(part for part in (role, tie.span_text) if part)


def _names(named: Iterable[tuple[int, Wording]]) -> list[Wording]:
    return list(dict(named).values())
