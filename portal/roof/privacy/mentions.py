"""Where texts that people wrote name somebody who is to be erased; only people can take the name out of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst

from beneficiaries.models import Learner
from beneficiaries.models.learners import is_distinctive
from partnerships.access import path_of
from portal.ground.accounts import words_of
from portal.ground.models import User
from portal.ground.wording import standing_alone
from portal.roof.overviews.pages import page_of

# Texts that people wrote stand in these rooms.
ROOMS = ("partnerships", "beneficiaries", "activities")
# So many places of a kind are told; the count tells of all.
TOLD = 20


@dataclass(frozen=True)
class Place:
    """A record whose text names somebody, and the page on which it is read or changed; empty where there is none."""

    label: str
    url: str


@dataclass(frozen=True)
class Mention:
    """A kind of record whose texts name somebody, how many rows of it do, and the first of them."""

    kind: str
    count: int
    places: tuple[Place, ...]


def mentions_of_account(user: User) -> list[Mention]:
    """Return which records of all partnerships name somebody who signs in."""
    return _mentions(words_of(user))


def mentions_of_learner(learner: Learner) -> list[Mention]:
    """Return which records of the learner's partnership, and of no partnership, name the code.

    A code that is a mere number or word is not looked for: it stands in texts about other things too.
    """
    words = [learner.code] if is_distinctive(learner.code) else []
    return _mentions(words, home=learner.partnership_id)


def _mentions(words: Iterable[str], home: int | None = None) -> list[Mention]:
    wanted = [word for word in words if word]
    found = []
    for model in _models() if wanted else ():
        rows = _naming(model, wanted, home)
        if rows:
            places = tuple(Place(str(row), page_of(row)) for row in rows[:TOLD])
            found.append(Mention(capfirst(str(model._meta.verbose_name_plural)), len(rows), places))
    return found


def _models() -> list[type[models.Model]]:
    """Return the models of people's texts; the code of a learner is none."""
    every = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    return [model for model in every if model is not Learner]


def _naming(model: type[models.Model], words: list[str], home: int | None) -> list[Any]:
    """Return the rows of a model in one of whose texts a word stands by itself; of one partnership if given."""
    names = [field.attname for field in model._meta.concrete_fields if _is_text(field)]
    asked = Q(pk__in=())
    for name in names:
        for word in words:
            asked |= Q(**{f"{name}__icontains": word})
    rows, path = model._default_manager.filter(asked).order_by("pk"), path_of(model)
    if home is not None and path:
        rows = rows.filter(**{path: home})
    alone = standing_alone(words)
    return [row for row in rows if alone.search("\n".join(getattr(row, name) or "" for name in names))]


def _is_text(field: models.Field) -> bool:
    texts = models.CharField | models.TextField
    return isinstance(field, texts) and not field.choices and not field.primary_key
