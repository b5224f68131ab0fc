"""The page of a record: its own, else that of what it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.urls import reverse

from activities.models import Expenditure
from beneficiaries.models import Cohort, Exam, Learner, Suggestion
from partnerships.access import path_of
from partnerships.models import ProgrammeYear
from portal.roof.overviews.search.kinds import KINDS


def _page(name: str, *keys: str) -> Callable[[Any], str]:
    return lambda row: reverse(name, args=[getattr(row, key) for key in keys])


OWN: dict[type[models.Model], Callable[[Any], str]] = {
    Cohort: _page("beneficiaries:cohort_detail", "slug"),
    Exam: _page("beneficiaries:exam_edit", "slug"),
    Expenditure: _page("activities:expense_detail", "pk"),
    Learner: _page("beneficiaries:learner_detail", "pk"),
    Suggestion: _page("suggestions:detail", "pk"),
    ProgrammeYear: lambda row: reverse("partnerships:year_detail", args=[row.programme.slug, row.year]),
}


def page_of(row: models.Model) -> str:
    """Return the address of the page of a record, or of the nearest record above it; empty where there is none."""
    ways = _ways()
    while type(row) not in ways:
        path = path_of(type(row))
        parent = getattr(row, path.split("__")[0], None) if path else None
        if not isinstance(parent, models.Model):
            return ""
        row = parent
    return ways[type(row)](row)


@cache
def _ways() -> dict[type[models.Model], Callable[[Any], str]]:
    """Return how the page of each kind is addressed: what can be found by searching says it there."""
    found = {kind.rows(AnonymousUser()).model: kind.url for kind in KINDS}
    return {**found, **OWN}
