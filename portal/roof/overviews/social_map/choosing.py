"""The filters of the map and its directory, and what of it meets them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from partnerships.models import OrganisationRole, Partnership
from portal.ground.folding import fold
from portal.ground.lists import Filter, ListQuery, read_query
from portal.ground.wording import translated
from portal.roof.overviews.social_map.entries import Entry, Named, Tie

# No partnership of the portal is older; an earlier year in a row is a slip.
FIRST_YEAR = 1970


def asked(params: QueryDict, entries: list[Entry], partnerships: Iterable[Partnership], *, this_year: int) -> ListQuery:
    """Return what an address asks of the map. Choices are those that something on the map has."""
    ties = [tie for entry in entries for tie in entry.ties]
    names = [(str(row.pk), str(translated(row, "name"))) for row in partnerships]
    towns = {str(entry.town.pk): str(entry.town.name) for entry in entries if entry.town}
    filters = [
        Filter("partnership", _("Partnership"), names),
        Filter("municipality", _("Municipality"), sorted(towns.items(), key=lambda choice: choice[1])),
        Filter("role", _("Role"), _roles(ties)),
        Filter("theme", _("Theme"), _named(named for tie in ties for named in tie.themes)),
        Filter("group", _("Target group"), _named(named for tie in ties for named in tie.groups)),
        Filter(
            "kind",
            _("Shown"),
            [("organisation", capfirst(_("organisations"))), ("place", capfirst(_("places")))],
        ),
        Filter("year", _("Year"), _years(ties, this_year)),
    ]
    # Of one partnership there is nothing to choose.
    return read_query(params, [one for one in filters if one.name != "partnership" or len(one.choices) > 1])


def chosen_of(entries: list[Entry], query: ListQuery) -> tuple[list[Entry], list[Entry]]:
    """Return the entries that meet every filter, and apart those of which only the year is not known.

    Each filter is met by something that the entry does; in a year, by something that it did in that year. An entry
    keeps what it does in the partnership and the year that were chosen.
    """
    year = int(query.chosen["year"]) if "year" in query.chosen else None
    met, undated = [], []
    for entry in entries:
        if not _is_wanted(entry, query):
            continue
        ties = [
            tie for tie in entry.ties if query.chosen.get("partnership", str(tie.partnership)) == str(tie.partnership)
        ]
        if year is None:
            met += [replace(entry, ties=tuple(ties))] if _does(ties, query) else []
            continue
        then = [tie for tie in ties if tie.in_year(year)]
        unknown = [tie for tie in ties if not tie.is_dated]
        if then and _does(then, query):
            met.append(replace(entry, ties=tuple(then)))
        elif (unknown or not ties) and _does(then + unknown, query):
            undated.append(replace(entry, ties=tuple(then + unknown)))
    return met, undated


def _is_wanted(entry: Entry, query: ListQuery) -> bool:
    chosen = query.chosen
    texts = fold(" ".join([entry.name.text, *entry.aliases, entry.where, str(entry.town.name) if entry.town else ""]))
    return (
        chosen.get("kind", entry.kind) == entry.kind
        and ("municipality" not in chosen or (bool(entry.town) and chosen["municipality"] == str(entry.town.pk)))
        and ("partnership" not in chosen or int(chosen["partnership"]) in entry.partnerships)
        and all(word in texts for word in fold(query.search).split())
    )


def _does(ties: list[Tie], query: ListQuery) -> bool:
    """Say whether some of what an entry does has the role, some the theme and some the target group."""
    chosen = query.chosen
    return (
        ("role" not in chosen or any(tie.role == chosen["role"] for tie in ties))
        and ("theme" not in chosen or any(str(pk) == chosen["theme"] for tie in ties for pk, _name in tie.themes))
        and ("group" not in chosen or any(str(pk) == chosen["group"] for tie in ties for pk, _name in tie.groups))
    )


def _roles(ties: list[Tie]) -> list[tuple[str, str]]:
    """Return the roles that occur: those in a partnership in their own order, then those in activities."""
    own = [str(value) for value in OrganisationRole.Role.values]
    found = {tie.role: tie.role_label for tie in ties}
    order = sorted(found, key=lambda role: (own.index(role) if role in own else len(own), found[role]))
    return [(role, found[role]) for role in order]


def _named(named: Iterable[Named]) -> list[tuple[str, str]]:
    found = {str(pk): str(name) for pk, name in named}
    return sorted(found.items(), key=lambda choice: choice[1].casefold())


def _years(ties: list[Tie], this_year: int) -> list[tuple[str, str]]:
    """Return the years of which something is known, the newest first."""
    known = [day.year for tie in ties for day in (tie.starts_on, tie.ends_on) if day]
    first = max(min(known, default=this_year + 1), FIRST_YEAR)
    return [(str(year), str(year)) for year in range(this_year, first - 1, -1)]
