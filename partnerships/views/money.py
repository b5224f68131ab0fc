"""The path of a programme's money, and the forms of its grants, tranches and transfers."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.access import may, require
from partnerships.forms import GrantForm, TrancheForm, TransferForm
from partnerships.models import FundingSource, Grant, Programme, Role, Tranche, Transfer
from partnerships.path import paths_of
from partnerships.services import create_grant, create_transfer, save_tranche, update_grant, update_transfer
from partnerships.views.answering import Page, answer
from portal.ground import carry
from portal.ground.wording import translated


@login_required
@require_safe
def money_path(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what was asked, granted, claimed, received and sent to the partner, source by source."""
    visible = Programme.objects.visible_to(request.user).select_related("partnership")
    programme = get_object_or_404(visible, slug=slug)
    may_write, _reason = may(request.user, Role.OFFICER, programme.partnership)
    context = {
        "programme": programme,
        "heading": _("Path of the money"),
        "name": translated(programme, "name"),
        "paths": paths_of(programme, may_write=may_write),
        "may_write": may_write,
        "request_url": f"{reverse('partnerships:request_create', args=[programme.partnership.slug])}?programme={slug}",
        "trail": trail(programme, _("Path of the money")),
    }
    return render(request, "partnerships/path/path.html", context)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def grant_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a grant to a programme; `?source=` chooses the funder beforehand."""
    programme = _own_programme(request, slug)
    return _grant(request, Grant(programme=programme))


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def grant_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a grant."""
    visible = Grant.objects.visible_to(request.user).select_related("programme__partnership", "source")
    grant = get_object_or_404(visible, pk=pk)
    require(request.user, Role.OFFICER, grant.programme.partnership)
    return _grant(request, grant)


def _grant(request: HttpRequest, grant: Grant) -> HttpResponse:
    programme = grant.programme

    def build(data: Any, row: Grant) -> GrantForm:
        chosen = {"source": source_asked_for(request), "starts_on": programme.starts_on, "ends_on": programme.ends_on}
        return _bound(GrantForm, request, data, row, chosen)

    def write(form: GrantForm) -> tuple[Grant, bool]:
        given = {"actor": request.user, "reason": form.cleaned_data["reason"]}
        if grant.pk:
            return update_grant(grant, form.values, version=form.cleaned_data["version"] or 0, **given), True
        key = form.cleaned_data["submission_key"] or uuid4()
        return create_grant({"programme": programme, **form.values}, key=key, **given)

    heading = _("Change the grant") if grant.pk else _("New grant")
    page = _page(programme, heading, str(grant) if grant.pk else "", saved=_("The grant is saved."))
    return answer(request, page, row=grant, build=build, write=write)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def tranche_edit(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Write down what was claimed and received of a grant for a year."""
    visible = Grant.objects.visible_to(request.user).select_related("programme__partnership", "source")
    grant = get_object_or_404(visible, pk=pk)
    require(request.user, Role.OFFICER, grant.programme.partnership)
    tranche = Tranche.objects.filter(grant=grant, year=min(year, 9999)).first()
    if tranche is None and not grant.starts_on.year <= year <= grant.ends_on.year:
        raise Http404

    def build(data: Any, row: Tranche) -> TrancheForm:
        return _bound(TrancheForm, request, data, row, {})

    def write(form: TrancheForm) -> tuple[Tranche, bool]:
        given = {"actor": request.user, "reason": form.cleaned_data["reason"]}
        return save_tranche(grant, year, form.values, version=form.cleaned_data["version"] or 0, **given), True

    heading = _("Tranche of %(year)s") % {"year": year}
    page = _page(grant.programme, heading, str(grant), saved=_("The tranche is saved."))
    return answer(request, page, row=tranche or Tranche(grant=grant, year=year), build=build, write=write)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def transfer_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a transfer to the partner; `?source=` chooses the funder beforehand."""
    return _transfer(request, Transfer(programme=_own_programme(request, slug)))


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def transfer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a transfer, or note that it has arrived."""
    visible = Transfer.objects.visible_to(request.user).select_related("programme__partnership", "source")
    transfer = get_object_or_404(visible, pk=pk)
    require(request.user, Role.OFFICER, transfer.programme.partnership)
    return _transfer(request, transfer)


def _transfer(request: HttpRequest, transfer: Transfer) -> HttpResponse:
    programme = transfer.programme

    def build(data: Any, row: Transfer) -> TransferForm:
        return _bound(TransferForm, request, data, row, {"source": source_asked_for(request)})

    def write(form: TransferForm) -> tuple[Transfer, bool]:
        given = {"actor": request.user, "reason": form.cleaned_data["reason"]}
        if transfer.pk:
            return update_transfer(transfer, form.values, version=form.cleaned_data["version"] or 0, **given), True
        key = form.cleaned_data["submission_key"] or uuid4()
        return create_transfer({"programme": programme, **form.values}, key=key, **given)

    heading = _("Change the transfer") if transfer.pk else _("New transfer to the partner")
    intro = f"{transfer.source}: {transfer.reference}" if transfer.pk else ""
    page = _page(programme, heading, intro, saved=_("The transfer is saved."))
    return answer(request, page, row=transfer, build=build, write=write)


def trail(programme: Programme, last: str = "") -> list[dict[str, Any]]:
    """Return the way from the list of partnerships to a page of a programme's money."""
    partnership = programme.partnership
    path = {"label": _("Path of the money"), "url": reverse("partnerships:money_path", args=[programme.slug])}
    return [
        {"label": _("Partnerships"), "url": reverse("partnerships:list")},
        {
            "label": translated(partnership, "name"),
            "url": reverse("partnerships:detail", args=[partnership.slug]),
        },
        {
            "label": translated(programme, "name"),
            "url": reverse("partnerships:programme_detail", args=[programme.slug]),
        },
        *([path] if last != path["label"] else []),
        {"label": last},
    ]


def source_asked_for(request: HttpRequest) -> Any:
    """Return the funder that the address chooses beforehand."""
    return FundingSource.objects.filter(slug=request.GET.get("source", "")[:80]).first()


def _own_programme(request: HttpRequest, slug: str) -> Programme:
    visible = Programme.objects.visible_to(request.user).select_related("partnership")
    programme = get_object_or_404(visible, slug=slug)
    require(request.user, Role.OFFICER, programme.partnership)
    return programme


def _bound(kind: Any, request: HttpRequest, data: Any, row: Any, chosen: dict[str, Any]) -> Any:
    initial = {} if row.pk else {name: value for name, value in chosen.items() if value}
    return kind(data, instance=row, initial=initial, user=request.user, today=timezone.localdate())


def _page(programme: Programme, heading: str, intro: str, *, saved: str) -> Page:
    return Page(
        heading=heading,
        intro=intro,
        trail=trail(programme, heading),
        back=reverse("partnerships:money_path", args=[programme.slug]),
        saved=saved,
    )
