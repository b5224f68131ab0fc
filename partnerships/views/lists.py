"""The list of the reader's partnerships."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships.models import Partnership, Programme, Side
from portal.ground.wording import Wording, translated


@dataclass(frozen=True)
class Card:
    """A partnership in the list."""

    name: Wording
    url: str
    theme: Wording
    towns: list[tuple[str, str]]
    programme: Programme | None


@login_required
@require_safe
def partnership_list(request: HttpRequest) -> HttpResponse:
    """Show the reader's partnerships with the programme that runs now."""
    rows = list(Partnership.objects.visible_to(request.user).prefetch_related("sides__municipality"))
    running = Programme.objects.filter(partnership__in=rows).running(timezone.localdate())
    programmes = {row.partnership_id: row for row in running}
    cards = [_card(row, programmes.get(row.pk)) for row in rows]
    return render(request, "partnerships/list.html", {"cards": cards})


def _card(partnership: Partnership, programme: Programme | None) -> Card:
    order = list(Side.values)
    sides = sorted(partnership.sides.all(), key=lambda row: order.index(row.side))
    return Card(
        translated(partnership, "name"),
        reverse("partnerships:detail", args=[partnership.slug]),
        translated(partnership, "theme"),
        [(row.side, str(row.municipality)) for row in sides],
        programme,
    )
