"""Who and what stands on the social and cultural map, and in its directory (B9).

Organisations and places, with what they do: their roles in a partnership, and the activities that they take part in
or that happen there, from which come their themes and target groups. What must not be found is never gathered: no
place that is marked so, no organisation that works from one, nor one that receives people at an activity there.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.models import ActivityOrganisation
from partnerships.models import Municipality, Organisation, OrganisationRole, Place, Side
from portal.ground.dates import Precision
from portal.ground.wording import NOTHING, Wording, translated
from portal.roof.overviews.social_map.scopes import Scope

Point = tuple[float, float]
Named = tuple[int, Wording]
HOST = OrganisationRole.Role.HOST
HOSTS = HOST.label


@dataclass(frozen=True)
class Tie:
    """One thing that an entry does: as what, in which activity, about what, for whom and when."""

    partnership: int
    role: str
    role_label: str
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    span_text: str = ""
    themes: tuple[Named, ...] = ()
    groups: tuple[Named, ...] = ()
    title: Wording = NOTHING
    url: str = ""

    @property
    def is_dated(self) -> bool:
        """Whether anything is known of when."""
        return bool(self.starts_on or self.ends_on)

    def in_year(self, year: int) -> bool:
        """Say whether it is known to have been so on a day of a year; an open end reaches on."""
        starts_on, ends_on = self.starts_on or dt.date.min, self.ends_on or dt.date.max
        return self.is_dated and starts_on <= dt.date(year, 12, 31) and ends_on >= dt.date(year, 1, 1)


@dataclass(frozen=True)
class Town:
    """A municipality, and the point at which the map names it, if that is known."""

    pk: int
    slug: str
    name: Wording
    side: str
    point: Point | None


@dataclass(frozen=True)
class Entry:
    """An organisation or a place. `point` is its own or its municipality's, and `is_exact` says which."""

    key: str
    kind: str
    name: Wording
    kind_label: str
    url: str
    town: Town | None
    where: str
    website: str
    aliases: tuple[str, ...]
    point: Point | None
    is_exact: bool
    ties: tuple[Tie, ...]
    partnerships: frozenset[int]

    @property
    def side(self) -> str:
        """The side it stands on; empty where its municipality is not known."""
        return self.town.side if self.town else ""


def entries_of(scope: Scope) -> list[Entry]:
    """Return the organisations and places of a scope, in a number of queries that does not grow with them."""
    towns = {row.pk: _town(row) for row in Municipality.objects.all()}
    ties = _ties(scope)
    found = [_organisation(row, towns, ties[Organisation, row.pk], scope) for row in scope.organisations]
    homes = defaultdict(set)
    for partnership, town in scope.homes:
        homes[town].add(partnership)
    found += [_place(row, towns, ties[Place, row.pk], homes[row.municipality_id]) for row in scope.places]
    return sorted(found, key=lambda entry: (entry.name.text.casefold(), entry.key))


def _ties(scope: Scope) -> dict[Any, list[Tie]]:
    """Return what is known to be done, by model and key of who does it or where it is done."""
    ties: dict[Any, list[Tie]] = defaultdict(list)
    for role in scope.roles:
        ties[Organisation, role.organisation_id].append(_of_role(role))
    for activity in scope.activities:
        if activity.place_id:
            ties[Place, activity.place_id].append(_of_activity(activity, HOST, HOSTS, scope))
        for part in activity.organisation_roles.all():
            is_host = part.role == ActivityOrganisation.Role.HOST
            key = HOST if is_host else f"in-{part.role}"
            tie = _of_activity(activity, key, HOSTS if is_host else part.get_role_display(), scope)
            ties[Organisation, part.organisation_id].append(tie)
    for course in scope.courses:
        ties[Organisation, course.run_by_id].append(_of_course(course))
    for showing in scope.showings:
        ties[Organisation, showing.venue_id].append(_of_showing(showing))
    return ties


def _of_role(row: OrganisationRole) -> Tie:
    label = str(capfirst(row.get_role_display()))
    return Tie(row.partnership_id, row.role, label, row.starts_on, row.ends_on, row.span_text)


def _of_course(row: Any) -> Tie:
    group = row.target_group
    return Tie(
        row.partnership_id,
        OrganisationRole.Role.MANAGER,
        str(capfirst(OrganisationRole.Role.MANAGER.label)),
        row.starts_on,
        row.ends_on,
        row.span_text,
        groups=_named([group]) if group else (),
        title=translated(row, "title"),
    )


def _of_showing(row: Any) -> Tie:
    label, day = str(capfirst(HOSTS)), row.shown_on
    if day is None:
        return Tie(row.product.partnership_id, HOST, label, title=translated(row.product, "title"))
    return Tie(
        row.product.partnership_id,
        HOST,
        label,
        Precision(row.precision).first_day(day),
        Precision(row.precision).last_day(day),
        row.date_text,
        title=translated(row.product, "title"),
    )


def _of_activity(activity: Any, role: str, label: str, scope: Scope) -> Tie:
    return Tie(
        activity.partnership_id,
        role,
        str(capfirst(label)),
        activity.starts_on,
        activity.ends_on,
        activity.span_text,
        _named(activity.themes.all()),
        _named(activity.target_groups.all()),
        scope.title_of(activity),
        scope.url_of(activity),
    )


def _named(rows: Iterable[Any]) -> tuple[Named, ...]:
    return tuple((row.pk, translated(row, "name")) for row in rows)


def _town(row: Municipality) -> Town:
    side = Side.HOME if row.country == Municipality.Country.BELGIUM else Side.PARTNER
    return Town(row.pk, row.slug, translated(row, "name"), side, _point(row))


def _point(row: Any) -> Point | None:
    return (float(row.latitude), float(row.longitude)) if row and row.latitude is not None else None


def _organisation(row: Organisation, towns: dict[int, Town], ties: list[Tie], scope: Scope) -> Entry:
    place = row.place
    town = towns.get(row.municipality_id or (place.municipality_id if place else 0))
    own = _point(place)
    return Entry(
        key=f"o{row.pk}",
        kind="organisation",
        name=translated(row, "name"),
        kind_label=str(capfirst(row.get_kind_display())),
        url=scope.url_of_organisation(row),
        town=town,
        where=str(translated(place, "name")) if place else "",
        website=row.website if row.website.startswith(("http://", "https://")) else "",
        aliases=tuple(alias.name for alias in row.aliases.all()),
        point=own or (town.point if town else None),
        is_exact=bool(own),
        ties=tuple(ties),
        partnerships=frozenset(tie.partnership for tie in ties),
    )


def _place(row: Place, towns: dict[int, Town], ties: list[Tie], homes: set[int]) -> Entry:
    town = towns[row.municipality_id]
    own = _point(row)
    return Entry(
        key=f"p{row.pk}",
        kind="place",
        name=translated(row, "name"),
        kind_label=str(capfirst(_("place"))),
        url="",
        town=town,
        where=" · ".join(part for part in (row.address, row.district) if part),
        website="",
        aliases=(),
        point=own or town.point,
        is_exact=bool(own),
        ties=tuple(ties),
        partnerships=frozenset(homes),
    )
