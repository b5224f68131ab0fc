"""How each record of a partnership is asked for and written: one form, its page, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partnerships.access import require
from partnerships.models import Partnership, Programme, Role
from partnerships.services import create_record, update_record
from partnerships.services.days import home_of
from partnerships.services.trails import parent_of
from partnerships.views.answering import Page, answer
from portal.ground.wording import translated

writes = require_http_methods(["GET", "POST"])


@dataclass(frozen=True)
class Kind:
    """How a kind of record is written: its form, what its pages say, and the part of the page where it stands."""

    form: Any
    part: str
    new: Promise
    change: Promise
    saved: Promise


def record_form(request: HttpRequest, row: Any, kind: Kind, chosen: dict[str, Any] | None = None) -> HttpResponse:
    """Show or save the form of a record; `chosen` and `?programme=` fill that of a new one beforehand."""
    partnership, whole = home_of(row), parent_of(row)

    def build(data: Any, current: Any) -> Any:
        initial = {} if row.pk else _beforehand(request, row, chosen or {})
        given = {"user": request.user, "today": timezone.localdate(), "partnership": partnership}
        return kind.form(data, instance=current, initial=initial, **given)

    def write(form: Any) -> tuple[Any, bool]:
        if row.pk:
            version = form.cleaned_data["version"] or 0
            return update_record(row, form.values, form.links, actor=request.user, version=version), True
        key = form.cleaned_data["submission_key"] or uuid4()
        return create_record(row, form.values, form.links, actor=request.user, key=key)

    heading = str(kind.change if row.pk else kind.new)
    about = row if isinstance(whole, Partnership) else whole
    intro = str(translated(about, "name" if isinstance(about, Programme) else "title"))
    page = page_of(request, partnership, heading, kind.part, str(kind.saved), intro=intro)
    return answer(request, page, row=row, build=build, write=write)


def _beforehand(request: HttpRequest, row: Any, chosen: dict[str, Any]) -> dict[str, Any]:
    given = {"programme": _programme(request, home_of(row)), **chosen}
    return {name: value for name, value in given.items() if value}


def _programme(request: HttpRequest, partnership: Partnership) -> Programme | None:
    asked_for = request.GET.get("programme", "")[:80]
    return Programme.objects.filter(partnership=partnership, slug=asked_for).first() if asked_for else None


def own_partnership(request: HttpRequest, slug: str) -> Partnership:
    """Return the partnership if the reader may write in it. Raises Http404 or PermissionDenied."""
    partnership = get_object_or_404(Partnership.objects.visible_to(request.user), slug=slug)
    require(request.user, Role.COORDINATOR, partnership)
    return partnership


def own(request: HttpRequest, rows: Any, pk: int) -> Any:
    """Return the record if the reader may write it. Raises Http404 or PermissionDenied."""
    row = get_object_or_404(rows.visible_to(request.user), pk=pk)
    require(request.user, Role.COORDINATOR, home_of(row))
    return row


def page_of(
    request: HttpRequest, partnership: Partnership, heading: str, part: str, saved: str, *, intro: str = ""
) -> Page:
    """Return what stands around the form, which leads back to `part` of the programme that `?programme=` names."""
    home, programme = reverse("partnerships:detail", args=[partnership.slug]), _programme(request, partnership)
    trail: list[dict[str, Any]] = [
        {"label": _("Partnerships"), "url": reverse("partnerships:list")},
        {"label": translated(partnership, "name"), "url": home},
    ]
    if programme is not None:
        home = reverse("partnerships:programme_detail", args=[programme.slug])
        trail.append({"label": translated(programme, "name"), "url": home})
    return Page(heading=heading, intro=intro, trail=[*trail, {"label": heading}], back=f"{home}#{part}", saved=saved)
