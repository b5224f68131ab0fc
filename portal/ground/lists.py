"""Lists: what a reader asks of one - words, filters, order, page - read from the address, kindly.

A filter's value counts only where it is one of the choices offered, so that a forged value is neither
looked up nor told apart from one that does not exist. Nothing a person types here is an error: what is not
understood is left out and said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Q, QuerySet, Value
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.ground.plain import plain
from portal.ground.wording import best_of, languages_of

PER_PAGE = 50
MAX_SEARCH = 200
MAX_WORDS = 8
COUNT_CAP = 500
NAMES = languages_of("name")


@dataclass(frozen=True)
class Filter:
    """One way to narrow a list: its choices as (value, label), and the value taken, empty for none.

    A `typed` value is a number that people type faster than they find it in a list.
    """

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    value: str = ""
    typed: bool = False


@dataclass(frozen=True)
class PageLink:
    """A link to a page of a list, or the gap between two of them."""

    label: str = ""
    url: str = ""
    current: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Page:
    """Which rows of a list are shown, and the way to the others. Shown by components/pagination.html."""

    number: int
    count: int
    keys: Sequence[int]
    summary: str
    previous_url: str
    next_url: str
    links: Sequence[PageLink]


@dataclass(frozen=True)
class ListQuery:
    """What was asked of a list, and in `remarks` what of it was left out."""

    filters: Sequence[Filter]
    search: str
    sort: str
    number: int
    remarks: Sequence[str] = ()

    @property
    def chosen(self) -> dict[str, str]:
        """The filters in use, by name."""
        return {item.name: item.value for item in self.filters if item.value}

    @property
    def is_narrow(self) -> bool:
        """Whether the list shows less than everything."""
        return bool(self.search or self.chosen)

    def url(self, *, sort: str | None = None, page: int = 1) -> str:
        """Return the address of the same list in another order or on another page."""
        asked = {
            "q": self.search,
            **self.chosen,
            "sort": self.sort if sort is None else sort,
            "page": page if page > 1 else "",
        }
        return f"?{urlencode({name: value for name, value in asked.items() if value})}"

    def links(self, number: int, last: int, *, exact: bool) -> list[PageLink]:
        """Return the links to the first pages, the nearest and, where it is known, the last."""
        near = {1, *range(max(1, number - 2), min(last, number + 2) + 1)} | ({last} if exact else set())
        links: list[PageLink] = []
        before = 0
        for page in sorted(near):
            if page > before + 1:
                links.append(PageLink(gap=True))
            links.append(PageLink(str(page), self.url(page=page), current=page == number))
            before = page
        return links if exact else [*links, PageLink(gap=True)]


def named_choices(rows: QuerySet) -> list[tuple[str, str]]:
    """Return the choices of a filter by rows with a translated name; plain values cost half of objects."""
    return labelled(rows.values_list("pk", *NAMES))


def labelled(found: Iterable[tuple[Any, ...]]) -> list[tuple[str, str]]:
    """Return the choices of rows that were read as their key and their `NAMES`."""
    return [(str(pk), best_of(names).text) for pk, *names in found]


def named_choices_of(**lists: QuerySet) -> dict[str, list[tuple[str, str]]]:
    """Return the choices of several filters by name or title, in one query; each list in the order of its labels.

    A union tells its columns apart by their places alone, so they come from plain query sets, which keep them.
    """
    parts: list[models.QuerySet[Any, Any]] = [
        plain(rows.model)
        .filter(pk__in=rows.order_by().values("pk"))
        .order_by()
        .values_list(Value(name, output_field=models.CharField()), "pk", *_name_columns(rows.model))
        for name, rows in lists.items()
    ]
    choices: dict[str, list[tuple[str, str]]] = {name: [] for name in lists}
    for of, pk, *names in parts[0].union(*parts[1:], all=True):
        choices[of].append((str(pk), best_of(names).text))
    return {name: sorted(found, key=lambda choice: choice[1].casefold()) for name, found in choices.items()}


def _name_columns(model: type[models.Model]) -> list[str]:
    field = "name" if hasattr(model, "name") else "title"
    return languages_of(field)


def enum_choices(enum: type[models.Choices]) -> list[tuple[str, str]]:
    """Return the choices of a filter by the values of an enumeration."""
    return [(str(value), str(label)) for value, label in enum.choices]


def read_query(params: QueryDict, filters: Iterable[Filter], sorts: Sequence[str] = ("",)) -> ListQuery:
    """Return what an address asks of a list; the first of `sorts` is the order where none is asked."""
    remarks: list[str] = []
    read: list[Filter] = []
    for item in filters:
        value = params.get(item.name, "")
        if value and value not in {choice for choice, _label in item.choices}:
            remarks.append(_("“%(filter)s” was left out: there is no such choice.") % {"filter": item.label})
            value = ""
        read.append(replace(item, value=value))
    search, cut = searched_in(params)
    remarks += cut
    sort = params.get("sort", "")
    try:
        number = int(params.get("page", "1"))
    except ValueError:
        number = 1
    return ListQuery(read, search, sort if sort in sorts else sorts[0], number, remarks)


def searched_in(params: QueryDict) -> tuple[str, list[str]]:
    """Return the words that `q` of an address holds, and the remark that they were too many, if so."""
    search = " ".join("".join(letter if letter.isprintable() else " " for letter in params.get("q", "")).split())
    if len(search) <= MAX_SEARCH:
        return search, []
    remark = _("Only the first %(limit)s characters were searched for.") % {"limit": MAX_SEARCH}
    return search[:MAX_SEARCH].rstrip(), [remark]


def matching(search: str, fields: Sequence[str]) -> Q:
    """Return the condition that each word of a search stands in one of the fields, in capitals or not.

    SQLite folds the case of ASCII only: a word with other letters is sought in each way of writing it.
    """
    condition = Q()
    for word in search.split()[:MAX_WORDS]:
        spellings = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
        condition &= reduce(or_, (Q(**{f"{field}__icontains": text}) for field in fields for text in sorted(spellings)))
    return condition


def page_of(query: ListQuery, ordered: QuerySet) -> Page:
    """Return the page of a list in a total order that was asked for, or the nearest that exists.

    The first COUNT_CAP keys answer both how many rows there are and which the page shows. Further on the rows
    are counted and walked from the nearer end: few read that far, and the whole count costs more than the page.
    """
    near = query.number * PER_PAGE < COUNT_CAP
    first = list(ordered.values_list("pk", flat=True)[: COUNT_CAP + 1]) if near else []
    count = min(len(first), COUNT_CAP) if near else ordered.order_by().count()
    exact = not near or len(first) <= COUNT_CAP
    last = max(1, -(-count // PER_PAGE))
    number = min(max(query.number, 1), last)
    start, stop = (number - 1) * PER_PAGE, min(number * PER_PAGE, count)
    shown = number_format(count, force_grouping=True)
    counted = ngettext("%(count)s result", "%(count)s results", count) % {"count": shown}
    return Page(
        number=number,
        count=count,
        keys=first[start:stop] if near else _keys(ordered, count, start, stop),
        summary=counted if exact else _("more than %(count)s results") % {"count": shown},
        previous_url=query.url(page=number - 1) if number > 1 else "",
        next_url=query.url(page=number + 1) if number < last else "",
        links=query.links(number, last, exact=exact) if last > 1 else [],
    )


def _keys(ordered: QuerySet, count: int, start: int, stop: int) -> list[int]:
    """Return the keys of a page, walking the order from the nearer end of the list."""
    keys = ordered.values_list("pk", flat=True)
    if start <= count // 2:
        return list(keys[start:stop])
    return list(keys.reverse()[count - stop : count - start])[::-1]
