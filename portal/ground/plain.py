"""Rows without modeltranslation's query set."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def plain(model: type[Row]) -> QuerySet[Row]:
    """Return Django's own query set of a model, for pages that ask much.

    modeltranslation's looks at each name in case it is one of a translated text, which takes as long as the rest of
    a small query; and it puts columns in the order of a set, which differs from process to process. Whoever uses this
    names the columns of a language (`languages_of`) and leaves `title` alone.
    """
    return QuerySet(model)
