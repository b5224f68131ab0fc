"""How a list of activities is narrowed, searched and put in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from django.db import connection
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities.models import Activity, Expenditure, Status, Theme
from activities.models.activity import NEWEST_FIRST, ActivityQuerySet
from beneficiaries.models import TargetGroup
from partnerships.models import FundingSource, Outcome, Programme, Side
from portal.ground.dates import overlapping
from portal.ground.lists import Filter, enum_choices, matching, named_choices, named_choices_of
from portal.ground.models import User
from portal.ground.wording import languages_of

SEARCHED = [*languages_of("title"), *languages_of("summary")]
# The years that a programme year may have; typed, because a list of them would be long.
YEARS = [(str(year), str(year)) for year in range(1990, 2101)]
SELDOM = ("programme", "outcome", "theme", "group", "funder")
SORTS = ("-date", "date", "title", "-title", "status", "-status")


def visible_among(user: User, partnerships: Iterable[int]) -> ActivityQuerySet:
    """Return what `visible_to(user)` does, given the partnerships that the user sees: the index of the order serves it.

    SQLite keeps no statistics and takes a partnership for ten rows: it would fetch all of its activities
    and sort them. An expression in place of the column leaves it the index of the order. The query set is
    Django's own: who names the columns of each language needs nobody to look them up.
    """
    activities: ActivityQuerySet = ActivityQuerySet(Activity)
    return activities if user.is_superuser else _within(activities, partnerships)


def _within(activities: ActivityQuerySet, partnerships: Iterable[int]) -> ActivityQuerySet:
    scope = F("partnership") + 0 if connection.vendor == "sqlite" else F("partnership")
    return activities.alias(scope=scope).filter(scope__in=list(partnerships))


def wants_more(params: QueryDict) -> bool:
    """Say whether the seldom used filters are asked for: their choices cost as much as the list itself."""
    return any(name in params for name in ("more", *SELDOM))


def offered(partnerships: Sequence[tuple[str, str]], *, more: bool) -> list[Filter]:
    """Return the filters with the choices that a reader of these partnerships has."""
    usual = [
        Filter("partnership", _("Partnership"), partnerships),
        Filter("year", _("Year"), YEARS, typed=True),
        Filter("status", _("Status"), enum_choices(Status)),
        Filter("side", _("Side"), enum_choices(Side)),
    ]
    return [*usual, *_seldom_used([int(pk) for pk, _name in partnerships])] if more else usual


def _seldom_used(partnerships: Sequence[int]) -> list[Filter]:
    programmes = Programme.objects.filter(partnership__in=partnerships).order_by("partnership_id", "-starts_on")
    named = named_choices_of(
        outcome=Outcome.objects.filter(partnership__in=partnerships),
        theme=Theme.objects.all(),
        group=TargetGroup.objects.all(),
        funder=FundingSource.objects.all(),
    )
    return [
        Filter("programme", _("Programme"), named_choices(programmes)),
        Filter("outcome", _("Result"), named["outcome"]),
        Filter("theme", _("Theme"), named["theme"]),
        Filter("group", _("Target group"), named["group"]),
        Filter("funder", _("Paid from"), named["funder"]),
    ]


CONDITIONS: dict[str, Callable[[str], Q]] = {
    "programme": lambda value: Q(programme=value),
    "outcome": lambda value: Q(outcome=value),
    "year": lambda value: _in_year(int(value)),
    "status": lambda value: Q(status=value),
    "theme": lambda value: Q(themes=value),
    "group": lambda value: Q(target_groups=value),
    "side": lambda value: Q(side=value),
    "funder": lambda value: Q(pk__in=Expenditure.objects.standing().filter(source=value).values("activity")),
}


def _in_year(year: int) -> Q:
    """Return the condition that an activity shares a day with a year; without any date it is in none."""
    undated = Q(starts_on__isnull=True, ends_on__isnull=True)
    return overlapping(dt.date(year, 1, 1), dt.date(year, 12, 31)) & ~undated


def narrowed(activities: ActivityQuerySet, *, chosen: dict[str, str], search: str) -> ActivityQuerySet:
    """Return the activities that meet every filter chosen and hold every word of the search."""
    for name, value in chosen.items():
        if name == "partnership":
            activities = _within(activities, [int(value)])
        else:
            activities = activities.filter(CONDITIONS[name](value))
    return activities.filter(matching(search, SEARCHED))


def in_order(activities: ActivityQuerySet, sort: str) -> ActivityQuerySet:
    """Return the activities in one of the orders of SORTS; each is total, so that pages do not overlap."""
    if sort == "-date":
        return activities.order_by(*NEWEST_FIRST)
    keys = {"date": F("starts_on"), "title": _title(), "status": _progress()}
    key = keys[sort.removeprefix("-")]
    by_key = key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True)
    return activities.order_by(by_key, F("id").desc())


def _title() -> Lower:
    """Return the title as its reader sees it."""
    columns = languages_of("title")
    own = f"title_{get_language()}"
    ordered = [own, *[column for column in columns if column != own]] if own in columns else columns
    return Lower(Coalesce(*[NullIf(column, Value("")) for column in ordered]))


def _progress() -> Case:
    """Return the place of the status in an activity's life."""
    return Case(
        *[When(status=value, then=Value(f"{place}")) for place, value in enumerate(Status.values)],
        output_field=CharField(),
    )
