"""Who changed a record, on a page of its own: beside the record it would make a page twice as long."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.ground.history import describe
from portal.ground.models import AuditEntry
from portal.ground.wording import Wording

HISTORY_LENGTH = 60


def wants_history(request: HttpRequest) -> bool:
    """Say whether a page is asked for who changed what it shows, with `?history`."""
    return "history" in request.GET


def history_page(
    request: HttpRequest, record: Model, *, name: Wording | str, trail: list[dict[str, Any]]
) -> HttpResponse:
    """Show the latest changes of a record and of its parts to who leads it: ask that first.

    `trail` is that of the record's own page, which the request asks for.
    """
    history = AuditEntry.objects.about(record).select_related("actor")[:HISTORY_LENGTH]
    *above, here = trail
    context = {
        "name": name,
        "lines": describe(history),
        "trail": [*above, {**here, "url": request.path}, {"label": _("History")}],
    }
    return render(request, "partnerships/history.html", context)
