"""A walk over the links of the portal, as a reader would take it."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs

from django.contrib import admin
from django.forms.models import _get_foreign_key
from django.test import Client
from django.urls import Resolver404, resolve, reverse

_LINK = re.compile(r'href="(/[^"#]*)')


def pages_behind(client: Client, start: str, *, of_each: int) -> Iterator[tuple[str, bytes]]:
    """Give (address, HTML) of each page that links lead to from the first one, at most some of each kind.

    A kind is a view, and what it is asked for beside its record.

    Neither Django's admin is walked, nor what a link only downloads.
    """
    waiting, known = [start], {start}
    seen: Counter[tuple[str, ...]] = Counter()
    while waiting:
        path = waiting.pop(0)
        address, _mark, query = path.partition("?")
        try:
            view = resolve(address).view_name
        except Resolver404:
            continue
        kind = (view, *sorted(parse_qs(query)))
        if view.startswith("admin:") or seen[kind] >= of_each:
            continue
        seen[kind] += 1
        answer = client.get(path)
        if answer.streaming or answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
            continue
        yield path, answer.content
        found = [unescape(link) for link in _LINK.findall(answer.content.decode())]
        waiting += [link for link in dict.fromkeys(found) if link not in known]
        known.update(found)


def pages_of_the_administration(client: Client) -> Iterator[tuple[str, bytes]]:
    """Give (address, HTML) of the lists and empty forms, and of the records with the most parts."""
    for model, options in admin.site._registry.items():
        parts: Counter[int] = Counter(model._default_manager.values_list("pk", flat=True)[:1])
        for inline in options.inlines:
            link = _get_foreign_key(model, inline.model, fk_name=inline.fk_name).attname
            parts.update(pk for pk in inline.model._default_manager.values_list(link, flat=True) if pk)
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        paths = [reverse(f"{name}changelist"), reverse(f"{name}add")]
        for pk, _count in parts.most_common(2):
            paths += [reverse(f"{name}{page}", args=[pk]) for page in ("change", "history")]
        for path in paths:
            answer = client.get(path)
            if answer.status_code == 200:
                yield path, answer.content
